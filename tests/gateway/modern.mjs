// A server that speaks 2026-07-28 alone: `node modern.mjs` over stdio, `node modern.mjs http` on a free port of loopback.
import { createServer } from 'node:http';

import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

function server() {
  const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities: { tools: {} } });
  const sum = { a: z.number(), b: z.number() };
  server.registerTool(
    'add',
    { title: 'Add', description: 'Adds.', inputSchema: z.object(sum), outputSchema: z.object({ sum: z.number() }) },
    async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }], structuredContent: { sum: a + b } }),
  );
  server.registerTool('fail', { description: 'Fails.', inputSchema: z.object({}) }, async () => ({
    content: [{ type: 'text', text: 'it failed' }],
    isError: true,
    _meta: { 'example.com/why': 'always' },
  }));
  return server;
}

if (process.argv[2] === 'http') {
  const handler = createMcpHandler(server, { legacy: 'reject' });
  const listener = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = pieces.length ? Buffer.concat(pieces) : undefined;
    const url = `http://${request.headers.host}${request.url}`;
    const answer = await handler.fetch(new Request(url, { method: request.method, headers: request.headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  listener.listen(0, '127.0.0.1', () => console.error(`listening on http://127.0.0.1:${listener.address().port}`));
} else {
  serveStdio(server, { legacy: 'reject' });
}
