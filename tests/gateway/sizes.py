"""How large calls of servers behind this one, and their results, may be for a team: the same at every address."""

import json
import urllib.error
import urllib.request

from faults import hostile
from gateway import BUDGET_SECONDS, serving
from tally import equal, holds
from wire import Stateless

POLICY = """[team.all]
members = ["*"]
read = ["*"]
write = ["*"]
spend = ["*"]
[team.all.limits]
read = { request_bytes = 40, result_bytes = RESULT }
write = { request_bytes = 40, result_bytes = RESULT }
spend = { request_bytes = 40, result_bytes = RESULT }
"""
SMALL, LARGE = {"note": "x"}, {"note": "x" * 100}


def judge(tally, folder):
    record = folder / "record.jsonl"
    record.touch()
    entries = {"grows": hostile("grows"), "records": hostile("records", str(record))}
    with limited(folder, "requests", entries, 1000) as gateway:
        tally.check("arguments within the bound go through", lambda: passes(gateway))
        for name in ("grows", "records"):
            tally.check(f"{name}: larger ones are refused at every address", lambda: refused(gateway, name, LARGE, "take 40 from this caller"))
        tally.check("and before the upstream hears of them", lambda: unheard(record))
    with limited(folder, "results", {"grows": hostile("grows")}, 10) as gateway:
        tally.check("a larger result is told of in its place at every address", lambda: refused(gateway, "grows", SMALL, "give this caller 10"))


def limited(folder, name, entries, result):
    policy = folder / f"{name}.toml"
    policy.write_text(POLICY.replace("RESULT", str(result)))
    return serving(folder, name, entries, MESH_POLICY=str(policy))


def told(gateway, name, arguments):
    """What each address says to a call."""
    client = Stateless(gateway.rpc, "2025-06-18")
    yield client.call(f"{name}__work", arguments).told()
    for path, body in ((f"/tools/{name}__work", arguments), (f"/mcp/{name}/tools/work", {"arguments": arguments})):
        yield json.loads(posted(gateway.address + path, body))


def posted(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=BUDGET_SECONDS * 2) as answer:
            return answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.read()


def passes(gateway):
    first, *others = told(gateway, "grows", SMALL)
    holds('"done"' in first, first)
    equal([one["content"][0]["text"] for one in others], ["done", "done"])


def refused(gateway, name, arguments, why):
    first, *others = told(gateway, name, arguments)
    for one in (first, *(other["message"] for other in others)):
        holds(why in one, one)


def unheard(record):
    heard = [json.loads(line).get("method") for line in record.read_text().splitlines()]
    holds("tools/list" in heard and "tools/call" not in heard, heard)
