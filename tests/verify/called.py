"""`mesh call` through a door that checks signatures."""

import json

from stage import REGION
from tally import equal, holds


def signed(stage):
    with stage.front() as url:
        answered = stage.mesh("call", f"{url}/rpc", "get_system_health", "--json", "--sign", REGION)
    equal((answered.returncode, answered.stderr), (0, ""))
    holds("content" in json.loads(answered.stdout), answered.stdout)


def signed_in_each_era(stage):
    with stage.front() as url:
        for era in ("legacy", "modern"):
            listed = stage.mesh("call", f"{url}/rpc", "--json", "--era", era, MESH_SIGN=REGION)
            equal((listed.returncode, listed.stderr), (0, ""))
            holds("get_system_health" in listed.stdout, listed.stdout)


def unsigned(stage):
    with stage.front() as url:
        refused = stage.mesh("call", f"{url}/rpc", "get_system_health")
    equal((refused.returncode, refused.stdout), (1, ""))
    holds("403" in refused.stderr, refused.stderr)


def without_credentials(stage):
    with stage.front() as url:
        refused = stage.mesh("call", url, "--sign", REGION, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    equal((refused.returncode, refused.stdout), (1, ""))
    holds("no credentials were found" in refused.stderr and "AWS_PROFILE" in refused.stderr, refused.stderr)


def not_both(stage):
    refused = stage.mesh("call", "http://127.0.0.1:9", "--sign", REGION, MESH_BEARER="token")
    equal(refused.returncode, 64)


FACTS = {
    "a signed call is answered": signed,
    "both eras sign": signed_in_each_era,
    "an unsigned call is refused": unsigned,
    "a call without credentials says what to give": without_credentials,
    "a token and a signature are not both sent": not_both,
}
