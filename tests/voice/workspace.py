"""The fake workspace of `mesh-fakes`, written and read by ElevenLabs' own client: `python workspace.py ADDRESS KEY`. What is sent
comes back, and the client finds in each answer what it looks for."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from elevenlabs import ConvAiWebhooks, McpServerConfigInput, WebhookHmacSettings
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError

from tally import Tally, equal, holds

CONFIG = {
    "url": "https://door.example.com/mcp",
    "name": "mesh",
    "description": "what it is",
    "transport": "STREAMABLE_HTTP",
    "approval_policy": "require_approval_per_tool",
    "request_headers": {"X-One": "1"},
    "request_meta": {"tenant": "a"},
    "pre_tool_speech": "off",
    "force_pre_tool_speech": False,
    "interruption_mode": "disable_during_tool",
    "disable_interruptions": False,
    "tool_call_sound": "typing",
    "tool_call_sound_behavior": "always",
    "execution_mode": "post_tool_speech",
    "response_timeout_secs": 60,
    "disable_compression": True,
}
CHANGES = {
    "approval_policy": "auto_approve_all",
    "request_headers": {"X-Two": "2"},
    "request_meta": {},
    "pre_tool_speech": "force",
    "interruption_mode": "allow",
    "tool_call_sound_behavior": "auto",
    "execution_mode": "immediate",
    "response_timeout_secs": 5,
    "disable_compression": False,
}


def main(address, key):
    tally, api = Tally(), ElevenLabs(api_key=key, base_url=address)
    for name, fact in FACTS.items():
        tally.check(name, lambda: fact(api))
    tally.close()


def secrets(api):
    calls = api.conversational_ai.secrets
    made = calls.create(name="mesh-bearer", value="Bearer a")
    calls.create(name="mesh-bearer-2", value="Bearer b")
    equal([one.name for one in calls.list(search="mesh-bearer").secrets], ["mesh-bearer", "mesh-bearer-2"])
    first = calls.list(page_size=1)
    rest = calls.list(page_size=1, cursor=first.next_cursor)
    equal([first.has_more, rest.secrets[0].name, rest.has_more], [True, "mesh-bearer-2", False])
    equal(calls.update(made.secret_id, name="mesh-bearer", value="Bearer c").secret_id, made.secret_id)
    holds("Bearer" not in calls.list().model_dump_json(), "a value is told")
    for one in calls.list().secrets:
        calls.delete(one.secret_id)
    equal(calls.list().secrets, [])


def servers(api):
    calls = api.conversational_ai.mcp_servers
    least = calls.create(config=McpServerConfigInput(url=CONFIG["url"], name="least")).config
    equal([least.transport, least.approval_policy, least.response_timeout_secs], ["SSE", "require_approval_all", 30])
    made = calls.create(config=McpServerConfigInput(**CONFIG))
    equal(fields(made.config, CONFIG), CONFIG)
    equal(fields(calls.get(made.id).config, CONFIG), CONFIG)
    equal(fields(calls.update(made.id, **CHANGES).config, CHANGES), CHANGES)
    listed = {one.id: one.config.name for one in calls.list().mcp_servers}
    equal(sorted(listed.values()), ["least", "mesh"])
    equal([calls.get(made.id).dependent_agents, calls.get(made.id).access_info.role], [[], "admin"])
    seen = calls.tools.list(made.id)
    holds(not seen.success and seen.error_message, seen)
    for id in listed:
        calls.delete(id)
    equal(calls.list().mcp_servers, [])


def approvals(api):
    calls = api.conversational_ai.mcp_servers
    server = calls.create(config=McpServerConfigInput(**CONFIG))
    given = {"tool_name": "search", "tool_description": "finds", "input_schema": {"type": "object"}, "approval_policy": "auto_approved"}
    (hashed,) = calls.tool_approvals.create(server.id, **given).config.tool_approval_hashes
    equal([hashed.tool_name, hashed.approval_policy, len(hashed.tool_hash)], ["search", "auto_approved", 64])
    equal(calls.tool_approvals.delete(server.id, "search").config.tool_approval_hashes, [])
    calls.delete(server.id)


def agents(api):
    calls, agents = api.conversational_ai.mcp_servers, api.conversational_ai.agents
    server = calls.create(config=McpServerConfigInput(**CONFIG))
    before = agents.get("agent_1").model_dump(exclude_none=True)
    agents.update("agent_1", conversation_config={"agent": {"prompt": {"mcp_server_ids": [server.id]}}})
    after = agents.get("agent_1").model_dump(exclude_none=True)
    equal(after["conversation_config"]["agent"]["prompt"].pop("mcp_server_ids"), [server.id])
    before["conversation_config"]["agent"]["prompt"].pop("mcp_server_ids")
    equal(after, before)
    (user,) = calls.get(server.id).dependent_agents
    equal([user.type, user.id], ["available", "agent_1"])
    agents.update("agent_1", conversation_config={"agent": {"prompt": {"mcp_server_ids": []}}})
    calls.delete(server.id)


def settings(api):
    calls = api.conversational_ai.settings
    equal(calls.get().can_use_mcp_servers, True)
    webhooks = {"post_call_webhook_id": "w", "events": ["transcript", "call_initiation_failure"], "transcript_format": "json"}
    changed = calls.update(webhooks=ConvAiWebhooks(**webhooks))
    equal(fields(changed.webhooks, webhooks), webhooks)
    equal(fields(calls.get().webhooks, webhooks), webhooks)


def webhooks(api):
    calls = api.webhooks
    url = "https://door.example.com/webhooks/elevenlabs"
    made = calls.create(settings=WebhookHmacSettings(name="mesh", webhook_url=url))
    holds(made.webhook_secret, "no secret is shown")
    (row,) = calls.list().webhooks
    equal([row.webhook_id, row.name, row.webhook_url, row.auth_type], [made.webhook_id, "mesh", url, "hmac"])
    holds(made.webhook_secret not in row.model_dump_json(), "the secret is shown twice")
    calls.update(made.webhook_id, is_disabled=True, name="mesh", retry_enabled=True)
    equal([one.is_disabled for one in calls.list().webhooks], [True])
    calls.delete(made.webhook_id)
    equal(calls.list().webhooks, [])


def refusals(api):
    for call, status in [
        (lambda: api.conversational_ai.mcp_servers.get("none"), 404),
        (lambda: api.conversational_ai.agents.get("none"), 404),
        (lambda: api.conversational_ai.mcp_servers.create(config=McpServerConfigInput(url="http://door.example.com", name="a")), 422),
    ]:
        try:
            call()
        except ApiError as refusal:
            equal([refusal.status_code, "detail" in refusal.body], [status, True])
        else:
            raise AssertionError(f"no {status}")


def fields(model, wanted):
    told = model.model_dump()
    return {name: told[name] for name in wanted}


FACTS = {
    "workspace: secrets are found by how they begin, page by page, and told without their values": secrets,
    "workspace: a server has every field that was sent, and the real defaults for those that were not": servers,
    "workspace: approvals are kept by digest": approvals,
    "workspace: of an agent only what is sent is changed": agents,
    "workspace: settings": settings,
    "workspace: a webhook's secret is shown once": webhooks,
    "workspace: refusals are of the client's own types": refusals,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
