"""The database of `supabase/migrations` on a real PostgreSQL with pgvector."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import front
import program
import scale
import schema
import semantics
from server import NEWEST, OLDEST, running
from tally import Tally

# Each with the versions of PostgreSQL that it is tried on.
PARTS = {
    "schema": (schema, [OLDEST, NEWEST]),
    "semantics": (semantics, [OLDEST, NEWEST]),
    "front": (front, [NEWEST]),
    "program": (program, [NEWEST]),
    "scale": (scale, [NEWEST]),
}


def main():
    tally = Tally()
    chosen = [PARTS[name] for name in sys.argv[1:] or PARTS]
    for version in [OLDEST, NEWEST]:
        parts = [part for part, versions in chosen if version in versions]
        if not parts:
            continue
        print(f"--- PostgreSQL {version}", flush=True)
        with running(version) as server:
            for part in parts:
                part.check(tally, server)
    tally.close()


if __name__ == "__main__":
    main()
