"""As much of PostgREST as the `mesh` command asks of it, over a real database, with its roles, its grammar and its faults.

Run, it serves the migrated database on loopback and says `listening on ADDRESS`; `served.py` waits for that.
"""

import base64
import contextlib
import http.server
import json
import pathlib
import signal
import sys
import threading
import urllib.parse

import psycopg
from psycopg import sql

from conditions import Fault, chosen, conditions, last, limited, ordered

# What the gateway in front of PostgREST takes for a key, and PostgREST for a token.
SECRET = "sb_secret_EXAMPLE_of_tests"
PUBLISHABLE = "sb_publishable_EXAMPLE_of_tests"


def token(role):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'role': role})}.example"


LEGACY = {role: token(role) for role in ["service_role", "anon"]}
KEYS = {SECRET: "service_role", PUBLISHABLE: "anon"}

# docs.postgrest.org, "Errors": what PostgreSQL says becomes this status; the rest is 400.
STATUS = {"42P01": 404, "42883": 404, "23503": 409, "23505": 409, "25006": 405, "57014": 500}
CLASSES = {"08": 503, "53": 503, "54": 500, "55": 500, "57": 500, "58": 500, "XX": 500}


class Refused(Exception):
    """By the gateway, in its own words."""


# Who asks ---------------------------------------------------------------------------------------------------------------


def role_of(headers):
    key, bearer = headers.get("apikey"), headers.get("authorization")
    if not key:
        raise Refused("No API key found in request")
    if key not in KEYS and key not in LEGACY.values():
        raise Refused("Invalid API key")
    if key == SECRET and headers.get("user-agent", "").startswith("Mozilla/"):
        raise Refused("Forbidden use of secret API key in browser")
    if bearer is None:
        # A legacy key alone opens the gateway, and names no role.
        return KEYS.get(key, "anon")
    given = bearer.removeprefix("Bearer ")
    parts = len(given.split("."))
    if parts != 3:
        raise Fault(401, "PGRST301", f"Expected 3 parts in JWT; got {parts}")
    roles = {written: role for role, written in LEGACY.items()}
    if given not in roles:
        raise Fault(401, "PGRST301", "No suitable key or wrong key type")
    return roles[given]


# What is answered -------------------------------------------------------------------------------------------------------


class Exchange:
    """One request in a transaction of its own, as the role that the key stands for."""

    def __init__(self, session, role, query, body):
        self.session, self.role, self.query, self.body = session, role, query, body

    def run(self, method, place, prefer, statement_timeout):
        with self.session.transaction():
            self.session.execute(f"set local role {self.role}")
            self.session.execute("set local search_path = public, extensions")
            self.session.execute(f"set local statement_timeout = '{statement_timeout}'")
            if place[0] == "rpc" and len(place) == 2 and method == "POST":
                return 200, self.call(place[1])
            if len(place) != 1:
                raise Fault(404, "PGRST125", "Invalid path specified in request URL")
            self.must_be_there(place[0])
            table = sql.Identifier("public", place[0])
            if method == "GET":
                return 200, self.select(table)
            if method == "POST":
                return 201, self.insert(table, prefer)
            if method == "DELETE":
                self.session.execute(sql.SQL("delete from {} t where {}").format(table, conditions(self.query)))
                return 204, None
            raise Fault(405, "PGRST117", "Unsupported HTTP method: " + method)

    def must_be_there(self, name):
        found = self.session.execute(
            "select from pg_class where relname = %s and relnamespace = 'public'::regnamespace and relkind in ('r', 'v')", (name,)
        )
        if found.fetchone() is None:
            raise Fault(404, "PGRST205", f"Could not find the table 'public.{name}' in the schema cache")

    def json(self):
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            raise Fault(400, "PGRST102", "Empty or invalid json") from None

    def select(self, table):
        rows = sql.SQL("select {} from {} t where {}{}{}").format(
            chosen(self.query), table, conditions(self.query), ordered(self.query), limited(self.query)
        )
        return self.session.execute(sql.SQL("select coalesce(json_agg(r), '[]')::text from ({}) r").format(rows)).fetchone()[0]

    def insert(self, table, prefer):
        rows = self.json()
        rows = rows if isinstance(rows, list) else [rows]
        if not rows:
            return None
        if len({frozenset(row) for row in rows}) != 1:
            raise Fault(400, "PGRST102", "All object keys must match")
        columns = [sql.Identifier(name) for name in rows[0]]
        statement = sql.SQL("insert into {0} ({1}) select {1} from json_populate_recordset(null::{0}, {2}::json)").format(
            table, sql.SQL(", ").join(columns), sql.Literal(json.dumps(rows))
        )
        if "resolution=merge-duplicates" in prefer:
            target = [sql.Identifier(name) for name in (last(self.query, "on_conflict") or "id").split(",")]
            changed = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in columns)
            statement += sql.SQL(" on conflict ({}) do update set {}").format(sql.SQL(", ").join(target), changed)
        self.session.execute(statement)
        return None

    def call(self, name):
        arguments = self.json()
        function = self.overload(name, arguments)
        types = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(one), sql.SQL(function.types[one])) for one in arguments)
        passed = sql.SQL(", ").join(sql.SQL("{0} := a.{0}").format(sql.Identifier(one)) for one in arguments)
        called = sql.SQL("{}({})").format(sql.Identifier("public", name), passed)
        given = sql.SQL("json_to_record({}::json) as a({})").format(sql.Literal(json.dumps(arguments)), types) if arguments else sql.SQL("(values (1)) a")
        form = "coalesce(json_agg(r), '[]')" if function.returns_rows else "to_json(r)"
        if not function.is_volatile:
            self.session.execute("set transaction read only")
        statement = sql.SQL("select {}::text from {}, lateral {} r").format(sql.SQL(form), given, called)
        return self.session.execute(statement).fetchone()[0]

    def overload(self, name, arguments):
        """The one function of this name that takes arguments of just these names."""
        known = self.session.execute(
            """select proargnames[1:pronargs], array(select format_type(t, null) from unnest(proargtypes) t), pronargdefaults, proretset, provolatile = 'v'
               from pg_proc where proname = %s and pronamespace = 'public'::regnamespace""",
            (name,),
        ).fetchall()
        fitting = [Overload(*row) for row in known if fits(row[0] or [], row[2], arguments)]
        listed = ", ".join(sorted(arguments))
        if not fitting:
            written = f"({listed})" if arguments else " without parameters"
            raise Fault(404, "PGRST202", f"Could not find the function public.{name}{written} in the schema cache")
        if len(fitting) > 1:
            raise Fault(300, "PGRST203", f"Could not choose the best candidate function between: public.{name}({listed})")
        return fitting[0]


