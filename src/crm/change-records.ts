// Changes records found by id or by a unique property, in one batch; an upsert makes those that are not there.

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { findUniqueValues, type RecordRow } from '../db/records.ts';
import { writeRecords } from '../db/write-records.ts';
import { problem } from '../errors.ts';
import { readByIds } from './aliases.ts';
import { batchError, checkInputCount, combineFailures, notFound, reportsPerInput, retryingStale, type BatchError, type BatchOutcome } from './batch.ts';
import { failBlockedEmails } from './blocked-emails.ts';
import type { Context } from './context.ts';
import { giveIds, MAX_INPUTS, planCreates, viewCreated, type CreatePlan } from './create-records.ts';
import { checkIdProperty, checkRecordName, lookupForm, recordId } from './find-records.ts';
import { confirmModel } from './model-changes.ts';
import { claimsOf, failDoubleClaims, failTakenClaims, isContactEmail } from './unique-values.ts';
import { changesAnything, planUpdate, toChange, viewUpdated, type UpdatePlan } from './update-plan.ts';
import type { WireValue } from './values.ts';
import type { RecordView } from './views.ts';
import { resolveLinks, writeLinks, writtenLink, type Link } from './written-links.ts';
import { expectedProperties } from './written-properties.ts';

export interface ChangeInput {
  id: string | number;
  idProperty?: string;
  properties: Record<string, WireValue>;
  objectWriteTraceId?: string;
}

/** How one input names its record. */
interface Target {
  input: ChangeInput;
  /** The record id, when that is what names it. */
  id?: number;
  /** The unique value that it is looked up by otherwise, in the form that is compared. */
  unique?: { property: string; value: string };
  /** What two inputs have in common that name one record. */
  key: string | number;
}

type Plan = { kind: 'create'; input: ChangeInput; plan: CreatePlan } | { kind: 'update'; input: ChangeInput; plan: UpdatePlan } | { kind: 'missing'; input: ChangeInput };

/**
 * Upserts at most 100 records. Failures as in createRecords; ids without idProperty that reach no record are one entry
 * of errors[] (objects.md 3.5, 3.6). Contacts by email have no partial success [D]. Results keep the order of inputs.
 */
export async function upsertRecords(ctx: Context, type: ObjectType, inputs: ChangeInput[]): Promise<BatchOutcome<RecordView>> {
  const byEmail = inputs.some((input) => input.idProperty !== undefined && isContactEmail(type, input.idProperty));
  const { results, errors } = await changeRecords(ctx, type, inputs, { creates: true, perInput: reportsPerInput(inputs) && !byEmail });
  return { results: results.map(({ view, made }) => ({ ...view, new: made })), errors };
}

/**
 * Updates at most 100 records. Ids that reach no record are one entry of errors[], the others are written (objects.md
 * 3.3, 3.5); a refused value refuses the batch unless every input has a trace id. Contact email finds no record here [O].
 */
export async function updateRecords(ctx: Context, type: ObjectType, inputs: ChangeInput[]): Promise<BatchOutcome<RecordView>> {
  const byEmail = inputs.find((input) => input.idProperty !== undefined && isContactEmail(type, input.idProperty));
  if (byEmail) throw problem.nonUniqueProperty(type.id, byEmail.idProperty!);
  const { results, errors } = await changeRecords(ctx, type, inputs, { creates: false, perInput: reportsPerInput(inputs) });
  return { results: results.map(({ view }) => view), errors };
}

/** Updates one record. Throws nothingToUpdate, recordIdNotNumeric, recordNotFound and what values may be refused for (objects.md 4.3). */
export async function updateRecord(ctx: Context, type: ObjectType, input: ChangeInput): Promise<RecordView> {
  if (Object.keys(input.properties).length === 0) throw problem.nothingToUpdate();
  checkRecordName(String(input.id), input.idProperty);
  // As a read takes it [I]; batches refuse it like any property without unique values (objects.md 3.6 [O]).
  const named = input.idProperty === 'hs_object_id' ? { ...input, idProperty: undefined } : input;
  const { results } = await changeRecords(ctx, type, [named], { creates: false, perInput: false });
  if (results.length === 0) throw problem.recordNotFound();
  return results[0]!.view;
}

