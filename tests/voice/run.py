"""The voice tools beside ElevenLabs' own server (`elevenlabs-mcp` 0.12.2), given the same arguments before the same vendor: what
is asked of the vendor is the same, but for what DIFFERENCES says."""

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import container
import faults
import registration
from session import session
from tally import Tally, equal, holds
from vendor import KEY, PLAN, SOUND, vendor

MESH = ROOT / "target" / "debug" / "mesh"
WORKSPACE = ROOT / "target" / "debug" / "fake-elevenlabs-workspace"
WORKSPACE_KEY = "sk_fake_0123456789_of_elevenlabs"
PYTHON = ROOT / ".tools" / "elevenlabs-mcp" / "bin" / "python"
SAMPLE = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)
TEXT = "The quarterly numbers are confidential."
DESCRIPTION = "An old sailor with a rough and friendly voice."
LONG = "It was a bright cold day in April, and the clocks were striking thirteen, as they always did in that town. Everyone knew."
CRITERION = {"id": "short", "name": "Short", "conversation_goal_prompt": DESCRIPTION, "use_knowledge_base": True}
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(40)
PAGE = b"<p>" + LONG.encode() + b"</p>"

# A third is the name of what differs in this call, beside what does in each of the tool.
CALLS = [
    ("text_to_speech", {"text": TEXT}),
    ("text_to_speech", {"text": TEXT, "voice_id": "voiceone", "stability": 0.3, "similarity_boost": 0.9, "style": 0.1, "speed": 0.8}),
    ("text_to_speech", {"text": TEXT, "voice_name": "One", "language": "hu", "output_format": "pcm_16000"}),
    ("text_to_speech", {"text": TEXT, "use_speaker_boost": False, "model_id": "eleven_v3"}),
    ("speech_to_text", {"input_file_path": "sample.wav"}),
    ("speech_to_text", {"input_file_path": "sample.wav", "diarize": True, "language_code": "eng"}),
    ("text_to_sound_effects", {"text": TEXT}),
    ("text_to_sound_effects", {"text": TEXT, "duration_seconds": 3, "loop": True, "output_format": "mp3_22050_32"}),
    ("speech_to_speech", {"input_file_path": "sample.wav", "voice_name": "One"}),
    ("isolate_audio", {"input_file_path": "sample.wav"}),
    ("search_voices", {"search": "one"}),
    ("search_voices", {"sort": "created_at_unix", "sort_direction": "asc"}),
    ("get_voice", {"voice_id": "voiceone"}),
    ("search_voice_library", {}),
    ("search_voice_library", {"page": 2, "page_size": 5, "search": "news"}),
    ("list_models", {}),
    ("text_to_voice", {"voice_description": DESCRIPTION, "text": LONG}),
    ("create_voice_from_preview", {"generated_voice_id": "preview0", "voice_name": "Sailor", "voice_description": DESCRIPTION}),
    ("voice_clone", {"name": "Me", "files": ["sample.wav"], "description": DESCRIPTION}),
    ("check_subscription", {}),
    ("list_agents", {}),
    ("get_agent", {"agent_id": "agent_one"}),
    ("create_agent", {"name": "Anna", "first_message": "Hello.", "system_prompt": TEXT}),
    (
        "create_agent",
        {"name": "Bea", "first_message": "Hello.", "system_prompt": TEXT, "voice_id": "voiceone", "language": "de", "temperature": 0.2}
        | {"llm": "gpt-4o", "max_tokens": 300, "asr_quality": "low", "model_id": "eleven_flash_v2_5", "optimize_streaming_latency": 1}
        | {"stability": 0.3, "similarity_boost": 0.4, "turn_timeout": 9, "max_duration_seconds": 60, "record_voice": False, "retention_days": 7},
    ),
    ("add_knowledge_base_to_agent", {"agent_id": "agent_one", "knowledge_base_name": "Handbook", "url": "https://example.com/handbook"}),
    ("add_knowledge_base_to_agent", {"agent_id": "agent_one", "knowledge_base_name": "Handbook", "input_file_path": "handbook.html"}),
    ("add_knowledge_base_to_agent", {"agent_id": "agent_one", "knowledge_base_name": "Handbook", "text": LONG}, "a text"),
    ("list_conversations", {}),
    (
        "list_conversations",
        {"agent_id": "agent_one", "cursor": "abc", "call_start_before_unix": 1790000001, "call_start_after_unix": 1, "page_size": 5, "max_length": 2000},
    ),
    ("get_conversation", {"conversation_id": "conv_one"}),
    ("simulate_conversation", {"agent_id": "agent_one", "simulated_user_prompt": TEXT}, "whom"),
    (
        "simulate_conversation",
        {"agent_id": "agent_one", "simulated_user_prompt": TEXT, "first_message": "Hm.", "max_turns": 4, "extra_evaluation_criteria": [CRITERION]},
        "whom",
    ),
    ("list_phone_numbers", {}),
    ("compose_music", {"prompt": DESCRIPTION, "music_length_ms": 5000, "seed": 7}),
    ("compose_music", {"composition_plan": PLAN, "force_instrumental": True}),
    ("compose_music", {"prompt": LONG, "store_for_inpainting": True, "model_id": "music_v1"}, "a song that is kept"),
    ("create_composition_plan", {"prompt": DESCRIPTION}),
    ("create_composition_plan", {"prompt": DESCRIPTION, "music_length_ms": 20000, "source_composition_plan": PLAN, "model_id": "music_v1"}),
    ("video_to_music", {"input_file_paths": ["film.mp4"]}),
    ("video_to_music", {"input_file_paths": ["film.mp4", "film.mp4"], "description": DESCRIPTION, "tags": ["calm", "slow"], "model_id": "music_v1"}),
    ("upload_music_for_inpainting", {"input_file_path": "sample.wav"}),
    ("upload_music_for_inpainting", {"input_file_path": "sample.wav", "extract_composition_plan": "music_v1"}),
]