class Overload:
    def __init__(self, names, types, defaults, returns_rows, is_volatile):
        self.types = dict(zip(names or [], types))
        self.returns_rows, self.is_volatile = returns_rows, is_volatile


def fits(names, defaults, arguments):
    required = names[: len(names) - defaults]
    return set(required) <= set(arguments) <= set(names)


def told(fault, role):
    """A fault of PostgreSQL in PostgREST's words."""
    code = fault.sqlstate or "XX000"
    status = STATUS.get(code) or CLASSES.get(code[:2], 400)
    if code == "42501":
        status = 401 if role == "anon" else 403
    return Fault(status, code, fault.diag.message_primary, fault.diag.message_detail, fault.diag.message_hint)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.session = self.server.connect()

    def finish(self):
        self.session.close()
        super().finish()

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            status, answer = self.answer(body)
        except Refused as refused:
            status, answer = 401, json.dumps({"message": str(refused), "hint": "Double check your Supabase `anon` or `service_role` API key."})
        except Fault as fault:
            status, answer = fault.status, json.dumps(fault.body)
        content = (answer or "").encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

    def answer(self, body):
        address = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qsl(address.query, keep_blank_values=True, separator="&")
        role = role_of(self.headers)
        place = [urllib.parse.unquote(part) for part in address.path.removeprefix("/rest/v1/").split("/")]
        exchange = Exchange(self.session, role, query, body)
        try:
            return exchange.run(self.command, place, self.headers.get("prefer", ""), self.server.statement_timeout)
        except psycopg.Error as fault:
            raise told(fault, role) from None

    def log_message(self, *_):
        pass


class Front(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, connect, statement_timeout="8s"):
        super().__init__(("127.0.0.1", 0), Handler)
        self.connect, self.statement_timeout = connect, statement_timeout
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def serving(connect, statement_timeout="8s"):
    front = Front(connect, statement_timeout)
    thread = threading.Thread(target=front.serve_forever)
    thread.start()
    try:
        yield front.address
    finally:
        front.shutdown()
        thread.join()
        front.server_close()


def main():
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
    from server import MIGRATIONS, running

    with running() as server:
        server.create("project")
        server.apply("project", MIGRATIONS)
        with serving(lambda: server.connect("project", "authenticator")) as address:
            print(f"listening on {address}", file=sys.stderr, flush=True)
            signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    # Before any thread is there, so that none of them takes the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
