// Archives records: gone from reads, lists and associations, their unique values free, there still with archived=true.

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import type { RecordKey } from '../db/merges.ts';
import { archiveAssociations, readNeighbours, readPrimaries } from '../db/move-associations.ts';
import { idsByType, lockRecords, readRecords, type RecordRow } from '../db/records.ts';
import { StaleWriteError, writeRecords } from '../db/write-records.ts';
import { keyText, readByIds } from './aliases.ts';
import { checkInputCount, retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { MAX_INPUTS } from './create-records.ts';
import { checkRecordName, recordId } from './find-records.ts';
import { claimsOf } from './unique-values.ts';

/** Archives at most 100 records. Ids of no record, or of archived ones, are passed over (objects.md 4.4 [O]). */
export async function archiveRecords(ctx: Context, type: ObjectType, inputs: { id: string | number }[]): Promise<void> {
  checkInputCount(inputs, MAX_INPUTS);
  const ids = [...new Set(inputs.flatMap((input) => recordId(String(input.id)) ?? []))];
  await retryingStale(async () => {
    // Several names of one merged record reach the same row.
    const rows = [...new Map([...(await readByIds(ctx, type, ids)).values()].map((row) => [row.id, row])).values()];
    if (rows.length === 0) return;
    const neighbours = await readNeighbours(ctx.db, ctx.portal.placement, type.id, rows.map((row) => row.id));
    const keys = await addNeighboursOfOrphans(ctx, [...rows.map((row) => ({ objectType: type.id, id: row.id })), ...neighbours]);
    await ctx.db.transaction(async (tx) => {
      await lockRecords(tx, ctx.portal.placement, idsByType(keys));
      await archiveLocked(ctx, tx, type, rows, neighbours);
    });
  });
}

/** Archives one record. Succeeds for ids that never were; throws recordIdNotNumeric for what is no id [I]. */
export async function archiveRecord(ctx: Context, type: ObjectType, id: string): Promise<void> {
  checkRecordName(id, undefined);
  await archiveRecords(ctx, type, [{ id }]);
}

/** Archives rows whose locks, and those of their neighbours, the transaction holds. Throws StaleWriteError when there are other neighbours. */
async function archiveLocked(ctx: Context, tx: Queryable, type: ObjectType, rows: RecordRow[], locked: RecordKey[]): Promise<void> {
  await writeRecords(tx, ctx.portal.placement, {
    objectType: type.id, at: ctx.at, source: ctx.source, creates: [], updates: [], claims: [],
    releases: rows.flatMap((row) => claimsOf(ctx.portal, type, row.properties, row.id)),
    archives: rows.map((row) => ({ id: row.id, version: row.version })), modelVersion: ctx.portal.modelVersion,
  });
  const neighbours = await archiveAssociations(tx, ctx.portal.placement, type.id, rows.map((row) => row.id));
  checkLocked(neighbours, locked);
  await archiveOrphans(ctx, tx, neighbours);
}

/** Throws StaleWriteError when a record was met that is not among the locked ones. */
export function checkLocked(met: RecordKey[], locked: RecordKey[]): void {
  const known = new Set(locked.map(keyText));
  if (met.some((key) => !known.has(keyText(key)))) throw new StaleWriteError('a record was associated meanwhile');
}

/**
 * The records, and the neighbours of those that may go with what is done to them (archiveOrphans), to be locked with them:
 * whoever locks them only then does it out of order, and may wait for somebody who waits for them.
 */
export async function addNeighboursOfOrphans(ctx: Context, keys: RecordKey[]): Promise<RecordKey[]> {
  const all = [...keys];
  for (const [typeId, some] of Map.groupBy(keys, (key) => key.objectType)) {
    if (ctx.portal.objectType(typeId)?.requiredAssociations) all.push(...await readNeighbours(ctx.db, ctx.portal.placement, typeId, some.map((key) => key.id)));
  }
  return all;
}

/**
 * Archives those of the records, all locked, that have lost the last of the associations that their type requires: a lead
 * goes with its last primary contact or company (schema.md 1.7 rule 9 [D]).
 */
export async function archiveOrphans(ctx: Context, tx: Queryable, keys: RecordKey[]): Promise<void> {
  for (const [typeId, some] of Map.groupBy(keys, (key) => key.objectType)) {
    // Another process may have made the type a moment ago.
    const type = ctx.portal.objectType(typeId);
    if (!type?.requiredAssociations) continue;
    const ids = [...new Set(some.map((key) => key.id))];
    const held = new Set((await readPrimaries(tx, ctx.portal.placement, typeId, ids, type.requiredAssociations)).map((row) => row.fromId));
    const rows = await readRecords(tx, ctx.portal.placement, typeId, ids.filter((id) => !held.has(id)));
    if (rows.length === 0) continue;
    const neighbours = await readNeighbours(tx, ctx.portal.placement, typeId, rows.map((row) => row.id));
    await lockRecords(tx, ctx.portal.placement, idsByType(neighbours));
    await archiveLocked(ctx, tx, type, rows, neighbours);
  }
}
