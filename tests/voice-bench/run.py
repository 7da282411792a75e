"""What our tools of ElevenLabs cost beside its own server, over stdio and before the same vendor, in one run: figures and goals as
Markdown. It ends with 1 where something could not be measured, never because a goal is missed."""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "gateway-bench"))

from connection import Http, Stdio, call, request

KEY = "sk_fake_0123456789_of_elevenlabs"
BUILT = ROOT / "target" / "release"
PYTHON = ROOT / ".tools" / "elevenlabs-mcp" / "bin" / "python"
OFFICIAL = ROOT / "tests" / "voice" / "official.py"
VOICE = "cgSgspJ2msm6clMCkdW9"
REPLY = 10_000_000
WARM_UP = 20
MS = 1_000_000


class Vendor(Http):
    """The vendor without a server between: the same request on a connection that is kept."""

    def __init__(self, url):
        super().__init__(url, {"xi-api-key": KEY})

    def prepare(self, asked):
        method, path, body = asked
        body = json.dumps(body).encode() if body else b""
        head = f"{method} {path} HTTP/1.1\r\nhost: {self.host}\r\nxi-api-key: {KEY}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        return head.encode() + body


def main():
    arguments = read_arguments()
    print(f"{versions(arguments.mesh)}\n", flush=True)
    vendor = subprocess.Popen([arguments.vendor, "--key", KEY], stdout=subprocess.PIPE, text=True)
    try:
        with tempfile.TemporaryDirectory(prefix="voice-bench-") as folder:
            report(Bench(arguments, vendor.stdout.readline().strip(), folder))
    finally:
        vendor.kill()
        vendor.wait()


class Bench:
    def __init__(self, arguments, vendor, folder):
        self.arguments, self.vendor, self.folder = arguments, vendor, folder
        own = {"PATH": os.environ["PATH"], "HOME": folder, "ELEVENLABS_API_KEY": KEY, "ELEVENLABS_MCP_BASE_PATH": folder}
        self.settings = own | {"MESH_ELEVENLABS_URL": vendor, "MESH_LIMITS": "off", "MESH_ELEVENLABS_TOOLS": "voice,agents,music"}
        self.commands = {
            "ours": ([arguments.mesh, "serve", "--stdio"], self.settings),
            "elevenlabs-mcp": ([str(PYTHON), str(OFFICIAL), vendor], own),
        }

    def starts(self):
        """From starting the process to its answer to `initialize`, in turns."""
        times = {name: [] for name in self.commands}
        for _ in range(self.arguments.starts):
            for name, (command, env) in self.commands.items():
                begun = time.perf_counter_ns()
                Stdio(command, env).open().close()
                times[name].append(time.perf_counter_ns() - begun)
        return times

    def calls(self):
        """One call to each in turn, and the request that each makes of the vendor without either."""
        open_ = {name: Stdio(command, env).open() for name, (command, env) in self.commands.items()}
        direct = Vendor(self.vendor)
        models = {name: [] for name in [*open_, "direct"]}
        speech = {name: [] for name in models}
        for number in range(self.arguments.rounds + WARM_UP):
            # No two are the same: the same again is answered without the vendor.
            text = f"This is sentence number {number}."
            for name, connection in open_.items():
                models[name].append(timed(connection, call("list_models", {})))
                speech[name].append(timed(connection, call("text_to_speech", {"text": text, "voice_id": VOICE})))
            models["direct"].append(direct.send(direct.prepare(("GET", "/v1/models", None)))[0])
            path = f"/v1/text-to-speech/{VOICE}?output_format=mp3_44100_128"
            speech["direct"].append(direct.send(direct.prepare(("POST", path, {"text": text, "model_id": "eleven_multilingual_v2"})))[0])
        resident = {name: kilobytes(connection.process.pid, "VmRSS") for name, connection in open_.items()}
        tools = {name: {tool["name"]: tool for tool in connection.ask(request("tools/list"))["tools"]} for name, connection in open_.items()}
        for connection in [*open_.values(), direct]:
            connection.close()
        cut = lambda times: {name: taken[WARM_UP:] for name, taken in times.items()}
        return cut(models), cut(speech), resident, tools

    def peak_kb(self):
        """What a sound of 10 MB adds to the most that ours has held, beside a small one."""
        command, env = self.commands["ours"]
        connection = Stdio(command, env).open()
        speak = lambda text: timed(connection, call("text_to_speech", {"text": text, "voice_id": VOICE}))
        for number in range(WARM_UP):
            speak(f"Warm-up {number}.")
        process = connection.process.pid
        pathlib.Path(f"/proc/{process}/clear_refs").write_text("5")
        speak("A short one.")
        before = kilobytes(process, "VmHWM")
        plan = {"operation": "text_to_speech", "behaviour": {"huge": {"bytes": REPLY}}}
        asked = urllib.request.Request(f"{self.vendor}/fake/next", json.dumps(plan).encode(), {"content-type": "application/json"})
        urllib.request.urlopen(asked, timeout=30).close()
        speak("A long one.")
        added = kilobytes(process, "VmHWM") - before
        connection.close()
        largest = max(path.stat().st_size for path in pathlib.Path(self.folder).rglob("*.mp3"))
        if largest != REPLY:
            raise RuntimeError(f"the largest file has {largest} bytes")
        return added


