"""A deployment that is well and one that is not, in every way in turn: `mesh verify`, `mesh call` and `mesh secrets`.

The function is the real one, behind a Function URL that checks signatures; the account is moto's. Both are on loopback.
"""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import called
import checked
import faulty
import kept
import pages
from stage import staged
from tally import Tally


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        with staged(pathlib.Path(name)) as stage:
            for part in (checked, faulty, called, kept, pages):
                for what, fact in part.FACTS.items():
                    tally.check(what, lambda: fact(stage))
    tally.close()


if __name__ == "__main__":
    main()
