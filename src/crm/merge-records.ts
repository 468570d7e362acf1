// Merges two records of a type into a new one; the two stay as names of it (aliases.ts). One transaction, in which both
// are locked: whoever writes one of them meanwhile finds it gone, looks again and writes the survivor.

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { findSurvivors, lockRecord, moveRevisions, readLastValues, writeMerge, type RecordKey } from '../db/merges.ts';
import { readAssociatedOfTypes, readPairs, type AssociationRow } from '../db/associations.ts';
import { moveAssociations, readNeighbours, readPrimaries } from '../db/move-associations.ts';
import { idsByType, lockRecords, readRecords, type RecordRow } from '../db/records.ts';
import { problem } from '../errors.ts';
import { checkLocked } from './archive-records.ts';
import { bothDirections } from './association-rules.ts';
import { retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { checkRecordName, recordId } from './find-records.ts';
import { mergeDealSplits } from './merge-deal-splits.ts';
import { mergedIds, mergeValues } from './merge-values.ts';
import { checkModel } from './model-changes.ts';
import { saveAssociations } from './save-associations.ts';
import { readProperties, viewRecord, type RecordView } from './views.ts';

export interface MergeInput {
  primaryObjectId: string | number;
  objectIdToMerge: string | number;
}

/** Merges that one record can have behind it (objects.md 4.6 [D] for contacts; we hold every type to it [I]). */
const MAX_MERGES = 250;

/** Shown beside the default properties, so that a client sees what the merge did [I]. */
const SHOWN = ['hs_merged_object_ids', 'hs_additional_emails', 'hs_calculated_merged_vids'];

/**
 * Merges `objectIdToMerge` into `primaryObjectId`; ids of records merged before stand for what they became. Answers the
 * survivor, which has an id of its own (objects.md 4.6 [D]). Throws recordIdNotNumeric, recordNotFound, mergeWithItself,
 * tooManyMerges.
 */
export async function mergeRecords(ctx: Context, type: ObjectType, input: MergeInput): Promise<RecordView> {
  let names: Pair = [nameOf(input.primaryObjectId), nameOf(input.objectIdToMerge)];
  const [id] = await ctx.ids.take(ctx.portal.placement, 1);
  for (;;) {
    const done = await retryingStale(async () => {
      const before = await readRecords(ctx.db, ctx.portal.placement, type.id, names);
      const keys = [
        ...[...new Set([...names, ...mergedIds(before)])].map((name) => ({ objectType: type.id, id: name })),
        ...await readNeighbours(ctx.db, ctx.portal.placement, type.id, names),
      ];
      return await ctx.db.transaction(async (tx) => {
        // All in one order, their old names too, so that writers of associations wait instead of deadlocking.
        await lockRecords(tx, ctx.portal.placement, idsByType(keys));
        await checkModel(ctx, tx);
        const locked = await lockBoth(ctx, tx, type, names);
        return 'rows' in locked ? await mergeLocked(ctx, tx, type, locked.rows, keys, id!) : locked;
      });
    });
    if (!('survivors' in done)) return done;
    // Again in a transaction of its own: locked records are let go first, and two merges never wait for each other.
    names = done.survivors;
  }
}

type Pair = [primary: number, other: number];

function nameOf(given: string | number): number {
  checkRecordName(String(given), undefined);
  const id = recordId(String(given));
  if (id === undefined) throw problem.recordNotFound();
  return id;
}

/** Locks both records; when one was merged away, says what the two are now instead. */
async function lockBoth(ctx: Context, tx: Queryable, type: ObjectType, [primary, other]: Pair): Promise<{ rows: [RecordRow, RecordRow] } | { survivors: Pair }> {
  if (primary === other) throw problem.mergeWithItself(String(primary));
  const locked = new Map<number, RecordRow>();
  // In order of id, as batch updates do it.
  for (const id of [primary, other].sort((a, b) => a - b)) {
    const row = await lockRecord(tx, ctx.portal.placement, type.id, id, 'live');
    if (row) locked.set(id, row);
    else {
      const [survivor] = await findSurvivors(tx, ctx.portal.placement, [{ objectType: type.id, id }]);
      if (!survivor) throw problem.recordNotFound();
      return { survivors: [primary, other].map((name) => (name === id ? survivor.survivor : name)) as Pair };
    }
  }
  return { rows: [locked.get(primary)!, locked.get(other)!] };
}

async function mergeLocked(ctx: Context, tx: Queryable, type: ObjectType, [primary, other]: [RecordRow, RecordRow], held: RecordKey[], id: number): Promise<RecordView> {
  const { placement } = ctx.portal;
  const ids = [primary.id, other.id];
  const merged = mergedIds([primary, other]);
  // Every merge made two ids names of a new one.
  if (merged.length > 2 * MAX_MERGES) throw problem.tooManyMerges();
  checkLocked(merged.map((name) => ({ objectType: type.id, id: name })), held);
  const { properties, createdAt, kept, dropped } = mergeValues(ctx, type, primary, other);

  await dropSeconds(ctx, tx, type, primary.id, other.id);
  await mergeDealSplits(ctx, tx, type, primary.id, other.id, properties.hubspot_owner_id);
  checkLocked(await moveAssociations(tx, placement, type.id, ids, id), held);
  await moveRevisions(tx, placement, type.id, ids, primary.id, id);
  const version = primary.version + other.version + 1;
  await writeMerge(tx, placement, {
    objectType: type.id, at: ctx.at, source: { type: sourceOf(type), id: ctx.source.id },
    survivor: { id, version, createdAt, properties },
    changes: changesSince(await readLastValues(tx, placement, type.id, id), properties),
    merged, kept, dropped,
  });
  const row = { id, created_at: createdAt, updated_at: ctx.at };
  return viewRecord(ctx, type, row, readProperties(ctx, type, row, properties, [...type.defaultProperties, ...SHOWN.filter((name) => properties[name] !== undefined)]));
}

/** Where both have a primary company, or a parent company, the primary record's stays and the other's becomes an ordinary one (objects.md 4.6 [D]). */
async function dropSeconds(ctx: Context, tx: Queryable, type: ObjectType, primary: number, other: number): Promise<void> {
  const rows = await readPrimaries(tx, ctx.portal.placement, type.id, [primary, other], ctx.portal.singleTypes(type.id).map((t) => t.typeId));
  const taken = new Set(rows.filter((row) => row.fromId === primary && row.toId !== other).map((row) => row.typeId));
  const seconds = rows.filter((row) => row.fromId === other && taken.has(row.typeId));
  if (type.singleParents) seconds.push(...await readSecondParents(ctx, tx, type, primary, other, type.singleParents));
  await saveAssociations(ctx, tx, [], seconds.flatMap((row) => bothDirections(ctx.portal, row)));
}

/** What leads from the other line item to its parent, where the primary one has a parent too (schema.md 1.7 rule 10 [I]). */
async function readSecondParents(ctx: Context, tx: Queryable, type: ObjectType, primary: number, other: number, parentTypes: string[]): Promise<AssociationRow[]> {
  const { placement } = ctx.portal;
  const parents = await readAssociatedOfTypes(tx, placement, type.id, [primary, other], parentTypes);
  const kept = parents.find((parent) => parent.fromId === primary);
  const seconds = kept ? parents.filter((parent) => parent.fromId === other && parent.toId !== kept.toId) : [];
  return (await Promise.all(seconds.map((parent) => readPairs(tx, placement, type.id, parent.toType, [parent])))).flat();
}

/** What the last revision has to say so that the newest value of every history is the record's. */
function changesSince(last: Map<string, string | null>, properties: Record<string, string>): Record<string, string | null> {
  const set = Object.entries(properties).filter(([name, value]) => last.get(name) !== value);
  const cleared = [...last].filter(([name, value]) => value !== null && properties[name] === undefined).map(([name]) => [name, null] as const);
  return Object.fromEntries([...set, ...cleared]);
}

/** HubSpot's names for the source of values that a merge gave [I]. */
function sourceOf(type: ObjectType): string {
  return type.name === 'contacts' ? 'MERGE_CONTACTS' : type.name === 'companies' ? 'MERGE_COMPANIES' : 'MERGE_OBJECTS';
}
