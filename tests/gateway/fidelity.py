"""Every tool of real servers, listed and called direct and through the gateway: the definitions and the results are the same bytes."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import raw
import servers
from gateway import MARK, over_stdio, serving, settled
from tally import equal, holds
from wire import MODERN, Http, Sse, Stateless, Stdio

# A process that is started by us has it, and so that the comparison is fair one that is started directly, too.
HOPS = "MESH_HOPS"
# What belongs to a revision and not to the upstream.
OF_THE_REVISION = {"resultType", "ttlMs", "cacheScope"}
SERVER_INFO = "io.modelcontextprotocol/serverInfo"
# What a process gets of our environment: PATH, HOME and what words and folders are.
INHERITED = ["PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "TZ", "TMPDIR", "TERM", "USER"]
INHERITED += ["SHELL", "LOGNAME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"]
UNORDERED_BETWEEN = r"(?:[{},]|\\n)+ *"
# All interpreters at once would each be too slow to open in time.
AT_ONCE = 4
START_SECONDS = 60
# A task of theirs takes five.
BUDGET_SECONDS = 15
# What points to a task. Who has called plainly knows of none.
RELATED_TASK = "io.modelcontextprotocol/related-task"


def judge(tally, folder):
    with servers.over_http(folder) as http:
        real = servers.real(folder, http)
        servers.reset(folder)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            direct = dict(zip(real, pool.map(ask_direct, real.values())))
        judge_direct(tally, real, direct)
        entries = {name: server.entry for name, server in real.items()} | {"dead": servers.dead(folder)}
        with serving(folder, "real", entries, MESH_BUDGET_MS=str(BUDGET_SECONDS * 1000)) as gateway:
            eras = {
                "2025-06-18, stateless": lambda: Stateless(gateway.rpc, "2025-06-18"),
                "2025-11-25, in a session": lambda: Http(gateway.rpc, "2025-11-25"),
                "2026-07-28": lambda: Http(gateway.rpc, MODERN),
                "2024-11-05, over HTTP+SSE": lambda: Sse(gateway.sse),
            }
            expected = {f"{name}__{tool}" for name, (tools, _) in direct.items() for tool in tools}
            warm = Stateless(gateway.rpc, "2025-06-18")
            settled(warm.tools, lambda listed: expected <= listed.keys(), START_SECONDS)
            for era, opened in eras.items():
                judge_era(tally, folder, era, opened, real, direct)
            tally.check("dead: its call is answered, with its name", lambda: dead(warm))
        judge_era(tally, folder, "2025-11-25, over stdio", lambda: stdio(folder, entries, expected), real, direct)


def ask_direct(server):
    with direct_client(server) as client:
        tools = client.tools()
        run = lambda tool: client.run if tool in servers.TASKS else client.call
        return tools, [run(tool)(tool, arguments) for tool, arguments in server.steps]


def direct_client(server):
    entry = server.entry
    if "command" in entry:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return Stdio([entry["command"], *entry["args"]], server.era, inherited | {MARK: "0", HOPS: "0123456789abcdef"} | entry.get("env", {}))
    return Sse(entry["url"]) if entry.get("type") == "sse" else Http(entry["url"], server.era)


def stdio(folder, entries, expected):
    client = Stdio(over_stdio(folder, "over-stdio", entries), "2025-11-25", os.environ | {"MESH_LIMITS": "off", "MESH_TOOLS": "all"}).open()
    settled(client.tools, lambda listed: expected <= listed.keys(), START_SECONDS)
    client.open = lambda: client
    return client


def judge_direct(tally, real, direct):
    """What is compared is worth comparing."""
    for name, server in real.items():
        tools, answers = direct[name]
        called = {tool for tool, _ in server.steps}
        tally.check(f"{name}: every tool is called", lambda: equal(called | server.uncalled.keys(), set(tools)))
        good = {tool for (tool, _), answer in zip(server.steps, answers) if answer.error is None and not answer.value().get("isError")}
        tally.check(f"{name}: every tool answers once", lambda: equal(called - good, {"fail", "refuse"} & called))


def judge_era(tally, folder, era, opened, real, direct):
    servers.reset(folder)
    try:
        client = opened()
        with client:
            listed = client.tools()
            for name, server in real.items():
                definitions, results = direct[name]
                tally.check(f"{era}: {name}: definitions", lambda: same_definitions(name, listed, definitions))
                for place, ((tool, arguments), wanted) in enumerate(zip(server.steps, results)):
                    what = f"{era}: {name}: {tool} ({place + 1})"
                    tally.check(what, lambda: same(tool, client.call(f"{name}__{tool}", arguments), wanted, name))
    except Exception as fault:
        tally.fail(f"{era}: it is asked to its end", fault)


def same_definitions(name, listed, direct):
    prefix = f"{name}__"
    equal({tool for tool in listed if tool.startswith(prefix)}, {prefix + tool for tool in direct})
    for tool, definition in direct.items():
        wanted = raw.members(definition) | {"name": json.dumps(prefix + tool)}
        equal(list(raw.members(listed[prefix + tool]).items()), list(wanted.items()))


def same(tool, found, wanted, server):
    if wanted.error is not None:
        holds(found.error is not None, f"expected the error {wanted.error}\nfound {found.result}")
        return equal(json.loads(found.error), json.loads(wanted.error))
    equal(comparable(tool, as_it_came(server, found.result)), comparable(tool, wanted.result))
    expected = meta(wanted.result)
    if tool in servers.TASKS:
        del expected[RELATED_TASK]
    equal(meta(found.result), expected)


def as_it_came(server, result):
    """Three of these servers have the same resources: a link of theirs that would lead to another names its server."""
    return re.sub(rf'mesh://{re.escape(server)}/([^"]+)', lambda link: unquote(link[1]), result)


def comparable(tool, result):
    """The members in their order, to the letter."""
    text = [(name, value) for name, value in raw.members(result).items() if name not in OF_THE_REVISION | {"_meta"}]
    for volatile in servers.VOLATILE.get(tool, []):
        text = [(name, re.sub(volatile, "~", value)) for name, value in text]
    return [(name, sorted(re.split(UNORDERED_BETWEEN, value)) if tool in servers.UNORDERED else value) for name, value in text]


def meta(result):
    found = json.loads(raw.members(result).get("_meta", "{}"))
    return {name: value for name, value in found.items() if name != SERVER_INFO}


def dead(client):
    answer = client.call("dead__list_tables")
    equal(answer.value().get("isError"), True)
    holds("`dead` is down" in answer.told(), answer.told())
