"""The plain routes, for curl, monitors, browsers and callers that never spoke MCP."""

from functools import partial

from tally import equal, holds


def tool_route(wire):
    """POST /tools/{name} takes the bare arguments and gives the bare result"""
    answer = wire.post("/tools/query_aoma_knowledge", {"query": "What is AOMA?"})
    equal((answer.status, "jsonrpc" in answer.json()), (200, False))
    equal(answer.tool()["found"], True)


def tool_route_without_body(wire):
    """POST /tools/{name} without a body is told that it needs one"""
    answer = wire.post("/tools/get_system_health", b"")
    equal((answer.status, answer.json()["error"]), (400, "Request body required for tool calls"))


def tool_route_unknown(wire):
    """POST /tools/{name} of no tool names it in the contract's shape"""
    answer = wire.post("/tools/no_such_tool", {})
    equal((answer.status, answer.json()["error"], answer.json()["tool"]), (404, "Tool call failed", "no_such_tool"))


def tool_list_route(wire):
    """GET /tools lists what tools/list lists"""
    listed = wire.post("/rpc", {"method": "tools/list"}).json()["result"]["tools"]
    equal([tool["name"] for tool in wire.get("/tools").json()["tools"]], [tool["name"] for tool in listed])


def tool_definition_route(wire):
    """GET /tools/{name} gives that tool's definition"""
    definition = wire.get("/tools/get_system_health").json()
    equal((definition["name"], definition["inputSchema"]["type"]), ("get_system_health", "object"))


def metrics_route(wire):
    """GET /metrics counts a call"""
    before = wire.get("/metrics").json()["totalRequests"]
    wire.call("get_system_health", {})
    holds(wire.get("/metrics").json()["totalRequests"] > before, f"still {before}")


def prometheus(wire):
    """GET /metrics/prometheus names the tool that was called"""
    wire.call("get_system_health", {})
    answer = wire.get("/metrics/prometheus")
    holds(answer.headers["content-type"].startswith("text/plain"), answer.headers)
    holds('tool_name="get_system_health"' in answer.text, answer.text[:500])


def body_required(wire):
    """POST /rpc without a body is told that it needs one"""
    answer = wire.post("/rpc", b"")
    equal((answer.status, answer.json()["error"]["code"]), (400, -32700))


def descriptor(wire):
    """GET / describes the server to a program"""
    answer = wire.get("/", Accept="application/json")
    equal((answer.status, answer.json()["name"]), (200, "aoma-mesh-mcp"))


def page(wire):
    """GET / shows a page to a browser"""
    answer = wire.get("/", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    equal((answer.status, answer.headers["content-type"].split(";")[0]), (200, "text/html"))
    holds("AOMA Mesh" in answer.text, answer.text[:300])


def not_found(wire):
    """an unknown path is 404 and names the routes"""
    answer = wire.get("/no/such/path")
    equal(answer.status, 404)
    holds("/rpc" in answer.text and "/health" in answer.text, answer.text[:500])


def wrong_method(wire):
    """a wrong method is 405 and says which are right"""
    answer = wire.send("DELETE", "/health")
    equal(answer.status, 405)
    holds("GET" in answer.headers["allow"], answer.headers)


def head(wire):
    """HEAD /health is GET /health without the body"""
    answer = wire.send("HEAD", "/health")
    equal((answer.status, answer.text), (200, ""))


def live(wire):
    """GET /health?live answers without probing"""
    equal(wire.get("/health?live").status, 200)


def same_as_rpc(path, wire):
    equal(wire.call("query_aoma_knowledge", {"query": "What is AOMA?"}, path).tool()["found"], True)


def same_as_health(path, wire):
    answer = wire.get(path)
    equal((answer.status, answer.json()["status"]), (200, "healthy"))


FACTS = [
    tool_route,
    tool_route_without_body,
    tool_route_unknown,
    tool_list_route,
    tool_definition_route,
    metrics_route,
    prometheus,
    body_required,
    descriptor,
    page,
    not_found,
    wrong_method,
    head,
    live,
]
FAMILIES = {f"POST {path} is POST /rpc": partial(same_as_rpc, path) for path in ("/", "/mcp", "/api/v1/mcp", "/rpc/", "//rpc")}
FAMILIES |= {f"GET {path} is GET /health": partial(same_as_health, path) for path in ("/health/", "//health", "/%68ealth")}
