"""What each function answers, as the service role calls it."""

import hashlib
import json

from psycopg import errors
from psycopg.rows import dict_row

from server import MIGRATIONS, QUESTION, vector
from tally import equal, holds

TICKETS = [
    # key, title, description, status, priority, metadata, similarity and axis of the embedding
    ("ITSM-101", "Login fails after the change of certificates", "Users see ERR_4031 in the client.", "Open", "High", {}, (0.9, 1)),
    ("ITSM-102", "Printer is offline", "It is on the third floor.", "In Progress", "Low", {}, (0.2, 2)),
    ("AOMA-7", "Upload of masters is slow", "See also ITSM-101, and NullPointerException in the log.", "open", "Medium", {}, (0.7, 3)),
    ("AOMA-8", "Archive masters", "Nightly.", "Closed", "High", {"projectKey": "archive"}, (0.5, 4)),
    ("AOMA-9", "Not embedded yet", "A queue of masters.", None, None, None, None),
]
COMMITS = [
    ("mesh", "a1" * 20, "Fix the login", "Ada Example", "ada@example.com", "2026-01-05T10:00:00Z", ["src/login.rs", "README.md"], (0.9, 1)),
    ("mesh", "b2" * 20, "Speed up uploads", "Bo Example", "bo@example.org", "2026-01-06T23:30:00Z", ["src/upload/mod.rs"], (0.8, 2)),
    ("Other", "c3" * 20, "Begin", "Ada Example", "ada@example.com", "2025-01-01T00:00:00Z", [], (0.7, 3)),
]
FILES = [
    ("mesh", "src/login.rs", "Rust", "fn login_user() { check(); }" + " " * 600, (0.9, 1)),
    ("mesh", "docs/login.md", "Markdown", "How to log in", (0.8, 2)),
    ("other", "Makefile", None, "all:", (0.7, 3)),
]
MAIL = [
    ("<1@example.com>", "Release on Friday", "ada@example.com", "Ada Example", ["bo@example.org", "cy@example.net"], "2026-02-01T09:00:00Z", True, (0.9, 1)),
    ("<2@example.com>", "Re: 100% done", "bo@example.org", None, ["ada@example.com"], "2026-02-02T09:00:00Z", False, (0.8, 2)),
]


class Called:
    """A function called as PostgREST does it: by the names of its arguments."""

    def __init__(self, server):
        self.session = server.connect("semantics", "authenticator", row_factory=dict_row)
        self.session.execute("set role service_role")

    def __call__(self, function, **arguments):
        named = ", ".join(f"{name} => %s" for name in arguments)
        values = [json.dumps(value) if isinstance(value, dict) else value for value in arguments.values()]
        return self.session.execute(f"select * from {function}({named})", values).fetchall()

    def refused(self, code, function, **arguments):
        try:
            self(function, **arguments)
        except errors.Error as fault:
            equal(fault.sqlstate, code)
            return str(fault)
        raise AssertionError(f"{function} took {arguments}")


def check(tally, server):
    server.create("semantics")
    server.apply("semantics", MIGRATIONS)
    fill(server)
    call = Called(server)
    for fact in [
        tickets_by_meaning,
        tickets_by_filter,
        tickets_by_words,
        tickets_by_words_alone,
        tickets_counted,
        commits,
        code,
        mail,
        passages,
        without_a_vector,
        faults,
        hostile,
    ]:
        tally.check(fact.__doc__, lambda fact=fact: fact(call))
    call.session.close()


