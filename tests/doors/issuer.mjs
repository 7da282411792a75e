// A real authorization server on loopback, whose one user consents to everything: `node issuer.mjs`.
// Prints where it listens, and the path of each request, on stderr.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const SCOPE = 'mesh:read';
const EXPIRED = 'expired';

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

// Every issuer calls its key by the same name.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' };

const machine = (id) => ({
  client_id: id,
  client_secret: `fake-secret-of-${id}`,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
});

const provider = new Provider(issuer, {
  clients: [machine('robot'), machine(EXPIRED)],
  scopes: ['openid', 'offline_access', SCOPE],
  jwks: { keys: [key] },
  cookies: { keys: [randomUUID()] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/consent/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: (_, resource) => ({
        audience: resource,
        scope: SCOPE,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  formats: {
    customizers: {
      jwt: (_, token, parts) => {
        if (token.clientId === EXPIRED) parts.payload.exp = parts.payload.iat - 61;
        return parts;
      },
    },
  },
});

async function consent(request, response) {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: 'ada' } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: 'ada', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(params.resource, SCOPE);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const answer = provider.callback();
server.on('request', (request, response) => {
  console.error(`asked ${request.method} ${request.url.split('?')[0]}`);
  if (request.url.startsWith('/consent/')) {
    consent(request, response).catch((fault) => response.writeHead(500).end(String(fault)));
  } else {
    answer(request, response);
  }
});
console.error(`listening on ${issuer}`);
