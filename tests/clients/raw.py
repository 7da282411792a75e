"""Requests as they come without an SDK: each fact is a function whose doc is its name."""

import contract
import protocol
import routes
from tally import reason
from wire import Wire


def judge(tally, address):
    for module in (contract, routes, protocol):
        named = {fact.__doc__: fact for fact in module.FACTS} | module.FAMILIES
        for name, fact in named.items():
            tally.check(f"raw requests: {name}", lambda: with_last_answer(fact, Wire(address)))


def with_last_answer(fact, wire):
    """A failure shows what the server said last, which is what one wants to see first."""
    try:
        fact(wire)
    except Exception as fault:
        raise AssertionError(f"{reason(fault)}\nlast answer: {wire.last}") from fault
