"""`cargo lambda watch`: the function on a developer's machine. It tells no principal, and a deadline in 1970."""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import time

from function import ROOT
from tally import equal, holds
from wire import Wire

TOOLS = ROOT / ".tools" / "infra-cargo-lambda" / "bin"
TOKEN = "the-token-of-the-tests"
# It may have to build the function first.
START_SECONDS = 900
STOP_SECONDS = 10


def judge(tally, folder):
    with watching(folder / "watch.log") as address:
        for fact in FACTS:
            tally.check(f"cargo lambda watch: {fact.__doc__}", lambda: fact(Wire(address)))


@contextlib.contextmanager
def watching(log):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [ROOT / "scripts" / "cargo", "lambda", "watch", "--ignore-changes", "--invoke-address", "127.0.0.1"]
    command += ["--invoke-port", str(port), "--locked", "--bin", "mcp"]
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    own = {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "MESH_BEARER_SHA256": digest}
    with open(log, "wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}"
            await_function(address, process, log)
            yield address
        finally:
            stop(process)


def await_function(address, process, log):
    """The first answer comes when the function is built; before that there may be nobody, or a refusal."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if Wire(address).get("/health?live").status == 200:
                return
        time.sleep(1)
    raise RuntimeError(f"the function was never served: {log.read_text(errors='replace')[-2000:]}")


def stop(process):
    """As a developer does: it ends what it started only when it is interrupted."""
    for how in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def refuses(wire):
    """without the token it answers 401"""
    equal(wire.post("/rpc", {"method": "tools/list"}).status, 401)


def lists(wire):
    """with the token it lists its tools"""
    answer = wire.post("/rpc", {"method": "tools/list"}, {"Authorization": f"Bearer {TOKEN}"})
    holds("get_system_health" in {tool["name"] for tool in answer.json()["result"]["tools"]}, str(answer))


def calls(wire):
    """a call has its time, whatever the year of the deadline"""
    body = {"method": "tools/call", "params": {"name": "get_server_capabilities", "arguments": {}}}
    answer = wire.post("/rpc", body, {"Authorization": f"Bearer {TOKEN}"})
    equal(answer.status, 200)
    holds(answer.tool(), str(answer))


FACTS = [refuses, lists, calls]
