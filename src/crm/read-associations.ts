// Reads associations from one record's side. Records that are archived do not show (schema.md 1.7 rule 17).

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { listAssociations, readFirstAssociations, readRowsOfTypes, type AssociationRow } from '../db/associations.ts';
import { findLiveRecords } from '../db/records.ts';
import { problem } from '../errors.ts';
import { findLiveIds, keyText } from './aliases.ts';
import type { Context } from './context.ts';
import { recordId } from './find-records.ts';
import type { RecordView } from './views.ts';

/** How many associated records `?associations=` shows before it pages (schema.md 1.10). */
const SHOWN_WITH_RECORD = 100;

export interface AssociatedRecord {
  toId: number;
  types: AssociationType[];
}

export interface AssociationPage {
  results: AssociatedRecord[];
  after: string | undefined;
}

/** A page of one record's associations with a type, in order of id. Throws recordNotFound for a record that is not there. */
export async function listAssociationPage(
  ctx: Context, from: ObjectType, fromId: string, to: ObjectType, page: { after: string | undefined; limit: number },
): Promise<AssociationPage> {
  if (!/^\d+$/.test(fromId)) throw problem.recordIdNotNumeric(fromId);
  const key = { objectType: from.id, id: recordId(fromId) ?? 0 };
  const id = (await findLiveIds(ctx, [key])).get(keyText(key));
  if (id === undefined) throw problem.recordNotFound();

  const rows = await listAssociations(ctx.db, ctx.portal.placement, from.id, id, to.id, { afterId: readCursor(page.after), limit: page.limit + 1 });
  const targets = [...Map.groupBy(rows, (row) => row.toId)];
  const more = targets.length > page.limit;
  const shown = targets.slice(0, page.limit);
  const last = shown.at(-1)?.[1].at(-1);
  const alive = await aliveOf(ctx, to, shown.map(([toId]) => toId));
  return {
    results: shown.filter(([toId]) => alive.has(toId)).map(([toId, some]) => ({ toId, types: some.flatMap((row) => typeOf(ctx, row) ?? []) })),
    after: more && last ? cursor(last) : undefined,
  };
}

/** Puts `associations` into records: one entry per association type, as objects.md 4.1 has it. Throws for unknown type names. */
export async function addAssociations(ctx: Context, from: ObjectType, views: RecordView[], names: string[]): Promise<void> {
  const types = new Set(names.map((name) => {
    const type = ctx.portal.objectType(name);
    if (!type) throw /^\d+-\d+$/.test(name) ? problem.unknownObjectTypeId(name) : problem.unknownObjectTypeName(name);
    return type;
  }));
  for (const to of types) {
    const rows = await readFirstAssociations(ctx.db, ctx.portal.placement, from.id, views.map((v) => Number(v.id)), to.id, SHOWN_WITH_RECORD + 1);
    const alive = await aliveOf(ctx, to, rows.map((row) => row.toId));
    const byRecord = Map.groupBy(rows, (row) => row.fromId);
    for (const view of views) {
      const shown = showAssociated(ctx, from, view.id, to, byRecord.get(Number(view.id)) ?? [], alive);
      if (shown) (view.associations ??= {})[to.associationsKey] = shown;
    }
  }
  for (const view of views) if (view.associations) moveUrlLast(view);
}

const PRIMARY_COMPANY = 1;

/** `associatedcompanyid` of contacts mirrors their primary company (schema.md 1.7 rule 7 [O]). */
export async function addPrimaryCompanies(ctx: Context, views: RecordView[]): Promise<void> {
  const rows = await readRowsOfTypes(ctx.db, ctx.portal.placement, '0-1', '0-2', views.map((v) => Number(v.id)), [PRIMARY_COMPANY]);
  const alive = await aliveOf(ctx, ctx.portal.objectType('0-2')!, rows.map((row) => row.toId));
  const primary = new Map(rows.filter((row) => alive.has(row.toId)).map((row) => [String(row.fromId), String(row.toId)]));
  for (const view of views) view.properties.associatedcompanyid = primary.get(view.id) ?? view.properties.associatedcompanyid ?? null;
}

/** Undefined when there is nothing to show. Archived records count for the page, as in listAssociationPage, but do not show. */
function showAssociated(
  ctx: Context, from: ObjectType, id: string, to: ObjectType, rows: AssociationRow[], alive: ReadonlySet<number>,
): NonNullable<RecordView['associations']>[string] | undefined {
  const targets = [...Map.groupBy(rows, (row) => row.toId).values()];
  const shown = targets.slice(0, SHOWN_WITH_RECORD).flat();
  const results = shown.filter((row) => alive.has(row.toId)).flatMap((row) => {
    const type = typeOf(ctx, row);
    return type ? [{ id: String(row.toId), type: type.name }] : [];
  });
  if (targets.length <= SHOWN_WITH_RECORD) return results.length > 0 ? { results } : undefined;
  const after = cursor(shown.at(-1)!);
  return { results, paging: { next: { after, link: ctx.link(`/${from.name}/${id}/associations/${to.name}`, { after }) } } };
}

/** Only the order in which a record is printed: `url` closes it. */
function moveUrlLast(view: RecordView): void {
  const { url } = view;
  delete (view as Partial<RecordView>).url;
  view.url = url;
}

async function aliveOf(ctx: Context, type: ObjectType, ids: number[]): Promise<Set<number>> {
  const keys = [...new Set(ids)].map((id) => ({ objectType: type.id, id }));
  return new Set((await findLiveRecords(ctx.db, ctx.portal.placement, keys)).map((row) => row.id));
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
