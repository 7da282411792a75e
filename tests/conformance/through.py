"""The suite against the fixture server as the only upstream of the gateway: what passes direct passes through."""

import contextlib
import json
import pathlib
import urllib.request
from collections import Counter

from served import served
from suite import REVISIONS, Outcome, required, run_suite
from tally import equal, holds

MESH = pathlib.Path(__file__).resolve().parent.parent.parent / "target" / "debug" / "mesh"
NAME = "fixtures"
HEARD_SECONDS = 30

LOGS = "log messages of an upstream go to the log of the server, not to clients"
# By scenario the checks that pass direct and not through, each for a reason. One that passes has to leave the table.
DIFFERS = {
    "2025-11-25": {
        "logging-set-level": {"logging-set-level": LOGS},
        "tools-call-with-logging": {"tools-call-with-logging": LOGS},
    },
    "2026-07-28": {},
}


def judge(tally, folder, upstream, direct):
    """`direct` has the outcomes of `upstream` without the gateway, by revision and scenario."""
    with gateway(folder, upstream) as address:
        url = f"{address}/mcp/{NAME}"
        wait_until_heard(url)
        for revision in REVISIONS:
            found = run_suite(url, revision, folder / revision)
            for scenario in required(revision):
                name = f"through the gateway {revision}: {scenario}"
                tally.check(name, lambda: compare(revision, scenario, direct[revision], found))
            unknown = DIFFERS[revision].keys() - set(required(revision))
            tally.check(f"through the gateway {revision}: what differs is in the set", lambda: equal(unknown, set()))


@contextlib.contextmanager
def gateway(folder, upstream):
    folder.mkdir()
    file = folder / "mcp.json"
    file.write_text(json.dumps({"mcpServers": {NAME: {"url": upstream, "mesh": {"relay": True, "replay": True}}}}))
    command = ["env", "MESH_LIMITS=off", str(MESH), "serve", "--listen", "127.0.0.1:0", "--upstreams", str(file)]
    with served(command, folder / "log") as address:
        yield address


def wait_until_heard(url):
    """The first list waits for the upstream."""
    with urllib.request.urlopen(f"{url}/tools", timeout=HEARD_SECONDS) as response:
        holds(json.load(response)["tools"], "nothing is listed of the upstream")


def compare(revision, scenario, direct, found):
    through = found.get(scenario, Outcome())
    lost = lost_checks(direct.get(scenario, Outcome()), through)
    known = DIFFERS[revision].get(scenario, {})
    new = [said for check, said in lost.items() if check not in known]
    passing = [f"{check} passes: take it out of the table, where it says that {known[check]}" for check in known.keys() - lost.keys()]
    holds(not new and not passing, "\n".join(new + passing))
    for check in lost:
        print(f"      differs: {check}, as {known[check]}", flush=True)
    for warning in through.warnings:
        print(f"      warning: {warning}", flush=True)


def lost_checks(direct, through):
    """The checks that pass direct and are not even made through, and those that fail through alone, with what the suite says of them."""
    passed, warned = Counter(through.successes), Counter(map(identity, through.warnings))
    unmade = Counter(direct.successes) - passed - warned
    failed = Counter(map(identity, through.failures)) - Counter(map(identity, direct.failures))
    said = {identity(line): line for line in through.failures}
    return {check: said.get(check, f"{check}: not made") for check in sorted({*unmade, *failed})}


def identity(line):
    return line.split(":", 1)[0]
