// Makes records, one or a hundred: plans every input, or its failure; writes the good ones in one statement.

import type { ObjectType } from '../catalogue/types.ts';
import type { AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { countIds, idsByType, lockRecords, type UniqueValue } from '../db/records.ts';
import { StaleWriteError, writeRecords } from '../db/write-records.ts';
import { problem } from '../errors.ts';
import { checkRecordAccess } from './access.ts';
import { findLiveIds, keyText } from './aliases.ts';
import { linkSource } from './association-properties.ts';
import { findDemoted, keepLastPrimaries, resolveSpecs, rowKey, rowsOfPair, type AssociationSpec } from './association-rules.ts';
import { batchError, checkInputCount, combineFailures, reportsPerInput, retryingStale, type BatchOutcome, type Failure } from './batch.ts';
import { failBlockedEmails } from './blocked-emails.ts';
import type { Context } from './context.ts';
import { confirmModel } from './model-changes.ts';
import { planCopies } from './product-values.ts';
import { saveAssociations } from './save-associations.ts';
import { otherParents } from './single-parents.ts';
import { claimsOf, failDoubleClaims, failTakenClaims } from './unique-values.ts';
import { missingProperties, planValues, type Warning, type WireValue } from './values.ts';
import { writtenLink } from './written-links.ts';
import { createdProperties, viewRecord, type RecordView } from './views.ts';
import { expectedProperties } from './written-properties.ts';

export const MAX_INPUTS = 100;

export interface CreateInput {
  properties: Record<string, WireValue>;
  associations?: { to: { id: string | number }; types: AssociationSpec[] }[];
  objectWriteTraceId?: string;
}

/** One record on its way. A plan with a failure is not written. */
export interface CreatePlan {
  input: CreateInput;
  set: Record<string, string>;
  warnings: Warning[];
  /** 0 until ids are given out. */
  id: number;
  claims: UniqueValue[];
  /** Association rows of both directions, made when the id is known. */
  pairs: { types: Parameters<typeof rowsOfPair>[1]; toId: number; name: string }[];
  failure?: Failure;
}

/**
 * Creates records, at most 100. Without trace ids any failure refuses the whole batch with the one error; with one on
 * every input the good ones are written and errors[] has the others. Results keep the order of inputs. Throws missingScopes and
 * objectTypeDisabled for what inputs are associated with.
 */
export async function createRecords(ctx: Context, type: ObjectType, inputs: CreateInput[]): Promise<BatchOutcome<RecordView>> {
  checkInputCount(inputs, MAX_INPUTS);
  checkAssociatedTypes(ctx, inputs);
  const perInput = reportsPerInput(inputs);
  const plans = await planCreates(ctx, type, inputs);
  await checkTargets(ctx, plans);
  await giveIds(ctx, plans);
  for (const plan of plans) if (!plan.failure) plan.claims = claimsOf(ctx.portal, type, plan.set, plan.id);
  await failBlockedEmails(ctx, type, plans);
  failDoubleClaims(ctx.portal, type, plans);

  await retryingStale(async (attempt) => {
    if (attempt > 1) {
      await checkTargets(ctx, plans);
      await failTakenClaims(ctx, type, plans);
    }
    const failures = plans.flatMap((plan) => plan.failure ?? []);
    if (failures.length > 0 && !perInput) throw combineFailures(ctx.portal.portalId, failures);
    // These are told beside what is written.
    if (failures.length > 0) await confirmModel(ctx);
    await writeCreates(ctx, type, plans.filter((plan) => !plan.failure));
  });

  return {
    results: plans.filter((plan) => !plan.failure).map((plan) => viewCreated(ctx, type, plan)),
    errors: plans.filter((plan) => plan.failure).map((plan) => batchError(ctx.portal.portalId, plan.input.objectWriteTraceId, plan.failure!)),
  };
}

/** To associate with a record one must be let write it, as by the routes of associations [I]. Types that there are not are refused with their input. */
function checkAssociatedTypes(ctx: Context, inputs: CreateInput[]): void {
  const specs = inputs.flatMap((input) => (input.associations ?? []).flatMap((association) => association.types));
  const targets = new Set(specs.flatMap((spec) => ctx.portal.associationType(spec.associationCategory, spec.associationTypeId)?.toType ?? []));
  checkRecordAccess(ctx, 'write', [...targets].flatMap((id) => ctx.portal.objectType(id) ?? []));
}

/** Creates one record. Throws the one error that refuses it. */
export async function createRecord(ctx: Context, type: ObjectType, input: CreateInput): Promise<RecordView> {
  const { objectWriteTraceId: _ignored, ...single } = input;
  const { results } = await createRecords(ctx, type, [single]);
  return results[0]!;
}

/** Plans creates, those that copy another record with its values. */
export async function planCreates(ctx: Context, type: ObjectType, inputs: CreateInput[]): Promise<CreatePlan[]> {
  const plan = (input: CreateInput): CreatePlan => planCreate(ctx, type, input);
  return type.copies && inputs.length > 0 ? await planCopies(ctx, type, inputs, plan) : inputs.map(plan);
}

/** Plans one create: values, required properties, association types. */
function planCreate(ctx: Context, type: ObjectType, input: CreateInput): CreatePlan {
  const values = planValues(ctx, type, input.properties, null);
  const plan: CreatePlan = { input, set: values.set, warnings: values.warnings, id: 0, claims: [], pairs: [] };
  if (values.problems.length > 0) plan.failure = { values: values.problems };
  const missing = missingProperties(type, values.set);
  if (!plan.failure && missing.length > 0) plan.failure = { values: [], problem: problem.requiredPropertiesMissing(type.legacyName, missing) };
  for (const association of input.associations ?? []) {
    if (plan.failure) break;
    planAssociation(ctx, type, plan, association);
  }
  const link = writtenLink(ctx, type, input.properties);
  if (link) plan.pairs.push({ types: [linkSource(ctx.portal, type)!.associationType], toId: link, name: String(link) });
  if (!plan.failure && type.requiredAssociations && !hasAssociation(plan, type.requiredAssociations)) {
    plan.failure = { values: [], problem: problem.requiredAssociationMissing(type.legacyName, type.requiredAssociations) };
  }
  if (!plan.failure && type.singleParents) failSecondParent(ctx, type, plan, type.singleParents);
  return plan;
}

function failSecondParent(ctx: Context, type: ObjectType, plan: CreatePlan, parentTypes: string[]): void {
  const parents = plan.pairs.map((pair) => ({ typeId: pair.types[0]!.toType, id: pair.toId })).filter(({ typeId }) => parentTypes.includes(typeId));
  const [first, ...others] = parents;
  if (!first || others.every((other) => other.typeId === first.typeId && other.id === first.id)) return;
  plan.failure = { values: [], problem: problem.secondParent(type.legacyName, null, ctx.portal.objectType(first.typeId)!.legacyName, String(first.id)) };
}

/** A lead belongs to a contact or a company from the first day (objects.md 2.1, 2.4 [D]). */
const hasAssociation = (plan: CreatePlan, typeIds: number[]): boolean =>
  plan.pairs.some((pair) => pair.types.some((type) => type.category === 'HUBSPOT_DEFINED' && typeIds.includes(type.typeId)));

function planAssociation(ctx: Context, type: ObjectType, plan: CreatePlan, association: NonNullable<CreateInput['associations']>[number]): void {
  const toId = String(association.to.id);
  if (association.types.length === 0) {
    plan.failure = { values: [], problem: problem.noAssociationTypes(toId) };
    return;
  }
  const resolved = resolveSpecs(ctx.portal, type, undefined, association.types);
  if ('problem' in resolved) plan.failure = { values: [], problem: resolved.problem };
  // An id that is no number names no record: 0 is nobody's.
  else plan.pairs.push({ types: resolved.types, toId: /^\d{1,15}$/.test(toId) ? Number(toId) : 0, name: toId });
}

/** Fails the plans whose associations lead to records that do not exist (objects.md 3.9). */
async function checkTargets(ctx: Context, plans: CreatePlan[]): Promise<void> {
  const withPairs = plans.filter((plan) => !plan.failure && plan.pairs.length > 0);
  if (withPairs.length === 0) return;
  const keys = withPairs.flatMap((plan) => plan.pairs.map((pair) => ({ objectType: pair.types[0]!.toType, id: pair.toId })));
  const live = await findLiveIds(ctx, keys);
  for (const plan of withPairs) {
    const missing = plan.pairs.flatMap((pair) => {
      const toType = pair.types[0]!.toType;
      const toId = live.get(keyText({ objectType: toType, id: pair.toId }));
      if (toId !== undefined) pair.toId = toId;
      return toId !== undefined ? [] : [{
        legacyName: ctx.portal.objectType(toType)?.legacyName ?? toType, id: pair.name,
      }];
    });
    if (missing.length > 0) plan.failure = { values: [], problem: problem.invalidAssociationObjects(missing) };
  }
}

/** Ids for the plans that may be written: needed before writing, for conflicts are told with the id that would have been. */
export async function giveIds(ctx: Context, plans: CreatePlan[]): Promise<void> {
  const good = plans.filter((plan) => !plan.failure);
  const ids = await ctx.ids.take(ctx.portal.placement, good.length);
  good.forEach((plan, i) => (plan.id = ids[i]!));
}

async function writeCreates(ctx: Context, type: ObjectType, plans: CreatePlan[]): Promise<void> {
  if (plans.length === 0) return;
  const write = async (at: Queryable): Promise<void> => await writeRecords(at, ctx.portal.placement, {
    objectType: type.id, at: ctx.at, source: ctx.source,
    creates: plans.map((plan) => ({ id: plan.id, properties: plan.set })), updates: [],
    claims: plans.flatMap((plan) => plan.claims), releases: [],
    expects: expectedProperties(ctx.portal, type, plans), searchWords: ctx.searchWords(type.id),
    ...(ctx.isModelChecked ? {} : { modelVersion: ctx.portal.modelVersion }),
  });
  if (plans.every((plan) => plan.pairs.length === 0)) {
    await write(ctx.db);
    return;
  }
  await ctx.db.transaction(async (tx) => {
    const targets = idsByType(plans.flatMap((plan) => plan.pairs.map((pair) => ({ objectType: pair.types[0]!.toType, id: pair.toId }))));
    if (await lockRecords(tx, ctx.portal.placement, targets) !== countIds(targets)) throw new StaleWriteError('a record was archived or merged meanwhile');
    await checkParents(ctx, tx, type, plans);
    const associations = associationRows(ctx, plans);
    // Only a record that was there before can lose a primary to these new ones.
    const fresh = new Set(plans.map((plan) => plan.id));
    const demoted = await findDemoted(tx, ctx.portal, associations.filter((row) => !fresh.has(row.fromId)));
    await write(tx);
    await saveAssociations(ctx, tx, associations, demoted);
  });
}

/** Fails the plans that would give a line item of before a second parent (schema.md 1.7 rule 10); then all are looked at anew. */
async function checkParents(ctx: Context, tx: Queryable, type: ObjectType, plans: CreatePlan[]): Promise<void> {
  const pairs = plans.flatMap((plan) => plan.pairs.map((pair) => ({ plan, to: ctx.portal.objectType(pair.types[0]!.toType)!, fromId: plan.id, toId: pair.toId })));
  let failed = false;
  for (const [to, some] of Map.groupBy(pairs, (pair) => pair.to)) {
    for (const [{ plan }, refused] of await otherParents(ctx, tx, type, to, some)) {
      plan.failure ??= { values: [], problem: refused };
      failed = true;
    }
  }
  if (failed) throw new StaleWriteError('a line item has another parent');
}

/** All new rows of the plans, each once; of two primaries for one record the later wins. */
export function associationRows(ctx: Context, plans: CreatePlan[]): AssociationRow[] {
  const rows = plans.flatMap((plan) => plan.pairs.flatMap((pair) => rowsOfPair(ctx.portal, pair.types, plan.id, pair.toId)));
  return [...new Map(keepLastPrimaries(ctx.portal, rows).map((row) => [rowKey(row), row])).values()];
}

/** The answer for a record just made. */
export function viewCreated(ctx: Context, type: ObjectType, plan: CreatePlan): RecordView {
  const row = { id: plan.id, created_at: ctx.at, updated_at: ctx.at };
  const view = viewRecord(ctx, type, row, createdProperties(type, row, plan.set));
  if (plan.input.objectWriteTraceId !== undefined) view.objectWriteTraceId = plan.input.objectWriteTraceId;
  if (plan.warnings.length > 0) view.warnings = plan.warnings;
  return view;
}
