"""Terraform over infra/, for one environment. What it says goes to the operator as it is."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass

from settings import INFRA, ROOT
from stop import Stop

PROGRAM = str(ROOT / "scripts" / "terraform")
# Inputs are asked of Terraform itself, which knows every place one can come from.
ASKED = """jsonencode({
  name = var.name, region = var.region, architecture = var.function.architecture,
  source = var.secrets.source, prefix = var.secrets.prefix, created = var.secrets.create,
  version = var.secrets.version,
  corpus_uri = var.settings.corpus_uri,
})"""
CHANGES = 2


@dataclass(frozen=True)
class Inputs:
    name: str
    region: str
    architecture: str
    source: str
    prefix: str
    created: list
    version: int
    corpus_uri: str | None


class Terraform:
    def __init__(self, settings):
        self.inputs = f"-var-file={settings.inputs}"
        self.plan_file = settings.folder / "plan"
        settings.folder.mkdir(parents=True, exist_ok=True)
        self.surroundings = os.environ | {"TF_DATA_DIR": str(settings.folder / "terraform"), "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}

    def run(self, *arguments, stdin=None, capture=True, expected=(0,)):
        pipe = subprocess.PIPE if capture else None
        command = [PROGRAM, *arguments]
        done = to_its_end(command, stdin, cwd=INFRA, env=self.surroundings, text=True, stdout=pipe, stderr=pipe)
        if done.returncode not in expected:
            raise Stop(f"terraform {arguments[0]} failed\n{essence(done.stderr or '')}".strip(), "what it said above is the reason")
        return done

    def version(self):
        return json.loads(self.run("version", "-json").stdout)["terraform_version"]

    def init(self, bucket, environment, region):
        backend = {"bucket": bucket, "key": f"mesh/{environment}", "region": region}
        if "AWS_ENDPOINT_URL" in self.surroundings:
            backend["use_path_style"] = "true"  # What stands in for AWS has no name per bucket.
        configured = [f"-backend-config={name}={value}" for name, value in backend.items()]
        self.run("init", "-no-color", "-reconfigure", "-lockfile=readonly", *configured)

    def given(self):
        # Any file passes for the package here: its name is not asked.
        said = self.run("console", self.inputs, "-var=package_path=versions.tf", stdin=" ".join(ASKED.split())).stdout
        # A lock of the state that takes long is told of in lines of its own.
        (answer,) = [line for line in said.splitlines() if line.startswith('"')]
        return Inputs(**json.loads(json.loads(answer)))

    def versions_of_parameters(self):
        """Of each parameter that Terraform has made: the version that it was written with, by its name after the prefix."""
        state = json.loads(self.run("show", "-json").stdout)
        made = state.get("values", {}).get("root_module", {}).get("resources", [])
        return {one["index"]: one["values"]["value_wo_version"] for one in made if one["type"] == "aws_ssm_parameter"}

    def plan(self, package, *arguments):
        """Shows the plan; whether it changes anything."""
        command = ["plan", "-detailed-exitcode", f"-out={self.plan_file}", self.inputs, f"-var=package_path={package}"]
        return self.run(*command, *arguments, capture=False, expected=(0, CHANGES)).returncode == CHANGES

    def apply(self):
        self.run("apply", str(self.plan_file), capture=False)

    def plan_destroy(self):
        command = ["plan", "-no-color", "-destroy", f"-out={self.plan_file}", self.inputs, "-var=package_path=versions.tf"]
        return self.run(*command, expected=(0, 1))

    def outputs(self):
        return {name: one["value"] for name, one in json.loads(self.run("output", "-json").stdout).items()}


def to_its_end(command, stdin, **how):
    """An interrupt is Terraform's to obey: it ends in order and gives the lock back, and killed it would do neither."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE if stdin else None, **how)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        said, complained = process.communicate(stdin)
    finally:
        signal.signal(signal.SIGINT, before)
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def essence(text):
    """From the first error on, without the frame around it."""
    _, error, rest = text.partition("Error:")
    return "\n".join(line.strip("│╷╵ ") for line in (error + rest).splitlines() if line.strip("│╷╵ "))
