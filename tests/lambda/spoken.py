"""Sounds that the function keeps in a bucket, as moto plays it, beside an ElevenLabs that counts credits. moto does not check
signatures: an address is compared with the one that botocore signs for the same key, time and credentials."""

import base64
import contextlib
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import boto3
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from function import REGION, ROOT, behind_url
from served import served
from tally import equal, holds
from wire import Wire

MESH = ROOT / "target" / "debug" / "mesh"
FAKE = ROOT / "target" / "debug" / "fake-elevenlabs"
BUCKET = "mesh-sounds"
TEXT = "The quarterly numbers are confidential."
KEY = "sk_of_the_tests_0123456789"
OWN = ("AKIAEXAMPLEOFTESTS00", "the-secret-key-of-the-tests", "the-token/of+the=tests")


def judge(tally, bootstrap, folder):
    with served([str(ROOT / "scripts" / "moto")], folder / "sounds.log") as aws, elevenlabs() as vendor:
        studio = Studio(aws, vendor, bootstrap, folder / "spoken.log")
        for fact in FACTS:
            tally.check(f"sounds: {fact.__doc__}", lambda: fact(studio))


@contextlib.contextmanager
def elevenlabs():
    fake = subprocess.Popen([str(FAKE), "--key", KEY], stdout=subprocess.PIPE, text=True)
    try:
        yield fake.stdout.readline().strip()
    finally:
        fake.kill()
        fake.wait()


