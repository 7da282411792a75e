"""A small HTTP client: many connections at once, and the right to leave in the middle."""

import asyncio
import json
from urllib.parse import urlsplit


class Connection:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, address):
        parts = urlsplit(address)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    def send(self, method, path, body=b"", headers=()):
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"content-length: {len(body)}", *headers]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def receive(self):
        """Status, headers and body of the next answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        length = headers.get("content-length")
        body = await self.reader.readexactly(int(length)) if length else await self.chunks(headers)
        return int(head[0].split()[1]), headers, body

    async def chunks(self, headers):
        body = b""
        while headers.get("transfer-encoding") == "chunked":
            size = int(await self.reader.readline(), 16)
            body += (await self.reader.readexactly(size + 2))[:-2]
            if size == 0:
                break
        return body

    async def ask(self, method, path, body=b"", headers=()):
        self.send(method, path, body, headers)
        await self.writer.drain()
        return await self.receive()

    def close(self):
        self.writer.close()


def call(tool, arguments, identifier=1):
    return json.dumps(
        {"jsonrpc": "2.0", "id": identifier, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    ).encode()


JSON = ("content-type: application/json", "accept: application/json", "mcp-protocol-version: 2025-11-25")
