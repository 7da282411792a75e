"""State in DynamoDB: the tests of the workspace that need a table, on moto's."""

import os
import pathlib
import re
import subprocess

import boto3
from tally import holds

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = "state"
TESTS = [ROOT / "scripts" / "cargo", "test", "--workspace", "--locked", "--test", "it", "dynamodb", "--", "--ignored"]
COUNT = re.compile(r"^test result: .*?(\d+) passed", re.MULTILINE)


def check(tally, address, region):
    create(address, region)
    tally.check("state in a table does what state in a file does", lambda: suite(address, region))


def create(address, region):
    """As infra/state.tf makes it."""
    dynamodb = boto3.client(
        "dynamodb", endpoint_url=address, region_name=region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="example"
    )
    keys = [("family", "HASH"), ("name", "RANGE")]
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})


def suite(address, region):
    environment = os.environ | {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "MESH_TEST_TABLE": TABLE,
    }
    run = subprocess.run(TESTS, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800)
    holds(run.returncode == 0, run.stdout[-4000:])
    passed = sum(int(count) for count in COUNT.findall(run.stdout))
    holds(passed, f"no test was run\n{run.stdout[-4000:]}")
