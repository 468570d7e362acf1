// Records of every object type: what the objects routes offer. Declarations only; the rules are in src/crm.

import { archiveRecord, archiveRecords } from '../crm/archive-records.ts';
import { updateRecord, updateRecords, upsertRecords } from '../crm/change-records.ts';
import type { Context } from '../crm/context.ts';
import { createRecord, createRecords } from '../crm/create-records.ts';
import { batchReadRecords, getRecord, listRecordPage, type ReadOptions } from '../crm/read-records.ts';
import { batchReply } from './batch-reply.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import {
  BatchArchiveBody, BatchChangeBody, BatchCreateBody, BatchReadBody, BatchReadQuery, CreateInput, GetQuery, ListQuery, RecordBatchBody, RecordBody,
  RecordPageBody, UpdateBody, UpdateQuery,
} from './wire/records.ts';

const tag = 'Records';

const batchCreate = operation({
  id: 'records.batchCreate', method: 'POST', area: 'objects', path: '/{objectType}/batch/create', tag,
  summary: 'Create up to 100 records', scopes: 'write', writesRecords: true, confirmsModel: true, versions: RECORD_VERSIONS,
  body: BatchCreateBody, response: RecordBatchBody, statuses: [201, 207],
  run: async (ctx, { types, body }) => batchReply(ctx, 201, await createRecords(ctx, types.objectType!, body.inputs)),
});

const create = operation({
  id: 'records.create', method: 'POST', area: 'objects', path: '/{objectType}', tag,
  summary: 'Create a record', scopes: 'write', writesRecords: true, confirmsModel: true, versions: RECORD_VERSIONS,
  body: CreateInput, response: RecordBody, statuses: [201],
  run: async (ctx, { types, body }) => {
    const record = await createRecord(ctx, types.objectType!, body);
    return { status: 201, body: record, headers: { location: ctx.link(`/${types.objectType!.name}/${record.id}`) } };
  },
});

const update = operation({
  id: 'records.update', method: 'PATCH', area: 'objects', path: '/{objectType}/{objectId}', tag,
  summary: 'Update a record, found by id or by a unique property', scopes: 'write', writesRecords: true, confirmsModel: true, versions: RECORD_VERSIONS,
  query: UpdateQuery, body: UpdateBody, response: RecordBody, statuses: [200],
  run: async (ctx, { types, params, query, body }) => ({
    status: 200, body: await updateRecord(ctx, types.objectType!, { id: params.objectId!, idProperty: query.idProperty, properties: body.properties }),
  }),
});

const archive = operation({
  id: 'records.archive', method: 'DELETE', area: 'objects', path: '/{objectType}/{objectId}', tag,
  summary: 'Archive a record', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS, statuses: [204],
  run: async (ctx, { types, params }) => {
    await archiveRecord(ctx, types.objectType!, params.objectId!);
    return { status: 204 };
  },
});

const batchUpdate = operation({
  id: 'records.batchUpdate', method: 'POST', area: 'objects', path: '/{objectType}/batch/update', tag,
  summary: 'Update up to 100 records', scopes: 'write', writesRecords: true, confirmsModel: true, versions: RECORD_VERSIONS,
  body: BatchChangeBody, response: RecordBatchBody, statuses: [200, 207],
  run: async (ctx, { types, body }) => batchReply(ctx, 200, await updateRecords(ctx, types.objectType!, body.inputs)),
});

const batchArchive = operation({
  id: 'records.batchArchive', method: 'POST', area: 'objects', path: '/{objectType}/batch/archive', tag,
  summary: 'Archive up to 100 records', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS,
  body: BatchArchiveBody, statuses: [204],
  run: async (ctx, { types, body }) => {
    await archiveRecords(ctx, types.objectType!, body.inputs);
    return { status: 204 };
  },
});

const batchUpsert = operation({
  id: 'records.batchUpsert', method: 'POST', area: 'objects', path: '/{objectType}/batch/upsert', tag,
  summary: 'Create or update up to 100 records, found by a unique property', scopes: 'write', writesRecords: true, confirmsModel: true, versions: RECORD_VERSIONS,
  body: BatchChangeBody, response: RecordBatchBody, statuses: [200, 207],
  run: async (ctx, { types, body }) => batchReply(ctx, 200, await upsertRecords(ctx, types.objectType!, body.inputs)),
});

const batchRead = operation({
  id: 'records.batchRead', method: 'POST', area: 'objects', path: '/{objectType}/batch/read', tag,
  summary: 'Read up to 100 records by id or by a unique property', scopes: 'read', confirmsModel: true, versions: RECORD_VERSIONS,
  query: BatchReadQuery, body: BatchReadBody, response: RecordBatchBody, statuses: [200, 207],
  run: async (ctx, { types, body, query }) => batchReply(ctx, 200, await batchReadRecords(ctx, types.objectType!, body, query.archived ?? false)),
});

const get = operation({
  id: 'records.get', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}', tag,
  summary: 'Read a record', scopes: 'read', confirmsModel: true, versions: RECORD_VERSIONS, query: GetQuery, response: RecordBody, statuses: [200],
  run: async (ctx, { types, params, query }) => ({
    status: 200, body: await getRecord(ctx, types.objectType!, params.objectId!, { ...readOptions(query), idProperty: query.idProperty }),
  }),
});

const list = operation({
  id: 'records.list', method: 'GET', area: 'objects', path: '/{objectType}', tag,
  summary: 'Read records page by page', scopes: 'read', confirmsModel: true, versions: RECORD_VERSIONS, query: ListQuery, response: RecordPageBody, statuses: [200],
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

export const objectOperations = [list, create, get, update, archive, batchCreate, batchRead, batchUpdate, batchUpsert, batchArchive];
