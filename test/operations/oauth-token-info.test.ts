// What tokens are and how they end, on the wire (platform.md 5.2, 5.3, 5.5): introspection, revocation, uninstalling, and the
// tokens of private apps.
// Proves: oauth.introspect, oauth.revoke, oauth.accessToken, oauth.refreshToken, oauth.deleteRefreshToken, appInstalls.uninstall,
// privateApps.tokenInfo.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOwner, archiveOwner } from '../../src/crm/owners.ts';
import { createToken } from '../../src/crm/tokens.ts';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { clockOf, invalid, refusal } from '../support/expect.ts';
import { basic, oauthIn, OWNER, SCOPES, type Fields, type TestApp } from '../support/oauth.ts';
import { ANY_CORRELATION_ID, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const ROOTS = ['/oauth/v3', '/oauth/2026-03', '/oauth/2026-09'];

let spoke: Spoke;
let app: TestApp;
let other: TestApp;
const { now } = clockOf(() => spoke);
const oauth = oauthIn(() => spoke, now);
beforeAll(async () => {
  spoke = await startSpoke();
  app = await oauth.app();
  other = await oauth.app({ name: 'Other' });
});
afterAll(() => spoke.close());

const contacts = (token: string): Promise<Answer> => spoke.get('/crm/v3/objects/contacts', { token });
/** After the second that callers are remembered for. */
async function laterContacts(token: string): Promise<number> {
  spoke.tick(1_001);
  const { status } = await contacts(token);
  spoke.tick(-1_001);
  return status;
}
const introspect = (fields: Fields, root = '/oauth/v3', of = app): Promise<Answer> => oauth.post(`${root}/token/introspect`, { ...oauth.credentials(of), ...fields });
const revoke = (fields: Fields, root = '/oauth/v3', of = app): Promise<Answer> => oauth.post(`${root}/token/revoke`, { ...oauth.credentials(of), ...fields });
const info = (kind: 'access' | 'refresh', token: string): Promise<Answer> => spoke.get(`/oauth/v1/${kind}-tokens/${token}`, { token: null });
const refreshes = async (refreshToken: string): Promise<number> =>
  (await oauth.post('/oauth/v1/token', { grant_type: 'refresh_token', ...oauth.credentials(app), refresh_token: refreshToken })).status;

const ofToken = { hub_id: PORTAL_ID, hub_domain: `portal-${PORTAL_ID}.example`, user: OWNER.email, user_id: OWNER.id, scopes: SCOPES };
const signed = (): object => ({
  expiresAt: Date.parse(now()) + 1_800_000, scopes: SCOPES.join(' '), hubId: PORTAL_ID, userId: OWNER.id, appId: app.appId, signature: '', scopeToScopeGroupPks: '',
  newSignature: '', hublet: 'na1', trialScopes: '', trialScopeToScopeGroupPks: '', isUserLevel: false, isServiceAccount: false, isPrivateDistribution: false,
  appInstallId: `${PORTAL_ID}-${app.appId}`, audience: '', installingUserId: OWNER.id,
});
const oauthRefusal = (status: string, message: string, error?: string): object => ({
  status, message, correlationId: expect.stringMatching(ANY_CORRELATION_ID), ...(error ? { error, error_description: message } : {}),
});
const BAD_REFRESH_TOKEN = oauthRefusal('BAD_REFRESH_TOKEN', 'missing or unknown refresh token');

describe('v1 information', () => {
  test('of an access token (5.3 [D])', async () => {
    const { accessToken } = await oauth.install(app);
    spoke.tick(45_500);
    const answer = await info('access', accessToken);
    spoke.tick(-45_500);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...ofToken, token: accessToken, signed_access_token: signed(), app_id: app.appId, expires_in: 1754, token_type: 'access', is_private_distribution: false,
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('of a refresh token (5.3 [D])', async () => {
    const { refreshToken } = await oauth.install(app);
    const answer = await info('refresh', refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...ofToken, token: refreshToken, client_id: app.clientId, token_type: 'refresh' });
  });

  test('says nothing of a user who is gone', async () => {
    const { ownerId, userId } = await addOwner(spoke.db, PORTAL_ID, { email: 'gone@example.com', firstName: '', lastName: '' }, now()) as { ownerId: number; userId: number };
    const { accessToken } = await oauth.install(app, { userId });
    expect((await info('access', accessToken)).body).toMatchObject({ user: 'gone@example.com', user_id: userId });
    await archiveOwner(spoke.db, PORTAL_ID, ownerId, now());
    const { body } = await info('access', accessToken);
    expect(body.user_id).toBe(userId);
    expect(body).not.toHaveProperty('user');
  });

  test('of what is no access token: 400 ([O], body)', async () => {
    const { refreshToken } = await oauth.install(app);
    for (const token of [spoke.token, refreshToken, 'nonsense', '%00']) {
      const answer = await info('access', token);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refusal('The access token must have the correct format'));
    }
  });

  test('of an access token that is unknown, expired or revoked: 404 [I]', async () => {
    const { accessToken } = await oauth.install(app);
    const unknown = refusal('The access token is unknown, expired or revoked', { category: 'OBJECT_NOT_FOUND' });
    spoke.tick(1_800_000);
    const expired = await info('access', accessToken);
    spoke.tick(-1_800_000);
    expect(expired.status).toBe(404);
    expect(expired.body).toEqual(unknown);
    expect((await info('access', `${accessToken}x`)).body).toEqual(unknown);
    await revoke({ token: accessToken });
    expect((await info('access', accessToken)).body).toEqual(unknown);
  });

  test('of what is no refresh token: 400 (5.4 [I])', async () => {
    const { accessToken } = await oauth.install(app);
    for (const token of [spoke.token, accessToken, 'na1-0', '%00']) {
      for (const answer of [await info('refresh', token), await spoke.call(`DELETE /oauth/v1/refresh-tokens/${token}`, { token: null })]) {
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual(BAD_REFRESH_TOKEN);
      }
    }
    expect((await contacts(accessToken)).status).toBe(200);
  });
});

describe.each(ROOTS)('introspection, %s', (root) => {
  test('of an access token (5.3 [D])', async () => {
    const { accessToken } = await oauth.install(app);
    spoke.tick(45_500);
    const answer = await introspect({ token: accessToken, token_type_hint: 'access_token' }, root);
    spoke.tick(-45_500);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...ofToken, active: true, token: accessToken, token_use: 'access_token', token_type: 'Bearer', client_id: app.clientId, app_id: app.appId, expires_in: 1754,
      is_private_distribution: false, signed_access_token: signed(),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('of a refresh token, whatever the hint (5.3 [D])', async () => {
    const { refreshToken } = await oauth.install(app);
    const known = { ...ofToken, active: true, token: refreshToken, token_use: 'refresh_token', token_type: 'Bearer', client_id: app.clientId, app_id: app.appId };
    for (const token_type_hint of [undefined, 'refresh_token', 'access_token', 'other']) {
      expect((await introspect({ token: refreshToken, token_type_hint }, root)).body).toEqual(known);
    }
    // The field names of the guide.
    expect((await introspect({ refresh_token: refreshToken }, root)).body).toEqual(known);
  });

  test('of a token of the app itself', async () => {
    const { body } = await oauth.post(`${root}/token`, { grant_type: 'client_credentials', ...oauth.credentials(app), scope: 'oauth' });
    expect((await introspect({ access_token: body.access_token }, root)).body).toEqual({
      active: true, token: body.access_token, token_use: 'client_credentials', token_type: 'Bearer', client_id: app.clientId, app_id: app.appId, scopes: ['oauth'],
      expires_in: 1800, is_private_distribution: false,
    });
  });

  test('of anything else: not active (5.3 [I])', async () => {
    const { accessToken, refreshToken } = await oauth.install(app);
    const theirs = await oauth.install(other);
    await revoke({ token: refreshToken }, root);
    spoke.tick(1_800_000);
    const expired = await introspect({ token: accessToken }, root);
    spoke.tick(-1_800_000);
    const others = await Promise.all([refreshToken, theirs.accessToken, theirs.refreshToken, spoke.token, 'nonsense', '\0'].map((token) => introspect({ token }, root)));
    for (const { status, body } of [expired, ...others]) expect([status, body]).toEqual([200, { active: false }]);
  });

  test('is for apps only, and needs a token [I]', async () => {
    const { accessToken } = await oauth.install(app);
    const missing = await introspect({}, root);
    expect([missing.status, missing.body]).toEqual([400, oauthRefusal('BAD_TOKEN', 'missing token', 'invalid_request')]);
    const stranger = await introspect({ token: accessToken, client_secret: 'guess' }, root);
    expect([stranger.status, stranger.body]).toEqual([400, oauthRefusal('BAD_CLIENT_SECRET', 'missing or invalid client secret', 'invalid_client')]);
    const nobody = await oauth.post(`${root}/token/introspect`, { token: accessToken });
    expect([nobody.status, nobody.body]).toEqual([400, oauthRefusal('BAD_CLIENT_ID', 'missing or unknown client id', 'invalid_client')]);
    const byHeader = await oauth.post(`${root}/token/introspect`, { token: accessToken }, { authorization: basic(app.clientId, app.clientSecret) });
    expect(byHeader.body.active).toBe(true);
  });
});

describe.each(ROOTS)('revocation, %s', (root) => {
  test('of an access token: it stops working within a second (5.2; status [I], RFC 7009)', async () => {
    const { accessToken, refreshToken } = await oauth.install(app);
    expect((await contacts(accessToken)).status).toBe(200);
    const answer = await revoke({ token: accessToken, token_type_hint: 'access_token' }, root);
    expect([answer.status, answer.body]).toEqual([200, undefined]);
    expect(await laterContacts(accessToken)).toBe(401);
    expect(await refreshes(refreshToken)).toBe(200);
  });

  test('of a refresh token: access tokens live on (5.2 [D])', async () => {
    const { accessToken, refreshToken } = await oauth.install(app);
    expect((await revoke({ token: refreshToken }, root)).status).toBe(200);
    expect(await refreshes(refreshToken)).toBe(400);
    expect(await laterContacts(accessToken)).toBe(200);
  });

  test('of what is not the app\'s has no effect, and says the same', async () => {
    const theirs = await oauth.install(other);
    for (const token of [theirs.accessToken, theirs.refreshToken, spoke.token, 'nonsense', '\0']) expect((await revoke({ token }, root)).status).toBe(200);
    expect(await laterContacts(theirs.accessToken)).toBe(200);
    expect(await laterContacts(spoke.token)).toBe(200);
    expect((await introspect({ token: theirs.refreshToken }, root, other)).body.active).toBe(true);
  });

  test('is for apps only, and needs a token [I]', async () => {
    const { refreshToken } = await oauth.install(app);
    const missing = await revoke({ token: '' }, root);
    expect([missing.status, missing.body]).toEqual([400, oauthRefusal('BAD_TOKEN', 'missing token', 'invalid_request')]);
    expect((await revoke({ token: refreshToken, client_secret: 'guess' }, root)).status).toBe(400);
    expect(await refreshes(refreshToken)).toBe(200);
  });
});

test('v1: a refresh token is deleted by whoever has it; access tokens live on (5.2 [D])', async () => {
  const { accessToken, refreshToken } = await oauth.install(app);
  const remove = (): Promise<Answer> => spoke.call(`DELETE /oauth/v1/refresh-tokens/${refreshToken}`, { token: null });
  const answer = await remove();
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  expect(await refreshes(refreshToken)).toBe(400);
  expect(await laterContacts(accessToken)).toBe(200);
  expect((await remove()).body).toEqual(BAD_REFRESH_TOKEN);
});

describe('uninstalling (5.5 [D])', () => {
  const uninstall = (token: string): Promise<Answer> => spoke.call('DELETE /appinstalls/v3/external-install', { token });

  test('ends all of the app\'s tokens in the portal, and no others', async () => {
    await spoke.addPortal(44);
    const [one, two, elsewhere, theirs] = [await oauth.install(app), await oauth.install(app), await oauth.install(app, { portalId: 44 }), await oauth.install(other)];
    const answer = await uninstall(one.accessToken);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    for (const { accessToken, refreshToken } of [one, two]) {
      expect(await laterContacts(accessToken)).toBe(401);
      expect(await refreshes(refreshToken)).toBe(400);
    }
    for (const { accessToken } of [elsewhere, theirs]) expect(await laterContacts(accessToken)).toBe(200);
    expect(await refreshes(elsewhere.refreshToken)).toBe(200);
    expect((await uninstall(two.accessToken)).status).toBe(401);
    // Back again.
    const again = await oauth.install(app);
    expect((await contacts(again.accessToken)).status).toBe(200);
    expect(await refreshes(one.refreshToken)).toBe(400);
  });

  test('is in the portal\'s audit log, once', async () => {
    const lone = await oauth.app({ name: 'Lone' });
    const { accessToken } = await oauth.install(lone);
    const answers = await Promise.all([uninstall(accessToken), uninstall(accessToken)]);
    expect(answers.map((answer) => answer.status).filter((status) => status !== 401)).toContain(204);
    const log = await spoke.db.query({ text: `select user_id, details from activity where kind = 'security' and details->>'objectId' = $1 order by id`, values: [String(lone.appId)] });
    expect(log).toEqual([
      { user_id: OWNER.id, details: expect.objectContaining({ type: 'INSTALL_INTEGRATION' }) },
      { user_id: null, details: { type: 'UNINSTALL_INTEGRATION', objectId: String(lone.appId), userEmail: null } },
    ]);
  });

  test.each([1, 2, 3, 4, 5, 6])('while tokens are given out: none is left over (%i)', async () => {
    const quick = await oauth.app({ name: 'Quick' });
    const { accessToken, refreshToken } = await oauth.install(quick);
    const refreshed = Array.from({ length: 12 }, () => oauth.post('/oauth/v1/token', { grant_type: 'refresh_token', ...oauth.credentials(quick), refresh_token: refreshToken }));
    const [gone, ...answers] = await Promise.all([uninstall(accessToken), ...refreshed]);
    expect(gone.status).toBe(204);
    for (const { status, body } of answers) {
      if (status === 200) expect((await contacts(body.access_token)).status).toBe(401);
      else expect([status, body]).toEqual([400, BAD_REFRESH_TOKEN]);
    }
  });

  test('a private app is not installed [I]', async () => {
    const answer = await uninstall(spoke.token);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('This token is not from an app that was installed with OAuth'));
    expect(await laterContacts(spoke.token)).toBe(200);
  });
});

describe('the token of a private app (5.5 [D])', () => {
  const ask = (tokenKey: unknown, token: string | null = null): Promise<Answer> => spoke.post('/oauth/v2/private-apps/get/access-token-info', { tokenKey }, { token });

  test('any scopes, with and without an Authorization header', async () => {
    const { token, appId } = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'reader', scopes: ['crm.objects.contacts.read', 'tickets'], at: now() });
    for (const answer of [await ask(token), await ask(token, token)]) {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ userId: OWNER.id, hubId: PORTAL_ID, appId, scopes: ['crm.objects.contacts.read', 'tickets'] });
    }
    const none = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'none', scopes: [], at: now() });
    expect((await ask(none.token)).body).toEqual({ userId: OWNER.id, hubId: PORTAL_ID, appId: none.appId, scopes: [] });
  });

  test('all scopes are told one by one', async () => {
    const { body } = await ask(spoke.token);
    expect(body).toEqual({ userId: OWNER.id, hubId: PORTAL_ID, appId: 1, scopes: loadCatalogue().scopes });
    expect(body.scopes).toContain('crm.objects.contacts.read');
  });

  test('unknown, revoked, or of an OAuth app: 401 [I]', async () => {
    const { accessToken, refreshToken } = await oauth.install(app);
    for (const token of ['pat-na1-00000000-0000-0000-0000-000000000000', '', '\0', accessToken, refreshToken]) {
      const answer = await ask(token);
      expect(answer.status).toBe(401);
      expect(answer.body.category).toBe('INVALID_AUTHENTICATION');
    }
  });

  test('without a token in the body: 400', async () => {
    const path = '/oauth/v2/private-apps/get/access-token-info';
    expect((await spoke.post(path, {}, { token: null })).body.message).toContain('Some required fields were not set: [tokenKey]');
    expect((await ask(7)).status).toBe(400);
    expect((await spoke.call(`POST ${path}`, { token: null })).status).toBe(400);
  });
});
