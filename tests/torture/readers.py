"""Hostile files beside a good corpus."""

import hostile
from seeds import READERS
from tally import equal, holds

# Of `mesh index` and the processes it reads with, together.
MOST_MEMORY = 1024 ** 3


def is_clean(run):
    equal((run.status, run.skipped()), (0, []))


def torture(tally, mesh, good, corpus, random, count):
    for reader, (flag, extension, _) in READERS.items():
        folder = good.folder / f"hostile-{reader}"
        folder.mkdir()
        for number, content in enumerate(hostile.of(reader, count, random)):
            (folder / f"{number:05}.{extension}").write_bytes(content)
        run = mesh.index(corpus, flag, folder)
        tally.check(f"{reader}: {count} hostile files end no run", lambda: has_ended(run))
        tally.check(f"{reader}: every one of them is read or named", lambda: accounts(run, flag, count))
        tally.check(f"{reader}: {run.peak >> 20} MiB are enough", lambda: holds(run.peak <= MOST_MEMORY, f"{run.peak} bytes"))
        print(f"      {len(run.skipped())} skipped, {run.passages()} passages", flush=True)
        tally.check(f"{reader}: all that was good is found", lambda: mesh.finds(corpus, good.expected))
        again = mesh.index(corpus, flag, folder)
        tally.check(f"{reader}: the next run says the same of them", lambda: equal(again.skipped(), run.skipped()))
        mesh.index(corpus, "--forget", folder)


def has_ended(run):
    holds(run.status in (0, 3), f"status {run.status}: {run.stderr[-2000:]}")
    holds("panicked" not in run.stderr, run.stderr[-2000:])


def accounts(run, flag, count):
    read, unchanged = run.counts()[flag.removeprefix("--")]
    equal(read + unchanged + len(run.skipped()), count)
