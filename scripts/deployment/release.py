"""`deploy`: nine steps, each of which ends the whole where it fails. What has gone live by then is taken back.

What others have registered of it is looked at when it is live, and stays live whatever is found."""

import json
from dataclasses import dataclass

import account as accounts
import endpoints
import package
import parameters
import tools
import verified
from alias import Alias, Live
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
    package: package.Package

    @property
    def before(self):
        return self.alias.now()


def deploy(settings):
    steps = Steps(9 + settings.elevenlabs)
    release = prepared(settings, steps)
    before = release.before
    note(f"live now: {before or 'nothing, this is the first deployment'}")
    try:
        outputs = put_live(release, steps, before)
    except BaseException as fault:  # Whatever ended it: what is live by now was not verified.
        why = str(fault) if isinstance(fault, Stop) else f"{type(fault).__name__}: {fault}"
        note(f"failed: {why.splitlines()[0]}")
        raise Stop(f"{why}\n{release.alias.back(before)}", getattr(fault, "remedy", "deploy again")) from fault
    print(f"\n{settings.environment} is live: {release.alias.now()}")
    if settings.elevenlabs:
        steps.begin("ElevenLabs")
        verified.registered(settings, outputs, release.inputs, release.alias.environment())


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
    parameters.check(account, inputs, terraform)
    steps.begin(f"package for {inputs.architecture}")
    ready = package.ready(settings, inputs)
    package.verifier(settings)
    return Release(settings, account, terraform, inputs, Alias(account, inputs.name, inputs.region), ready)


def opened(settings, account, terraform):
    bucket = accounts.bucket_name(account, settings)
    region = accounts.state_region(account, bucket)
    if region is None:
        remedy = f"make it once for this account: make bootstrap-state ENV={settings.environment}"
        raise Stop(f"the state's bucket {bucket} is not there", remedy)
    note(f"state: s3://{bucket}/mesh/{settings.environment}, {region}")
    terraform.init(bucket, settings.environment, region)
    inputs = terraform.given()
    note(f"function: {inputs.name}, {inputs.region}, {inputs.architecture}")
    accounts.same_region(settings, inputs)
    return inputs


def put_live(release, steps, before):
    settings = release.settings
    stable = begun(release, before) if settings.canary else None
    outputs = changed(release, steps, stable)
    if stable == outputs["Version"]:
        note("the newest version is live already: there is nothing to let out")
        stable = None
    if stable:
        steps.total += 2
        release.alias.move(Live(stable, {outputs["Version"]: settings.canary}))
    steps.begin("endpoints")
    endpoints.written(settings, release.account, outputs, release.alias.now())
    steps.begin("verify")
    # While a canary is out two versions answer in turn: which of them does is known when all calls go to one.
    expected = verified.Expected(canary=True) if stable else verified.Expected.of(release.package)
    verified.verify(settings, outputs["FunctionUrl"], release.inputs, expected)
    if stable:
        promote(release, steps, outputs)
    return outputs


def begun(release, before):
    """The version that keeps the rest of the calls while a canary is out; none where there is none yet."""
    if before is None:
        return note("CANARY has no version to stand beside: all calls go to this one")
    if before.weights:
        raise Stop(f"a canary is out already: {before}", "end it first: make rollback, or a deploy without CANARY")
    verified.quiet(release.account, release.inputs, release.terraform.outputs()["AlarmNames"])
    return before.version


def changed(release, steps, stable):
    """Planned, agreed to and applied. A canary's weight is not Terraform's to set here: its provider plans no change of an
    alias whose only new thing is a version that is not published yet."""
    terraform = release.terraform
    steps.begin("plan")
    changes = terraform.plan(release.package.path, *held(stable))
    steps.begin("apply")
    if changes:
        agree(f"Apply this to account {release.account.number}?", release.settings)
        terraform.apply()
    else:
        note("nothing to change")
    return terraform.outputs()


def held(stable):
    """Publishes, and leaves every call where it is."""
    return [f"-var=canary={json.dumps({'stable_version': stable, 'weight': 0})}"] if stable else []


def promote(release, steps, outputs):
    """The second step of a release in two: all calls, once the alarms have stayed quiet."""
    steps.begin(f"watch {release.alias.now()}")
    verified.watch(release.account, release.inputs, outputs["AlarmNames"], release.settings.watch_minutes)
    steps.begin("promote")
    if release.terraform.plan(release.package.path):
        release.terraform.apply()
    verified.verify(release.settings, outputs["FunctionUrl"], release.inputs, verified.Expected.of(release.package))
    endpoints.written(release.settings, release.account, outputs, release.alias.now())
