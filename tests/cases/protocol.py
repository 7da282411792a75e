"""Messages as models and clients send them."""

from corpus import INPUTS
from tally import equal, holds

INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
STREAM = {"Accept": "application/json, text/event-stream"}


def arguments(corpus):
    """mcp-string-arguments: numbers, booleans and whole objects sent as text are what they mean"""
    with menu(corpus) as server:
        for tool, sent in [
            ("query_aoma_knowledge", {"query": "menu", "maxResults": "3"}),
            ("query_aoma_knowledge", {"query": "menu", "threshold": "0.1"}),
            ("query_aoma_knowledge", '{"query":"menu"}'),
            ("get_system_health", {"includeMetrics": "true"}),
            ("query_aoma_knowledge", {"query": "menu", "maxResults": None, "strategy": None}),
        ]:
            answer = server.rpc("tools/call", {"name": tool, "arguments": sent})
            holds("error" not in answer and not answer["result"].get("isError"), f"{sent}: {answer}")
            if "menu" in str(sent):
                holds(answer["result"]["structuredContent"]["found"], f"{sent}: not found")


def lists(corpus):
    """mcp-string-arguments: a list is read as text, as JSON and with commas"""
    with menu(corpus) as server:
        for status in (["Open"], "Open", '["Open"]', "Open,Done"):
            found = server.results("tickets", "page", status=status)
            equal((status, [one["key"] for one in found][:1]), (status, ["PL-1"]))


def openings(corpus):
    """mcp-initialize: an opening that lacks a part is served, or told which"""
    with menu(corpus) as server:
        for changed, named in [
            ({"clientInfo": {"name": "x"}}, "version"),
            ({"capabilities": None}, "capabilities"),
            ({"clientInfo": None}, "clientInfo"),
        ]:
            answer = server.rpc("initialize", INITIALIZE | changed, **STREAM)
            served = answer.get("result", {}).get("protocolVersion") == "2025-06-18"
            holds(served or told(answer, named), f"{changed}: {answer}")
        other = server.rpc("initialize", {"client": {"name": "curl", "version": "8"}, "capabilities": {}}, **STREAM)
        holds(told(other, "protocolVersion"), f"another shape: {other}")


def told(answer, named):
    error = answer.get("error", {})
    return error.get("code") == -32602 and named in error.get("message", "")


def menu(corpus):
    documents = corpus.folder / "docs"
    documents.mkdir()
    (documents / "a.md").write_text("# Menu\n\nThe café menu lists soup.\n")
    run = corpus.index("--knowledge", documents, "--tickets", INPUTS / "jira" / "status.csv")
    equal(run.status, 0)
    return corpus.serve()


FACTS = [arguments, lists, openings]
