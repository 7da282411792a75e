"""An MCP server over Streamable HTTP with a fault for each path, on loopback, in this process."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hostile import TOOL, text

FAULTS = ["hangs", "status-500", "html", "half", "wrong-answer", "session", "rotated", "redirected", "silent", "records", "good"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message, fault = json.loads(body), self.path.strip("/")
        self.server.record(fault, message, dict(self.headers))
        if "method" not in message or "id" not in message:
            return self.reply(202, b"")
        ask = {"initialize": self.opened, "tools/list": self.listed, "tools/call": self.called}.get(message["method"])
        if ask is None:
            return self.answer(message, error={"code": -32601, "message": "unknown"})
        if fault == "rotated" and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            return self.reply(401, b"")
        if fault == "session" and message["method"] != "initialize" and not self.server.knows(self.headers.get("Mcp-Session-Id")):
            return self.reply(404, b"")
        return ask(message, fault)

    def do_GET(self):
        if self.path != "/silent":
            return self.reply(405, b"")
        # A stream of HTTP+SSE that never says where to send.
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.server.over.wait(60)
        self.close_connection = True

    def do_DELETE(self):
        self.reply(200, b"")

    def opened(self, message, fault):
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": fault, "version": "1"}}
        headers = {"Mcp-Session-Id": self.server.new_session()} if fault == "session" else {}
        self.answer(message, result=result, headers=headers)

    def listed(self, message, fault):
        self.answer(message, result={"tools": [TOOL]})

    def called(self, message, fault):
        if fault in ("hangs", "records"):
            # It notices neither that the caller has left nor that the test is over.
            self.server.over.wait(60)
            self.close_connection = True
        elif fault == "status-500":
            self.reply(500, b"oops", "text/plain")
        elif fault == "html":
            self.reply(200, b"<html><body>Sign in</body></html>", "text/html")
        elif fault == "half":
            self.half(message)
        elif fault == "wrong-answer":
            self.answer(message | {"id": 4711}, result=text("of another"))
        elif fault == "redirected":
            self.reply(307, b"", headers={"Location": self.server.elsewhere})
        else:
            self.answer(message, result=text("done"))

    def half(self, message):
        whole = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": text("done" * 100)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole[: len(whole) // 2])
        self.close_connection = True

    def answer(self, message, headers=None, **outcome):
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"]} | outcome).encode()
        self.reply(200, body, "application/json", headers)

    def reply(self, status, body, kind="text/plain", headers=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.elsewhere = f"http://127.0.0.2:{self.server_port}/good"
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.seen = []
        self.sessions = []
        self.token = None

    def record(self, fault, message, headers):
        with self.lock:
            self.seen.append((time.monotonic(), fault, message, headers))

    def of(self, fault):
        """The messages that came for one fault."""
        with self.lock:
            return [message for _, path, message, _ in self.seen if path == fault]

    def new_session(self):
        with self.lock:
            self.sessions.append(f"session-{len(self.sessions)}")
            return self.sessions[-1]

    def knows(self, session):
        return session in self.sessions

    def forget_sessions(self):
        with self.lock:
            self.sessions = [f"forgotten-{n}" for n, _ in enumerate(self.sessions)]

    def handle_error(self, *_):
        """A client that has left is no news."""


@contextlib.contextmanager
def serving():
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
