// The token endpoint on the wire (platform.md 5.2, 5.4): codes, refresh tokens and credentials of apps, in every version.
// Proves: oauth.token.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteApp, rotateAppSecret } from '../../src/crm/apps.ts';
import { clockOf, refusal } from '../support/expect.ts';
import { basic, challengeOf, formOf, oauthIn, OWNER, REDIRECT_URI, SCOPES, type Fields, type TestApp } from '../support/oauth.ts';
import { ANY_CORRELATION_ID, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const LATER = ['/oauth/v3', '/oauth/2026-03', '/oauth/2026-09'];
const ACCESS_TOKEN = /^C[\w-]{64}$/;
const REFRESH_TOKEN = /^na1-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let spoke: Spoke;
let app: TestApp;
let other: TestApp;
const { now, tick } = clockOf(() => spoke);
const oauth = oauthIn(() => spoke, now);
beforeAll(async () => {
  spoke = await startSpoke();
  app = await oauth.app();
  other = await oauth.app({ name: 'Other' });
});
afterAll(() => spoke.close());

const exchange = (fields: Fields, root = '/oauth/v1', headers = {}): Promise<Answer> =>
  oauth.post(`${root}/token`, { grant_type: 'authorization_code', ...oauth.credentials(app), redirect_uri: REDIRECT_URI, ...fields }, headers);
const refresh = (refreshToken: string | undefined, root = '/oauth/v1', more: Fields = {}): Promise<Answer> =>
  oauth.post(`${root}/token`, { grant_type: 'refresh_token', ...oauth.credentials(app), refresh_token: refreshToken, ...more });
const contacts = (token: string): Promise<Answer> => spoke.get('/crm/v3/objects/contacts', { token });

/** The body of a refusal: v1 has a status of its own, later versions RFC 6749 as well (platform.md 5.4 [O]). */
const bad = (status: string, message: string, error: string) => (root: string, text = message): object => ({
  status, message: text, correlationId: expect.stringMatching(ANY_CORRELATION_ID), ...(root === '/oauth/v1' ? {} : { error, error_description: text }),
});
const BAD_CODE = bad('BAD_AUTH_CODE', 'missing or unknown auth code', 'invalid_grant');
const BAD_CLIENT_ID = bad('BAD_CLIENT_ID', 'missing or unknown client id', 'invalid_client');
const BAD_CLIENT_SECRET = bad('BAD_CLIENT_SECRET', 'missing or invalid client secret', 'invalid_client');
const BAD_REDIRECT_URI = bad('BAD_REDIRECT_URI', 'missing or invalid redirect uri', 'invalid_grant');
const BAD_VERIFIER = bad('BAD_CODE_VERIFIER', 'missing or invalid code verifier', 'invalid_grant');
const badRefreshToken = (root: string): object =>
  bad('BAD_REFRESH_TOKEN', root === '/oauth/v1' ? 'missing or unknown refresh token' : 'refresh token is invalid, expired or revoked', 'invalid_grant')(root);

const refused = (answer: Answer, body: object): void => {
  expect(answer.body).toEqual(body);
  expect(answer.status).toBe(400);
};

describe('a code', () => {
  test('v1: tokens, which nobody keeps (5.2 [D])', async () => {
    const answer = await exchange({ code: await oauth.code(app) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      token_type: 'bearer', refresh_token: expect.stringMatching(REFRESH_TOKEN), access_token: expect.stringMatching(ACCESS_TOKEN), expires_in: 1800,
      hub_id: PORTAL_ID, scopes: SCOPES,
    });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json;charset=utf-8', 'cache-control': 'no-store', pragma: 'no-cache' });
    expect((await contacts(answer.body.access_token)).status).toBe(200);
  });

  test.each(LATER)('%s: the same, and for whom (5.2 [D])', async (root) => {
    const answer = await exchange({ code: await oauth.code(app) }, root);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      token_type: 'bearer', refresh_token: expect.stringMatching(REFRESH_TOKEN), access_token: expect.stringMatching(ACCESS_TOKEN), expires_in: 1800,
      hub_id: PORTAL_ID, scopes: SCOPES, user_id: OWNER.id, token_use: 'access_token',
    });
    expect((await contacts(answer.body.access_token)).status).toBe(200);
  });

  test.each(['/oauth/v1', ...LATER])('%s: is good once (5.1 [D])', async (root) => {
    const code = await oauth.code(app);
    expect((await exchange({ code }, root)).status).toBe(200);
    refused(await exchange({ code }, root), BAD_CODE(root));
  });

  test('is good once, also for many at once', async () => {
    const code = await oauth.code(app);
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange({ code })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 400)]);
    for (const answer of answers.filter(({ status }) => status === 400)) refused(answer, BAD_CODE('/oauth/v1'));
  });

  test.each(['/oauth/v1', ...LATER])('%s: of ten minutes ago has expired (5.4 [O], time [I])', async (root) => {
    const [late, tooLate] = [await oauth.code(app), await oauth.code(app)];
    spoke.tick(599_999);
    const intime = await exchange({ code: late }, root);
    spoke.tick(1);
    const answer = await exchange({ code: tooLate }, root);
    spoke.tick(-600_000);
    expect(intime.status).toBe(200);
    refused(answer, bad('EXPIRED_AUTH_CODE', 'the auth code has expired', 'invalid_grant')(root));
  });

  test.each(['/oauth/v1', ...LATER])('%s: unknown, missing, or for another app (5.4 [O])', async (root) => {
    const code = await oauth.code(app);
    for (const given of [undefined, '', 'na1-0', '\0', `${code} `]) refused(await exchange({ code: given }, root), BAD_CODE(root));
    refused(await exchange({ code, ...oauth.credentials(other) }, root), BAD_CODE(root));
    expect((await exchange({ code }, root)).status).toBe(200);
  });

  test.each(['/oauth/v1', ...LATER])('%s: needs the redirect_uri that it came by, letter for letter (5.2 [D])', async (root) => {
    const code = await oauth.code(app);
    for (const redirect_uri of [undefined, '', `${REDIRECT_URI}/`, 'https://evil.example/']) refused(await exchange({ code, redirect_uri }, root), BAD_REDIRECT_URI(root));
    expect((await exchange({ code }, root)).status).toBe(200);
  });

  test.each(['/oauth/v1', ...LATER])('%s: with a challenge it needs the verifier, without one it takes none (5.1, 5.2 [D])', async (root) => {
    const verifier = 'v'.repeat(43);
    const [bound, free] = [await oauth.code(app, { challenge: challengeOf(verifier) }), await oauth.code(app)];
    for (const code_verifier of [undefined, '', challengeOf(verifier), 'w'.repeat(43)]) refused(await exchange({ code: bound, code_verifier }, root), BAD_VERIFIER(root));
    refused(await exchange({ code: free, code_verifier: verifier }, root), BAD_VERIFIER(root));
    expect((await exchange({ code: bound, code_verifier: verifier }, root)).status).toBe(200);
    expect((await exchange({ code: free }, root)).status).toBe(200);
  });

  test('of an app that was uninstalled meanwhile is void', async () => {
    const [lost, own] = [await oauth.app({ name: 'Lost' }), await oauth.code(app)];
    const { accessToken } = await oauth.install(lost);
    const code = await oauth.code(lost);
    expect((await spoke.call('DELETE /appinstalls/v3/external-install', { token: accessToken })).status).toBe(204);
    refused(await exchange({ code, ...oauth.credentials(lost) }), BAD_CODE('/oauth/v1'));
    expect((await exchange({ code: own })).status).toBe(200);
  });
});

