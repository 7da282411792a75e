"""`rollback` and `destroy`."""

import re
from dataclasses import replace

import account as accounts
import verified
from alias import Alias, Live
from package import verifier
from release import opened
from said import Steps, agree, confirm, note
from settings import INFRA, given
from stop import Stop
from terraform import Inputs, Terraform, essence


def rollback(settings):
    """Only the alias moves, so that it takes seconds and neither Terraform nor its state."""
    steps = Steps(3 + settings.elevenlabs)
    steps.begin("credentials and account")
    account = accounts.entered(settings)
    inputs = named(settings)
    accounts.same_region(settings, inputs)
    alias = Alias(account, inputs.name, inputs.region)
    steps.begin(f"`live` of {inputs.name}, {inputs.region}")
    before, after = alias.now(), wanted(alias, settings.version)
    note(f"from {before} to {after}")
    agree("Move it?", settings)
    alias.move(after)
    steps.begin("verify")
    if settings.verify or settings.elevenlabs or settings.mesh.is_file():
        verifier(settings)
        verified.verify(settings, alias.url(), inputs)
    else:
        note(f"not verified: `mesh` is not built; `make build`, then target/release/mesh verify {alias.url()}")
    print(f"\n{settings.environment} is live: {after}. The next deploy moves it to what is deployed then.")
    if settings.elevenlabs:
        steps.begin("ElevenLabs")
        function = alias.environment()
        prefix = function.get("MESH_SSM_PREFIX", "/mcp-server/")
        verified.registered(settings, {"FunctionUrl": alias.url()}, replace(inputs, prefix=prefix), function)


def wanted(alias, version):
    now = alias.now()
    if now is None:
        raise Stop(f"there is no function {alias.name} here", "take the account and ENV it is in")
    if version:
        return Live(version)
    if now.weights:
        return Live(now.version)  # A canary is out: taking it back is the whole of it.
    earlier = alias.earlier(now.version)
    if earlier is None:
        raise Stop(f"there is no version before {now.version}", "VERSION=… names another")
    return Live(earlier)


def named(settings):
    """In Terraform's own order: as infra/env says, else TF_VAR_…, else infra/variables.tf."""
    inputs, variables = settings.inputs.read_text(), (INFRA / "variables.tf").read_text()

    def value(name):
        said = re.search(rf'^{name}\s*=\s*"([^"]+)"', inputs, re.MULTILINE)
        default = re.search(rf'^variable "{name}" {{.*?default\s*=\s*"([^"]+)"', variables, re.MULTILINE | re.DOTALL)
        return said.group(1) if said else given(f"TF_VAR_{name}") or default.group(1)

    return Inputs(value("name"), value("region"), "", "", "", [], 1, None)


def destroy(settings):
    steps = Steps(4)
    steps.begin("credentials and account")
    account = accounts.entered(settings)
    steps.begin("state and inputs")
    terraform = Terraform(settings)
    inputs = opened(settings, account, terraform)
    steps.begin("plan")
    planned = terraform.plan_destroy()
    if "Instance cannot be destroyed" in planned.stderr:
        raise Stop(
            f"{inputs.name} has an address that never comes back once it is gone, and is guarded",
            "who means it takes `prevent_destroy` out of infra/modules/function/url.tf, and out of infra/door.tf where there is a door, first",
        )
    if planned.returncode:
        raise Stop(essence(planned.stderr), "what it said above is the reason")
    print(planned.stdout)
    steps.begin("destroy")
    confirm(inputs.name, settings)
    terraform.apply()
    note("the bucket of the state stays, and in it what this state was")
