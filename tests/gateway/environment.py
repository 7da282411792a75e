"""What a process that the server starts learns of the server: nothing but what finds programs, folders and words."""

import json
import os
import shutil
import sys

import faults
from fidelity import HOPS, INHERITED
from gateway import MARK, serving, settled
from tally import equal, holds
from wire import Stateless

# Debian's user for what should own nothing.
NOBODY = 65534
# The one of root may be closed to all others.
SYSTEM = "/usr/bin/python3"
SECRETS = {"SECRET_OF_THE_SERVER": "s3cret", "AWS_SECRET_ACCESS_KEY": "s3cret", "NODE_OPTIONS": "", "LD_LIBRARY_PATH": "/nowhere"}


def judge(tally, folder):
    user, interpreter = (None, sys.executable) if os.getuid() != 0 else (NOBODY, SYSTEM)
    # Whoever it is run as reads it: the folders above may be closed to them.
    folder.parent.chmod(0o755)
    entry = {"command": interpreter, "args": [shutil.copy(faults.HOSTILE, folder), "environment"]}
    upstreams = {"tells": entry, "told": entry | {"env": {"OWN": "${SECRET_OF_THE_SERVER}"}}}
    with serving(folder, "environment", upstreams, user=user, **SECRETS) as gateway:
        client = Stateless(gateway.rpc, "2025-06-18")
        settled(client.tools, lambda listed: {"tells__work", "told__work"} <= listed.keys(), 30)
        tells, told = (json.loads(client.call(f"{name}__work").value()["content"][0]["text"]) for name in ("tells", "told"))
    # Python itself adds LC_CTYPE where there is none.
    allowed = {*INHERITED, MARK, HOPS}
    tally.check("environment: a process has the short list alone", lambda: equal(tells["own"].keys() - allowed, set()))
    tally.check("environment: and PATH among it", lambda: holds("PATH" in tells["own"], tells["own"]))
    tally.check("environment: beside it, what its entry names", lambda: equal(told["own"].keys() - allowed, {"OWN"}))
    tally.check("environment: with the value that is named", lambda: equal(told["own"].get("OWN"), "s3cret"))
    tally.check("environment: that of the server is closed to it", lambda: closed(tells["parent"]))


def closed(parent):
    equal(parent, "PermissionError")
