"""What a deployment runs, each with its version, before any of it is needed."""

import platform
import re
import shutil
import subprocess

from package import rust_needed
from said import note
from settings import ROOT
from stop import Stop


def check(settings, terraform):
    note(f"python {platform.python_version()}")
    note(f"terraform {terraform.version()}")
    if not settings.package or not (settings.verify or settings.mesh.is_file()):
        remedy = f"install Rust {rust_needed()} (https://rustup.rs) and a C compiler"
        note(f"cargo {version([ROOT / 'scripts' / 'cargo', '--version'], remedy)}")
    if not shutil.which("git"):
        return note("git: not there; endpoints.txt will name no commit")
    note(f"git {version(['git', '--version'], 'install git')}")


def version(command, remedy):
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"\d+\.\d+[.\d]*", done.stdout)
    if done.returncode or not found:
        raise Stop(f"`{' '.join(map(str, command))}` does not run: {done.stderr.strip()}", remedy)
    return found.group()
