"""One session of the second official Python SDK line: `python session_2.py PLAN`; prints what the client saw as JSON."""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client

STEP_SECONDS = 15

OPERATIONS = {
    "tools": lambda client, step: client.list_tools(),
    "call": lambda client, step: client.call_tool(step["name"], step["arguments"]),
    "resources": lambda client, step: client.list_resources(),
    "read": lambda client, step: client.read_resource(step["uri"]),
    "templates": lambda client, step: client.list_resource_templates(),
    "prompts": lambda client, step: client.list_prompts(),
    "prompt": lambda client, step: client.get_prompt(step["name"], step["arguments"]),
    "complete": lambda client, step: client.complete(reference(step["ref"]), step["argument"]),
}


def reference(ref):
    kind = types.ResourceTemplateReference if ref["type"] == "ref/resource" else types.PromptReference
    return kind.model_validate(ref)


def target(plan, errors):
    if plan["transport"] == "stdio":
        command, *args = plan["target"]
        return stdio_client(StdioServerParameters(command=command, args=args), errlog=errors)
    if plan["transport"] == "sse":
        return sse_client(plan["target"])
    return plan["target"]


async def outcome(client, step):
    try:
        value = await asyncio.wait_for(OPERATIONS[step["do"]](client, step), STEP_SECONDS)
        return {"value": plain(value)}
    except Exception as fault:
        return {"error": f"{type(fault).__name__}: {fault}"}


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True) if model is not None else None


async def main(plan):
    mode = "2026-07-28" if plan["mode"] == "pinned" else plan["mode"]
    with open("/dev/null", "w") as errors:
        async with Client(target(plan, errors), mode=mode, read_timeout_seconds=STEP_SECONDS) as client:
            seen = {
                "server": plain(client.server_info),
                "capabilities": plain(client.server_capabilities),
                "version": client.protocol_version,
                "steps": {step["label"]: await outcome(client, step) for step in plan["steps"]},
            }
    seen["closed"] = True
    print(json.dumps(seen))


asyncio.run(main(json.loads(sys.argv[1])))
