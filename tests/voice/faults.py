"""What a vendor does wrong, what a folder does wrong, and what may be paid once: over `/tools`, as `curl` asks."""

import concurrent.futures
import json
import os
import struct
import urllib.error
import urllib.request

from served import served
from tally import equal, holds
from vendor import KEY, SOUND

TEXT = "The quarterly numbers are confidential."
CHARGED = "may have been charged"
# What is told, how often the vendor is asked, and whether it may have been paid.
FAULTS = {
    "wrong key": ("refuses the value of `ELEVENLABS_API_KEY`", 1, False),
    "no permission": ("does not have the permission `text_to_speech`", 1, False),
    "no credits": ("not enough credits", 1, False),
    "no plan": ("plan does not allow this", 1, False),
    "no voice": ("there is no such voice", 1, False),
    "fails": ("it failed: 500", 1, True),
    "a plain detail": ("does not take the request", 1, False),
    "fields": ("body.text", 1, False),
    "a page": ("it is no audio", 1, True),
    "nothing": ("it is empty", 1, True),
    "breaks off": ("did not come whole", 1, True),
}


def judge(tally, fake, mesh, folder):
    recordings = folder / "recordings"
    settings = {"ELEVENLABS_API_KEY": KEY, "MESH_ELEVENLABS_URL": f"http://127.0.0.1:{fake.server_port}", "MESH_LIMITS": "off"}
    settings |= {"ELEVENLABS_MCP_BASE_PATH": str(recordings), "MESH_CONFIRM_ABOVE_CREDITS": "100", "HOME": str(folder)}
    command = ["env", *(f"{name}={value}" for name, value in settings.items()), str(mesh), "serve", "--listen", "127.0.0.1:0"]
    with served(command, folder / "faults.log") as address:
        speak = lambda **arguments: post(f"{address}/tools/text_to_speech", {"text": TEXT} | arguments)
        for number, (fault, (told, times, charged)) in enumerate(FAULTS.items()):
            tally.check(f"fault: {fault}", lambda: refused(fake, recordings, lambda: speak(style=number / 100), fault, told, times, charged))
        tally.check("fault: busy, and then well", lambda: patient(fake, speak))
        tally.check("the same twice at once is paid once", lambda: joined(fake, speak))
        tally.check("what may have been charged is not sent again, unless that is asked for", lambda: uncertain(fake, speak))
        tally.check("the same again is answered without the vendor, and `fresh` pays", lambda: replayed(fake, speak))
        tally.check("a folder that leads elsewhere costs nothing", lambda: outside(fake, speak))
        tally.check("a file that leads elsewhere costs nothing", lambda: hidden(fake, address, folder))
        tally.check("too little left costs nothing", lambda: poor(fake, address))
        tally.check("much is spent once somebody has agreed", lambda: agreed(fake, speak))
        tally.check("a large file is sent once somebody has agreed", lambda: large(fake, address, recordings))
        tally.check("more recordings than anybody needs cost nothing", lambda: bulky(fake, address, recordings))
        tally.check("an address with a password in it costs nothing", lambda: secret_url(fake, address))
    text = (folder / "faults.log").read_text()
    tally.check("faults: no text and no key is in the log", lambda: holds(TEXT not in text and KEY not in text and "quarterly" not in text, text))


def post(url, value):
    request = urllib.request.Request(url, json.dumps(value).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())


def paid(fake):
    return [one for one in fake.asked if one["method"] == "POST"]


def files(recordings):
    return sorted(recordings.rglob("*")) if recordings.exists() else []


def refused(fake, recordings, speak, fault, told, times, charged):
    fake.asked.clear()
    fake.faults[:] = [fault] * times
    before = files(recordings)
    status, answer = speak()
    holds(status >= 400, (status, answer))
    holds(told in answer["message"], answer)
    equal(CHARGED in answer["message"], charged)
    holds("quarterly" not in answer["message"], answer)
    equal(len(paid(fake)), times)
    equal(files(recordings), before)


def patient(fake, speak):
    fake.asked.clear()
    fake.faults[:] = ["busy"]
    status, answer = speak(style=0.5)
    equal((status, len(paid(fake))), (200, 2))
    equal(answer["structuredContent"]["cost"]["creditsCharged"], 13)


def joined(fake, speak):
    fake.asked.clear()
    fake.faults[:] = ["waits"]
    fake.waiting.clear()
    fake.go_on.clear()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(speak, style=0.6)
        fake.waiting.wait(30)
        second = pool.submit(speak, style=0.6)
        concurrent.futures.wait([second], timeout=0.5)
        fake.go_on.set()
        answers = [first.result()[1], second.result()[1]]
    equal(len(paid(fake)), 1)
    sounds = [answer["structuredContent"]["sound"]["path"] for answer in answers]
    equal(sounds[0], sounds[1])
    equal([answer["structuredContent"]["replayed"] for answer in answers], [False, True])


