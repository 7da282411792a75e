"""Hostile files, kills and damage: nothing good is lost, nothing is skipped in silence, no process ends by a signal.

SEED=n gives other files, FILES=n that many a reader, KILLS=n and DAMAGES=n that many of each; MESH is the command."""

import os
import pathlib
import random
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import damage
import kills
import readers
import vectors
from good import Good
from mesh import Mesh
from tally import Tally, holds


def number(name, default):
    return int(os.environ.get(name, default))


def main():
    seed = number("SEED", 1)
    print(f"SEED={seed}", flush=True)
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        mesh = Mesh(os.environ.get("MESH", ROOT / "target" / "release" / "mesh"), scratch)
        good = Good(scratch / "good")
        corpus = scratch / "corpus"
        first = mesh.index(corpus, *good.arguments())
        tally.check("the good files are read", lambda: readers.is_clean(first))
        tally.check("the good files are found", lambda: mesh.finds(corpus, good.expected))
        pristine = scratch / "pristine"
        shutil.copytree(corpus, pristine)
        made = vectors.add(mesh, pristine, random.Random(seed))
        tally.check("the good corpus has vectors", lambda: holds(made.status == 0 and "texts encoded" in made.stdout, made))
        readers.torture(tally, mesh, good, corpus, random.Random(seed), number("FILES", 2000))
        kills.torture(tally, mesh, scratch, random.Random(seed), number("KILLS", 50))
        damage.at_rest(tally, mesh, pristine, scratch, random.Random(seed), number("DAMAGES", 200))
        damage.while_serving(tally, mesh, pristine, scratch, random.Random(seed), good.expected, number("DAMAGES", 200))
    tally.close()


if __name__ == "__main__":
    main()
