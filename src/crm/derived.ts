// Property values that a record's own row gives: its id and its times. They are never stored twice; reads, writes and
// histories all ask here.

import type { ObjectType } from '../catalogue/types.ts';

export interface RowTimes {
  id: number;
  created_at: string;
  updated_at: string;
}

/** Properties that repeat the id beside hs_object_id (objects.md 3.10). */
const ID_MIRRORS: Record<string, readonly string[]> = {
  '0-1': ['hs_all_contact_vids'],
  '0-5': ['hs_ticket_id'],
};

const NO_MIRRORS: readonly string[] = [];

/** Further properties of the type that show the record's id. */
export function idMirrors(type: ObjectType): readonly string[] {
  return ID_MIRRORS[type.id] ?? NO_MIRRORS;
}

/** Which column of the row a property shows, undefined when it is an ordinary property. */
export function derivedFrom(type: ObjectType, property: string): 'id' | 'created_at' | 'updated_at' | undefined {
  if (property === 'hs_object_id') return 'id';
  if (property === type.createdProperty || property === 'hs_createdate') return 'created_at';
  if (property === type.modifiedProperty || property === 'hs_lastmodifieddate') return 'updated_at';
  return idMirrors(type).includes(property) ? 'id' : undefined;
}

/** The value of a derived property. A contact's list of ids has those that were merged into it, too (objects.md 4.6; their order [I]). */
export function derivedValue(property: string, from: 'id' | 'created_at' | 'updated_at', row: RowTimes, stored: Record<string, string>): string {
  if (from !== 'id') return row[from];
  const merged = property === 'hs_all_contact_vids' ? stored.hs_merged_object_ids : undefined;
  return merged ? `${row.id};${merged}` : String(row.id);
}
