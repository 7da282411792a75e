"""A function that speaks MCP and offers no tools: a bootstrap for Lambda's Runtime API."""

import base64
import json
import os
import urllib.request

NEXT = "http://{}/2018-06-01/runtime/invocation".format(os.environ["AWS_LAMBDA_RUNTIME_API"])
HEALTH = {"status": "healthy", "services": {}}
SERVER = {"name": "empty", "version": "1"}
OFFERED = {"capabilities": {"tools": {}}, "serverInfo": SERVER, "_meta": {"io.modelcontextprotocol/serverInfo": SERVER}}
METHODS = {
    "initialize": lambda params: {"protocolVersion": params["protocolVersion"], **OFFERED},
    "server/discover": lambda params: {"supportedVersions": ["2026-07-28"], **OFFERED},
    "tools/list": lambda params: {"tools": []},
}


def answered(event):
    if event["rawPath"] == "/health":
        return 200, HEALTH
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    request = json.loads(body)
    if "id" not in request:
        return 202, None
    answer = {"jsonrpc": "2.0", "id": request["id"]}
    method = METHODS.get(request["method"])
    if method is None:
        return 200, answer | {"error": {"code": -32602, "message": "no such tool"}}
    return 200, answer | {"result": method(request["params"])}


while True:
    with urllib.request.urlopen(f"{NEXT}/next") as invocation:
        request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
        status, body = answered(json.load(invocation))
    reply = {"statusCode": status, "headers": {"content-type": "application/json"}, "body": "" if body is None else json.dumps(body)}
    urllib.request.urlopen(f"{NEXT}/{request_id}/response", json.dumps(reply).encode()).close()
