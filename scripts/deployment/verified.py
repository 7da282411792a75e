"""The live URL, asked by `mesh verify`; and the alarms, watched while a canary is out."""

import os
import shlex
import subprocess
import time
from dataclasses import dataclass

from said import note
from settings import ROOT
from stop import Stop

# `mesh verify`: all well; well with warnings.
GOOD = {0: "verified", 3: "verified, with the warnings above"}
POLL_SECONDS = 15


@dataclass(frozen=True)
class Expected:
    """What the live URL must say of itself."""

    version: str | None = None
    fingerprint: str | None = None
    canary: bool = False

    @staticmethod
    def of(package):
        return Expected(package.version, package.fingerprint)

    def options(self, settings):
        if self.canary:
            return ["--canary"]
        corpus = self.fingerprint or settings.expect_corpus
        said = {"--expect-version": self.version, "--expect-corpus": corpus, "--expect-found": settings.expect_found}
        return [part for name, value in said.items() if value for part in (name, value)]


def verify(settings, url, inputs, expected=Expected()):
    command = [settings.mesh, *asked(url, inputs), *expected.options(settings)]
    if settings.verify:
        command = [*shlex.split(settings.verify), url]
    status = subprocess.run(command, cwd=ROOT).returncode
    if status not in GOOD:
        raise Stop(f"the live URL does not verify (status {status})", "the table above says what is wrong; docs/RUNBOOK.md says what to do")
    note(GOOD[status])


def registered(settings, outputs, inputs):
    """Whether ElevenLabs still has what was registered there. It approves what is live: taking that back would mend nothing."""
    # What is known of the registration is kept beside the function's own parameters.
    kept = {"MESH_SECRETS": "ssm", "MESH_SSM_PREFIX": inputs.prefix, "AWS_REGION": inputs.region}
    command = [settings.mesh, *asked(outputs["FunctionUrl"], inputs), "--no-aws", "--elevenlabs"]
    status = subprocess.run(command, cwd=ROOT, env=os.environ | kept).returncode
    if status not in GOOD:
        given = " ".join(f"{name}={value}" for name, value in kept.items())
        door = f"{outputs.get('DoorUrl') or 'https://DOOR'}".rstrip("/")
        raise Stop(
            f"what is live stays so, but ElevenLabs does not have it as it was registered (status {status})",
            f"the line `ElevenLabs` above says what differs; {given} mesh register elevenlabs --url {door}/mcp, with the other options "
            "of the last time, mends it (docs/ELEVENLABS.md)",
        )
    note("ElevenLabs has it as registered")


def asked(url, inputs):
    return ["verify", url, "--region", inputs.region, "--function", inputs.name]


def quiet(account, inputs, alarms):
    """No alarm is on: what a release in two steps begins with, and is judged by."""
    client = account.client("cloudwatch", inputs.region)
    answer = client.describe_alarms(AlarmNames=alarms, AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
    states = {one["AlarmName"]: one["StateValue"] for one in answer["MetricAlarms"] + answer.get("CompositeAlarms", [])}
    if unknown := sorted(set(alarms) - set(states)):
        raise Stop(f"there is no alarm {', '.join(unknown)}", "deploy without CANARY first, which makes them")
    if loud := sorted(name for name, state in states.items() if state == "ALARM"):
        raise Stop(f"on: {', '.join(loud)}", "docs/RUNBOOK.md has a section on each")


def watch(account, inputs, alarms, minutes):
    note(f"{len(alarms)} alarms are watched for {minutes:g} minutes")
    until = time.monotonic() + 60 * minutes
    while True:
        quiet(account, inputs, alarms)
        left = until - time.monotonic()
        if left <= 0:
            return note("all quiet")
        time.sleep(min(POLL_SECONDS, left))
