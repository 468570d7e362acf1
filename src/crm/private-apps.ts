// Private apps: each is its tokens, of which a rotation leaves two for a while.

import type { Db } from '../db/db.ts';
import { limitLifetime, listTokens, type TokenRow } from '../db/tokens.ts';
import { addToken } from './tokens.ts';

/** Of a portal (platform.md 5.5 [D]). */
export const MAX_PRIVATE_APPS = 20;

/** How many private apps have a token that works. */
export async function countPrivateApps(db: Db, portalId: number, at: string): Promise<number> {
  return new Set((await listTokens(db, portalId)).filter((token) => isLive(token, at)).map((token) => token.appId)).size;
}

/** True for a token that is neither revoked nor expired. */
export const isLive = ({ revokedAt, expiresAt }: TokenRow, at: string): boolean => revokedAt === null && (expiresAt === null || expiresAt > at);

/**
 * Makes another token of the same private app, to live as long as the one before was made for; those before end after `overlapMs`.
 * Undefined when there is no such app, or its tokens are revoked.
 */
export async function rotateToken(
  db: Db, { portalId, appId, overlapMs, at }: { portalId: number; appId: number; overlapMs: number; at: string },
): Promise<{ token: string } | undefined> {
  const after = (ms: number): string => new Date(Date.parse(at) + ms).toISOString();
  return await db.transaction(async (tx) => {
    const newest = (await listTokens(tx, portalId)).findLast((token) => token.appId === appId && token.revokedAt === null);
    if (!newest) return undefined;
    await limitLifetime(tx, portalId, appId, after(overlapMs));
    const lifetime = newest.expiresAt === null ? {} : { expiresAt: after(Date.parse(newest.expiresAt) - Date.parse(newest.createdAt)) };
    const { token } = await addToken(tx, { portalId, appId, name: newest.name, scopes: newest.scopes, at, ...lifetime });
    return { token };
  });
}
