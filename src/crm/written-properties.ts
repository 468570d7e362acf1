// What a write takes for granted of the portal's own properties: that each of them is there, and holds what it held in the
// snapshot that the write was planned by. The database holds it to that (db/write-records.ts).

import type { ObjectType } from '../catalogue/types.ts';
import type { ExpectedProperty } from '../db/write-records.ts';
import type { Portal } from './portal.ts';

const NONE: ExpectedProperty[] = [];

/** The portal's own properties among those that get values. A type without any costs a look at an empty map. */
export function expectedProperties(portal: Portal, type: ObjectType, writes: readonly { set: Record<string, string> }[]): ExpectedProperty[] {
  const kinds = portal.ownKinds(type.id);
  if (kinds.size === 0) return NONE;
  const written = new Set<string>();
  for (const { set } of writes) for (const name in set) if (kinds.has(name)) written.add(name);
  return [...written].sort().map((name) => ({ name, kind: kinds.get(name)! }));
}