def fill(server):
    embedding = lambda at: vector(*at) if at else None
    with server.connect("semantics", "authenticator") as session:
        session.execute("set role service_role")
        cursor = session.cursor()
        cursor.executemany(
            "insert into jira_tickets (external_id, title, description, status, priority, metadata, embedding) values (%s, %s, %s, %s, %s, %s, %s)",
            [(*ticket[:5], json.dumps(ticket[5]) if ticket[5] is not None else None, embedding(ticket[6])) for ticket in TICKETS],
        )
        cursor.executemany(
            "insert into git_commits (repository_name, commit_hash, commit_message, author_name, author_email, commit_date, files_changed, embedding) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(*commit[:6], json.dumps(commit[6]), embedding(commit[7])) for commit in COMMITS],
        )
        cursor.executemany(
            "insert into code_files (repository_name, file_path, language, content, embedding) values (%s, %s, %s, %s, %s)",
            [(*file[:4], embedding(file[4])) for file in FILES],
        )
        cursor.executemany(
            "insert into emails (message_id, subject, from_email, from_name, to_emails, sent_at, has_attachments, body, embedding) values (%s, %s, %s, %s, %s, %s, %s, 'A body', %s)",
            [(*mail[:4], json.dumps(mail[4]), *mail[5:7], embedding(mail[7])) for mail in MAIL],
        )


def tickets(call, **arguments):
    return call("search_jira_tickets_semantic", **({"p_query_embedding": QUESTION} | arguments))


def keys(rows, name="key"):
    return [row[name] for row in rows]


def tickets_by_meaning(call):
    """tickets by meaning: the best first, down to the threshold, as many as asked for"""
    found = tickets(call, p_similarity_threshold=0.0)
    equal(keys(found), ["ITSM-101", "AOMA-7", "AOMA-8", "ITSM-102"])
    equal(list(found[0]), ["key", "summary", "status", "priority", "project_key", "similarity"])
    equal([round(row["similarity"], 4) for row in found], [0.9, 0.7, 0.5, 0.2])
    equal(found[0]["summary"], TICKETS[0][1])
    equal([row["project_key"] for row in found], ["ITSM", "AOMA", "ARCHIVE", "ITSM"])
    equal(keys(tickets(call, p_similarity_threshold=0.6)), ["ITSM-101", "AOMA-7"])
    equal(keys(tickets(call, p_similarity_threshold=0.95)), [])
    equal(keys(tickets(call, p_similarity_threshold=0.0, p_max_results=2)), ["ITSM-101", "AOMA-7"])
    equal(keys(tickets(call, p_max_results=0)), [])
    equal(keys(tickets(call)), ["ITSM-101", "AOMA-7", "AOMA-8"])


def tickets_by_filter(call):
    """tickets within filters: in whichever case, lists and single values, and what is empty does not restrict"""
    for filters, expected in [
        ({"project_key": "itsm"}, ["ITSM-101", "ITSM-102"]),
        ({"project_key": "ARCHIVE"}, ["AOMA-8"]),
        ({"status": ["Open"]}, ["ITSM-101", "AOMA-7"]),
        ({"status": ["closed", "In Progress"]}, ["AOMA-8", "ITSM-102"]),
        ({"status": "Closed"}, ["AOMA-8"]),
        ({"priority": ["High"], "status": ["Open"]}, ["ITSM-101"]),
        ({"priority": ["High"], "project_key": "AOMA"}, []),
        ({"priority": [], "status": None, "project_key": None}, ["ITSM-101", "AOMA-7", "AOMA-8", "ITSM-102"]),
        ({}, ["ITSM-101", "AOMA-7", "AOMA-8", "ITSM-102"]),
        (None, ["ITSM-101", "AOMA-7", "AOMA-8", "ITSM-102"]),
    ]:
        equal((filters, keys(tickets(call, p_similarity_threshold=0.0, p_filters=filters))), (filters, expected))


