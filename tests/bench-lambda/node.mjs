// The official Node SDK as a function: its low-level server, stateless, JSON answers, one server and transport a request.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import tools from "./tools.json" with { type: "json" };

export async function handler(event) {
  const server = new Server({ name: "node", version: "0.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => call(params));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  const answer = await transport.handleRequest(request(event));
  const body = await answer.text();
  await server.close();
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body };
}

function request({ rawPath, headers, body, isBase64Encoded, requestContext }) {
  const url = `https://${requestContext.domainName}${rawPath}`;
  const { method } = requestContext.http;
  return new Request(url, { method, headers, body: isBase64Encoded ? Buffer.from(body, "base64") : body });
}

function call({ name, arguments: options }) {
  if (name !== "get_system_health") throw new Error(`no tool ${name} here`);
  const health = {
    status: "healthy",
    version: "0.0.0",
    metrics: options?.includeMetrics ?? true,
    diagnostics: options?.includeDiagnostics ?? false,
  };
  return { content: [{ type: "text", text: JSON.stringify(health) }], structuredContent: health };
}