describe('a refresh token', () => {
  test.each(['/oauth/v1', ...LATER])('%s: brings access tokens, and stays (5.2 [D])', async (root) => {
    const { accessToken, refreshToken } = await oauth.install(app);
    const first = await refresh(refreshToken, root);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      token_type: 'bearer', refresh_token: refreshToken, access_token: expect.stringMatching(ACCESS_TOKEN), expires_in: 1800, hub_id: PORTAL_ID, scopes: SCOPES,
      ...(root === '/oauth/v1' ? {} : { user_id: OWNER.id, token_use: 'access_token' }),
    });
    expect(first.headers['cache-control']).toBe('no-store');
    spoke.tick(400 * 86_400_000);
    const later = await refresh(refreshToken, root);
    spoke.tick(-400 * 86_400_000);
    expect(later.body.refresh_token).toBe(refreshToken);
    expect(new Set([accessToken, first.body.access_token, later.body.access_token]).size).toBe(3);
    expect((await contacts(first.body.access_token)).status).toBe(200);
  });

  test.each(['/oauth/v1', ...LATER])('%s: unknown, missing, another app\'s, or no refresh token at all (5.4 [O])', async (root) => {
    const { accessToken, refreshToken } = await oauth.install(app);
    for (const token of [undefined, '', 'na1-0', accessToken, spoke.token]) refused(await refresh(token, root), badRefreshToken(root));
    refused(await refresh(refreshToken, root, oauth.credentials(other)), badRefreshToken(root));
  });

  test('is no access token', async () => {
    const { refreshToken } = await oauth.install(app);
    expect((await contacts(refreshToken)).status).toBe(401);
  });

  test('may bring less than was granted, not more (scope: 5.2 [D], how [I])', async () => {
    const { refreshToken } = await oauth.install(app);
    const less = await refresh(refreshToken, '/oauth/v3', { scope: 'crm.objects.contacts.write' });
    expect(less.body.scopes).toEqual(['crm.objects.contacts.write']);
    expect((await contacts(less.body.access_token)).status).toBe(403);
    refused(await refresh(refreshToken, '/oauth/v3', { scope: 'oauth crm.objects.deals.read' }),
      bad('BAD_SCOPE', 'these scopes are not granted: crm.objects.deals.read', 'invalid_scope')('/oauth/v3'));
    expect((await refresh(refreshToken, '/oauth/v3', { scope: ' ' })).body.scopes).toEqual(SCOPES);
  });
});

