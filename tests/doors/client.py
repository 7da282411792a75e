"""The official Python SDK, of either line: `python client.py PLAN`, with the plan of client.mjs."""

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.parse

import mcp
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared import auth

try:
    import httpx2 as httpx
except ImportError:
    import httpx

CALLBACK = "http://127.0.0.1/callback"


class Storage:
    """Both halves of what a client keeps."""

    tokens = information = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.information

    async def set_client_info(self, information):
        self.information = information


class Browser:
    def __init__(self, program):
        self.program = program
        self.landed = {}

    async def visit(self, address):
        command = ["python3", self.program, address, CALLBACK]
        landed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        self.landed = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(landed).query))

    async def result(self):
        if hasattr(auth, "AuthorizationCodeResult"):
            return auth.AuthorizationCodeResult(**self.landed)
        return self.landed["code"], self.landed.get("state")


def provider(plan):
    if plan["flow"] == "machine":
        return ClientCredentialsOAuthProvider(
            plan["target"], Storage(), "robot", plan["secret"], issuer=plan["issuer"]
        )
    browser = Browser(plan["browser"])
    metadata = auth.OAuthClientMetadata(
        client_name="Python", redirect_uris=[CALLBACK], token_endpoint_auth_method="none"
    )
    return OAuthClientProvider(plan["target"], metadata, Storage(), browser.visit, browser.result)


@contextlib.asynccontextmanager
async def opened(plan):
    async with httpx.AsyncClient(auth=provider(plan), timeout=20) as http:
        transport = streamable_http_client(plan["target"], http_client=http)
        if hasattr(mcp, "Client"):
            async with mcp.Client(transport) as client:
                yield client
            return
        async with transport as (read, write, _), mcp.ClientSession(read, write) as session:
            await session.initialize()
            yield session


async def main(plan):
    async with opened(plan) as client:
        tools = (await client.list_tools()).tools
        called = await client.call_tool(plan["tool"], {})
        is_error = called.model_dump(by_alias=True).get("isError") is True
    print(json.dumps({"tools": [tool.name for tool in tools], "is_error": is_error}))


asyncio.run(main(json.loads(sys.argv[1])))
