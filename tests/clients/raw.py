"""Requests as they come without an SDK: each fact is a function whose doc is its name."""

import contract
import protocol
from wire import Wire


def judge(tally, address):
    wire = Wire(address)
    for module in (contract, protocol):
        for fact in module.FACTS:
            tally.check(f"raw requests: {fact.__doc__}", lambda: fact(wire))
        for name, fact in module.FAMILIES.items():
            tally.check(f"raw requests: {name}", lambda: fact(wire))
