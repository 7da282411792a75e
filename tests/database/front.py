"""The database through PostgREST's doors, as a client comes in."""

import json
import pathlib
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from postgrest import LEGACY, PUBLISHABLE, SECRET, serving
from served import served
from server import MIGRATIONS, QUESTION, vector
from tally import equal, holds

PRESENT = {"apikey": SECRET}


class Client:
    def __init__(self, address):
        self.address = address

    def __call__(self, method, below, body=None, headers=PRESENT, **query):
        address = f"{self.address}/rest/v1/{below}?{urllib.parse.urlencode(query)}"
        content = json.dumps(body).encode() if body is not None else None
        headers = {"user-agent": "aoma-mesh-mcp/3.0", "content-type": "application/json"} | headers
        request = urllib.request.Request(address, content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        return status, json.loads(text) if text else None

    def fault(self, *asked, **more):
        status, body = self(*asked, **more)
        return status, body.get("code"), body["message"]


def check(tally, server):
    server.create("project")
    server.apply("project", MIGRATIONS)
    connect = lambda: server.connect("project", "authenticator")
    with serving(connect) as address:
        client = Client(address)
        for fact in [written, called, overloads, selected, hostile, keys, closed]:
            tally.check(fact.__doc__, lambda fact=fact: fact(client))
    with serving(connect, "1ms") as address:
        tally.check("a statement that takes too long is a 500 with 57014", lambda: slow(Client(address)))
    tally.check("beside another program, it serves a migrated database of its own", alone)


def written(client):
    """rows are written in bulk, merged by their key, and deleted"""
    rows = [
        {"external_id": "ITSM-1", "title": "Login, fails (often)", "status": "Open", "metadata": {"url": "x"}, "embedding": vector(0.9, 1), "content_hash": "1"},
        {"external_id": "ITSM-2", "title": "100% \"done\"", "status": "In Progress", "metadata": {}, "embedding": None, "content_hash": "2"},
    ]
    merge = {**PRESENT, "prefer": "resolution=merge-duplicates,return=minimal"}
    equal(client("POST", "jira_tickets", rows, merge, on_conflict="external_id"), (201, None))
    equal(client("POST", "jira_tickets", [{"external_id": "ITSM-2", "content_hash": "3"}], merge, on_conflict="external_id"), (201, None))
    expected = [{"external_id": "ITSM-1", "content_hash": "1"}, {"external_id": "ITSM-2", "content_hash": "3"}]
    equal(client("GET", "jira_tickets", select="external_id,content_hash", order="external_id.asc"), (200, expected))
    equal(client("GET", "jira_tickets", select="title", external_id="eq.ITSM-2"), (200, [{"title": '100% "done"'}]))
    equal(client.fault("POST", "jira_tickets", {"external_id": "ITSM-1"})[:2], (409, "23505"))
    equal(client.fault("POST", "jira_tickets", [{"external_id": "a"}, {"title": "b"}])[:2], (400, "PGRST102"))
    equal(client("POST", "emails", {"message_id": "<1@example.com>"})[0], 201)
    equal(client("DELETE", "emails", message_id='in.("<1@example.com>")'), (204, None))
    equal(client("GET", "emails"), (200, []))


def called(client):
    """functions are called by the names of their arguments: rows are a list, a number is a number"""
    row = {"key": "ITSM-1", "summary": "Login, fails (often)", "status": "Open", "priority": None, "project_key": "ITSM"}
    arguments = {"p_query_embedding": QUESTION, "p_max_results": 15, "p_similarity_threshold": 0.3, "p_filters": {"status": ["Open"]}}
    status, rows = client("POST", "rpc/search_jira_tickets_semantic", arguments)
    holds(abs(rows[0].pop("similarity") - 0.9) < 1e-6, rows)
    equal((status, rows), (200, [row]))
    equal(client("POST", "rpc/search_jira_tickets_semantic", arguments | {"p_filters": {"status": ["Closed"]}}), (200, []))
    # A vector is also taken as the array that it is in JSON.
    arguments["p_query_embedding"] = json.loads(QUESTION)
    equal(client("POST", "rpc/search_jira_tickets_semantic", arguments)[1][0]["key"], "ITSM-1")
    equal(client("POST", "rpc/count_jira_tickets", {"p_filters": None}), (200, 2))
    by_project = client("POST", "rpc/count_jira_tickets_by_project", {"p_status_filter": ["Open", "in progress"], "p_priority_filter": None})
    equal(by_project, (200, [{"project_key": "ITSM", "count": 2}]))
    kept = {"p_content": "c", "p_embedding": QUESTION, "p_source_type": "knowledge", "p_source_id": "1", "p_metadata": {}}
    status, first = client("POST", "rpc/upsert_aoma_vector", kept)
    equal((status, client("POST", "rpc/upsert_aoma_vector", kept)), (200, (200, first)))
    matched = client("POST", "rpc/match_aoma_vectors", {"query_embedding": QUESTION, "match_threshold": 0.5, "match_count": 3, "filter_source_types": ["knowledge"]})
    equal([row["id"] for row in matched[1]], [first])
    commits = client("POST", "rpc/search_git_commits_semantic", {"p_query_embedding": QUESTION, "p_similarity_threshold": 0.5, "p_max_results": 3, "p_filters": {}})
    equal(commits, (200, []))


def overloads(client):
    """of two functions of one name the arguments' names tell which; names of neither are PGRST202"""
    status, rows = client("POST", "rpc/search_jira_tickets_semantic", {"search_query": "login", "max_results": 5, "similarity_threshold": 0.5, "filters": None})
    equal((status, [row["key"] for row in rows]), (200, ["ITSM-1"]))
    wanted = "Could not find the function public.search_jira_tickets_semantic(p_query_embedding, search_query) in the schema cache"
    equal(client.fault("POST", "rpc/search_jira_tickets_semantic", {"search_query": "a", "p_query_embedding": QUESTION}), (404, "PGRST202", wanted))
    equal(client.fault("POST", "rpc/match_documents", {"a": 1})[:2], (404, "PGRST202"))
    equal(client.fault("POST", "rpc/identifiers", {"words": "a"})[:2], (404, "PGRST202"))


def selected(client):
    """tables are read within conditions, in order and in part"""
    keys = lambda **query: [row["external_id"] for row in client("GET", "jira_tickets", select="external_id", order="external_id.desc", **query)[1]]
    equal(keys(), ["ITSM-2", "ITSM-1"])
    equal(keys(limit=1), ["ITSM-2"])
    equal(keys(limit=1, offset=1), ["ITSM-1"])
    equal(keys(status='in.("In Progress","Closed")'), ["ITSM-2"])
    equal(keys(status="in.()"), [])
    equal(keys(external_id="gt.ITSM-1"), ["ITSM-2"])
    equal(keys(embedding="is.null"), ["ITSM-2"])
    equal(keys(**{"or": '(title.ilike."*LOGIN, FAILS (*",external_id.eq.ITSM-2)'}), ["ITSM-2", "ITSM-1"])
    equal(keys(**{"or": '(title.ilike."*\\\\%*")'}), ["ITSM-2"])
    equal(keys(**{"metadata->>url": "eq.x"}), ["ITSM-1"])
    equal(client("GET", "jira_tickets", select="external_id,metadata->>url", external_id="eq.ITSM-1")[1], [{"external_id": "ITSM-1", "url": "x"}])
    equal(client.fault("GET", "docs", select="id"), (404, "PGRST205", "Could not find the table 'public.docs' in the schema cache"))
    equal(client.fault("GET", "jira_tickets", select="nothing")[:2], (400, "42703"))
    equal(client.fault("GET", "jira_tickets", **{"or": "(title.ilike.*a*),status.eq.Open"})[:2], (400, "PGRST100"))


def hostile(client):
    """a value in quotation marks is a value, whatever is in it"""
    for text in ["),or(status.eq.Open", '"),status.neq.("', "'; drop table jira_tickets; --", "\\", "a,b.c:d(e)"]:
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        equal(client("GET", "jira_tickets", title=f"in.({quoted})"), (200, []))
        equal(client("GET", "jira_tickets", title=f"eq.{text}"), (200, []))
        status, rows = client("GET", "jira_tickets", select="external_id", **{"or": f"(title.eq.{quoted},external_id.eq.{quoted})"})
        equal((status, rows), (200, []))


def keys(client):
    """each kind of key is read as the gateway does: a legacy one needs its token, a present one must not have it"""
    count = lambda headers: client("POST", "rpc/count_jira_tickets", {}, headers)
    fault = lambda headers: client.fault("POST", "rpc/count_jira_tickets", {}, headers)
    legacy = LEGACY["service_role"]
    equal(count({"apikey": SECRET}), (200, 2))
    equal(count({"apikey": legacy, "authorization": f"Bearer {legacy}"}), (200, 2))
    denied = "permission denied for function count_jira_tickets"
    equal(fault({"apikey": legacy}), (401, "42501", denied))
    equal(fault({"apikey": SECRET, "authorization": f"Bearer {SECRET}"}), (401, "PGRST301", "Expected 3 parts in JWT; got 1"))
    equal(fault({"apikey": PUBLISHABLE}), (401, "42501", denied))
    equal(fault({}), (401, None, "No API key found in request"))
    equal(fault({"apikey": "sb_secret_WRONG"}), (401, None, "Invalid API key"))
    equal(fault({"apikey": SECRET, "user-agent": "Mozilla/5.0"})[0], 401)


def closed(client):
    """the publishable key opens no table and no function"""
    anonymous = {"apikey": PUBLISHABLE}
    for table in ["jira_tickets", "git_commits", "code_files", "emails", "aoma_vectors"]:
        equal(client.fault("GET", table, headers=anonymous), (401, "42501", f"permission denied for table {table}"))
        equal(client.fault("POST", table, {"id": None}, anonymous)[:2], (401, "42501"))
    for function, arguments in [("search_jira_tickets_semantic", {"search_query": "a"}), ("match_aoma_vectors", {"query_embedding": QUESTION})]:
        equal(client.fault("POST", f"rpc/{function}", arguments, anonymous)[:2], (401, "42501"))


def slow(client):
    row = {"source_type": "knowledge", "content": "word " * 20_000}
    status, code, _ = client.fault("POST", "aoma_vectors", [row | {"source_id": str(n)} for n in range(50)])
    equal((status, code), (500, "57014"))


def alone():
    with tempfile.TemporaryDirectory(prefix="front-") as folder:
        command = [sys.executable, pathlib.Path(__file__).parent / "postgrest.py"]
        with served(command, pathlib.Path(folder) / "log") as address:
            equal(Client(address)("POST", "rpc/count_jira_tickets", {}), (200, 0))
