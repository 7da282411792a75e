"""The migrations themselves: run again, taken back, over tables that were there before; and who may do what."""

import os
import pathlib
import re
import subprocess
import tempfile

from psycopg import errors

from server import DOWN, MIGRATIONS, QUESTION, ROOT, vector
from tally import equal, holds

TABLES = ["aoma_vectors", "code_files", "emails", "git_commits", "jira_tickets"]
FUNCTIONS = [
    "count_jira_tickets",
    "count_jira_tickets_by_project",
    "match_aoma_vectors",
    "search_code_files_semantic",
    "search_emails_semantic",
    "search_git_commits_semantic",
    "search_jira_tickets_semantic",
    "search_jira_tickets_semantic",
    "upsert_aoma_vector",
]
# Whatever a migration can change, by name; numbers of objects differ from run to run.
CATALOG = """
    select 'column', table_schema || '.' || table_name, column_name, data_type, is_nullable, column_default, generation_expression
      from information_schema.columns where table_schema in ('public', 'mesh')
    union all
    select 'index', schemaname || '.' || tablename, indexname, indexdef, null, null, null from pg_indexes where schemaname in ('public', 'mesh')
    union all
    select 'function', pronamespace::regnamespace::text, oid::regprocedure::text, pg_get_functiondef(oid), proacl::text, null, null
      from pg_proc where pronamespace in ('public'::regnamespace, to_regnamespace('mesh'))
    union all
    select 'table', relnamespace::regnamespace::text, relname, relrowsecurity::text, relacl::text, null, null
      from pg_class where relkind in ('r', 'S') and relnamespace in ('public'::regnamespace, to_regnamespace('mesh'))
    union all
    select 'schema', nspname, nspacl::text, null, null, null, null from pg_namespace where nspname in ('public', 'mesh')
    order by 1, 2, 3
"""


def check(tally, server):
    server.create("migrated")
    tally.check("the migrations are applied by one who is no superuser", lambda: server.apply("migrated", MIGRATIONS))
    tally.check("applied again, they change nothing and lose no row", lambda: again(server))
    tally.check("every table has row level security, every function its search path", lambda: pinned(server))
    for role in ["anon", "authenticated"]:
        tally.check(f"{role} reads no table, calls no function and sees no inner schema", lambda role=role: shut_out(server, role))
    tally.check("the service role does both", lambda: let_in(server))
    tally.check("taken back, nothing is left but the extension; and they can be applied again", lambda: back(server))
    tally.check("the functions are taken back alone without losing a row", lambda: half_back(server))
    server.create("legacy")
    tally.check("over a table that was there before, its rows are found", lambda: adopted(server))
    tally.check("and taken back, its rows stay", lambda: given_back(server))
    server.create("documented")
    tally.check("the commands of docs/DATABASE.md do what it says", lambda: documented(server))


def catalog(server, database="migrated"):
    with server.connect(database) as owner:
        return owner.execute(CATALOG).fetchall()


def rows(server, database="migrated"):
    with server.connect(database) as owner:
        return owner.execute("select external_id from jira_tickets order by 1").fetchall()


def again(server):
    with server.connect("migrated") as owner:
        owner.execute("insert into jira_tickets (external_id) values ('ITSM-1')")
    before = catalog(server)
    server.apply("migrated", MIGRATIONS)
    equal(catalog(server), before)
    equal(rows(server), [("ITSM-1",)])


def pinned(server):
    with server.connect("migrated") as owner:
        tables = owner.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relrowsecurity order by 1"
        ).fetchall()
        equal([name for (name,) in tables], TABLES)
        loose = owner.execute(
            """select oid::regprocedure::text from pg_proc where pronamespace in ('public'::regnamespace, 'mesh'::regnamespace)
               and not exists (select from unnest(proconfig) setting where setting like 'search_path=%pg_temp')"""
        ).fetchall()
        equal(loose, [])


def signatures(server):
    with server.connect("migrated") as owner:
        found = owner.execute(
            "select proname, oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace order by 1, 2"
        ).fetchall()
    equal([name for name, _ in found], FUNCTIONS)
    return [signature for _, signature in found]


