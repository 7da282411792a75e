"""OpenAI and Supabase, as far as health and a question go: a model that stays, tables without rows, nobody who writes."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Vendors(BaseHTTPRequestHandler):
    def do_GET(self):
        model = self.path.removeprefix("/v1/models/")
        self.answer(200, [] if model == self.path else {"id": model, "object": "model", "shutdown_date": None})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/embeddings":
            return self.answer(200, {"data": [{"index": 0, "embedding": [0.0] * 1536}], "usage": {"total_tokens": 1}})
        if self.path.startswith("/rest/v1/rpc/"):
            return self.answer(200, [])
        return self.answer(400, {"error": {"code": "unsupported", "message": "this one writes nothing"}})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def vendors():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendors)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