# By tool: the member, what theirs has, what ours has, and why.
ABSENT, ANY = object(), object()
USUAL = "it is so where nothing is said, and what ElevenLabs changes in it reaches new agents"
SETUP, PLATFORM = ("body", "conversation_config"), ("body", "platform_settings")
END_CALL = {"type": "system", "name": "end_call", "description": "", "params": {"system_tool_type": "end_call"}}
LEFT_TO_ELEVENLABS = [
    SETUP + ("agent", "dynamic_variables"),
    SETUP + ("agent", "prompt", "knowledge_base"),
    *[SETUP + ("asr", name) for name in ("provider", "user_input_audio_format", "keywords")],
    *[SETUP + (name,) for name in ("language_presets", "is_blocked_ivc", "is_blocked_non_ivc")],
    SETUP + ("tts", "agent_output_audio_format"),
    SETUP + ("conversation", "client_events"),
    *[PLATFORM + (name,) for name in ("widget", "evaluation", "auth", "overrides", "call_limits", "data_collection")],
    PLATFORM + ("privacy", "apply_to_existing_conversations"),
]
DIFFERENCES = {
    "search_voices": [(("query", "page_size"), ABSENT, "100", "all voices are found, not those of the first page")],
    "speech_to_text": [(("query", "enable_logging"), "true", ABSENT, "so it is where nothing is said")],
    "text_to_voice": [(("path",), "/v1/text-to-voice/create-previews", "/v1/text-to-voice/design", "theirs is deprecated")],
    "list_agents": [(("query", "page_size"), ABSENT, "100", "all agents are found, not those of the first page")],
    "create_agent": [
        *[(path, ANY, ABSENT, USUAL) for path in LEFT_TO_ELEVENLABS],
        (SETUP + ("agent", "prompt", "tools"), ANY, ABSENT, "tools within a prompt are deprecated"),
        (SETUP + ("agent", "prompt", "built_in_tools"), ABSENT, {"end_call": END_CALL}, "that is where they are now"),
    ],
    "compose_music": [(("query", "output_format"), ABSENT, "mp3_44100_128", "unsaid, `music_v2` has half as much again, and may not fit where it goes")],
    "video_to_music": [(("query", "output_format"), ABSENT, "mp3_44100_128", "its size is known")],
    "a text": [
        (("path",), "/v1/convai/knowledge-base/file", "/v1/convai/knowledge-base/text", "a text is no file"),
        (("body",), ANY, {"text": LONG, "name": "Handbook"}, "a text is no file"),
    ],
    "a song that is kept": [(("path",), "/v1/music/detailed", "/v1/music", "the music goes into its file as it comes, and its id is in the head")],
    "whom": [
        (("body", "simulation_specification", "simulated_user_config", "prompt"), TEXT, {"prompt": TEXT}, "it is an agent's: theirs is refused"),
    ],
}
# Theirs makes the voice, and then says that it failed; and stumbles over a voice that was never trained.
# Theirs makes the document, and fails to give it to the agent.
FAILS_THERE = ("voice_clone", "get_voice", "add_knowledge_base_to_agent")
LEAVES_BEHIND = ("add_knowledge_base_to_agent",)
# What theirs does beside the call itself: it looks a voice up that it has the id of.
LOOK_UPS = ("/v1/voices/", "/v2/voices", "/v1/models", "/v1/user/subscription")


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="voice-") as name, vendor() as fake:
        folder = pathlib.Path(name)
        (folder / "sample.wav").write_bytes(SAMPLE)
        (folder / "handbook.html").write_bytes(PAGE)
        (folder / "film.mp4").write_bytes(FILM)
        address = f"http://127.0.0.1:{fake.server_port}"
        own = {"PATH": os.environ["PATH"], "HOME": name, "ELEVENLABS_API_KEY": KEY, "ELEVENLABS_MCP_BASE_PATH": name}
        ours = [str(MESH), "serve", "--stdio"]
        theirs = [str(PYTHON), str(HERE / "official.py"), address]
        log = folder / "mesh.log"
        settings = {"MESH_ELEVENLABS_URL": address, "MESH_LOG": "trace", "MESH_LIMITS": "off", "MESH_ELEVENLABS_TOOLS": "voice,agents,music"}
        with session(ours, own | settings, log) as mesh, session(theirs, own, folder / "theirs.log") as official:
            tally.check("every argument of theirs is one of ours", lambda: same_arguments(mesh, official))
            for number, (tool, arguments, *differences) in enumerate(CALLS):
                judge(tally, fake, mesh, official, tool, arguments, [tool, *differences], f"{tool} {number}")
        tally.check("no text, name of a file, sound or key is in the log", lambda: silent(log))
        within = own | settings | {"ELEVENLABS_MCP_OUTPUT_MODE": "resources"}
        with session(ours, within, folder / "within.log") as mesh:
            tally.check("within an answer: a sound is there, and can be read again", lambda: embedded(mesh))
        faults.judge(tally, fake, MESH, folder)
        container.judge(tally, address, MESH, PYTHON, folder)
        registration.judge(tally, WORKSPACE, WORKSPACE_KEY, MESH, PYTHON, folder)
    by_their_client(tally)
    tally.close()


