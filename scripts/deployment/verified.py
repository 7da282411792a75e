"""The live URL, asked by `mesh verify`; and the alarms, watched while a canary is out."""

import json
import os
import shlex
import subprocess
import time
from dataclasses import dataclass

from said import note
from settings import ROOT
from stop import Stop

# Where the function's ElevenLabs is.
PLACE = ("ELEVENLABS_API_RESIDENCY", "MESH_ELEVENLABS_URL")
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


def registered(settings, outputs, inputs, function):
    """Whether ElevenLabs still has what was registered there, by the settings of what is live. ElevenLabs approves what is live: taking
    that back would mend nothing."""
    # What is known of the registration is kept beside the function's own parameters.
    kept = {"MESH_SECRETS": "ssm", "MESH_SSM_PREFIX": inputs.prefix, "AWS_REGION": inputs.region}
    kept |= {name: function[name] for name in PLACE if name in function}
    here = {name: value for name, value in os.environ.items() if name not in PLACE}
    command = [settings.mesh, *asked(outputs["FunctionUrl"], inputs), "--no-aws", "--elevenlabs", "--json"]
    ended = subprocess.run(command, cwd=ROOT, env=here | kept, stdout=subprocess.PIPE, text=True)
    verdict, detail = judged(ended)
    if verdict not in ("ok", "warn"):
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in kept.items())
        door = f"{outputs.get('DoorUrl') or 'https://DOOR'}".rstrip("/")
        raise Stop(
            f"what is live stays so, but ElevenLabs does not have it as it was registered: {detail}",
            f"with {given} before it, the command that is named mends it; where none is: mesh register elevenlabs --url {door}/mcp, with the "
            "other options of the last time (docs/ELEVENLABS.md)",
        )
    note(f"ElevenLabs: {detail}")


def judged(ended):
    """What was found of ElevenLabs: the other checks are made before, by `verify`."""
    try:
        checks = json.loads(ended.stdout)["checks"]
        return next((one["verdict"], one["detail"]) for one in checks if one["name"] == "ElevenLabs")
    except (ValueError, KeyError, TypeError, StopIteration):
        return "fail", f"`mesh verify` does not say (status {ended.returncode})"


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
