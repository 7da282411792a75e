"""What must hold for every client: the steps it takes, and the facts about what it saw."""

import json

from samples import TOOLS
from tally import equal, holds

QUESTION = "What is AOMA?"
HOW = "How do I re-submit a rejected master?"
TEMPLATE = {"type": "ref/resource", "uri": "jira://ticket/{key}"}

STEPS = [
    {"label": "tools", "do": "tools"},
    {"label": "knowledge", "do": "call", "name": "query_aoma_knowledge", "arguments": {"query": QUESTION}},
    {
        "label": "tickets",
        "do": "call",
        "name": "search_jira_tickets",
        "arguments": {"query": "upload stalls at 99 %", "projectKey": "AOMA"},
    },
    {"label": "unknown tool", "do": "call", "name": "no_such_tool", "arguments": {}},
    {"label": "no query", "do": "call", "name": "query_aoma_knowledge", "arguments": {}},
    {"label": "health", "do": "call", "name": "get_system_health", "arguments": {}},
    {"label": "resources", "do": "resources"},
    {"label": "templates", "do": "templates"},
    {"label": "knowledge base", "do": "read", "uri": "aoma://knowledge-base"},
    {"label": "ticket", "do": "read", "uri": "jira://ticket/AOMA-101"},
    {"label": "unknown resource", "do": "read", "uri": "jira://ticket/NONE-1"},
    {"label": "prompts", "do": "prompts"},
    {"label": "prompt", "do": "prompt", "name": "answer_with_citations", "arguments": {"question": HOW}},
    {"label": "completion", "do": "complete", "ref": TEMPLATE, "argument": {"name": "key", "value": "AOMA-10"}},
]


def judge(tally, client, see):
    """One session, then each fact on its own; without a session there is one failure and nothing to judge."""
    try:
        session = Session(see())
    except Exception as fault:
        tally.fail(f"{client.name}: connects, asks and closes", fault)
        return
    tally.ok(f"{client.name}: connects, asks and closes")
    tally.check(f"{client.name}: settles on {client.version}", lambda: equal(session.seen["version"], client.version))
    for fact in FACTS:
        tally.check(f"{client.name}: {fact.__doc__}", lambda: fact(session))
    # Structured content came with 2025-06-18; the clients before it do not know the field.
    if client.version >= "2025-06-18":
        tally.check(f"{client.name}: {text_is_structured.__doc__}", lambda: text_is_structured(session))


class Session:
    def __init__(self, seen):
        self.seen = seen

    def value(self, label):
        outcome = self.seen["steps"][label]
        if "error" in outcome:
            raise AssertionError(f"`{label}` was answered with an error: {outcome['error']}")
        return outcome["value"]

    def text(self, label):
        """The JSON that every caller since the first reads out of the first block."""
        result = self.value(label)
        holds(not result.get("isError"), f"`{label}` failed: {result['content']}")
        return json.loads(result["content"][0]["text"])


def is_named(session):
    """is told the server's name"""
    equal((session.seen["server"] or {}).get("name"), "aoma-mesh-mcp")


def lists_tools(session):
    """lists every tool, each with a description and an object schema"""
    tools = session.value("tools")["tools"]
    equal({tool["name"] for tool in tools}, TOOLS)
    for tool in tools:
        holds(tool.get("description"), f"{tool['name']} has no description")
        equal((tool["name"], tool["inputSchema"]["type"]), (tool["name"], "object"))


def answers_with_citation(session):
    """gets an answer that cites the page it is from"""
    answer = session.text("knowledge")
    holds(answer["found"] is True, f"not found: {answer}")
    first = answer["citations"][0]
    equal((first["path"].split("#")[0], first["title"]), ("examples/knowledge/what-is-aoma.md", "What is AOMA?"))
    holds("Archive and Order Management Application" in answer["response"], f"not the answer: {answer['response']}")


