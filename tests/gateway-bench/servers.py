"""What is measured: the upstreams, ours in front of them, and what else a user would put there."""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODULES = HERE / "node_modules"
MEMORY = [shutil.which("node"), str(MODULES / "@modelcontextprotocol" / "server-memory" / "dist" / "index.js")]
SUPERGATEWAY = str(MODULES / "supergateway" / "dist" / "index.js")
LOOPBACK = str(ROOT / "tests" / "gateway" / "loopback.mjs")
MCP_PROXY = str(ROOT / ".tools" / "gateway-bench-mcp-proxy" / "bin" / "mcp-proxy")
FASTMCP = str(ROOT / ".tools" / "gateway-bench-fastmcp" / "bin" / "python")
READY = "listening on "
START_SECONDS = 60
STOP_SECONDS = 10
TOKEN = "not-a-secret-of-the-bench"
# Every tool, as fast as it is asked for: what is measured is that it is judged and counted.
POLICY = """[team.bench]
members = ["bearer"]
read = ["*"]
write = ["*"]

[team.bench.limits]
read = { per_minute = 1000000, concurrent = 1000 }
write = { per_minute = 1000000, concurrent = 1000 }
"""


@dataclass
class Server:
    url: str
    pid: int

    def resident_kb(self):
        lines = pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


@dataclass
class Programs:
    mesh: str
    bare: list

    def upstream(self, log, tools):
        """A server on rmcp and axum with nothing of ours, and so many tools built in."""
        return started([*self.bare, "--tools", str(tools)], log, "/rpc")

    @contextlib.contextmanager
    def gateway(self, folder, upstreams, **settings):
        """Ours with everything on: a caller, a policy, limits, the deadline, the log at `info`, the counters."""
        folder.mkdir()
        file, policy = folder / "mcp.json", folder / "policy.toml"
        file.write_text(json.dumps({"mcpServers": upstreams}))
        policy.write_text(POLICY)
        digest = hashlib.sha256(TOKEN.encode()).hexdigest()
        own = {"MESH_BEARER_SHA256": digest, "MESH_POLICY": str(policy), "MESH_TOOLS": "all"} | settings
        command = [self.mesh, "serve", "--listen", "127.0.0.1:0"] + (["--upstreams", str(file)] if upstreams else [])
        with started(command, folder / "log", "/rpc", os.environ | own) as server:
            yield server


BEARER = {"Authorization": f"Bearer {TOKEN}"}


def memory(folder, name):
    """The settings of one more server-memory, with a file of its own."""
    return {"MEMORY_FILE_PATH": str(folder / f"{name}.jsonl")}


def supergateway(folder):
    command = [MEMORY[0], "--import", LOOPBACK, SUPERGATEWAY, "--stdio", " ".join(MEMORY), "--outputTransport", "streamableHttp"]
    command += ["--stateful", "--logLevel", "none"]
    return started(command, folder / "supergateway.log", "/mcp", os.environ | memory(folder, "supergateway"))


def mcp_proxy(folder):
    port = free_port()
    command = [MCP_PROXY, "--pass-environment", "--log-level", "ERROR", "--host", "127.0.0.1", "--port", str(port), "--", *MEMORY]
    return started(command, folder / "mcp-proxy.log", "/mcp", os.environ | memory(folder, "mcp-proxy"), port)


def fastmcp(folder, url):
    port = free_port()
    command = [FASTMCP, str(HERE / "fastmcp_proxy.py"), url, str(port)]
    return started(command, folder / "fastmcp.log", "/mcp", os.environ, port)


def hanging(folder):
    return started([sys.executable, str(HERE / "hanging.py")], folder / "hanging.log", "")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def started(command, log, path, env=None, port=None):
    """It is there when it says where it listens, or when somebody listens at `port`. What it says goes to `log`."""
    with open(log, "wb") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        process = subprocess.Popen([str(word) for word in command], env=env, **streams)
    try:
        yield Server(await_address(process, command[0], log, port) + path, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_address(process, name, log, port):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended before it listened: {log.read_text(errors='replace').strip()[-500:]}")
        if address := listens(log, port):
            return address
        time.sleep(0.02)
    raise RuntimeError(f"{name} did not listen in {START_SECONDS} s: {log.read_text(errors='replace').strip()[-500:]}")


def listens(log, port):
    if port is None:
        said = log.read_text(errors="replace")
        return said.split(READY, 1)[1].split()[0].rstrip("/") if READY in said and said.split(READY, 1)[1].count("\n") else None
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return f"http://127.0.0.1:{port}"
    return None
