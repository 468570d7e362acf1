// openid-client, which knows OAuth 2.0 and nothing of HubSpot, against the endpoints of later versions: PKCE, refresh, introspection
// and revocation, with credentials by form and by header. It checks every answer against the standards.

import {
  allowInsecureRequests, authorizationCodeGrant, calculatePKCECodeChallenge, type ClientAuth, clientCredentialsGrant, ClientSecretBasic, ClientSecretPost, Configuration,
  randomPKCECodeVerifier, refreshTokenGrant, tokenIntrospection, tokenRevocation,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/crm/apps.ts';
import { grantApp } from '../../src/crm/grants.ts';
import { OWNER, REDIRECT_URI, SCOPES, type TestApp } from '../support/oauth.ts';
import { type Served, serveSpoke } from '../support/server.ts';
import { PORTAL_ID } from '../support/spoke.ts';

let served: Served;
let app: TestApp;
const now = (): string => new Date().toISOString();
beforeAll(async () => {
  served = await serveSpoke();
  app = await createApp(served.db, { name: 'Sync', redirectUris: [REDIRECT_URI], requiredScopes: SCOPES, optionalScopes: [], at: now() });
});
afterAll(() => served.stop());

function configure(version: string, authenticate: (secret: string) => ClientAuth, secret = app.clientSecret): Configuration {
  const root = `${served.url}/oauth/${version}`;
  const config = new Configuration({
    issuer: served.url, token_endpoint: `${root}/token`, introspection_endpoint: `${root}/token/introspect`, revocation_endpoint: `${root}/token/revoke`,
  }, app.clientId, {}, authenticate(secret));
  allowInsecureRequests(config);
  return config;
}

/** The address that a browser comes back to. */
async function returned(challenge: string | null, state: string): Promise<URL> {
  const { code } = await grantApp(served.db, { app, portalId: PORTAL_ID, userId: OWNER.id, userEmail: OWNER.email, redirectUri: REDIRECT_URI, scopes: SCOPES, challenge, at: now() });
  return new URL(`${REDIRECT_URI}?${new URLSearchParams({ code, state })}`);
}

const WAYS: [string, (secret: string) => ClientAuth][] = [['by form', ClientSecretPost], ['by header', ClientSecretBasic]];
const CASES = ['v3', '2026-03', '2026-09'].flatMap((version) => WAYS.map(([way, authenticate]) => [version, way, authenticate] as const));

describe.each(CASES)('%s, credentials %s', (version, _, authenticate) => {
  test('code with PKCE, call, refresh, introspection, revocation', async () => {
    const config = configure(version, authenticate);
    const pkceCodeVerifier = randomPKCECodeVerifier();
    const url = await returned(await calculatePKCECodeChallenge(pkceCodeVerifier), 'a state');
    const tokens = await authorizationCodeGrant(config, url, { pkceCodeVerifier, expectedState: 'a state' });
    expect(tokens).toMatchObject({ token_type: 'bearer', hub_id: PORTAL_ID, scopes: SCOPES });
    expect(tokens.expiresIn()).toBeGreaterThan(1790);
    const read = await fetch(`${served.url}/crm/v3/objects/contacts`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(read.status).toBe(200);

    const fresh = await refreshTokenGrant(config, tokens.refresh_token!);
    expect(fresh.refresh_token).toBe(tokens.refresh_token);
    expect(await tokenIntrospection(config, fresh.access_token)).toMatchObject({ active: true, token_use: 'access_token', client_id: app.clientId, hub_id: PORTAL_ID });
    expect(await tokenIntrospection(config, tokens.refresh_token!, { token_type_hint: 'refresh_token' })).toMatchObject({ active: true, token_use: 'refresh_token' });

    await tokenRevocation(config, tokens.refresh_token!);
    expect(await tokenIntrospection(config, tokens.refresh_token!)).toEqual({ active: false });
    expect(await tokenIntrospection(config, fresh.access_token)).toMatchObject({ active: true });
    await tokenRevocation(config, fresh.access_token, { token_type_hint: 'access_token' });
    expect(await tokenIntrospection(config, fresh.access_token)).toEqual({ active: false });
    await expect(refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      status: 400, error: 'invalid_grant', error_description: 'refresh token is invalid, expired or revoked',
    });
  });

  test('refusals are the standard\'s', async () => {
    const config = configure(version, authenticate);
    const url = await returned(await calculatePKCECodeChallenge(randomPKCECodeVerifier()), 's');
    await expect(authorizationCodeGrant(config, url, { pkceCodeVerifier: randomPKCECodeVerifier(), expectedState: 's' })).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(authorizationCodeGrant(configure(version, authenticate, 'guess'), url, { expectedState: 's' })).rejects.toMatchObject({ error: 'invalid_client' });
    await expect(tokenRevocation(configure(version, authenticate, 'guess'), 'x')).rejects.toMatchObject({ error: 'invalid_client' });
  });

  test('a token of the app itself', async () => {
    const config = configure(version, authenticate);
    const tokens = await clientCredentialsGrant(config, { scope: 'oauth' });
    expect(tokens).toMatchObject({ token_use: 'client_credentials', scopes: ['oauth'] });
    expect(tokens.refresh_token).toBeUndefined();
    await expect(clientCredentialsGrant(config, { scope: 'tickets' })).rejects.toMatchObject({ error: 'invalid_scope' });
  });
});
