"""What a caller of the URL sees that a caller of `mesh serve` does not."""

import time

from function import behind_url
from protocol import modern
from samples import TOOLS
from tally import equal, holds
from wire import Wire


def judge(tally, bootstrap, folder):
    with behind_url(bootstrap, folder / "outside.log", MESH_BEARER_SHA256="0" * 64) as address:
        for fact in FACTS:
            tally.check(f"function: {fact.__doc__}", lambda: fact(Wire(address)))
    with behind_url(bootstrap, folder / "refusing.log", "--anonymous") as address:
        tally.check(f"function: {refuses_strangers.__doc__}", lambda: refuses_strangers(Wire(address)))


def lists_everything(wire):
    """with a corpus in its package it lists every tool"""
    equal({tool["name"] for tool in wire.get("/tools").json()["tools"]}, TOOLS)


def refuses_to_be_listened_to(wire):
    """a client that would stay to listen is told at once that nobody can, and is not promised it"""
    body, headers = modern("server/discover")
    offered = wire.post("/rpc", body, headers).json()["result"]["capabilities"]
    holds(not any("listChanged" in part or "subscribe" in part for part in offered.values()), f"promised: {offered}")
    body, headers = modern("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
    begun = time.monotonic()
    answer = wire.post("/rpc", body, headers)
    equal((answer.status, answer.json()["error"]["code"]), (404, -32601))
    holds(time.monotonic() - begun < 5, "it was kept waiting")


def refuses_strangers(wire):
    """without a principal or a token there is only `/health?live`"""
    equal([wire.get(path).status for path in ("/health?live", "/health", "/tools")], [200, 401, 401])
    equal(wire.post("/rpc", {"method": "tools/list"}).status, 401)


FACTS = [lists_everything, refuses_to_be_listened_to]
