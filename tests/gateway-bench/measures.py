"""Each measure: what is sent to whom in turn, and what is made of the times. Times are nanoseconds inside, microseconds in tables."""

import contextlib
import statistics
import time
import urllib.request
from dataclasses import dataclass, field

import servers
from connection import Http, Stdio, call, checked, request

WARM_UP = 0.1
# Of the rounds with what takes long: a median needs no thousands.
SLOW = 10
TOOLS = 1000
UPSTREAMS = 10
HANGING = 100
BLOCKS = 5
# Until that many calls hang, and until all are taken back.
SETTLE_SECONDS = 30
HEARD_SECONDS = 60
LONGEST_BUDGET_MS = "600000"


@dataclass
class Goal:
    what: str
    figure: float
    bound: float
    unit: str = "×"

    def row(self):
        verdict = "met" if self.figure <= self.bound else "missed"
        return f"| {self.what} | ≤ {self.bound:.3g} {self.unit} | {self.figure:.3g} {self.unit} | {verdict} |"


@dataclass
class Found:
    """`times` by contestant, for the table of p50 and p99."""

    times: dict = field(default_factory=dict)
    goals: list = field(default_factory=list)


def over_http(programs, folder, rounds):
    """The same bare upstream, asked itself and through."""
    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(programs.upstream(folder / "bare.log", 10))
        ours = stack.enter_context(programs.gateway(folder / "ours", {"bare": {"url": bare.url}}))
        theirs = stack.enter_context(servers.fastmcp(folder, bare.url))
        arguments = {"text": "a few words"}
        both = {
            "direct": (Http(bare.url), call("tool_0000", arguments)),
            "mesh": (heard(ours, "bare__tool_0000"), call("bare__tool_0000", arguments)),
        }
        times = interleaved(both, rounds)
        beside = interleaved(both | {"fastmcp": (Http(theirs.url).open(), call("tool_0000", arguments))}, slow(rounds))
    goals = [
        Goal("`tools/call` over HTTP, p50, to direct", p50(times["mesh"]) / p50(times["direct"]), 2.0),
        Goal("`tools/call` over HTTP, p99, to direct", p99(times["mesh"]) / p99(times["direct"]), 2.5),
        Goal("time added over HTTP, to fastmcp's", added(beside, "mesh") / added(beside, "fastmcp"), 1 / 20),
    ]
    return Found(named("HTTP upstream", times) | named("HTTP upstream, beside fastmcp", beside), goals)


def over_stdio(programs, folder, rounds):
    """A process of server-memory for each, with nothing in it."""
    own = {"command": servers.MEMORY[0], "args": servers.MEMORY[1:], "env": servers.memory(folder, "mesh")}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(programs.gateway(folder / "ours", {"memory": own}))
        supergateway = stack.enter_context(servers.supergateway(folder))
        mcp_proxy = stack.enter_context(servers.mcp_proxy(folder))
        child = Stdio(servers.MEMORY, servers.os.environ | servers.memory(folder, "direct"))
        stack.callback(child.close)
        contestants = {
            "direct": (child.open(), call("read_graph", {})),
            "mesh": (heard(ours, "memory__read_graph"), call("memory__read_graph", {})),
            "supergateway": (Http(supergateway.url).open(), call("read_graph", {})),
            "mcp-proxy": (Http(mcp_proxy.url).open(), call("read_graph", {})),
        }
        times = interleaved(contestants, rounds)
    goals = [
        Goal("time added over stdio, to supergateway's", added(times, "mesh") / added(times, "supergateway"), 1 / 3),
        Goal("time added over stdio, to mcp-proxy's", added(times, "mesh") / added(times, "mcp-proxy"), 1 / 10),
    ]
    return Found(named("stdio upstream", times), goals)


def lists(programs, folder, rounds):
    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(programs.upstream(folder / "bare.log", TOOLS))
        ours = stack.enter_context(programs.gateway(folder / "ours", {"bare": {"url": bare.url}}))
        through = heard(ours, "bare__tool_0000", TOOLS)
        asked = {"bare": (Http(bare.url), request("tools/list")), "mesh": (through, request("tools/list"))}
        times = interleaved(asked, slow(rounds))
    goal = Goal(f"`tools/list` of {TOOLS} tools of an upstream, p50, to a bare server's own", p50(times["mesh"]) / p50(times["bare"]), 0.35)
    return Found(named(f"list of {TOOLS}", times), [goal])


