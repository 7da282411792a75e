"""Drives `mesh index`, `mesh serve` and the function on inputs that users of such tools have reported as troublesome."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import code_files
import documents
import function
import mail
import protocol
import repositories
import tickets
from corpus import Corpus
from tally import Tally

PARTS = [documents, code_files, repositories, mail, tickets, protocol]


def main():
    tally = Tally()
    for fact in [fact for part in PARTS for fact in part.FACTS]:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Corpus(pathlib.Path(folder))
            tally.check(fact.__doc__, lambda: fact(corpus))
    function.judge(tally)
    tally.close()


if __name__ == "__main__":
    main()
