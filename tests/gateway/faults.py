"""Upstreams with every fault at once, and sound ones between them: each answer names its upstream, in time, and nothing is left."""

import os
import pathlib
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import hostile_http
from gateway import BUDGET_SECONDS, serving, settled
from tally import equal, holds
from wire import Http, Stateless

HOSTILE = pathlib.Path(__file__).resolve().parent / "hostile.py"
ERA = "2025-06-18"
SECOND = 1.0
# For the answer of a server whose cores are busy with other tests.
MOMENT = 1.0
# All of them at once are two dozen interpreters.
START_SECONDS = 20
# Those that do not leave when asked included.
STOP_SECONDS = 10
SOUND = ["good-stdio", "good-http"]

# Upstream: what a call of its tool is answered with, beside its name; `done` where the fault does not concern the call.
CALLS = {
    "no-program": "there is no program",
    "ends-at-start": "it cannot find its database",
    "ends-in-call": "it fell over",
    "hangs-in-initialize": "in time",
    "hangs-in-list": "in time",
    "hangs-in-call": "in time",
    "stderr": "done",
    "noise": "done",
    "long-line": "done",
    "endless-cursor": "done",
    "same-cursor": "done",
    "wrong-id": "in time",
    "storm": "done",
    "grandchildren": "done",
    "ignores-term": "done",
    "large": "a result may have",
    "schema": "done",
    "http-hangs": "in time",
    "http-status-500": "500",
    "http-html": "not a message",
    "http-half": "",
    "http-wrong-answer": "another request",
    "http-session": "done",
    "http-rotated": "done",
    "http-redirected": "307",
    "http-silent": "",
    "unreachable": "",
    "good-stdio": "done",
    "good-http": "done",
}
# Nothing is ever heard of these: a call of a tool that would be theirs says so.
UNLISTED = {"no-program", "ends-at-start", "hangs-in-initialize", "hangs-in-list", "http-silent", "unreachable"}


def judge(tally, folder):
    with hostile_http.serving() as http:
        http.token = "first"
        credentials = folder / "credentials"
        credentials.mkdir()
        (credentials / "global.env").write_text("TOKEN=first\n")
        settings = {"MESH_CREDENTIALS": str(credentials), "MESH_RESULT_LIMIT": str(256 << 10)}
        with serving(folder, "faults", upstreams(http), **settings) as gateway:
            client = Stateless(gateway.rpc, ERA)
            judge_lists(tally, client)
            http.token = "second"
            (credentials / "global.env").write_text("TOKEN=second\n")
            http.forget_sessions()
            judge_calls(tally, gateway)
            judge_single(tally, client, http)
            judge_growth(tally, gateway)
            os.kill(gateway.pid, signal.SIGTERM)
            over = settled(gateway.is_over, lambda over: over, STOP_SECONDS)
            left = gateway.processes()
        tally.check("faults: it ends by itself", lambda: equal(over, True))
        tally.check("faults: and leaves no process", lambda: equal(left, []))
    judge_kill(tally, folder)


def upstreams(http):
    started = [name for name in CALLS if not name.startswith("http-") and name not in ("no-program", "unreachable", *SOUND)]
    entries = {name: hostile(name) for name in started}
    entries |= {f"http-{name}": {"url": f"{http.address}/{name}"} for name in hostile_http.FAULTS if name not in ("good", "records")}
    entries["http-rotated"]["headers"] = {"Authorization": "Bearer ${TOKEN}"}
    entries["http-silent"] |= {"type": "sse", "mesh": {"startTimeout": "3s"}}
    entries["no-program"] = {"command": "/nonexistent/server"}
    entries["unreachable"] = {"url": "http://127.0.0.1:9/mcp"}
    return entries | {"good-stdio": hostile("good"), "good-http": {"url": f"{http.address}/good"}}


def hostile(fault, *more):
    hangs = fault in ("hangs-in-initialize", "hangs-in-list")
    options = {"mesh": {"startTimeout": "3s"}} if hangs else {}
    return {"command": sys.executable, "args": [str(HOSTILE), fault, *more]} | options


def judge_lists(tally, client):
    begun = time.monotonic()
    listed = client.tools()
    took = time.monotonic() - begun
    # What comes too late for the first list is in a later one.
    expected = {f"{name}__work" for name in CALLS if name not in UNLISTED}
    listed = settled(client.tools, lambda listed: expected <= listed.keys(), START_SECONDS)
    tally.check("list: the first is answered within the budget", lambda: holds(took < BUDGET_SECONDS + MOMENT, f"{took:.1f} s"))
    for name in CALLS:
        known = f"{name}__work" in listed
        if name in UNLISTED:
            tally.check(f"list: {name} offers nothing", lambda known=known: equal(known, False))
        else:
            tally.check(f"list: {name} is there beside the others", lambda known=known: equal(known, True))
    of_schema = [name for name in listed if name.startswith("schema__")]
    tally.check("list: tools that no client takes are left out alone", lambda: equal(of_schema, ["schema__work"]))
    pages = [name for name in listed if name.startswith("endless-cursor__")]
    tally.check("list: a list without end has an end", lambda: equal(len(pages), 100))
    begun = time.monotonic()
    client.tools()
    again = time.monotonic() - begun
    tally.check("list: the next waits for none that has failed", lambda: holds(again < SECOND, f"{again:.1f} s"))


