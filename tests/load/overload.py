"""Ten times the load it can serve, and 300 clients that leave: what was accepted is answered in time, the rest refused at once."""

import asyncio
import json
import os
import statistics
import time

from client import JSON, Connection, call
from tally import holds

BUDGET_SECONDS = int(os.environ.get("BUDGET_SECONDS", 3))
SECONDS = 8
LEAVERS = 300
CODE = "pub fn weigh(asked: &Asked) -> Evidence { rank(candidates, score) } struct Snapshot; impl Corpus { fn search() }"
TASK = {"currentTask": "make the search of the corpus stop at its deadline", "codeContext": CODE}


class Outcomes:
    def __init__(self):
        self.answered, self.refused, self.other = [], [], []

    def note(self, seconds, status, body):
        text = json.loads(body)["result"]["content"][0]["text"] if status == 200 else ""
        failed = status != 200 or json.loads(body)["result"].get("isError", False)
        if not failed:
            self.answered.append(seconds)
        elif "try again in" in text and "more to do" in text:
            self.refused.append(seconds)
        else:
            self.other.append(f"{status} {text or body!r}")


async def one(address, outcomes):
    connection = await Connection.open(address)
    started = time.monotonic()
    status, _, body = await connection.ask("POST", "/rpc", call("analyze_development_context", TASK), JSON)
    outcomes.note(time.monotonic() - started, status, body)
    connection.close()


async def best(address, clients):
    """The throughput of as many clients as keep it busy, in answers a second."""
    outcomes, end = Outcomes(), time.monotonic() + SECONDS

    async def ask_again_and_again():
        while time.monotonic() < end:
            await one(address, outcomes)

    await asyncio.gather(*(ask_again_and_again() for _ in range(clients)))
    return len(outcomes.answered) / SECONDS, outcomes


async def flood(address, rate):
    """So many requests a second, whether they are answered or not."""
    outcomes, tasks, started = Outcomes(), [], time.monotonic()
    for number in range(int(rate * SECONDS)):
        await asyncio.sleep(max(0, started + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(one(address, outcomes)))
    last = time.monotonic() - started
    await asyncio.gather(*tasks)
    return outcomes, last


async def liveness(address, times):
    while True:
        connection = await Connection.open(address)
        started = time.monotonic()
        await connection.ask("GET", "/health?live")
        times.append(time.monotonic() - started)
        connection.close()
        await asyncio.sleep(0.05)


async def leave(address):
    connection = await Connection.open(address)
    connection.send("POST", "/rpc", call("analyze_development_context", TASK), JSON)
    await connection.writer.drain()
    await asyncio.sleep(0.2)
    connection.close()


def run(tally, address, process, cores):
    throughput, calm = asyncio.run(best(address, 2 * cores))
    print(f"      best: {throughput:.1f} answers a second, median {statistics.median(calm.answered):.2f} s", flush=True)

    async def overloaded():
        times = []
        watcher = asyncio.create_task(liveness(address, times))
        outcomes, last = await flood(address, 10 * throughput)
        watcher.cancel()
        return outcomes, last, times

    outcomes, last, times = asyncio.run(overloaded())
    refused, live = sorted(outcomes.refused), sorted(times)
    rate = len(outcomes.answered) / last
    slow_refusal, slow_live = refused[len(refused) * 95 // 100], live[len(live) * 95 // 100]
    print(
        f"      ten times that: {rate:.1f} answers a second, {len(refused)} refused in {refused[len(refused) // 2] * 1e3:.1f} ms "
        f"(p95 {slow_refusal * 1e3:.1f}), liveness p95 {slow_live * 1e3:.1f} ms",
        flush=True,
    )
    tally.check("nothing but answers and refusals", lambda: holds(not outcomes.other, outcomes.other[:3]))
    tally.check("at least 90 % of the best throughput", lambda: holds(rate >= 0.9 * throughput, f"{rate:.1f} of {throughput:.1f}"))
    tally.check("what was accepted is answered in time", lambda: holds(max(outcomes.answered) <= BUDGET_SECONDS + 0.3, max(outcomes.answered)))
    tally.check("half of the refusals take 10 ms at most", lambda: holds(refused[len(refused) // 2] <= 0.010, refused[len(refused) // 2]))
    tally.check("liveness within 50 ms", lambda: holds(slow_live <= 0.050, slow_live))
    asyncio.run(leavers(address))
    time.sleep(1)
    before = process.cpu_seconds()
    time.sleep(1)
    busy = process.cpu_seconds() - before
    tally.check("a second after they left, nothing runs for those who left", lambda: holds(busy <= 0.05, f"{busy} s of processor time in a second"))


async def leavers(address):
    await asyncio.gather(*(leave(address) for _ in range(LEAVERS)))
