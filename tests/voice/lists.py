"""The official client lists a server's tools: address and headers come as JSON, the tools go out as it has understood them."""

import asyncio
import json
import sys

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


async def main(url, headers):
    tools, cursor = [], None
    async with streamablehttp_client(url, headers=headers) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        while True:
            page = await session.list_tools(cursor)
            tools += [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in page.tools]
            if not (cursor := page.nextCursor):
                break
    print(json.dumps(tools))


asyncio.run(main(**json.load(sys.stdin)))
