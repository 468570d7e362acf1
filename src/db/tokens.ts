// Tokens by the SHA-256 of their text: those of private apps, and the access and refresh tokens of OAuth apps. The text
// itself is never stored.

import sql from 'sql-template-tag';
import { prepared, type Db, type Queryable } from './db.ts';

/** `private`: a static token, `pat-...`. `access` and `refresh`: of an OAuth app in a portal. `client`: of the app itself. */
export type TokenKind = 'private' | 'access' | 'refresh' | 'client';

export interface TokenRow {
  tokenHash: string;
  kind: TokenKind;
  portalId: number;
  /** The app that the token stands for: hs_object_source_id of what it writes. */
  appId: number;
  /** Who made the app or granted it access; null for tokens made on the command line. */
  userId: number | null;
  name: string;
  /** The token's last four characters. */
  hint: string;
  scopes: string[];
  createdAt: string;
  /** Null for a token that stays until it is revoked. */
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

const COLUMNS = sql`token_hash as "tokenHash", kind, portal_id as "portalId", app_id as "appId", user_id as "userId", name, hint, scopes,
  created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

/** The token if it is known and not revoked; it may have expired. */
export async function findToken(db: Queryable, tokenHash: string): Promise<TokenRow | undefined> {
  const [row] = await db.query<TokenRow>(prepared('find-token', sql`
    select ${COLUMNS} from token where token_hash = ${tokenHash} and revoked_at is null`));
  return row;
}

/** The tokens of the portal's private apps, oldest first, revoked ones too. */
export async function listTokens(db: Queryable, portalId: number): Promise<TokenRow[]> {
  return await db.query<TokenRow>(sql`
    select ${COLUMNS} from token where portal_id = ${portalId}::bigint and kind = 'private' order by app_id, created_at`);
}

/** The names of apps, those of deleted ones and of revoked tokens too. */
export async function readAppNames(db: Queryable, portalId: number, appIds: number[]): Promise<Map<number, string>> {
  if (appIds.length === 0) return new Map();
  const rows = await db.query<{ appId: number; name: string }>(prepared('read-app-names', sql`
    select app_id as "appId", name from token where portal_id = ${portalId}::bigint and kind = 'private' and app_id = any(${appIds}::bigint[])
    union all
    select app_id, name from app where app_id = any(${appIds}::bigint[])`));
  return new Map(rows.map((row) => [row.appId, row.name]));
}

/** Stores a token; one that is there already is made valid again as this one. */
export async function insertToken(db: Queryable, token: Omit<TokenRow, 'lastUsedAt' | 'revokedAt'>): Promise<void> {
  await db.query(sql`
    insert into token (token_hash, kind, portal_id, app_id, user_id, name, hint, scopes, created_at, expires_at)
    values (${token.tokenHash}, ${token.kind}, ${token.portalId}::bigint, ${token.appId}::bigint, ${token.userId}::bigint, ${token.name}, ${token.hint},
      ${JSON.stringify(token.scopes)}::jsonb, ${token.createdAt}::timestamptz, ${token.expiresAt}::timestamptz)
    on conflict (token_hash) do update set revoked_at = null, expires_at = excluded.expires_at, portal_id = excluded.portal_id, scopes = excluded.scopes`);
}

/** Revokes the tokens of a private app. Returns whether there was a live one. */
export async function revokeTokens(db: Queryable, portalId: number, appId: number, at: string): Promise<boolean> {
  const rows = await db.query(sql`
    update token set revoked_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and kind = 'private' and revoked_at is null returning app_id`);
  return rows.length > 0;
}

/** Revokes one token of an OAuth app. Returns whether it was live. */
export async function revokeByHash(db: Queryable, tokenHash: string, at: string): Promise<boolean> {
  const rows = await db.query(sql`
    update token set revoked_at = ${at}::timestamptz where token_hash = ${tokenHash} and kind <> 'private' and revoked_at is null returning app_id`);
  return rows.length > 0;
}

/** Revokes all tokens of an OAuth app in the portal. */
export async function revokeInstalled(db: Queryable, portalId: number, appId: number, at: string): Promise<void> {
  await db.query(sql`
    update token set revoked_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and kind <> 'private' and revoked_at is null`);
}

/** Revokes all tokens of an OAuth app, in every portal. */
export async function revokeEverywhere(db: Queryable, appId: number, at: string): Promise<void> {
  await db.query(sql`update token set revoked_at = ${at}::timestamptz where app_id = ${appId}::bigint and kind <> 'private' and revoked_at is null`);
}

/** Has the tokens of a private app end at `until`, if not earlier. */
export async function limitLifetime(db: Queryable, portalId: number, appId: number, until: string): Promise<void> {
  await db.query(sql`
    update token set expires_at = least(expires_at, ${until}::timestamptz)
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and kind = 'private' and revoked_at is null`);
}

/** Notes when tokens were used; a later time that is there stays. */
export async function writeUses(db: Db, uses: { tokenHash: string; at: string }[]): Promise<void> {
  // In a transaction, which runs again after a deadlock: other processes write the same rows.
  await db.transaction(async (tx) => await tx.query(sql`
    update token set last_used_at = greatest(token.last_used_at, used.at)
    from unnest(${uses.map((use) => use.tokenHash)}::text[], ${uses.map((use) => use.at)}::timestamptz[]) as used (token_hash, at)
    where token.token_hash = used.token_hash`));
}

/** Removes the tokens of OAuth apps that expired before. */
export async function deleteEnded(db: Queryable, expiredBefore: string): Promise<void> {
  await db.query(sql`delete from token where expires_at < ${expiredBefore}::timestamptz and kind <> 'private'`);
}
