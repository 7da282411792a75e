"""`mesh serve --upstreams` in front of real servers and of hostile ones: what is called through it is what is called direct."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cluster
import control
import environment
import faults
import fidelity
import sdk
import search
import sizes
from tally import Tally

PARTS = {"fidelity": fidelity, "sdk": sdk, "faults": faults, "control": control, "environment": environment, "search": search}
PARTS |= {"sizes": sizes, "cluster": cluster}


def main():
    tally = Tally()
    chosen = sys.argv[1:] or PARTS
    with tempfile.TemporaryDirectory(prefix="gateway-") as name:
        for part in chosen:
            folder = pathlib.Path(name) / part
            folder.mkdir()
            try:
                PARTS[part].judge(tally, folder)
            except Exception as fault:
                tally.fail(f"{part}: it is judged to its end", fault)
    tally.close()


if __name__ == "__main__":
    main()
