// OAuth apps, for all portals of this database.

import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';
import { takeBlock } from './ids.ts';

export interface AppRow {
  appId: number;
  /** What the app calls itself by, public. */
  clientId: string;
  name: string;
  secretHash: string;
  /** The secret before the last rotation, which stays good for a while. */
  oldSecretHash: string | null;
  oldSecretUntil: string | null;
  redirectUris: string[];
  requiredScopes: string[];
  optionalScopes: string[];
  createdAt: string;
}

const COLUMNS = sql`app_id as "appId", client_id as "clientId", name, secret_hash as "secretHash", old_secret_hash as "oldSecretHash",
  old_secret_until as "oldSecretUntil", redirect_uris as "redirectUris", required_scopes as "requiredScopes", optional_scopes as "optionalScopes",
  created_at as "createdAt"`;

/** Ids of a portal's private apps start at 1 and stay below: an id alone says which kind of app it is. */
const FIRST_APP_ID = 1_000_000;
/** Apps are no portal's, and there is no portal 0. */
const NO_PORTAL = 0;

/** An id for an app, never used before. */
export async function takeAppId(db: Queryable): Promise<number> {
  return FIRST_APP_ID + await takeBlock(db, NO_PORTAL, 'app', 1) - 1;
}

/** Adds an app. */
export async function insertApp(db: Queryable, app: Omit<AppRow, 'oldSecretHash' | 'oldSecretUntil'>): Promise<void> {
  await db.query(sql`
    insert into app (app_id, client_id, name, secret_hash, redirect_uris, required_scopes, optional_scopes, created_at)
    values (${app.appId}::bigint, ${app.clientId}, ${app.name}, ${app.secretHash}, ${JSON.stringify(app.redirectUris)}::jsonb,
      ${JSON.stringify(app.requiredScopes)}::jsonb, ${JSON.stringify(app.optionalScopes)}::jsonb, ${app.createdAt}::timestamptz)`);
}

/** An app that is not deleted, by its client id or its own. */
export async function readApp(db: Queryable, by: { clientId: string } | { appId: number }): Promise<AppRow | undefined> {
  const [row] = await db.query<AppRow>(sql`
    select ${COLUMNS} from app
    where ${'clientId' in by ? sql`client_id = ${by.clientId}` : sql`app_id = ${by.appId}::bigint`} and deleted_at is null`);
  return row;
}

/** The apps that are not deleted, oldest first. */
export async function readApps(db: Queryable): Promise<AppRow[]> {
  return await db.query<AppRow>(sql`select ${COLUMNS} from app where deleted_at is null order by app_id`);
}

/** Gives the app another secret; the one before stays good until `oldUntil`. Returns whether there is such an app. */
export async function replaceSecret(db: Queryable, appId: number, secretHash: string, oldUntil: string): Promise<boolean> {
  const rows = await db.query(sql`
    update app set old_secret_hash = secret_hash, old_secret_until = ${oldUntil}::timestamptz, secret_hash = ${secretHash}
    where app_id = ${appId}::bigint and deleted_at is null returning app_id`);
  return rows.length > 0;
}

/** Marks the app as deleted; its name stays for what it wrote. Returns whether there was such an app. */
export async function markAppDeleted(db: Queryable, appId: number, at: string): Promise<boolean> {
  const rows = await db.query(sql`
    update app set deleted_at = ${at}::timestamptz where app_id = ${appId}::bigint and deleted_at is null returning app_id`);
  return rows.length > 0;
}