def judge_calls(tally, gateway):
    """All at once, and the sound ones over and over beside them."""
    with ThreadPoolExecutor(len(CALLS) + len(SOUND)) as pool:
        calls = {name: pool.submit(call, gateway, name) for name in CALLS}
        beside = [pool.submit(keep_calling, gateway, name, calls) for name in SOUND]
        answers = {name: pending.result() for name, pending in calls.items()}
        times = {name: pending.result() for name, pending in zip(SOUND, beside)}
    for name, wanted in CALLS.items():
        tally.check(f"call: {name}", lambda name=name, wanted=wanted: answered(name, wanted, answers[name]))
    for name, taken in times.items():
        slowest = max(taken)
        tally.check(f"call: {name} answers at once beside them", lambda: holds(slowest < SECOND, f"{slowest:.2f} s of {len(taken)}"))


def call(gateway, name, **arguments):
    client = Stateless(gateway.rpc, ERA)
    return client.call(f"{name}__work", arguments, BUDGET_SECONDS * 2)


def keep_calling(gateway, name, others):
    taken = []
    while not taken or not all(pending.done() for pending in others.values()):
        answer = call(gateway, name)
        equal(answer.value()["content"][0]["text"], "done")
        taken.append(answer.seconds)
        time.sleep(0.02)
    return taken


def answered(name, wanted, answer):
    told = answer.told()
    holds(answer.seconds < BUDGET_SECONDS + MOMENT, f"{answer.seconds:.1f} s: {told}")
    if wanted == "done":
        return equal((answer.value().get("isError", False), answer.value()["content"][0]["text"]), (False, "done"))
    equal(answer.value().get("isError"), True)
    text = answer.value()["content"][0]["text"]
    holds(f"`{name}`" in text and wanted in text, text)


def judge_single(tally, client, http):
    """What comes after a fault."""

    def wide(order):
        answer = client.call("long-line__work", {order: True}, BUDGET_SECONDS * 2)
        holds("`long-line`" in answer.told() and "a result may have" in answer.told(), answer.told()[:300])
        equal(client.call("long-line__work").value()["content"][0]["text"], "done")

    tally.check("call: a line of 20 MB fails its call, and the next is answered", lambda: wide("wide"))
    tally.check("call: so does one with its id at the end", lambda: wide("id_last"))
    for name in ("ends-in-call", "http-half", "http-html", "http-status-500", "hangs-in-call"):
        tally.check(f"call: {name} is called again and named again", lambda name=name: named(name, client.call(f"{name}__work", seconds=10)))
    openings = [message for message in http.of("session") if message.get("method") == "initialize"]
    tally.check("call: a forgotten session is opened anew once", lambda: equal(len(openings), 2))
    calls = [message for message in http.of("session") if message.get("method") == "tools/call"]
    tally.check("call: and its call is sent once more", lambda: equal(len(calls), 2))
    calls = [message for message in http.of("rotated") if message.get("method") == "tools/call"]
    tally.check("call: after a 401 credentials are read anew, and the call is sent once more", lambda: equal(len(calls), 2))


def named(name, answer):
    equal(answer.value().get("isError"), True)
    holds(f"`{name}`" in answer.told(), answer.told())
    holds(answer.seconds < BUDGET_SECONDS + MOMENT, f"{answer.seconds:.1f} s")


def judge_growth(tally, gateway):
    """Failing over and over leaves no more behind than failing once."""
    short = ["ends-in-call", "http-half", "http-html", "http-status-500", "large", *SOUND]

    def rounds(times):
        for _ in range(times):
            for name in short:
                call(gateway, name)

    rounds(3)
    before = gateway.descriptors(), len(gateway.processes())
    rounds(20)

    def no_more():
        # Nobody asks in the meantime, and what was being started is there by then.
        descriptors = settled(gateway.descriptors, lambda now: now <= before[0], 5)
        processes = settled(lambda: len(gateway.processes()), lambda now: now <= before[1], 5)
        holds(descriptors <= before[0] and processes <= before[1], f"{before} before, {(descriptors, processes)} after")

    tally.check("faults: 20 rounds leave no process and no descriptor more", no_more)


def judge_kill(tally, folder):
    """Killed, it cannot end what it has started; that ends all the same. What the started have started is beyond it."""
    entries = {name: hostile(name) for name in ("good", "ignores-term")}
    with serving(folder, "killed", entries) as gateway:
        with Http(gateway.rpc, "2025-11-25") as client:
            client.tools()
            holds(len(gateway.processes()) >= len(entries), "they have started")
        os.kill(gateway.pid, signal.SIGKILL)
        left = settled(gateway.processes, lambda left: not left, 5)
    tally.check("faults: killed outright, it leaves no process", lambda: equal(left, []))
    for process in left:
        os.kill(int(process.split()[0]), signal.SIGKILL)
