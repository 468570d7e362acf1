// What portals granted apps: installs, and the codes that bring an app its first tokens.

import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';

export interface Install {
  portalId: number;
  appId: number;
  /** Who granted it last. */
  userId: number;
  scopes: string[];
}

/** Notes that the portal has the app, with these scopes from now on. */
export async function saveInstall(db: Queryable, install: Install, at: string): Promise<void> {
  await db.query(sql`
    insert into app_install (portal_id, app_id, user_id, scopes, installed_at, updated_at)
    values (${install.portalId}::bigint, ${install.appId}::bigint, ${install.userId}::bigint, ${JSON.stringify(install.scopes)}::jsonb,
      ${at}::timestamptz, ${at}::timestamptz)
    on conflict (portal_id, app_id) do update set user_id = excluded.user_id, scopes = excluded.scopes, updated_at = excluded.updated_at,
      installed_at = case when app_install.removed_at is null then app_install.installed_at else excluded.installed_at end, removed_at = null`);
}

/** Notes that the portal has the app no longer. */
export async function markInstallRemoved(db: Queryable, portalId: number, appId: number, at: string): Promise<void> {
  await db.query(sql`
    update app_install set removed_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and removed_at is null`);
}

/** Notes that no portal has the app any longer. */
export async function markAllInstallsRemoved(db: Queryable, appId: number, at: string): Promise<void> {
  await db.query(sql`
    update app_install set removed_at = ${at}::timestamptz, updated_at = ${at}::timestamptz where app_id = ${appId}::bigint and removed_at is null`);
}

/** A code that a redirect brings an app. */
export interface CodeRow extends Install {
  codeHash: string;
  redirectUri: string;
  /** code_challenge of PKCE, S256. */
  challenge: string | null;
  expiresAt: string;
}

/** Stores a code. */
export async function insertCode(db: Queryable, code: CodeRow): Promise<void> {
  await db.query(sql`
    insert into oauth_code (code_hash, app_id, portal_id, user_id, redirect_uri, scopes, challenge, expires_at)
    values (${code.codeHash}, ${code.appId}::bigint, ${code.portalId}::bigint, ${code.userId}::bigint, ${code.redirectUri},
      ${JSON.stringify(code.scopes)}::jsonb, ${code.challenge}, ${code.expiresAt}::timestamptz)`);
}