interface Changed {
  view: RecordView;
  /** Made by this batch. */
  made: boolean;
}

async function changeRecords(
  ctx: Context, type: ObjectType, inputs: ChangeInput[], { creates, perInput }: { creates: boolean; perInput: boolean },
): Promise<BatchOutcome<Changed>> {
  checkInputCount(inputs, MAX_INPUTS);
  const targets = inputs.map((input) => findTarget(ctx, type, input));
  refuseDuplicates(targets);

  return await retryingStale(async (attempt) => {
    const plans = await planAll(ctx, type, targets, creates);
    const writes = plans.flatMap((p) => (p.kind === 'missing' ? [] : [p.plan]));
    failDoubleClaims(ctx.portal, type, writes);
    // A value that somebody holds makes the write stale; only then it is worth asking who.
    if (attempt > 1) await failTakenClaims(ctx, type, writes);
    const links = linksOf(ctx, type, plans);
    if (links.length > 0) for (const [link, refused] of await resolveLinks(ctx, type, links)) link.plan.failure ??= { values: [], problem: refused };
    const failed = writes.filter((plan) => plan.failure);
    if (failed.length > 0 && !perInput) throw combineFailures(ctx.portal.portalId, failed.map((plan) => plan.failure!));
    await writeAll(ctx, type, plans, links.filter((link) => !link.plan.failure));
    return { results: plans.flatMap((p) => view(ctx, type, p)), errors: errorsOf(ctx, type, plans) };
  });
}

function findTarget(ctx: Context, type: ObjectType, input: ChangeInput): Target {
  const name = String(input.id);
  if (input.idProperty === undefined) {
    const id = recordId(name);
    return { input, id, key: id ?? ` ${name}` };
  }
  checkIdProperty(ctx, type, input.idProperty);
  const unique = { property: input.idProperty, value: lookupForm(ctx, type, input.idProperty, name) };
  return { input, unique, key: `${unique.property} ${unique.value}` };
}

/** One record twice in a batch is refused, with trace ids too (objects.md 3.7). */
export function refuseDuplicates(named: { input: { id: string | number }; key: string | number }[]): void {
  if (new Set(named.map((n) => n.key)).size === named.length) return;
  const doubles = [...Map.groupBy(named, (n) => n.key).values()].filter((group) => group.length > 1);
  throw problem.duplicateIds(doubles.map((group) => String(group[0]!.input.id)));
}

async function planAll(ctx: Context, type: ObjectType, targets: Target[], creates: boolean): Promise<Plan[]> {
  const found = await findTargets(ctx, type, targets);
  // Two names of one merged record are the same record.
  refuseDuplicates(found.filter((t) => t.id !== undefined).map((t) => ({ input: t.input, key: t.row?.id ?? t.id! })));
  // No value finds nothing, and a record made by it could never be found again.
  const makes = (t: Found): boolean => creates && !t.row && t.unique !== undefined && t.unique.value !== '';
  const made = await planCreates(ctx, type, found.filter(makes).map((t) => ({
    // The record is made with the value it was not found by, whatever properties say of it (objects.md 3.6 [D]).
    ...t.input, properties: { ...t.input.properties, [t.unique!.property]: String(t.input.id) }, associations: [],
  })));
  let next = 0;
  const plans = found.map((t): Plan => {
    if (t.row) return { kind: 'update', input: t.input, plan: planUpdate(ctx, type, t.row, t.input.properties) };
    return makes(t) ? { kind: 'create', input: t.input, plan: made[next++]! } : { kind: 'missing', input: t.input };
  });

  await giveIds(ctx, made);
  for (const plan of made) if (!plan.failure) plan.claims = claimsOf(ctx.portal, type, plan.set, plan.id);
  await failBlockedEmails(ctx, type, plans.flatMap((p) => (p.kind === 'missing' ? [] : [p.plan])));
  return plans;
}

