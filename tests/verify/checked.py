"""A deployment that is well, seen in each way it can be reached."""

import hashlib
import json

from stage import REGION, TOKEN
from tally import equal, holds

REVISIONS = [f"initialize {revision}" for revision in ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")]
SPOKEN = ["wire", *REVISIONS, "discover 2026-07-28", "call", "routes", "resources"]
SERVED = ["dns", "clock", "health", *SPOKEN, "tools", "server", "corpus", "question", "cors", "latency", "request ids"]
REFUSED = ["unsigned refused", "wrong token refused"]
ACCOUNT = ["permissions", "alarms", "log retention"]


def verdicts(checks):
    return {name: check["verdict"] for name, check in checks.items()}


def every_check_is_well(stage):
    with stage.front() as url:
        code, checks = stage.verify(url, "--region", REGION)
    wanted = dict.fromkeys([*SERVED, *REFUSED, "signed accepted", *ACCOUNT], "ok") | {"tls": "skipped"}
    equal(verdicts(checks), wanted)
    equal(code, 0)
    equal([name for name in ("dns", "signed accepted", "call") if not isinstance(checks[name]["latencyMs"], int)], [])
    holds("x-amzn-requestid" in checks["request ids"]["detail"], checks["request ids"])
    arn = stage.iam.asked["ResourceArns.member.1"]
    equal(arn, f"arn:aws:lambda:{REGION}:123456789012:function:aoma-mesh-mcp-server:live")
    equal(stage.iam.asked["PolicySourceArn"], "arn:aws:iam::123456789012:user/caller")


def a_person_gets_a_table(stage):
    with stage.front() as url:
        shown = stage.mesh("verify", url, "--region", REGION)
    equal((shown.returncode, shown.stderr), (0, ""))
    for name in [*SERVED, *ACCOUNT, "tls"]:
        holds(f" {name} " in shown.stdout, f"no line for {name}:\n{shown.stdout}")
    holds("0 fail" in shown.stdout, shown.stdout)


def the_account_is_left_alone(stage):
    with stage.front() as url:
        code, checks = stage.verify(url, "--region", REGION, "--no-aws")
    equal(code, 0)
    equal([checks[name]["verdict"] for name in ("alarms", "log retention")], ["skipped", "skipped"])
    holds("--no-aws" in checks["alarms"]["detail"], checks["alarms"])
    equal(checks["permissions"]["verdict"], "ok")


def a_profile_signs(stage):
    file = stage.folder / "credentials"
    file.write_text(f"[operations]\naws_access_key_id = {stage.key}\naws_secret_access_key = {stage.secret}\n")
    variables = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": str(file)}
    with stage.front() as url:
        code, checks = stage.verify(url, "--region", REGION, "--profile", "operations", **variables)
    equal((code, checks["signed accepted"]["verdict"]), (0, "ok"))


def a_local_server_is_checked(stage):
    with stage.server("--corpus", stage.folder / "corpus") as url:
        code, checks = stage.verify(url)
    skipped = [*REFUSED, "tls", *ACCOUNT]
    equal(verdicts(checks), dict.fromkeys([*SERVED, "request accepted"], "ok") | dict.fromkeys(skipped, "skipped"))
    equal(code, 0)


def a_token_is_checked(stage):
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    with stage.server("--corpus", stage.folder / "corpus", MESH_BEARER_SHA256=digest) as url:
        code, checks = stage.verify(url, MESH_BEARER=TOKEN)
        equal((code, [checks[name]["verdict"] for name in [*REFUSED, "token accepted"]]), (0, ["ok"] * 3))
        code, checks = stage.verify(url, MESH_BEARER="another")
    equal((code, checks["token accepted"]["verdict"]), (1, "fail"))
    holds(TOKEN not in json.dumps(checks), "the token is in the report")


FACTS = {
    "a deployment that is well passes every check": every_check_is_well,
    "a person gets a table": a_person_gets_a_table,
    "AWS can be left alone": the_account_is_left_alone,
    "a profile's credentials sign": a_profile_signs,
    "a server on this machine is checked without a signature": a_local_server_is_checked,
    "a door with a token is checked with it": a_token_is_checked,
}
