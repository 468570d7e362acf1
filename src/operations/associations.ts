// Associations between records: v4 and the dated versions, and the old list of v3. The rules are in src/crm.

import type { AssociationType } from '../catalogue/types.ts';
import { createLabel } from '../crm/association-labels.ts';
import { createAssociations, type LabelledPair } from '../crm/create-associations.ts';
import { listAssociationPage } from '../crm/read-associations.ts';
import { batchReply } from './batch-reply.ts';
import { paging } from './objects.ts';
import { DATED_VERSIONS, operation, type VersionName } from './operation.ts';
import { LabelCreateBody, LabelListBody } from './wire/properties.ts';
import { AssociationPageBody, AssociationPageBodyV3, AssociationPageQuery, BatchAssociateBody, LabelledPairBatchBody } from './wire/associations.ts';

const tag = 'Associations';

/** 2026-09 answers 200 in any case, errors inside (schema.md 1.1). */
const STATUSES_BY_VERSION: Partial<Record<VersionName, readonly number[]>> = { '2026-09': [200] };

const batchCreate = operation({
  id: 'associations.batchCreate', method: 'POST', area: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/create', tag,
  summary: 'Associate up to 2,000 pairs of records', scopes: 'write', versions: ['v4', ...DATED_VERSIONS],
  body: BatchAssociateBody, response: LabelledPairBatchBody, statuses: [201, 207], statusesByVersion: STATUSES_BY_VERSION,
  run: async (ctx, { types, body, version }) => {
    const [from, to] = [types.fromObjectType!, types.toObjectType!];
    const outcome = await createAssociations(ctx, from, to, body.inputs);
    const [status = 201, partial = status] = STATUSES_BY_VERSION[version] ?? [201, 207];
    return batchReply(ctx, status, outcome, (pair: LabelledPair) => ({
      fromObjectTypeId: from.id, fromObjectId: printId(version, pair.fromId),
      toObjectTypeId: to.id, toObjectId: printId(version, pair.toId), labels: pair.labels,
    }), partial);
  },
});

const createLabels = operation({
  id: 'associations.createLabel', method: 'POST', area: 'associations', path: '/{fromObjectType}/{toObjectType}/labels', tag,
  summary: 'Add an association label between two object types', scopes: 'schema-write', versions: ['v4', ...DATED_VERSIONS],
  body: LabelCreateBody, response: LabelListBody, statuses: [200],
  run: async (ctx, { types, body }) => ({
    status: 200, body: { results: (await createLabel(ctx, types.fromObjectType!, types.toObjectType!, body)).map(presentLabel) },
  }),
});

const listLabels = operation({
  id: 'associations.listLabels', method: 'GET', area: 'associations', path: '/{fromObjectType}/{toObjectType}/labels', tag,
  summary: 'List the association types between two object types', scopes: 'schema-read', versions: ['v4', ...DATED_VERSIONS],
  response: LabelListBody, statuses: [200],
  run: async (ctx, { types }) => ({
    status: 200, body: { results: ctx.portal.associationTypes(types.fromObjectType!.id, types.toObjectType!.id).map(presentLabel) },
  }),
});

const presentLabel = ({ category, typeId, label }: AssociationType) => ({ category, typeId, label });

const list = operation({
  id: 'associations.list', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}', tag,
  summary: "Read a record's associations with one object type", scopes: 'read', versions: ['v4', ...DATED_VERSIONS],
  query: AssociationPageQuery, response: AssociationPageBody, statuses: [200],
  run: async (ctx, { types, params, query, version }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    const page = await listAssociationPage(ctx, from, params.objectId!, to, { after: query.after, limit: query.limit ?? 500 });
    const results = page.results.map(({ toId, types: all }) => ({
      toObjectId: printId(version, toId),
      associationTypes: all.map((type) => ({ category: type.category, typeId: type.typeId, label: type.label })),
    }));
    return { status: 200, body: { results, ...paging(ctx, `/${from.name}/${params.objectId}/associations/${to.name}`, query, page.after) } };
  },
});

const listV3 = operation({
  id: 'associations.listV3', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}', tag,
  summary: "Read a record's associations with one object type, a row per association type", scopes: 'read', versions: ['v3'],
  query: AssociationPageQuery, response: AssociationPageBodyV3, statuses: [200],
  run: async (ctx, { types, params, query }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    const page = await listAssociationPage(ctx, from, params.objectId!, to, { after: query.after, limit: query.limit ?? 500 });
    const results = page.results.flatMap(({ toId, types: all }) => all.map((type) => ({ id: String(toId), type: type.name })));
    return { status: 200, body: { results, ...paging(ctx, `/${from.name}/${params.objectId}/associations/${to.name}`, query, page.after) } };
  },
});

/** v4 prints record ids as numbers, the other versions as text (schema.md section 8). */
function printId(version: VersionName, id: number): number | string {
  return version === 'v4' ? id : String(id);
}

export const associationOperations = [batchCreate, createLabels, listLabels, list, listV3];
