"""The grammar of PostgREST's queries, as SQL: <https://docs.postgrest.org/en/stable/references/api/tables_views.html>."""

import re

from psycopg import sql

OPERATORS = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "like", "ilike": "ilike"}
RESERVED = {"select", "order", "limit", "offset", "on_conflict", "columns", "or"}


class Fault(Exception):
    def __init__(self, status, code, message, details=None, hint=None):
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "details": details, "hint": hint}


def value(text):
    """A value in a list: within quotation marks, where a backslash takes what follows as it is; or up to `,` or `)`."""
    if not text.startswith('"'):
        end = re.search("[,)]|$", text).start()
        return text[:end], text[end:]
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    if not quoted:
        raise Fault(400, "PGRST100", f'"failed to parse filter ({text})"')
    return re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.DOTALL), text[quoted.end() :]


def items(text, item):
    """What stands between parentheses, with commas between."""
    whole = text
    if not text.startswith("("):
        raise Fault(400, "PGRST100", f'"failed to parse ({whole})"')
    text, found = text[1:], []
    while not text.startswith(")"):
        one, text = item(text)
        found.append(one)
        if text.startswith(","):
            text = text[1:]
        elif not text.startswith(")"):
            raise Fault(400, "PGRST100", f'"failed to parse ({whole})"')
    if text != ")":
        raise Fault(400, "PGRST100", f'"failed to parse ({whole})"')
    return found


def column(name):
    """A column, or a text within one: `metadata->>projectKey`."""
    first, *inner = name.split("->>")
    named = sql.SQL("t.") + sql.Identifier(first)
    return named + sql.SQL(" ->> ") + sql.Literal(inner[0]) if inner else named


def compared(name, operator, given):
    if operator == "is" and given.lower() in ("null", "true", "false"):
        return sql.SQL("{} is {}").format(column(name), sql.SQL(given))
    if operator not in OPERATORS:
        raise Fault(400, "PGRST100", f'"failed to parse filter ({operator})"')
    if operator in ("like", "ilike"):
        given = given.replace("*", "%")
    return sql.SQL("{} {} {}").format(column(name), sql.SQL(OPERATORS[operator]), sql.Literal(given))


def condition(name, written):
    operator, dot, operand = written.partition(".")
    if not dot:
        raise Fault(400, "PGRST100", f'"failed to parse filter ({written})"')
    if operator == "in":
        values = items(operand, value)
        return sql.SQL("{} = any ({})").format(column(name), sql.Literal(values)) if values else sql.SQL("false")
    return compared(name, operator, operand)


def alternative(text):
    parts = re.match(r"([^.,()]+)\.([a-z]+)\.", text)
    if not parts:
        raise Fault(400, "PGRST100", f'"failed to parse logic tree ({text})"')
    given, rest = value(text[parts.end() :])
    return compared(parts.group(1), parts.group(2), given), rest


def conditions(query):
    written = [condition(name, given) for name, given in query if name not in RESERVED]
    for name, given in query:
        if name == "or":
            written.append(sql.SQL("({})").format(sql.SQL(" or ").join(items(given, alternative))))
    return sql.SQL(" and ").join(written) if written else sql.SQL("true")


def last(query, name):
    return next((given for known, given in reversed(query) if known == name), None)


def chosen(query):
    columns = last(query, "select") or "*"
    if columns == "*":
        return sql.SQL("t.*")
    named = [(name, name.split("->>")[-1]) for name in columns.split(",")]
    return sql.SQL(", ").join(sql.SQL("{} as {}").format(column(name), sql.Identifier(label)) for name, label in named)


def ordered(query):
    given = last(query, "order")
    if not given:
        return sql.SQL("")
    parts = []
    for written in given.split(","):
        name, *more = written.split(".")
        if not set(more) <= {"asc", "desc", "nullsfirst", "nullslast"}:
            raise Fault(400, "PGRST100", f'"failed to parse order ({written})"')
        words = " ".join(more).replace("nulls", "nulls ")
        parts.append(column(name) + sql.SQL(f" {words}"))
    return sql.SQL(" order by ") + sql.SQL(", ").join(parts)


def limited(query):
    written = ""
    for name in ["limit", "offset"]:
        if given := last(query, name):
            written += f" {name} {int(given)}"
    return sql.SQL(written)
