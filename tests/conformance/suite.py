"""The npm package of the suite: which scenarios a revision requires, and what a run of them found."""

import json
import pathlib
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass, field

MODULES = pathlib.Path(__file__).resolve().parent / "node_modules"
PACKAGE = MODULES / "@modelcontextprotocol" / "conformance"
REVISIONS = ("2025-11-25", "2026-07-28")
# The suite calls `fs.globSync`, which Node has since 22.
NEEDED_NODE = 22
# A healthy run takes well under a minute; a hanging scenario is given up after its own limit.
SCENARIO_MS = 20_000
RUN_SECONDS = 900


@dataclass
class Outcome:
    # The checks that passed, by id: one may be made several times.
    successes: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


def required(revision):
    """The scored server scenarios, from the frozen list the package carries."""
    text = (PACKAGE / "requirements" / f"{revision}.yaml").read_text()
    section = re.search(r"^server:\n((?:  - .*\n)+)", text, re.MULTILINE)
    return [line.removeprefix("  - ") for line in section.group(1).splitlines()]


def of_authorization():
    """The scenarios for a server that are about who may call it."""
    command = [node(), str(PACKAGE / "dist" / "index.js"), "list"]
    listed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60).stdout
    section = re.search(r"^Server scenarios.*:\n((?:  - .*\n)+)", listed, re.MULTILINE).group(1)
    names = [line.removeprefix("  - ").split()[0] for line in section.splitlines()]
    return [name for name in names if re.search(r"auth|oauth|token|scope|protected-resource", name)]


def run_suite(url, revision, folder):
    """Runs the revision's set against `url`; a scenario that could not run at all leaves no outcome."""
    command = [node(), str(PACKAGE / "dist" / "index.js"), "server", "--url", url]
    command += ["--requirements", revision, "--output-dir", str(folder), "--timeout", str(SCENARIO_MS)]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=RUN_SECONDS)
    found = {}
    for checks in sorted(folder.glob("server-*/checks.json")):
        found[scenario_of(checks)] = outcome_of(json.loads(checks.read_text()))
    return found


def scenario_of(checks):
    return re.fullmatch(r"server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z", checks.parent.name).group(1)


def outcome_of(checks):
    outcome = Outcome()
    for check in checks:
        line = f"{check['id']}: {check.get('errorMessage') or check.get('description', '')}"
        if check["status"] == "SUCCESS":
            outcome.successes.append(check["id"])
        elif check["status"] == "FAILURE":
            outcome.failures.append(line)
        elif check["status"] == "WARNING":
            outcome.warnings.append(line)
    return outcome


def node():
    """The machine's Node where it is new enough, else the one installed beside the suite."""
    own = shutil.which("node")
    if own and major(own) >= NEEDED_NODE:
        return own
    found = sorted(MODULES.glob("node-*/bin/node"))
    if not found:
        raise RuntimeError(f"no Node {NEEDED_NODE} for {platform.system()} {platform.machine()}: install one")
    return str(found[0])


def major(command):
    said = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=30).stdout
    return int(said.lstrip("v").split(".")[0] or 0)
