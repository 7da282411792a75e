"""A server is registered with the fake workspace, which lists its tools by the official client, as ElevenLabs does."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import urllib.request

from tally import equal, holds

HERE = pathlib.Path(__file__).resolve().parent
AGENT = "agent_1"
TOKEN = "not-a-secret-of-the-voice-suite"


def judge(tally, workspace, key, mesh, python, folder):
    own = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    client = [str(python), str(HERE / "lists.py")]
    fake = subprocess.Popen([workspace, "--agent", AGENT, "--client", *client], stdout=subprocess.PIPE, text=True)
    locked = {"PORT": "0", "MESH_BEARER_SHA256": hashlib.sha256(TOKEN.encode()).hexdigest()}
    server = subprocess.Popen([mesh, "serve"], env=own | locked, stderr=subprocess.PIPE, text=True)
    try:
        vendor = fake.stdout.readline().strip()
        address = next(found.group(1) for line in server.stderr if (found := re.search(r"listening on (http://\S+)", line)))
        command = [mesh, "register", "elevenlabs", "--url", f"{address}/mcp", "--agent", AGENT, "--token-stdin", "--state", folder / "registration.json"]
        env = own | {"ELEVENLABS_API_KEY": key, "MESH_ELEVENLABS_URL": vendor}
        run = lambda *more: subprocess.run([*command, *more], env=env, input=TOKEN, capture_output=True, text=True, timeout=120)
        first = run()
        tally.check("registration: the official client lists what our own list has", lambda: equal((first.returncode, first.stderr), (0, "")))
        tally.check("registration: the agent has the server", lambda: has_server(vendor, key))
        again = run()
        tally.check("registration: again, nothing is to be done", lambda: equal((again.returncode, again.stdout.splitlines()[:1]), (0, ["nothing to do: it is as wished"])))
    finally:
        for process in (fake, server):
            process.kill()
            process.wait()


def has_server(vendor, key):
    asked = urllib.request.Request(f"{vendor}/v1/convai/agents/{AGENT}", headers={"xi-api-key": key})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        agent = json.load(answer)
    servers = agent["conversation_config"]["agent"]["prompt"]["mcp_server_ids"]
    holds(len(servers) == 1, servers)
