// Archives records: gone from reads, lists and associations, their unique values free, there still with archived=true.

import type { ObjectType } from '../catalogue/types.ts';
import { writeRecords } from '../db/write-records.ts';
import { readByIds } from './aliases.ts';
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
    await writeRecords(ctx.db, ctx.portal.placement, {
      objectType: type.id, at: ctx.at, source: ctx.source, creates: [], updates: [], claims: [], associations: [],
      releases: rows.flatMap((row) => claimsOf(ctx.portal, type, row.properties, row.id)),
      archives: rows.map((row) => ({ id: row.id, version: row.version })),
    });
  });
}

/** Archives one record. Succeeds for ids that never were; throws recordIdNotNumeric for what is no id [I]. */
export async function archiveRecord(ctx: Context, type: ObjectType, id: string): Promise<void> {
  checkRecordName(id, undefined);
  await archiveRecords(ctx, type, [{ id }]);
}
