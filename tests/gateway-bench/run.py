"""What the gateway costs, beside what else one would put there, in one run: times, figures and goals as Markdown. It ends with 1
where something could not be measured, never because a goal is missed."""

import argparse
import pathlib
import platform
import subprocess
import sys
import tempfile

import servers
from measures import MEASURES, p50, p99


def main():
    arguments = read_arguments()
    programs = servers.Programs(arguments.mesh, arguments.bare.split())
    times, goals, unmeasured = {}, [], []
    print(f"{versions(arguments.mesh)}\n", flush=True)
    for name in arguments.measures or MEASURES:
        with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
            try:
                found = MEASURES[name](programs, pathlib.Path(folder), arguments.rounds)
            except Exception as fault:
                unmeasured.append(f"{name}: not measured: {fault}")
                continue
        times |= found.times
        goals += found.goals
    print_times(times)
    print("\n| figure | goal | reached | |\n|---|--:|--:|---|")
    for goal in goals:
        print(goal.row())
    print("\n".join(["", *unmeasured]), flush=True)
    sys.exit(1 if unmeasured else 0)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    built = servers.ROOT / "target" / "release"
    parser.add_argument("--mesh", default=str(built / "mesh"), help="the program that is measured")
    parser.add_argument("--bare", default=f"{built / 'mesh-bench'} upstream", help="the command of a bare server; it takes --tools N")
    parser.add_argument("--rounds", type=int, default=3000, help="requests to each; a tenth of it where fastmcp is, and of the long lists")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; all where none is named")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.measures if name not in MEASURES]:
        parser.error(f"`{unknown[0]}` is no measure; there are {', '.join(MEASURES)}")
    return arguments


def versions(mesh):
    said = lambda *command: subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    pinned = lambda file, name: next(line.strip() for line in open(servers.HERE / file) if line.startswith(f"{name}=="))
    peers = [pinned("mcp-proxy.txt", "mcp-proxy"), pinned("fastmcp.txt", "fastmcp"), "supergateway==4.0.0"]
    return f"{said(mesh, '--version')}; {', '.join(peers)}; Node {said('node', '--version')}; {model}, {servers.os.cpu_count()} cores."


def print_times(times):
    print("| what is asked | requests | p50 µs | p99 µs |\n|---|--:|--:|--:|")
    for name, taken in times.items():
        print(f"| {name} | {len(taken)} | {p50(taken) / 1000:.0f} | {p99(taken) / 1000:.0f} |")


if __name__ == "__main__":
    main()
