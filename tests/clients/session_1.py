"""One session of the first official Python SDK line: `python session_1.py PLAN`; prints what the client saw as JSON."""

import asyncio
import contextlib
import json
import sys
from datetime import timedelta

from mcp import ClientSession, StdioServerParameters, stdio_client, types
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from pydantic import AnyUrl

STEP_SECONDS = 15

OPERATIONS = {
    "tools": lambda session, step: session.list_tools(),
    "call": lambda session, step: session.call_tool(step["name"], step["arguments"]),
    "resources": lambda session, step: session.list_resources(),
    "read": lambda session, step: session.read_resource(AnyUrl(step["uri"])),
    "templates": lambda session, step: session.list_resource_templates(),
    "prompts": lambda session, step: session.list_prompts(),
    "prompt": lambda session, step: session.get_prompt(step["name"], step["arguments"]),
    "complete": lambda session, step: session.complete(reference(step["ref"]), step["argument"]),
}


def reference(ref):
    kind = types.ResourceTemplateReference if ref["type"] == "ref/resource" else types.PromptReference
    return kind.model_validate(ref)


def streams(plan, errors):
    if plan["transport"] == "stdio":
        command, *args = plan["target"]
        return stdio_client(StdioServerParameters(command=command, args=args), errlog=errors)
    if plan["transport"] == "sse":
        return sse_client(plan["target"])
    return streamable_http_client(plan["target"])


async def outcome(session, step):
    try:
        value = await asyncio.wait_for(OPERATIONS[step["do"]](session, step), STEP_SECONDS)
        return {"value": plain(value)}
    except Exception as fault:
        return {"error": f"{type(fault).__name__}: {fault}"}


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def main(plan):
    async with contextlib.AsyncExitStack() as stack:
        errors = stack.enter_context(open("/dev/null", "w"))
        read, write, *_ = await stack.enter_async_context(streams(plan, errors))
        limit = timedelta(seconds=STEP_SECONDS)
        session = await stack.enter_async_context(ClientSession(read, write, read_timeout_seconds=limit))
        opened = await session.initialize()
        seen = {
            "server": plain(opened.serverInfo),
            "capabilities": plain(opened.capabilities),
            "version": opened.protocolVersion,
            "steps": {step["label"]: await outcome(session, step) for step in plan["steps"]},
        }
    seen["closed"] = True
    print(json.dumps(seen))


asyncio.run(main(json.loads(sys.argv[1])))
