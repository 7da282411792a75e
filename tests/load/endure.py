"""Many requests, and to a server sessions and killed clients too: afterwards memory is level, and no thread or file descriptor
is left."""

import asyncio
import json
import os
import time

from client import JSON, Connection, call
from tally import holds

GIVEN = os.environ.get("REQUESTS")
REQUESTS = int(GIVEN or 100_000)
SESSIONS, KILLED = REQUESTS // 20, REQUESTS // 200
FUNCTION_REQUESTS = int(GIVEN or 20_000)
# lambda_runtime sets a variable of the environment to it with each event, and glibc keeps every value that one ever had: with
# another each time that is 170 bytes a request, and none of ours.
TRACE_ID = "Root=1-00000000-000000000000000000000001;Parent=0000000000000001;Sampled=0"
CONNECTIONS = 16
BUDGET_SECONDS = 25
EVENTS = ("content-type: application/json", "accept: application/json, text/event-stream")
LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
REQUESTS_OF = (
    ("POST", "/rpc", call("query_aoma_knowledge", {"query": "how is a deadline kept"}), JSON),
    ("POST", "/rpc", LIST, JSON),
    ("GET", "/health?live", b"", ()),
    ("POST", "/tools/search_jira_tickets", b'{"query": "upload"}', JSON),
    ("GET", "/metrics", b"", ()),
    ("POST", "/rpc", b"not JSON", JSON),
    ("POST", "/rpc", call("get_server_capabilities", {}), JSON),
    ("GET", "/no-such", b"", ()),
)


async def requests(address, count):
    connection = await Connection.open(address)
    for number in range(count):
        method, path, body, headers = REQUESTS_OF[number % len(REQUESTS_OF)]
        status, answered, _ = await connection.ask(method, path, body, headers)
        # To be refused is an answer.
        if status >= 500 and status != 503:
            raise AssertionError(f"{method} {path}: {status}")
        if answered.get("connection") == "close":
            connection.close()
            connection = await Connection.open(address)
    connection.close()


async def sessions(address, count):
    opening = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "endure", "version": "1"}}
    initialize = json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": opening}).encode()
    initialized = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}'
    for _ in range(count):
        connection = await Connection.open(address)
        status, headers, _ = await connection.ask("POST", "/rpc", initialize, EVENTS)
        named = (*JSON, f"mcp-session-id: {headers['mcp-session-id']}")
        await connection.ask("POST", "/rpc", initialized, named)
        await connection.ask("POST", "/rpc", call("search_jira_tickets", {"query": "upload"}), named)
        status, _, _ = await connection.ask("DELETE", "/rpc", b"", named)
        if status != 204:
            raise AssertionError(f"a session ended with {status}")
        connection.close()


async def killed(address, count):
    """Clients that are gone in the middle: of a request, of an answer, of a stream."""
    for number in range(count):
        connection = await Connection.open(address)
        if number % 3 == 0:
            connection.writer.write(b"POST /rpc HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{")
        elif number % 3 == 1:
            connection.send("POST", "/rpc", call("analyze_development_context", {"currentTask": "index the mail"}), JSON)
        else:
            connection.send("GET", "/sse", b"", ("accept: text/event-stream",))
        await connection.writer.drain()
        await asyncio.sleep(0)
        connection.writer.transport.abort()


async def everything(address, share):
    each = int(REQUESTS * share) // CONNECTIONS
    await asyncio.gather(
        *(requests(address, each) for _ in range(CONNECTIONS)),
        *(sessions(address, int(SESSIONS * share) // 4) for _ in range(4)),
        killed(address, int(KILLED * share)),
    )


async def events(address, share):
    """One environment of a function has one request at a time."""
    await requests(address, int(FUNCTION_REQUESTS * share))


def settled(process):
    """What is left when every connection has had time to close, and every idle thread (10 s) to end."""
    time.sleep(12)
    return process.resident_kb(), process.threads(), process.descriptors()


def server(tally, address, process):
    judge(tally, lambda: process, lambda: asyncio.run(everything(address, 0.2)))


def function(tally, address, process):
    judge(tally, process, lambda: asyncio.run(events(address, 0.2)))


def judge(tally, process, a_fifth):
    a_fifth()
    process = process()
    warm = settled(process)
    marks = []
    for _ in range(4):
        a_fifth()
        marks.append(settled(process))
    print(f"      KB, threads, descriptors: {warm}, then {marks}", flush=True)
    last = marks[-1]
    tally.check("memory is level within 5 %", lambda: holds(last[0] <= warm[0] * 1.05, f"{warm[0]} KB became {last[0]} KB"))
    tally.check("no thread is left", lambda: holds(last[1] <= warm[1], f"{warm[1]} became {last[1]}"))
    tally.check("no file descriptor is left", lambda: holds(last[2] <= warm[2], f"{warm[2]} became {last[2]}"))