def timed(connection, message):
    taken, answer = connection.send(connection.prepare(message))
    if b'"result"' not in answer or b'"isError":true' in answer:
        raise RuntimeError(answer[:500])
    return taken


def kilobytes(process, name):
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def report(bench):
    p50 = statistics.median
    starts = bench.starts()
    models, speech, resident, tools = bench.calls()
    both = tools["ours"].keys() & tools["elevenlabs-mcp"].keys()
    listed = {name: len(json.dumps([tools[name][tool] for tool in sorted(both)], separators=(",", ":"))) for name in tools}
    rows = [("start to the answer to `initialize`", starts), ("`list_models`", models), ("`text_to_speech`", speech)]
    print("| | direct ms p50 | ours ms p50 | elevenlabs-mcp ms p50 |\n|---|--:|--:|--:|")
    for what, times in rows:
        direct = f"{p50(times['direct']) / MS:.2f}" if "direct" in times else "–"
        print(f"| {what} | {direct} | {p50(times['ours']) / MS:.2f} | {p50(times['elevenlabs-mcp']) / MS:.1f} |")
    print(f"\nResident after {len(models['ours'])} calls of each: {resident['ours']} kB, {resident['elevenlabs-mcp']} kB.")
    print(f"The list of the {len(both)} tools that both have: {listed['ours']} bytes, {listed['elevenlabs-mcp']} bytes.\n")
    ratio = lambda values: values["ours"] / values["elevenlabs-mcp"]
    added = lambda times: (p50(times["ours"]) - p50(times["direct"])) / (p50(times["elevenlabs-mcp"]) - p50(times["direct"]))
    goals = [
        ("start", p50(starts["ours"]) / p50(starts["elevenlabs-mcp"]), 1 / 50, "×"),
        ("time added to `list_models`", added(models), 1 / 10, "×"),
        ("time added to `text_to_speech`", added(speech), 1 / 10, "×"),
        ("resident", ratio(resident), 1 / 3, "×"),
        ("list of the same tools", ratio(listed), 0.6, "×"),
        ("peak memory that a sound of 10 MB adds, into a file", bench.peak_kb() / 1024, 1, "MB"),
    ]
    print("| figure | at most | reached | |\n|---|--:|--:|---|")
    for what, reached, most, unit in goals:
        print(f"| {what} | {most:.3g} {unit} | {reached:.3g} {unit} | {'met' if reached <= most else '**missed**'} |")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mesh", default=str(BUILT / "mesh"), help="the program that is measured")
    parser.add_argument("--vendor", default=str(ROOT / "target" / "debug" / "fake-elevenlabs"), help="what stands in for ElevenLabs")
    parser.add_argument("--rounds", type=int, default=300, help="calls of each kind to each")
    parser.add_argument("--starts", type=int, default=10, help="starts of each")
    return parser.parse_args()


def versions(mesh):
    said = lambda *command: subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    pinned = next(line.strip() for line in open(ROOT / "tests" / "voice" / "elevenlabs-mcp.txt") if line.startswith("elevenlabs-mcp=="))
    return f"{said(mesh, '--version')}; {pinned}, {said(str(PYTHON), '--version')}; {model}, {os.cpu_count()} cores."


if __name__ == "__main__":
    main()
