// Access tokens: made, listed, revoked, and turned into a caller. Only hashes are stored.

import { hash, randomUUID } from 'node:crypto';
import type { Db, Queryable } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';
import { findToken, insertToken, listTokens, revokeTokens, type TokenKind, type TokenRow } from '../db/tokens.ts';
import { problem } from '../errors.ts';
import { recordActivity } from './activity.ts';

/** Stands for every scope there is, those of later versions included. */
export const ALL_SCOPES = '*';

/** Who is calling. */
export interface Caller {
  portalId: number;
  /** The private app or the OAuth app behind the token. */
  appId: number;
  /** Of the token: a private app's stays, an OAuth app's expires. */
  kind: TokenKind;
  /** The user who granted the access, null for a token made on the command line. */
  userId: number | null;
  scopes: ReadonlySet<string>;
}

/** The scope that every app has. */
const OAUTH = 'oauth';

/** True when the caller has one of the scopes, or all. */
export function hasAnyScope(caller: Caller, scopes: readonly string[]): boolean {
  return caller.scopes.has(ALL_SCOPES) || scopes.some((scope) => caller.scopes.has(scope) || scope === OAUTH);
}

export interface NewToken {
  portalId: number;
  name: string;
  scopes: string[];
  /** The token to use; one of the form `pat-na1-...` is made when it is not given. */
  token?: string;
  /** The private app that it is of; a new one when it is not given. */
  appId?: number;
  /** It stays until it is revoked when it is not given. */
  expiresAt?: string;
  at: string;
}

/** Stores a token and returns its text: the only time it can be seen. The portal's security feed tells of it. */
export async function createToken(db: Db, input: NewToken): Promise<{ token: string; appId: number }> {
  return await db.transaction(async (tx) => await addToken(tx, input));
}

/** The same within a transaction. Another token of an app that is there is a rotation. */
export async function addToken(db: Queryable, input: NewToken): Promise<{ token: string; appId: number }> {
  const token = input.token ?? `pat-na1-${randomUUID()}`;
  const appId = input.appId ?? await takeBlock(db, input.portalId, 'app', 1) - 1;
  await insertToken(db, {
    tokenHash: hashSecret(token), kind: 'private', portalId: input.portalId, appId, userId: null, name: input.name, hint: token.slice(-4), scopes: input.scopes,
    createdAt: input.at, expiresAt: input.expiresAt ?? null,
  });
  await noteToken(db, input.appId === undefined ? 'CREATE' : 'ROTATE', { ...input, appId });
  return { token, appId };
}

/** Makes sure that the token works for the portal with all scopes: what SPOKE_TOKEN asks for. */
export async function ensureToken(db: Db, input: { portalId: number; token: string; at: string }): Promise<void> {
  const known = await findToken(db, hashSecret(input.token));
  const isGood = known?.portalId === input.portalId && known.scopes.includes(ALL_SCOPES) && (known.expiresAt === null || known.expiresAt > input.at);
  if (isGood) return;
  await createToken(db, { ...input, name: 'SPOKE_TOKEN', scopes: [ALL_SCOPES] });
}

/** Revokes the tokens of a private app. Returns whether there was a live one. */
export async function revokeToken(db: Db, portalId: number, appId: number, at: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const revoked = await revokeTokens(tx, portalId, appId, at);
    if (revoked) await noteToken(tx, 'DEACTIVATE', { portalId, appId, at });
    return revoked;
  });
}

/** HubSpot's words for it. Tokens come and go on the command line, by nobody in particular. */
async function noteToken(db: Queryable, what: 'CREATE' | 'ROTATE' | 'DEACTIVATE', { portalId, appId, at }: { portalId: number; appId: number; at: string }): Promise<void> {
  await recordActivity(db, portalId, 'security', { at, userId: null, details: { type: `PRIVATE_APP_ACCESS_TOKEN_${what}`, objectId: String(appId), userEmail: null } });
}

export { listTokens, type TokenRow };

export interface Callers {
  /** The caller behind a token's text. Throws missingCredentials when it is unknown or revoked, expiredToken. */
  find: (token: string) => Promise<Caller>;
}

const KEPT_MS = 1_000;
const KEPT_AT_MOST = 10_000;

/**
 * Remembers callers for a second, so that a revoked token stops working within that time on every process. `noteUse` is told of
 * every call.
 */
export function createCallers(db: Db, now: () => number, noteUse: (tokenHash: string, at: number) => void): Callers {
  const kept = new Map<string, { caller: Caller; until: number }>();
  return {
    async find(token) {
      const tokenHash = hashSecret(token);
      const found = kept.get(tokenHash);
      if (found && found.until > now()) {
        noteUse(tokenHash, now());
        return found.caller;
      }
      const row = await findToken(db, tokenHash);
      if (!row || row.kind === 'refresh') {
        kept.delete(tokenHash);
        throw problem.missingCredentials();
      }
      const expires = row.expiresAt === null ? Infinity : Date.parse(row.expiresAt);
      if (expires <= now()) throw problem.expiredToken(row.expiresAt!, now());
      if (kept.size >= KEPT_AT_MOST) kept.clear();
      const caller = { portalId: row.portalId, appId: row.appId, kind: row.kind, userId: row.userId, scopes: new Set(row.scopes) };
      kept.set(tokenHash, { caller, until: Math.min(now() + KEPT_MS, expires) });
      noteUse(tokenHash, now());
      return caller;
    },
  };
}

/** How tokens, codes and other random secrets are stored. Not for passwords: those are guessed. */
export function hashSecret(text: string): string {
  return hash('sha256', text);
}
