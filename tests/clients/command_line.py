"""`mesh call` against the served samples: what a person types, and what they read."""

import json
import subprocess

from samples import MESH
from tally import equal, holds

SECONDS = 30


def judge(tally, address):
    for fact in (prints_json, prints_for_people, fails_on_unknown_tool, fails_without_server):
        tally.check(f"mesh call: {fact.__doc__}", lambda: fact(address))


def call(address, *arguments):
    command = [str(MESH), "call", f"{address}/rpc", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)


def prints_json(address):
    """--json prints the result for a program"""
    done = call(address, "search_jira_tickets", '{"query":"upload stalls"}', "--json")
    equal((done.returncode, done.stderr), (0, ""))
    result = json.loads(done.stdout)
    holds("AOMA-101" in json.dumps(result), done.stdout[:500])


def prints_for_people(address):
    """prints the answer to read"""
    done = call(address, "query_aoma_knowledge", '{"query":"What is AOMA?"}')
    equal(done.returncode, 0)
    holds("Archive and Order Management Application" in done.stdout, done.stdout[:500])


def fails_on_unknown_tool(address):
    """fails on a tool that is not there, and names it"""
    done = call(address, "no_such_tool", "{}")
    holds(done.returncode != 0, "left with 0")
    holds("no_such_tool" in done.stderr, done.stderr[:500])


def fails_without_server(address):
    """fails where nobody listens, and says where"""
    done = call("http://127.0.0.1:1", "get_system_health", "{}")
    holds(done.returncode != 0, "left with 0")
    holds("127.0.0.1:1" in done.stderr, done.stderr[:500])
