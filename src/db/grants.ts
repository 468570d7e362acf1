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

/** Holds the install until the end of the transaction, so that no token is given out for an app that goes. Returns whether it is there. */
export async function lockInstall(tx: Queryable, portalId: number, appId: number): Promise<boolean> {
  const rows = await tx.query(sql`
    select 1 from app_install where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and removed_at is null for share`);
  return rows.length > 0;
}

/** Notes that the portal has the app no longer. Returns whether it had it until now. */
export async function markInstallRemoved(tx: Queryable, portalId: number, appId: number, at: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update app_install set removed_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and removed_at is null returning app_id`);
  return rows.length > 0;
}

/** Whether the portal has or once had the app. */
export async function wasInstalled(db: Queryable, portalId: number, appId: number): Promise<boolean> {
  const rows = await db.query(sql`select 1 from app_install where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint`);
  return rows.length > 0;
}

/** Notes that no portal has the app any longer. */
export async function markAllInstallsRemoved(tx: Queryable, appId: number, at: string): Promise<void> {
  await tx.query(sql`
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

/** A code of the app that was not used yet; it may have expired. */
export async function readCode(db: Queryable, appId: number, codeHash: string): Promise<CodeRow | undefined> {
  const [row] = await db.query<CodeRow>(sql`
    select code_hash as "codeHash", portal_id as "portalId", app_id as "appId", user_id as "userId", redirect_uri as "redirectUri", scopes, challenge,
      expires_at as "expiresAt"
    from oauth_code where code_hash = ${codeHash} and app_id = ${appId}::bigint and used_at is null`);
  return row;
}

/** Uses the code up. Of several at once, one gets true. */
export async function useCode(tx: Queryable, codeHash: string, at: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update oauth_code set used_at = ${at}::timestamptz where code_hash = ${codeHash} and used_at is null returning code_hash`);
  return rows.length > 0;
}

/** Uses up all codes of the app in the portal. */
export async function voidCodes(tx: Queryable, portalId: number, appId: number, at: string): Promise<void> {
  await tx.query(sql`
    update oauth_code set used_at = ${at}::timestamptz where portal_id = ${portalId}::bigint and app_id = ${appId}::bigint and used_at is null`);
}

/** Removes the codes that expired before. */
export async function deleteCodes(db: Queryable, expiredBefore: string): Promise<void> {
  await db.query(sql`delete from oauth_code where expires_at < ${expiredBefore}::timestamptz`);
}
