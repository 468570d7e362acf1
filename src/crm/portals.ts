// Makes portals: one row, and one owner, a user, so that records can be owned from the first day.

import type { Db } from '../db/db.ts';
import { insertUser } from '../db/owners.ts';
import { takeBlock } from '../db/ids.ts';
import { createPortal, insertOwner } from '../db/portals.ts';

/** Makes the portal unless it is there. Two programs doing it at once make one. */
export async function ensurePortal(db: Db, portalId: number, at: string): Promise<void> {
  await db.transaction(async (tx) => {
    const made = await createPortal(tx, { portalId, name: `Portal ${portalId}`, at });
    if (!made) return;
    const id = await takeBlock(tx, portalId, 'owner', 1) - 1;
    const person = { email: 'owner@example.com', firstName: 'Portal', lastName: 'Owner' };
    await insertUser(tx, portalId, { id, ...person, details: { superAdmin: true } }, at);
    await insertOwner(tx, portalId, { id, userId: id, ...person }, at);
  });
}