def by_their_client(tally):
    """The fake workspace that registrations are tested with, held by ElevenLabs' own client."""
    fake = subprocess.Popen([str(WORKSPACE), "--agent", "agent_1"], stdout=subprocess.PIPE, text=True)
    try:
        address = fake.stdout.readline().strip()
        command = [str(PYTHON), str(HERE / "workspace.py"), address, WORKSPACE_KEY]
        told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    finally:
        fake.kill()
        fake.wait()
    lines = told.stdout.splitlines()
    if not lines:
        tally.fail("workspace: their client runs", told.stderr)
    for at, line in enumerate(lines):
        if line.startswith("ok    "):
            tally.ok(line[6:])
        elif line.startswith("FAIL  "):
            tally.fail(line[6:], "\n".join(lines[at + 1 : at + 4]))


def judge(tally, fake, mesh, official, tool, arguments, differences, name):
    fake.asked.clear()
    answered = official.call(tool, arguments)
    wanted = main_request(fake.asked, tool)
    fake.asked.clear()
    got = mesh.call(tool, arguments | ({"fresh": True} if "input" in str(arguments) or "text" in arguments else {}))
    found = main_request(fake.asked, tool)
    tally.check(f"{name}: it works", lambda: works(got))
    tally.check(f"{name}: the vendor is asked the same", lambda: equal(found, expected(wanted, differences)))
    if tool in FAILS_THERE:
        tally.check(f"{name}: theirs fails, as its users report", lambda: holds(answered.get("isError"), answered))