def shut_out(server, role):
    for signature in signatures(server):
        holds(not may(server, "has_function_privilege", role, signature, "execute"), f"{role} may execute {signature}")
    for table in TABLES:
        for right in ["select", "insert", "update", "delete", "truncate", "references", "trigger"]:
            holds(not may(server, "has_table_privilege", role, f"public.{table}", right), f"{role} may {right} {table}")
    holds(not may(server, "has_schema_privilege", role, "mesh", "usage"), f"{role} may use the schema mesh")
    with server.connect("migrated", "authenticator") as session:
        session.execute(f"set role {role}")
        for statement in ["select * from jira_tickets", "select count_jira_tickets()", "select mesh.identifiers('a')"]:
            try:
                session.execute(statement)
            except errors.InsufficientPrivilege:
                continue
            raise AssertionError(f"{role} was let do: {statement}")
        # Rights that someone grants later show no row all the same.
        with server.connect("migrated") as owner:
            owner.execute(f"grant select on jira_tickets to {role}")
        equal(session.execute("select * from jira_tickets").fetchall(), [])
        server.apply("migrated", MIGRATIONS)
        holds(not may(server, "has_table_privilege", role, "public.jira_tickets", "select"), "the grant outlived the migrations")


def may(server, question, role, what, right):
    with server.connect("migrated") as owner:
        return owner.execute(f"select {question}(%s, %s, %s)", (role, what, right)).fetchone()[0]


def let_in(server):
    for signature in signatures(server):
        holds(may(server, "has_function_privilege", "service_role", signature, "execute"), f"no right to execute {signature}")
    with server.connect("migrated", "authenticator") as session:
        session.execute("set role service_role")
        session.execute("insert into emails (message_id) values ('<1@example.com>')")
        session.execute("update emails set subject = 'Login' where message_id = '<1@example.com>'")
        equal(session.execute("select subject, search::text from emails").fetchall(), [("Login", "'login':1B")])
        session.execute("delete from emails")
        equal(session.execute("select count_jira_tickets()").fetchone(), (1,))
        try:
            session.execute("truncate emails")
        except errors.InsufficientPrivilege:
            return
        raise AssertionError("the service role may truncate")


def back(server):
    server.create("untouched")
    server.apply("migrated", DOWN)
    equal(catalog(server), catalog(server, "untouched"))
    server.apply("migrated", DOWN)
    server.apply("migrated", MIGRATIONS)
    equal(rows(server), [])


def half_back(server):
    before = catalog(server)
    with server.connect("migrated") as owner:
        owner.execute("insert into jira_tickets (external_id) values ('ITSM-2')")
    server.apply("migrated", DOWN[:1])
    equal(rows(server), [("ITSM-2",)])
    server.apply("migrated", MIGRATIONS[2:])
    equal(catalog(server), before)


def adopted(server):
    """As the tables were: another primary key, json, an overload without the words, and no index."""
    with server.connect("legacy") as owner:
        owner.execute(
            """
            set search_path = public, extensions;
            create table jira_tickets (
              id bigint generated always as identity primary key, external_id text, title text, description text, status text,
              priority text, metadata json, embedding vector(1536), created_at timestamptz default now(), updated_at timestamptz
            );
            create function search_jira_tickets_semantic(p_query_embedding vector, p_max_results int, p_similarity_threshold real, p_filters json)
              returns table (key text) language sql as $$ select 'old'::text $$;
            """
        )
        owner.execute(
            "insert into jira_tickets (external_id, title, metadata, embedding) values (%s, %s, %s, %s::extensions.vector)",
            ("OLD-1", "From before", '{"projectKey": "Legacy"}', vector(0.9, 1)),
        )
    server.apply("legacy", MIGRATIONS)
    server.apply("legacy", MIGRATIONS)
    with server.connect("legacy", "authenticator") as session:
        session.execute("set role service_role")
        found = session.execute(
            "select key, summary, project_key from search_jira_tickets_semantic(p_query_embedding => %s::extensions.vector)", (QUESTION,)
        ).fetchall()
        equal(found, [("OLD-1", "From before", "LEGACY")])


def given_back(server):
    server.apply("legacy", DOWN)
    equal(rows(server, "legacy"), [("OLD-1",)])
    server.apply("legacy", MIGRATIONS)
    equal(rows(server, "legacy"), [("OLD-1",)])


def documented(server):
    """In their order: applied, the index made anew, taken back."""
    page = (ROOT / "docs" / "DATABASE.md").read_text()
    commands = re.findall(r"^    ((?:psql|pg_dump) .*)$", page, re.MULTILINE)
    equal(len(commands), 9)
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        (pathlib.Path(folder) / "supabase").symlink_to(ROOT / "supabase")
        path = f"{server.handle.bin_path}:{os.environ['PATH']}"
        environment = os.environ | {"DATABASE_URL": server.address("documented"), "PATH": path}
        for command in commands:
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
            holds(done.returncode == 0, f"{command}\n{done.stderr}")
    equal(catalog(server, "documented"), catalog(server, "untouched"))
