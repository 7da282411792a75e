"""The real provider against moto: apply, drift, read back, code only, destroy. The state is in an S3 bucket there."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import zipfile

import boto3
import read_back
from served import served
from tally import equal, holds
from terraform import ROOT, WITHOUT_COMPOSITE, Copy, Refused

REGION = "us-east-2"
SECRET = "a-value-no-state-may-hold"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
STATE = "mesh-state"
MINUTE = 60
CARGO_LAMBDA = ROOT / ".tools" / "infra-cargo-lambda" / "bin" / "cargo-lambda"
INPUTS = {
    "secrets": {"create": ["openai-api-key"]},
    "notify": {"emails": ["on-call@example.com"], "page": ["https://pager.example.com/mesh"]},
    "door": {"bearer_sha256": DIGEST},
    "settings": {"corpus_uri": "s3://corpora/mesh.tar.zst"},
}
# moto does not give these back, so each plan sets them again, and what follows from a changed function with them.
FORGOTTEN = {
    "module.function.aws_lambda_function.mcp": {
        "logging_config", "dead_letter_config", "last_modified", "version", "qualified_arn", "qualified_invoke_arn",
    },
    "module.function.aws_lambda_alias.live": {"function_version"},
}


def check(tally, folder, package):
    with served([str(ROOT / "scripts" / "moto")], folder / "moto.log") as address:
        environment = credentials(address)
        session = boto3.Session("test", "test", region_name=REGION)
        aws = lambda service: session.client(service, endpoint_url=address)
        aws("s3").create_bucket(Bucket=STATE, CreateBucketConfiguration={"LocationConstraint": REGION})
        copy = prepare(folder / "applied", environment, address, package)
        with step(tally, "it applies"):
            copy.run("apply", "-no-color", "-auto-approve", "-var-file=env/staging.tfvars")
            outputs = {name: one["value"] for name, one in json.loads(copy.run("output", "-json").stdout).items()}
            read_back.check(tally, aws, outputs)
            tally.check("the created secret is in the parameter store, and in no state", lambda: kept_out(aws))
            tally.check("a second plan changes nothing but what moto forgets", lambda: no_drift(copy))
            with step(tally, "cargo lambda deploys code alone"):
                later = successor(package, folder / "code" / outputs["LambdaFunctionName"])
                code_only(copy.environment, address, outputs, later)
                tally.check("the code is new, the configuration as it was", lambda: read_back.code_moved(aws, outputs, later))
                tally.check("a later plan with that package has only its record of it to change", lambda: recorded(copy, later))
            tally.check("destroying is refused while the guard on the URL stands", lambda: guarded(copy))
            copy.unguard()
            tally.check("without the guard it is destroyed", lambda: destroyed(copy))
            tally.check("nothing is left behind", lambda: read_back.nothing_left(aws))


@contextlib.contextmanager
def step(tally, name):
    """A fact that others rest on: where it fails, they are not tried."""
    failed = tally.failed
    try:
        yield
    except (Refused, subprocess.TimeoutExpired) as fault:
        tally.fail(name, fault)
    else:
        if tally.failed == failed:
            tally.ok(name)


def credentials(address):
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",  # What moto cannot do it will not do later either.
        "TF_VAR_secret_values": json.dumps({"openai-api-key": SECRET}),
    }


def prepare(folder, environment, address, package):
    copy = Copy(folder, environment)
    copy.override("incident_override.tf", WITHOUT_COMPOSITE)
    copy.override("given.auto.tfvars.json", json.dumps(INPUTS | {"package_path": str(package)}))
    backend = {"bucket": STATE, "key": "mesh", "region": REGION, "use_path_style": "true", "skip_s3_checksum": "true"}
    copy.init(*[f"-backend-config={name}={value}" for name, value in backend.items()])
    return copy


def kept_out(aws):
    found = aws("ssm").get_parameter(Name="/mcp-server/openai-api-key", WithDecryption=True)["Parameter"]
    equal((found["Type"], found["Value"]), ("SecureString", SECRET))
    states = aws("s3").list_objects_v2(Bucket=STATE)["Contents"]
    texts = [aws("s3").get_object(Bucket=STATE, Key=one["Key"])["Body"].read().decode() for one in states]
    holds(any("aws_ssm_parameter" in text for text in texts), "the state is not where it should be")
    holds(not any(SECRET in text for text in texts), "the state holds the secret's value")


def no_drift(copy):
    equal(beyond_forgotten(copy), {})


def recorded(copy, package):
    """The provider compares packages with the one it sent last, not with what is there."""
    changes = beyond_forgotten(copy, f"-var=package_path={package}")
    equal(changes, {"module.function.aws_lambda_function.mcp": ["filename", "source_code_hash"]})


def beyond_forgotten(copy, *inputs):
    changes = copy.changes("-var-file=env/staging.tfvars", *inputs)
    beyond = {where: sorted(what - FORGOTTEN.get(where, set())) for where, what in changes.items()}
    return {where: what for where, what in beyond.items() if what}


def successor(package, folder):
    """The same function with other code, where `cargo lambda deploy` looks for it."""
    later = folder / "bootstrap.zip"
    folder.mkdir(parents=True)
    shutil.copy(package, later)
    with zipfile.ZipFile(later, "a") as archive:
        archive.writestr("later", "")
    return later


def code_only(environment, address, outputs, package):
    """As infra/README.md says: the package as it is, the alias moved, nothing configured."""
    command = [str(CARGO_LAMBDA), "lambda", "deploy", outputs["LambdaFunctionName"], "--lambda-dir", str(package.parent.parent)]
    command += ["--alias", "live", "--merge-env", "--region", REGION, "--endpoint-url", address]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=MINUTE)
    if done.returncode:
        raise Refused(done.stdout + done.stderr)


def guarded(copy):
    said = copy.run("plan", "-destroy", "-no-color", "-var-file=env/staging.tfvars", expected=(1,))
    holds(re.search(r"Instance cannot be destroyed", said.stderr), said.stderr)


def destroyed(copy):
    copy.run("destroy", "-no-color", "-auto-approve", "-var-file=env/staging.tfvars")