/** A target with the id that it reaches, and the row when there is one. */
type Found = Target & { row: RecordRow | undefined };

/** Finds what the targets name: two look-ups for all. */
async function findTargets(ctx: Context, type: ObjectType, targets: Target[]): Promise<Found[]> {
  const holders = new Map<string | number, number>();
  const keys = targets.flatMap((t) => t.unique ?? []);
  for (const row of await findUniqueValues(ctx.db, ctx.portal.placement, type.id, keys)) holders.set(`${row.property} ${row.value}`, row.id);
  const named = targets.map((t) => (t.unique ? { ...t, id: holders.get(t.key) } : t));
  const byId = await readByIds(ctx, type, named.flatMap((t) => t.id ?? []));
  await confirmModel(ctx, byId.values().next().value?.model_version);
  return named.map((t) => ({ ...t, row: t.id === undefined ? undefined : byId.get(t.id) }));
}

/** The associations that written values place, of the plans that may be written. */
function linksOf(ctx: Context, type: ObjectType, plans: Plan[]): (Link & { plan: CreatePlan | UpdatePlan; made: boolean })[] {
  return plans.flatMap((p) => {
    if (p.kind === 'missing' || p.plan.failure) return [];
    const toId = writtenLink(ctx, type, p.input.properties);
    return toId === undefined ? [] : [{ fromId: p.plan.id, toId, plan: p.plan, made: p.kind === 'create' }];
  });
}

async function writeAll(ctx: Context, type: ObjectType, plans: Plan[], links: ReturnType<typeof linksOf>): Promise<void> {
  const creates = plans.flatMap((p) => (p.kind === 'create' && !p.plan.failure ? [p.plan] : []));
  const updates = plans.flatMap((p) => (p.kind === 'update' && !p.plan.failure && changesAnything(p.plan) ? [p.plan] : []));
  const write = async (db: Queryable): Promise<void> => await writeRecords(db, ctx.portal.placement, {
    objectType: type.id, at: ctx.at, source: ctx.source,
    creates: creates.map((plan) => ({ id: plan.id, properties: plan.set })),
    updates: updates.map(toChange),
    claims: [...creates, ...updates].flatMap((plan) => plan.claims),
    releases: updates.flatMap((plan) => plan.releases),
    expects: expectedProperties(ctx.portal, type, [...creates, ...updates]),
  });
  if (links.length === 0) await write(ctx.db);
  else {
    const existing = links.filter((link) => !link.made).map((link) => link.fromId);
    await ctx.db.transaction(async (tx) => await writeLinks(ctx, tx, type, links, existing, async () => await write(tx)));
  }
}

function view(ctx: Context, type: ObjectType, p: Plan): Changed[] {
  if (p.kind === 'missing' || p.plan.failure) return [];
  const view = p.kind === 'create' ? viewCreated(ctx, type, p.plan) : viewUpdated(ctx, type, p.plan);
  if (p.input.objectWriteTraceId !== undefined) view.objectWriteTraceId = p.input.objectWriteTraceId;
  return [{ view, made: p.kind === 'create' }];
}

function errorsOf(ctx: Context, type: ObjectType, plans: Plan[]): BatchError[] {
  const errors = plans.flatMap((p) => (p.kind !== 'missing' && p.plan.failure
    ? [batchError(ctx.portal.portalId, p.input.objectWriteTraceId, p.plan.failure)] : []));
  const missing = plans.filter((p) => p.kind === 'missing').map((p) => p.input);
  return missing.length === 0 ? errors : [...errors, notFound(type, missing)];
}
