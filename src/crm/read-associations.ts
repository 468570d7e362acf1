// Reads associations from one record's side. All of them lead to live records (db/associations.ts).

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { readFirstAssociations, type AssociationRow, type ReadAssociation } from '../db/associations.ts';
import { findSurvivors } from '../db/merges.ts';
import { problem } from '../errors.ts';
import { findLiveIds, keyText } from './aliases.ts';
import { checkInputCount, type BatchError, type BatchOutcome } from './batch.ts';
import type { Context } from './context.ts';
import { recordId } from './find-records.ts';
import { confirmModel } from './model-changes.ts';
import { requireObjectType } from './portal/object-types.ts';
import type { RecordView } from './views.ts';

/** How many associated records `?associations=` shows before it pages (schema.md 1.10). */
const SHOWN_WITH_RECORD = 100;

/** Inputs of a batch read (schema.md 1.8 [D]). */
const MAX_READS = 1_000;

export interface AssociatedRecord {
  toId: number;
  types: AssociationType[];
}

export interface AssociationPage {
  results: AssociatedRecord[];
  after: string | undefined;
}

/** The associations of one record of a batch, by the id that was asked for. */
export interface AssociationsOf extends AssociationPage {
  fromId: string;
}

/** A page of one record's associations with a type, in order of id. Throws recordNotFound for a record that is not there. */
export async function listAssociationPage(
  ctx: Context, from: ObjectType, fromId: string, to: ObjectType, page: { after: string | undefined; limit: number },
): Promise<AssociationPage> {
  if (!/^\d+$/.test(fromId)) throw problem.recordIdNotNumeric(fromId);
  const key = { objectType: from.id, id: recordId(fromId) ?? 0 };
  const id = (await findLiveIds(ctx, [key])).get(keyText(key));
  if (id === undefined) throw problem.recordNotFound();
  const rows = await readFirstAssociations(ctx.db, ctx.portal.placement, from.id, [{ id, afterId: readCursor(page.after) }], to.id, page.limit + 1);
  await confirmModel(ctx, rows[0]?.modelVersion);
  return toPage(ctx, rows, page.limit);
}

/**
 * The associations of at most 1,000 records, up to `limit` of each after the cursor that its input may have. Records
 * without any are entries of errors[] (schema.md 1.4 [O]), ids that are none too.
 */
export async function batchReadAssociations(
  ctx: Context, from: ObjectType, to: ObjectType, inputs: { id: string | number; after?: string }[], limit: number,
): Promise<BatchOutcome<AssociationsOf>> {
  checkInputCount(inputs, MAX_READS);
  const errors: BatchError[] = [];
  const asked: { name: string; id: number; afterId: number }[] = [];
  for (const { id, after } of inputs) {
    const name = String(id);
    const number = recordId(name);
    if (number === undefined) errors.push({ problem: problem.invalidAssociationId(name), context: {} });
    else asked.push({ name, id: number, afterId: readCursor(after) });
  }
  const rows = await readPages(ctx, from, to, asked, limit + 1);
  await confirmModel(ctx, rows.values().next().value?.[0]?.modelVersion);
  // A record without any may be one that was merged: its associations are the survivor's.
  const survivors = new Map((await findSurvivors(ctx.db, ctx.portal.placement, asked.filter((one) => !rows.has(pageKey(one))).map((one) => ({ objectType: from.id, id: one.id }))))
    .map((row) => [row.id, row.survivor]));
  const merged = asked.flatMap((one) => (survivors.has(one.id) ? [{ ...one, id: survivors.get(one.id)! }] : []));
  const mergedRows = await readPages(ctx, from, to, merged, limit + 1);

  const results: AssociationsOf[] = [];
  for (const one of asked) {
    const found = rows.get(pageKey(one)) ?? mergedRows.get(pageKey({ ...one, id: survivors.get(one.id) ?? one.id }));
    if (found) results.push({ fromId: one.name, ...toPage(ctx, found, limit) });
    else errors.push({ problem: problem.noAssociationsFound(from.singular, one.name, to.singular), context: {} });
  }
  return { results, errors };
}

