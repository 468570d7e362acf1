// Writes association rows under the locks of their ends: merged ids followed, maxima held, large counts kept. Every rule
// that makes or removes associations ends here.

import { ASSOCIATION_CATEGORIES, type ObjectType } from '../catalogue/types.ts';
import { COUNTED_UP_TO, keepCount, writeAssociations, type AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { findSurvivors, type RecordKey } from '../db/merges.ts';
import { lockRecords } from '../db/records.ts';
import { problem } from '../errors.ts';
import { keyText } from './aliases.ts';
import type { Context } from './context.ts';

/** How many records of a type one record can be associated with (schema.md 1.8: the documentation's example [D]). */
const MAX_ASSOCIATIONS_PER_RECORD = 50_000;

/** A pair of records by id; merged ids are replaced by what they became. */
export interface Pair {
  fromId: number;
  toId: number;
}

/**
 * Runs `work` in a transaction that holds the locks of both records of every pair, so that nobody merges, archives or
 * associates them meanwhile. Ids of merged records are replaced in the pairs. `dead` is told which ends reach no live
 * record: it throws, or it drops their pairs from `pairs`.
 */
export async function withLockedEnds<T>(
  ctx: Context, from: ObjectType, to: ObjectType, pairs: Pair[], dead: (isDead: (type: ObjectType, id: number) => boolean) => void,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  for (;;) {
    const ends = pairs.flatMap((pair) => [{ objectType: from.id, id: pair.fromId }, { objectType: to.id, id: pair.toId }]);
    const outcome = await ctx.db.transaction(async (tx): Promise<{ missing: RecordKey[] } | { done: T }> => {
      const live = new Set((await lockRecords(tx, ctx.portal.placement, ends)).map((row) => keyText({ objectType: row.object_type, id: row.id })));
      const missing = ends.filter((end) => !live.has(keyText(end)));
      return missing.length > 0 ? { missing } : { done: await work(tx) };
    });
    if ('done' in outcome) return outcome.done;

    const survivors = new Map((await findSurvivors(ctx.db, ctx.portal.placement, outcome.missing)).map((s) => [keyText(s), s.survivor]));
    for (const pair of pairs) {
      pair.fromId = survivors.get(keyText({ objectType: from.id, id: pair.fromId })) ?? pair.fromId;
      pair.toId = survivors.get(keyText({ objectType: to.id, id: pair.toId })) ?? pair.toId;
    }
    const gone = new Set(outcome.missing.map(keyText).filter((key) => !survivors.has(key)));
    if (gone.size > 0) dead((type, id) => gone.has(keyText({ objectType: type.id, id })));
  }
}

/**
 * Adds and removes rows, both directions of each, in one statement. The caller holds the locks of their ends. Throws
 * tooManyAssociations when a record has more than it may afterwards.
 * @returns whether all rows were new
 */
export async function saveAssociations(ctx: Context, tx: Queryable, add: AssociationRow[], remove: AssociationRow[]): Promise<{ allNew: boolean }> {
  if (add.length === 0 && remove.length === 0) return { allNew: true };
  const { placement } = ctx.portal;
  const { added, counts } = await writeAssociations(tx, placement, {
    at: ctx.at, add, remove,
    reportAbove(row) {
      const maximum = maximumOf(ctx, row);
      return maximum === undefined ? undefined : Math.min(maximum, COUNTED_UP_TO);
    },
  });
  for (const of of counts) {
    const count = of.kept ? of.count : of.count > COUNTED_UP_TO ? await keepCount(tx, placement, of) : of.count;
    const maximum = maximumOf(ctx, of)!;
    if (count > maximum) throw problem.tooManyAssociations(ctx.portal.objectType(of.fromType)!.legacyName, String(of.fromId), ctx.portal.objectType(of.toType)!.legacyName, nameOf(of), maximum);
  }
  return { allNew: added === add.length };
}

const nameOf = (of: { category: number; typeId: number }): string => `${ASSOCIATION_CATEGORIES[of.category]}=${of.typeId}`;

/** How many associations of a type a record may have; undefined for labels without a maximum of their own: their pair's holds. */
function maximumOf(ctx: Context, of: Omit<AssociationRow, 'toId' | 'fromId'>): number | undefined {
  const unlabeled = ctx.portal.unlabeledType(of.fromType, of.toType);
  return of.category === 0 && unlabeled?.typeId === of.typeId ? MAX_ASSOCIATIONS_PER_RECORD : undefined;
}
