"""What is deployed: built here, or ready and looked at. And the `mesh` that will verify it."""

import hashlib
import pathlib
import re
import subprocess
import zipfile
from dataclasses import dataclass

from said import note
from settings import ROOT
from stop import Stop

# What an ELF header says of the machine.
MACHINES = {"arm64": 183, "x86_64": 62}

# Lambda, Quotas: a zip that is sent to it.
LARGEST_SENT = 50 * 1024 * 1024

# As `mesh index` names a commit of a corpus: so many digits of the SHA-256 of this file.
COMMIT, DIGITS = "corpus/meta.json", 16


@dataclass(frozen=True)
class Package:
    path: pathlib.Path
    version: str | None
    fingerprint: str | None


def ready(settings, inputs):
    path = settings.package or built(inputs.architecture)
    if not path.is_file():
        raise Stop(f"PACKAGE names no file: {path}", "build it with `make package`, or leave PACKAGE out")
    if path.stat().st_size > LARGEST_SENT:
        why = f"{path} is {path.stat().st_size / 1e6:.1f} MB zipped, of which Lambda takes {LARGEST_SENT / 1e6:.1f} MB"
        raise Stop(why, "give the corpus by settings.corpus_uri: docs/RUNBOOK.md, A new corpus")
    try:
        with zipfile.ZipFile(path) as archive:
            header = archive.read("bootstrap")[:20]
            version, commit = [archive.read(name) if name in archive.namelist() else None for name in ("version", COMMIT)]
    except (zipfile.BadZipFile, KeyError) as fault:
        raise Stop(f"{path} is no package: {fault}", "build it with `make package`") from fault
    if header[:4] != b"\x7fELF" or int.from_bytes(header[18:20], "little") != MACHINES[inputs.architecture]:
        raise Stop(f"the bootstrap in {path} is no program for {inputs.architecture}", "take the package of function.architecture")
    if commit is None and not inputs.corpus_uri:
        why = "there is no corpus, neither in the package nor by settings.corpus_uri: it could answer nothing"
        raise Stop(why, "make one with `mesh index --corpus corpus …`, then make deploy CORPUS=corpus")
    # One that is to be fetched goes before one in the package, and is not looked into here.
    fingerprint = None if inputs.corpus_uri else hashlib.sha256(commit).hexdigest()[:DIGITS]
    note(f"corpus: {inputs.corpus_uri or f'in the package, {fingerprint}'}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    note(f"{path}, sha256 {digest}")
    return Package(path, version and version.decode(), fingerprint)


def built(architecture):
    make([ROOT / "scripts" / "package", architecture])
    return ROOT / "target" / "lambda" / f"mcp-{architecture}.zip"


def verifier(settings):
    """The verifying command is there before anything is changed: what cannot be verified is not deployed."""
    if settings.verify:
        note(f"verified by VERIFY: {settings.verify}")
        if not settings.elevenlabs:
            return
    if not settings.mesh.is_file():
        make([ROOT / "scripts" / "cargo", "build", "--release", "--locked", "--package", "mesh-cli"])
    if subprocess.run([settings.mesh, "verify", "--help"], capture_output=True).returncode:
        raise Stop(f"{settings.mesh} knows no `verify`", "build it anew with `make build`")
    note(f"{'ElevenLabs' if settings.verify else 'verified'} by {settings.mesh}")


def make(command):
    status = subprocess.run(command, cwd=ROOT).returncode
    if status:
        raise Stop(f"{command[0].name} left with {status}", "what it said above is the reason")


def rust_needed():
    return re.search(r'^rust-version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE).group(1)