def works(result):
    holds(not result.get("isError"), result)
    for path in re.findall(r'"path":"([^"]+\.mp3)"', result["content"][0]["text"]):
        equal(pathlib.Path(path).read_bytes(), SOUND)
        holds(TEXT.split()[0].lower() not in path.lower(), path)


def embedded(mesh):
    result = mesh.call("text_to_speech", {"text": TEXT})
    resource = result["content"][1]["resource"]
    equal(base64.b64decode(resource["blob"]), SOUND)
    equal(result["structuredContent"]["sound"], {"uri": resource["uri"], "mediaType": "audio/mpeg", "bytes": len(SOUND)})
    holds(re.fullmatch(r"elevenlabs://[0-9a-f]{24}\.mp3", resource["uri"]), resource["uri"])
    again = mesh.request("resources/read", {"uri": resource["uri"]})
    equal(again["contents"][0]["blob"], resource["blob"])


def main_request(asked, tool):
    """The last that is no look-up, where the tool itself is none."""
    if tool in LEAVES_BEHIND:
        asked = [one for one in asked if one["method"] == "POST"]
    paid = [one for one in asked if not one["path"].startswith(LOOK_UPS) or one["method"] == "POST"]
    if not (paid or asked):
        raise AssertionError(f"`{tool}` asked nothing")
    return (paid or asked)[-1]


def expected(request, differences):
    for path, theirs, ours, _why in [one for name in differences for one in DIFFERENCES.get(name, [])]:
        holder = request
        for step in path[:-1]:
            holder = holder[step]
        if theirs is not ANY:
            equal(holder.get(path[-1], ABSENT), theirs)
        if ours is ABSENT:
            holder.pop(path[-1])
        else:
            holder[path[-1]] = ours
    if isinstance(request["body"], list):
        # Their client writes `null` where nothing is meant.
        request["body"] = [(name, value) for name, value in request["body"] if value != "null"]
    if isinstance(request["body"], dict):
        request["body"] = {name: value for name, value in request["body"].items() if value is not None}
    return request


def same_arguments(mesh, official):
    of = lambda session: {tool["name"]: set(tool["inputSchema"]["properties"]) for tool in session.tools()}
    own, others = of(mesh), of(official)
    missing = {tool: others[tool] - own[tool] for tool in own.keys() & others.keys()}
    equal({tool: names for tool, names in missing.items() if names}, {})
    equal(sorted({tool for tool, *_ in CALLS} - own.keys()), [])


def silent(log):
    text = log.read_bytes()
    holds(b"text_to_speech" in text, "the log has no line of a call")
    for secret in (TEXT, DESCRIPTION, LONG, "sample.wav", "handbook.html", "film.mp4", KEY):
        holds(secret.encode() not in text, f"{secret!r} is in the log")
    holds(SOUND[:64] not in text, "a sound is in the log")


if __name__ == "__main__":
    main()