def finds_ticket(session):
    """finds a ticket by its words, in the project asked for"""
    results = session.text("tickets")["results"]
    equal(results[0]["key"], "AOMA-101")
    equal({result["project"] for result in results}, {"AOMA"})


def is_told_health(session):
    """is told that the server is healthy, after two refused calls"""
    equal(session.text("health")["status"], "healthy")


def text_is_structured(session):
    """finds the same JSON in the text and in the structured content"""
    for label in ("knowledge", "tickets", "health"):
        equal(session.text(label), session.value(label)["structuredContent"])


def unknown_tool_is_refused(session):
    """is refused a tool that does not exist, by name"""
    holds("no_such_tool" in refusal(session, "unknown tool"), refusal(session, "unknown tool"))


def missing_argument_is_named(session):
    """is told which argument is missing, as a result the model can read"""
    result = session.value("no query")
    holds(result.get("isError") is True, f"not an error: {result}")
    holds("query" in result["content"][0]["text"], f"does not name the argument: {result}")


def lists_resources(session):
    """lists the resources of the contract"""
    found = {resource["uri"] for resource in session.value("resources")["resources"]}
    missing = {"aoma://knowledge-base", "jira://tickets", "aoma://health", "aoma://metrics"} - found
    holds(not missing, f"missing {missing} in {found}")


def lists_templates(session):
    """lists the templates for a document and a ticket"""
    found = {template["uriTemplate"] for template in session.value("templates")["resourceTemplates"]}
    equal(found & {"aoma://doc/{id}", "jira://ticket/{key}"}, {"aoma://doc/{id}", "jira://ticket/{key}"})


def reads_knowledge_base(session):
    """reads which documents the knowledge base has"""
    text = session.value("knowledge base")["contents"][0]["text"]
    json.loads(text)
    holds("examples/knowledge/masters.md" in text, f"does not list masters.md: {text[:500]}")


def reads_ticket(session):
    """reads one ticket by its key"""
    content = session.value("ticket")["contents"][0]
    equal(content["uri"], "jira://ticket/AOMA-101")
    holds("Upload stalls at 99 %" in content["text"], content["text"][:500])


def unknown_resource_is_refused(session):
    """is refused a ticket that does not exist"""
    holds("error" in session.seen["steps"]["unknown resource"], f"answered: {session.seen['steps']['unknown resource']}")


def lists_prompts(session):
    """lists at least two prompts, each described"""
    prompts = session.value("prompts")["prompts"]
    holds(len(prompts) >= 2, f"only {prompts}")
    holds(all(prompt.get("description") for prompt in prompts), f"one has no description: {prompts}")


def gets_prompt(session):
    """gets a prompt filled with the question and the page that answers it"""
    text = json.dumps(session.value("prompt")["messages"])
    holds(HOW in text, f"the question is not in it: {text[:500]}")
    holds("masters.md" in text, f"the page is not in it: {text[:500]}")


def completes_key(session):
    """completes a ticket's key"""
    values = session.value("completion")["completion"]["values"]
    holds("AOMA-101" in values, f"AOMA-101 is not among {values}")
    holds(all(value.startswith("AOMA-10") for value in values), f"others are among {values}")


def refusal(session, label):
    """An error of the protocol or a result that says it is one: the eras differ, the words must be there."""
    outcome = session.seen["steps"][label]
    if "error" in outcome:
        return outcome["error"]
    holds(outcome["value"].get("isError") is True, f"`{label}` was not refused: {outcome}")
    return outcome["value"]["content"][0]["text"]


FACTS = [
    is_named,
    lists_tools,
    answers_with_citation,
    finds_ticket,
    unknown_tool_is_refused,
    missing_argument_is_named,
    is_told_health,
    lists_resources,
    lists_templates,
    reads_knowledge_base,
    reads_ticket,
    unknown_resource_is_refused,
    lists_prompts,
    gets_prompt,
    completes_key,
]
