"""The command under torture."""

import json
import pathlib
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from served import served

# Read, unchanged, removed and of other kinds, as the summary's line of a kind has them.
LINE = re.compile(r"^(\w+): (\d+) \w+ read, (\d+) unchanged(.*); (\d+) passages$", re.M)
SKIPPED = re.compile(r"^skipped (\d+):\n((?:  .*\n)*)", re.M)
EVERY_SECONDS = 0.05
# A question has a deadline of its own that is shorter.
ANSWER_SECONDS = 60


@dataclass
class Run:
    status: int
    stdout: str
    stderr: str
    peak: int

    def counts(self):
        return {kind: (int(read), int(unchanged)) for kind, read, unchanged, _, _ in LINE.findall(self.stdout)}

    def passages(self):
        return sum(int(found[-1]) for found in LINE.findall(self.stdout))

    def skipped(self):
        found = SKIPPED.search(self.stdout)
        return found.group(2).splitlines() if found else []


class Mesh:
    def __init__(self, program, scratch):
        self.program = str(program)
        self.log = scratch / "log"

    def run(self, *arguments):
        """To its end, with the most memory that it and its processes held together."""
        process = subprocess.Popen([self.program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors="replace")
        peak = [0]
        ended = threading.Event()
        watcher = threading.Thread(target=watch, args=(process.pid, peak, ended))
        watcher.start()
        stdout, stderr = process.communicate()
        ended.set()
        watcher.join()
        return Run(process.returncode, stdout, stderr, peak[0])

    def index(self, corpus, *arguments):
        return self.run("index", "--corpus", corpus, *arguments)

    def served(self, corpus):
        return served([self.program, "serve", "--corpus", str(corpus), "--listen", "127.0.0.1:0"], self.log)

    def finds(self, corpus, expected):
        with self.served(corpus) as address:
            lost = [word for word in expected if not is_found(address, *word)]
        if lost:
            raise AssertionError(f"{len(lost)} of {len(expected)} are not found: {lost[:5]}")


def is_found(address, tool, word, named):
    status, answer = ask(address, tool, word)
    return status == 200 and named in answer


def ask(address, tool, word):
    """What one question is answered with; an answer of any status is one."""
    body = json.dumps({"query": word, "threshold": 0}).encode()
    request = urllib.request.Request(f"{address}/tools/{tool}", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def watch(pid, peak, ended):
    while not ended.is_set():
        peak[0] = max(peak[0], held(pid))
        time.sleep(EVERY_SECONDS)


def held(pid):
    """Bytes that a process and its children hold; one that is gone holds none."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as lines:
            own = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        threads = subprocess.run(["cat", *children(pid)], capture_output=True, text=True).stdout
    except OSError:
        return 0
    return own + sum(held(child) for child in threads.split())


def children(pid):
    return [str(task / "children") for task in pathlib.Path(f"/proc/{pid}/task").iterdir()]
