// An OpenID provider for tests: real protocol, real signatures, sign-in without a password.
//
// Speaks JSON lines. The first line on standard input configures it, the first line on standard output tells the
// issuer; each further line is a command and is answered by one line. It ends when its standard input ends, so that
// it never outlives the test run.
//
//   {"port": 0, "accounts": {"<subject>": {claims}}, "redirectUris": [...], "audience": "...", "slim": false}
//                                                 →  {"issuer": "..."}; slim ID tokens leave the claims to UserInfo
//   {"do": "rotate", "keepOld": false}            new signature keys, with or without publishing the old ones
//   {"do": "answer", "path": "/jwks", "with": {"status": 200, "headers": {}, "body": "..."} | "silence" | "drip" | null}
//   {"do": "requests", "path": "/jwks"}           →  {"count": n}

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

const CLIENT = 'gatepost';
const BUILT_IN_SECRET = 'a secret that only tests know';

let keys = newKeys();
let handle;
const overrides = new Map();
const requests = new Map();

function newKeys() {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  const algorithms = [[rsa, 'RS256'], [ec, 'ES256'], [ed, 'Ed25519']];
  return algorithms.map(([pair, alg]) => ({
    ...pair.privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg}-${randomUUID()}`,
  }));
}

function findAccount(accounts, subject) {
  const claims = accounts[subject];
  return claims && { accountId: subject, claims: async () => ({ sub: subject, ...claims }) };
}

function makeProvider(issuer, { accounts, redirectUris, audience, slim }) {
  return new Provider(issuer, {
    clients: [{
      client_id: CLIENT,
      client_secret: BUILT_IN_SECRET,
      redirect_uris: redirectUris,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'Ed25519'] },
    cookies: { keys: [BUILT_IN_SECRET] },
    pkce: { required: () => true },
    scopes: ['openid', 'email', 'profile'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups'],
    },
    conformIdTokenClaims: slim,
    findAccount: (_, subject) => findAccount(accounts, subject),
    extraTokenClaims: (_, token) => accounts[token.accountId],
    loadExistingGrant: grantEverythingAskedFor,
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 3600, IdToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          audience: resource, scope: 'openid email profile', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
}

async function grantEverythingAskedFor(ctx) {
  const { client, session, params, provider } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  for (const resource of [params.resource].flat().filter(Boolean)) grant.addResourceScope(resource, params.scope);
  await grant.save();
  return grant;
}

// `login_hint` signs in at once; without it a page offers one button per account, and one to decline, as a browser
// would see it.
async function signIn(provider, accounts, request, response, uid) {
  const { params } = await provider.interactionDetails(request, response);
  const chosen = request.method === 'POST' ? (await formOf(request)).get('account') : params.login_hint;
  if (chosen === 'nobody') {
    const declined = { error: 'access_denied', error_description: 'declined' };
    return provider.interactionFinished(request, response, declined);
  }
  if (chosen && Object.hasOwn(accounts, chosen)) {
    return provider.interactionFinished(request, response, { login: { accountId: chosen } });
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  return response.end(signInPage(uid, Object.keys(accounts)));
}

async function formOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

function signInPage(uid, subjects) {
  const button = (subject) => `<button name="account" value="${subject}">${subject}</button>`;
  return `<!doctype html><html lang="en"><title>Sign in</title><h1>Who are you?</h1>
<form method="post" action="/interaction/${uid}">${[...subjects, 'nobody'].map(button).join(' ')}</form></html>`;
}

function answerAs(override, response) {
  if (override === 'silence') return;
  if (override === 'drip') {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const dripping = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(dripping));
    return;
  }
  response.writeHead(override.status, { 'Content-Type': 'application/json', ...override.headers });
  response.end(override.body);
}

function route(provider, accounts) {
  const callback = provider.callback();
  return (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    requests.set(pathname, (requests.get(pathname) ?? 0) + 1);
    if (overrides.has(pathname)) return answerAs(overrides.get(pathname), response);
    const [, interaction, uid] = pathname.split('/');
    if (interaction === 'interaction') return signIn(provider, accounts, request, response, uid);
    return callback(request, response);
  };
}

function obey(command, restart) {
  switch (command.do) {
    case 'rotate':
      keys = command.keepOld ? [...newKeys(), ...keys] : newKeys();
      restart();
      return {};
    case 'answer':
      if (command.with === null) overrides.delete(command.path);
      else overrides.set(command.path, command.with);
      return {};
    case 'requests':
      return { count: requests.get(command.path) ?? 0 };
    default:
      throw new Error(`unknown command ${command.do}`);
  }
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const options = JSON.parse((await lines.next()).value);

const server = createServer((request, response) => handle(request, response));
await new Promise((resolve) => { server.listen(options.port, '127.0.0.1', resolve); });
const issuer = `http://127.0.0.1:${server.address().port}`;
const restart = () => { handle = route(makeProvider(issuer, options), options.accounts); };

restart();
say({ issuer });
for await (const line of lines) say(obey(JSON.parse(line), restart));
process.exit(0);
