// What a token is: told to whoever holds it, and to the app that it belongs to. Here tokens end, too.

import { loadCatalogue } from '../catalogue/load.ts';
import type { Db } from '../db/db.ts';
import { markInstallRemoved, voidCodes, wasInstalled } from '../db/grants.ts';
import { readUser, readUserPage } from '../db/owners.ts';
import { findToken, revokeByHash, revokeInstalled, type TokenRow } from '../db/tokens.ts';
import { problem } from '../errors.ts';
import { recordActivity } from './activity.ts';
import type { App } from './apps.ts';
import { ALL_SCOPES, hashSecret } from './tokens.ts';

/** A live token of an OAuth app. */
export interface TokenInfo extends Pick<TokenRow, 'kind' | 'portalId' | 'appId' | 'userId' | 'scopes' | 'expiresAt'> {
  /** Of the user who granted the access, undefined when there is no such user any longer. */
  email: string | undefined;
}

/** What the token of an OAuth app is, undefined when it is unknown, expired or revoked. */
export async function describeToken(db: Db, text: string, at: string): Promise<TokenInfo | undefined> {
  const token = await findToken(db, hashSecret(text));
  if (!token || token.kind === 'private' || (token.expiresAt !== null && token.expiresAt <= at)) return undefined;
  const { kind, portalId, appId, userId, scopes, expiresAt } = token;
  const user = userId === null ? undefined : await readUser(db, portalId, { id: userId });
  return { kind, portalId, appId, userId, scopes, expiresAt, email: user?.email };
}

/** Revokes a token of the app; another's is left alone. Access tokens outlive their refresh token (platform.md 5.2 [D]). */
export async function revokeTokenOf(db: Db, app: App, text: string, at: string): Promise<void> {
  const hash = hashSecret(text);
  if ((await findToken(db, hash))?.appId === app.appId) await revokeByHash(db, hash, at);
}

/** Revokes a refresh token for whoever holds it. Returns whether there was one. */
export async function revokeRefreshToken(db: Db, text: string, at: string): Promise<boolean> {
  const hash = hashSecret(text);
  return (await findToken(db, hash))?.kind === 'refresh' && await revokeByHash(db, hash, at);
}

/** Takes the app out of the portal: its tokens and codes there are void. Throws notInstalled for what is no OAuth app. */
export async function uninstallApp(db: Db, portalId: number, appId: number, at: string): Promise<void> {
  await db.transaction(async (tx) => {
    // First: who gives out a token holds the install.
    if (!(await markInstallRemoved(tx, portalId, appId, at))) {
      // Done already, by another call.
      if (await wasInstalled(tx, portalId, appId)) return;
      throw problem.notInstalled();
    }
    await voidCodes(tx, portalId, appId, at);
    await revokeInstalled(tx, portalId, appId, at);
    await recordActivity(tx, portalId, 'security', { at, userId: null, details: { type: 'UNINSTALL_INTEGRATION', objectId: String(appId), userEmail: null } });
  });
}

/** What the token of a private app may do and where (platform.md 5.5 [D]). Throws missingCredentials, expiredToken. */
export async function describePrivateToken(db: Db, text: string, at: string): Promise<{ userId: number | undefined; portalId: number; appId: number; scopes: string[] }> {
  const token = await findToken(db, hashSecret(text));
  if (token?.kind !== 'private') throw problem.missingCredentials();
  if (token.expiresAt !== null && token.expiresAt <= at) throw problem.expiredToken(token.expiresAt, Date.parse(at));
  const { portalId, appId, scopes } = token;
  // One that was made on the command line was made by nobody in particular: it is told as the portal's first user's [I].
  const userId = token.userId ?? (await readUserPage(db, portalId, { after: 0, limit: 1 }))[0]?.id;
  return { userId, portalId, appId, scopes: scopes.includes(ALL_SCOPES) ? [...loadCatalogue().scopes] : scopes };
}