class Studio:
    def __init__(self, aws, vendor, bootstrap, log):
        self.address = aws
        self.vendor = vendor
        self.bootstrap = bootstrap
        self.log = log
        self.told = []
        self.s3 = boto3.Session("test", "test", region_name=REGION).client("s3", endpoint_url=aws)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        ssm = boto3.Session("test", "test", region_name=REGION).client("ssm", endpoint_url=aws)
        ssm.put_parameter(Name="/mcp-server/elevenlabs-api-key", Value=KEY, Type="SecureString")

    @contextlib.contextmanager
    def function(self, **variables):
        """Another one each time, that knows nothing of those before it."""
        own = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), OWN))
        own |= {"AWS_ENDPOINT_URL": self.address, "MESH_ELEVENLABS_URL": self.vendor, "MESH_AUDIO_BUCKET": BUCKET}
        own |= {"MESH_SECRETS": "ssm", "MESH_LIMITS": "off", "MESH_LOG": "trace"}
        with behind_url(self.bootstrap, self.new_log(), **own | variables) as url:
            yield Wire(url)

    def new_log(self):
        self.told.append(self.log.with_suffix(f".{len(self.told)}.log"))
        return self.told[-1]

    @contextlib.contextmanager
    def server(self, **variables):
        """`mesh serve` over the same bucket, and how much memory it has had at most, in kB."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.log.parent), "ELEVENLABS_MCP_BASE_PATH": str(self.log.parent / "recordings")}
        own |= dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), OWN)) | {"AWS_REGION": REGION}
        own |= {"AWS_ENDPOINT_URL": self.address, "MESH_ELEVENLABS_URL": self.vendor, "MESH_AUDIO_BUCKET": BUCKET}
        own |= {"ELEVENLABS_API_KEY": KEY, "MESH_LIMITS": "off", "MESH_LOG": "trace"} | variables
        number = self.log.with_suffix(".pid")
        numbered = ["sh", "-c", 'echo $$ > "$0"; exec "$@"', str(number), "env", "-i", *(f"{name}={value}" for name, value in own.items())]
        with served([*numbered, str(MESH), "serve", "--listen", "127.0.0.1:0"], self.new_log()) as address:
            yield Wire(address), lambda: peak_of(int(number.read_text()))

    def speak(self, wire, **arguments):
        answer = wire.post("/tools/text_to_speech", {"text": TEXT} | arguments)
        holds(answer.status == 200, answer)
        return answer.json()

    def paid(self):
        with urllib.request.urlopen(f"{self.vendor}/fake/requests", timeout=10) as answer:
            return len([one for one in json.loads(answer.read()) if one["method"] == "POST"])

    def next(self, behaviour):
        plan = json.dumps({"operation": "text_to_speech", "behaviour": behaviour}).encode()
        request = urllib.request.Request(f"{self.vendor}/fake/next", plan, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            equal(answer.status, 204)

    def keys(self):
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def peak_of(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def fetched(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["content-type"], answer.read()


def linked(studio):
    """a sound is in the bucket, and its address in the answer"""
    with studio.function() as wire:
        spoken = studio.speak(wire, style=0.1)
    link, sound = spoken["content"][1], spoken["structuredContent"]["sound"]
    equal(link["type"], "resource_link")
    equal((link["uri"], link["mimeType"], link["size"]), (sound["url"], "audio/mpeg", sound["bytes"]))
    media_type, content = fetched(link["uri"])
    equal((media_type, content[:3], len(content)), ("audio/mpeg", b"ID3", sound["bytes"]))
    holds(re.fullmatch(r"elevenlabs://[0-9a-f]{24}\.mp3", sound["uri"]), sound["uri"])
    holds(all(re.fullmatch(r"(sounds/[0-9a-f]{64}\.mp3|answers/[0-9a-f]{64})", key) for key in studio.keys()), studio.keys())


def signed(studio):
    """the address is the one that botocore signs for the same key, time and credentials"""
    with studio.function() as wire:
        url = studio.speak(wire, style=0.2)["structuredContent"]["sound"]["url"]
    plain, query = url.split("?")
    given = parse_qs(query)
    equal(given["X-Amz-Expires"], ["900"])
    at = datetime.datetime.strptime(given["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ")
    request = AWSRequest("GET", plain)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: at):
        botocore.auth.S3SigV4QueryAuth(Credentials(*OWN), "s3", REGION, expires=900).add_auth(request)
    equal(given, parse_qs(urlsplit(request.url).query))


def in_every_revision(studio):
    """who speaks a revision without links reads the address as a text"""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "text_to_speech", "arguments": {"text": TEXT, "style": 0.3}}}
    accepted = {"Accept": "application/json, text/event-stream"}
    with studio.function() as wire:
        for revision, kind in {None: "text", "2025-03-26": "text", "2025-06-18": "resource_link", "2025-11-25": "resource_link"}.items():
            headers = accepted | ({"MCP-Protocol-Version": revision} if revision else {})
            block = wire.post("/rpc", body, headers).json()["result"]["content"][1]
            equal(block["type"], kind)
            holds("X-Amz-Signature=" in block["uri" if kind == "resource_link" else "text"], block)


def found_again(studio):
    """another environment has the answer to the same call, and the sound; nothing is paid"""
    before = studio.paid()
    with studio.function() as wire:
        first = studio.speak(wire, style=0.4)["structuredContent"]
    with studio.function() as wire:
        again = studio.speak(wire, style=0.4)["structuredContent"]
        read = wire.post("/rpc", {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": first["sound"]["uri"]}})
    equal((first["replayed"], again["replayed"], again["cost"]["creditsCharged"]), (False, True, 0))
    equal(studio.paid() - before, 1)
    equal(again["sound"]["uri"], first["sound"]["uri"])
    _, content = fetched(again["sound"]["url"])
    equal(base64.b64decode(read.json()["result"]["contents"][0]["blob"]), content)


def too_large(studio):
    """what turns out larger than an answer goes to the bucket, also where sounds are within answers"""
    with studio.function(ELEVENLABS_MCP_OUTPUT_MODE="resources") as wire:
        equal(studio.speak(wire, style=0.5)["content"][1]["type"], "resource")
        studio.next({"huge": {"bytes": 10_000_000}})
        link = studio.speak(wire, style=0.6)["content"][1]
    equal((link["type"], link["size"], len(fetched(link["uri"])[1])), ("resource_link", 10_000_000, 10_000_000))


def streamed(studio):
    """a sound of 10 MB is never in memory, neither on its way to the bucket nor to a file"""
    if sys.platform != "linux":
        return
    for mode in ("link", "files"):
        with studio.server(ELEVENLABS_MCP_OUTPUT_MODE=mode) as (wire, peak):
            for number in range(3):
                studio.speak(wire, style=number / 10, fresh=True)
            before = peak()
            studio.next({"huge": {"bytes": 10_000_000}})
            equal(studio.speak(wire, style=0.8)["structuredContent"]["sound"]["bytes"], 10_000_000)
            # It is about 1 MB; a part of what is sent is with the kernel, and how much is by chance.
            holds(peak() - before < 2_000, f"`{mode}` raised the peak from {before} to {peak()} kB")


def without_a_bucket(studio):
    """a bucket that is not there costs nothing"""
    before = studio.paid()
    with studio.function(MESH_AUDIO_BUCKET="mesh-elsewhere") as wire:
        answer = wire.post("/tools/text_to_speech", {"text": TEXT, "style": 0.7})
    told = "the bucket of sounds (`MESH_AUDIO_BUCKET`) cannot be used: there is no such bucket; nothing was spent"
    equal((answer.status, answer.json()["message"], studio.paid() - before), (503, told, 0))


def misconfigured(studio):
    """links without a bucket are a fault of the settings, which every caller is told of"""
    with studio.function(MESH_AUDIO_BUCKET="", ELEVENLABS_MCP_OUTPUT_MODE="link") as wire:
        equal(wire.post("/tools/text_to_speech", {"text": TEXT}).status, 503)
    holds("can be `link` only where `MESH_AUDIO_BUCKET` names a bucket" in studio.told[-1].read_text(), "the log does not say why")


def unseen(studio):
    """no address, key of an object, text or secret is in a log"""
    text = "".join(log.read_text() for log in studio.told)
    holds("text_to_speech" in text, "the log has no line of a call")
    told = [key.split("/")[1][:64] for key in studio.keys()]
    for secret in ("X-Amz-", "elevenlabs://", TEXT, KEY, *OWN, *told):
        holds(secret not in text, f"{secret!r} is in the log")


FACTS = [linked, signed, in_every_revision, found_again, too_large, streamed, without_a_bucket, misconfigured, unseen]