describe('an access token', () => {
  test('ends after 1,800 seconds (5.2 [D], 5.4 [O])', async () => {
    const { accessToken } = await oauth.install(app);
    spoke.tick(1_799_000);
    const alive = await contacts(accessToken);
    spoke.tick(13_000);
    const ended = await contacts(accessToken);
    spoke.tick(-1_812_000);
    expect(alive.status).toBe(200);
    expect(ended.status).toBe(401);
    expect(ended.body).toEqual(refusal('The OAuth token used to make this call expired 12 second(s) ago.', {
      category: 'EXPIRED_AUTHENTICATION', context: { 'expire time': ['2026-10-02T09:30:00Z'] },
    }));
  });

  test('has the scopes that were granted, in the portal that granted them', async () => {
    const otherPortal = await spoke.addPortal(42);
    await spoke.post('/crm/v3/objects/contacts', { properties: { email: 'ada@example.org' }, associations: [] }, { token: otherPortal });
    const { accessToken } = await oauth.install(app, { scopes: ['oauth', 'crm.objects.contacts.read'] });
    expect((await contacts(accessToken)).body).toEqual({ results: [] });
    expect((await spoke.post('/crm/v3/objects/contacts', { properties: {}, associations: [] }, { token: accessToken })).status).toBe(403);
    const there = await oauth.install(app, { portalId: 42 });
    expect((await contacts(there.accessToken)).body.results).toMatchObject([{ properties: { email: 'ada@example.org' } }]);
  });

  test('stands for its app: hs_object_source_id and its name (objects.md 5.4 [O/D])', async () => {
    const { accessToken } = await oauth.install(app);
    const made = await spoke.post('/crm/v3/objects/contacts', { properties: { email: 'source@example.org' }, associations: [] }, { token: accessToken });
    const properties = ['hs_object_source', 'hs_object_source_id', 'hs_object_source_detail_1'];
    const shown = await spoke.get(`/crm/v3/objects/contacts/${made.body.id}?properties=${properties}`);
    expect(shown.body.properties).toMatchObject({ hs_object_source: 'INTEGRATION', hs_object_source_id: String(app.appId), hs_object_source_detail_1: 'Sync' });
  });
});

