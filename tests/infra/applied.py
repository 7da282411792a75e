"""The real provider against moto: apply, drift, read back, code alone, a canary and back, destroy."""

import json
import shutil
import subprocess
import zipfile

import deployer
import read_back
from stage import ENVIRONMENT, REGION, SECRET, STATE, staged
from tally import equal, holds
from terraform import ROOT, Refused

MINUTE = 60
CARGO_LAMBDA = ROOT / ".tools" / "infra-cargo-lambda" / "bin" / "cargo-lambda"
FUNCTION = "module.function.aws_lambda_function.mcp"
# moto does not give these back, so each plan sets them again, and what follows from a changed function with them.
FORGOTTEN = {
    FUNCTION: {"logging_config", "dead_letter_config", "last_modified", "version", "qualified_arn", "qualified_invoke_arn"},
    "module.function.aws_lambda_alias.live": {"function_version"},
}


class Broken(Exception):
    """A step failed that all after it stand on."""


def check(tally, folder, package):
    with staged(folder, package) as stage:
        try:
            put_up(tally, stage)
            release(tally, stage)
            take_down(tally, stage)
            tally.check("whoever has the policy infra/deployer.json may do all of it", lambda: deployer.allows(stage.folder / "asked.txt"))
        except Broken:
            return


def step(tally, name, action):
    try:
        found = action()
    except (Refused, subprocess.TimeoutExpired) as fault:
        tally.fail(name, fault)
        raise Broken from fault
    tally.ok(name)
    return found


def put_up(tally, stage):
    step(tally, "the state's bucket is taken", stage.init)
    step(tally, "it applies", lambda: stage.copy.run("apply", "-no-color", "-auto-approve", ENVIRONMENT))
    read_back.check(tally, stage.aws, stage.outputs())
    tally.check("the created secret is in the parameter store, and in no state", lambda: kept_out(stage.aws))
    tally.check("a second plan, without the secret's value, changes nothing but what moto forgets", lambda: second(stage.copy))
    tally.check("where the door takes tokens of another kind, its route is made anew", lambda: route_made_anew(stage.copy))


def release(tally, stage):
    outputs, aws = stage.outputs(), stage.aws
    first, package = outputs["Version"], successor(stage)
    step(tally, "cargo lambda deploys code alone", lambda: code_alone(stage, package))
    tally.check("the code is new, the configuration as it was", lambda: read_back.code_moved(aws, outputs, package))
    tally.check("a later plan with that package has only its record of it to change", lambda: recorded(stage.copy, package))
    step(tally, "a canary is let out", lambda: canary(stage.copy, package, first, 0.1))
    tally.check("a tenth of the calls go to the newest version", lambda: read_back.split(aws, first, 0.1))
    step(tally, "a canary is taken back", lambda: canary(stage.copy, package, first, 0))
    tally.check("every call goes to the stable version", lambda: read_back.split(aws, first, 0))


def take_down(tally, stage):
    destroy = ["destroy", "-no-color", "-auto-approve", ENVIRONMENT]
    tally.check("destroying is refused while the guard on the URL stands", lambda: guarded(stage.copy, "aws_lambda_function_url", "-destroy"))
    tally.check("a door that is no longer asked for is not destroyed in passing", lambda: guarded(stage.copy, "aws_apigatewayv2_api", "-var=door=null"))
    stage.copy.unguard()
    step(tally, "without the guard it is destroyed", lambda: stage.copy.run(*destroy))
    tally.check("nothing is left behind", lambda: read_back.nothing_left(stage.aws))


def kept_out(aws):
    found = aws("ssm").get_parameter(Name="/mcp-server/openai-api-key", WithDecryption=True)["Parameter"]
    equal((found["Type"], found["Value"]), ("SecureString", SECRET))
    states = aws("s3").list_objects_v2(Bucket=STATE)["Contents"]
    texts = [aws("s3").get_object(Bucket=STATE, Key=one["Key"])["Body"].read().decode() for one in states]
    holds(any("aws_ssm_parameter" in text for text in texts), "the state is not where it should be")
    holds(not any(SECRET in text for text in texts), "the state holds the secret's value")


def second(copy):
    given = copy.environment.pop("TF_VAR_secret_values")
    try:
        equal(beyond_forgotten(copy), {})
    finally:
        copy.environment["TF_VAR_secret_values"] = given


def route_made_anew(copy):
    """Otherwise API Gateway refuses to delete the authorizer that it names; moto deletes any."""
    door = json.dumps({"jwt": {"issuer": "https://login.example.com/", "audience": ["mesh"]}})
    equal(copy.planned(ENVIRONMENT, f"-var=door={door}")["aws_apigatewayv2_route.everything[0]"]["actions"], ["delete", "create"])


def beyond_forgotten(copy, *inputs):
    changes = copy.changes(ENVIRONMENT, *inputs)
    beyond = {where: sorted(what - FORGOTTEN.get(where, set())) for where, what in changes.items()}
    return {where: what for where, what in beyond.items() if what}


def recorded(copy, package):
    """The provider compares packages with the one it sent last, not with what is there."""
    changes = beyond_forgotten(copy, f"-var=package_path={package}")
    equal(changes, {FUNCTION: ["filename", "source_code_hash"]})


def successor(stage):
    """The same function with other code, where `cargo lambda deploy` looks for it."""
    later = stage.folder / "code" / read_back.NAME / "bootstrap.zip"
    later.parent.mkdir(parents=True)
    shutil.copy(stage.package, later)
    with zipfile.ZipFile(later, "a") as archive:
        archive.writestr("later", "")
    return later


def code_alone(stage, package):
    """As infra/README.md says: the package as it is, the alias moved, nothing configured."""
    command = [str(CARGO_LAMBDA), "lambda", "deploy", read_back.NAME, "--lambda-dir", str(package.parent.parent)]
    command += ["--alias", "live", "--merge-env", "--region", REGION, "--endpoint-url", stage.address]
    done = subprocess.run(command, cwd=ROOT, env=stage.copy.environment, capture_output=True, text=True, timeout=MINUTE)
    if done.returncode:
        raise Refused(done.stdout + done.stderr)


def canary(copy, package, stable, weight):
    split = json.dumps({"stable_version": stable, "weight": weight})
    copy.run("apply", "-no-color", "-auto-approve", ENVIRONMENT, f"-var=package_path={package}", f"-var=canary={split}")


def guarded(copy, address, argument):
    said = copy.run("plan", "-no-color", ENVIRONMENT, argument, expected=(1,))
    holds(address in said.stderr and "Instance cannot be destroyed" in said.stderr, said.stderr)
