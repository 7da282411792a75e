"""The environment that containers of ElevenLabs' own server are started with, unchanged, and the official client over both transports."""

import base64
import json
import os
import pathlib
import re
import subprocess

from tally import equal, holds
from vendor import KEY, SOUND

HERE = pathlib.Path(__file__).resolve().parent
ORIGIN = "https://app.example.com"
CONTAINER = {"PORT": "0", "ELEVENLABS_API_KEY": KEY, "ELEVENLABS_MCP_OUTPUT_MODE": "resources", "ELEVENLABS_API_RESIDENCY": "us", "ALLOWED_ORIGINS": ORIGIN}


def judge(tally, vendor, mesh, python, folder):
    own = {"PATH": os.environ["PATH"], "HOME": str(folder)} | CONTAINER
    refused = subprocess.run([mesh, "serve"], env=own | {"HOST": "0.0.0.0"}, capture_output=True, text=True, timeout=30)
    tally.check("container: where others reach it, it starts with a token only", lambda: equal((refused.returncode, "MESH_BEARER_SHA256" in refused.stderr), (64, True)))
    env = own | {"HOST": "127.0.0.1", "MESH_ELEVENLABS_URL": vendor}
    server = subprocess.Popen([mesh, "serve"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        address = next(found.group(1) for line in server.stderr if (found := re.search(r"listening on (http://\S+)", line)))
        for transport, path in [("Streamable HTTP", "/mcp"), ("HTTP+SSE", "/sse")]:
            command = [str(python), str(HERE / "client.py"), address + path, ORIGIN]
            told = subprocess.run(command, capture_output=True, text=True, timeout=60)
            tally.check(f"container: it speaks over {transport}", lambda: spoken(told))
    finally:
        server.kill()
        server.wait()


def spoken(told):
    holds(told.returncode == 0, told.stderr)
    heard = json.loads(told.stdout)
    holds({"text_to_speech", "speech_to_text", "list_models"} <= set(heard["tools"]), heard["tools"])
    equal(base64.b64decode(heard["sound"]), SOUND)
