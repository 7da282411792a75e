"""The `mesh` command beside the database: what `mesh sync` writes through PostgREST is what the functions find."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from embedder import KEY, embedded, embedding
from front import Client
from postgrest import LEGACY, PUBLISHABLE, SECRET, serving
from server import MIGRATIONS, ROOT
from tally import equal, holds

MESH = ROOT / "target" / "debug" / "mesh"
COUNTS = """select (select count(*) from aoma_vectors), (select count(*) from jira_tickets), (select count(*) from git_commits),
                   (select count(*) from code_files), (select count(*) from emails)"""


class Stage:
    """The samples and a repository of one commit, indexed; the database that they are pushed to; and who makes vectors."""

    def __init__(self, server, folder, url, embedder):
        self.server, self.folder, self.url, self.embedder = server, folder, url, embedder
        self.client = Client(url)
        shutil.copytree(ROOT / "examples", folder / "examples")
        source = folder / "shop"
        source.mkdir()
        (source / "stock.py").write_text("def remaining_stock(item):\n    return item.stock\n")
        git = ["git", "-C", source, "-c", "user.name=Ada Example", "-c", "user.email=ada@example.com"]
        for arguments in [["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Count the remaining stock"]]:
            subprocess.run([*git, *arguments], check=True)
        self.index("--knowledge", "examples/knowledge", "--tickets", "examples/tickets.csv", "--mail", "examples/mail", "--git", "shop", "--code", "shop")

    def index(self, *sources):
        self.run("index", *sources)

    def run(self, command, *arguments, key=SECRET, expected=(0,)):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "MESH_SECRETS": "env",
            "MESH_OPENAI_URL": self.embedder.address,
            "OPENAI_API_KEY": KEY,
            "NEXT_PUBLIC_SUPABASE_URL": self.url,
            "SUPABASE_SERVICE_ROLE_KEY": key,
        }
        done = subprocess.run(
            [MESH, command, "--corpus", "corpus", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120
        )
        holds(done.returncode in expected, f"{command} ended with {done.returncode}\n{done.stderr}")
        return done

    def sync(self, *arguments, **more):
        """What it says, and how many texts it has had embedded."""
        before = len(self.embedder.inputs)
        done = self.run("sync", "--to", "database", *arguments, **more)
        return done, len(self.embedder.inputs) - before

    def counts(self):
        with self.server.connect("pushed") as owner:
            return owner.execute(COUNTS).fetchone()

    def found(self, function, question, column, **more):
        asked = {"p_query_embedding": embedded(question), "p_similarity_threshold": 0.2, "p_max_results": 3, "p_filters": {}, "p_query_text": question}
        status, rows = self.client("POST", f"rpc/{function}", asked | more)
        equal((status, len(rows) > 0), (200, True))
        return rows[0][column]


def check(tally, server):
    server.create("pushed")
    server.apply("pushed", MIGRATIONS)
    with (
        tempfile.TemporaryDirectory(prefix="pushed-") as folder,
        serving(lambda: server.connect("pushed", "authenticator")) as url,
        embedding() as embedder,
    ):
        stage = Stage(server, pathlib.Path(folder), url, embedder)
        for fact in [rehearsed, pushed, found, unchanged, changed, refused]:
            tally.check(fact.__doc__, lambda fact=fact: fact(stage))


def rehearsed(stage):
    """a dry run of `mesh sync` writes nothing"""
    _, texts = stage.sync("--dry-run")
    equal((texts, stage.counts()), (0, (0, 0, 0, 0, 0)))


def pushed(stage):
    """`mesh sync` fills all five tables, each row with its vector, hash and model"""
    _, texts = stage.sync()
    counts = stage.counts()
    equal(sum(counts), texts)
    holds(counts[0] > 7 and counts[1] > 5 and counts[2:4] == (1, 1) and counts[4] > 3, counts)
    with stage.server.connect("pushed") as owner:
        for table in ["aoma_vectors", "jira_tickets", "git_commits", "code_files", "emails"]:
            lacking = f"select count(*) from {table} where embedding is null or content_hash is null or embedding_model is null or search = ''"
            equal((table, owner.execute(lacking).fetchone()), (table, (0,)))


def found(stage):
    """what was pushed is found by the functions, of every kind"""
    with stage.server.connect("pushed") as owner:
        key, title, project = owner.execute("select external_id, title, project_key from jira_tickets order by 1 limit 1").fetchone()
        message, subject = owner.execute("select message_id, subject from emails where subject <> '' order by 1 limit 1").fetchone()
    equal(project, key.split("-")[0])
    equal(stage.found("search_jira_tickets_semantic", title, "key", p_filters=None), key)
    equal(stage.found("search_jira_tickets_semantic", f"what became of {key}", "key", p_filters={"project_key": project}), key)
    equal(stage.found("search_git_commits_semantic", "remaining stock", "author_email", p_filters={"repository": ["shop"]}), "ada@example.com")
    equal(stage.found("search_code_files_semantic", "where is remaining_stock", "file_name", p_filters={"language": ["python"]}), "stock.py")
    equal(stage.found("search_emails_semantic", subject, "message_id"), message)
    asked = {"query_embedding": embedded("what is AOMA"), "match_threshold": 0.1, "match_count": 3, "filter_source_types": ["knowledge"], "query_text": "what is AOMA"}
    status, rows = stage.client("POST", "rpc/match_aoma_vectors", asked)
    equal((status, "AOMA" in rows[0]["content"]), (200, True))


def unchanged(stage):
    """a second `mesh sync` embeds and writes nothing, also with a legacy key"""
    with stage.server.connect("pushed") as owner:
        rows = "select md5(string_agg(t::text, '' order by t.id)) from aoma_vectors t"
        before = owner.execute(rows).fetchone()
        for key in [SECRET, LEGACY["service_role"]]:
            _, texts = stage.sync(key=key)
            equal(texts, 0)
        equal(owner.execute(rows).fetchone(), before)


def changed(stage):
    """what has changed is sent, what is gone is deleted, and rows of others are left alone"""
    before = stage.counts()
    with stage.server.connect("pushed") as owner:
        owner.execute("insert into jira_tickets (external_id, title) values ('OTHERS-1', 'Of others')")
    pages = stage.folder / "examples" / "knowledge"
    (pages / "glossary.md").unlink()
    (pages / "lifts.md").write_text("# Lifts\n\nA paternoster never stops.\n")
    stage.index()
    _, texts = stage.sync()
    equal(texts, 1)
    with stage.server.connect("pushed") as owner:
        equal(owner.execute("select count(*) from aoma_vectors where source_id like '%glossary%'").fetchone(), (0,))
        equal(owner.execute("select content from aoma_vectors where search @@ to_tsquery('paternoster')").fetchall(), [("A paternoster never stops.",)])
        equal(owner.execute("delete from jira_tickets where external_id = 'OTHERS-1' returning title").fetchall(), [("Of others",)])
    equal(stage.counts()[1:], before[1:])


def refused(stage):
    """with the publishable key `mesh sync` fails, says what is missing, and shows no key"""
    (stage.folder / "examples" / "knowledge" / "lifts.md").write_text("# Lifts\n\nA lift stops.\n")
    stage.index()
    for key in [PUBLISHABLE, LEGACY["anon"], "sb_secret_WRONG_of_the_tests"]:
        done, texts = stage.sync(key=key, expected=(1, 3))
        said = done.stdout + done.stderr
        holds("grant" in said or "key is refused" in said, said)
        holds(key not in said, said)
    with stage.server.connect("pushed") as owner:
        equal(owner.execute("select count(*) from aoma_vectors where content = 'A lift stops.'").fetchone(), (0,))
