"""The policy of who deploys, infra/deployer.json, beside what a deployment asks of AWS."""

import fnmatch
import json

from tally import equal, holds
from terraform import ROOT

POLICY = ROOT / "infra" / "deployer.json"
# A role's own policies may be this long, without their white space.
LONGEST = 10240
# Who has credentials may always ask whose they are.
NEEDS_NONE = {"sts:GetCallerIdentity"}


def allows(path):
    """Each action that moto wrote down is in it; on which resources, only AWS can tell."""
    asked = set(path.read_text().split()) - NEEDS_NONE
    holds(len(asked) > 20, f"little was written down: {asked}")
    text = POLICY.read_text()
    patterns = [action for statement in json.loads(text)["Statement"] for action in statement["Action"]]
    equal(sorted(name for name in asked if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)), [])
    holds(len("".join(text.split())) <= LONGEST, "it is too long for a role")
