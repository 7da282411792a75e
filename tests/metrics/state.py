"""State in DynamoDB: the tests of the workspace that need a table, on moto's."""

import os
import pathlib
import re
import subprocess

import boto3
from function import behind_url
from tally import holds
from wire import Wire

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = "state"
MCP = ROOT / "target" / "debug" / "mcp"
READS_A_MINUTE = 100
TESTS = [ROOT / "scripts" / "cargo", "test", "--workspace", "--locked", "--test", "it", "dynamodb", "--", "--ignored"]
COUNT = re.compile(r"^test result: .*?(\d+) passed", re.MULTILINE)


def check(tally, folder, address, region):
    create(address, region)
    tally.check("environments of the function share limits and keep the ends of their records", lambda: function(folder, address, region))
    tally.check("state in a table does what state in a file does", lambda: suite(address, region))


def client(address, region):
    return boto3.client("dynamodb", endpoint_url=address, region_name=region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="example")


def create(address, region):
    """As infra/table.tf makes it."""
    dynamodb = client(address, region)
    keys = [("family", "HASH"), ("name", "RANGE")]
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})


def function(folder, address, region):
    settings = {"MESH_STATE_TABLE": TABLE, "AWS_ENDPOINT_URL": address, "MESH_AUDIT": "stdout"}
    refused = []
    for start in range(2):
        with behind_url(MCP, folder / f"function-{start}.log", **settings) as url:
            refused.append(calls_until_refused(Wire(url)))
    # While calls are made the bucket fills.
    holds(READS_A_MINUTE <= refused[0] <= READS_A_MINUTE * 5 // 4, f"the first environment let {refused[0]} calls in")
    # Where moto was late a call was counted in its own environment alone; without any sharing it would be all of them.
    holds(refused[1] < READS_A_MINUTE, f"the next environment let {refused[1]} calls in")
    heads = client(address, region).query(
        TableName=TABLE, KeyConditionExpression="family = :audit", ExpressionAttributeValues={":audit": {"S": "audit"}}
    )
    # The second was stopped right behind its only answer.
    holds(heads["Count"] >= 1, "no end of a record was kept")


def calls_until_refused(wire):
    for nth in range(2 * READS_A_MINUTE):
        if "too many calls" in wire.call("get_server_capabilities", {}).text:
            return nth
    return None


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
