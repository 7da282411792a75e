"""The official client: `python client.py URL ORIGIN` has a sentence spoken, and prints the names of the tools and the sound."""

import asyncio
import json
import sys

from mcp import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamablehttp_client


async def main(url, origin):
    connect = sse_client if url.endswith("/sse") else streamablehttp_client
    async with connect(url, headers={"origin": origin}) as (read, write, *_), ClientSession(read, write) as session:
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        result = await session.call_tool("text_to_speech", {"text": "Good morning."})
        if result.isError:
            raise SystemExit(result.content[0].text)
        sounds = [block.resource.blob for block in result.content if block.type == "resource"]
        print(json.dumps({"tools": tools, "sound": sounds[0]}))


asyncio.run(main(*sys.argv[1:]))
