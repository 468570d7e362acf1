// Line items belong to one parent: a deal, a quote, an order, ... and are cloned, not shared (schema.md 1.7 rule 10 [D]).
// Which types are parents is the catalogue's `singleParents`; that a second one is refused is our reading [I].

import type { ObjectType } from '../catalogue/types.ts';
import { readAssociatedOfTypes } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { problem, type Problem } from '../errors.ts';
import type { Context } from './context.ts';
import type { Pair } from './save-associations.ts';

/** The pairs that would give a record a second parent, with the problem of each. Earlier pairs of the list come first. */
export async function otherParents<P extends Pair>(ctx: Context, tx: Queryable, from: ObjectType, to: ObjectType, pairs: P[]): Promise<Map<P, Problem>> {
  const child = from.singleParents?.includes(to.id) ? from : to.singleParents?.includes(from.id) ? to : undefined;
  const refused = new Map<P, Problem>();
  if (!child) return refused;
  const ends = (pair: P): { childId: number; parent: string } => (child === from
    ? { childId: pair.fromId, parent: `${to.id} ${pair.toId}` } : { childId: pair.toId, parent: `${from.id} ${pair.fromId}` });
  const existing = await readAssociatedOfTypes(tx, ctx.portal.placement, child.id, [...new Set(pairs.map((pair) => ends(pair).childId))], child.singleParents!);
  const parents = new Map(existing.map((row) => [row.fromId, `${row.toType} ${row.toId}`]));
  for (const pair of pairs) {
    const { childId, parent } = ends(pair);
    const before = parents.get(childId);
    if (before === undefined) parents.set(childId, parent);
    if (before === undefined || before === parent) continue;
    const [typeId, id] = before.split(' ') as [string, string];
    refused.set(pair, problem.secondParent(child.legacyName, String(childId), ctx.portal.objectType(typeId)!.legacyName, id));
  }
  return refused;
}
