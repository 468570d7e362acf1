// Reads records: one, a page, or a batch; with histories and associated records where asked.

import type { ObjectType } from '../catalogue/types.ts';
import { listRecords, readRevisions, type RecordRow, type RevisionValue } from '../db/records.ts';
import { problem } from '../errors.ts';
import { readByIds } from './aliases.ts';
import { addAssociationProperties } from './association-properties.ts';
import { checkInputCount, notFound, type BatchOutcome } from './batch.ts';
import type { Context } from './context.ts';
import { derivedFrom } from './derived.ts';
import { checkRecordName, findIds, recordId } from './find-records.ts';
import { addAssociations } from './read-associations.ts';
import { addSourceDetails } from './source-details.ts';
import { confirmModel } from './model-changes.ts';
import { hiddenProperties } from './sensitive-properties.ts';
import { readProperties, readValue, viewRecord, type HistoryValue, type RecordView } from './views.ts';

/** What a read shows beyond the record's own data. */
export interface ReadOptions {
  /** Undefined asks for the type's default properties. */
  properties: string[] | undefined;
  propertiesWithHistory: string[];
  /** Path names of object types. */
  associations: string[];
  archived: boolean;
}

export const MAX_PAGE = 100;
export const MAX_WITH_HISTORY = 50;

/** One record by id or unique value. Throws recordNotFound, recordIdNotNumeric, nonUniqueProperty (objects.md 4.1, 4.5). */
export async function getRecord(ctx: Context, type: ObjectType, id: string, options: ReadOptions & { idProperty: string | undefined }): Promise<RecordView> {
  checkRecordName(id, options.idProperty);
  const found = (await findIds(ctx, type, [id], options.idProperty)).get(id);
  const row = found === undefined ? undefined : (await readByIds(ctx, type, [found], options.archived)).get(found);
  if (!row) throw problem.recordNotFound();
  await confirmModel(ctx, row.model_version);
  return (await viewRecords(ctx, type, [row], options))[0]!;
}

export interface RecordPage {
  results: RecordView[];
  /** The id of the first record of the next page. */
  after: string | undefined;
}

/** A page in order of id. `after` is what the page before answered, or any id (objects.md 4.2). */
export async function listRecordPage(
  ctx: Context, type: ObjectType, options: ReadOptions & { limit: number; after: string | undefined },
): Promise<RecordPage> {
  if (options.propertiesWithHistory.length > 0 && options.limit > MAX_WITH_HISTORY) {
    throw problem.invalidParameter('limit', `must be at most ${MAX_WITH_HISTORY} when property histories are requested`);
  }
  const fromId = options.after === undefined ? 0 : recordId(options.after);
  if (fromId === undefined) throw problem.invalidParameter('after', 'is not a cursor of this list');
  const rows = await listRecords(ctx.db, ctx.portal.placement, type.id, { fromId, limit: options.limit + 1, archived: options.archived });
  await confirmModel(ctx, rows[0]?.model_version);
  const next = rows.length > options.limit ? rows.pop() : undefined;
  return { results: await viewRecords(ctx, type, rows, options), after: next && String(next.id) };
}

export interface BatchReadInput {
  inputs: { id: string | number }[];
  properties?: string[];
  propertiesWithHistory?: string[];
  idProperty?: string;
}

/** Reads at most 100 records (50 with histories). Ids that reach nothing are one entry of errors[] (objects.md 3.5). */
export async function batchReadRecords(ctx: Context, type: ObjectType, body: BatchReadInput, archived: boolean): Promise<BatchOutcome<RecordView>> {
  const history = body.propertiesWithHistory ?? [];
  if (history.length > 0 && body.inputs.length > MAX_WITH_HISTORY) throw problem.tooManyHistoryInputs(MAX_WITH_HISTORY);
  checkInputCount(body.inputs, MAX_PAGE);

  const asked = [...new Set(body.inputs.map((input) => String(input.id)))];
  const ids = await findIds(ctx, type, asked, body.idProperty);
  const byId = await readByIds(ctx, type, [...new Set(ids.values())], archived);

  await confirmModel(ctx, byId.values().next().value?.model_version);
  const found = new Map<number, RecordRow>();
  const missing: { id: string }[] = [];
  for (const id of asked) {
    const row = byId.get(ids.get(id) ?? 0);
    if (row) found.set(row.id, row);
    else missing.push({ id });
  }
  const options = { properties: body.properties?.length ? body.properties : undefined, propertiesWithHistory: history, associations: [], archived };
  return {
    results: await viewRecords(ctx, type, [...found.values()], options),
    errors: missing.length === 0 ? [] : [notFound(type, missing)],
  };
}

/** Records as reads and searches show them. */
export async function viewRecords(ctx: Context, type: ObjectType, rows: RecordRow[], options: ReadOptions): Promise<RecordView[]> {
  const definitions = ctx.portal.properties(type.id);
  const hidden = hiddenProperties(ctx, type);
  const history = options.propertiesWithHistory.filter((name) => definitions.has(name) && !hidden.has(name));
  // Properties asked for with history show their current value too, and count as named (objects.md 4.1).
  const names = options.properties === undefined && history.length === 0 ? type.defaultProperties : [...(options.properties ?? []), ...history];
  const views = rows.map((row) => viewRecord(ctx, type, row, readProperties(ctx, type, row, row.properties, names)));
  await addAssociationProperties(ctx, type, views, names);
  await addSourceDetails(ctx, rows, views, names);
  if (history.length > 0) await addHistories(ctx, type, rows, views, history);
  if (options.associations.length > 0) await addAssociations(ctx, type, views, options.associations);
  return views;
}

async function addHistories(ctx: Context, type: ObjectType, rows: RecordRow[], views: RecordView[], names: string[]): Promise<void> {
  const updated = rows.filter((row) => row.version > 1).map((row) => row.id);
  const revisions = await readRevisions(ctx.db, ctx.portal.placement, type.id, updated, names.filter((name) => !derivedFrom(type, name)));
  const byRecord = Map.groupBy(revisions, (revision) => revision.id);
  rows.forEach((row, i) => {
    const past = Map.groupBy(byRecord.get(row.id) ?? [], (revision) => revision.property);
    views[i]!.propertiesWithHistory = Object.fromEntries(
      names.toSorted().map((name) => [name, historyOf(ctx, type, row, name, past.get(name))]),
    );
  });
}

/** Newest first. A property that no later write touched has the value it was born with, or none. */
function historyOf(ctx: Context, type: ObjectType, row: RecordRow, name: string, past: RevisionValue[] | undefined): HistoryValue[] {
  const calculated = ctx.portal.properties(type.id).get(name)!.calculated;
  const print = (value: string | null, at: string, source: { type: string | null; id: string | null }): HistoryValue => ({
    value: value ?? '', timestamp: at, sourceType: calculated ? 'CALCULATED' : source.type ?? 'API',
    ...(source.id === null || calculated ? {} : { sourceId: source.id }),
  });
  if (past) return past.map((revision) => print(revision.value, revision.at, revision.source));
  const value = readValue(type, row, row.properties, name);
  if (value === null) return [];
  const at = derivedFrom(type, name) === 'updated_at' ? row.updated_at : row.created_at;
  return [print(value, at, { type: row.properties.hs_object_source ?? null, id: row.properties.hs_object_source_id ?? null })];
}
