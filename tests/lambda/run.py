"""The packaged function, seen from outside: by old callers, by the official SDKs, by a client that signs, by a store of
secrets, beside a bucket of sounds, and under `cargo lambda watch`."""

import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parent / "clients")]

import facts
import outside
import raw
import signed
import spoken
import stored
import vendored
import watched
from function import behind_url, unpacked
from samples import index
from sessions import CLIENTS
from tally import Tally

MODES = {"buffered": ([], {}), "streaming": (["--streaming"], {"MESH_INVOKE_MODE": "streaming"})}


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="lambda-") as name:
        folder = pathlib.Path(name)
        try:
            bootstrap = timed("package", lambda: unpacked(folder, index(folder)))
            timed("outside", lambda: outside.judge(tally, bootstrap, folder))
            timed("clients", lambda: clients(tally, bootstrap, folder))
            timed("signed", lambda: signed.judge(tally, bootstrap, folder))
            timed("stored", lambda: stored.judge(tally, bootstrap, folder))
            timed("spoken", lambda: spoken.judge(tally, bootstrap, folder))
            timed("vendored", lambda: vendored.judge(tally, bootstrap, folder))
            timed("watched", lambda: watched.judge(tally, folder))
        except Exception as fault:
            tally.fail("the function is packaged, started and asked", fault)
    tally.close()


def clients(tally, bootstrap, folder):
    # Before a real URL no foreign Host gets to a function; one of the raw requests has one. Together they are more than a caller may make.
    own = {"MESH_ALLOWED_HOSTS": "127.0.0.1", "MESH_LIMITS": "off"}
    for mode, (flags, variables) in MODES.items():
        with behind_url(bootstrap, folder / f"{mode}.log", *flags, **own, **variables) as address:
            named = Named(tally, mode)
            raw.judge(named, address)
            for client in CLIENTS:
                if client.transport == "http":
                    facts.judge(named, client, lambda: client.see(address, None, facts.STEPS))


class Named:
    """The same facts under the name of another server."""

    def __init__(self, tally, name):
        self.tally = tally
        self.name = name

    def check(self, name, fact):
        self.tally.check(f"{self.name} function: {name}", fact)

    def ok(self, name):
        self.tally.ok(f"{self.name} function: {name}")

    def fail(self, name, why):
        self.tally.fail(f"{self.name} function: {name}", why)


def timed(name, part):
    begun = time.monotonic()
    result = part()
    print(f"      {name}: {time.monotonic() - begun:.0f} s", flush=True)
    return result


if __name__ == "__main__":
    main()
