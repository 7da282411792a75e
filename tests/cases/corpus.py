"""A corpus as a user makes it, with `mesh index`, and what a served one answers."""

import contextlib
import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass

from served import served

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MESH = ROOT / "target" / "debug" / "mesh"
INPUTS = pathlib.Path(__file__).resolve().parent / "inputs"
INDEX_SECONDS = 120
ANSWER_SECONDS = 30

# What the results of a tool are, by the kind that the tool searches.
TOOLS = {
    "knowledge": ("query_aoma_knowledge", "citations"),
    "tickets": ("search_jira_tickets", "results"),
    "mail": ("search_outlook_emails", "results"),
    "code": ("search_code_files", "results"),
    "git": ("search_git_commits", "results"),
}


@dataclass
class Run:
    status: int
    said: str


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "corpus"

    def index(self, *arguments):
        """Runs `mesh index`; without arguments it is a refresh."""
        command = [MESH, "index", "--corpus", self.path, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=surroundings(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=INDEX_SECONDS,
        )
        return Run(done.returncode, done.stdout + done.stderr)

    @contextlib.contextmanager
    def serve(self):
        command = [str(MESH), "serve", "--corpus", str(self.path), "--listen", "127.0.0.1:0"]
        with served(command, self.folder / "serve.log") as address:
            yield Server(address)


class Server:
    def __init__(self, address):
        self.address = address

    def results(self, kind, query, **filters):
        """The results of the tool that searches `kind`, best first."""
        tool, member = TOOLS[kind]
        return self.call(tool, query=query, **filters)["structuredContent"][member]

    def call(self, tool, **arguments):
        status, answer = self.post(f"/tools/{tool}", arguments)
        if status != 200 or answer.get("isError"):
            raise AssertionError(f"{tool}: HTTP {status} {json.dumps(answer)[:300]}")
        return answer

    def rpc(self, method, params, **headers):
        _, answer = self.post("/rpc", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, headers)
        return answer

    def post(self, path, body, headers=None):
        headers = {"Content-Type": "application/json"} | (headers or {})
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as reply:
                return reply.status, message(reply.read().decode())
        except urllib.error.HTTPError as refusal:
            return refusal.code, message(refusal.read().decode())


def message(text):
    """The JSON of a reply, or the last of an event stream."""
    events = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    return json.loads(next((event for event in reversed(events) if event), text))


def surroundings():
    """Nothing that a developer has set for themselves reaches the runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MESH_")}
