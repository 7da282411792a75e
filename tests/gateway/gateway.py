"""`mesh serve` in front of the upstreams of a test, and what is left of it and of those it started."""

import contextlib
import json
import os
import pathlib
import time
import uuid

from served import served

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MESH = pathlib.Path(os.environ.get("GATEWAY_TESTS_MESH") or ROOT / "target" / "debug" / "mesh")
MARK = "GATEWAY_TESTS_RUN"
BUDGET_SECONDS = 5


class Gateway:
    def __init__(self, address, pid, mark):
        self.address = address
        self.rpc = f"{address}/rpc"
        self.sse = f"{address}/sse"
        self.pid = pid
        self.mark = mark

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def processes(self):
        return marked(self.mark)

    def is_over(self):
        """Whether it has ended, though nobody has taken note of it yet."""
        words = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        return words.rpartition(")")[2].split()[0] == "Z"


@contextlib.contextmanager
def serving(folder, name, upstreams, user=None, **settings):
    """Each upstream is an entry as `.mcp.json` has it; those that are commands are marked, so that none is overlooked.

    All tools are listed, where nothing else is said: what is listed is what is compared."""
    file, mark = write(folder / name, upstreams)
    pid_file = folder / name / "pid"
    settings = {"MESH_BUDGET_MS": str(BUDGET_SECONDS * 1000), "MESH_LIMITS": "off", "MESH_TOOLS": "all"} | settings
    command = ["sh", "-c", 'echo $$ > "$0"; exec "$@"', str(pid_file)]
    if user is not None:
        command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    command += ["env", *(f"{name}={value}" for name, value in settings.items())]
    command += [str(MESH), "serve", "--listen", "127.0.0.1:0", "--upstreams", str(file)]
    with served(command, folder / name / "log") as address:
        yield Gateway(address, int(pid_file.read_text()), mark)


def over_stdio(folder, name, upstreams):
    """The command to start it with, for the one client that does."""
    file, _ = write(folder / name, upstreams)
    return [str(MESH), "serve", "--stdio", "--upstreams", str(file)]


def write(folder, upstreams):
    """Into a folder of its own, where its lock is kept too."""
    folder.mkdir(mode=0o777)
    mark = uuid.uuid4().hex
    entries = {
        upstream: entry | ({"env": {MARK: mark} | entry.get("env", {})} if "command" in entry else {})
        for upstream, entry in upstreams.items()
    }
    file = folder / "mcp.json"
    file.write_text(json.dumps({"mcpServers": entries}))
    return file, mark


def marked(mark):
    """The processes that have a mark in their environment, as `pid command`."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append(f"{process.name} {words.strip()}")
    return found


def settled(read, wanted, seconds):
    """What `read` gives when it is as `wanted` says, or at the end of the time."""
    deadline = time.monotonic() + seconds
    while not wanted(found := read()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
