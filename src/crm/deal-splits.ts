// Deal splits: how the owners of a deal share it, read and replaced as a set (schema.md 7.4). A split is a record of its own,
// associated with the deal; it is made, changed and archived here and nowhere else.

import type { ObjectType } from '../catalogue/types.ts';
import { readRowsOfTypes, type AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { idsByType, lockRecords, readRecords, type RecordRow } from '../db/records.ts';
import { writeRecords } from '../db/write-records.ts';
import { problem } from '../errors.ts';
import { findLiveIds, keyText } from './aliases.ts';
import { bothDirections, rowOf } from './association-rules.ts';
import { checkInputCount, notFound, retryingStale, type BatchOutcome } from './batch.ts';
import { sum } from './computations/decimal.ts';
import type { Context } from './context.ts';
import { MAX_INPUTS } from './create-records.ts';
import { recordId } from './find-records.ts';
import { propertyTypes } from './property-types/index.ts';
import { saveAssociations } from './save-associations.ts';
import { viewRecord, type RecordView } from './views.ts';

export interface DealSplits {
  id: string;
  splits: RecordView[];
}

export interface DealSplitsInput {
  id: string | number;
  splits: { ownerId: string | number; percentage: string | number }[];
}

export const DEALS = '0-3';
export const SPLITS = '0-72';
const DEAL_TO_SPLIT = 313;
const MAX_DECIMALS = 8;

/** The splits of at most 100 deals. Ids of no deal are one entry of errors[]; a deal without splits has none [I]. */
export async function readDealSplits(ctx: Context, inputs: { id: string | number }[]): Promise<BatchOutcome<DealSplits>> {
  checkInputCount(inputs, MAX_INPUTS);
  const deals = ctx.portal.objectType(DEALS)!;
  const asked = [...new Set(inputs.map((input) => String(input.id)))];
  const live = await findDeals(ctx, asked);
  const found = new Set(asked.flatMap((id) => live.get(id) ?? []));
  const missing = asked.filter((id) => !live.has(id)).map((id) => ({ id }));
  const splits = await readSplits(ctx, ctx.db, [...found]);
  return {
    results: [...found].map((id) => viewSplits(ctx, id, (splits.get(id) ?? []).map((split) => split.row))),
    errors: missing.length === 0 ? [] : [notFound(deals, missing)],
  };
}

/** The ids of live deals by the names that clients sent: their own ids, or those of deals merged into them. */
async function findDeals(ctx: Context, names: string[]): Promise<Map<string, number>> {
  const keyOf = (name: string) => ({ objectType: DEALS, id: recordId(name) ?? 0 });
  const live = await findLiveIds(ctx, names.map(keyOf));
  return new Map(names.flatMap((name) => {
    const id = live.get(keyText(keyOf(name)));
    return id === undefined ? [] : [[name, id] as const];
  }));
}

/**
 * Replaces the splits of at most 100 deals, all of them or, when one is refused, none [D]. An owner that had a split of
 * the deal keeps it, with the new percentage [I]. Throws duplicateIds, invalidDealSplits.
 */
export async function upsertDealSplits(ctx: Context, inputs: DealSplitsInput[]): Promise<BatchOutcome<DealSplits>> {
  checkInputCount(inputs, MAX_INPUTS);
  const deals = await findDeals(ctx, inputs.map((input) => String(input.id)));
  const plans = inputs.map((input) => ({ dealId: deals.get(String(input.id)) ?? recordId(String(input.id)) ?? 0, name: String(input.id), shares: checkShares(ctx, input) }));
  const doubles = [...Map.groupBy(plans, (plan) => plan.dealId).values()].filter((group) => group.length > 1);
  if (doubles.length > 0) throw problem.duplicateIds(doubles.map((group) => group[0]!.name));

  const results = await retryingStale(async () => await ctx.db.transaction(async (tx) => {
    await checkDeals(ctx, tx, plans);
    const existing = await readSplits(ctx, tx, plans.map((plan) => plan.dealId));
    const newIds = await ctx.ids.take(ctx.portal.placement, plans.reduce((count, plan) => count + plan.shares.size, 0));
    const replaced = plans.map((plan) => replaceSplits(ctx, plan, existing.get(plan.dealId) ?? [], () => newIds.shift()!));

    const gone = replaced.flatMap((deal) => deal.gone);
    await writeRecords(tx, ctx.portal.placement, {
      objectType: SPLITS, at: ctx.at, source: ctx.source, claims: [], releases: [],
      creates: replaced.flatMap((deal) => deal.made.map((row) => ({ id: row.id, properties: row.properties }))),
      updates: replaced.flatMap((deal) => deal.changed.map((row) => ({
        id: row.id, version: row.version, set: { hs_deal_split_percentage: row.properties.hs_deal_split_percentage! }, remove: [],
      }))),
      archives: gone.map((split) => ({ id: split.row.id, version: split.row.version })),
    });
    await saveAssociations(ctx, tx,
      replaced.flatMap((deal) => deal.made.flatMap((row) => bothDirections(ctx.portal, associationOf(ctx, deal.dealId, row.id)))),
      gone.flatMap((split) => bothDirections(ctx.portal, split.association)));
    return replaced.map((deal) => viewSplits(ctx, deal.dealId, deal.rows));
  }));
  return { results, errors: [] };
}

/** Percentages by owner. Owners exist and come once; percentages are above 0 [I], of 8 decimals at most, and make 1 [D]. */
function checkShares(ctx: Context, { id, splits }: DealSplitsInput): Map<string, string> {
  const refuse = (reason: string) => problem.invalidDealSplits(String(id), reason);
  const definition = ctx.portal.properties(SPLITS).get('hs_deal_split_percentage')!;
  const shares = new Map<string, string>();
  for (const { ownerId, percentage } of splits) {
    const owner = String(ownerId);
    if (!ctx.portal.owners.has(owner)) throw refuse(`${owner} is not an owner`);
    if (shares.has(owner)) throw refuse(`owner ${owner} is named twice`);
    const text = propertyTypes[definition.type].normalise(String(percentage), definition, { current: null, normalisesDates: false, ownerExists: () => true }).value;
    if (text === undefined || !(Number(text) > 0)) throw refuse(`${percentage} is not a percentage`);
    if (decimalsOf(text) > MAX_DECIMALS) throw refuse(`${percentage} has more than ${MAX_DECIMALS} decimals`);
    shares.set(owner, text);
  }
  const total = sum([...shares.values()]);
  if (total !== '1') throw refuse(`the percentages add up to ${total}, not to 1.0`);
  return shares;
}

const decimalsOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);

