// Deletes a record for good: its values, its past, its associations and every name it had by merges. The emails of a
// contact, or one that no contact has, may not come back (objects.md 4.7).

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { findSurvivors, lockRecord, type RecordKey } from '../db/merges.ts';
import { deleteArchivedAssociations, moveAssociations, readNeighbours } from '../db/move-associations.ts';
import { blockEmails, deleteRecords, findArchivedByEmail } from '../db/purges.ts';
import { idsByType, lockRecords, readRecords, type RecordRow } from '../db/records.ts';
import { problem } from '../errors.ts';
import { notingActivity } from './activity.ts';
import { addNeighboursOfOrphans, archiveOrphans, checkLocked } from './archive-records.ts';
import { retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { checkRecordName, findIds } from './find-records.ts';
import { mergedIds } from './merge-values.ts';
import { actorOf, checkModel } from './model-changes.ts';
import { propertyTypes } from './property-types/index.ts';
import { claimsOf, isContactEmail, uniqueForm } from './unique-values.ts';

export interface GdprDeleteInput {
  objectId: string | number;
  idProperty?: string;
}

/**
 * Deletes the record, live or archived, that the id or unique value reaches; by email the archived contacts that had it
 * too [I]. Succeeds when there is none, like an archive [I]. Throws recordIdNotNumeric, nonUniqueProperty, and
 * invalidProperties for an email that is none.
 */
export async function gdprDelete(ctx: Context, type: ObjectType, input: GdprDeleteInput): Promise<void> {
  const name = String(input.objectId);
  checkRecordName(name, input.idProperty);
  const email = input.idProperty !== undefined && isContactEmail(type, input.idProperty) ? readEmail(ctx, type, name) : undefined;
  const live = (await findIds(ctx, type, [name], input.idProperty)).get(name);
  const archived = email === undefined ? [] : await findArchivedByEmail(ctx.db, ctx.portal.placement, type.id, email);

  const named = [...new Set([...(live === undefined ? [] : [live]), ...archived])];
  await retryingStale(async () => {
    const survivors = await findSurvivors(ctx.db, ctx.portal.placement, named.map((id) => ({ objectType: type.id, id })));
    const ids = [...new Set([...named, ...survivors.map((row) => row.survivor)])];
    const before = [...await readRecords(ctx.db, ctx.portal.placement, type.id, ids), ...await readRecords(ctx.db, ctx.portal.placement, type.id, ids, true)];
    const keys = await addNeighboursOfOrphans(ctx, [
      ...[...new Set([...ids, ...mergedIds(before)])].map((id) => ({ objectType: type.id, id })), ...await readNeighbours(ctx.db, ctx.portal.placement, type.id, ids),
    ]);
    await ctx.db.transaction(async (tx) => {
      // All in one order, their old names too, so that writers of associations wait instead of deadlocking.
      await lockRecords(tx, ctx.portal.placement, idsByType(keys));
      await checkModel(ctx, tx);
      await deleteLocked(ctx, tx, type, await lockAll(ctx, tx, type, named), keys, email);
    });
  });
  // The first blocked email changes the snapshot.
  if (!ctx.portal.blocksEmails) ctx.portals.forget(ctx.portal.portalId);
}

/** Deletes rows. Throws StaleWriteError when they have other names or neighbours than the transaction holds the locks of. */
async function deleteLocked(ctx: Context, tx: Queryable, type: ObjectType, rows: RecordRow[], held: RecordKey[], email: string | undefined): Promise<void> {
  const values = rows.flatMap((row) => claimsOf(ctx.portal, type, row.properties, row.id));
  const emails = [...(email === undefined ? [] : [email]), ...values.filter((v) => isContactEmail(type, v.property)).map((v) => v.value)];
  if (emails.length > 0) await blockEmails(tx, ctx.portal.portalId, emails, ctx.at);
  if (rows.length === 0) return;
  const ids = mergedIds(rows);
  const neighbours = await moveAssociations(tx, ctx.portal.placement, type.id, ids, undefined);
  checkLocked([...ids.map((id) => ({ objectType: type.id, id })), ...neighbours], held);
  await deleteArchivedAssociations(tx, ctx.portal.placement, type.id, ids);
  await archiveOrphans(ctx, tx, neighbours);
  await deleteRecords(tx, ctx.portal.placement, type.id, ids, values);
  await notingActivity(tx, ctx.portal.portalId, ctx.at, actorOf(ctx, ctx.portal), async (note) => {
    for (const { id } of rows) note('security', { type: 'GDPR_DELETE', objectId: String(id) });
  });
}

/** An email in the form it is compared in. */
function readEmail(ctx: Context, type: ObjectType, text: string): string {
  const definition = ctx.portal.properties(type.id).get('email')!;
  const result = propertyTypes[definition.type].normalise(text, definition, {
    current: null, normalisesDates: ctx.traits.normalisesDates, ownerExists: () => true,
  });
  if (result.problem) throw problem.invalidProperties(ctx.portal.portalId, [result.problem]);
  return uniqueForm(result.value);
}

/** Locks the records that the ids reach, live or archived, themselves or what they were merged into. */
async function lockAll(ctx: Context, tx: Queryable, type: ObjectType, ids: number[]): Promise<RecordRow[]> {
  const locked = new Map<number, RecordRow>();
  for (let id of ids.toSorted((a, b) => a - b)) {
    for (;;) {
      const row = await lockRecord(tx, ctx.portal.placement, type.id, id, 'any');
      if (row) locked.set(id, row);
      const [survivor] = row ? [] : await findSurvivors(tx, ctx.portal.placement, [{ objectType: type.id, id }]);
      if (!survivor) break;
      id = survivor.survivor;
    }
  }
  return [...locked.values()];
}
