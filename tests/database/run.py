"""The database of `supabase/migrations` on a real PostgreSQL with pgvector."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import front
import scale
import schema
import semantics
from server import running
from tally import Tally

PARTS = {"schema": schema, "semantics": semantics, "front": front, "scale": scale}


def main():
    tally = Tally()
    with running() as server:
        for name in sys.argv[1:] or PARTS:
            PARTS[name].check(tally, server)
    tally.close()


if __name__ == "__main__":
    main()
