"""`mesh index` is killed at random moments: the corpus is what it was, or what the run made of it."""

import os
import re
import signal
import subprocess
import time

from tally import equal, holds

DOCUMENTS = 300
LISTED = re.compile(r"(\d+) files, (\d+) passages")


def torture(tally, mesh, scratch, random, count):
    docs, corpus = scratch / "growing", scratch / "killed"
    docs.mkdir()
    write(docs, 0)
    started = time.monotonic()
    mesh.index(corpus, "--knowledge", docs)
    takes = time.monotonic() - started
    passages, finished = listed(mesh, corpus), 0
    for round in range(1, count + 1):
        write(docs, round)
        killed = kill(mesh, corpus, random.uniform(0, takes * 1.2))
        now = listed(mesh, corpus)
        expected = (passages, DOCUMENTS * parts(round))
        name = f"kill {round}: the corpus is whole"
        if now not in expected:
            tally.fail(name, f"{now} passages, expected one of {expected}")
        finished += not killed
        passages = now
    tally.check(f"{count} kills, of which {finished} came too late, left a whole corpus", lambda: holds(passages, "nothing"))
    last = mesh.index(corpus)
    tally.check("the next run finishes what they began", lambda: equal((last.status, last.passages()), (0, DOCUMENTS * parts(count))))
    tally.check("and leaves nothing of theirs", lambda: tidy(corpus))


def parts(round):
    """Passages of a document, never as many as in the round before."""
    return 1 + round % 5


def write(docs, round):
    for number in range(DOCUMENTS):
        text = "".join(f"# Part {part}\n\nText of {number} in {part}, round {round}.\n\n" for part in range(parts(round)))
        (docs / f"{number}.md").write_text(text)


def kill(mesh, corpus, after):
    process = subprocess.Popen([mesh.program, "index", "--corpus", str(corpus)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def listed(mesh, corpus):
    run = mesh.index(corpus, "--list")
    if run.status != 0:
        raise AssertionError(f"status {run.status}: {run.stderr}")
    return sum(int(passages) for _, passages in LISTED.findall(run.stdout))


def tidy(corpus):
    left = [path.name for path in corpus.iterdir() if path.name.startswith(".tmp")]
    equal(left, [])
    segments = {path.name.split(".")[0] for path in corpus.iterdir() if not path.name.startswith((".", "meta"))}
    holds(len(segments) <= 4, f"{len(segments)} segments")
