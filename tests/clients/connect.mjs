// The official TypeScript SDKs, old and new, brought to one shape: a connected client and the revision it settled on.

const INFO = { name: 'aoma-mesh-client-tests', version: '1.0.0' };

export async function connect(plan) {
  return plan.sdk === '2.4' ? connectSecond(plan) : connectFirst(plan);
}

async function connectFirst(plan) {
  const at = (file) => import(`sdk-${plan.sdk}/client/${file}.js`);
  const { Client } = await at('index');
  const transport = await firstTransport(plan, at);
  const version = watchVersion(transport);
  const client = new Client(INFO, { capabilities: {} });
  await client.connect(transport);
  return { client, version };
}

async function firstTransport(plan, at) {
  if (plan.transport === 'stdio') {
    const { StdioClientTransport } = await at('stdio');
    return new StdioClientTransport(child(plan));
  }
  if (plan.transport === 'sse') {
    const { SSEClientTransport } = await at('sse');
    return new SSEClientTransport(new URL(plan.target));
  }
  const { StreamableHTTPClientTransport } = await at('streamableHttp');
  return new StreamableHTTPClientTransport(new URL(plan.target));
}

async function connectSecond(plan) {
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const mode = plan.mode === 'pinned' ? { pin: '2026-07-28' } : plan.mode;
  const client = new Client(INFO, { versionNegotiation: { mode } });
  const transport =
    plan.transport === 'stdio'
      ? new StdioClientTransport(child(plan))
      : new StreamableHTTPClientTransport(new URL(plan.target));
  await client.connect(transport);
  return { client, version: () => client.getNegotiatedProtocolVersion() };
}

function child(plan) {
  const [command, ...args] = plan.target;
  return { command, args, stderr: 'ignore' };
}

// The first SDK line keeps the negotiated revision to itself, so it is read off the answer to `initialize`.
function watchVersion(transport) {
  let seen;
  let receive;
  Object.defineProperty(transport, 'onmessage', {
    get: () => receive,
    set: (handler) => {
      receive = (message, extra) => {
        seen ??= message.result?.protocolVersion;
        handler(message, extra);
      };
    },
  });
  return () => seen;
}
