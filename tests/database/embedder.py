"""As much of OpenAI as makes vectors: texts that share words are alike, and the same text has the same vector on any day."""

import contextlib
import hashlib
import http.server
import json
import re
import threading

KEY = "sk-EXAMPLE-of-the-tests"
DIMENSIONS = 1536


def embedded(text):
    """Each word turns on a few of the numbers; the vector has length one."""
    numbers = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(0, 16, 2):
            place = int.from_bytes(digest[at : at + 2], "big")
            numbers[place % DIMENSIONS] += 1.0 if place & 0x8000 else -1.0
    length = sum(number * number for number in numbers) ** 0.5 or 1.0
    return [number / length for number in numbers]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers.get("authorization") != f"Bearer {KEY}":
            return self.say(401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}})
        if not self.path.endswith("/embeddings"):
            return self.say(404, {"error": {"message": "Unknown request URL", "type": "invalid_request_error", "code": None}})
        inputs = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        self.server.inputs.extend(inputs)
        data = [{"object": "embedding", "index": n, "embedding": embedded(text)} for n, text in enumerate(inputs)]
        tokens = sum(len(text) // 4 for text in inputs)
        self.say(200, {"object": "list", "data": data, "model": asked["model"], "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})

    def say(self, status, answer):
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def embedding():
    """The server; its `inputs` are all texts that it has made vectors of, its `address` is the base of the API."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.inputs = []
    server.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
