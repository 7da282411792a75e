"""`mesh serve` under load: `run.py overload` and `run.py endure`.

MESH names the command; BUDGET_SECONDS=n gives each call of an overload that many (3), REQUESTS=n makes an endurance of that many."""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import endure
import overload
from process import Process
from served import served
from tally import Tally

MESH = os.environ.get("MESH", str(ROOT / "target" / "release" / "mesh"))
SOURCES = ("--knowledge", "docs", "--knowledge", "ARCHITECTURE.md", "--code", "crates", "--tickets", "examples/tickets.csv", "--mail", "examples/mail")


def main():
    what = sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        corpus = f"{scratch}/corpus"
        subprocess.run([MESH, "index", "--corpus", corpus, *SOURCES], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pid = pathlib.Path(scratch) / "pid"
        budget = f"MESH_BUDGET_MS={(overload if what == 'overload' else endure).BUDGET_SECONDS * 1000}"
        serve = [MESH, "serve", "--corpus", corpus, "--listen", "127.0.0.1:0"]
        # The shell's number becomes the server's own.
        command = ["env", budget, "sh", "-c", f'echo $$ >"{pid}"; exec "$@"', "sh", *serve]
        with served(command, f"{scratch}/log") as address:
            process = Process(int(pid.read_text()))
            if what == "overload":
                overload.run(tally, address, process, len(os.sched_getaffinity(0)))
            else:
                endure.run(tally, address, process)
    tally.close()


if __name__ == "__main__":
    main()
