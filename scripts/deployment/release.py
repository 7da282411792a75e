"""`deploy`: nine steps, each of which ends the whole where it fails. What has gone live by then is taken back."""

import json
from dataclasses import dataclass

import account as accounts
import endpoints
import package
import parameters
import tools
import verified
from alias import Alias
from said import Steps, agree, note
from stop import Stop
from terraform import Inputs, Terraform


@dataclass(frozen=True)
class Release:
    settings: object
    account: accounts.Account
    terraform: Terraform
    inputs: Inputs
    alias: Alias
    package: object

    @property
    def before(self):
        return self.alias.now()


def deploy(settings):
    steps = Steps(9)
    release = prepared(settings, steps)
    before = release.before
    note(f"live now: {before or 'nothing, this is the first deployment'}")
    try:
        put_live(release, steps, before)
    except (Stop, KeyboardInterrupt) as fault:
        raise Stop(f"{fault or 'interrupted'}\n{release.alias.back(before)}", getattr(fault, "remedy", "deploy again")) from fault
    print(f"\n{settings.environment} is live: {release.alias.now()}")


def prepared(settings, steps):
    """Steps 1 to 5 and what they found; none of them changes anything."""
    steps.begin("credentials and account")
    account = accounts.entered(settings)
    steps.begin("tools")
    terraform = Terraform(settings)
    tools.check(settings, terraform)
    steps.begin("state and inputs")
    inputs = opened(settings, account, terraform)
    steps.begin(f"parameters under {inputs.prefix}")
    parameters.check(account, inputs)
    steps.begin(f"package for {inputs.architecture}")
    ready = package.ready(settings, inputs)
    package.verifier(settings)
    return Release(settings, account, terraform, inputs, Alias(account, inputs.name, inputs.region), ready)


def opened(settings, account, terraform):
    bucket = accounts.bucket_name(account, settings)
    region = accounts.state_region(account, bucket)
    if region is None:
        raise Stop(f"the state's bucket {bucket} is not there", f"make it once for this account: make bootstrap-state ENV={settings.environment}")
    note(f"state: s3://{bucket}/mesh/{settings.environment}, {region}")
    terraform.init(bucket, settings.environment, region)
    inputs = terraform.given()
    note(f"function: {inputs.name}, {inputs.region}, {inputs.architecture}")
    return inputs


def put_live(release, steps, before):
    settings, terraform = release.settings, release.terraform
    steps.total += 2 if settings.canary and before else 0
    canary = begun(release, before) if settings.canary else None
    steps.begin("plan")
    changes = terraform.plan(release.package, *canary_input(canary))
    steps.begin("apply")
    if changes:
        agree(f"Apply this to account {release.account.number}?", settings)
        terraform.apply()
    else:
        note("nothing to change")
    outputs = terraform.outputs()
    steps.begin("endpoints")
    endpoints.written(settings, release.account, outputs, release.alias.now())
    steps.begin("verify")
    verified.verify(settings, outputs["FunctionUrl"], release.inputs)
    if canary:
        promote(release, steps, outputs)


def begun(release, before):
    """The canary to let out; none where there is nothing to keep the rest of the calls on."""
    if before is None:
        return note("CANARY has no version to stand beside: all calls go to this one")
    if before.weights:
        raise Stop(f"a canary is out already: {before}", "end it first: make rollback, or a deploy without CANARY")
    names = release.terraform.outputs()["AlarmNames"]
    verified.quiet(release.account, release.inputs, names)
    return {"stable_version": before.version, "weight": release.settings.canary}


def canary_input(canary):
    return [f"-var=canary={json.dumps(canary)}"] if canary else []


def promote(release, steps, outputs):
    """The second step of a release in two: all calls, once the alarms have stayed quiet."""
    steps.begin(f"watch {release.alias.now()}")
    verified.watch(release.account, release.inputs, outputs["AlarmNames"], release.settings.watch_minutes)
    steps.begin("promote")
    if release.terraform.plan(release.package):
        release.terraform.apply()
    verified.verify(release.settings, outputs["FunctionUrl"], release.inputs)
    endpoints.written(release.settings, release.account, outputs, release.alias.now())
