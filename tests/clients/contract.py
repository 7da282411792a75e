"""The first server's contract at /rpc: the deployment guide's own commands, the habits of its callers, the filters."""

from samples import TOOLS
from tally import equal, holds

# As in the deployment guide, with curl's own headers.
CURL = {"User-Agent": "curl/7.88.1", "Accept": "*/*"}
GUIDE = """{
    "method": "tools/call",
    "params": {
      "name": "query_aoma_knowledge",
      "arguments": {
        "query": "What is AOMA?",
        "strategy": "focused"
      }
    }
  }"""
PAGE = "examples/knowledge/what-is-aoma.md"


def guide_health(wire):
    """the guide's health command gets the guide's shape"""
    answer = wire.send("GET", "/health", headers=CURL)
    equal(answer.status, 200)
    health = answer.json()
    equal(health["status"], "healthy")
    holds(health["services"], "no service is named")
    for name, service in health["services"].items():
        not_configured = name in ("openai", "supabase", "vectorStore")
        equal((name, service["status"]), (name, None if not_configured else True))
        holds(service["latency"] >= 0, f"{name} has no latency")
    for name in ("uptime", "totalRequests", "successfulRequests", "version"):
        holds(name in health["metrics"], f"metrics lack {name}: {health['metrics']}")


def guide_question(wire):
    """the guide's tool command, without Accept for JSON, `jsonrpc` or id, gets the answer"""
    answer = wire.send("POST", "/rpc", GUIDE, CURL | {"Content-Type": "application/json"})
    equal(answer.status, 200)
    holds(answer.headers["content-type"].startswith("application/json"), answer.headers)
    equal((answer.json()["jsonrpc"], answer.json().get("id")), ("2.0", None))
    found = answer.tool()
    equal((found["query"], found["strategy"], found["found"]), ("What is AOMA?", "focused", True))
    equal(found["citations"][0]["path"].split("#")[0], PAGE)


def text_is_compact(wire):
    """the text of a result is JSON without blanks, its keys in the order they always had"""
    text = wire.call("query_aoma_knowledge", {"query": "What is AOMA?"}).json()["result"]["content"][0]["text"]
    holds(text.startswith('{"query":"What is AOMA?","'), text[:80])


def nothing_found(wire):
    """a question the pages do not answer is said to be not found, with nothing cited"""
    found = wire.call("query_aoma_knowledge", {"query": "How many moons does Neptune have?"}).tool()
    equal((found["found"], found["citations"]), (False, []))
    holds("not found in the knowledge base" in found["response"].lower(), found["response"])


def bare_list(wire):
    """`{"method":"tools/list"}` alone is enough to list the tools"""
    equal({tool["name"] for tool in wire.post("/rpc", {"method": "tools/list"}).json()["result"]["tools"]}, TOOLS)


def quick_is_rapid(wire):
    """the strategy `quick` is the strategy `rapid`"""
    equal(wire.call("query_aoma_knowledge", {"query": "What is AOMA?", "strategy": "quick"}).tool()["strategy"], "rapid")


def max_results(wire):
    """`max_results` bounds the citations"""
    arguments = {"query": "master", "strategy": "comprehensive", "threshold": 0}
    holds(len(wire.call("query_aoma_knowledge", arguments).tool()["citations"]) > 1, "one citation without a bound")
    bounded = wire.call("query_aoma_knowledge", arguments | {"max_results": 1})
    equal(len(bounded.tool()["citations"]), 1)


def limit(wire):
    """`limit` bounds the tickets"""
    equal(len(wire.call("search_jira_tickets", {"query": "master", "threshold": 0, "limit": 2}).tool()["results"]), 2)


def unknown_argument(wire):
    """an argument nobody knows is ignored, and named in `_meta`"""
    answer = wire.call("query_aoma_knowledge", {"query": "What is AOMA?", "include_sources": True})
    equal(answer.tool()["found"], True)
    holds("include_sources" in str(answer.json()["result"].get("_meta")), str(answer.json()["result"].get("_meta")))


def filters(wire):
    """status and priority filter the tickets for real"""
    arguments = {"query": "", "status": ["open"], "priority": ["Highest", "High"], "maxResults": 50, "threshold": 0}
    results = wire.call("search_jira_tickets", arguments).tool()["results"]
    keys = sorted(result["key"] for result in results)
    equal(keys, ["AOMA-102", "AOMA-108", "AOMA-117", "ITSM-208"])


def ticket_count(wire):
    """tickets are counted by project"""
    count = wire.call("get_jira_ticket_count", {}).tool()
    equal(count["totalCount"], 29)
    equal({row["project"]: row["count"] for row in count["projectBreakdown"]}, {"AOMA": 18, "ITSM": 11})


def commits(wire):
    """a commit is found by its message, with its files and counts"""
    found = wire.call("search_git_commits", {"query": "small jobs lane"}).tool()["results"][0]
    equal((found["author"], found["filesChanged"], found["additions"]), ("Owen Fitch", ["queue.js"], 1))


def code(wire):
    """source is found by the words in a camelCase name"""
    found = wire.call("search_code_files", {"query": "mix centre"}).tool()["results"][0]
    equal((found["name"], found["language"]), ("player.js", "JavaScript"))


def mail(wire):
    """mail is found by sender and by having an attachment"""
    arguments = {"query": "silence", "fromEmail": ["priya.nand@example.com"], "hasAttachments": True}
    equal(wire.call("search_outlook_emails", arguments).tool()["results"][0]["subject"], "Findings of the spring catalogue")


FACTS = [
    guide_health,
    guide_question,
    text_is_compact,
    nothing_found,
    bare_list,
    quick_is_rapid,
    max_results,
    limit,
    unknown_argument,
    filters,
    ticket_count,
    commits,
    code,
    mail,
]
FAMILIES = {}
