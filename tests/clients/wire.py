"""One HTTP request with exactly the headers given, and the answer as it came."""

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from tally import equal, holds

SECONDS = 20
JSON = {"Content-Type": "application/json"}


@dataclass
class Answer:
    status: int
    headers: dict
    text: str

    def __str__(self):
        return f"{self.status} {self.text[:400]}"

    def json(self):
        return json.loads(self.text)

    def tool(self):
        """The JSON in the text of a tool's result, whether in a JSON-RPC envelope or bare."""
        body = self.json()
        holds("error" not in body, f"answered with an error: {self}")
        result = body.get("result", body)
        holds(not result.get("isError"), f"the tool failed: {self}")
        return json.loads(result["content"][0]["text"])


class Wire:
    def __init__(self, address):
        self.host = urlsplit(address).netloc
        self.last = None

    def send(self, method, path, body=None, headers=None):
        """`body` is bytes as they are, a string, or anything else to be written as JSON."""
        connection = http.client.HTTPConnection(self.host, timeout=SECONDS)
        try:
            connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
            payload = encode(body)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if payload is not None:
                connection.putheader("Content-Length", str(len(payload)))
            connection.endheaders(payload)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            self.last = Answer(response.status, headers, response.read().decode())
            return self.last
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.send("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path, body, headers=None):
        return self.send("POST", path, body, JSON | (headers or {}))

    def call(self, name, arguments, path="/rpc"):
        """A tool call as the first callers made it: no Accept, no `jsonrpc`, no id."""
        answer = self.post(path, {"method": "tools/call", "params": {"name": name, "arguments": arguments}})
        equal(answer.status, 200)
        return answer


def encode(body):
    if body is None or isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
