// A record that was merged into another stays a name of it: its id reaches the survivor wherever an id is taken
// (objects.md 4.6 [D]). Only an id that is not found costs a look here; merges keep every name one step from its record.

import type { ObjectType } from '../catalogue/types.ts';
import { findSurvivors, type RecordKey } from '../db/merges.ts';
import { findLiveRecords, readRecords, type ReadRow } from '../db/records.ts';
import type { Context } from './context.ts';

/** Live records (or archived ones) by the ids that clients sent, their own or those of records merged into them. */
export async function readByIds(ctx: Context, type: ObjectType, ids: number[], archived = false): Promise<Map<number, ReadRow>> {
  const read = async (some: number[]): Promise<ReadRow[]> => await readRecords(ctx.db, ctx.portal.placement, type.id, some, archived);
  const found = new Map((await read(ids)).map((row) => [row.id, row]));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  await follow(ctx, missing.map((id) => ({ objectType: type.id, id })), async (survivors) => new Map((await read(survivors.map((key) => key.id))).map((row) => [keyText({ objectType: type.id, id: row.id }), row])),
    (key, row) => found.set(key.id, row));
  return found;
}

/** The ids of live records that keys reach, themselves or what they were merged into; those that reach none are left out. */
export async function findLiveIds(ctx: Context, keys: RecordKey[]): Promise<Map<string, number>> {
  const read = async (some: RecordKey[]): Promise<Map<string, number>> => new Map(
    (await findLiveRecords(ctx.db, ctx.portal.placement, some)).map((row) => [keyText({ objectType: row.object_type, id: row.id }), row.id]),
  );
  const found = await read(keys);
  await follow(ctx, keys.filter((key) => !found.has(keyText(key))), read, (key, id) => found.set(keyText(key), id));
  return found;
}

export const keyText = (key: RecordKey): string => `${key.objectType} ${key.id}`;

/** Finds what the missing keys were merged into; again as long as a survivor is itself merged away in the meantime. */
async function follow<T>(
  ctx: Context, keys: RecordKey[], read: (keys: RecordKey[]) => Promise<Map<string, T>>, put: (key: RecordKey, found: T) => void,
): Promise<void> {
  const tried = new Set<string>();
  let missing = keys;
  while (missing.length > 0) {
    const survivors = new Map((await findSurvivors(ctx.db, ctx.portal.placement, missing)).map((s) => [keyText(s), { objectType: s.objectType, id: s.survivor }]));
    const fresh = new Map([...survivors.values()].map((key) => [keyText(key), key] as const).filter(([text]) => !tried.has(text)));
    if (fresh.size === 0) return;
    const found = await read([...fresh.values()]);
    for (const text of fresh.keys()) tried.add(text);
    const still: RecordKey[] = [];
    for (const key of missing) {
      const survivor = survivors.get(keyText(key));
      const hit = survivor && found.get(keyText(survivor));
      if (hit !== undefined) put(key, hit);
      else if (survivor) still.push(key);
    }
    missing = still;
  }
}
