"""Measurements that leave a server and come back on a page: `mesh serve` and `mesh status`, with moto for CloudWatch."""

import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parent / "lambda"), str(HERE.parent / "clients")]

import boto3
import policy
import state
from served import served
from tally import Tally, equal, holds

MESH = ROOT / "target" / "debug" / "mesh"
MOTO = [sys.executable, HERE / "moto_server.py"]
REGION = "us-east-2"
FUNCTION = "aoma-mesh-mcp-server"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:notices"
CALLS = 3
# One more is refused; one question is answered, one is not.
REQUESTS = CALLS + 1 + 2


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="metrics-") as name:
        folder = pathlib.Path(name)
        with served(MOTO, folder / "moto.log") as address:
            check(tally, folder, address)
    tally.close()


def check(tally, folder, address):
    environment = surroundings(address)
    indexed(folder, environment)
    cloudwatch = session(address, "cloudwatch")
    rehearse(folder, environment)
    put_lambdas_own(cloudwatch)
    put_alarms(cloudwatch)
    tally.check("a server that stops has sent what it measured", lambda: published(folder, environment, cloudwatch))
    tally.check("the fleet's figures come back", lambda: figures(environment))
    tally.check("each tool's figures come back", lambda: tools(environment))
    tally.check("the alarms that watch the function come, whatever they are called, with whom they tell", lambda: alarms(environment))
    tally.check("the page is for a person", lambda: page(environment))
    tally.check("another environment's and another function's numbers are not ours; production is asked about by default", lambda: elsewhere(environment))
    tally.check("a CloudWatch that is not there is an error in time", lambda: nobody(environment))
    tally.check("a server whose CloudWatch is not there serves and stops", lambda: undisturbed(folder, environment))
    policy.check(tally, folder, environment, lambda service: session(address, service))
    state.check(tally, folder, address, REGION)


def session(address, service):
    return boto3.Session("AKIDEXAMPLE", "example", region_name=REGION).client(service, endpoint_url=address)


