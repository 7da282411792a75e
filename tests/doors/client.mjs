// The official TypeScript SDK: `node client.mjs PLAN`, where PLAN is JSON {target, flow, issuer, secret, scope, browser, tool}.
// It is given the server's address and, for a machine, its credentials; all else it has to discover. Prints what it saw as JSON.
import { execFileSync } from 'node:child_process';

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const CALLBACK = 'http://127.0.0.1/callback';

/** A person's client: it registers itself, and asks for consent with PKCE. */
class Person {
  redirectUrl = CALLBACK;
  clientMetadata = { client_name: 'TypeScript', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
  clientInformation = () => this.information;
  saveClientInformation = (information) => { this.information = information; };
  tokens = () => this.held;
  saveTokens = (tokens) => { this.held = tokens; };
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => { this.verifier = verifier; };
  redirectToAuthorization = (url) => { this.landed = browse(String(url)); };
}

function browse(url) {
  return new URL(execFileSync('python3', [plan.browser, url, CALLBACK], { encoding: 'utf8' }).trim());
}

async function connected(provider) {
  const client = new Client({ name: 'doors', version: '0' });
  const transport = new StreamableHTTPClientTransport(new URL(plan.target), { authProvider: provider });
  try {
    await client.connect(transport);
  } catch (fault) {
    if (!(fault instanceof UnauthorizedError) || !provider.landed) throw fault;
    await transport.finishAuth(provider.landed.searchParams.get('code'));
    delete provider.landed;
    return connected(provider);
  }
  return client;
}

const plan = JSON.parse(process.argv[2]);
const provider = plan.flow === 'person'
  ? new Person()
  // A machine's scopes are the one thing this SDK does not take from what it discovers.
  : new ClientCredentialsProvider({
    clientId: 'robot',
    clientSecret: plan.secret,
    expectedIssuer: plan.issuer,
    scope: plan.scope,
  });
const client = await connected(provider);
const listed = await client.listTools();
const called = await client.callTool({ name: plan.tool, arguments: {} });
await client.close();
const seen = { tools: listed.tools.map((tool) => tool.name), is_error: called.isError === true };
process.stdout.write(JSON.stringify(seen) + '\n', () => process.exit(0));
