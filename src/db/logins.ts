// Who may sign in: passwords by folded email, sessions by the hash of their cookie, and the portals that an email has a user in.

import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';
import { fold } from './fold.ts';

/** A live user of a portal. */
export interface PortalUser {
  portalId: number;
  portalName: string;
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
}

const PORTAL_USER = sql`u.portal_id as "portalId", p.name as "portalName", u.id as "userId", u.email, u.first_name as "firstName", u.last_name as "lastName"`;
const PORTAL_USERS = sql`portal_user u join portal p on p.portal_id = u.portal_id`;

/** The live users of an email, any letter case: the first of each portal, in order of portal. */
export async function readUsersOfEmail(db: Queryable, email: string): Promise<PortalUser[]> {
  return await db.query<PortalUser>(sql`
    select distinct on (u.portal_id) ${PORTAL_USER} from ${PORTAL_USERS}
    where u.archived_at is null and fold(u.email) = ${fold(email)} order by u.portal_id, u.id`);
}

/** The first live user of each portal, in order of portal. */
export async function readFirstUsers(db: Queryable): Promise<PortalUser[]> {
  return await db.query<PortalUser>(sql`
    select distinct on (u.portal_id) ${PORTAL_USER} from ${PORTAL_USERS} where u.archived_at is null order by u.portal_id, u.id`);
}

/** The live users of a portal, and since when each has a password. */
export async function readUsersWithPasswords(db: Queryable, portalId: number): Promise<(PortalUser & { passwordSince: string | null })[]> {
  return await db.query<PortalUser & { passwordSince: string | null }>(sql`
    select ${PORTAL_USER}, l.updated_at as "passwordSince" from ${PORTAL_USERS} left join login l on l.email = fold(u.email)
    where u.portal_id = ${portalId}::bigint and u.archived_at is null order by u.id`);
}

/** The hash of an email's password. */
export async function readPasswordHash(db: Queryable, email: string): Promise<string | undefined> {
  const [row] = await db.query<{ hash: string }>(sql`select password_hash as hash from login where email = ${fold(email)}`);
  return row?.hash;
}

/** Gives an email this password. */
export async function writePasswordHash(db: Queryable, email: string, passwordHash: string, at: string): Promise<void> {
  await db.query(sql`
    insert into login (email, password_hash, updated_at) values (${fold(email)}, ${passwordHash}, ${at}::timestamptz)
    on conflict (email) do update set password_hash = excluded.password_hash, updated_at = excluded.updated_at`);
}

/** Puts a newer hash of the same password in the place of this one. */
export async function replacePasswordHash(db: Queryable, email: string, before: string, after: string): Promise<void> {
  await db.query(sql`update login set password_hash = ${after} where email = ${fold(email)} and password_hash = ${before}`);
}

/** Takes an email's password away. Returns whether there was one. */
export async function deleteLogin(db: Queryable, email: string): Promise<boolean> {
  const rows = await db.query(sql`delete from login where email = ${fold(email)} returning email`);
  return rows.length > 0;
}

/** Adds a session, and clears away those that have ended. */
export async function insertSession(
  tx: Queryable, session: { sessionHash: string; email: string; createdAt: string; expiresAt: string },
): Promise<void> {
  await tx.query(sql`delete from login_session where expires_at <= ${session.createdAt}::timestamptz`);
  await tx.query(sql`
    insert into login_session (session_hash, email, created_at, expires_at)
    values (${session.sessionHash}, ${fold(session.email)}, ${session.createdAt}::timestamptz, ${session.expiresAt}::timestamptz)`);
}

/** The email that signed in, while the session stands. */
export async function readSession(db: Queryable, sessionHash: string, at: string): Promise<string | undefined> {
  const [row] = await db.query<{ email: string }>(sql`
    select email from login_session where session_hash = ${sessionHash} and expires_at > ${at}::timestamptz`);
  return row?.email;
}

/** Ends one session. */
export async function deleteSession(db: Queryable, sessionHash: string): Promise<void> {
  await db.query(sql`delete from login_session where session_hash = ${sessionHash}`);
}

/** Ends every session of an email. */
export async function deleteSessions(db: Queryable, email: string): Promise<void> {
  await db.query(sql`delete from login_session where email = ${fold(email)}`);
}
