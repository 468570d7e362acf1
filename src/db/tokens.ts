// Access tokens by the SHA-256 of their text. The text itself is never stored.

import sql from 'sql-template-tag';
import { prepared, type Queryable } from './db.ts';

export interface TokenRow {
  tokenHash: string;
  portalId: number;
  /** The private app that the token stands for: hs_object_source_id of what it writes. */
  appId: number;
  name: string;
  /** The token's last four characters. */
  hint: string;
  scopes: string[];
  createdAt: string;
  revokedAt: string | null;
}

const COLUMNS = sql`token_hash as "tokenHash", portal_id as "portalId", app_id as "appId", name, hint, scopes,
  created_at as "createdAt", revoked_at as "revokedAt"`;

/** The token if it is known and not revoked. */
export async function findToken(db: Queryable, tokenHash: string): Promise<TokenRow | undefined> {
  const [row] = await db.query<TokenRow>(prepared('find-token', sql`
    select ${COLUMNS} from token where token_hash = ${tokenHash} and revoked_at is null`));
  return row;
}

/** The portal's tokens, oldest first, revoked ones too. */
export async function listTokens(db: Queryable, portalId: number): Promise<TokenRow[]> {
  return await db.query<TokenRow>(sql`select ${COLUMNS} from token where portal_id = ${portalId}::bigint order by app_id`);
}

/** The names of apps, those of revoked tokens too. */
export async function readAppNames(db: Queryable, portalId: number, appIds: number[]): Promise<Map<number, string>> {
  if (appIds.length === 0) return new Map();
  const rows = await db.query<{ appId: number; name: string }>(prepared('read-app-names', sql`
    select app_id as "appId", name from token where portal_id = ${portalId}::bigint and app_id = any(${appIds}::bigint[])`));
  return new Map(rows.map((row) => [row.appId, row.name]));
}

/** Stores a token; one that is there already is made valid again for the same portal. */
export async function insertToken(db: Queryable, token: Omit<TokenRow, 'revokedAt'>): Promise<void> {
  await db.query(sql`
    insert into token (token_hash, portal_id, app_id, name, hint, scopes, created_at)
    values (${token.tokenHash}, ${token.portalId}::bigint, ${token.appId}::bigint, ${token.name}, ${token.hint},
      ${JSON.stringify(token.scopes)}::jsonb, ${token.createdAt}::timestamptz)
    on conflict (token_hash) do update set revoked_at = null, portal_id = excluded.portal_id, scopes = excluded.scopes`);
}

/** Revokes the portal's token of that app. Returns whether there was a live one. */
export async function revokeToken(db: Queryable, portalId: number, appId: number, at: string): Promise<boolean> {
  const rows = await db.query(sql`
    update token set revoked_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and revoked_at is null returning app_id`);
  return rows.length > 0;
}
