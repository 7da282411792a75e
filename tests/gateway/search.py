"""Sixty requests as people write them to an agent, and whether `search_tools` finds the tool for each, beside SQLite's FTS5 over
the same definitions. `python search.py` prints what each finds, and ends with 1 where ours is not as good as it has to be."""

import collections
import contextlib
import json
import pathlib
import sys
import tempfile
import urllib.request
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import fts5
import servers
from gateway import HERE, serving, settled
from tally import equal, holds
from wire import MODERN, Http, Stateless

# As agents would have them in their files.
NAMES = {"everything": "every-stdio", "filesystem": "files", "sequential-thinking": "thinking"}
NAMES |= {name: name for name in ("memory", "git", "fetch", "time", "sqlite")}
AT = (1, 5)
LIMIT = max(AT)
# Eight interpreters at once: on a busy machine each may use up its own start.
START_SECONDS = 120
OURS, FTS5, FTS5_TELLING = "search_tools", "FTS5", "FTS5 without stop words"
LISTED = {"search_tools", "call_tool"}


@dataclass
class Found:
    request: str
    server: str
    wanted: set
    names: dict

    def is_in(self, contestant, count):
        return bool(self.wanted & set(self.names[contestant][:count]))


def main():
    with tempfile.TemporaryDirectory(prefix="gateway-search-") as name, started(pathlib.Path(name)) as (gateway, definitions):
        found = asked(gateway, definitions)
    sys.exit(0 if report(found) else 1)


def judge(tally, folder):
    with started(folder) as (gateway, definitions):
        names = set(definitions)
        wanted = {name for request in requests() for name in advertised(request)}
        tally.check("search: every tool of a request is one", lambda: equal(wanted - names, set()))
        for era, client in {"2025-06-18, stateless": Stateless, MODERN: lambda rpc, _: Http(rpc, MODERN)}.items():
            with client(gateway.rpc, "2025-06-18") as opened:
                tally.check(f"search: {era}: the tools to search and to call with are listed, none of an upstream is", lambda: listed(opened, names))
                tally.check(f"search: {era}: what is found is defined whole", lambda: whole(opened, definitions))
                tally.check(f"search: {era}: what is found can be called by either way", lambda: called(opened))
        found = asked(gateway, definitions)
    at = {count: scores(found, count) for count in AT}
    tally.check("search: of sixty requests, the first is the right one as often as by FTS5", lambda: holds(no_worse(at[1]), at[1]))
    tally.check("search: and it is among five more often", lambda: holds(better(at[5]), at[5]))


@contextlib.contextmanager
def started(folder):
    """The gateway that has heard of every tool, and what all of them are, by their names."""
    unused = dict.fromkeys(("everything", "everything-sse", "modern", "mesh"), "http://127.0.0.1:1")
    real = servers.real(folder, unused)
    servers.reset(folder)
    entries = {name: real[of].entry for name, of in NAMES.items()}
    with serving(folder, "search", entries, MESH_TOOLS="search") as gateway:
        heard = lambda: {name: tools(gateway, name) for name in entries}
        found = settled(heard, lambda servers: all(servers.values()), START_SECONDS)
        if missing := [name for name, tools in found.items() if not tools]:
            raise RuntimeError(f"nothing was heard of {', '.join(missing)} in {START_SECONDS} s")
        yield gateway, {tool["name"]: tool for tools in found.values() for tool in tools}


def tools(gateway, server):
    with urllib.request.urlopen(f"{gateway.address}/mcp/{server}/tools", timeout=START_SECONDS) as response:
        return json.load(response)["tools"]


def requests():
    return json.loads((HERE / "requests.json").read_text())


def advertised(request):
    """What answers it: a tool, or one of several that do the same."""
    return {f"{request['server']}__{tool}" for tool in (request["tool"], *request.get("or", []))}


def asked(gateway, definitions):
    client, index = Stateless(gateway.rpc, "2025-06-18"), fts5.Index(definitions.values())
    return [
        Found(
            request["request"],
            request["server"],
            advertised(request),
            {
                OURS: [tool["name"] for tool in searched(client, request["request"])],
                FTS5: index.search(request["request"], LIMIT),
                FTS5_TELLING: index.search(request["request"], LIMIT, fts5.STOP_WORDS),
            },
        )
        for request in requests()
    ]


def searched(client, query, limit=LIMIT):
    result = client.call("search_tools", {"query": query, "limit": limit}).value()
    if result.get("isError"):
        raise AssertionError(f"`search_tools` answered with an error: {result}")
    found = result["structuredContent"]["tools"]
    holds(len(found) <= limit, f"{len(found)} tools, though {limit} were asked for")
    return found


def listed(client, names):
    found = set(client.tools())
    equal((LISTED - found, found & names), (set(), set()))


def whole(client, definitions):
    found = searched(client, "rename a file")
    holds(found, "nothing was found")
    equal(found, [definitions[tool["name"]] for tool in found])


def called(client):
    arguments = {"a": 2, "b": 3}
    direct = client.call("everything__get-sum", arguments)
    through = client.call("call_tool", {"name": "everything__get-sum", "arguments": arguments})
    equal(through.value(), direct.value())
    holds("5" in direct.told(), direct.told())


def scores(found, count):
    """How many of the requests each contestant answers with its first `count`."""
    return {contestant: sum(one.is_in(contestant, count) for one in found) for contestant in (OURS, FTS5, FTS5_TELLING)}


def no_worse(score):
    return score[OURS] >= max(score[FTS5], score[FTS5_TELLING])


def better(score):
    return score[OURS] > max(score[FTS5], score[FTS5_TELLING])


def report(found):
    contestants = (OURS, FTS5, FTS5_TELLING)
    print("| server | requests | " + " | ".join(f"{one} @{count}" for one in contestants for count in AT) + " |")
    print("|---|--:|" + "--:|" * (len(contestants) * len(AT)))
    by_server = collections.defaultdict(list)
    for one in found:
        by_server[one.server].append(one)
    for server, ones in [*by_server.items(), ("all", found)]:
        shares = [f"{scores(ones, count)[one] / len(ones):.2f}" for one in contestants for count in AT]
        print(f"| {server} | {len(ones)} | " + " | ".join(shares) + " |")
    print()
    for one in found:
        if not one.is_in(OURS, LIMIT):
            print(f"missed: {one.request}: {' or '.join(sorted(one.wanted))}; found {', '.join(one.names[OURS]) or 'nothing'}")
    at = {count: scores(found, count) for count in AT}
    goals = {"no worse at 1": no_worse(at[1]), "better at 5": better(at[5])}
    print("; ".join(f"{goal}: {'met' if met else 'missed'}" for goal, met in goals.items()), flush=True)
    return all(goals.values())


if __name__ == "__main__":
    main()
