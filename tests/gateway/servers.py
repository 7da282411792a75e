"""The real servers: how each is started, every tool that it has with made-up arguments, and what of a result is never twice the same."""

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

from gateway import HERE, MESH, ROOT
from served import served
from wire import MODERN

NEWEST_HANDSHAKE = "2025-11-25"
BIN = HERE / "node_modules" / ".bin"
SECOND_LINE = ROOT / ".tools" / "gateway-mcp-2" / "bin"
FIRST_LINE = ROOT / ".tools" / "gateway-mcp-1" / "bin"
EVERYTHING = str(HERE / "node_modules" / "@modelcontextprotocol" / "server-everything" / "dist" / "index.js")

# Commits are the same whenever they are made.
AUTHOR = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
          {"NAME": "Owen Fitch", "EMAIL": "owen.fitch@example.com", "DATE": "2026-11-17T15:35:00+0000"}.items()}
GIT = AUTHOR | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

# Of these results the parts that match are left out of the comparison.
VOLATILE = {
    "get-env": [r'GATEWAY_TESTS_RUN\\": \\"[0-9a-f]+', r'MESH_HOPS\\": \\"[0-9a-f:,]*'],
    "get-resource-reference": [r"\d+:\d+:\d+( [AP]M)?", r'"blob":"[^"]*"'],
    "get_file_info": [r"(created|modified|accessed): [^\\]+"],
    "get_current_time": [r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"],
    "convert_time": [r"\d{4}-\d\d-\d\d"],
    # The server counts the thoughts of all its callers.
    "sequentialthinking": [r'thoughtHistoryLength\\?": ?\d+'],
    # These say what was turned over, and the next call turns it back.
    "toggle-simulated-logging": [r"Started|Stopped", r"simulated.*?(?=\")"],
    "toggle-subscriber-updates": [r"Started|Stopped", r"simulated.*?(?=\")"],
    "get_system_health": [r"averageResponseTime.*?version", r"\d+(\.\d+)?"],
    "get_server_capabilities": [r"\d+(\.\d+)?"],
}
# The environment of a process has no order.
UNORDERED = {"get-env"}


@dataclass
class Server:
    entry: dict
    steps: list = field(default_factory=list)
    era: str = NEWEST_HANDSHAKE
    # Tools that are listed and not called, and why.
    uncalled: dict = field(default_factory=dict)


def everything():
    gzip = {"name": "a.gz", "data": "data:text/plain,gateway"}
    return [
        ("echo", {"message": "gr\u00fc\u00dfe \u2028 \U0001f600 \u0000"}),
        ("get-annotated-message", {"messageType": "error", "includeImage": True}),
        ("get-env", {}),
        ("get-resource-links", {"count": 3}),
        ("get-resource-reference", {"resourceType": "Text", "resourceId": 1}),
        ("get-structured-content", {"location": "New York"}),
        ("get-sum", {"a": 0.1, "b": 0.2}),
        ("get-tiny-image", {}),
        ("gzip-file-as-resource", gzip | {"outputType": "resource"}),
        ("toggle-simulated-logging", {}),
        ("toggle-simulated-logging", {}),
        ("toggle-subscriber-updates", {}),
        ("toggle-subscriber-updates", {}),
        ("trigger-long-running-operation", {"duration": 0.2, "steps": 2}),
        ("get-sum", {"a": "one"}),
    ]


def filesystem(folder):
    at = lambda name: str(folder / name)
    return [
        ("list_allowed_directories", {}),
        ("create_directory", {"path": at("made")}),
        ("write_file", {"path": at("made/b.txt"), "content": "one\ntwo\n"}),
        ("edit_file", {"path": at("made/b.txt"), "edits": [{"oldText": "two", "newText": "three"}]}),
        ("read_file", {"path": at("made/b.txt")}),
        ("read_text_file", {"path": at("a.txt"), "head": 1}),
        ("read_media_file", {"path": at("a.png")}),
        ("read_multiple_files", {"paths": [at("a.txt"), at("none.txt")]}),
        ("list_directory", {"path": at("")}),
        ("list_directory_with_sizes", {"path": at("")}),
        ("directory_tree", {"path": at("")}),
        ("move_file", {"source": at("made/b.txt"), "destination": at("made/c.txt")}),
        ("search_files", {"path": at(""), "pattern": "**/*.txt"}),
        ("get_file_info", {"path": at("a.txt")}),
        ("read_text_file", {"path": "/etc/passwd"}),
    ]


def memory():
    entity = {"name": "Ada", "entityType": "person", "observations": ["writes"]}
    relation = {"from": "Ada", "to": "Engine", "relationType": "programs"}
    return [
        ("create_entities", {"entities": [entity, entity | {"name": "Engine"}]}),
        ("create_relations", {"relations": [relation]}),
        ("add_observations", {"observations": [{"entityName": "Ada", "contents": ["counts"]}]}),
        ("read_graph", {}),
        ("search_nodes", {"query": "count"}),
        ("open_nodes", {"names": ["Engine"]}),
        ("delete_observations", {"deletions": [{"entityName": "Ada", "observations": ["counts"]}]}),
        ("delete_relations", {"relations": [relation]}),
        ("delete_entities", {"entityNames": ["Ada", "Engine"]}),
        ("add_observations", {"observations": [{"entityName": "Nobody", "contents": ["x"]}]}),
    ]


def git(folder):
    at = {"repo_path": str(folder)}
    steps = [
        ("git_status", {}),
        ("git_diff_unstaged", {}),
        ("git_add", {"files": ["a.txt"]}),
        ("git_diff_staged", {}),
        ("git_reset", {}),
        ("git_add", {"files": ["a.txt"]}),
        ("git_commit", {"message": "second"}),
        ("git_log", {"max_count": 5}),
        ("git_show", {"revision": "HEAD"}),
        ("git_create_branch", {"branch_name": "side"}),
        ("git_checkout", {"branch_name": "side"}),
        ("git_diff", {"target": "HEAD~1"}),
        ("git_branch", {"branch_type": "local"}),
        ("git_show", {"revision": "nothing"}),
    ]
    return [(tool, at | arguments) for tool, arguments in steps]


SQL = [
    ("create_table", {"query": "CREATE TABLE t (a INTEGER, b TEXT)"}),
    ("write_query", {"query": "INSERT INTO t VALUES (1, 'one'), (2, 'zw\u00f6lf')"}),
    ("read_query", {"query": "SELECT * FROM t ORDER BY a"}),
    ("list_tables", {}),
    ("describe_table", {"table_name": "t"}),
    ("append_insight", {"insight": "two rows"}),
    ("read_query", {"query": "DELETE FROM t"}),
]
CLOCK = [
    ("get_current_time", {"timezone": "Europe/Berlin"}),
    ("convert_time", {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}),
    ("get_current_time", {"timezone": "Nowhere/City"}),
]
OWN = [("get_system_health", {}), ("get_server_capabilities", {})]
THOUGHT = {"thought": "So.", "nextThoughtNeeded": False, "thoughtNumber": 1, "totalThoughts": 1}
SUMS = [("add", {"a": 1, "b": 2.5}), ("fail", {}), ("add", {"a": "one"})]
# Only run as tasks.
TASKS = {"simulate-research-query"}
RESEARCH = [("simulate-research-query", {"topic": "gateways"})]
UNCALLED = {"simulate-research-query": "it takes five seconds, and is called over the other two"}


def real(folder, http):
    """`http` has the addresses of those that are not started by their entry."""
    files, repository = folder / "files", folder / "repository"
    node = lambda program, *args, **env: {"command": "node", "args": [str(program), *args], "env": env}
    python = lambda line, program, *args, **env: {"command": str(line / program), "args": list(args), "env": env}
    database = ("--db-path", str(folder / "test.db"))
    return {
        "every-stdio": Server(node(EVERYTHING, "stdio"), everything() + RESEARCH),
        "every-http": Server({"url": f"{http['everything']}/mcp"}, everything() + RESEARCH),
        "every-sse": Server({"url": f"{http['everything-sse']}/sse", "type": "sse"}, everything(), uncalled=UNCALLED),
        "files": Server(node(BIN / "mcp-server-filesystem", str(files)), filesystem(files)),
        "memory": Server(node(BIN / "mcp-server-memory", MEMORY_FILE_PATH=str(folder / "memory.jsonl")), memory()),
        "thinking": Server(node(BIN / "mcp-server-sequential-thinking"), [("sequentialthinking", THOUGHT)]),
        "git": Server(python(SECOND_LINE, "mcp-server-git", **GIT), git(repository)),
        "time": Server(python(SECOND_LINE, "mcp-server-time"), CLOCK),
        "fetch": Server(python(SECOND_LINE, "mcp-server-fetch"), uncalled={"fetch": "it needs a network"}),
        "sqlite": Server(python(FIRST_LINE, "mcp-server-sqlite", *database), SQL),
        "modern": Server(node(HERE / "modern.mjs"), SUMS, MODERN),
        "modern-http": Server({"url": f"{http['modern']}/mcp"}, SUMS, MODERN),
        "mesh": Server({"command": str(MESH), "args": ["serve", "--stdio"]}, OWN),
        "mesh-http": Server({"url": f"{http['mesh']}/rpc"}, OWN),
        "odd": Server({"command": sys.executable, "args": [str(HERE / "hostile.py"), "odd"]}, [("work", {}), ("refuse", {})]),
    }


def dead(folder):
    """It cannot be started with the second line of the SDK, and is installed everywhere."""
    return {"command": str(SECOND_LINE / "mcp-server-sqlite"), "args": ["--db-path", str(folder / "dead.db")]}


def reset(folder):
    """What the steps change, as it was before them."""
    for name in ("files", "repository"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("test.db", "memory.jsonl"):
        (folder / name).unlink(missing_ok=True)
    files = folder / "files"
    files.mkdir()
    (files / "a.txt").write_text("first\nsecond\n")
    (files / "a.png").write_bytes(bytes(range(256)))
    repository = folder / "repository"
    repository.mkdir()
    own = os.environ | GIT
    (repository / "a.txt").write_text("one\n")
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "--message=first"]):
        subprocess.run(["git", "-C", str(repository), *command], env=own, check=True, timeout=30)
    (repository / "a.txt").write_text("one\ntwo\n")


@contextlib.contextmanager
def over_http(folder):
    """The addresses of the servers that others start."""
    with contextlib.ExitStack() as stack:
        start = lambda name, *command: stack.enter_context(served(list(command), folder / f"{name}.log"))
        on_loopback = lambda kind: ["node", "--import", str(HERE / "loopback.mjs"), EVERYTHING, kind]
        yield {
            "everything": start("everything", *on_loopback("streamableHttp")),
            "everything-sse": start("everything-sse", *on_loopback("sse")),
            "modern": start("modern", "node", str(HERE / "modern.mjs"), "http"),
            "mesh": start("mesh", str(MESH), "serve", "--listen", "127.0.0.1:0"),
        }
