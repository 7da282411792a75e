"""What each revision of MCP asks of the wire, where no SDK would send it or show it."""

import json
from functools import partial

from tally import equal, holds

BOTH = {"Accept": "application/json, text/event-stream"}
HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
NEWEST = "2026-07-28"


def request(method, params=None, id=1):
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}}


def modern(method, params=None):
    """A request of 2026-07-28 with the headers that mirror it."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
    }
    headers = BOTH | {"MCP-Protocol-Version": NEWEST, "Mcp-Method": method}
    if name := (params or {}).get("name"):
        headers["Mcp-Name"] = name
    return request(method, (params or {}) | {"_meta": meta}), headers


def initialize(version):
    client = {"name": "raw", "version": "1"}
    return request("initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": client})


def handshake(version, wire):
    answer = wire.post("/rpc", initialize(version), BOTH)
    result = message(answer)["result"]
    equal((result["protocolVersion"], result["serverInfo"]["name"]), (version, "aoma-mesh-mcp"))


def unknown_version(wire):
    """an unknown revision in `initialize` is answered with one the server has"""
    holds(message(wire.post("/rpc", initialize("1999-01-01"), BOTH))["result"]["protocolVersion"] in HANDSHAKE, "unknown")


def notification(wire):
    """notifications/initialized is accepted without a body"""
    answer = wire.post("/rpc", {"jsonrpc": "2.0", "method": "notifications/initialized"}, BOTH)
    equal((answer.status, answer.text), (202, ""))


def batch(headers, wire):
    body = [request("ping", id="a"), {"jsonrpc": "2.0", "method": "notifications/initialized"}, request("tools/list", id=2)]
    answer = wire.post("/rpc", body, headers)
    equal(answer.status, 200)
    equal({reply["id"]: "result" in reply for reply in answer.json()}, {"a": True, 2: True})


def empty_batch(wire):
    """an empty batch is an invalid request"""
    equal(wire.post("/rpc", [], {"MCP-Protocol-Version": "2025-03-26"}).json()["error"]["code"], -32600)


def id_echo(id, wire):
    equal(message(wire.post("/rpc", request("ping", id=id)))["id"], id)


def broken_json(wire):
    """broken JSON is a parse error in a JSON-RPC body"""
    answer = wire.post("/rpc", '{"method": "tools/list"')
    equal((answer.status, answer.json()["error"]["code"], answer.json()["id"]), (400, -32700, None))


def bad_utf8(wire):
    """a body that is not UTF-8 is a parse error"""
    equal(wire.post("/rpc", b'{"method": "\xff\xfe"}').json()["error"]["code"], -32700)


def deep_nesting(wire):
    """a hundred thousand brackets are an error of the caller"""
    answer = wire.post("/rpc", "[" * 100_000)
    equal((answer.status, answer.json()["error"]["code"]), (400, -32700))


def unknown_method(wire):
    """an unknown method of the handshake eras is -32601 at status 200"""
    answer = wire.post("/rpc", request("no/such"))
    equal((answer.status, answer.json()["error"]["code"]), (200, -32601))


def params_missing(wire):
    """tools/call without a name is -32602"""
    equal(wire.post("/rpc", request("tools/call")).json()["error"]["code"], -32602)


def uri_missing(wire):
    """resources/read without a uri is -32602"""
    equal(wire.post("/rpc", request("resources/read")).json()["error"]["code"], -32602)


def empty_query(wire):
    """a blank question is refused as a result, at status 200"""
    answer = wire.call("query_aoma_knowledge", {"query": "   "})
    equal(answer.json()["result"]["isError"], True)


def foreign_origin(wire):
    """a foreign Origin is refused"""
    equal(wire.post("/rpc", request("ping"), BOTH | {"Origin": "https://evil.example.com"}).status, 403)


def foreign_host(wire):
    """a foreign Host is refused on loopback"""
    equal(wire.post("/rpc", request("ping"), BOTH | {"Host": "evil.example.com"}).status, 403)


def discover(wire):
    """server/discover offers every revision and who answers"""
    body, headers = modern("server/discover")
    result = message(wire.post("/rpc", body, headers))["result"]
    holds(NEWEST in result["supportedVersions"], result["supportedVersions"])
    equal(result["resultType"], "complete")
    equal(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "aoma-mesh-mcp")


def modern_unknown_method(wire):
    """an unknown method of 2026-07-28 is 404 with a JSON-RPC body"""
    body, headers = modern("no/such")
    answer = wire.post("/rpc", body, headers)
    equal((answer.status, answer.json()["error"]["code"]), (404, -32601))


def modern_unknown_tool(wire):
    """an unknown tool of 2026-07-28 is -32602"""
    body, headers = modern("tools/call", {"name": "no_such_tool", "arguments": {}})
    equal(message(wire.post("/rpc", body, headers))["error"]["code"], -32602)


def header_mismatch(wire):
    """a header that contradicts the body is 400 with -32020"""
    body, headers = modern("tools/call", {"name": "get_system_health", "arguments": {}})
    answer = wire.post("/rpc", body, headers | {"Mcp-Name": "query_aoma_knowledge"})
    equal((answer.status, answer.json()["error"]["code"]), (400, -32020))


def unsupported_version(wire):
    """an unknown revision in `_meta` is 400 with -32022 and names those supported"""
    body, headers = modern("tools/list")
    body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01"
    answer = wire.post("/rpc", body, headers | {"MCP-Protocol-Version": "2099-01-01"})
    equal((answer.status, answer.json()["error"]["code"]), (400, -32022))
    holds(NEWEST in answer.json()["error"]["data"]["supported"], answer.text)


def caching_hints(wire):
    """tools/list of 2026-07-28 says how long it may be kept"""
    body, headers = modern("tools/list")
    result = message(wire.post("/rpc", body, headers))["result"]
    holds(result["ttlMs"] >= 0 and result["cacheScope"] in ("public", "private"), f"{result['ttlMs']} {result['cacheScope']}")


def message(answer):
    """The one JSON-RPC message of an answer, plain or as a stream's last event."""
    lines = [line[5:] for line in answer.text.splitlines() if line.startswith("data:") and line[5:].strip()]
    return json.loads(lines[-1] if lines else answer.text)


FACTS = [
    unknown_version,
    notification,
    empty_batch,
    broken_json,
    bad_utf8,
    deep_nesting,
    unknown_method,
    params_missing,
    uri_missing,
    empty_query,
    foreign_origin,
    foreign_host,
    discover,
    modern_unknown_method,
    modern_unknown_tool,
    header_mismatch,
    unsupported_version,
    caching_hints,
]
FAMILIES = {f"initialize settles on {version} when asked for it": partial(handshake, version) for version in HANDSHAKE}
FAMILIES |= {
    "a batch of 2025-03-26 is answered as a batch": partial(batch, BOTH | {"MCP-Protocol-Version": "2025-03-26"}),
    "a batch without a revision is taken as of 2025-03-26": partial(batch, {}),
}
FAMILIES |= {f"the id {id!r} is echoed": partial(id_echo, id) for id in (7, "seven", 0, "")}
