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
ATTEMPTS = 5
TESTS = [ROOT / "scripts" / "cargo", "test", "--workspace", "--locked", "--test", "it", "dynamodb", "--", "--ignored"]
COUNT = re.compile(r"^test result: .*?(\d+) passed", re.MULTILINE)


def check(tally, folder, address, region):
    create(address, region, TABLE)
    tally.check("environments of the function share limits and keep the ends of their records", lambda: function(folder, address, region))
    tally.check("state in a table does what state in a file does", lambda: suite(address, region))


def client(address, region):
    return boto3.client("dynamodb", endpoint_url=address, region_name=region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="example")


def create(address, region, table):
    """As infra/table.tf makes it."""
    dynamodb = client(address, region)
    keys = [("family", "HASH"), ("name", "RANGE")]
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})


def function(folder, address, region):
    """Where moto is late, calls are counted in their own environment alone, as they should be: then it is tried again, with a new table."""
    seen = []
    for attempt in range(ATTEMPTS):
        table = f"function-{attempt}"
        create(address, region, table)
        settings = {"MESH_STATE_TABLE": table, "AWS_ENDPOINT_URL": address, "MESH_AUDIT": "stdout"}
        admitted = []
        for start in range(2):
            with behind_url(MCP, folder / f"function-{attempt}-{start}.log", **settings) as url:
                admitted.append(calls_until_refused(Wire(url)))
        heads = client(address, region).query(
            TableName=table, KeyConditionExpression="family = :audit", ExpressionAttributeValues={":audit": {"S": "audit"}}
        )
        seen.append((*admitted, heads["Count"]))
        # While calls are made the bucket fills. The second environment was stopped right behind its last answer.
        if admitted[0] >= READS_A_MINUTE and admitted[1] <= READS_A_MINUTE // 4 and heads["Count"] >= 1:
            return
    holds(False, f"calls let in by the first and the second environment, and heads: {seen}")


def calls_until_refused(wire):
    for nth in range(2 * READS_A_MINUTE):
        if "too many calls" in wire.call("get_server_capabilities", {}).text:
            return nth
    return 2 * READS_A_MINUTE


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
