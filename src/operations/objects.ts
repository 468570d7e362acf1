// Records of every object type: what the objects routes offer. Declarations only; the rules are in src/crm.

import type { Context } from '../crm/context.ts';
import { createRecords } from '../crm/create-records.ts';
import { batchReadRecords, getRecord, listRecordPage, type ReadOptions } from '../crm/read-records.ts';
import { upsertRecords } from '../crm/upsert-records.ts';
import { batchReply } from './batch-reply.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { BatchCreateBody, BatchReadBody, BatchReadQuery, BatchUpsertBody, GetQuery, ListQuery, RecordBatchBody, RecordBody, RecordPageBody } from './wire/records.ts';

const tag = 'Records';

const batchCreate = operation({
  id: 'records.batchCreate', method: 'POST', area: 'objects', path: '/{objectType}/batch/create', tag,
  summary: 'Create up to 100 records', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS,
  body: BatchCreateBody, response: RecordBatchBody, statuses: [201, 207],
  run: async (ctx, { types, body }) => batchReply(ctx, 201, await createRecords(ctx, types.objectType!, body.inputs)),
});

const batchUpsert = operation({
  id: 'records.batchUpsert', method: 'POST', area: 'objects', path: '/{objectType}/batch/upsert', tag,
  summary: 'Create or update up to 100 records, found by a unique property', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS,
  body: BatchUpsertBody, response: RecordBatchBody, statuses: [200, 207],
  run: async (ctx, { types, body }) => batchReply(ctx, 200, await upsertRecords(ctx, types.objectType!, body.inputs)),
});

const batchRead = operation({
  id: 'records.batchRead', method: 'POST', area: 'objects', path: '/{objectType}/batch/read', tag,
  summary: 'Read up to 100 records by id or by a unique property', scopes: 'read', versions: RECORD_VERSIONS,
  query: BatchReadQuery, body: BatchReadBody, response: RecordBatchBody, statuses: [200, 207],
  run: async (ctx, { types, body, query }) => batchReply(ctx, 200, await batchReadRecords(ctx, types.objectType!, body, query.archived ?? false)),
});

const get = operation({
  id: 'records.get', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}', tag,
  summary: 'Read a record', scopes: 'read', versions: RECORD_VERSIONS, query: GetQuery, response: RecordBody, statuses: [200],
  run: async (ctx, { types, params, query }) => ({
    status: 200, body: await getRecord(ctx, types.objectType!, params.objectId!, { ...readOptions(query), idProperty: query.idProperty }),
  }),
});

const list = operation({
  id: 'records.list', method: 'GET', area: 'objects', path: '/{objectType}', tag,
  summary: 'Read records page by page', scopes: 'read', versions: RECORD_VERSIONS, query: ListQuery, response: RecordPageBody, statuses: [200],
  run: async (ctx, { types, query }) => {
    const type = types.objectType!;
    const limit = query.limit ?? 10;
    const page = await listRecordPage(ctx, type, { ...readOptions(query), limit, after: query.after });
    return { status: 200, body: { results: page.results, ...paging(ctx, `/${type.name}`, query, page.after) } };
  },
});

function readOptions(query: Partial<ReadOptions>): ReadOptions {
  return {
    properties: query.properties?.length ? query.properties : undefined,
    propertiesWithHistory: query.propertiesWithHistory ?? [],
    associations: query.associations ?? [],
    archived: query.archived ?? false,
  };
}

/** `paging` of a list: the query again with the cursor; absent on the last page (objects.md 1.8, 4.2). */
export function paging(ctx: Context, path: string, query: Record<string, unknown>, after: string | undefined): object {
  if (after === undefined) return {};
  const repeated = Object.entries(query).filter(([name]) => name !== 'after').map(([name, value]) => [name, String(value)] as const);
  return { paging: { next: { after, link: ctx.link(path, { ...Object.fromEntries(repeated), after }) } } };
}

export const objectOperations = [batchCreate, batchUpsert, batchRead, list, get];
