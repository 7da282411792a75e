"""Counts facts: each is a named function that returns when it holds and raises when it does not."""

import sys
import traceback

# A failure is to be read at a glance; its whole story is a run of that part away.
LONGEST = 12
WIDEST = 400


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, fact):
        try:
            fact()
        except Exception as fault:
            self.fail(name, reason(fault))
        else:
            self.ok(name)

    def ok(self, name):
        self.passed += 1
        print(f"ok    {name}", flush=True)

    def fail(self, name, why):
        self.failed += 1
        print(f"FAIL  {name}", flush=True)
        lines = str(why).splitlines()
        for line in lines[:LONGEST] + (["…"] if len(lines) > LONGEST else []):
            print(f"      {line[:WIDEST]}", flush=True)

    def close(self):
        """Prints the count as the last line and leaves with the status that belongs to it."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"expected {expected!r}\nfound    {found!r}")


def holds(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


def reason(fault):
    """The fault and the line of the test it came from."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = next((f for f in reversed(frames) if not f.filename.endswith("tally.py")), None)
    where = f" ({place.filename.rsplit('/', 1)[-1]}:{place.lineno})" if place else ""
    kind = "" if isinstance(fault, AssertionError) else f"{type(fault).__name__}: "
    return f"{kind}{fault}{where}"
