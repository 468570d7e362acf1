// The official Node client's OAuth calls: tokens for a code, fresh ones, what they are, and the end. The client throws on
// statuses that its methods do not list.

import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/crm/apps.ts';
import { grantApp } from '../../src/crm/grants.ts';
import { createToken } from '../../src/crm/tokens.ts';
import { OWNER, REDIRECT_URI, SCOPES, type TestApp } from '../support/oauth.ts';
import { type Served, serveSpoke } from '../support/server.ts';
import { PORTAL_ID } from '../support/spoke.ts';

let served: Served;
let app: TestApp;
let client: Client;
const now = (): string => new Date().toISOString();
beforeAll(async () => {
  served = await serveSpoke();
  app = await createApp(served.db, { name: 'Sync', redirectUris: [REDIRECT_URI], requiredScopes: SCOPES, optionalScopes: [], at: now() });
  client = new Client({ basePath: served.url });
});
afterAll(() => served.stop());

const code = async (): Promise<string> =>
  (await grantApp(served.db, { app, portalId: PORTAL_ID, userId: OWNER.id, userEmail: OWNER.email, redirectUri: REDIRECT_URI, scopes: SCOPES, challenge: null, at: now() })).code;
const exchange = (given: string) => client.oauth.tokensApi.create('authorization_code', given, REDIRECT_URI, app.clientId, app.clientSecret);
const refresh = (refreshToken: string) => client.oauth.tokensApi.create('refresh_token', undefined, undefined, app.clientId, app.clientSecret, refreshToken);

test('a code, a call, a refresh, what they are, and the end', async () => {
  const tokens = await exchange(await code());
  expect({ ...tokens }).toEqual({ accessToken: expect.any(String), refreshToken: expect.any(String), tokenType: 'bearer', expiresIn: 1800 });
  client.setAccessToken(tokens.accessToken);
  const made = await client.crm.contacts.basicApi.create({ properties: { email: 'ada@example.org' }, associations: [] });
  expect(made.properties).toMatchObject({ hs_object_source: 'INTEGRATION', hs_object_source_id: String(app.appId) });

  const fresh = await refresh(tokens.refreshToken);
  expect(fresh.refreshToken).toBe(tokens.refreshToken);
  expect(fresh.accessToken).not.toBe(tokens.accessToken);

  const common = { hubId: PORTAL_ID, hubDomain: `portal-${PORTAL_ID}.example`, user: OWNER.email, userId: OWNER.id, scopes: SCOPES };
  const access = await client.oauth.accessTokensApi.get(fresh.accessToken);
  expect({ ...access }).toEqual({ ...common, token: fresh.accessToken, tokenType: 'access', appId: app.appId, expiresIn: expect.any(Number) });
  expect(access.expiresIn).toBeGreaterThan(1700);
  const stays = await client.oauth.refreshTokensApi.get(tokens.refreshToken);
  expect({ ...stays }).toEqual({ ...common, token: tokens.refreshToken, tokenType: 'refresh', clientId: app.clientId });

  expect(await client.oauth.refreshTokensApi.archive(tokens.refreshToken)).toBeUndefined();
  await expect(refresh(tokens.refreshToken)).rejects.toMatchObject({ code: 400, body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' } });
  await expect(client.oauth.refreshTokensApi.get(tokens.refreshToken)).rejects.toMatchObject({ code: 400 });
});

test('refusals are exceptions with the body', async () => {
  const once = await code();
  await exchange(once);
  await expect(exchange(once)).rejects.toMatchObject({ code: 400, body: { status: 'BAD_AUTH_CODE', message: 'missing or unknown auth code' } });
  await expect(client.oauth.tokensApi.create('refresh_token', undefined, undefined, 'nobody')).rejects.toMatchObject({ code: 400, body: { status: 'BAD_CLIENT_ID' } });
});

test('what a private app\'s token is: no access token, and told by its own call', async () => {
  const { token, appId } = await createToken(served.db, { portalId: PORTAL_ID, name: 'private', scopes: ['tickets'], at: now() });
  await expect(client.oauth.accessTokensApi.get(token)).rejects.toMatchObject({ code: 400, body: { message: 'The access token must have the correct format' } });
  const answer = await client.apiRequest({ method: 'POST', path: '/oauth/v2/private-apps/get/access-token-info', body: { tokenKey: token } });
  expect(await answer.json()).toEqual({ userId: OWNER.id, hubId: PORTAL_ID, appId, scopes: ['tickets'] });
});

test('an app uninstalls itself', async () => {
  const { accessToken, refreshToken } = await exchange(await code());
  client.setAccessToken(accessToken);
  expect((await client.apiRequest({ method: 'DELETE', path: '/appinstalls/v3/external-install' })).status).toBe(204);
  await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 400 });
});
