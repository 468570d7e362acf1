// Passwords of users, for the command line: one per email, whichever portals have a user of it.

import type { Db } from '../db/db.ts';
import { deleteLogin, deleteSessions, readUsersOfEmail, readUsersWithPasswords, writePasswordHash, type PortalUser } from '../db/logins.ts';
import { readPortal } from '../db/portals.ts';
import { recordActivity } from './activity.ts';

/** Gives an email a password, by its hash, and ends its sessions. False when no portal has a live user of the email. */
export async function setPassword(db: Db, email: string, passwordHash: string, at: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const users = await readUsersOfEmail(tx, email);
    if (users.length === 0) return false;
    await writePasswordHash(tx, email, passwordHash, at);
    await deleteSessions(tx, email);
    for (const { portalId, userId } of users) {
      await recordActivity(tx, portalId, 'security', { at, userId: null, details: { type: 'CHANGE_PASSWORD', objectId: String(userId), userEmail: null } });
    }
    return true;
  });
}

/** Takes an email's password away and ends its sessions. False when it had none. */
export async function lockUser(db: Db, email: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    await deleteSessions(tx, email);
    return await deleteLogin(tx, email);
  });
}

/** The live users of a portal. Undefined when there is no such portal. */
export async function listLogins(db: Db, portalId: number): Promise<(PortalUser & { passwordSince: string | null })[] | undefined> {
  if (!(await readPortal(db, portalId))) return undefined;
  return await readUsersWithPasswords(db, portalId);
}
