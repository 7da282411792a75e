"""Events that reach the function, whoever sends them: given to it by a Runtime API on loopback."""

import base64
import contextlib
import json
import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from corpus import ROOT, surroundings
from served import stop
from tally import equal, holds

FUNCTION = ROOT / "target" / "debug" / "mcp"
EVENTS = ROOT / "crates" / "mesh-lambda" / "tests" / "events"
ANSWER_SECONDS = 30
NEXT = "/2018-06-01/runtime/invocation/next"
INVOCATION = "/2018-06-01/runtime/invocation/"


def judge(tally):
    """lambda-events: what reaches the function"""
    with running() as invoke:
        for fact in (stream, stale_session, beyond_ascii, quiet, other_doors, refused):
            tally.check(fact.__doc__, lambda: fact(invoke))


def stream(invoke):
    """lambda-events: a GET for an event stream is refused at once"""
    equal(invoke(request("GET"))["statusCode"], 405)


def stale_session(invoke):
    """lambda-events: a session of before a deployment is served"""
    reply = invoke(request("POST", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, **{"mcp-session-id": "gone"}))
    equal((reply["statusCode"], json.loads(reply["body"])), (200, {"jsonrpc": "2.0", "id": 1, "result": {}}))


def beyond_ascii(invoke):
    """lambda-events: an id beyond ASCII in a Base64 body comes back"""
    event = request("POST", {"jsonrpc": "2.0", "id": "é☕", "method": "ping"})
    event |= {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
    equal(json.loads(invoke(event)["body"])["id"], "é☕")


def quiet(invoke):
    """lambda-events: an event that is no request is answered and is no fault"""
    for name in ("warmup-plugin-ping", "eventbridge-ping", "eventbridge-event", "console-test"):
        equal(invoke(json.loads((EVENTS / f"{name}.json").read_text()))["status"], "ignored")


def other_doors(invoke):
    """lambda-events: a REST API and a load balancer are served"""
    for name in ("rest-api", "load-balancer"):
        equal(invoke(json.loads((EVENTS / f"{name}.json").read_text()))["statusCode"], 200)


def refused(invoke):
    """lambda-events: an event that needs more than an answer is told what the function takes"""
    for name in ("queue", "websocket-api"):
        told = invoke(json.loads((EVENTS / f"{name}.json").read_text()))["errorMessage"]
        holds("Function URLs" in told and "Elastic Load Balancing" not in told, f"{name}: {told}")


def request(method, body=None, **headers):
    return {
        "version": "2.0", "rawPath": "/rpc", "rawQueryString": "",
        "headers": {"host": "example.lambda-url.us-east-2.on.aws", "content-type": "application/json", "accept": "application/json, text/event-stream"} | headers,
        "requestContext": {
            "http": {"method": method, "path": "/rpc"},
            "authorizer": {"iam": {"userArn": "arn:aws:iam::123456789012:user/tests"}},
        },
        "body": json.dumps(body, ensure_ascii=False) if body else "", "isBase64Encoded": False,
    }


@contextlib.contextmanager
def running():
    """The function before a Runtime API; gives what invokes it with an event and returns its reply or its error."""
    events, replies = queue.Queue(), queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), api(events, replies))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    variables = surroundings() | {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "mcp",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_REGION": "us-east-2",
    }
    process = subprocess.Popen([FUNCTION], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def invoke(event):
        events.put(json.dumps(event, ensure_ascii=False).encode())
        return replies.get(timeout=ANSWER_SECONDS)

    try:
        yield invoke
    finally:
        stop(process)
        events.put(None)
        server.shutdown()


def api(events, replies):
    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        number = 0

        def do_GET(self):
            equal(self.path, NEXT)
            event = events.get()
            if event is None:
                return
            Api.number += 1
            self.send(200, event, {
                "Lambda-Runtime-Aws-Request-Id": f"request-{Api.number}",
                "Lambda-Runtime-Deadline-Ms": "99999999999999",
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-2:123456789012:function:mcp",
            })

        def do_POST(self):
            said = self.body()
            self.send(202, b"{}", {})
            if self.path.startswith(INVOCATION):
                replies.put(json.loads(said))

        def body(self):
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = b""
            while length := int(self.rfile.readline(), 16):
                said += self.rfile.read(length)
                self.rfile.readline()
            self.rfile.readline()
            return said

        def send(self, status, body, headers):
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Api
