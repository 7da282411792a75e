"""A checkout to deploy from: the scripts and infra/ as they are, with the one override moto needs, and a package to send."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import zipfile
from dataclasses import dataclass

import boto3
from served import served
from stage import REGION, credentials
from terraform import ROOT, UNGUARDED, WITHOUT_COMPOSITE

NAME = "aoma-mesh-mcp-server-staging"
ACCOUNT = "123456789012"
ARM64 = 183
X86_64 = 62
SECONDS = 600
# What an outer make says to inner ones, and what the tests of infra/ give.
NOT_OURS = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "TF_VAR_secret_values")
# What is beside a bootstrap: by the one a corpus is known, by the other what is deployed.
FILES = {"corpus/meta.json": "{}", "version": "7.8.9"}


@dataclass
class Checkout:
    root: pathlib.Path
    environment: dict
    asked_of_aws: pathlib.Path

    def make(self, target, **given):
        """`make TARGET ENV=staging NAME=value`, without a terminal: its status and everything it said."""
        command = ["make", "--no-print-directory", target, *[f"{name}={value}" for name, value in ({"ENV": "staging"} | given).items()]]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
        return done.returncode, done.stdout + done.stderr

    def package(self, code, machine=ARM64, files=FILES):
        """Of the shape of a package; moto runs nothing."""
        path = self.root / f"{code}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bootstrap", b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + code.encode())
            for name, text in files.items():
                archive.writestr(name, text)
        return path

    def mesh(self, elevenlabs="ok"):
        """A `mesh` that writes down what it is asked, and is content; of ElevenLabs it has this verdict, whatever else it finds then."""
        path = self.root / "mesh"
        write = f'printf "%s\\n" "$*" >> {self.root / "asked.txt"}'
        detail = "`mesh register elevenlabs --url=https://door.example/mcp`, ${ELEVENLABS_API_RESIDENCY-nowhere}"
        checks = [{"name": "latency", "verdict": "fail", "detail": "slow"}, {"name": "ElevenLabs", "verdict": elevenlabs, "detail": detail}]
        report = json.dumps({"checks": checks}).replace("`", "\\`").replace('"', '\\"')
        path.write_text(f'#!/bin/sh\n{write}\ncase "$*" in *--elevenlabs*) printf "%s" "{report}"; exit 1 ;; esac\n')
        path.chmod(0o755)
        return path

    def asked(self):
        """The options of every `mesh verify` of an address since this was last asked, in order."""
        path = self.root / "asked.txt"
        lines = path.read_text().splitlines()
        path.unlink()
        return [line.split(" --function ", 1)[1].split(" ", 1)[1:] for line in lines if " --function " in line]

    def unguard(self):
        for path, text in UNGUARDED.items():
            (self.root / "infra" / path).write_text(text)

    def aws(self, service):
        return boto3.Session("onlooker", "onlooker", region_name=REGION).client(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"])

    def live(self):
        alias = self.aws("lambda").get_alias(FunctionName=NAME, Name="live")
        return alias["FunctionVersion"], (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}

    def endpoints(self):
        return dict(line.split(": ", 1) for line in (self.root / "endpoints.txt").read_text().splitlines())


@contextlib.contextmanager
def checked_out(folder):
    root = folder / "checkout"
    shutil.copytree(ROOT / "infra", root / "infra", ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", root)
    (root / ".tools").symlink_to(ROOT / ".tools")
    (root / "infra" / "incident_override.tf").write_text(WITHOUT_COMPOSITE)
    asked = folder / "asked.txt"
    with served(["env", f"MOTO_ASKED={asked}", str(ROOT / "scripts" / "moto")], folder / "moto.log") as address:
        yield Checkout(root, surroundings(address), asked)


def surroundings(address):
    own = {name: value for name, value in credentials(address).items() if name not in NOT_OURS}
    mirror = os.environ.get("TF_PLUGIN_MIRROR")
    return own | ({"TF_CLI_ARGS_init": f"-plugin-dir={mirror}"} if mirror else {})
