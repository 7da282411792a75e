"""checkov: nothing it finds is left without a reason beside it."""

import json
import re
import subprocess

from tally import equal, holds
from terraform import ROOT

CHECKOV = ROOT / ".tools" / "infra-checkov" / "bin" / "checkov"
REASON = re.compile(r"#checkov:skip=(CKV\w+):(.*)")
SHORTEST = 40


def check(tally):
    tally.check("checkov finds nothing that is not skipped in place", nothing_found)
    tally.check("every skip has its reason", reasons_given)


def nothing_found():
    command = [str(CHECKOV), "-d", "infra", "--framework", "terraform", "--skip-download", "--compact", "-o", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    report = json.loads(done.stdout)
    found = [f"{one['check_id']} {one['resource']}: {one['check_name']}" for one in report["results"]["failed_checks"]]
    equal(found, [])
    holds(report["summary"]["passed"] > 30, f"checkov looked at little: {report['summary']}")


def reasons_given():
    bare = []
    for path in sorted((ROOT / "infra").rglob("*.tf")):
        bare += [f"{path.name}: {rule}" for rule, reason in REASON.findall(path.read_text()) if len(reason) < SHORTEST]
    equal(bare, [])
