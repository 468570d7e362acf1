// How a portal grants an app access: what an app asks for is checked, what a user grants becomes a code.

import { randomUUID } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { insertCode, saveInstall } from '../db/grants.ts';
import { recordActivity } from './activity.ts';
import type { App } from './apps.ts';
import { hashSecret } from './tokens.ts';

/** What a browser brings to the authorize page (platform.md 5.1 [D]). */
export interface AuthorizeRequest {
  redirectUri: string | undefined;
  /** Separated by spaces, as the two below. */
  scope: string | undefined;
  optionalScope: string | undefined;
  codeChallenge: string | undefined;
  codeChallengeMethod: string | undefined;
}

/**
 * `grantable`: the scopes to show and to grant. `refused`: to be told to the app, by its redirect URI. `unsafe`: to be told
 * to the user only, for the redirect URI is none of the app's.
 */
export type AuthorizeAnswer =
  | { kind: 'grantable'; redirectUri: string; scopes: string[]; challenge: string | null }
  | { kind: 'refused'; redirectUri: string; error: 'invalid_request' | 'invalid_scope'; description: string }
  | { kind: 'unsafe'; description: string };

/** Every app has it, whether it asks or not (platform.md 5.6 [D]). */
const OAUTH = 'oauth';

/** Checks what an app asks for; `available` are the scopes that the portal could grant. */
export function checkAuthorizeRequest(app: App, request: AuthorizeRequest, available: ReadonlySet<string>): AuthorizeAnswer {
  const { redirectUri, codeChallenge, codeChallengeMethod } = request;
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri)) {
    return { kind: 'unsafe', description: redirectUri === undefined ? 'The redirect_uri is missing.' : 'The redirect_uri is none of those that the app has registered.' };
  }
  const refused = (error: 'invalid_request' | 'invalid_scope', description: string): AuthorizeAnswer => ({ kind: 'refused', redirectUri, error, description });

  const declared = new Set([OAUTH, ...app.requiredScopes, ...app.optionalScopes]);
  const scopes = words(request.scope);
  const missing = app.requiredScopes.filter((scope) => scope !== OAUTH && !scopes.includes(scope));
  if (missing.length > 0) return refused('invalid_scope', `The scope parameter lacks scopes that the app requires: ${missing.join(' ')}`);
  const undeclared = scopes.filter((scope) => !declared.has(scope));
  if (undeclared.length > 0) return refused('invalid_scope', `The app does not declare these scopes: ${undeclared.join(' ')}`);
  const unavailable = scopes.filter((scope) => !available.has(scope));
  if (unavailable.length > 0) return refused('invalid_scope', `This account cannot grant these scopes: ${unavailable.join(' ')}`);
  // Optional ones that cannot be had are dropped silently [D].
  const optional = words(request.optionalScope).filter((scope) => declared.has(scope) && available.has(scope));

  if (codeChallenge === undefined && codeChallengeMethod !== undefined) return refused('invalid_request', 'code_challenge_method without a code_challenge');
  if (codeChallenge !== undefined && codeChallengeMethod !== 'S256') return refused('invalid_request', 'The code_challenge_method must be S256');
  if (codeChallenge !== undefined && !/^[\w-]{43}$/.test(codeChallenge)) return refused('invalid_request', 'The code_challenge is no S256 challenge');
  return { kind: 'grantable', redirectUri, scopes: [...new Set([OAUTH, ...scopes, ...optional])], challenge: codeChallenge ?? null };
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter(Boolean);

/** What a user granted. */
export interface Grant {
  app: Pick<App, 'appId'>;
  portalId: number;
  userId: number;
  userEmail: string;
  redirectUri: string;
  scopes: string[];
  /** code_challenge of PKCE, S256. */
  challenge: string | null;
  at: string;
}

/** How long an app may take to change a code into tokens (platform.md 5.1 [I]). */
const CODE_MS = 10 * 60_000;

/** Installs the app in the portal and returns the code for its redirect. */
export async function grantApp(db: Db, grant: Grant): Promise<{ code: string }> {
  const { app: { appId }, portalId, userId, userEmail, redirectUri, scopes, challenge, at } = grant;
  const code = `na1-${randomUUID()}`;
  const expiresAt = new Date(Date.parse(at) + CODE_MS).toISOString();
  await db.transaction(async (tx) => {
    await saveInstall(tx, { portalId, appId, userId, scopes }, at);
    await recordActivity(tx, portalId, 'security', { at, userId, details: { type: 'INSTALL_INTEGRATION', objectId: String(appId), userEmail } });
    await insertCode(tx, { codeHash: hashSecret(code), portalId, appId, userId, redirectUri, scopes, challenge, expiresAt });
  });
  return { code };
}
