"""What is said beside a call: that nobody waits for it any more, how far it has come, and that a list or a resource has changed."""

import json
import time

import hostile_http
import servers
from faults import hostile
from gateway import BUDGET_SECONDS, serving, settled
from tally import equal, holds
from wire import MODERN, Http, Stateless

SESSION = "2025-11-25"
CANCELLED = "notifications/cancelled"
# Time enough for a call to be upstream, and to be taken back.
SOON = 3


def judge(tally, folder):
    judge_first(tally, folder)
    with hostile_http.serving() as http_server:
        record = folder / "record.jsonl"
        record.touch()
        entries = {
            "records": hostile("records", str(record)),
            "http-records": {"url": f"{http_server.address}/records"},
            "every": servers.Server({"command": "node", "args": [servers.EVERYTHING, "stdio"]}).entry,
            "grows": hostile("grows"),
            "storm": hostile("storm"),
        }
        seen = {
            "records": lambda: [json.loads(line) for line in record.read_text().splitlines()],
            "http-records": lambda: http_server.of("records"),
        }
        with serving(folder, "control", entries) as gateway:
            wanted = {"records__work", "http-records__work", "every__echo", "grows__work", "storm__work"}
            warm = Stateless(gateway.rpc, "2025-06-18")
            settled(warm.tools, lambda listed: wanted <= listed.keys(), 30)
            for name, messages in seen.items():
                judge_cancellation(tally, gateway, name, messages)
            judge_progress(tally, gateway)
            judge_changes(tally, gateway)
            judge_subscriptions(tally, gateway)


def judge_first(tally, folder):
    """Nothing has been listed yet, and nothing is known of any upstream."""

    def called(gateway):
        answer = Stateless(gateway.rpc, "2025-06-18").call("grows__work", seconds=BUDGET_SECONDS * 2)
        equal(answer.value()["content"][0]["text"], "done")

    with serving(folder, "first", {"grows": hostile("grows")}) as gateway:
        tally.check("a call that comes before any list starts its upstream", lambda: called(gateway))


def judge_cancellation(tally, gateway, name, messages):
    leaving = {
        "of 2025-06-18, stateless": lambda: leave(Stateless(gateway.rpc, "2025-06-18"), name),
        "of 2026-07-28": lambda: leave(Http(gateway.rpc, MODERN), name),
        "in a session that says so": lambda: take_back(gateway, name),
    }
    for client, leaves in leaving.items():
        tally.check(f"{name}: a client {client} leaves: its call is taken back", lambda: taken_back(leaves, messages))
    tally.check(f"{name}: the budget ends: the call is taken back", lambda: taken_back(lambda: late(gateway, name), messages))


def leave(client, name):
    """Hangs up when the call has had time to be upstream."""
    with client.post(client.message("tools/call", {"name": f"{name}__work"}), BUDGET_SECONDS):
        time.sleep(1)


def take_back(gateway, name):
    with Http(gateway.rpc, SESSION) as client:
        call = client.message("tools/call", {"name": f"{name}__work"})
        with client.post(call, BUDGET_SECONDS):
            time.sleep(1)
            client.notify(CANCELLED, {"requestId": call["id"], "reason": "enough"})
            time.sleep(1)


def late(gateway, name):
    answer = Stateless(gateway.rpc, "2025-06-18").call(f"{name}__work", seconds=BUDGET_SECONDS * 2)
    holds(f"`{name}`" in answer.told(), answer.told())


def taken_back(leaves, messages):
    """One call more, and one cancellation of it, with the number that the upstream knows it by."""
    before = len(messages())
    leaves()
    both = settled(lambda: messages()[before:], lambda new: any(message.get("method") == CANCELLED for message in new), SOON)
    calls = [message["id"] for message in both if message.get("method") == "tools/call"]
    cancelled = [message["params"]["requestId"] for message in both if message.get("method") == CANCELLED]
    equal((len(calls), cancelled), (1, calls))


def judge_progress(tally, gateway):
    """The last step comes with the result: over and over, for neither may overtake the other."""
    arguments = {"duration": 0.2, "steps": 4}
    meta = {"progressToken": "the caller's own"}
    wanted = [("the caller's own", step, 4) for step in (1, 2, 3, 4)]

    def steps(client):
        with client:
            for _ in range(8):
                answer = client.call("every__trigger-long-running-operation", arguments, meta=meta)
                told = [message["params"] for message in answer.heard if message.get("method") == "notifications/progress"]
                equal([(step["progressToken"], step["progress"], step["total"]) for step in told], wanted)
                holds("completed" in answer.told(), answer.told())

    tally.check("progress: every step reaches a session, with the token of its caller", lambda: steps(Http(gateway.rpc, SESSION)))
    tally.check("progress: and a caller of 2026-07-28", lambda: steps(Http(gateway.rpc, MODERN)))


def judge_changes(tally, gateway):
    changed = "notifications/tools/list_changed"

    def told_once():
        with Http(gateway.rpc, SESSION) as client:
            heard = client.listen()
            time.sleep(0.5)
            client.call("grows__work")
            equal(settled(client.tools, lambda listed: "grows__grown" in listed, 10).keys() & {"grows__grown"}, {"grows__grown"})
            time.sleep(1)
            equal([message["method"] for message in drained(heard)], [changed])

    def not_told():
        with Http(gateway.rpc, SESSION) as client:
            heard = client.listen()
            time.sleep(0.5)
            client.call("storm__work")
            time.sleep(SOON)
            equal([message["method"] for message in drained(heard)], [])

    tally.check("changes: a longer list of an upstream is listed, and told once", told_once)
    tally.check("changes: a thousand notices of nothing new are told to nobody", not_told)


def judge_subscriptions(tally, gateway):
    """The real server tells at once of what is subscribed to, and every five seconds, while it is told to."""
    updated = "notifications/resources/updated"

    def told():
        with Http(gateway.rpc, SESSION) as client, Http(gateway.rpc, SESSION) as other:
            heard, aside = client.listen(), other.listen()
            listed = client.request("resources/list").value()["resources"]
            uri = next(resource["uri"] for resource in listed if resource["uri"].startswith("demo://"))
            equal(client.request("resources/subscribe", {"uri": uri}).value(), {})
            client.call("every__toggle-subscriber-updates")
            message = heard.get(timeout=SOON)
            equal((message["method"], message["params"]["uri"]), (updated, uri))
            equal(client.request("resources/unsubscribe", {"uri": uri}).value(), {})
            client.call("every__toggle-subscriber-updates")
            equal(drained(aside), [])

    tally.check("subscriptions: who has subscribed to a resource of an upstream hears of it, and nobody else", told)


def drained(heard):
    found = []
    while not heard.empty():
        found.append(heard.get())
    return found
