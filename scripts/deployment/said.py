"""What the operator sees and is asked."""

import sys

from stop import Stop


class Steps:
    """Numbers the steps of one command: `[3/9] parameters`."""

    def __init__(self, total):
        self.total = total
        self.done = 0

    def begin(self, name):
        self.done += 1
        print(f"\n[{self.done}/{self.total}] {name}", flush=True)


def note(line):
    print(f"      {line}", flush=True)


def agree(question, settings):
    """Yes by YES=1 or by hand; without a terminal nobody can be asked."""
    if settings.agreed:
        return note("agreed to by YES=1")
    if typed(f"{question} Type yes: ", "YES=1 agrees without asking") != "yes":
        raise Stop("not agreed to", "nothing was changed")


def confirm(name, settings):
    """Agreed to by the very name, by hand or by CONFIRM=name."""
    question = f"      Type the function's name, {name}, to destroy it: "
    answer = settings.confirmed or typed(question, f"CONFIRM={name} confirms without asking")
    if answer != name:
        raise Stop(f"`{answer}` is not {name}", "nothing was changed")


def typed(question, otherwise):
    if not sys.stdin.isatty():
        raise Stop("there is no terminal to ask on", otherwise)
    return input(question).strip()
