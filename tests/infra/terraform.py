"""A copy of infra/ to work in: the checkout stays clean, and a test can put an override beside a file."""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TERRAFORM = str(ROOT / "scripts" / "terraform")
SECONDS = 600

# The guards on both addresses are tested on their own; with them, nothing that was put up could be taken down.
UNGUARDED = {
    "modules/function/url_override.tf": 'resource "aws_lambda_function_url" "live" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n',
    "door_override.tf": 'resource "aws_apigatewayv2_api" "door" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n',
}
# moto has no composite alarms, and the provider would retry for minutes.
WITHOUT_COMPOSITE = """
resource "aws_cloudwatch_composite_alarm" "incident" {
  count = 0
}
"""


class Refused(Exception):
    """terraform ended with another status than it should have; the message is what it said."""


class Copy:
    def __init__(self, folder, environment=None):
        self.folder = pathlib.Path(folder)
        self.environment = {**os.environ, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", **(environment or {})}
        shutil.copytree(ROOT / "infra", self.folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))

    def override(self, path, text):
        (self.folder / path).write_text(text)

    def unguard(self):
        for path, text in UNGUARDED.items():
            self.override(path, text)

    def run(self, *arguments, expected=(0,)):
        done = subprocess.run(
            [TERRAFORM, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=SECONDS
        )
        if done.returncode not in expected:
            raise Refused(essence(done.stdout + done.stderr))
        return done

    def init(self, *arguments):
        mirror = os.environ.get("TF_PLUGIN_MIRROR")
        mirrored = [f"-plugin-dir={mirror}"] if mirror else []
        self.run("init", "-no-color", "-lockfile=readonly", *mirrored, *arguments)

    def changes(self, *inputs):
        """What another plan would change, resource by resource: the names of the attributes that differ."""
        return {
            address: differing(change)
            for address, change in self.planned(*inputs).items()
            if change["actions"] not in (["no-op"], ["read"])
        }

    def planned(self, *inputs):
        """What another plan would do, resource by resource."""
        self.run("plan", "-no-color", "-out=plan", *inputs)
        plan = json.loads(self.run("show", "-json", "plan").stdout)
        return {change["address"]: change["change"] for change in plan["resource_changes"]}


def differing(change):
    before, after = change["before"] or {}, change["after"] or {}
    unknown = {name for name, truth in change["after_unknown"].items() if "true" in json.dumps(truth)}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} | unknown


def essence(text):
    """What terraform said from its first error on."""
    lines = text.splitlines()
    first = next((nth for nth, line in enumerate(lines) if "Error:" in line), 0)
    return "\n".join(line.strip("│╷╵ ") for line in lines[first:] if line.strip("│╷╵ "))
