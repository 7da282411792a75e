"""A server is registered with the fake workspace, which lists its tools by the official client, as ElevenLabs does."""

import hashlib
import hmac
import json
import os
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request

from tally import equal, holds

HERE = pathlib.Path(__file__).resolve().parent
AGENT = "agent_1"
TOKEN = "not-a-secret-of-the-voice-suite"
SAID = "I will pay with my card."
CALL = {"agent_id": AGENT, "conversation_id": "conv_told", "status": "done", "metadata": {"call_duration_secs": 61}}
EVENT = {"type": "post_call_transcription", "event_timestamp": 1795579277, "data": CALL | {"transcript": [{"role": "user", "message": SAID}]}}


def judge(tally, workspace, key, mesh, python, folder):
    own = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    client = [str(python), str(HERE / "lists.py")]
    fake = subprocess.Popen([workspace, "--agent", AGENT, "--client", *client], stdout=subprocess.PIPE, text=True)
    secrets, log = folder / "secrets.env", folder / "registered.log"
    secrets.write_text(f"ELEVENLABS_API_KEY={key}\n")
    locked = {"PORT": "0", "MESH_BEARER_SHA256": hashlib.sha256(TOKEN.encode()).hexdigest(), "MESH_SECRETS_FILE": str(secrets)}
    server = subprocess.Popen([mesh, "serve"], env=own | locked, stderr=log.open("w"))
    try:
        vendor = fake.stdout.readline().strip()
        address = listening(log)
        command = [mesh, "register", "elevenlabs", "--url", f"{address}/mcp", "--agent", AGENT, "--token-stdin", "--state", folder / "registration.json"]
        env = own | {"ELEVENLABS_API_KEY": key, "MESH_ELEVENLABS_URL": vendor}
        run = lambda *more: subprocess.run([*command, *more], env=env, input=TOKEN, capture_output=True, text=True, timeout=120)
        first = run()
        tally.check("registration: the official client lists what our own list has", lambda: equal((first.returncode, first.stderr), (0, "")))
        tally.check("registration: the agent has the server", lambda: has_server(vendor, key))
        again = run()
        tally.check("registration: again, nothing is to be done", lambda: equal((again.returncode, again.stdout.splitlines()[:1]), (0, ["nothing to do: it is as wished"])))
        registered = run("--post-call-webhook")
        tally.check("webhook: it is registered", lambda: equal((registered.returncode, registered.stderr), (0, "")))
        secret = json.loads((folder / "registration.json").read_text())["webhook"]["secret"]
        secrets.write_text(f"ELEVENLABS_API_KEY={key}\nELEVENLABS_WEBHOOK_SECRET={secret}\n")
        body = json.dumps(EVENT).encode()
        sent = {"believed": signed(body, secret), "another's": signed(body, "wsec_of_nobody_0123456789"), "old": signed(body, secret, 1900), "without": (body, {})}
        answers = {name: told(address, message) for name, message in sent.items()}
        tally.check("webhook: what is signed is taken, and nothing else", lambda: equal(answers, {"believed": 200, "another's": 401, "old": 401, "without": 401}))
        tally.check("webhook: the log has the call, and not what was said", lambda: written_down(log, secret))
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


def listening(log):
    deadline = time.monotonic() + 30
    while not (found := re.search(r"listening on (http://\S+)", log.read_text())):
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text())
        time.sleep(0.05)
    return found.group(1)


def signed(body, secret, age=0):
    seconds = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"ElevenLabs-Signature": f"t={seconds},v0={digest}"}


def told(address, message):
    body, headers = message
    asked = urllib.request.Request(f"{address}/webhooks/elevenlabs", body, headers | {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def written_down(log, secret):
    text = log.read_text()
    line = next(json.loads(line) for line in text.splitlines() if "ElevenLabs tells of a call" in line)
    kept = {name: line.get(name) for name in ("event", "agent", "conversation", "status", "seconds")}
    equal(kept, {"event": "post_call_transcription", "agent": AGENT, "conversation": "conv_told", "status": "done", "seconds": 61})
    holds(SAID not in text and secret not in text, "it has what was said, or the secret")