def tickets_by_words(call):
    """hybrid: a key, an error code, a name or all the words are found, whatever the similarity; within the filters"""
    beside = lambda words, **more: keys(tickets(call, p_similarity_threshold=0.6, p_query_text=words, **more))
    # The second is found by both, since it speaks of the first.
    equal(beside("What became of itsm-101?"), ["ITSM-101", "AOMA-7"])
    equal(beside("status of ITSM-102"), ["ITSM-102", "ITSM-101", "AOMA-7"])
    equal(beside("ERR_4031", p_max_results=1), ["ITSM-101"])
    equal(beside("why a NullPointerException", p_max_results=1), ["AOMA-7"])
    equal(beside("the printers are offline")[0], "ITSM-102")
    equal(beside("masters in queues")[0], "AOMA-9")
    equal(beside("printers on the moon"), ["ITSM-101", "AOMA-7"])
    equal(beside("ITSM-102", p_filters={"project_key": "AOMA"}), ["AOMA-7"])
    equal(beside("the of and"), ["ITSM-101", "AOMA-7"])
    equal(beside(""), ["ITSM-101", "AOMA-7"])
    unembedded = tickets(call, p_query_text="AOMA-9", p_max_results=1)
    equal((unembedded[0]["key"], unembedded[0]["similarity"]), ("AOMA-9", 0.0))


def tickets_by_words_alone(call):
    """the text overload: any of the words, by the share of them that a ticket holds; an identifier needs no share"""
    alone = lambda words, **more: [(row["key"], round(row["similarity"], 2)) for row in call("search_jira_tickets_semantic", search_query=words, **more)]
    equal(alone("slow masters"), [("AOMA-7", 1.0), ("AOMA-8", 0.5), ("AOMA-9", 0.5)])
    equal(alone("slow masters", similarity_threshold=0.6), [("AOMA-7", 1.0)])
    equal(alone("slow masters", filters={"status": ["Closed"]}, max_results=5), [("AOMA-8", 0.5)])
    equal(alone("how does ITSM-102 behave on the moon", similarity_threshold=0.9)[0][0], "ITSM-102")
    equal(alone("nothing of it"), [])
    equal(alone(""), [])


def tickets_counted(call):
    """tickets are counted, in all and by project"""
    count = lambda filters: call("count_jira_tickets", p_filters=filters)[0]["count_jira_tickets"]
    equal([count(None), count({}), count({"project_key": "ITSM"}), count({"status": ["Open"], "priority": ["High"]})], [5, 5, 2, 1])
    equal(call("count_jira_tickets")[0]["count_jira_tickets"], 5)
    by_project = lambda **filters: [(row["project_key"], row["count"]) for row in call("count_jira_tickets_by_project", **filters)]
    equal(by_project(), [("AOMA", 2), ("ITSM", 2), ("ARCHIVE", 1)])
    equal(by_project(p_status_filter=["Open"], p_priority_filter=None), [("AOMA", 1), ("ITSM", 1)])
    equal(by_project(p_status_filter=None, p_priority_filter=["High"]), [("ARCHIVE", 1), ("ITSM", 1)])


def commits(call):
    """commits: by meaning, hash and words; by repository, author, days and paths"""

    def found(text=None, p_max_results=15, **filters):
        rows = call("search_git_commits_semantic", p_query_embedding=QUESTION, p_similarity_threshold=0.3, p_max_results=p_max_results, p_filters=filters, p_query_text=text)
        return [row["commit_hash"][0] for row in rows]

    rows = call("search_git_commits_semantic", p_query_embedding=QUESTION, p_max_results=1)
    equal(
        list(rows[0]),
        "commit_hash commit_message author_name author_email commit_date repository_name files_changed additions deletions diff_summary similarity".split(),
    )
    equal(rows[0]["files_changed"], ["src/login.rs", "README.md"])
    equal(found(), ["a", "b", "c"])
    equal(found(repository=["MESH"]), ["a", "b"])
    equal(found(author=["ada"]), ["a", "c"])
    equal(found(author=["@EXAMPLE.org", "nobody"]), ["b"])
    equal(found(author=["%"]), [])
    equal(found(date_from="2026-01-05"), ["a", "b"])
    equal(found(date_from="2026-01-05", date_to="2026-01-06"), ["a", "b"])
    equal(found(date_to="2026-01-05T10:00:00Z"), ["a", "c"])
    equal(found(date_to="2026-01-05T09:59:59Z"), ["c"])
    equal(found(file_pattern="src/*.rs"), ["a", "b"])
    equal(found(file_pattern="readme"), ["a"])
    for length in [7, 8, 10, 12, 40]:
        equal(found("see " + ("C3" * 20)[:length], p_max_results=1), ["c"])


