#!/usr/bin/env python3
"""Runs every part of the tests to its end and prints the total as the last line: `N passed, N failed`."""

import io
import os
import pathlib
import platform
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent

# `test result: ok. 12 passed; 0 failed; …` from cargo, `12 passed, 0 failed` from our own runners.
CARGO_COUNT = re.compile(r"^test result: .*?(\d+) passed; (\d+) failed")
OWN_COUNT = re.compile(r"^(\d+) passed, (\d+) failed$")
NOTHING = re.compile(r"(?!)")


@dataclass
class Part:
    name: str
    command: list
    count: re.Pattern
    settings: dict = field(default_factory=dict)


# What `scripts/package native` leaves: the tests drive the program that is deployed, but for its optimisation.
ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
PACKAGE = {"PROFILE": "package-test"}
BOOTSTRAP = {"MESH_BOOTSTRAP": str(ROOT / "target" / f"lambda-{PACKAGE['PROFILE']}" / ARCHITECTURE / "mcp" / "bootstrap")}
# What is only checked is not linked: the library of the fuzzer is not asked for, nor the C++ compiler that it is built by.
FUZZ = {"CARGO_TARGET_DIR": str(ROOT / "target"), "CUSTOM_LIBFUZZER_PATH": str(ROOT / "target" / "libfuzzer.a")}
MAKE = ["make", "--no-print-directory"]
CARGO_TEST = ["scripts/cargo", "test", "--workspace", "--locked"]

# A part that prints no count is one fact: it succeeds or it does not. These keep all cores busy, one after the other.
BUILDS = [
    Part("format", ["scripts/cargo", "fmt", "--check"], NOTHING),
    Part("dependencies", [*MAKE, "dependencies"], NOTHING),
    Part("lints", ["scripts/cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], NOTHING),
    Part("fuzz targets", ["scripts/cargo", "check", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--bins"], NOTHING, FUZZ),
    Part("package", ["scripts/package", "native"], NOTHING, PACKAGE),
    Part("build", [*CARGO_TEST, "--no-run"], NOTHING, BOOTSTRAP),
    Part("cargo test", [*CARGO_TEST, "--no-fail-fast"], CARGO_COUNT, BOOTSTRAP),
]
# What the suites install waits for the network most of the time: it is fetched beside the builds, which install none of it.
TOOLS = Part("tools", [*MAKE, "tools"], NOTHING)
# These wait for processes of their own most of the time: two at once, the longest first.
SUITES = [
    Part("infra", [*MAKE, "infra-test"], OWN_COUNT),
    Part("gateway", [*MAKE, "gateway"], OWN_COUNT),
    Part("conformance", [*MAKE, "conformance"], OWN_COUNT),
    Part("lambda", [*MAKE, "lambda"], OWN_COUNT),
    Part("verify", [*MAKE, "verify-test"], OWN_COUNT),
    Part("database", [*MAKE, "database-test"], OWN_COUNT),
    Part("clients", [*MAKE, "clients"], OWN_COUNT),
    Part("doors", [*MAKE, "doors-test"], OWN_COUNT),
    Part("voice", [*MAKE, "voice-test"], OWN_COUNT),
    Part("cases", [*MAKE, "cases"], OWN_COUNT),
    Part("metrics", [*MAKE, "metrics-test"], OWN_COUNT, BOOTSTRAP),
]
AT_ONCE = 2


def main():
    os.chdir(ROOT)
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tools = pool.submit(run_whole, TOOLS)
        results = [run(part) for part in BUILDS]
        results.append(shown(tools.result()))
        results += map(shown, pool.map(run_whole, SUITES))
    print()
    for name, passed, failed, seconds in results:
        print(f"{name:<12} {passed:>5} passed {failed:>4} failed  {seconds:>5.0f} s")
    print(f"in all {time.monotonic() - begun:.0f} s")
    passed, failed = sum(r[1] for r in results), sum(r[2] for r in results)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


def run_whole(part):
    """As `run`, and what it prints is kept, so that it is not mixed with what another prints."""
    output = io.StringIO()
    return run(part, output), output.getvalue()


def shown(whole):
    result, output = whole
    print(output, end="", flush=True)
    return result


def run(part, output=sys.stdout):
    print(f"\n=== {part.name}: {' '.join(part.command)}", file=output, flush=True)
    begun = time.monotonic()
    process = subprocess.Popen(
        part.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=surroundings() | part.settings,
    )
    passed, failed = tally(process.stdout, part.count, output)
    status = process.wait()
    passed, failed = settle(part, status, passed, failed)
    return part.name, passed, failed, time.monotonic() - begun


def tally(lines, count, output):
    passed = failed = 0
    for line in lines:
        print(line, end="", file=output, flush=True)
        if found := count.match(line):
            passed += int(found.group(1))
            failed += int(found.group(2))
    return passed, failed


def settle(part, status, passed, failed):
    """A part that broke without counting a failure (a build error, a crash) is one failure itself."""
    if status != 0:
        return passed, failed or 1
    if part.count is NOTHING:
        return 1, 0
    return (passed, failed) if passed else (0, 1)


def surroundings():
    """Without what an outer make leaves for inner ones: each part is run as a person would."""
    return {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


if __name__ == "__main__":
    main()
