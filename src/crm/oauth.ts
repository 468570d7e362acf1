// The token endpoint's rules: which app asks, what a code or a refresh token brings it, and what a new token is.

import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Db, Queryable } from '../db/db.ts';
import { lockInstall, readCode, useCode } from '../db/grants.ts';
import { findToken, insertToken, type TokenRow } from '../db/tokens.ts';
import { problem, type OAuthShape } from '../errors.ts';
import { findApp, type App } from './apps.ts';
import { hashSecret } from './tokens.ts';

/** Of access tokens (platform.md 5.2 [D]). */
export const ACCESS_SECONDS = 1_800;

/** What an app is told of its tokens. */
export interface Issued {
  accessToken: string;
  /** None for a token of the app itself. */
  refreshToken?: string;
  scopes: string[];
  /** None for a token of the app itself. */
  install?: { portalId: number; userId: number };
}

/** The app behind these credentials. Throws badClientId, badClientSecret. */
export async function authenticateApp(db: Db, given: { clientId: string | undefined; clientSecret: string | undefined }, shape: OAuthShape, at: string): Promise<App> {
  const app = given.clientId === undefined ? undefined : await findApp(db, given.clientId);
  if (!app) throw problem.badClientId(shape);
  if (given.clientSecret === undefined || !isSecretOf(app, given.clientSecret, at)) throw problem.badClientSecret(shape);
  return app;
}

function isSecretOf(app: App, secret: string, at: string): boolean {
  const given = hashSecret(secret);
  const isOld = app.oldSecretHash !== null && app.oldSecretUntil! > at && isSame(given, app.oldSecretHash);
  return isSame(given, app.secretHash) || isOld;
}

/** Takes as long wherever the two differ. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(hashSecret(one)), Buffer.from(hashSecret(other)));

export interface CodeExchange {
  code: string | undefined;
  redirectUri: string | undefined;
  /** code_verifier of PKCE. */
  verifier: string | undefined;
}

/**
 * Changes a code into tokens, once. Throws badAuthCode, expiredAuthCode, badRedirectUri, badCodeVerifier: such an attempt does
 * not use the code up.
 */
export async function exchangeCode(db: Db, app: App, { code, redirectUri, verifier }: CodeExchange, shape: OAuthShape, at: string): Promise<Issued> {
  const codeHash = hashSecret(code ?? '');
  const grant = await readCode(db, app.appId, codeHash);
  if (!grant) throw problem.badAuthCode(shape);
  if (grant.expiresAt <= at) throw problem.expiredAuthCode(shape);
  if (redirectUri !== grant.redirectUri) throw problem.badRedirectUri(shape);
  const challenge = verifier === undefined ? null : createHash('sha256').update(verifier).digest('base64url');
  if (challenge !== grant.challenge) throw problem.badCodeVerifier(shape);

  const { portalId, userId, scopes } = grant;
  const refreshToken = `na1-${randomUUID()}`;
  return await db.transaction(async (tx) => {
    if (!(await lockInstall(tx, portalId, app.appId)) || !(await useCode(tx, codeHash, at))) throw problem.badAuthCode(shape);
    const token = { portalId, appId: app.appId, userId, name: app.name, scopes };
    await storeToken(tx, { ...token, kind: 'refresh' }, refreshToken, at);
    return { accessToken: await storeAccessToken(tx, { ...token, kind: 'access' }, at), refreshToken, scopes, install: { portalId, userId } };
  });
}

/**
 * A new access token for a refresh token, which stays as it is (platform.md 5.2 [D]). `scope` may narrow it down. Throws
 * badRefreshToken, badScope.
 */
export async function refreshAccess(
  db: Db, app: App, { refreshToken, scope }: { refreshToken: string | undefined; scope: string | undefined }, shape: OAuthShape, at: string,
): Promise<Issued> {
  const found = await findToken(db, hashSecret(refreshToken ?? ''));
  if (refreshToken === undefined || found?.kind !== 'refresh' || found.appId !== app.appId) throw problem.badRefreshToken(shape);
  const { portalId, appId, userId } = found;
  const scopes = narrow(found.scopes, scope, shape);
  return await db.transaction(async (tx) => {
    if (!(await lockInstall(tx, portalId, appId))) throw problem.badRefreshToken(shape);
    const accessToken = await storeAccessToken(tx, { kind: 'access', portalId, appId, userId, name: app.name, scopes }, at);
    return { accessToken, refreshToken, scopes, install: { portalId, userId: userId! } };
  });
}

/** A token of the app itself, for what belongs to no portal. Throws badScope. */
export async function appAccess(db: Db, app: App, scope: string | undefined, shape: OAuthShape, at: string): Promise<Issued> {
  const scopes = narrow([...new Set([...app.requiredScopes, ...app.optionalScopes])], scope, shape);
  const accessToken = await storeAccessToken(db, { kind: 'client', portalId: NO_PORTAL, appId: app.appId, userId: null, name: app.name, scopes }, at);
  return { accessToken, scopes };
}

/** There is no such portal, so the token opens none. */
const NO_PORTAL = 0;

function narrow(granted: string[], scope: string | undefined, shape: OAuthShape): string[] {
  const asked = (scope ?? '').split(/\s+/).filter(Boolean);
  const beyond = asked.filter((one) => !granted.includes(one));
  if (beyond.length > 0) throw problem.badScope(shape, beyond);
  return asked.length === 0 ? granted : [...new Set(asked)];
}

type NewToken = Pick<TokenRow, 'kind' | 'portalId' | 'appId' | 'userId' | 'name' | 'scopes'>;

async function storeAccessToken(tx: Queryable, token: NewToken, at: string): Promise<string> {
  const text = `C${randomBytes(48).toString('base64url')}`;
  await storeToken(tx, token, text, at, new Date(Date.parse(at) + ACCESS_SECONDS * 1_000).toISOString());
  return text;
}

async function storeToken(tx: Queryable, token: NewToken, text: string, at: string, expiresAt: string | null = null): Promise<void> {
  await insertToken(tx, { ...token, tokenHash: hashSecret(text), hint: text.slice(-4), createdAt: at, expiresAt });
}
