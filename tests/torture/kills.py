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
    passages, kills, round = listed(mesh, corpus), 0, 0
    while kills < count and round < 4 * count:
        round += 1
        write(docs, round)
        ended = kill(mesh, corpus, random.uniform(0, takes))
        now = listed(mesh, corpus)
        expected = (passages, DOCUMENTS * parts(round))
        name = f"kill {round}: the corpus is whole"
        if now not in expected:
            tally.fail(name, f"{now} passages, expected one of {expected}")
        kills += ended is None
        takes = min(takes, ended or takes)
        passages = now
    tally.check(f"{count} kills in {round} runs left a whole corpus", lambda: equal(kills, count))
    last = mesh.index(corpus)
    tally.check("the next run finishes what they began", lambda: equal((last.status, last.passages()), (0, DOCUMENTS * parts(round))))
    tally.check("and leaves nothing of theirs", lambda: tidy(corpus))


def parts(round):
    """Passages of a document, never as many as in the round before."""
    return 1 + round % 5


def write(docs, round):
    for number in range(DOCUMENTS):
        text = "".join(f"# Part {part}\n\nText of {number} in {part}, round {round}.\n\n" for part in range(parts(round)))
        (docs / f"{number}.md").write_text(text)


def kill(mesh, corpus, after):
    """After how many seconds the run ended, where it was too late to kill it."""
    started = time.monotonic()
    process = subprocess.Popen([mesh.program, "index", "--corpus", str(corpus)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after)
        return time.monotonic() - started
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return None


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
