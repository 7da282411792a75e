"""An MCP server over Streamable HTTP whose one tool never answers, until its caller takes the call back. `GET /` says how many wait."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOOL = {"name": "hang", "description": "Never answers.", "inputSchema": {"type": "object"}}
OPENED = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "hanging", "version": "1"}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path != "/":
            return self.reply(405, b"")
        self.reply(200, str(len(self.server.waiting)).encode())

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = message.get("method")
        if method == "notifications/cancelled":
            if taken_back := self.server.waiting.pop(message["params"]["requestId"], None):
                taken_back.set()
        if "id" not in message:
            return self.reply(202, b"")
        if method == "tools/call":
            return self.hang(message["id"])
        result = {"initialize": OPENED, "tools/list": {"tools": [TOOL]}, "ping": {}}.get(method)
        outcome = {"error": {"code": -32601, "message": "unknown"}} if result is None else {"result": result}
        self.reply(200, json.dumps({"jsonrpc": "2.0", "id": message["id"]} | outcome).encode())

    def hang(self, number):
        taken_back = self.server.waiting[number] = threading.Event()
        taken_back.wait()
        self.close_connection = True

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A caller that has left is no news."""


server = Server(("127.0.0.1", 0), Handler)
server.waiting = {}
print(f"listening on http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
server.serve_forever()