describe('client_credentials', () => {
  test.each(LATER)('%s: a token of the app itself, which opens no portal (5.2 [D])', async (root) => {
    const answer = await oauth.post(`${root}/token`, { grant_type: 'client_credentials', ...oauth.credentials(app), scope: 'crm.objects.deals.read oauth' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      token_type: 'bearer', access_token: expect.stringMatching(ACCESS_TOKEN), expires_in: 1800, scopes: ['crm.objects.deals.read', 'oauth'], token_use: 'client_credentials',
    });
    expect((await spoke.get('/crm/v3/objects/deals', { token: answer.body.access_token })).status).toBe(401);
    const all = await oauth.post(`${root}/token`, { grant_type: 'client_credentials', ...oauth.credentials(app) });
    expect(all.body.scopes).toEqual([...SCOPES, 'crm.objects.deals.read']);
    refused(await oauth.post(`${root}/token`, { grant_type: 'client_credentials', ...oauth.credentials(app), scope: 'tickets' }),
      bad('BAD_SCOPE', 'these scopes are not granted: tickets', 'invalid_scope')(root));
  });

  test('v1 has none [I]', async () => {
    refused(await oauth.post('/oauth/v1/token', { grant_type: 'client_credentials', ...oauth.credentials(app) }),
      bad('BAD_GRANT_TYPE', 'missing or unknown grant type', 'unsupported_grant_type')('/oauth/v1'));
  });
});

