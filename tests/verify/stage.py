"""What the facts play on: moto for the account, a corpus, and the function behind its URL."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

import boto3
from iam import Iam
from served import served

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILT = ROOT / "target" / "debug"
MESH, BOOTSTRAP, FRONT = BUILT / "mesh", BUILT / "mcp", BUILT / "function-url"
MOTO = ROOT / "tests" / "aws" / "moto_server.py"
REGION = "us-east-2"
FUNCTION = "aoma-mesh-mcp-server"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:notices"
TOKEN = "a-token-of-the-test"
PAGE = "# Masters\n\n## Approval\n\nA master is approved by the release desk within two days.\n"


@dataclass
class Stage:
    folder: pathlib.Path
    address: str
    iam: Iam
    key: str
    secret: str

    def aws(self, service, region=REGION):
        session = boto3.Session(self.key, self.secret, region_name=region)
        return session.client(service, endpoint_url=self.address)

    def environment(self, **variables):
        """Nothing of the machine's own settings for AWS."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MESH_"))}
        return kept | {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ENDPOINT_URL_IAM": self.iam.address,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **variables,
        }

    def mesh(self, *arguments, stdin=None, **variables):
        return subprocess.run(
            [MESH, *arguments],
            env=self.environment(**variables),
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=120,
        )

    @contextlib.contextmanager
    def front(self, *options, bootstrap=(BOOTSTRAP,)):
        """The function's URL, for callers who sign with this stage's keys."""
        sign = ["--sign", f"{self.key}:{self.secret}", "--region", REGION]
        corpus = ["--env", f"MESH_CORPUS={self.folder / 'corpus'}"]
        command = [FRONT, *sign, *corpus, *options, "--", *bootstrap]
        with served([str(part) for part in command], self.folder / "front.log") as address:
            yield address

    @contextlib.contextmanager
    def server(self, *options, **variables):
        """The same server as a process of its own."""
        settings = [f"{name}={value}" for name, value in variables.items()]
        command = ["env", *settings, MESH, "serve", "--listen", "127.0.0.1:0", *options]
        with served([str(part) for part in command], self.folder / "mesh.log") as address:
            yield address

    def verify(self, url, *arguments, **variables):
        """How the command ended, and its checks by name."""
        ended = self.mesh("verify", url, "--json", *arguments, **variables)
        if not ended.stdout:
            raise AssertionError(f"{ended.returncode}: {ended.stderr}")
        report = json.loads(ended.stdout)
        return ended.returncode, {check["name"]: check for check in report["checks"]}


@contextlib.contextmanager
def staged(folder):
    with served([sys.executable, str(MOTO)], folder / "moto.log") as address, Iam() as iam:
        stage = Stage(folder, address, iam, "test", "test")
        user = stage.aws("iam")
        user.create_user(UserName="caller")
        key = user.create_access_key(UserName="caller")["AccessKey"]
        stage.key, stage.secret = key["AccessKeyId"], key["SecretAccessKey"]
        deployed(stage)
        indexed(stage)
        yield stage


def deployed(stage):
    """What Terraform leaves in the account, as far as it is checked."""
    alarm(stage, "errors", [TOPIC])
    alarm(stage, "throttles", [TOPIC])
    logs = stage.aws("logs")
    logs.create_log_group(logGroupName=f"/aws/lambda/{FUNCTION}")
    logs.put_retention_policy(logGroupName=f"/aws/lambda/{FUNCTION}", retentionInDays=30)


def alarm(stage, name, actions, function=FUNCTION):
    stage.aws("cloudwatch").put_metric_alarm(
        AlarmName=f"{function}-{name}",
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


def indexed(stage):
    (stage.folder / "docs").mkdir()
    (stage.folder / "docs" / "masters.md").write_text(PAGE)
    ended = stage.mesh("index", "--corpus", str(stage.folder / "corpus"), "--knowledge", str(stage.folder / "docs"))
    if ended.returncode:
        raise RuntimeError(ended.stderr)