const pageKey = (one: { id: number; afterId: number }): string => `${one.id} ${one.afterId}`;

/** The rows of each page, by pageKey; a record may be asked for with several cursors. */
async function readPages(ctx: Context, from: ObjectType, to: ObjectType, asked: { id: number; afterId: number }[], limit: number): Promise<Map<string, ReadAssociation[]>> {
  const pages = new Map<string, ReadAssociation[]>();
  // One record twice with different cursors is rare: a round for each.
  let round = [...new Map(asked.map((one) => [pageKey(one), one])).values()];
  while (round.length > 0) {
    const now = [...new Map(round.map((one) => [one.id, one])).values()];
    const byRecord = Map.groupBy(await readFirstAssociations(ctx.db, ctx.portal.placement, from.id, now, to.id, limit), (row) => row.fromId);
    for (const one of now) if (byRecord.has(one.id)) pages.set(pageKey(one), byRecord.get(one.id)!);
    round = round.filter((one) => !now.includes(one));
  }
  return pages;
}

/** Rows of one record, in order of the far id, as a page: the last record of more than `limit` only says that there are more. */
function toPage(ctx: Context, rows: AssociationRow[], limit: number): AssociationPage {
  const targets = [...Map.groupBy(rows, (row) => row.toId)];
  const shown = targets.slice(0, limit);
  const last = shown.at(-1)?.[1].at(-1);
  return {
    results: shown.map(([toId, some]) => ({ toId, types: some.flatMap((row) => typeOf(ctx, row) ?? []) })),
    after: targets.length > limit && last ? cursor(last) : undefined,
  };
}

/** Puts `associations` into records: one entry per association type, as objects.md 4.1 has it. Throws for unknown type names. */
export async function addAssociations(ctx: Context, from: ObjectType, views: RecordView[], names: string[]): Promise<void> {
  const types = new Set(names.map((name) => requireObjectType(ctx.portal, name)));
  for (const to of types) {
    const rows = await readFirstAssociations(ctx.db, ctx.portal.placement, from.id, views.map((v) => ({ id: Number(v.id), afterId: 0 })), to.id, SHOWN_WITH_RECORD + 1);
    const byRecord = Map.groupBy(rows, (row) => row.fromId);
    for (const view of views) {
      const shown = showAssociated(ctx, from, view.id, to, byRecord.get(Number(view.id)) ?? []);
      if (shown) (view.associations ??= {})[to.associationsKey] = shown;
    }
  }
  for (const view of views) if (view.associations) moveUrlLast(view);
}

/** Undefined when there is nothing to show. */
function showAssociated(ctx: Context, from: ObjectType, id: string, to: ObjectType, rows: AssociationRow[]): NonNullable<RecordView['associations']>[string] | undefined {
  const page = toPage(ctx, rows, SHOWN_WITH_RECORD);
  const results = page.results.flatMap(({ toId, types }) => types.map((type) => ({ id: String(toId), type: type.name })));
  if (page.after === undefined) return results.length > 0 ? { results } : undefined;
  return { results, paging: { next: { after: page.after, link: ctx.link(`/${from.name}/${id}/associations/${to.name}`, { after: page.after }) } } };
}

/** Only the order in which a record is printed: `url` closes it. */
function moveUrlLast(view: RecordView): void {
  const { url } = view;
  delete (view as Partial<RecordView>).url;
  view.url = url;
}

const typeOf = (ctx: Context, row: AssociationRow): AssociationType | undefined =>
  ctx.portal.associationType(ASSOCIATION_CATEGORIES[row.category]!, row.typeId);

/** Cursors read `{category}-{type}-{last id}` in base64, as HubSpot's do (schema.md 1.2 [O]); only the id matters to us. */
const cursor = (row: AssociationRow): string => Buffer.from(`${row.category}-${row.typeId}-${row.toId}`).toString('base64');

function readCursor(after: string | undefined): number {
  if (after === undefined) return 0;
  const id = recordId(Buffer.from(after, 'base64').toString('latin1').split('-').at(-1) ?? '') ?? recordId(after);
  if (id === undefined) throw problem.invalidParameter('after', 'is not a cursor of this list');
  return id;
}
