"""The sample corpus every client asks: the files of `examples/`, and a small repository with a history of two commits."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MESH = ROOT / "target" / "debug" / "mesh"
INDEX_SECONDS = 120

TOOLS = {
    "query_aoma_knowledge",
    "search_jira_tickets",
    "get_jira_ticket_count",
    "search_git_commits",
    "search_code_files",
    "search_outlook_emails",
    "search",
    "fetch",
    "analyze_development_context",
    "get_system_health",
    "get_server_capabilities",
}


def index(folder):
    """Indexes the samples into `folder`/corpus; paths in results are as given here, relative to the project's root."""
    history = folder / "player"
    write_history(history)
    corpus = folder / "corpus"
    command = [str(MESH), "index", "--corpus", str(corpus), "--knowledge", "examples/knowledge"]
    command += ["--tickets", "examples/tickets.csv", "--tickets", "examples/tickets.json"]
    command += ["--mail", "examples/mail", "--code", str(history), "--git", str(history)]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INDEX_SECONDS
    )
    if done.returncode != 0:
        raise RuntimeError(f"`mesh index` left with {done.returncode}: {done.stdout}{done.stderr}")
    return corpus


def write_history(folder):
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "player.js").write_text("export function mixCentre(channels) {\n  return channels[2];\n}\n")
    commit(folder, "preview: mix 5.1 masters down to stereo\n\nThe centre channel was dropped (AOMA-117).")
    (folder / "queue.js").write_text("export const lanes = 2;\n")
    commit(folder, "transcode: give small jobs a lane of their own")


def commit(folder, message):
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", message)


def git(folder, *arguments):
    """Without the settings of whoever runs the tests."""
    when = "2026-11-17T15:35:00+00:00"
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{role}_NAME": "Owen Fitch", f"GIT_{role}_EMAIL": "owen.fitch@example.com", f"GIT_{role}_DATE": when}
    subprocess.run(["git", "-C", str(folder), *arguments], env=os.environ | own, check=True, timeout=30)
