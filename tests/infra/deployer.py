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
# AWS refuses each on anything narrower than `*`: it has no resource, or is to look at all of them. Of iam:SimulatePrincipalPolicy
# the resource would be the role that deploys, which is not named here.
ON_ALL = {
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutCompositeAlarm",
    "iam:SimulatePrincipalPolicy",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:UpdateLogDelivery",
}


def check(tally):
    """What can be read off the policy itself."""
    tally.check("what AWS allows on every resource or none is allowed on every one", stands_on_all)
    tally.check("the deployer's policy is short enough for a role", is_short)


def allows(path):
    """Each action that moto wrote down is in it; on which resources, only AWS can tell."""
    asked = set(path.read_text().split()) - NEEDS_NONE
    holds(len(asked) > 20, f"little was written down: {asked}")
    equal(sorted(name for name in asked if not resources(name)), [])


def stands_on_all():
    equal(sorted(name for name in ON_ALL if resources(name) != ["*"]), [])


def is_short():
    holds(len("".join(POLICY.read_text().split())) <= LONGEST, "it is too long for a role")


def resources(action):
    """On what the policy allows an action."""
    return [
        resource
        for statement in json.loads(POLICY.read_text())["Statement"]
        if any(fnmatch.fnmatchcase(action, pattern) for pattern in statement["Action"])
        for resource in statement["Resource"]
    ]