def uncertain(fake, speak):
    fake.asked.clear()
    fake.faults[:] = ["breaks off"]
    for _ in range(2):
        status, answer = speak(style=0.65)
        equal((status, CHARGED in answer["message"], len(paid(fake))), (503, True, 1))
    status, answer = speak(style=0.65, fresh=True)
    equal((status, answer["structuredContent"]["replayed"], len(paid(fake))), (200, False, 2))


def replayed(fake, speak):
    fake.asked.clear()
    first, again, fresh = (speak(style=0.7, fresh=fresh)[1]["structuredContent"] for fresh in (False, False, True))
    equal([first["replayed"], again["replayed"], fresh["replayed"]], [False, True, False])
    equal(again["cost"]["creditsCharged"], 0)
    equal(len(paid(fake)), 2)
    holds(first["sound"]["path"] == again["sound"]["path"] != fresh["sound"]["path"], (first, again, fresh))
    equal(open(fresh["sound"]["path"], "rb").read(), SOUND)
    os.remove(fresh["sound"]["path"])
    made = speak(style=0.7)[1]["structuredContent"]
    equal((made["replayed"], open(made["sound"]["path"], "rb").read(), len(paid(fake))), (False, SOUND, 3))


def outside(fake, speak):
    fake.asked.clear()
    for folder in ("..", "/tmp", "a/../../b"):
        status, answer = speak(output_directory=folder)
        equal((status, "within the folder of recordings" in answer["message"]), (400, True))
    equal(paid(fake), [])


def hidden(fake, address, folder):
    fake.asked.clear()
    (folder / "secret.wav").write_bytes(b"RIFF")
    (folder / "recordings" / "link.wav").symlink_to(folder / "secret.wav")
    for path in ("../secret.wav", str(folder / "secret.wav"), "link.wav", "file:///etc/passwd", "missing.wav"):
        status, answer = post(f"{address}/tools/isolate_audio", {"input_file_path": path})
        equal(status, 400)
        holds(answer["message"].count("secret") == 0, answer)
    equal(paid(fake), [])


def poor(fake, address):
    fake.asked.clear()
    fake.instead["/v1/user/subscription"] = {"tier": "free", "status": "free", "character_count": 9990, "character_limit": 10000}
    # What is left is known for a minute: it is asked for anew after a charge of which nobody knows how large it was.
    status, _ = post(f"{address}/tools/create_voice_from_preview", {"generated_voice_id": "a", "voice_name": "b", "voice_description": "c"})
    equal(status, 200)
    fake.asked.clear()
    status, answer = post(f"{address}/tools/text_to_speech", {"text": TEXT, "style": 0.8})
    equal((status, paid(fake)), (503, []))
    holds("has 10 left" in answer["message"] and "nothing was spent" in answer["message"], answer)
    fake.instead.clear()
    post(f"{address}/tools/create_voice_from_preview", {"generated_voice_id": "b", "voice_name": "b", "voice_description": "c"})


def agreed(fake, speak):
    fake.asked.clear()
    long = "word " * 30
    status, answer = speak(text=long)
    equal((status, paid(fake)), (428, []))
    token = answer["message"].split('"confirm": "')[1].split('"')[0]
    equal((speak(text=long, confirm=token)[0], len(paid(fake))), (200, 1))
    equal(speak(text=long + "!", confirm=token)[0] >= 400, True)


def large(fake, address, recordings):
    fake.asked.clear()
    second = 176_400
    head = b"RIFF" + bytes(4) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44_100, second, 4, 16)
    (recordings / "long.wav").write_bytes(head)
    os.truncate(recordings / "long.wav", 120 * second)
    for tool, credits in (("isolate_audio", 2000), ("speech_to_speech", 2000), ("speech_to_text", 140)):
        status, answer = post(f"{address}/tools/{tool}", {"input_file_path": "long.wav"})
        equal((status, f"up to about {credits} credits" in answer["message"]), (428, True))
    equal(paid(fake), [])


def bulky(fake, address, recordings):
    fake.asked.clear()
    for name in ("one.wav", "two.wav"):
        (recordings / name).write_bytes(b"RIFF")
        os.truncate(recordings / name, 40_000_000)
    clone = {"name": "Me", "files": ["one.wav", "two.wav"]}
    status, answer = post(f"{address}/tools/voice_clone", clone)
    equal((status, "more than 64 MiB" in answer["message"], paid(fake)), (400, True, []))


def secret_url(fake, address):
    fake.asked.clear()
    for url in ("http://example.com/a.mp3", "https://me:word@example.com/a.mp3"):
        status, answer = post(f"{address}/tools/speech_to_text", {"source_url": url})
        equal((status, "word@" in answer["message"]), (400, False))
    equal(paid(fake), [])
