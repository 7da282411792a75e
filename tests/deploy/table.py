"""What the deployment knows by itself is what the server's own source says."""

import re
import sys

from tally import equal
from terraform import ROOT

SPELLINGS = re.compile(r"Self::(\w+) => &\[([^\]]+)\]")


def check(tally):
    tally.check("the parameters looked for are those the function reads, in its order of spellings", spellings_agree)


def spellings_agree():
    source = (ROOT / "crates" / "mesh-core" / "src" / "parameter.rs").read_text()
    named = {kind: tuple(re.findall(r'"([a-z-]+)"', names)) for kind, names in SPELLINGS.findall(source)}
    demanded = re.findall(r"Self::(\w+)", source.split("fn presence", 1)[1].split("Presence::Required", 1)[0])
    sys.path.append(str(ROOT / "scripts" / "deployment"))
    from parameters import PARAMETERS

    equal({one.spellings: one.required for one in PARAMETERS}, {names: kind in demanded for kind, names in named.items()})
