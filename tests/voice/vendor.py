"""What stands in for ElevenLabs: it answers as that does, and remembers what it was asked, part by part."""

import base64
import contextlib
import email.parser
import email.policy
import http.server
import json
import threading
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_fake_0123456789abcdef0123456789abcdef"
SOUND = b"ID3\x04" + bytes(range(256)) * 16
VOICE = {"voice_id": "voiceone", "name": "One", "category": "premade", "labels": {}, "available_for_tiers": [], "fine_tuning": None}
MODEL = {"model_id": "eleven_multilingual_v2", "name": "Multilingual", "languages": [{"language_id": "en", "name": "English"}]}
MODEL |= {"model_rates": {"character_cost_multiplier": 1.0, "cost_discount_multiplier": 1.0}}
SHARED = {"public_owner_id": "o", "voice_id": "shared", "date_unix": 1, "name": "Shared", "accent": "x", "gender": "f", "age": "young"}
SHARED |= {"descriptive": "calm", "use_case": "news", "category": "high_quality", "language": "en", "usage_character_count_1y": 1}
SHARED |= {"usage_character_count_7d": 1, "play_api_usage_character_count_1y": 1, "cloned_by_count": 1, "free_users_allowed": True}
SHARED |= {"live_moderation_enabled": False, "featured": False}
SUBSCRIPTION = {"tier": "creator", "character_count": 1000, "character_limit": 100000, "can_extend_character_limit": False}
SUBSCRIPTION |= {"allowed_to_extend_character_limit": False, "voice_slots_used": 1, "professional_voice_slots_used": 0, "voice_limit": 30}
SUBSCRIPTION |= {"voice_add_edit_counter": 0, "professional_voice_limit": 1, "can_extend_voice_limit": False, "status": "active"}
SUBSCRIPTION |= {"can_use_instant_voice_cloning": True, "can_use_professional_voice_cloning": True, "open_invoices": []}
SUBSCRIPTION |= {"has_open_invoices": False, "max_credit_limit_extension": 0}
PREVIEW = {"audio_base_64": base64.b64encode(SOUND).decode(), "media_type": "audio/mpeg", "duration_secs": 1.0, "language": "en"}
WORDS = [
    {"text": "Good", "type": "word", "start": 0.0, "end": 0.4, "speaker_id": "speaker_0", "logprob": 0},
    {"text": " ", "type": "spacing", "start": 0.4, "end": 0.5, "speaker_id": "speaker_0", "logprob": 0},
    {"text": "morning.", "type": "word", "start": 0.5, "end": 1.0, "speaker_id": "speaker_0", "logprob": 0},
]
TRANSCRIPT = {"language_code": "eng", "language_probability": 0.99, "text": "Good morning.", "words": WORDS}
AGENT = {"agent_id": "agent_one", "name": "Anna", "metadata": {"created_at_unix_secs": 1790000000, "updated_at_unix_secs": 1790000000}}
HELD = {"type": "text", "id": "doc_old", "name": "Hours", "usage_mode": "auto"}
AGENT |= {"conversation_config": {"agent": {"first_message": "Hello.", "language": "en", "prompt": {"prompt": "Be brief.", "knowledge_base": [HELD]}}, "tts": {"voice_id": "voiceone"}}}
ACCESS = {"is_creator": True, "creator_name": "A", "creator_email": "a@example.com", "role": "admin"}
AGENTS = [{"agent_id": "agent_one", "name": "Anna", "voice_id": "voiceone", "tags": [], "created_at_unix_secs": 1790000000, "updated_at_unix_secs": 1790000000, "access_info": ACCESS}]
TURNS = [{"role": "agent", "message": "Hello.", "time_in_call_secs": 0}, {"role": "user", "message": "When do you open?", "time_in_call_secs": 3}]
ANALYSIS = {"call_successful": "success", "transcript_summary": "They talked.", "evaluation_criteria_results": {"short": {"criteria_id": "short", "result": "success", "rationale": "It was."}}}
SUMMARY = {"agent_id": "agent_one", "agent_name": "Anna", "conversation_id": "conv_one", "start_time_unix_secs": 1790000000, "call_duration_secs": 10}
SUMMARY |= {"message_count": 2, "status": "done", "call_successful": "success"}
CONVERSATION = {"agent_id": "agent_one", "status": "done", "conversation_id": "conv_one", "transcript": TURNS, "analysis": ANALYSIS}
CONVERSATION |= {"metadata": {"start_time_unix_secs": 1790000000, "call_duration_secs": 10}, "has_audio": False, "has_user_audio": False, "has_response_audio": False}
NUMBER = {"phone_number_id": "number_one", "phone_number": "+15550100", "label": "Desk", "provider": "twilio", "supports_inbound": True, "supports_outbound": True}
NUMBER |= {"assigned_agent": {"agent_id": "agent_one", "agent_name": "Anna"}}
PLAN = {"chunks": [{"text": "Calm.", "duration_ms": 5000, "positive_styles": ["calm"], "negative_styles": [], "context_adherence": "medium"}]}

