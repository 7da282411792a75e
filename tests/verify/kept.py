"""`mesh secrets` on moto's parameter store."""

import json

from tally import equal, holds

VALUES = {
    "openai-api-key": "sk-test-0123456789abcdef",
    "supabase-url": "https://db.example.com",
    "supabase-service-role-key": "service-role-0123456789",
}


def states(stage, *arguments):
    shown = stage.mesh("secrets", "check", "--json", *arguments)
    secrets = json.loads(shown.stdout)["secrets"]
    holds(not any(value in shown.stdout + shown.stderr for value in VALUES.values()), "a value is shown")
    return shown.returncode, {one["name"].rsplit("/", 1)[1]: one for one in secrets}


def empty(stage):
    code, found = states(stage)
    equal((code, found["openai-api-key"]["state"]), (1, "missing"))
    equal((found["supabase-service-role-key"]["state"], found["openai-vector-store-id"]["state"]), ("absent", "absent"))


def wrong_value(stage):
    refused = stage.mesh("secrets", "put", "openai-api-key", stdin="hush")
    equal((refused.returncode, refused.stdout), (64, ""))
    holds("20 characters" in refused.stderr and "hush" not in refused.stderr, refused.stderr)
    equal(stage.aws("ssm").describe_parameters()["Parameters"], [])


def unknown_name(stage):
    refused = stage.mesh("secrets", "put", "openai", stdin="x")
    equal(refused.returncode, 64)
    holds("openai-api-key" in refused.stderr, refused.stderr)


def put(stage):
    for name, value in VALUES.items():
        written = stage.mesh("secrets", "put", name, stdin=f"{value}\n")
        equal((written.returncode, written.stderr), (0, ""))
        holds(value not in written.stdout and "version 1" in written.stdout, written.stdout)
    held = stage.aws("ssm").get_parameter(Name="/mcp-server/openai-api-key", WithDecryption=True)["Parameter"]
    equal((held["Type"], held["Value"]), ("SecureString", VALUES["openai-api-key"]))
    code, found = states(stage)
    equal((code, found["openai-api-key"]["state"], found["openai-api-key"]["version"]), (0, "ok", 1))
    holds(found["openai-api-key"]["changed"], found)


def put_again(stage):
    written = stage.mesh("secrets", "put", "openai-api-key", stdin=VALUES["openai-api-key"])
    holds("version 2" in written.stdout, written)


def plain(stage):
    stage.aws("ssm").put_parameter(Name="/plain/openai-api-key", Type="String", Value=VALUES["openai-api-key"])
    for name in ("supabase-url", "supabase-service-role-key"):
        equal(stage.mesh("secrets", "put", name, "--prefix", "/plain/", stdin=VALUES[name]).returncode, 0)
    code, found = states(stage, "--prefix", "/plain/")
    equal((code, found["openai-api-key"]["state"]), (3, "plain"))


def half(stage):
    written = stage.mesh("secrets", "put", "supabase-url", "--prefix", "/half/", stdin=VALUES["supabase-url"])
    equal(written.returncode, 0)
    code, found = states(stage, "--prefix", "/half/")
    equal((code, found["supabase-service-role-key"]["state"]), (1, "missing"))
    # By words the database is searched without a key of OpenAI.
    equal([found[name]["state"] for name in ("openai-api-key", "openai-vector-store-id")], ["absent"] * 2)


def wrong_in_store(stage):
    stage.aws("ssm").put_parameter(Name="/wrong/supabase-url", Type="SecureString", Value="db.example.com")
    shown = stage.mesh("secrets", "check", "--prefix", "/wrong")
    equal(shown.returncode, 1)
    line = next(line for line in shown.stdout.splitlines() if line.startswith("/wrong/supabase-url "))
    holds("wrong" in line and "`https://` address" in line and "db.example.com" not in line, line)


def nobody(stage):
    failed = stage.mesh("secrets", "check", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    equal((failed.returncode, failed.stdout), (1, ""))
    holds("could not be reached" in failed.stderr, failed.stderr)


FACTS = {
    "what is missing is told from what is optional": empty,
    "a value that breaks its rule is not written": wrong_value,
    "a name that is none is answered with those there are": unknown_name,
    "values are written encrypted and shown nowhere": put,
    "a second value is a second version": put_again,
    "a secret in the clear is a warning": plain,
    "what another needs is missing": half,
    "a value in the store that breaks its rule is named": wrong_in_store,
    "a store that is not there is an error": nobody,
}
