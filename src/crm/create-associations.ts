// Associates pairs of records in a batch, with the rules of schema.md 1.7 over what is already there.

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { readPairs, writeAssociations, type AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { findLiveRecords } from '../db/records.ts';
import { problem } from '../errors.ts';
import { findLiveIds, keyText } from './aliases.ts';
import { bothDirections, findDemoted, isPrimary, keepLastPrimaries, resolveSpecs, rowKey, rowsOfPair, type AssociationSpec } from './association-rules.ts';
import { checkInputCount, type BatchError, type BatchOutcome } from './batch.ts';
import type { Context } from './context.ts';
import { recordId } from './find-records.ts';

const MAX_ASSOCIATIONS = 2_000;

export interface AssociationInput {
  from: { id: string | number };
  to: { id: string | number };
  types: AssociationSpec[];
}

/** A pair with the labels it has after the write, in the sense of from -> to. */
export interface LabelledPair {
  fromId: number;
  toId: number;
  labels: string[];
}

interface PairPlan {
  fromId: number;
  toId: number;
  types: AssociationType[];
}

/**
 * Associates at most 2,000 pairs. Bad ids and self-associations fail alone, in errors[]; records or types that do not
 * exist refuse the whole batch (schema.md 1.9). Writing what is there already changes nothing.
 */
export async function createAssociations(ctx: Context, from: ObjectType, to: ObjectType, inputs: AssociationInput[]): Promise<BatchOutcome<LabelledPair>> {
  checkInputCount(inputs, MAX_ASSOCIATIONS);
  const errors: BatchError[] = [];
  const plans: PairPlan[] = [];
  for (const input of inputs) {
    const plan = planPair(ctx, from, to, input);
    if ('problem' in plan) errors.push({ problem: plan.problem, context: {} });
    else plans.push(plan);
  }
  await findEnds(ctx, from, to, plans);
  // Two names of one merged record.
  const [selves, pairs] = [plans.filter(isSelf), plans.filter((plan) => !isSelf(plan))];
  for (const plan of selves) errors.push({ problem: problem.selfAssociation(String(plan.fromId)), context: {} });

  const results = pairs.length === 0 ? [] : await ctx.db.transaction(async (tx) => await writePairs(ctx, tx, from, to, pairs));
  return { results, errors };
}

/** Checks one input. What refuses the whole batch is thrown, what fails alone is returned. */
function planPair(ctx: Context, from: ObjectType, to: ObjectType, input: AssociationInput): PairPlan | { problem: ReturnType<typeof problem.selfAssociation> } {
  const [fromText, toText] = [String(input.from.id), String(input.to.id)];
  const [fromId, toId] = [recordId(fromText), recordId(toText)];
  if (fromId === undefined) return { problem: problem.invalidAssociationId(fromText) };
  if (toId === undefined) return { problem: problem.invalidAssociationId(toText) };
  if (from.id === to.id && fromId === toId) return { problem: problem.selfAssociation(String(fromId)) };
  if (input.types.length === 0) throw problem.noAssociationTypes(toText);
  const resolved = resolveSpecs(ctx.portal, from, to, input.types);
  if ('problem' in resolved) throw resolved.problem;
  return { fromId, toId, types: resolved.types };
}

/** Only possible within one type: ids are unique in a portal. */
const isSelf = (plan: PairPlan): boolean => plan.fromId === plan.toId;

/** Puts what records were merged into in their place. Throws with every record that does not exist (schema.md 1.9). */
async function findEnds(ctx: Context, from: ObjectType, to: ObjectType, plans: PairPlan[]): Promise<void> {
  const ends = new Map(plans.flatMap((p) => [
    [keyText({ objectType: from.id, id: p.fromId }), { type: from, id: p.fromId }] as const,
    [keyText({ objectType: to.id, id: p.toId }), { type: to, id: p.toId }] as const,
  ]));
  const live = await findLiveIds(ctx, [...ends.values()].map((end) => ({ objectType: end.type.id, id: end.id })));
  const dead = [...ends].filter(([key]) => !live.has(key)).map(([, end]) => ({ legacyName: end.type.legacyName, id: String(end.id) }));
  if (dead.length > 0) throw problem.invalidAssociationObjects(dead);
  for (const plan of plans) {
    plan.fromId = live.get(keyText({ objectType: from.id, id: plan.fromId }))!;
    plan.toId = live.get(keyText({ objectType: to.id, id: plan.toId }))!;
  }
}

async function writePairs(ctx: Context, tx: Queryable, from: ObjectType, to: ObjectType, plans: PairPlan[]): Promise<LabelledPair[]> {
  const { portal } = ctx;
  const wanted = keepLastPrimaries(portal, plans.flatMap((p) => rowsOfPair(portal, p.types, p.fromId, p.toId)));
  const labelled = plans.filter((p) => p.types.some((type) => type.category === 'USER_DEFINED'));
  // Labels replace what is there, so their writers take turns; primaries do in findDemoted.
  await findLiveRecords(tx, portal.placement, labelled.flatMap((p) => [{ objectType: from.id, id: p.fromId }, { objectType: to.id, id: p.toId }]), true);
  const demoted = await findDemoted(tx, portal, wanted.filter((row) => isPrimary(portal, row)));
  const existing = await readPairs(tx, portal.placement, from.id, to.id, plans);

  // What each pair has, by pair, as the inputs are applied one after the other.
  const state = new Map<string, Map<string, AssociationRow>>();
  const remember = (row: AssociationRow): void => {
    const key = pairKey(row);
    if (!state.has(key)) state.set(key, new Map());
    state.get(key)!.set(rowKey(row), row);
  };
  existing.forEach(remember);
  const remove = new Map<string, AssociationRow>();
  const drop = (row: AssociationRow): void => {
    for (const both of bothDirections(portal, row)) {
      remove.set(rowKey(both), both);
      state.get(pairKey(both))?.delete(rowKey(both));
    }
  };
  demoted.forEach(drop);

  const keep = new Set(wanted.map(rowKey));
  const add = new Map<string, AssociationRow>();
  for (const plan of plans) {
    if (plan.types.some((type) => type.category === 'USER_DEFINED')) {
      for (const row of rowsBetween(state, plan)) if (row.category === USER_DEFINED) drop(row);
    }
    for (const row of rowsOfPair(portal, plan.types, plan.fromId, plan.toId)) {
      if (!keep.has(rowKey(row))) continue;
      add.set(rowKey(row), row);
      remove.delete(rowKey(row));
      if (row.fromType === from.id && row.toType === to.id) remember(row);
    }
  }
  // A label dropped by a later input of the same batch must not be added by the earlier one.
  for (const key of remove.keys()) add.delete(key);
  await writeAssociations(tx, portal.placement, { at: ctx.at, add: [...add.values()], remove: [...remove.values()] });

  return plans.map((plan) => ({ fromId: plan.fromId, toId: plan.toId, labels: labelsOf(ctx, rowsBetween(state, plan)) }));
}

const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');

const pairKey = (pair: { fromId: number; toId: number }): string => `${pair.fromId} ${pair.toId}`;

const rowsBetween = (state: Map<string, Map<string, AssociationRow>>, pair: PairPlan): Iterable<AssociationRow> =>
  state.get(pairKey(pair))?.values() ?? [];

/** In the order in which a list of associations shows them. */
function labelsOf(ctx: Context, rows: Iterable<AssociationRow>): string[] {
  return [...rows].sort((a, b) => a.category - b.category || a.typeId - b.typeId).flatMap((row) => ctx.portal.associationType(ASSOCIATION_CATEGORIES[row.category]!, row.typeId)?.label ?? []);
}
