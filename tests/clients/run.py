"""Real clients against the real `mesh`: the official SDKs, raw requests as old callers make them, and `mesh call`."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import command_line
import facts
import raw
from samples import MESH, index
from served import served
from sessions import CLIENTS
from tally import Tally


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="clients-") as name:
        folder = pathlib.Path(name)
        try:
            corpus = index(folder)
            command = [str(MESH), "serve", "--corpus", str(corpus), "--listen", "127.0.0.1:0"]
            with served(command, folder / "serve.log") as address:
                ask(tally, address, corpus)
        except Exception as fault:
            tally.fail("the samples are indexed and served", fault)
    tally.close()


def ask(tally, address, corpus):
    raw.judge(tally, address)
    command_line.judge(tally, address)
    for client in CLIENTS:
        facts.judge(tally, client, lambda: client.see(address, corpus, facts.STEPS))


if __name__ == "__main__":
    main()
