// OAuth in a test: an app, what a portal grants it, and the tokens that it gets.

import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createApp, type NewApp } from '../../src/crm/apps.ts';
import { grantApp, type Grant } from '../../src/crm/grants.ts';
import { PORTAL_ID, type Answer, type Spoke } from './spoke.ts';

export const REDIRECT_URI = 'https://app.example/callback';
export const SCOPES = ['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write'];
/** The user that a portal begins with. */
export const OWNER = { id: 1, email: 'owner@example.com' };

/** An OAuth app as its developer knows it. */
export interface TestApp {
  appId: number;
  clientId: string;
  clientSecret: string;
}

export type Fields = Record<string, string | undefined>;

/** A form's text, without the fields that are undefined. */
export const formOf = (fields: Fields): string => new URLSearchParams(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();

/** code_challenge of a code_verifier. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** `Basic ...` with both parts encoded (RFC 6749, 2.3.1). */
export const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

export function oauthIn(spoke: () => Spoke, now: () => string) {
  const post = async (path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> =>
    await spoke().call(`POST ${path}`, { token: null, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: formOf(fields) });
  const credentials = (app: TestApp): Fields => ({ client_id: app.clientId, client_secret: app.clientSecret });
  const code = async (app: TestApp, more: Partial<Grant> = {}): Promise<string> =>
    (await grantApp(spoke().db, { app, portalId: PORTAL_ID, userId: OWNER.id, userEmail: OWNER.email, redirectUri: REDIRECT_URI, scopes: SCOPES, challenge: null, at: now(), ...more })).code;
  return {
    /** Sends a form, without a token. */
    post,
    credentials,
    /** Makes an app. */
    app: async (more: Partial<NewApp> = {}): Promise<TestApp> =>
      await createApp(spoke().db, { name: 'Sync', redirectUris: [REDIRECT_URI], requiredScopes: SCOPES, optionalScopes: ['crm.objects.deals.read'], at: now(), ...more }),
    /** Has the portal grant the app access; the code that the redirect would carry. */
    code,
    /** Installs the app; its tokens. */
    async install(app: TestApp, more: Partial<Grant> = {}): Promise<{ accessToken: string; refreshToken: string }> {
      const answer = await post('/oauth/v1/token', {
        grant_type: 'authorization_code', ...credentials(app), redirect_uri: REDIRECT_URI, code: await code(app, more),
      });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return { accessToken: answer.body.access_token, refreshToken: answer.body.refresh_token };
    },
  };
}
