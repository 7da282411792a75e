"""Secrets from a parameter store, as moto plays it, seen from outside: in /health, and in what is still served."""

import contextlib
import json
import time
import urllib.request

import boto3
from function import REGION, ROOT, behind_url
from served import served
from tally import equal, holds
from vendors import vendors
from wire import Wire

PREFIX = "/mcp-server/"
VALUES = {
    "openai-api-key": "sk-test-openai-0123456789abcdef",
    "aoma-assistant-id": "asst_test0123456789",
    "supabase-service-role-key": "service-role-0123456789abcdef",
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*"}],
}


def judge(tally, bootstrap, folder):
    with served([str(ROOT / "scripts" / "moto")], folder / "moto.log") as address, vendors() as at:
        store = Store(address, bootstrap, folder / "stored.log", at)
        for fact in FACTS:
            store.fill()
            tally.check(f"parameter store: {fact.__doc__}", lambda: fact(store))
        # The last: from then on moto knows its callers.
        store.fill()
        tally.check(f"parameter store: {refused.__doc__}", lambda: refused(store))


class Store:
    def __init__(self, address, bootstrap, log, vendors):
        self.vendors = vendors
        self.values = VALUES | {"next-public-supabase-url": vendors}
        self.address = address
        self.bootstrap = bootstrap
        self.log = log

    def aws(self, service):
        return boto3.Session("test", "test", region_name=REGION).client(service, endpoint_url=self.address)

    def fill(self):
        for name, value in self.values.items():
            self.aws("ssm").put_parameter(Name=PREFIX + name, Value=value, Type="SecureString", Overwrite=True)

    def rename(self, name, other):
        self.aws("ssm").put_parameter(Name=PREFIX + other, Value=self.values[name], Type="SecureString", Overwrite=True)
        self.aws("ssm").delete_parameter(Name=PREFIX + name)

    @contextlib.contextmanager
    def function(self, *flags, **variables):
        own = {"MESH_LIMITS": "off", "MESH_SECRETS": "ssm", "AWS_ENDPOINT_URL": self.address, "MESH_OPENAI_URL": f"{self.vendors}/v1"} | variables
        with behind_url(self.bootstrap, self.log, *flags, **own) as url:
            yield Wire(url)


def healthy(store):
    """five secure parameters are read, and the function is healthy"""
    with store.function() as wire:
        equal(health(wire), (200, True, None))


def deleted(store):
    """a parameter that is gone is named in /health, and the rest is served"""
    store.aws("ssm").delete_parameter(Name=f"{PREFIX}supabase-service-role-key")
    with store.function() as wire:
        equal(health(wire), (503, False, f"`{PREFIX}supabase-service-role-key` is missing"))
        equal(wire.call("query_aoma_knowledge", {"query": "What is AOMA?"}).tool()["found"], True)


def older_spelling(store):
    """the older spelling of a parameter is as good"""
    store.rename("next-public-supabase-url", "supabase-url")
    with store.function() as wire:
        equal(health(wire), (200, True, None))
    store.aws("ssm").delete_parameter(Name=f"{PREFIX}supabase-url")


def malformed(store):
    """a value that cannot be one is named with its rule, and not shown"""
    store.aws("ssm").put_parameter(Name=f"{PREFIX}openai-api-key", Value="sk-oops", Type="SecureString", Overwrite=True)
    with store.function() as wire:
        status, up, error = health(wire)
        equal((status, up), (503, False))
        holds(f"{PREFIX}openai-api-key" in error and "sk-oops" not in error, error)


def another_prefix(store):
    """parameters under another prefix are none of ours"""
    with store.function(MESH_SSM_PREFIX="/elsewhere/") as wire:
        status, up, error = health(wire)
        equal((status, up), (503, False))
        holds("`/elsewhere/openai-api-key` is missing" in error, error)


def another_region(store):
    """parameters of another region are none of ours"""
    with store.function("--region", "eu-west-1") as wire:
        status, up, error = health(wire)
        equal((status, up), (503, False))
        holds(f"`{PREFIX}openai-api-key` is missing" in error, error)


def unreachable(store):
    """a store that cannot be reached is named, and the rest is served"""
    with store.function(AWS_ENDPOINT_URL="http://127.0.0.1:1") as wire:
        status, up, error = health(wire)
        equal((status, up), (503, False))
        holds("could not be reached" in error, error)
        equal(wire.call("query_aoma_knowledge", {"query": "What is AOMA?"}).tool()["found"], True)


def unseen(store):
    """no value is in an answer or in the log"""
    with store.function() as wire:
        said = [wire.get(path).text for path in ("/health", "/metrics", "/tools")]
        said += [wire.call(name, {}).text for name in ("get_system_health", "get_server_capabilities")]
    said.append(store.log.read_text())
    holds(len(said[-1]) > 100, "there is no log to look at")
    for name, value in store.values.items():
        holds(not any(value in text for text in said), f"the value of {name} was told")


def refused(store):
    """a role that may not read is named in /health, and heals in the same process once it may"""
    iam = store.aws("iam")
    iam.create_user(UserName="function")
    key = iam.create_access_key(UserName="function")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"], "AWS_SESSION_TOKEN": ""}
    check_callers(store.address, "on")
    with store.function("--environments", "1", **own) as wire:
        status, up, error = health(wire)
        equal((status, up), (503, False))
        # moto refuses in the words of another service; AWS's own are among mesh-aws's tests.
        holds("the parameter store answered `403`" in error and f"{PREFIX}openai-api-key" in error, error)
        check_callers(store.address, "off")
        iam.put_user_policy(UserName="function", PolicyName="read", PolicyDocument=json.dumps(READ))
        check_callers(store.address, "on")
        equal(healed(wire), (200, True, None))


def healed(wire):
    """What `/health` says once the store is asked again: after a failure it is given a rest of some seconds."""
    end = time.monotonic() + 20
    while (found := health(wire))[0] != 200 and time.monotonic() < end:
        time.sleep(0.2)
    return found


def check_callers(address, state):
    """moto checks policies once it has been asked so many things without; 0 is at once."""
    unchecked = {"on": b"0", "off": b"Infinity"}[state]
    request = urllib.request.Request(f"{address}/moto-api/reset-auth", unchecked, {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        equal(answer.status, 200)


def health(wire):
    answer = wire.get("/health")
    secrets = answer.json()["services"]["secrets"]
    return answer.status, secrets["status"], secrets.get("error")


FACTS = [healthy, deleted, older_spelling, malformed, another_prefix, another_region, unreachable, unseen]