def surroundings(address):
    """Nothing of the machine's own settings for AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MESH_"))}
    return kept | {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MESH_ENVIRONMENT": "staging",
    }


def indexed(folder, environment):
    (folder / "docs").mkdir()
    (folder / "docs" / "masters.md").write_text("# Masters\n\nA master is approved by the release desk within two days.\n")
    command = [MESH, "index", "--corpus", folder / "corpus", "--knowledge", folder / "docs"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


def published(folder, environment, cloudwatch):
    with running(folder, environment) as address:
        for _ in range(CALLS):
            post(f"{address}/tools/get_system_health", {})
        post(f"{address}/tools/get_system_health", {"includeMetrics": "perhaps"}, refused=True)
        for question in ["Who approves a master?", "zyzzogeton quixotry"]:
            post(f"{address}/tools/query_aoma_knowledge", {"query": question})
    whole, tool = [("Environment", "staging"), ("FunctionName", FUNCTION)], ("Tool", "get_system_health")
    equal(total(cloudwatch, "RequestCount", whole), REQUESTS)
    equal(total(cloudwatch, "ToolUsage", [*whole, tool]), CALLS + 1)
    equal(total(cloudwatch, "ToolFailures", whole), 1)
    equal(total(cloudwatch, "ToolFailures", [*whole, tool]), 1)


def rehearse(folder, environment):
    """Moto takes seconds over its first request; what is sent again for that reason is counted twice, here of another name."""
    with running(folder, environment | {"MESH_ENVIRONMENT": "rehearsal"}) as address:
        post(f"{address}/tools/get_system_health", {})


@contextlib.contextmanager
def running(folder, environment):
    command = [MESH, "serve", "--listen", "127.0.0.1:0", "--corpus", folder / "corpus"]
    settings = environment | {"MESH_METRICS": "cloudwatch"}
    with served(["env", "-i", *(f"{name}={value}" for name, value in settings.items()), *command], folder / "mesh.log") as address:
        yield address


def post(url, arguments, refused=False):
    request = urllib.request.Request(url, json.dumps(arguments).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        holds(refused, f"{url} answered {error.code}")
    else:
        holds(not refused, f"{url} was not refused")


def total(cloudwatch, name, dimensions):
    """Not by GetMetricStatistics: there moto takes a series for another that has fewer dimensions."""
    now = datetime.datetime.now(datetime.UTC)
    metric = {
        "Namespace": "AomaMesh",
        "MetricName": name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
    }
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}],
        StartTime=now - datetime.timedelta(minutes=10),
        EndTime=now + datetime.timedelta(minutes=1),
    )
    return sum(found["MetricDataResults"][0]["Values"])


def put_lambdas_own(cloudwatch):
    dimensions = [{"Name": "FunctionName", "Value": FUNCTION}, {"Name": "Resource", "Value": f"{FUNCTION}:live"}]
    values = {"Invocations": 40, "Errors": 2, "Throttles": 1}
    data = [{"MetricName": name, "Dimensions": dimensions, "Value": value} for name, value in values.items()]
    cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=data)


def put_alarms(cloudwatch):
    """Two of the function, under names of their own; one of another function, whose name begins as ours does."""
    alarms = [("too-many-errors", [TOPIC], FUNCTION), ("throttles", [], FUNCTION), (f"{FUNCTION}-staging-errors", [], f"{FUNCTION}-staging")]
    for name, actions, function in alarms:
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmActions=actions,
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
    cloudwatch.set_alarm_state(AlarmName="too-many-errors", StateValue="ALARM", StateReason="2 errors in a minute.")


def status(environment, *arguments):
    return subprocess.run([MESH, "status", *arguments], env=environment, capture_output=True, text=True, timeout=60)


def read(environment, *arguments):
    shown = status(environment, "--json", *arguments)
    equal((shown.returncode, shown.stderr), (0, ""))
    return json.loads(shown.stdout)


def figures(environment):
    fleet = read(environment)["fleet"]
    holds(0 <= fleet["corpusAgeS"] < 600, fleet)
    wanted = {"requests": REQUESTS, "notFoundRate": 50, "invocations": 40, "errors": 2, "throttles": 1, "coldStarts": None}
    equal({name: fleet[name] for name in wanted}, wanted)


def tools(environment):
    tool = read(environment)["tools"]["get_system_health"]
    equal((tool["calls"], tool["failures"]), (CALLS + 1, 1))
    holds(0 < tool["durationP50Ms"] <= tool["durationP95Ms"] < 5000, tool)


def alarms(environment):
    found = {alarm["name"]: alarm for alarm in read(environment)["alarms"]}
    equal(sorted(found), ["throttles", "too-many-errors"])
    errors, throttles = found["too-many-errors"], found["throttles"]
    equal((errors["state"], errors["actions"], errors["reason"]), ("ALARM", [TOPIC], "2 errors in a minute."))
    equal(throttles["actions"], [])


def page(environment):
    shown = status(environment)
    equal(shown.returncode, 0)
    for words in [f"{FUNCTION}:live · staging · {REGION}", "83.33 %", "50.00 %", "corpus age", "get_system_health", "notices", "nobody"]:
        holds(words in shown.stdout, f"no {words!r} in\n{shown.stdout}")


def elsewhere(environment):
    shown = read(environment, "--environment", "dev")
    equal((shown["environment"], shown["fleet"]["requests"]), ("dev", None))
    shown = read(environment, "--function", "another")
    equal((shown["function"], shown["fleet"]["requests"], shown["alarms"]), ("another", None, []))
    shown = read({**environment, "MESH_ENVIRONMENT": ""})
    equal((shown["function"], shown["environment"]), (FUNCTION, "prod"))


def nobody(environment):
    shown = status(environment | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    equal((shown.returncode, shown.stdout), (1, ""))
    holds("could not be reached" in shown.stderr, shown.stderr)


def undisturbed(folder, environment):
    with running(folder, environment | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as address:
        post(f"{address}/tools/get_system_health", {})
    log = (folder / "mesh.log").read_text()
    holds("measurements could not be sent" in log, log)


if __name__ == "__main__":
    main()