/** Locks the deals, so that two writers of one set take turns. The deal's own owner must be among the owners [D]. */
async function checkDeals(ctx: Context, tx: Queryable, plans: { dealId: number; name: string; shares: Map<string, string> }[]): Promise<void> {
  await lockRecords(tx, ctx.portal.placement, idsByType(plans.map((plan) => ({ objectType: DEALS, id: plan.dealId }))));
  const deals = new Map((await readRecords(tx, ctx.portal.placement, DEALS, plans.map((plan) => plan.dealId))).map((row) => [row.id, row]));
  for (const { dealId, name, shares } of plans) {
    const deal = deals.get(dealId);
    if (!deal) throw problem.invalidDealSplits(name, 'there is no such deal');
    const owner = deal.properties.hubspot_owner_id;
    if (owner !== undefined && !shares.has(owner)) throw problem.invalidDealSplits(name, `the deal owner ${owner} must have a split`);
  }
}

export interface Split {
  row: RecordRow;
  association: AssociationRow;
}

/** The live splits of each deal, in order of id. */
export async function readSplits(ctx: Context, db: Queryable, dealIds: number[]): Promise<Map<number, Split[]>> {
  const associations = await readRowsOfTypes(db, ctx.portal.placement, DEALS, SPLITS, dealIds, [DEAL_TO_SPLIT]);
  const rows = new Map((await readRecords(db, ctx.portal.placement, SPLITS, associations.map((a) => a.toId))).map((row) => [row.id, row]));
  const splits = associations.flatMap((association) => {
    const row = rows.get(association.toId);
    return row ? [{ row, association }] : [];
  });
  return Map.groupBy(splits.sort((a, b) => a.row.id - b.row.id), (split) => split.association.fromId);
}

interface Replaced {
  dealId: number;
  /** The set as it is afterwards, in the order of the input. */
  rows: RecordRow[];
  made: RecordRow[];
  changed: RecordRow[];
  gone: Split[];
}

function replaceSplits(ctx: Context, { dealId, shares }: { dealId: number; shares: Map<string, string> }, existing: Split[], newId: () => number): Replaced {
  const replaced: Replaced = { dealId, rows: [], made: [], changed: [], gone: existing.filter((split) => !shares.has(split.row.properties.hubspot_owner_id!)) };
  const byOwner = new Map(existing.map(({ row }) => [row.properties.hubspot_owner_id, row]));
  for (const [owner, percentage] of shares) {
    const before = byOwner.get(owner);
    const properties = { ...before?.properties, hs_deal_split_percentage: percentage, hubspot_owner_id: owner };
    const row = before
      ? { ...before, properties }
      : { id: newId(), properties: { ...sourceOf(ctx), ...properties }, version: 1, created_at: ctx.at, updated_at: ctx.at, archived_at: null };
    if (!before) replaced.made.push(row);
    else if (before.properties.hs_deal_split_percentage !== percentage) {
      row.updated_at = ctx.at;
      replaced.changed.push(row);
    }
    replaced.rows.push(row);
  }
  return replaced;
}

const sourceOf = (ctx: Context): Record<string, string> => ({
  hs_object_source: ctx.source.type, hs_object_source_label: ctx.source.type, ...(ctx.source.id === null ? {} : { hs_object_source_id: ctx.source.id }),
});

function associationOf(ctx: Context, dealId: number, splitId: number): AssociationRow {
  return rowOf(ctx.portal.associationType('HUBSPOT_DEFINED', DEAL_TO_SPLIT)!, dealId, splitId);
}

/** A split shows these two properties and no url (schema.md 7.4 [D]). */
function viewSplits(ctx: Context, dealId: number, rows: RecordRow[]): DealSplits {
  const type: ObjectType = ctx.portal.objectType(SPLITS)!;
  return {
    id: String(dealId),
    splits: rows.map((row) => {
      const { hs_deal_split_percentage = null, hubspot_owner_id = null } = row.properties as Record<string, string | undefined>;
      const { url: _url, ...view } = viewRecord(ctx, type, row, { hs_deal_split_percentage, hubspot_owner_id });
      return view as RecordView;
    }),
  };
}
