// Deletes a record for good: its values, its past, its associations and every name it had by merges. The emails of a
// contact, or one that no contact has, may not come back (objects.md 4.7).

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { findSurvivors, lockRecord } from '../db/merges.ts';
import { deleteArchivedAssociations, moveAssociations, readNeighbours } from '../db/move-associations.ts';
import { blockEmails, deleteRecords, findArchivedByEmail } from '../db/purges.ts';
import { idsByType, lockRecords, type RecordRow } from '../db/records.ts';
import { problem } from '../errors.ts';
import { archiveOrphans } from './archive-records.ts';
import type { Context } from './context.ts';
import { checkRecordName, findIds } from './find-records.ts';
import { mergedIds } from './merge-values.ts';
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

  await ctx.db.transaction(async (tx) => {
    const rows = await lockAll(ctx, tx, type, [...new Set([...(live === undefined ? [] : [live]), ...archived])]);
    const values = rows.flatMap((row) => claimsOf(ctx.portal, type, row.properties, row.id));
    const emails = [...(email === undefined ? [] : [email]), ...values.filter((v) => isContactEmail(type, v.property)).map((v) => v.value)];
    if (emails.length > 0) await blockEmails(tx, ctx.portal.portalId, emails, ctx.at);
    if (rows.length === 0) return;
    const ids = mergedIds(rows);
    await lockRecords(tx, ctx.portal.placement, idsByType(await readNeighbours(tx, ctx.portal.placement, type.id, ids)));
    const neighbours = await moveAssociations(tx, ctx.portal.placement, type.id, ids, undefined);
    await deleteArchivedAssociations(tx, ctx.portal.placement, type.id, ids);
    await archiveOrphans(ctx, tx, neighbours);
    await deleteRecords(tx, ctx.portal.placement, type.id, ids, values);
  });
  // The first blocked email changes the snapshot.
  if (!ctx.portal.blocksEmails) ctx.portals.forget(ctx.portal.portalId);
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