def code(call):
    """code: by meaning, names and words; by repository, language and extension"""

    def found(text=None, **filters):
        rows = call("search_code_files_semantic", p_query_embedding=QUESTION, p_similarity_threshold=0.3, p_max_results=15, p_filters=filters, p_query_text=text)
        return [row["file_path"] for row in rows]

    row = call("search_code_files_semantic", p_query_embedding=QUESTION, p_max_results=1)[0]
    equal(
        list(row),
        "file_path file_name file_extension language content_preview content_summary repository_name line_count last_modified similarity".split(),
    )
    equal((row["file_name"], row["file_extension"], len(row["content_preview"])), ("login.rs", "rs", 500))
    everything = [file[1] for file in FILES]
    equal(found(), everything)
    equal(found(repository=["mesh"]), everything[:2])
    equal(found(language=["rust", "go"]), everything[:1])
    equal(found(file_extension=[".MD"]), everything[1:2])
    equal(found(file_extension=["md", "rs"]), everything[:2])
    equal(found("where is login_user defined", repository=["other"]), ["Makefile"])
    equal(found("makefile")[0], "Makefile")


def mail(call):
    """mail: by meaning and words; by sender, recipient, subject, days and attachments"""

    def found(text=None, **filters):
        rows = call("search_emails_semantic", p_query_embedding=QUESTION, p_similarity_threshold=0.3, p_max_results=15, p_filters=filters, p_query_text=text)
        return [row["message_id"][1] for row in rows]

    row = call("search_emails_semantic", p_query_embedding=QUESTION, p_max_results=1)[0]
    equal(list(row), "message_id subject from_email from_name to_emails sent_at has_attachments body_preview similarity".split())
    equal((row["to_emails"], row["body_preview"]), (["bo@example.org", "cy@example.net"], "A body"))
    equal(found(), ["1", "2"])
    equal(found(**{"from": ["ADA"]}), ["1"])
    equal(found(**{"from": ["bo@example.org", "nobody"]}), ["2"])
    equal(found(to=["cy@"]), ["1"])
    equal(found(subject="100%"), ["2"])
    equal(found(subject="1%d"), [])
    equal(found(date_from="2026-02-02"), ["2"])
    equal(found(date_to="2026-02-01"), ["1"])
    equal(found(has_attachments=True), ["1"])
    equal(found(has_attachments=False), ["2"])
    equal(found("who is done"), ["2", "1"])


def passages(call):
    """passages: kept by kind and id with hash and model, replaced in place, matched within kinds"""
    keep = lambda kind, name, content, at, **more: call(
        "upsert_aoma_vector", p_content=content, p_embedding=vector(*at), p_source_type=kind, p_source_id=name, p_metadata={"title": "Masters"}, **more
    )[0]["upsert_aoma_vector"]
    first = keep("knowledge", "a.md#1", "First text", (0.4, 1))
    equal(keep("knowledge", "a.md#1", "Second text", (0.9, 1), p_content_hash="abc", p_embedding_model="text-embedding-3-small"), first)
    keep("jira", "a.md#1", "Of another kind", (0.8, 2))
    kept = call.session.execute("select content, content_hash, embedding_model from aoma_vectors order by source_type desc").fetchall()
    equal(kept[0], {"content": "Second text", "content_hash": "abc", "embedding_model": "text-embedding-3-small"})
    # SHA-256 of the content, where nothing else is given.
    equal(kept[1]["content_hash"], hashlib.sha256(b"Of another kind").hexdigest())
    found = call("match_aoma_vectors", query_embedding=QUESTION, match_threshold=0.3, match_count=5)
    equal(list(found[0]), ["id", "content", "created_at", "metadata", "similarity", "source_id", "source_type"])
    equal((found[0]["id"], found[0]["metadata"]), (first, {"title": "Masters"}))
    match = lambda **more: keys(call("match_aoma_vectors", query_embedding=QUESTION, **more), "source_type")
    equal(match(), ["knowledge", "jira"])
    equal(match(match_threshold=0.85), ["knowledge"])
    equal(match(filter_source_types=["JIRA", "mail"]), ["jira"])
    equal(match(match_threshold=0.95, query_text="another kind"), ["jira"])


