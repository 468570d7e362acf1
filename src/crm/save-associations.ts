// Writes association rows under the locks of their ends: merged ids followed, maxima held, large counts kept. Every rule
// that makes or removes associations ends here.

import { ASSOCIATION_CATEGORIES, type ObjectType } from '../catalogue/types.ts';
import { lockLabels } from '../db/association-types.ts';
import type { AssociationRow } from '../db/associations.ts';
import { COUNTED_UP_TO, keepCount, writeAssociations } from '../db/write-associations.ts';
import type { Queryable } from '../db/db.ts';
import { findSurvivors, type RecordKey } from '../db/merges.ts';
import { countIds, findLiveRecords, idsByType, lockRecords, type IdsByType } from '../db/records.ts';
import { problem } from '../errors.ts';
import { keyText } from './aliases.ts';
import type { Context } from './context.ts';

/** A pair of records by id; merged ids are replaced by what they became. */
export interface Pair {
  fromId: number;
  toId: number;
}

/**
 * Runs `work` in a transaction that holds the locks of both records of every pair, so that nobody merges, archives or
 * associates them meanwhile. Ids of merged records are replaced in the pairs. `dead` is told which ends reach no live
 * record: it throws, or it drops their pairs from `pairs`.
 * @param more records to lock with them
 */
export async function withLockedEnds<T>(
  ctx: Context, from: ObjectType, to: ObjectType, pairs: Pair[], dead: (isDead: (type: ObjectType, id: number) => boolean) => void,
  work: (tx: Queryable) => Promise<T>, more: RecordKey[] = [],
): Promise<T> {
  for (;;) {
    const ends = new Map<string, Set<number>>();
    ends.set(from.id, new Set(pairs.map((pair) => pair.fromId)));
    ends.set(to.id, new Set([...(ends.get(to.id) ?? []), ...pairs.map((pair) => pair.toId)]));
    const all = more.length === 0 ? ends : idsByType([...keysOf(ends), ...more]);
    const outcome = await ctx.db.transaction(async (tx): Promise<{ done: T } | undefined> => {
      const live = await lockRecords(tx, ctx.portal.placement, all);
      const good = live === countIds(all) || (more.length > 0 && (await findLiveRecords(tx, ctx.portal.placement, keysOf(ends))).length === countIds(ends));
      return good ? { done: await work(tx) } : undefined;
    });
    if (outcome) return outcome.done;

    const keys = keysOf(ends);
    const live = new Set((await findLiveRecords(ctx.db, ctx.portal.placement, keys)).map((row) => keyText({ objectType: row.object_type, id: row.id })));
    const missing = keys.filter((key) => !live.has(keyText(key)));
    const survivors = new Map((await findSurvivors(ctx.db, ctx.portal.placement, missing)).map((s) => [keyText(s), s.survivor]));
    for (const pair of pairs) {
      pair.fromId = survivors.get(keyText({ objectType: from.id, id: pair.fromId })) ?? pair.fromId;
      pair.toId = survivors.get(keyText({ objectType: to.id, id: pair.toId })) ?? pair.toId;
    }
    const gone = new Set(missing.map(keyText).filter((key) => !survivors.has(key)));
    if (gone.size > 0) dead((type, id) => gone.has(keyText({ objectType: type.id, id })));
  }
}

const keysOf = (ids: IdsByType): RecordKey[] => [...ids].flatMap(([objectType, some]) => [...some].map((id) => ({ objectType, id })));

/**
 * Adds and removes rows, both directions of each, in one statement. The caller holds the locks of their ends and knows that
 * none of `add` is there (or says `mayExist`) and all of `remove` are. Throws tooManyAssociations when a record has more than
 * it may afterwards, invalidAssociationTypes for a label deleted meanwhile, and StaleWriteError when a row was there.
 */
export async function saveAssociations(ctx: Context, tx: Queryable, add: AssociationRow[], remove: AssociationRow[], { mayExist = false } = {}): Promise<void> {
  if (add.length === 0 && remove.length === 0) return;
  const { placement } = ctx.portal;
  await holdLabels(ctx, tx, add);
  const counts = await writeAssociations(tx, placement, {
    at: ctx.at, add, remove, mayExist,
    countRule(row) {
      const maximum = maximumOf(ctx, row);
      return maximum && { reportAbove: Math.min(maximum.most, COUNTED_UP_TO), always: maximum.always };
    },
  });
  for (const of of counts) {
    const now = !of.kept && of.count > COUNTED_UP_TO ? await keepCount(tx, placement, of) : of.count;
    const { most } = maximumOf(ctx, of)!;
    if (now > most) throw problem.tooManyAssociations(ctx.portal.objectType(of.fromType)!.legacyName, String(of.fromId), ctx.portal.objectType(of.toType)!.legacyName, nameOf(of), most);
  }
}

const nameOf = (of: { category: number; typeId: number }): string => `${ASSOCIATION_CATEGORIES[of.category]}=${of.typeId}`;

/**
 * How many associations of a type a record may have, and whether that is looked at with every write. Undefined for labels
 * that the portal has set no maximum for: that of their pair holds.
 */
function maximumOf(ctx: Context, of: Omit<AssociationRow, 'toId' | 'fromId'>): { most: number; always: boolean } | undefined {
  const configured = ctx.portal.associationLimit(ASSOCIATION_CATEGORIES[of.category]!, of.typeId);
  const type = ctx.portal.unlabeledType(of.fromType, of.toType);
  const unlabeled = type?.typeId === of.typeId && ASSOCIATION_CATEGORIES.indexOf(type.category) === of.category;
  if (configured === undefined && !unlabeled) return undefined;
  return { most: Math.min(configured ?? Infinity, unlabeled ? ctx.maxAssociations : Infinity), always: configured !== undefined || ctx.maxAssociations <= COUNTED_UP_TO };
}

/** Keeps the labels among the rows from being deleted meanwhile. Throws invalidAssociationTypes when one just was. */
async function holdLabels(ctx: Context, tx: Queryable, rows: AssociationRow[]): Promise<void> {
  const labels = new Map(rows.filter((row) => row.category === USER_DEFINED).map((row) => [row.typeId, row]));
  if (labels.size === 0) return;
  const held = await lockLabels(tx, ctx.portal.placement, [...labels.values()]);
  const gone = [...labels.keys()].filter((typeId) => !held.has(typeId));
  if (gone.length > 0) throw problem.invalidAssociationTypes(gone.map((typeId) => ({ category: 'USER_DEFINED', typeId })));
}

const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');
