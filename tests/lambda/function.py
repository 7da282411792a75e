"""The function as it will run: the package unpacked, its bootstrap behind a Function URL."""

import os
import pathlib
import subprocess
import zipfile

from served import served

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
URL = ROOT / "target" / "debug" / "function-url"
CALLER = "arn:aws:iam::123456789012:user/tests"
REGION = "us-east-2"
PACKAGE_SECONDS = 1800


def unpacked(folder, corpus):
    """Makes the package for this machine, with a corpus, and gives the bootstrap in it."""
    own = os.environ | {"PROFILE": "package-test", "PACKAGES": str(folder), "CORPUS": str(corpus)}
    subprocess.run([ROOT / "scripts" / "package", "native"], env=own, check=True, timeout=PACKAGE_SECONDS)
    (package,) = folder.glob("mcp-*.zip")
    task = folder / "task"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(task)
        # Python's zipfile forgets modes; Lambda does not.
        (task / "bootstrap").chmod(archive.getinfo("bootstrap").external_attr >> 16)
    return task / "bootstrap"


def behind_url(bootstrap, log, *flags, **variables):
    """`bootstrap`, a path or a whole command, behind a Function URL that lets everyone in as `CALLER`, unless the flags say whom else."""
    trusted = [] if {"--sign", "--anonymous"} & set(flags) else ["--iam-arn", CALLER]
    command = [str(URL), *flags, *trusted]
    for name, value in variables.items():
        command += ["--env", f"{name}={value}"]
    program = bootstrap if isinstance(bootstrap, tuple) else (str(bootstrap),)
    return served([*command, "--", *program], log)
