"""A client of MCP that keeps what it is answered as it was written, in each era and over each transport."""

import contextlib
import http.client
import json
import queue
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import raw

SECONDS = 20
START_SECONDS = 60
MODERN = "2026-07-28"
INFO = {"name": "gateway-tests", "version": "1.0.0"}
# What is left of a child that has been asked to leave.
GRACE = 3


@dataclass
class Answer:
    """`result` and `error` are text, as they came."""

    result: str | None
    error: str | None
    seconds: float
    heard: list = field(default_factory=list)

    def value(self):
        if self.result is None:
            raise AssertionError(f"answered with an error: {self.error}")
        return json.loads(self.result)

    def told(self):
        """All that it says, of a result or an error."""
        return self.error if self.result is None else self.result


class Client:
    """Opens in its era; `send` is the transport's."""

    def __init__(self, era):
        self.era = era
        self.last_id = 0
        self.opened = None

    def open(self):
        if self.era != MODERN:
            wanted = {"protocolVersion": self.era, "capabilities": {}, "clientInfo": INFO}
            self.opened = self.request("initialize", wanted, START_SECONDS).value()
            self.notify("notifications/initialized")
        return self

    def request(self, method, params=None, seconds=SECONDS):
        message = self.message(method, params)
        begun = time.monotonic()
        text, heard = self.exchange(message, seconds)
        answer = raw.members(text)
        return Answer(answer.get("result"), answer.get("error"), time.monotonic() - begun, heard)

    def message(self, method, params=None):
        self.last_id += 1
        params = dict(params or {})
        if self.era == MODERN:
            prefix = "io.modelcontextprotocol"
            own = {"protocolVersion": MODERN, "clientInfo": INFO, "clientCapabilities": {}}
            params["_meta"] = {f"{prefix}/{name}": value for name, value in own.items()} | params.get("_meta", {})
        return {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}

    def call(self, name, arguments=None, seconds=SECONDS, meta=None):
        params = {"name": name, "arguments": arguments or {}} | ({"_meta": meta} if meta else {})
        return self.request("tools/call", params, seconds)

    def run(self, name, arguments=None):
        """As a task (MCP 2025-11-25): begun, asked about until it has ended, and its result fetched."""
        params = {"name": name, "arguments": arguments or {}, "task": {"ttl": 60_000}}
        task = self.request("tools/call", params).value()["task"]
        while task["status"] == "working":
            time.sleep(task["pollInterval"] / 1000)
            task = self.request("tasks/get", {"taskId": task["taskId"]}).value()
        return self.request("tasks/result", {"taskId": task["taskId"]})

    def tools(self):
        """Every definition by its name, as it was written."""
        found, cursor = {}, None
        while True:
            answer = self.request("tools/list", {"cursor": cursor} if cursor else {})
            answer.value()
            page = raw.members(answer.result)
            found |= {json.loads(raw.members(tool)["name"]): tool for tool in raw.items(page["tools"])}
            cursor = json.loads(page.get("nextCursor", "null"))
            if not cursor:
                return found

    def notify(self, method, params=None):
        raise NotImplementedError

    def exchange(self, message, seconds):
        raise NotImplementedError

    def close(self):
        pass

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()


