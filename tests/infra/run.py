"""Everything that must hold of infra/, from its text to what stands after an apply. AWS is moto's, on loopback."""

import pathlib
import struct
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import applied
import deployer
import planned
import scanned
import source
from tally import Tally

# A shared object for aarch64 of 64 bits, without a single section.
ELF_HEADER = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 183, 1, 0, 0, 0, 0, 64, 56, 0, 64, 0, 0)
BUILT = ROOT / "target" / "lambda" / "mcp-arm64.zip"


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="infra-") as name:
        folder = pathlib.Path(name)
        package = packaged(folder)
        timed("text", lambda: source.check(tally))
        deployer.check(tally)
        timed("scan", lambda: scanned.check(tally))
        timed("plans", lambda: planned.check(tally, folder / "planned", package))
        timed("apply", lambda: applied.check(tally, folder, package))
    tally.close()


def packaged(folder):
    """What `make package` left, else something of its shape: moto runs nothing, and cargo-lambda reads no further."""
    if BUILT.exists():
        return BUILT
    package = folder / "mcp-arm64.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("bootstrap", ELF_HEADER)
    return package


def timed(name, part):
    begun = time.monotonic()
    part()
    print(f"      {name}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