JSON = {
    ("GET", "/v1/models"): [MODEL],
    ("GET", "/v1/user/subscription"): SUBSCRIPTION,
    ("GET", "/v2/voices"): {"voices": [VOICE], "has_more": False, "total_count": 1, "next_page_token": None},
    ("GET", "/v1/voices/voiceone"): VOICE,
    ("GET", "/v1/shared-voices"): {"voices": [SHARED], "has_more": False},
    ("POST", "/v1/voices/add"): {"voice_id": "cloned", "requires_verification": False},
    ("POST", "/v1/text-to-voice"): VOICE,
    ("POST", "/v1/text-to-voice/design"): {"previews": [PREVIEW | {"generated_voice_id": f"preview{n}"} for n in range(3)], "text": "x"},
    ("POST", "/v1/text-to-voice/create-previews"): {"previews": [PREVIEW | {"generated_voice_id": f"preview{n}"} for n in range(3)], "text": "x"},
    ("POST", "/v1/speech-to-text"): TRANSCRIPT,
    ("GET", "/v1/convai/agents"): {"agents": AGENTS, "has_more": False, "next_cursor": None},
    ("GET", "/v1/convai/agents/agent_one"): AGENT,
    ("PATCH", "/v1/convai/agents/agent_one"): AGENT,
    ("POST", "/v1/convai/agents/create"): {"agent_id": "agent_two"},
    ("POST", "/v1/convai/agents/agent_one/simulate-conversation"): {"simulated_conversation": TURNS, "analysis": ANALYSIS},
    ("POST", "/v1/convai/knowledge-base/url"): {"id": "doc_url", "name": "Handbook"},
    ("POST", "/v1/convai/knowledge-base/file"): {"id": "doc_file", "name": "Handbook"},
    ("POST", "/v1/convai/knowledge-base/text"): {"id": "doc_text", "name": "Handbook"},
    ("GET", "/v1/convai/conversations"): {"conversations": [SUMMARY], "has_more": False, "next_cursor": None},
    ("GET", "/v1/convai/conversations/conv_one"): CONVERSATION,
    ("GET", "/v1/convai/phone-numbers"): [NUMBER],
    ("POST", "/v1/music/plan"): PLAN,
    ("POST", "/v1/music/upload"): {"song_id": "song_one", "composition_plan": PLAN},
}
SOUNDS = ("/v1/text-to-speech/", "/v1/sound-generation", "/v1/speech-to-speech/", "/v1/voice-changer/", "/v1/audio-isolation", "/v1/music")


def refusal(status, name, message):
    return status, json.dumps({"detail": {"status": name, "message": message}}).encode(), "application/json"


STATUSES = {
    "wrong key": refusal(401, "invalid_api_key", "Invalid API key"),
    "no permission": refusal(401, "missing_permissions", "The API key you used is missing the permission text_to_speech to execute this operation."),
    "no credits": refusal(401, "quota_exceeded", "This request exceeds your quota."),
    "no plan": refusal(403, "only_for_creator+", "Upgrade."),
    "no voice": refusal(404, "voice_not_found", "A voice was not found."),
    "busy": refusal(429, "system_busy", "Try again."),
    "fails": (500, b"oops", "text/plain"),
    "a plain detail": (400, b'{"detail":"The quarterly numbers are wrong"}', "application/json"),
    "fields": (422, b'{"detail":[{"loc":["body","text"],"msg":"too long","type":"value_error"}]}', "application/json"),
}
KINDS = {"a page": (b"<html>Good morning</html>", "text/html"), "nothing": (b"", "audio/mpeg")}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def do_PATCH(self):
        self.serve()

    def serve(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = urlsplit(self.path)
        asked = {"method": self.command, "path": parts.path, "query": dict(parse_qsl(parts.query))}
        self.server.asked.append(asked | {"body": read(self.headers.get("content-type", ""), body)})
        if self.headers.get("xi-api-key") != KEY:
            return self.answer(401, b'{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}', "application/json")
        if self.command == "PATCH":
            # What it is changed to stays until it is forgotten with `instead`.
            self.server.instead[parts.path] = merged(JSON[self.command, parts.path], json.loads(body))
        known = self.server.instead.get(parts.path) or JSON.get((self.command, parts.path))
        if known is None and parts.path.startswith(SOUNDS):
            return self.sound()
        if known is None:
            return self.answer(404, b'{"detail":"Not Found"}', "application/json")
        self.answer(200, json.dumps(known).encode(), "application/json")

    def sound(self):
        """As a fault has it, where there is one; of those that are counted, so often."""
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault in STATUSES:
            return self.answer(*STATUSES[fault])
        if fault == "waits":
            self.server.waiting.set()
            self.server.go_on.wait(60)
        if fault in KINDS:
            return self.answer(200, *KINDS[fault])
        if fault == "breaks off":
            self.send_response(200)
            self.send_header("content-type", "audio/mpeg")
            self.send_header("content-length", str(2 * len(SOUND)))
            self.end_headers()
            self.wfile.write(SOUND)
            self.close_connection = True
            return None
        return self.answer(200, SOUND, "audio/mpeg", {"character-cost": "13"})

    def answer(self, status, body, media_type, headers={}):
        self.send_response(status)
        for name, value in {"content-type": media_type, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def merged(held, sent):
    """Objects are merged, everything else is replaced."""
    if not (isinstance(held, dict) and isinstance(sent, dict)):
        return sent
    return held | {name: merged(held.get(name), value) for name, value in sent.items()}


def read(media_type, body):
    """JSON as it means, a form as its fields and files."""
    if media_type.startswith("application/json"):
        return json.loads(body)
    if not media_type.startswith("multipart/form-data"):
        return body.decode("latin-1")
    whole = f"content-type: {media_type}\r\n\r\n".encode() + body
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    fields = []
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        fields.append((name, content if part.get_filename() else content.decode()))
    return sorted(fields, key=lambda field: field[0])


@contextlib.contextmanager
def vendor():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.faults, server.instead = [], [], {}
    server.waiting, server.go_on = threading.Event(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
