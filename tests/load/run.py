"""`mesh serve` and the function under load: `run.py overload`, `run.py endure` and `run.py endure-function`.

MESH and BOOTSTRAP name the programs; BUDGET_SECONDS=n gives each call of an overload that many (3), REQUESTS=n makes an endurance
of that many."""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parent / "lambda")]

import endure
import overload
from function import behind_url
from process import Process
from served import served
from tally import Tally

MESH = os.environ.get("MESH", str(ROOT / "target" / "release" / "mesh"))
BOOTSTRAP = os.environ.get("BOOTSTRAP", str(ROOT / "target" / "release" / "mcp"))
SOURCES = ("--knowledge", "docs", "--knowledge", "ARCHITECTURE.md", "--code", "crates", "--tickets", "examples/tickets.csv", "--mail", "examples/mail")


def main():
    what = sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        corpus = f"{scratch}/corpus"
        indexed = subprocess.run([MESH, "index", "--corpus", corpus, *SOURCES], cwd=ROOT, capture_output=True, text=True)
        # 3: some files of the crates are binary, and named.
        if indexed.returncode not in (0, 3):
            sys.exit(indexed.stderr)
        pid = pathlib.Path(scratch) / "pid"
        # The shell's number becomes the program's own.
        numbered = ("sh", "-c", f'echo $$ >"{pid}"; exec "$@"', "sh")
        process = lambda: Process(int(pid.read_text()))
        serve = (MESH, "serve", "--corpus", corpus, "--listen", "127.0.0.1:0")
        if what == "endure-function":
            flags = ("--environments", "1", "--trace-id", endure.TRACE_ID)
            with behind_url((*numbered, BOOTSTRAP), f"{scratch}/log", *flags, MESH_CORPUS=corpus, MESH_LIMITS="off") as address:
                endure.function(tally, address, process)
        elif what == "endure":
            with served((*numbered, *serve), f"{scratch}/log") as address:
                endure.server(tally, address, process())
        else:
            budget = f"MESH_BUDGET_MS={overload.BUDGET_SECONDS * 1000}"
            with served(("env", budget, *numbered, *serve), f"{scratch}/log") as address:
                overload.run(tally, address, process(), len(os.sched_getaffinity(0)))
    tally.close()


if __name__ == "__main__":
    main()
