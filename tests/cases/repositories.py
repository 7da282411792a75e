"""Git repositories as `git log` shows them."""

import os
import subprocess
import tarfile

from corpus import INPUTS
from tally import equal, holds

PEOPLE = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
          for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))}
# A developer's own settings do not change what the tests make.
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
GIT_SECONDS = 60


def encodings(corpus):
    """commit-encoding: a message and a name in Latin-1 are read as git shows them"""
    repository = made(corpus.folder / "r", "main")
    git(repository, "config", "i18n.commitEncoding", "ISO-8859-1")
    commit(repository, "Größe der Übergabe prüfen".encode("latin-1"), author="Jörg Müller".encode("latin-1"))
    equal(corpus.index("--git", repository).status, 0)
    with corpus.serve() as server:
        for query, filters in [("der", {}), ("der", {"author": "Müller"}), ("Übergabe", {}), ("Größe der Übergabe prüfen", {})]:
            found = server.results("git", query, **filters)
            equal([(one["message"].strip(), named(one)) for one in found], [("Größe der Übergabe prüfen", "Jörg Müller")])


def reftable(corpus):
    """reftable: a repository with its references in tables is read, or named"""
    with tarfile.open(INPUTS / "reftable.tar.gz") as archive:
        archive.extractall(corpus.folder, filter="data")
    read_or_named(corpus, corpus.folder / "r", "Reftable commit one")


def reftable_later(corpus):
    """reftable: what was read of a repository stays when its references move into tables"""
    repository = corpus.folder / "r"
    three(repository)
    equal(corpus.index("--git", repository).status, 0)
    with tarfile.open(INPUTS / "reftable.tar.gz") as archive:
        archive.extractall(corpus.folder / "new", filter="data")
    subprocess.run(["rm", "-rf", repository / ".git"], check=True)
    (corpus.folder / "new" / "r" / ".git").rename(repository / ".git")
    again = corpus.index()
    with corpus.serve() as server:
        found = {one["message"].strip() for one in server.results("git", "commit")}
    kept = {"Commit 1", "Commit 2", "Commit 3"} <= found and again.status == 3
    holds(kept or "Reftable commit one" in found, f"exit {again.status}, {found}")


def unborn(corpus):
    """head-unborn: a repository whose HEAD names no branch is read by its others, or named"""
    work = made(corpus.folder / "w", "main")
    commit(work, b"Work on main branch")
    bare = corpus.folder / "r.git"
    git(corpus.folder, "init", "-q", "--bare", "-b", "master", bare)
    git(work, "push", "-q", bare, "main")
    read_or_named(corpus, bare, "Work on main branch")


def unborn_later(corpus):
    """head-unborn: what was read stays when the branch of HEAD is gone"""
    repository = corpus.folder / "r"
    three(repository)
    equal(corpus.index("--git", repository).status, 0)
    git(repository, "symbolic-ref", "HEAD", "refs/heads/gone")
    again = corpus.index()
    with corpus.serve() as server:
        found = {one["message"].strip() for one in server.results("git", "commit")}
    equal(found, {"Commit 1", "Commit 2", "Commit 3"})
    holds(again.status in (0, 3), again.said)


def read_or_named(corpus, repository, subject):
    run = corpus.index("--git", repository)
    if run.status == 3:
        holds(repository.name in run.said, f"the repository is named: {run.said}")
        return
    equal(run.status, 0)
    with corpus.serve() as server:
        equal([one["message"].strip() for one in server.results("git", subject)], [subject])


def made(folder, branch):
    folder.mkdir()
    git(folder, "init", "-q", "-b", branch)
    return folder


def three(folder):
    made(folder, "main")
    for number in range(1, 4):
        commit(folder, f"Commit {number}".encode())


def commit(folder, message, author=b"Ada"):
    (folder / "file").open("a").write("line\n")
    git(folder, "add", "file")
    people = {os.fsencode(name): os.fsencode(value) for name, value in (os.environ | PEOPLE | ALONE).items()}
    subprocess.run(["git", "commit", "-q", "-F", "-"], cwd=folder, input=message, check=True, timeout=GIT_SECONDS,
                   env=people | {b"GIT_AUTHOR_NAME": author})


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, env=os.environ | PEOPLE | ALONE, check=True,
                   stdin=subprocess.DEVNULL, timeout=GIT_SECONDS)


def named(found):
    author = found["author"]
    return author["name"] if isinstance(author, dict) else author.split(" <")[0]


FACTS = [encodings, reftable, reftable_later, unborn, unborn_later]
