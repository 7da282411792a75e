"""`mesh serve` as a resource server of OAuth 2.1: a real authorization server, and the official clients, which are told nothing
but the server's address.

The official conformance suite has nothing for this. Its scenarios `auth/*` are for clients: the suite is the server and the
authorization server in them, and what they judge is what the client asks for. Its two `authorization-server-*` and
`authorization-code-*` are for an authorization server, which we are not. Its scenarios for servers send no token at all. `make
conformance` fails when that changes."""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from refused import judge_refusals
from served import served
from tally import Tally, equal, holds

MESH = ROOT / "target" / "debug" / "mesh"
TOOL = "get_server_capabilities"
SCOPE = "mesh:read"
CLIENT_SECONDS = 60

PYTHONS = {version: ROOT / ".tools" / f"mcp-{version}" / "bin" / "python" for version in ("1.30.0", "2.3.0")}
CLIENTS = {"TypeScript 1.32.2": ["node", str(HERE / "client.mjs")]} | {
    f"Python {version}": [str(python), str(HERE / "client.py")] for version, python in PYTHONS.items()
}


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="doors-") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        try:
            issuer, other = (stack.enter_context(authorization_server(folder / f"issuer-{n}.log")) for n in (1, 2))
            mesh = stack.enter_context(resource_server(issuer, folder / "mesh.log"))
        except Exception as fault:
            tally.fail("an authorization server and a server that trusts it start", fault)
            tally.close()
        for client, command in CLIENTS.items():
            for flow in ("person", "machine"):
                judge_flow(tally, f"{client}, {flow}", command, flow, mesh, issuer, folder)
        judge_refusals(tally, mesh, issuer, other)
        tally.check("no token is in the log", lambda: no_token(folder / "mesh.log"))
    tally.close()


def authorization_server(log):
    return served(["node", str(HERE / "issuer.mjs")], log)


def resource_server(issuer, log):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "MESH_RESOURCE": f"http://{address}",
        "MESH_JWT_ISSUER": issuer,
        "MESH_JWT_SCOPES": SCOPE,
        "MESH_LOG_FORMAT": "json",
    }
    named = [f"{name}={value}" for name, value in settings.items()]
    return served(["env", *named, str(MESH), "serve", "--listen", address], log)


def judge_flow(tally, name, command, flow, mesh, issuer, folder):
    """The client finds its way from 401 to an answer, and the log says for whom."""
    plan = {"target": f"{mesh}/rpc", "flow": flow, "issuer": issuer, "tool": TOOL}
    plan |= {"secret": "fake-secret-of-robot", "scope": SCOPE, "browser": str(HERE / "browser.py")}
    begun = len(lines(folder / "mesh.log"))
    asked_before = len(asked(folder / "issuer-1.log"))
    try:
        seen = see(command, plan)
    except Exception as fault:
        return tally.fail(f"{name}: from 401 to an answer", fault)
    tally.check(f"{name}: from 401 to an answer", lambda: answered(seen))
    new = lines(folder / "mesh.log")[begun:]
    caller = f"jwt:{'ada' if flow == 'person' else 'robot'}@{issuer}"
    tally.check(f"{name}: the log names {caller.split('@')[0]}", lambda: names(new, caller))
    tally.check(f"{name}: it was led by the metadata", lambda: led(new, asked(folder / "issuer-1.log")[asked_before:], flow))


def see(command, plan):
    done = subprocess.run(
        [*command, json.dumps(plan)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=CLIENT_SECONDS,
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"the client left with {done.returncode}: {done.stderr.strip()[-1500:]}")
    return json.loads(done.stdout)


def answered(seen):
    holds(TOOL in seen["tools"], f"`{TOOL}` is not among {seen['tools']}")
    equal(seen["is_error"], False)


def names(new, caller):
    calls = [line for line in new if line.get("tool") == TOOL]
    equal([line["caller"] for line in calls], [caller])


def led(new, asked, flow):
    statuses = [(line["path"], line["status"]) for line in new if line.get("message") == "request"]
    equal(statuses[:2], [("/rpc", 401), ("/.well-known/oauth-protected-resource/rpc", 200)])
    wanted = ["POST /reg", "GET /auth", "POST /token"] if flow == "person" else ["POST /token"]
    found = [request for request in asked if request in wanted]
    equal(found, wanted)
    holds(any("/.well-known/" in request for request in asked), f"no metadata among {asked}")


def lines(log):
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def asked(log):
    found = [line.removeprefix("asked ") for line in log.read_text().splitlines() if line.startswith("asked ")]
    return [re.sub(r"/(consent|auth)/.*", r"/\1/…", request) for request in found]


def no_token(log):
    holds("eyJ" not in log.read_text(), "the log has the beginning of a token")


if __name__ == "__main__":
    main()
