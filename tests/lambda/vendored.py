"""A server that people start by `npx`, behind the function: vendored, locked, and started where neither Node.js nor npm is."""

import json
import os
import platform
import shutil
import subprocess
import urllib.request

from function import ROOT, behind_url
from tally import equal, holds

MESH = ROOT / "target" / "debug" / "mesh"
SERVER = "@modelcontextprotocol/server-memory@2026.8.31"
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
ENTRIES = {
    "memory": {"command": "npx", "args": ["-y", SERVER], "env": {"MEMORY_FILE_PATH": "/tmp/vendored-memory.json"}},
    "newest": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"]},
    "python": {"command": "uvx", "args": ["mcp-server-time==2026.10.19"]},
}


def judge(tally, bootstrap, folder):
    task = folder / "vendored"
    (task / "upstreams").mkdir(parents=True)
    written = folder / "vendored.mcp.json"
    written.write_text(json.dumps({"mcpServers": ENTRIES}))
    file = task / "upstreams" / "mcp.json"
    vendor = [MESH, "upstream", "vendor", "--upstreams", written, "--into", task / "bin", "--file", file]
    done = run(vendor + ["--architecture", ARCHITECTURE], os.environ)
    tally.check("vendored: what has no exact version is refused by name", lambda: tells(done, "newest: `@modelcontextprotocol/server-memory` has no exact version"))
    tally.check("vendored: and so is what npm does not have", lambda: tells(done, "python: `uvx` fetches what it runs"))
    tally.check("vendored: the rest is done, and the command says that it is not all", lambda: equal(done.returncode, 1))
    # Of the machine's own programs, two that Amazon Linux has, too.
    plain = folder / "plain"
    plain.mkdir()
    for program in ("sh", "uname"):
        (plain / program).symlink_to(shutil.which(program))
    locked = run([MESH, "upstream", "lock", "--upstreams", file], {"PATH": f"{task / 'bin'}:{plain}"})
    tally.check("vendored: it is started and locked without Node.js on the machine", lambda: equal(locked.stdout, "memory: approved, tools 9\n"))
    checked = run([MESH, "upstream", "check", "--for", "lambda", "--upstreams", file, "--programs", task / "bin"], os.environ)
    tally.check("vendored: nothing stands against it in a function", lambda: equal((checked.returncode, checked.stdout), (0, "memory: a function can serve it\n")))
    shutil.copy(file.with_name("mesh.lock"), written.with_name("mesh.lock"))
    packed = run([ROOT / "scripts" / "package", "native"], os.environ | {"UPSTREAMS": str(written)})
    tally.check("vendored: what is not is refused before it is packed", lambda: refused(packed))
    shutil.copy(bootstrap, task / "bootstrap")
    settings = {"LAMBDA_TASK_ROOT": str(task), "PATH": str(plain), "TMPDIR": str(folder)}
    with behind_url(task / "bootstrap", folder / "vendored.log", **settings) as address:
        called = post(f"{address}/tools/memory__read_graph", {})
        tally.check("vendored: the function calls it", lambda: equal(json.loads(called["content"][0]["text"]), {"entities": [], "relations": []}))


def run(command, environment):
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=300)


def refused(packed):
    holds(packed.returncode != 0 and "no package: the function would refuse" in packed.stderr, packed.stderr)
    holds("newest: a function refuses it: `npx` fetches what it runs" in packed.stdout, packed.stdout)


def tells(done, line):
    holds(line in done.stderr, done.stderr)


def post(url, value):
    request = urllib.request.Request(url, json.dumps(value).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
