// Takes associations away: everything between two records, or some labels. What is not there is passed over.

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { readPairs, type AssociationRow } from '../db/associations.ts';
import { addNeighboursOfOrphans, archiveOrphans } from './archive-records.ts';
import { bothDirections, resolveSpecs, rowKey } from './association-rules.ts';
import { checkInputCount, retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { MAX_ASSOCIATIONS, readPair, type AssociationInput } from './create-associations.ts';
import { saveAssociations, withLockedEnds, type Pair } from './save-associations.ts';

/** A pair and what is to be taken from it: every type when none are named. */
interface Removal extends Pair {
  types?: AssociationType[];
}

/** Dissociates records: for each input one from-record and any number of to-records, at most 2,000 pairs. Throws invalidAssociationId. */
export async function archiveAssociations(ctx: Context, from: ObjectType, to: ObjectType, inputs: { from: { id: string | number }; to: { id: string | number }[] }[]): Promise<void> {
  const pairs = inputs.flatMap((input) => input.to.map((one) => ({ from: input.from, to: one })));
  checkInputCount(inputs.length > pairs.length ? inputs : pairs, MAX_ASSOCIATIONS);
  await remove(ctx, from, to, pairs.flatMap((pair) => pairOf(from, to, pair) ?? []));
}

/**
 * Takes labels from pairs, which stay associated; the unlabeled type takes the whole association with it (schema.md 1.7
 * rule 4). Throws what the types are refused for.
 * @param whole takes the whole association with any HUBSPOT_DEFINED type, for v3 knows no pair beyond its types [I]
 */
export async function archiveLabels(ctx: Context, from: ObjectType, to: ObjectType, inputs: AssociationInput[], { whole = false } = {}): Promise<void> {
  checkInputCount(inputs, MAX_ASSOCIATIONS);
  const unlabeled = ctx.portal.unlabeledType(from.id, to.id);
  await remove(ctx, from, to, inputs.flatMap((input): Removal[] => {
    const pair = pairOf(from, to, input);
    if (!pair || input.types.length === 0) return [];
    const resolved = resolveSpecs(ctx.portal, from, to, input.types);
    if ('problem' in resolved) throw resolved.problem;
    const all = resolved.types.some((type) => type === unlabeled || (whole && type.category === 'HUBSPOT_DEFINED'));
    return [{ ...pair, ...(all ? {} : { types: resolved.types }) }];
  }));
}

/** Undefined for a record with itself: nothing is there to be removed. */
function pairOf(from: ObjectType, to: ObjectType, input: Parameters<typeof readPair>[2]): Pair | undefined {
  const pair = readPair(from, to, input);
  if (!('problem' in pair)) return pair;
  if (pair.problem.id === 'selfAssociation') return undefined;
  throw pair.problem;
}

async function remove(ctx: Context, from: ObjectType, to: ObjectType, removals: Removal[]): Promise<void> {
  if (removals.length === 0) return;
  await retryingStale(async () => {
    // Ids of merged records are replaced in them.
    const pairs = removals.map((removal) => ({ ...removal }));
    const dropDead = (isDead: (type: ObjectType, id: number) => boolean): void => {
      pairs.splice(0, pairs.length, ...pairs.filter((pair) => !isDead(from, pair.fromId) && !isDead(to, pair.toId)));
    };
    const ends = pairs.flatMap((pair) => [{ objectType: from.id, id: pair.fromId }, { objectType: to.id, id: pair.toId }]);
    const more = (await addNeighboursOfOrphans(ctx, ends)).slice(ends.length);
    await withLockedEnds(ctx, from, to, pairs, dropDead, async (tx) => {
      const byPair = Map.groupBy(pairs, (pair) => `${pair.fromId} ${pair.toId}`);
      const rows = (await readPairs(tx, ctx.portal.placement, from.id, to.id, [...byPair.values()].map(([first]) => first!)))
        .filter((row) => byPair.get(`${row.fromId} ${row.toId}`)!.some((removal) => takes(removal, row)));
      await saveAssociations(ctx, tx, [], uniqueRows(rows.flatMap((row) => bothDirections(ctx.portal, row))));
      await archiveOrphans(ctx, tx, rows.flatMap((row) => [{ objectType: row.fromType, id: row.fromId }, { objectType: row.toType, id: row.toId }]));
    }, more);
  });
}

const takes = ({ types }: Removal, row: AssociationRow): boolean =>
  types === undefined || types.some((type) => type.typeId === row.typeId && ASSOCIATION_CATEGORIES.indexOf(type.category) === row.category);

/** A type that is its own inverse comes from both sides when both pairs are named. */
const uniqueRows = (rows: AssociationRow[]): AssociationRow[] =>
  [...new Map(rows.map((row) => [rowKey(row), row])).values()];
