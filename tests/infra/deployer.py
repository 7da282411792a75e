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
# What AWS asks of this configuration beside what moto does, with a resource of each: tags given while something is made (the
# provider has some for everything), and what a service does with the credentials of whoever makes it.
ASKED_BY_AWS_ALONE = {
    "apigateway:TagResource": ["arn:aws:apigateway:REGION::/apis", "arn:aws:apigateway:REGION::/apis/ID/stages"],
    "apigateway:UntagResource": ["arn:aws:apigateway:REGION::/apis/ID", "arn:aws:apigateway:REGION::/apis/ID/stages/$default"],
    "cloudfront:CreateDistributionWithTags": ["arn:aws:cloudfront::ACCOUNT:distribution/ID"],
    "cloudfront:TagResource": ["arn:aws:cloudfront::ACCOUNT:distribution/ID"],
    "cloudwatch:TagResource": ["arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME-incident"],
    "dynamodb:TagResource": ["arn:aws:dynamodb:REGION:ACCOUNT:table/NAME-state"],
    "iam:CreateServiceLinkedRole": ["arn:aws:iam::ACCOUNT:role/aws-service-role/ops.apigateway.amazonaws.com/ROLE"],
    "iam:PassRole": ["arn:aws:iam::ACCOUNT:role/NAME-REGION"],
    "iam:TagPolicy": ["arn:aws:iam::ACCOUNT:policy/NAME-call"],
    "iam:TagRole": ["arn:aws:iam::ACCOUNT:role/NAME-REGION"],
    "lambda:TagResource": ["arn:aws:lambda:REGION:ACCOUNT:function:NAME"],
    "logs:DescribeResourcePolicies": ["*"],
    "logs:PutResourcePolicy": ["*"],
    "logs:TagResource": ["arn:aws:logs:REGION:ACCOUNT:log-group:/aws/vendedlogs/NAME-door"],
    "s3:PutBucketTagging": ["arn:aws:s3:::NAME-audio-0123456789ab"],
    "sns:TagResource": ["arn:aws:sns:REGION:ACCOUNT:NAME-notices"],
    "ssm:AddTagsToResource": ["arn:aws:ssm:REGION:ACCOUNT:parameter/mcp-server/openai-api-key"],
    "wafv2:TagResource": ["arn:aws:wafv2:us-east-1:ACCOUNT:global/webacl/NAME/ID"],
}


def check(tally):
    """What can be read off the policy itself."""
    tally.check("what AWS allows on every resource or none is allowed on every one", stands_on_all)
    tally.check("what AWS asks and moto does not is allowed too", allows_what_moto_does_not_ask)
    tally.check("the deployer's policy is short enough for a role", is_short)


def allows(path):
    """Each action that moto wrote down is in it; on which resources, only AWS can tell."""
    asked = set(path.read_text().split()) - NEEDS_NONE
    holds(len(asked) > 20, f"little was written down: {asked}")
    equal(sorted(name for name in asked if not resources(name)), [])


def stands_on_all():
    equal(sorted(name for name in ON_ALL if resources(name) != ["*"]), [])


def allows_what_moto_does_not_ask():
    lacking = [
        f"{action} on {resource}"
        for action, on in ASKED_BY_AWS_ALONE.items()
        for resource in on
        if not any(fnmatch.fnmatchcase(resource, pattern) for pattern in resources(action))
    ]
    equal(lacking, [])


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
