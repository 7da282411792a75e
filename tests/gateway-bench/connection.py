"""One warm connection and one request at a time, with as little as can be between the clock and the kernel."""

import json
import os
import selectors
import socket
import subprocess
import time
from urllib.parse import urlsplit

REVISION = "2025-11-25"
INFO = {"name": "gateway-bench", "version": "1.0.0"}
PIECE = 1 << 18
SECONDS = 60


def request(method, params=None, number=1):
    return {"jsonrpc": "2.0", "id": number, "method": method} | ({"params": params} if params is not None else {})


def call(tool, arguments, number=1):
    return request("tools/call", {"name": tool, "arguments": arguments}, number)


OPENING = request("initialize", {"protocolVersion": REVISION, "capabilities": {}, "clientInfo": INFO})
OPENED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Connection:
    """`prepare` writes a request once; `send` gives the nanoseconds from its first byte to the last of the answer, and the answer."""

    def prepare(self, message):
        raise NotImplementedError

    def send(self, prepared):
        raise NotImplementedError

    def ask(self, message):
        """The result, checked: what is measured has to be an answer."""
        _, answer = self.send(self.prepare(message))
        return checked(message["method"], answer)


def checked(what, answer):
    """The text of a successful answer, without the events it may have come in."""
    text = answer.decode()
    if not text.lstrip().startswith("{"):
        text = next(line[5:] for line in reversed(text.splitlines()) if line.startswith("data:") and '"id"' in line)
    message = json.loads(text)
    if "result" not in message or message["result"].get("isError"):
        raise RuntimeError(f"{what}: {text[:500]}")
    return message["result"]


class Http(Connection):
    def __init__(self, url, headers=()):
        address = urlsplit(url)
        self.path, self.host = address.path, address.netloc
        self.headers = dict(headers)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = b""

    def prepare(self, message):
        body = json.dumps(message, separators=(",", ":")).encode()
        headers = {"Host": self.host, "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        headers |= {"Content-Length": str(len(body))}
        if message["method"] != "initialize":
            headers["MCP-Protocol-Version"] = REVISION
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers | self.headers).items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def open(self):
        """The handshake, for those that keep sessions."""
        self.ask(OPENING)
        session = [line.split(b":", 1)[1].strip() for line in self.head.split(b"\r\n") if line.lower().startswith(b"mcp-session-id:")]
        if session:
            self.headers["Mcp-Session-Id"] = session[0].decode()
        self.send(self.prepare(OPENED))
        return self

    def send(self, prepared):
        begun = time.perf_counter_ns()
        self.socket.sendall(prepared)
        answer = self.socket.recv(PIECE)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.more()
        self.head, body = answer[:end], answer[end + 4 :]
        head = self.head.lower()
        if (at := head.find(b"content-length:")) >= 0:
            pieces, missing = [body], int(head[at + 15 :].split(b"\r\n", 1)[0]) - len(body)
            while missing > 0:
                pieces.append(self.more())
                missing -= len(pieces[-1])
            return time.perf_counter_ns() - begun, b"".join(pieces)
        if b"transfer-encoding: chunked" not in head:
            return time.perf_counter_ns() - begun, body
        while not body.endswith(b"0\r\n\r\n"):
            body += self.more()
        return time.perf_counter_ns() - begun, unchunked(body)

    def more(self):
        piece = self.socket.recv(PIECE)
        if not piece:
            raise RuntimeError(f"{self.host} hung up in the middle of an answer")
        return piece

    def close(self):
        self.socket.close()


def unchunked(body):
    pieces, at = [], 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end].split(b";")[0], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


class Stdio(Connection):
    """Without anything between: the process itself."""

    def __init__(self, command, env):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=env, bufsize=0, **pipes)
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.output, selectors.EVENT_READ)

    def prepare(self, message):
        return json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def open(self):
        self.ask(OPENING)
        os.write(self.input, self.prepare(OPENED))
        return self

    def send(self, prepared):
        begun = time.perf_counter_ns()
        os.write(self.input, prepared)
        answer = b""
        while not answer.endswith(b"\n"):
            # Only the first wait can be long; the rest of a line is on its way.
            if not answer and not self.ready.select(SECONDS):
                raise RuntimeError(f"no answer in {SECONDS} s")
            piece = os.read(self.output, PIECE)
            if not piece:
                raise RuntimeError("it ended without an answer")
            answer += piece
        return time.perf_counter_ns() - begun, answer

    def close(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)