describe('who asks', () => {
  test.each(['/oauth/v1', ...LATER])('%s: unknown or missing client_id (5.4 [O]), wrong or missing client_secret [I]', async (root) => {
    const code = await oauth.code(app);
    for (const client_id of [undefined, '', 'app', '\0', other.clientId.toUpperCase()]) refused(await exchange({ code, client_id }, root), BAD_CLIENT_ID(root));
    for (const client_secret of [undefined, '', 'secret', other.clientSecret, `${app.clientSecret} `]) refused(await exchange({ code, client_secret }, root), BAD_CLIENT_SECRET(root));
    expect((await exchange({ code }, root)).status).toBe(200);
  });

  test('credentials and refresh token in the query count, in v1 and v3 (5.2 [D])', async () => {
    const { refreshToken } = await oauth.install(app);
    for (const root of ['/oauth/v1', '/oauth/v3']) {
      const query = formOf({ client_secret: app.clientSecret, refresh_token: refreshToken });
      expect((await oauth.post(`${root}/token?${query}`, { grant_type: 'refresh_token', client_id: app.clientId })).status).toBe(200);
    }
    const query = formOf({ grant_type: 'refresh_token', ...oauth.credentials(app), refresh_token: refreshToken });
    expect((await spoke.call(`POST /oauth/v1/token?${query}`, { token: null })).status).toBe(200);
  });

  test('credentials in a Basic header count (5.2 [I])', async () => {
    const { refreshToken } = await oauth.install(app);
    const ask = (authorization: string, more: Fields = {}) =>
      oauth.post('/oauth/v3/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...more }, { authorization });
    expect((await ask(basic(app.clientId, app.clientSecret))).status).toBe(200);
    expect((await ask(basic(app.clientId, app.clientSecret), { client_id: app.clientId })).status).toBe(200);
    expect((await ask(basic(app.clientId.replaceAll('-', '%2D'), app.clientSecret).toLowerCase())).status).toBe(400);
    refused(await ask(basic('app', app.clientSecret)), BAD_CLIENT_ID('/oauth/v3'));
    refused(await ask(basic(app.clientId, 'secret')), BAD_CLIENT_SECRET('/oauth/v3'));
    for (const header of ['Basic', 'Basic ', 'Basic !', 'Basic YTpi', `Bearer ${app.clientSecret}`]) refused(await ask(header), BAD_CLIENT_ID('/oauth/v3'));
  });

  test.each(['/oauth/v1', ...LATER])('%s: a client_assertion is not taken (5.2 [D], answer [I])', async (root) => {
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    refused(await exchange({ code: await oauth.code(app), client_secret: undefined, client_assertion: 'a.b.c', client_assertion_type }, root),
      bad('BAD_CLIENT_ASSERTION', 'client assertions are not supported, send client_secret', 'invalid_client')(root));
  });

  test('after a rotation the old secret is good until its overlap ends', async () => {
    const rotated = await oauth.app({ name: 'Rotated' });
    const { clientSecret } = (await rotateAppSecret(spoke.db, rotated.appId, { at: now(), overlapMs: 60_000 }))!;
    const ask = async (secret: string): Promise<number> =>
      (await oauth.post('/oauth/v3/token', { grant_type: 'client_credentials', client_id: rotated.clientId, client_secret: secret })).status;
    expect(await Promise.all([ask(clientSecret), ask(rotated.clientSecret)])).toEqual([200, 200]);
    spoke.tick(60_000);
    const after = await Promise.all([ask(clientSecret), ask(rotated.clientSecret)]);
    spoke.tick(-60_000);
    expect(after).toEqual([200, 400]);
    const last = (await rotateAppSecret(spoke.db, rotated.appId, { at: now(), overlapMs: 0 }))!;
    expect(await Promise.all([ask(last.clientSecret), ask(clientSecret), ask(rotated.clientSecret)])).toEqual([200, 400, 400]);
  });

  test('a deleted app is nobody, and its tokens are void in every portal', async () => {
    const gone = await oauth.app({ name: 'Gone' });
    await spoke.addPortal(43);
    const [here, there] = [await oauth.install(gone), await oauth.install(gone, { portalId: 43 })];
    expect(await deleteApp(spoke.db, gone.appId, now())).toBe(true);
    expect(await deleteApp(spoke.db, gone.appId, now())).toBe(false);
    expect([(await contacts(here.accessToken)).status, (await contacts(there.accessToken)).status]).toEqual([401, 401]);
    refused(await refresh(here.refreshToken, '/oauth/v1', oauth.credentials(gone)), BAD_CLIENT_ID('/oauth/v1'));
    refused(await refresh(here.refreshToken), badRefreshToken('/oauth/v1'));
  });
});

describe('the form', () => {
  test.each(['/oauth/v1', ...LATER])('%s: no grant_type, or another (5.4 [I])', async (root) => {
    for (const grant_type of [undefined, '', 'password', 'AUTHORIZATION_CODE']) {
      const answer = await exchange({ code: await oauth.code(app), grant_type }, root);
      refused(answer, bad('BAD_GRANT_TYPE', 'missing or unknown grant type', grant_type === undefined ? 'invalid_request' : 'unsupported_grant_type')(root));
    }
  });

  test('JSON is none: 415, and without its Content-Type no grant type is found', async () => {
    const body = JSON.stringify({ grant_type: 'authorization_code', ...oauth.credentials(app), redirect_uri: REDIRECT_URI, code: await oauth.code(app) });
    expect((await spoke.call('POST /oauth/v1/token', { token: null, body })).status).toBe(415);
    const answer = await spoke.call('POST /oauth/v1/token', { token: null, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    refused(answer, bad('BAD_GRANT_TYPE', 'missing or unknown grant type', 'invalid_request')('/oauth/v1'));
  });

  test('a bearer token beside it does not matter', async () => {
    expect((await exchange({ code: await oauth.code(app) }, '/oauth/v1', { authorization: 'Bearer nonsense' })).status).toBe(200);
  });
});

test('the database has hashes only', async () => {
  tick();
  const code = await oauth.code(app);
  const { body } = await exchange({ code });
  const unused = await oauth.code(app);
  const texts = await Promise.all(['token', 'oauth_code', 'app', 'app_install'].map(async (table) =>
    (await spoke.db.query<{ all: string }>({ text: `select coalesce(string_agg(t::text, ' '), '') as all from ${table} t`, values: [] }))[0]!.all));
  expect(texts.every((text) => text !== '')).toBe(true);
  const all = texts.join(' ');
  for (const secret of [code, unused, body.access_token, body.refresh_token, app.clientSecret, spoke.token]) expect(all).not.toContain(secret);
});
