"""The official SDKs in front of the gateway, as they come: they list what is behind it, and call it."""

import json
import subprocess
import sys

import servers
from gateway import HERE, ROOT, over_stdio, serving, settled
from tally import equal, holds
from wire import Stateless

CLIENTS = HERE.parent / "clients"
SECONDS = 60
NAMED = {
    "Python 1.30.0": ("1.30", "legacy", [str(ROOT / ".tools" / "mcp-1.30.0" / "bin" / "python"), str(CLIENTS / "session_1.py")]),
    "Python 2.3.0": ("2.3", "auto", [str(ROOT / ".tools" / "mcp-2.3.0" / "bin" / "python"), str(CLIENTS / "session_2.py")]),
    "TypeScript 1.32.2": ("1.32", "legacy", ["node", str(CLIENTS / "session.mjs")]),
    "TypeScript 2.4.0": ("2.4", "auto", ["node", str(CLIENTS / "session.mjs")]),
}
STEPS = [
    {"label": "tools", "do": "tools"},
    {"label": "structured", "do": "call", "name": "every__get-structured-content", "arguments": {"location": "New York"}},
    {"label": "image", "do": "call", "name": "every__get-tiny-image", "arguments": {}},
    {"label": "links", "do": "call", "name": "every__get-resource-links", "arguments": {"count": 2}},
    {"label": "sum", "do": "call", "name": "modern__add", "arguments": {"a": 1, "b": 2}},
    {"label": "dead", "do": "call", "name": "ends__work", "arguments": {}},
]


def judge(tally, folder):
    upstreams = {
        "every": {"command": "node", "args": [servers.EVERYTHING, "stdio"]},
        "modern": {"command": "node", "args": [str(HERE / "modern.mjs")]},
        "ends": {"command": sys.executable, "args": [str(HERE / "hostile.py"), "ends-in-call"]},
        "unfit": {"command": sys.executable, "args": [str(HERE / "hostile.py"), "schema"]},
    }
    with serving(folder, "sdk", upstreams) as gateway:
        warm = Stateless(gateway.rpc, "2025-06-18")
        wanted = {"every__echo", "modern__add", "ends__work", "unfit__work"}
        settled(warm.tools, lambda listed: wanted <= listed.keys(), 30)
        # Over HTTP only: there the gateway has started them, and a session lists what it lists.
        for name, (sdk, mode, command) in NAMED.items():
            judge_client(tally, f"{name} over HTTP", command, {"sdk": sdk, "mode": mode, "transport": "http", "target": gateway.rpc})
    stdio = over_stdio(folder, "sdk-stdio", upstreams)
    sdk, mode, command = NAMED["TypeScript 1.32.2"]
    judge_client(tally, "TypeScript 1.32.2 over stdio", command, {"sdk": sdk, "mode": mode, "transport": "stdio", "target": stdio})


def judge_client(tally, name, command, plan):
    try:
        seen = see(command, plan | {"steps": STEPS})["steps"]
    except Exception as fault:
        return tally.fail(f"{name}: it sees the gateway", fault)
    for step, judge_step in {"tools": lists, "structured": structured, "image": image, "links": links, "sum": adds, "dead": dead}.items():
        tally.check(f"{name}: {step}", lambda: judge_step(value(seen[step])))


def see(command, plan):
    done = subprocess.run(
        [*command, json.dumps(plan)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"the client left with {done.returncode}: {done.stderr.strip()[-1500:]}")
    return json.loads(done.stdout)


def value(outcome):
    holds("value" in outcome, outcome)
    return outcome["value"]


def lists(seen):
    names = {tool["name"] for tool in seen["tools"]}
    holds({"every__echo", "modern__add", "ends__work", "unfit__work", "get_system_health"} <= names, names)


def structured(seen):
    equal(seen["structuredContent"], {"temperature": 33, "conditions": "Cloudy", "humidity": 82})


def image(seen):
    equal([block["type"] for block in seen["content"]], ["text", "image", "text"])


def links(seen):
    equal([block["type"] for block in seen["content"]], ["text", "resource_link", "resource_link"])


def adds(seen):
    equal(seen["structuredContent"], {"sum": 3})


def dead(seen):
    equal(seen["isError"], True)
    holds("`ends`" in seen["content"][0]["text"], seen)