def without_a_vector(call):
    """without a vector: what holds an identifier or all the words, within the filters, and nothing else"""
    none = {"p_query_embedding": None}
    commits = lambda text, **filters: [row["commit_hash"][0] for row in call("search_git_commits_semantic", **none, p_filters=filters, p_query_text=text)]
    equal(commits("fix the login"), ["a"])
    equal(commits("see " + ("C3" * 20)[:8]), ["c"])
    equal(commits("fix the login", repository=["other"]), [])
    equal(commits("what became of it"), [])
    equal(commits(None), [])
    code = call("search_code_files_semantic", **none, p_query_text="login_user")
    equal([(row["file_path"], row["similarity"]) for row in code], [("src/login.rs", 0.0)])
    mail = lambda text: [row["message_id"][1] for row in call("search_emails_semantic", **none, p_similarity_threshold=0.0, p_query_text=text)]
    equal((mail("release on friday"), mail("release on monday")), (["1"], []))
    equal([row["source_type"] for row in call("match_aoma_vectors", query_embedding=None, query_text="another kind")], ["jira"])
    equal(keys(tickets(call, p_query_embedding=None, p_query_text="ITSM-102", p_similarity_threshold=-1.0)), ["ITSM-102"])


def faults(call):
    """what is not understood is refused by name: filters, dates, the length of a vector"""
    holds("unknown filters: projectKey" in call.refused("22023", "search_jira_tickets_semantic", p_query_embedding=QUESTION, p_filters={"projectKey": "A"}), "the filter is not named")
    call.refused("22023", "count_jira_tickets", p_filters={"status": {"eq": "Open"}})
    call.refused("22023", "search_git_commits_semantic", p_query_embedding=QUESTION, p_filters={"date_from": "yesterday"})
    call.refused("22008", "search_git_commits_semantic", p_query_embedding=QUESTION, p_filters={"date_from": "2026-13-45"})
    holds("expected 1536 dimensions, not 3" in call.refused("22000", "search_jira_tickets_semantic", p_query_embedding="[1,2,3]"), "the lengths are not named")
    call.refused("22000", "upsert_aoma_vector", p_content="c", p_embedding="[1,2,3]", p_source_type="t", p_source_id="i")
    # A vector of zeros is like nothing; it is no fault and no match.
    equal(keys(tickets(call, p_query_embedding=f"[{','.join(['0'] * 1536)}]", p_query_text="ITSM-101")), ["ITSM-101", "AOMA-7"])


def hostile(call):
    """no text is anything but a text"""
    for text in ["'", "''; drop table jira_tickets; --", "a & | ! ( ) <-> :*", "\\", "%s $1 %1$s", "$restriction$", "\u0130TSM-101 \U0001f600", "x" * 200_000]:
        tickets(call, p_query_text=text, p_filters={"project_key": text, "status": [text]})
        call("search_jira_tickets_semantic", search_query=text, filters={"priority": text})
        call("search_git_commits_semantic", p_query_embedding=QUESTION, p_filters={"author": [text], "file_pattern": text}, p_query_text=text)
        call("match_aoma_vectors", query_embedding=QUESTION, filter_source_types=[text], query_text=text)
    equal(call("count_jira_tickets")[0]["count_jira_tickets"], 5)
