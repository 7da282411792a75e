"""A policy that is kept at AWS, and a record in the table, on moto: `mesh policy`, `mesh serve`, `mesh audit` and the function."""

import datetime
import json
import subprocess
import time

import state
from function import behind_url
from tally import equal, holds
from wire import Wire

SECONDS = 60
# It asks again a second after the first failure, and then seldomer.
HEALED_SECONDS = 20
PARAMETER, OBJECT = "ssm:/mesh/policy", "s3://settings/mesh/policy.toml"
SMALL = '[team.all]\nmembers = ["*"]\nread = ["get_system_health"]\n'
WIDE = '[team.all]\nmembers = ["*"]\nread = ["get_system_health", "get_server_capabilities"]\n'
BROKEN = '[team.all]\nmembers = ["*"]\nraed = ["*"]\n'


def check(tally, folder, environment, session):
    ssm, s3 = session("ssm"), session("s3")
    s3.create_bucket(Bucket="settings", CreateBucketConfiguration={"LocationConstraint": environment["AWS_REGION"]})

    # Moto takes seconds over its first request to a service.
    ssm.get_parameters(Names=["/mesh/none"])

    def put(text, kind="SecureString", tier="Standard"):
        ssm.put_parameter(Name="/mesh/policy", Type=kind, Value=text, Overwrite=True, Tier=tier)
        s3.put_object(Bucket="settings", Key="mesh/policy.toml", Body=text.encode())

    tally.check("without the parameter or the object nothing starts, and the reason is told", lambda: absent(environment))
    for address in (PARAMETER, OBJECT):
        put(SMALL)
        tally.check(f"{address}: is checked, and explained", lambda: explained(environment, address))
        tally.check(f"{address}: says what callers of the function may use", lambda: function(folder, environment, address))
        put(BROKEN)
        tally.check(f"{address}: a fault in it is told by line, and stops a start", lambda: broken(environment, address))
        put(BROKEN)
        tally.check(f"{address}: a function that starts with a broken one serves nobody until it is mended", lambda: mended(folder, environment, address, put))
    put(SMALL + "#" * 7000, "String", "Advanced")
    tally.check("one of 7 kB, in the clear, is read too", lambda: explained(environment, PARAMETER))
    tally.check("the record of the function is in the table, and whole", lambda: recorded(folder, environment, session))


def mesh(environment, *arguments):
    command = [state.ROOT / "target" / "debug" / "mesh", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)


def absent(environment):
    for address, why in ((PARAMETER, "there is no such parameter"), (OBJECT, "there is no such object")):
        for arguments in (["policy", "check", address], ["serve", "--listen", "127.0.0.1:0", "--policy", address]):
            refused = mesh(environment, *arguments)
            equal(refused.returncode, 1)
            holds(why in refused.stderr and address in refused.stderr, refused.stderr)


def explained(environment, address):
    checked = mesh(environment, "policy", "check", address)
    equal((checked.returncode, checked.stdout, checked.stderr), (0, f"{address}: teams 1, rules 1\n", ""))
    told = mesh(environment | {"MESH_POLICY": address}, "policy", "explain", "key:ada", "get_system_health")
    equal(told.returncode, 0)
    holds("may use the tool `get_system_health`" in told.stdout, told.stdout)


def broken(environment, address):
    checked = mesh(environment, "policy", "check", address)
    equal((checked.returncode, checked.stderr.split("`")[0]), (1, f"error: {address}: line 3: "))
    served = mesh(environment, "serve", "--listen", "127.0.0.1:0", "--policy", address)
    equal(served.returncode, 1)
    holds("line 3" in served.stderr and "raed" in served.stderr, served.stderr)


def started(folder, environment, name, **settings):
    own = {"AWS_ENDPOINT_URL": environment["AWS_ENDPOINT_URL"]} | settings
    return behind_url(state.MCP, folder / f"{name}.log", **own)


def tools(wire):
    answer = wire.get("/tools")
    return answer.status, sorted(tool["name"] for tool in answer.json().get("tools", []))


def function(folder, environment, address):
    with started(folder, environment, "policy", MESH_POLICY=address) as url:
        equal(tools(Wire(url)), (200, ["get_system_health"]))


def mended(folder, environment, address, put):
    with started(folder, environment, "mended", MESH_POLICY=address) as url:
        wire = Wire(url)
        equal(tools(wire)[0], 503)
        equal(wire.get("/health?live").status, 200)
        put(WIDE)
        end, status = time.monotonic() + HEALED_SECONDS, 503
        while status == 503 and time.monotonic() < end:
            status, found = tools(wire)
        equal((status, found), (200, ["get_server_capabilities", "get_system_health"]))


def recorded(folder, environment, session):
    state.create(environment["AWS_ENDPOINT_URL"], environment["AWS_REGION"], "recorded")
    settings = {"MESH_STATE_TABLE": "recorded", "MESH_AUDIT": "state", "MESH_AUDIT_DAYS": "7"}
    with started(folder, environment, "recorded", **settings) as url:
        wire = Wire(url)
        for nth in range(3):
            wire.call("get_server_capabilities", {})
            equal(len(lines(session)), nth + 1)
        wire.call("no_such_tool", {})
    whole = mesh(environment, "audit", "verify", "--table", "recorded")
    equal((whole.returncode in (0, 3), whole.stderr), (True, ""))
    holds(": 1 to 3, whole" in whole.stdout, whole.stdout)
    first, second, _ = lines(session)
    day = 24 * 60 * 60
    written = json.loads(first["value"]["B"])["at"]
    holds(6 * day < int(first["expires"]["N"]) - moment(written) <= 7 * day + 1, first["expires"])
    session("dynamodb").delete_item(TableName="recorded", Key={"family": second["family"], "name": second["name"]})
    cut = mesh(environment, "audit", "verify", "--table", "recorded")
    equal(cut.returncode, 1)
    holds("follows a gap: number 2 is missing" in cut.stderr, cut.stderr)


def lines(session):
    query = {"KeyConditionExpression": "family = :record", "ExpressionAttributeValues": {":record": {"S": "record"}}}
    return session("dynamodb").query(TableName="recorded", **query)["Items"]


def moment(text):
    return datetime.datetime.fromisoformat(text).timestamp()
