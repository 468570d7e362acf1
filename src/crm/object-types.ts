// Object types that a portal may switch off (schema.md 7.2): records of one that is off cannot be reached, its model can.
// All are on in a new portal. The records stay where they are.

import type { Catalogue, ObjectType } from '../catalogue/types.ts';
import type { Db } from '../db/db.ts';
import { bumpModelVersion, lockModel, readPortal, writeDisabledTypes } from '../db/portals.ts';
import { recordActivity } from './activity.ts';

/** Every type that can be switched, and whether it is on. Undefined when there is no such portal. */
export async function listSwitchableTypes(db: Db, catalogue: Catalogue, portalId: number): Promise<{ type: ObjectType; enabled: boolean }[] | undefined> {
  const portal = await readPortal(db, portalId);
  return portal && catalogue.objectTypes.filter((type) => type.switchable).map((type) => ({ type, enabled: !portal.disabledTypes.includes(type.id) }));
}

/** Switches a type on or off. Returns false when there is no such portal. */
export async function switchType(db: Db, portalId: number, typeId: string, enabled: boolean, at: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    await lockModel(tx, portalId);
    const portal = await readPortal(tx, portalId);
    if (!portal) return false;
    const others = portal.disabledTypes.filter((id) => id !== typeId);
    await writeDisabledTypes(tx, portalId, enabled ? others : [...others, typeId].sort());
    await recordActivity(tx, portalId, 'audit', { at, userId: null, details: { category: 'OBJECT_TYPE', action: 'UPDATE', targetObjectId: typeId, userEmail: null } });
    await bumpModelVersion(tx, portalId);
    return true;
  });
}