def isolation(programs, folder, rounds):
    """Blocks of calls in turn: while nothing else goes on, and while calls hang in another upstream."""
    times = {"alone": [], "while others hang": []}
    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(programs.upstream(folder / "bare.log", 10))
        hanging = stack.enter_context(servers.hanging(folder))
        upstreams = {"bare": {"url": bare.url}, "hanging": {"url": f"{hanging.url}/mcp"}}
        ours = stack.enter_context(programs.gateway(folder / "ours", upstreams, MESH_BUDGET_MS=LONGEST_BUDGET_MS))
        through = heard(ours, "bare__tool_0000")
        heard(ours, "hanging__hang").close()
        asked = {"": (through, call("bare__tool_0000", {"text": "a few words"}))}
        for _ in range(BLOCKS):
            times["alone"] += interleaved(asked, rounds // BLOCKS)[""]
            with hung(ours, hanging):
                times["while others hang"] += interleaved(asked, rounds // BLOCKS)[""]
    figure = p50(times["while others hang"]) / p50(times["alone"])
    goal = Goal(f"p50 while {HANGING} calls hang in another upstream, to alone", figure, 1.2)
    return Found(named("isolation", times), [goal])


@contextlib.contextmanager
def hung(ours, hanging):
    connections = [Http(ours.url, servers.BEARER) for _ in range(HANGING)]
    try:
        for number, connection in enumerate(connections):
            connection.socket.sendall(connection.prepare(call("hanging__hang", {}, number)))
        await_waiting(hanging, HANGING)
        yield
        await_waiting(hanging, HANGING)
    finally:
        for connection in connections:
            connection.close()
    await_waiting(hanging, 0)


def await_waiting(hanging, wanted):
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        with urllib.request.urlopen(f"{hanging.url}/", timeout=SETTLE_SECONDS) as response:
            found = int(response.read())
        if found == wanted:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{found} calls hang, and not {wanted}, after {SETTLE_SECONDS} s")
        time.sleep(0.05)


def memory(programs, folder, rounds):
    """Two of ours that have served the same number of lists and calls."""
    with contextlib.ExitStack() as stack:
        each = TOOLS // UPSTREAMS
        bare = [stack.enter_context(programs.upstream(folder / f"bare-{at}.log", each)) for at in range(UPSTREAMS)]
        upstreams = {f"bare-{at}": {"url": one.url} for at, one in enumerate(bare)}
        alone = stack.enter_context(programs.gateway(folder / "alone", {}))
        ours = stack.enter_context(programs.gateway(folder / "ours", upstreams))
        asked = {
            "alone": (Http(alone.url, servers.BEARER), call("get_server_capabilities", {})),
            "ours": (heard(ours, "bare-0__tool_0000", TOOLS), call("bare-0__tool_0000", {"text": "a few words"})),
        }
        listed = {name: (connection, request("tools/list")) for name, (connection, _) in asked.items()}
        for contestants in (asked, listed):
            interleaved(contestants, slow(rounds))
        added_kb = ours.resident_kb() - alone.resident_kb()
        print(f"resident: {alone.resident_kb()} kB alone, {ours.resident_kb()} kB with {UPSTREAMS} upstreams and {TOOLS} tools\n")
    return Found(goals=[Goal(f"memory that {UPSTREAMS} upstreams and {TOOLS} tools add", added_kb / 1024, 8, "MB")])


def heard(gateway, tool, count=1):
    """A connection to ours, when it lists the tool, and as many of upstreams as it should."""
    connection = Http(gateway.url, servers.BEARER)
    deadline = time.monotonic() + HEARD_SECONDS
    while True:
        names = [one["name"] for one in connection.ask(request("tools/list"))["tools"] if "__" in one["name"]]
        if tool in names and len(names) >= count:
            return connection
        if time.monotonic() > deadline:
            raise RuntimeError(f"`{tool}` and {count} tools were not heard of in {HEARD_SECONDS} s: {len(names)} are")
        time.sleep(0.1)


def interleaved(contestants, rounds):
    """One request to each in turn, so that whatever else the machine does falls on all; each round begins with another, since what
    one leaves behind falls on the next."""
    prepared = [(name, connection, connection.prepare(message)) for name, (connection, message) in contestants.items()]
    for name, connection, sent in prepared:
        checked(name, connection.send(sent)[1])
    times = {name: [] for name in contestants}
    warm_up = max(int(rounds * WARM_UP), 1)
    for round_ in range(rounds + warm_up):
        prepared.append(prepared.pop(0))
        for name, connection, sent in prepared:
            taken, answer = connection.send(sent)
            if b'"result"' not in answer or b'"isError":true' in answer:
                raise RuntimeError(f"{name}: {answer[:500]}")
            if round_ >= warm_up:
                times[name].append(taken)
    return times


def slow(rounds):
    return max(rounds // SLOW, SLOW)


def named(what, times):
    return {f"{what}: {name}": taken for name, taken in times.items()}


def p50(times):
    return statistics.median(times)


def p99(times):
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


def added(times, name):
    """What is not the upstream's own time; at least a microsecond, so that noise makes no wonders."""
    return max(p50(times[name]) - p50(times["direct"]), 1000)


MEASURES = {"http": over_http, "stdio": over_stdio, "list": lists, "isolation": isolation, "memory": memory}
