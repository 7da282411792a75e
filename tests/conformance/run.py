"""The official conformance suite against our fixtures, as a server with and without sessions, as a Lambda function that
buffers and that streams, and behind the gateway, for both frozen requirement sets."""

import contextlib
import json
import pathlib
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import through
from served import served
from suite import REVISIONS, of_authorization, required, run_suite
from tally import Tally, equal, holds

BUILT = ROOT / "target" / "debug"
SERVER = [BUILT / "mesh-conformance", "--listen", "127.0.0.1:0"]
# Before a real URL no foreign Host gets to a function; the suite asks for the refusal. It asks more than a caller may in a minute.
URL = [BUILT / "function-url", "--iam-arn", "arn:aws:iam::123456789012:user/suite", "--env", "MESH_ALLOWED_HOSTS=127.0.0.1", "--env", "MESH_LIMITS=off"]
STREAMING = ["--streaming", "--env", "MESH_INVOKE_MODE=streaming"]
FUNCTION = ["--", BUILT / "mesh-conformance-lambda"]
MODES = {
    "stateless": SERVER,
    "stateful": [*SERVER, "--sessions"],
    "buffered function": [*URL, *FUNCTION],
    "streaming function": [*URL, *STREAMING, *FUNCTION],
}
WITH_SESSIONS = {"stateful"}
# As what the gateway has behind it: whatever the suite asks has a way back.
UPSTREAM = "stateful"

# These need requests from server to client, which have no way back without a session. MCP 2025-11-25, basic/transports.
NEED_A_SESSION = {
    "tools-call-sampling": ("test_sampling", {"prompt": "hello"}, "sampling"),
    "tools-call-elicitation": ("test_elicitation", {"message": "hello"}, "elicitation"),
    "elicitation-sep1034-defaults": ("test_elicitation_sep1034_defaults", {}, "elicitation"),
    "elicitation-sep1330-enums": ("test_elicitation_sep1330_enums", {}, "elicitation"),
}
# The suite finds nothing to check in this without a session, whose id it opens its streams with, and says neither success
# nor failure. All others must succeed in something.
VACUOUS = ("2025-11-25", "server-sse-multiple-streams")
REFUSAL_SECONDS = 5


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="conformance-") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        urls = {}
        for mode, command in MODES.items():
            try:
                log = (folder / mode.replace(" ", "-")).with_suffix(".log")
                urls[mode] = f"{stack.enter_context(served([str(part) for part in command], log))}/rpc"
            except RuntimeError as fault:
                tally.fail(f"{mode}: the fixture server starts", fault)
        found = {mode: judge_mode(tally, mode, url, folder / mode.replace(" ", "-")) for mode, url in urls.items()}
        try:
            through.judge(tally, folder / "through", urls[UPSTREAM], found[UPSTREAM])
        except Exception as fault:
            tally.fail("through the gateway: the suite is run", fault)
    # What there is of authorization is for clients and authorization servers: tests/doors has our side of it.
    tally.check("no scenario of the suite is about authorization by a server", lambda: equal(of_authorization(), []))
    tally.close()


def judge_mode(tally, mode, url, folder):
    found = {revision: run_suite(url, revision, folder / revision) for revision in REVISIONS}
    for revision, results in found.items():
        scored = required(revision)
        for scenario in scored:
            judge(tally, mode, revision, scenario, results.get(scenario))
        list_unscored({scenario: outcome for scenario, outcome in results.items() if scenario not in scored})
    if mode not in WITH_SESSIONS:
        for tool, arguments, need in NEED_A_SESSION.values():
            tally.check(f"{mode}: {tool} is refused at once, with the reason", lambda: refused(url, tool, arguments, need))
    return found


def judge(tally, mode, revision, scenario, outcome):
    if mode not in WITH_SESSIONS and scenario in NEED_A_SESSION:
        return
    name = f"{mode} {revision}: {scenario}"
    if outcome is None:
        tally.fail(name, "the suite left no result")
    elif outcome.failures:
        tally.fail(name, "\n".join(outcome.failures))
    elif not outcome.successes and (mode in WITH_SESSIONS or (revision, scenario) != VACUOUS):
        tally.fail(name, "the suite checked nothing")
    else:
        tally.ok(name if outcome.successes else f"{name} (nothing to check in this mode)")
        for warning in outcome.warnings:
            print(f"      warning: {warning}")


def list_unscored(results):
    for scenario, outcome in sorted(results.items()):
        state = "not passing" if outcome.failures else "warning" if outcome.warnings else "passing"
        print(f"note  not scored: {scenario} ({state})")


def refused(url, tool, arguments, need):
    """The initialize handshake is not needed: a stateless server takes each request for itself."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=REFUSAL_SECONDS) as response:
        equal(response.status, 200)
        answer = message(response.read().decode())
    holds("error" in answer or answer["result"].get("isError"), f"not refused: {answer}")
    holds(need in json.dumps(answer), f"the reason does not name what is missing: {answer}")


def message(text):
    """One JSON-RPC message, plain or as the last event of a stream."""
    data = [line[5:] for line in text.splitlines() if line.startswith("data:") and line[5:].strip()]
    return json.loads(data[-1] if data else text)


if __name__ == "__main__":
    main()
