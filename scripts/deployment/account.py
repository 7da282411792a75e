"""Whose account it is, and the bucket in it that keeps Terraform's state."""

import os
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from said import note
from stop import Stop

DEFAULT_REGION = "us-east-2"


@dataclass(frozen=True)
class Account:
    number: str
    caller: str
    session: boto3.Session

    def client(self, service, region=None):
        return self.session.client(service, region_name=region or self.session.region_name)


def entered(settings):
    """The account these credentials lead to, shown, and refused where another was expected."""
    try:
        # boto3 alone of all that read it knows no AWS_REGION.
        region = os.environ.get("AWS_REGION") or boto3.Session().region_name or DEFAULT_REGION
        session = boto3.Session(region_name=region)
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as fault:
        raise Stop(f"no usable credentials: {fault}", "set AWS_PROFILE, or run `aws sso login` or `aws configure`") from fault
    account = Account(identity["Account"], identity["Arn"], session)
    note(f"account {account.number}, as {account.caller}")
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        note(f"not AWS itself: AWS_ENDPOINT_URL is {endpoint}")
    if settings.account and settings.account != account.number:
        raise Stop(f"this is account {account.number}, and EXPECT_ACCOUNT is {settings.account}", "take the other profile")
    return account


def same_region(settings, inputs):
    """The function goes where `region` says; whoever says another one would look for it there."""
    said = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if said and said != inputs.region:
        where = f"infra/env/{settings.environment}.tfvars"
        why = f"AWS_REGION is {said}, and the function's region is {inputs.region}"
        raise Stop(why, f'write region = "{said}" into {where}, or set AWS_REGION={inputs.region}')


def bucket_name(account, settings):
    return settings.bucket or f"aoma-mesh-state-{account.number}"


def state_region(account, bucket):
    """Where the bucket is. Only one of this very account will do: the name alone could be anybody's."""
    try:
        account.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=account.number)
        return account.client("s3").get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1"
    except ClientError as fault:
        if fault.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            remedy = "take the account that owns it, or name another by STATE_BUCKET"
            raise Stop(f"the state's bucket {bucket} cannot be used: {fault}", remedy) from fault
        return None


def bootstrap_state(account, settings):
    """Made once for an account: versioned, closed to the public. A second time changes nothing."""
    bucket = bucket_name(account, settings)
    s3 = account.client("s3")
    if region := state_region(account, bucket):
        note(f"{bucket} is there already, in {region}")
    else:
        region = account.session.region_name
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        note(f"{bucket} made in {region}")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    closed = dict.fromkeys(["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)
    note("versioned, closed to the public")
