"""A corpus that something else writes to, at rest and while it is served: an error or an answer, never a signal."""

import shutil

from mesh import ask
from tally import equal, holds

# One question of each of these to each damage.
QUESTIONS = 3


def at_rest(tally, mesh, pristine, scratch, random, count):
    corpus, refused = scratch / "damaged", 0
    signalled = []
    for number in range(count):
        shutil.rmtree(corpus, ignore_errors=True)
        shutil.copytree(pristine, corpus)
        what = spoil(random.choice(files(corpus)), random)
        for run in (mesh.index(corpus, "--list"), serve_once(mesh, corpus), mesh.index(corpus)):
            if run.status not in (0, 1, 3) or "panicked" in run.stderr:
                signalled.append(f"{number}: {what}: status {run.status}: {run.stderr[-300:]}")
            refused += run.status == 1
    tally.check(f"{count} damages at rest, {refused} refusals of {3 * count}: no signal and no panic", lambda: equal(signalled, []))
    tally.check("damage is refused more often than not", lambda: holds(refused > count, f"{refused} refusals"))


def serve_once(mesh, corpus):
    """Over its standard input, which is at its end: the corpus is opened, and that is all."""
    return mesh.run("serve", "--corpus", corpus, "--stdio")


def while_serving(tally, mesh, pristine, scratch, random, expected, count):
    corpus, failures, errors = scratch / "served", [], 0
    shutil.copytree(pristine, corpus)
    with mesh.served(corpus) as address:
        for number in range(count):
            path = random.choice(files(corpus))
            whole = path.read_bytes()
            what = spoil(path, random)
            for tool, word, _ in random.sample(expected, QUESTIONS):
                try:
                    # Long enough to be compared by meaning.
                    status, answer = ask(address, tool, f"approved {word} server glass signal")
                    errors += status != 200 or '"error"' in answer
                except OSError as gone:
                    failures.append(f"{number}: {what}: {gone}")
            put(path, whole)
        tally.check(f"{count} damages while serving, {errors} errors of {QUESTIONS * count}: every question is answered", lambda: equal(failures[:5], []))
    tally.check("and what was damaged and restored is found", lambda: mesh.finds(corpus, expected))
    said = mesh.log.read_text(errors="replace")
    tally.check("no panic is in the log", lambda: holds("panicked" not in said, said[-1000:]))


def files(corpus):
    return sorted(path for path in corpus.rglob("*") if path.is_file() and path.stat().st_size)


def spoil(path, random):
    """One fault, written in place."""
    data = bytearray(path.read_bytes())
    at = random.randrange(len(data))
    kind = random.choice(["bit", "block", "cut", "empty", "longer", "gone"])
    if kind == "bit":
        data[at] ^= 1 << random.randrange(8)
    elif kind == "block":
        data[at:at + 4096] = bytes(len(data[at:at + 4096]))
    elif kind == "cut":
        del data[at:]
    elif kind == "empty":
        data.clear()
    elif kind == "longer":
        data += random.randbytes(100)
    if kind == "gone":
        path.unlink()
    else:
        put(path, data)
    return f"{kind} at {at} of {path.name}"


def put(path, data):
    """In place, so that whoever has the file open sees it."""
    with open(path, "r+b" if path.exists() else "wb") as file:
        file.write(data)
        file.truncate()