class Stdio(Client):
    def __init__(self, command, era, env=None, cwd=None):
        super().__init__(era)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=env, cwd=cwd, **pipes)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.decode())
        self.lines.put(None)

    def say(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def notify(self, method, params=None):
        self.say({"jsonrpc": "2.0", "method": method} | ({"params": params} if params else {}))

    def exchange(self, message, seconds):
        self.say(message)
        return awaited(self.lines, message["id"], seconds)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(10)


def awaited(lines, wanted, seconds):
    """The answer to a request, and what was said before it."""
    deadline, heard = time.monotonic() + seconds, []
    while True:
        try:
            text = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError(f"no answer in {seconds} s") from None
        if text is None:
            raise ConnectionError("it ended without an answer")
        try:
            message = json.loads(text)
        except ValueError:
            continue
        if message.get("id") == wanted and "method" not in message:
            return text, heard
        heard.append(message)


class Http(Client):
    """Streamable HTTP; with a session where the server gives one out, unless it is `stateless`."""

    def __init__(self, address, era, headers=None):
        super().__init__(era)
        self.address = urlsplit(address)
        self.headers = headers or {}
        self.session = None

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method} | ({"params": params} if params else {})
        with self.post(message, SECONDS) as connection:
            connection.getresponse().read()

    def exchange(self, message, seconds):
        with self.post(message, seconds) as connection:
            response = connection.getresponse()
            self.session = response.headers.get("mcp-session-id") or self.session
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return awaited_event(response, message["id"])
            return response.read().decode(), []

    @contextlib.contextmanager
    def post(self, message, seconds):
        """Sends it; whoever leaves without having read the answer hangs up."""
        connection = http.client.HTTPConnection(self.address.netloc, timeout=seconds)
        try:
            connection.request("POST", self.address.path, json.dumps(message).encode(), self.of(message))
            yield connection
        finally:
            connection.close()

    def of(self, message):
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if message["method"] != "initialize":
            headers["MCP-Protocol-Version"] = self.era
        if self.era == MODERN:
            headers["Mcp-Method"] = message["method"]
            if name := message.get("params", {}).get("name"):
                headers["Mcp-Name"] = name
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        return headers | self.headers

    def listen(self):
        """What the server says by itself, in a queue, until it is closed."""
        connection = http.client.HTTPConnection(self.address.netloc, timeout=SECONDS)
        headers = {"Accept": "text/event-stream", "Mcp-Session-Id": self.session, "MCP-Protocol-Version": self.era}
        connection.request("GET", self.address.path, headers=headers)
        response = connection.getresponse()
        heard = queue.Queue()

        def follow():
            with contextlib.suppress(Exception):
                for _, data in events(response):
                    heard.put(json.loads(data))

        threading.Thread(target=follow, daemon=True).start()
        return heard

    def close(self):
        if self.session:
            connection = http.client.HTTPConnection(self.address.netloc, timeout=SECONDS)
            headers = {"Mcp-Session-Id": self.session, "MCP-Protocol-Version": self.era}
            connection.request("DELETE", self.address.path, headers=headers)
            connection.getresponse().read()
            connection.close()


class Stateless(Http):
    """Asks at once, as callers of 2025-06-18 do that open nothing."""

    def open(self):
        return self


class Sse(Client):
    """HTTP+SSE of 2024-11-05."""

    def __init__(self, address, era="2024-11-05"):
        super().__init__(era)
        self.address = address
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self.connection.request("GET", urlsplit(address).path, headers={"Accept": "text/event-stream"})
        self.socket = self.connection.sock
        self.stream = events(self.connection.getresponse())
        kind, data = next(self.stream)
        if kind != "endpoint":
            raise AssertionError(f"the stream begins with `{kind}`")
        self.endpoint = urlsplit(urljoin(address, data))
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        with contextlib.suppress(Exception):
            for _, data in self.stream:
                self.lines.put(data)
        self.lines.put(None)

    def say(self, message):
        connection = http.client.HTTPConnection(self.endpoint.netloc, timeout=SECONDS)
        headers = {"Content-Type": "application/json"}
        target = f"{self.endpoint.path}?{self.endpoint.query}"
        connection.request("POST", target, json.dumps(message).encode(), headers)
        connection.getresponse().read()
        connection.close()

    def notify(self, method, params=None):
        self.say({"jsonrpc": "2.0", "method": method})

    def exchange(self, message, seconds):
        self.say(message)
        return awaited(self.lines, message["id"], seconds)

    def close(self):
        # Closed outright, it would wait for the thread that reads.
        self.socket.shutdown(socket.SHUT_RDWR)


def awaited_event(response, wanted):
    heard = []
    for _, data in events(response):
        message = json.loads(data)
        if message.get("id") == wanted and "method" not in message:
            return data, heard
        heard.append(message)
    raise ConnectionError("the stream ended without an answer")


def events(response):
    """Kind and data of each event that has data."""
    kind, data = "message", []
    for line in response:
        line = line.decode().rstrip("\r\n")
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data and "".join(data):
                yield kind, "\n".join(data)
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
