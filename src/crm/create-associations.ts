// Associates pairs of records in a batch, with the rules of schema.md 1.7 over what is already there.

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { readPairs, type AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { problem, type Problem } from '../errors.ts';
import { bothDirections, findDemoted, keepLastPrimaries, pairRows, resolveSpecs, rowKey, type AssociationSpec } from './association-rules.ts';
import { checkInputCount, retryingStale, type BatchError, type BatchOutcome } from './batch.ts';
import type { Context } from './context.ts';
import { recordId } from './find-records.ts';
import { isSingle } from './portal/association-types.ts';
import { saveAssociations, withLockedEnds, type Pair } from './save-associations.ts';
import { otherParents } from './single-parents.ts';

export const MAX_ASSOCIATIONS = 2_000;

export interface PairInput {
  from: { id: string | number };
  to: { id: string | number };
}

export interface AssociationInput extends PairInput {
  types: AssociationSpec[];
}

/** A pair with the labels it has after the write, in the sense of from -> to. */
export interface LabelledPair extends Pair {
  input: AssociationInput;
  labels: string[];
}

/** What the same specs mean for every pair. */
interface Meaning {
  types: AssociationType[];
  /** Takes the place of other labels or primaries. */
  replaces: boolean;
  /** The labels of a pair that has nothing else. */
  labels: string[];
  rows: (fromId: number, toId: number) => AssociationRow[];
}

interface PairPlan extends Pair {
  input: AssociationInput;
  meaning: Meaning;
}

/**
 * Associates at most 2,000 pairs. Bad ids, self-associations and second parents of a line item fail alone, in errors[];
 * records or types that do not exist and exceeded maxima refuse the whole batch (schema.md 1.9). Writing what is there
 * already changes nothing.
 * @param deadAlone records that do not exist fail alone too
 */
export async function createAssociations(
  ctx: Context, from: ObjectType, to: ObjectType, inputs: AssociationInput[], { deadAlone = false } = {},
): Promise<BatchOutcome<LabelledPair>> {
  checkInputCount(inputs, MAX_ASSOCIATIONS);
  const errors: BatchError[] = [];
  const plans: PairPlan[] = [];
  const meanings = new Map<string, Meaning>();
  for (const input of inputs) {
    const plan = planPair(ctx, from, to, input, meanings);
    if ('problem' in plan) errors.push({ problem: plan.problem, context: {} });
    else plans.push(plan);
  }
  if (plans.length === 0) return { results: [], errors };
  const refuseDead = (isDead: (type: ObjectType, id: number) => boolean): void => {
    if (!deadAlone) throw invalidEnds(from, to, plans, isDead);
    for (const plan of plans.filter(({ fromId, toId }) => isDead(from, fromId) || isDead(to, toId))) {
      errors.push({ problem: invalidEnds(from, to, [plan], isDead), context: {} });
      plans.splice(plans.indexOf(plan), 1);
    }
  };
  // Most pairs are new: only when one is not are they read first.
  const outcome = await retryingStale(async (attempt) => await withLockedEnds(ctx, from, to, plans, refuseDead, async (tx) => {
    // Two names of one merged record, seen only now.
    const selves = plans.filter(isSelf);
    const pairs = plans.filter((plan) => !isSelf(plan));
    const shared = await otherParents(ctx, tx, from, to, pairs);
    const good = shared.size === 0 ? pairs : pairs.filter((pair) => !shared.has(pair));
    return {
      results: await (good.some((pair) => pair.meaning.replaces) ? replaceLabels(ctx, tx, from, to, good) : addPairs(ctx, tx, from, to, good, attempt > 1)),
      errors: [...selves.map((plan) => problem.selfAssociation(String(plan.fromId))), ...shared.values()],
    };
  }));
  return { results: outcome.results, errors: [...errors, ...outcome.errors.map((refused) => ({ problem: refused, context: {} }))] };
}

/** A pair associated by its default type, with that type. */
export interface DefaultPair extends Pair {
  type: AssociationType;
}

/**
 * Associates at most 2,000 pairs by the unlabeled type of their object types. Answers both directions of each. Fails as
 * createAssociations does; throws noDefaultAssociation for types that have none.
 */
export async function createDefaultAssociations(ctx: Context, from: ObjectType, to: ObjectType, inputs: PairInput[]): Promise<BatchOutcome<DefaultPair>> {
  const type = ctx.portal.unlabeledType(from.id, to.id);
  if (!type) throw problem.noDefaultAssociation(from.singular, to.singular);
  const types = [{ associationCategory: type.category, associationTypeId: type.typeId }];
  const { results, errors } = await createAssociations(ctx, from, to, inputs.map((input) => ({ ...input, types })));
  const inverse = type.inverseTypeId === null ? undefined : ctx.portal.associationType(type.category, type.inverseTypeId);
  return {
    results: results.flatMap(({ fromId, toId }) => [{ fromId, toId, type }, ...(inverse ? [{ fromId: toId, toId: fromId, type: inverse }] : [])]),
    errors,
  };
}

/** Associates one pair. Throws what createAssociations says of it. */
export async function createAssociation(ctx: Context, from: ObjectType, to: ObjectType, input: AssociationInput): Promise<LabelledPair> {
  const { results, errors } = await createAssociations(ctx, from, to, [input]);
  if (errors.length > 0) throw errors[0]!.problem;
  return results[0]!;
}

/** Checks one input. What refuses the whole batch is thrown, what fails alone is returned. */
function planPair(ctx: Context, from: ObjectType, to: ObjectType, input: AssociationInput, meanings: Map<string, Meaning>): PairPlan | { problem: Problem } {
  const pair = readPair(from, to, input);
  if ('problem' in pair) return pair;
  const key = input.types.map((spec) => `${spec.associationCategory} ${spec.associationTypeId}`).join();
  let meaning = meanings.get(key);
  if (!meaning) meanings.set(key, (meaning = meaningOf(ctx, from, to, input)));
  return { fromId: pair.fromId, toId: pair.toId, input, meaning };
}

function meaningOf(ctx: Context, from: ObjectType, to: ObjectType, { to: target, types: specs }: AssociationInput): Meaning {
  if (specs.length === 0) throw problem.noAssociationTypes(String(target.id));
  const resolved = resolveSpecs(ctx.portal, from, to, specs);
  if ('problem' in resolved) throw resolved.problem;
  const { types } = resolved;
  const rows = pairRows(ctx.portal, types);
  return {
    types, rows, replaces: types.some((type) => isLabel(type) || isSingle(type) || inverseIsSingle(ctx, type)),
    // Within one type the inverse of a pair is another pair's row.
    labels: labelsOf(ctx, rows(0, 1).filter((row) => row.fromId === 0)),
  };
}

/** The unlabeled types of custom objects are USER_DEFINED too. */
const isLabel = (type: AssociationType): boolean => type.category === 'USER_DEFINED' && type.label !== null;

function inverseIsSingle(ctx: Context, type: AssociationType): boolean {
  const inverse = type.inverseTypeId === null ? undefined : ctx.portal.associationType(type.category, type.inverseTypeId);
  return inverse !== undefined && isSingle(inverse);
}

/** The ids of one input, or why they name no pair. */
export function readPair(from: ObjectType, to: ObjectType, input: PairInput): Pair | { problem: Problem } {
  const [fromText, toText] = [String(input.from.id), String(input.to.id)];
  const [fromId, toId] = [recordId(fromText), recordId(toText)];
  if (fromId === undefined) return { problem: problem.invalidAssociationId(fromText) };
  if (toId === undefined) return { problem: problem.invalidAssociationId(toText) };
  if (from.id === to.id && fromId === toId) return { problem: problem.selfAssociation(String(fromId)) };
  return { fromId, toId };
}

/** Only possible within one type: ids are unique in a portal. */
const isSelf = (plan: PairPlan): boolean => plan.fromId === plan.toId;

/** Names every end that is no live record (schema.md 1.9), as the client called it. */
function invalidEnds(from: ObjectType, to: ObjectType, plans: PairPlan[], isDead: (type: ObjectType, id: number) => boolean): Problem {
  const ends = plans.flatMap(({ input, fromId, toId }) => [{ type: from, id: fromId, name: input.from.id }, { type: to, id: toId, name: input.to.id }])
    .filter((end) => isDead(end.type, end.id));
  return problem.invalidAssociationObjects([...new Map(ends.map((end) => [`${end.type.id} ${end.name}`, { legacyName: end.type.legacyName, id: String(end.name) }])).values()]);
}

/** Adds the rows of pairs that lose nothing by it. Without `mayExist` a pair that has some already is a StaleWriteError. */
async function addPairs(ctx: Context, tx: Queryable, from: ObjectType, to: ObjectType, plans: PairPlan[], mayExist: boolean): Promise<LabelledPair[]> {
  // The same pair twice, in a batch that is written for the first time, is found out like a pair that is there.
  if (!mayExist) {
    await saveAssociations(ctx, tx, plans.flatMap((plan) => plan.meaning.rows(plan.fromId, plan.toId)), []);
    return plans.map(({ input, fromId, toId, meaning }) => ({ input, fromId, toId, labels: meaning.labels }));
  }
  const rows = new Map<string, AssociationRow>();
  for (const plan of plans) for (const row of plan.meaning.rows(plan.fromId, plan.toId)) rows.set(rowKey(row), row);
  const existing = await readPairs(tx, ctx.portal.placement, from.id, to.id, plans);
  for (const row of existing) for (const both of bothDirections(ctx.portal, row)) rows.delete(rowKey(both));
  await saveAssociations(ctx, tx, [...rows.values()], [], { mayExist });
  const state = Map.groupBy([...existing, ...[...rows.values()].filter((row) => row.fromType === from.id && row.toType === to.id)], pairKey);
  return plans.map((plan) => ({ input: plan.input, fromId: plan.fromId, toId: plan.toId, labels: labelsOf(ctx, state.get(pairKey(plan)) ?? []) }));
}

/** Applies the inputs one after the other to what the pairs have, and writes the difference. */
async function replaceLabels(ctx: Context, tx: Queryable, from: ObjectType, to: ObjectType, plans: PairPlan[]): Promise<LabelledPair[]> {
  const { portal } = ctx;
  const wanted = keepLastPrimaries(portal, plans.flatMap((p) => p.meaning.rows(p.fromId, p.toId)));
  const demoted = await findDemoted(tx, portal, wanted);
  const existing = await readPairs(tx, portal.placement, from.id, to.id, plans);

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
    if (plan.meaning.types.some(isLabel)) {
      for (const row of rowsBetween(state, plan)) if (row.category === USER_DEFINED && row.typeId !== portal.unlabeledType(from.id, to.id)?.typeId) drop(row);
    }
    for (const row of plan.meaning.rows(plan.fromId, plan.toId)) {
      if (!keep.has(rowKey(row))) continue;
      add.set(rowKey(row), row);
      remove.delete(rowKey(row));
      if (row.fromType === from.id && row.toType === to.id) remember(row);
    }
  }
  // A label dropped by a later input of the same batch must not be added by the earlier one.
  for (const key of remove.keys()) add.delete(key);
  const there = new Set([...existing, ...demoted].flatMap((row) => bothDirections(portal, row)).map(rowKey));
  await saveAssociations(ctx, tx, [...add.values()].filter((row) => !there.has(rowKey(row))), [...remove.values()].filter((row) => there.has(rowKey(row))));
  return plans.map((plan) => ({ input: plan.input, fromId: plan.fromId, toId: plan.toId, labels: labelsOf(ctx, rowsBetween(state, plan)) }));
}

const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');

const pairKey = (pair: Pair): string => `${pair.fromId} ${pair.toId}`;

const rowsBetween = (state: Map<string, Map<string, AssociationRow>>, pair: PairPlan): Iterable<AssociationRow> =>
  state.get(pairKey(pair))?.values() ?? [];

/** In the order in which a list of associations shows them. */
function labelsOf(ctx: Context, rows: Iterable<AssociationRow>): string[] {
  return [...rows].sort((a, b) => a.category - b.category || a.typeId - b.typeId).flatMap((row) => ctx.portal.associationType(ASSOCIATION_CATEGORIES[row.category]!, row.typeId)?.label ?? []);
}
