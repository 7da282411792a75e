"""Tickets in whatever form Jira exports them."""

from corpus import INPUTS
from tally import equal, holds


def delimiters(corpus):
    """jira-delimiter: the delimiter is known by the rows, and a `sep=` line is not one of them"""
    with tickets(corpus, "commas.csv", "sep.csv") as server:
        first(server, "ametrine", "CC-1")
        first(server, "morganite", "SP-1")


def dates(corpus):
    """jira-dates: dates of other locales are read"""
    with tickets(corpus, "dates.csv") as server:
        for key in range(1, 8):
            found = server.results("tickets", f"DT-{key}")[0]
            equal((found["key"], found["updated"][:16]), (f"DT-{key}", "2024-03-15T10:30"))


def rich_text(corpus):
    """jira-adf: tasks, decisions, expands and dates of a rich description are text"""
    with tickets(corpus, "document.json") as server:
        for query in ("task alpha", "gamma", "andalusite"):
            first(server, query, "AD-1")
        lines = server.results("tickets", "task alpha")[0]["quote"].splitlines()
        holds(any(line.endswith("task alpha") for line in lines), f"a line for each task: {lines}")
        quote = server.results("tickets", "rich")[0]["quote"]
        holds("2024-03-15" in quote and "1710460800000" not in quote, f"the date is readable: {quote!r}")


def fields(corpus):
    """jira-fields: every column is searchable"""
    with tickets(corpus, "fields.csv") as server:
        for query in ("musgravite gasket", "grandidierite", "serendibite", "CV-100", "sprint twelve"):
            first(server, query, "CV-1")


def tickets(corpus, *names):
    arguments = [part for name in names for part in ("--tickets", INPUTS / "jira" / name)]
    equal(corpus.index(*arguments).status, 0)
    return corpus.serve()


def first(server, query, key):
    equal([found["key"] for found in server.results("tickets", query)][:1], [key])


FACTS = [delimiters, dates, rich_text, fields]
