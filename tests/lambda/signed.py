"""AWS's own bridge for MCP clients, which signs each request, in front of a URL that checks signatures."""

import json
import subprocess

from facts import QUESTION
from function import REGION, ROOT, behind_url
from samples import TOOLS
from sessions import HERE as CLIENTS
from tally import equal, holds
from wire import Wire

PROXY = ROOT / ".tools" / "mcp-proxy-for-aws" / "bin" / "mcp-proxy-for-aws"
PYTHON = ROOT / ".tools" / "mcp-1.30.0" / "bin" / "python"
KEY, SECRET = "AKIAEXAMPLEOFTESTS00", "the-secret-key-of-the-tests"
SECONDS = 120
STEPS = [
    {"label": "tools", "do": "tools"},
    {"label": "knowledge", "do": "call", "name": "query_aoma_knowledge", "arguments": {"query": QUESTION}},
    {"label": "ticket", "do": "read", "uri": "jira://ticket/AOMA-101"},
]


def judge(tally, bootstrap, folder):
    with behind_url(bootstrap, folder / "signed.log", "--sign", f"{KEY}:{SECRET}") as address:
        tally.check("signed: a request without a signature is refused before the function", lambda: unsigned(address))
        tally.check("signed: mcp-proxy-for-aws lists, calls and reads through the URL", lambda: bridged(address))
        tally.check("signed: with another secret it gets nothing", lambda: forged(address))


def unsigned(address):
    answer = Wire(address).get("/health?live")
    equal((answer.status, answer.headers["x-amzn-errortype"]), (403, "AccessDeniedException"))


def bridged(address):
    seen = through_proxy(address, SECRET)
    steps = {label: outcome.get("value") or outcome for label, outcome in json.loads(seen.stdout)["steps"].items()}
    equal({tool["name"] for tool in steps["tools"]["tools"]}, TOOLS)
    answer = json.loads(steps["knowledge"]["content"][0]["text"])
    equal((answer["found"], answer["citations"][0]["title"]), (True, "What is AOMA?"))
    holds("Upload stalls at 99 %" in steps["ticket"]["contents"][0]["text"], steps["ticket"])


def forged(address):
    seen = through_proxy(address, "another-secret-key")
    holds("403 Forbidden" in seen.stderr and not seen.stdout, f"it was answered: {seen.stdout} {seen.stderr[-1000:]}")


def through_proxy(address, secret):
    """The bridge is a server on standard input and output for the client that starts it."""
    # `--region` is what it signs for; it does not start without a region of its own.
    own = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": REGION}
    bridge = ["env", *[f"{name}={value}" for name, value in own.items()], str(PROXY)]
    bridge += [f"{address}/rpc", "--service", "lambda", "--region", REGION, "--disable-telemetry"]
    plan = {"sdk": "1.30", "transport": "stdio", "mode": "legacy", "target": bridge, "steps": STEPS}
    command = [str(PYTHON), str(CLIENTS / "session_1.py"), json.dumps(plan)]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)
