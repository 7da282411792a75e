"""What the deployment knows by itself is what the server's own source says."""

import re
import sys

from tally import equal
from terraform import ROOT

ROWS = re.compile(r"Self::(\w+) => &\[([^\]]+)\]")


def check(tally):
    tally.check("the parameters looked for are those the function reads, in its order of spellings", spellings_agree)


def spellings_agree():
    source = (ROOT / "crates" / "mesh-core" / "src" / "parameter.rs").read_text()
    rows = lambda name: ROWS.findall(source.split(f"fn {name}", 1)[1].split("\n    }\n", 1)[0])
    named = {kind: tuple(re.findall(r'"([a-z-]+)"', names)) for kind, names in rows("spellings")}
    needs = {kind: re.findall(r"Self::(\w+)", needed) for kind, needed in rows("needs")}
    sys.path.append(str(ROOT / "scripts" / "deployment"))
    from parameters import PARAMETERS

    expected = {names: tuple(named[need][0] for need in needs.get(kind, ())) for kind, names in named.items()}
    equal({one.spellings: one.needs for one in PARAMETERS}, expected)
