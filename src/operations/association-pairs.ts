// Associations of one record, and between one pair of records: below the record's own path. v4 and the dated versions.

import { createAssociation, createDefaultAssociations } from '../crm/create-associations.ts';
import { listAssociationPage } from '../crm/read-associations.ts';
import { archiveAssociations } from '../crm/remove-associations.ts';
import { presentAssociated, presentDefault, presentPair } from './association-views.ts';
import { PAGE } from './associations.ts';
import { batchReply } from './batch-reply.ts';
import { paging } from './objects.ts';
import { DATED_VERSIONS, operation } from './operation.ts';
import { AssociationPageBody, AssociationPageQuery, DefaultPairBatchBody, LabelledPairBody, SpecsBody } from './wire/associations.ts';

const tag = 'Associations';
const versions = ['v4', ...DATED_VERSIONS] as const;

const list = operation({
  id: 'associations.list', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}', tag,
  summary: "Read a record's associations with one object type", scopes: 'read', confirmsModel: true, versions,
  query: AssociationPageQuery, response: AssociationPageBody, statuses: [200],
  run: async (ctx, { types, params, query, version }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    const page = await listAssociationPage(ctx, from, params.objectId!, to, { after: query.after, limit: query.limit ?? PAGE });
    const results = page.results.map((one) => presentAssociated(version, one));
    return { status: 200, body: { results, ...paging(ctx, `/${from.name}/${params.objectId}/associations/${to.name}`, query, page.after) } };
  },
});

const put = operation({
  id: 'associations.create', method: 'PUT', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', tag,
  summary: 'Associate two records, with labels', scopes: 'write', versions,
  body: SpecsBody, response: LabelledPairBody, statuses: [201],
  run: async (ctx, { types, params, body, version }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    const pair = await createAssociation(ctx, from, to, { from: { id: params.objectId! }, to: { id: params.toObjectId! }, types: body });
    return { status: 201, body: presentPair(version, from, to, pair) };
  },
});

const archive = operation({
  id: 'associations.archive', method: 'DELETE', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', tag,
  summary: 'Remove all associations between two records', scopes: 'write', versions, statuses: [204],
  run: async (ctx, { types, params }) => {
    await archiveAssociations(ctx, types.objectType!, types.toObjectType!, [{ from: { id: params.objectId! }, to: [{ id: params.toObjectId! }] }]);
    return { status: 204 };
  },
});

const putDefault = operation({
  id: 'associations.createDefault', method: 'PUT', area: 'objects', path: '/{fromObjectType}/{fromObjectId}/associations/default/{toObjectType}/{toObjectId}', tag,
  summary: 'Associate two records by the default type', scopes: 'write', versions,
  response: DefaultPairBatchBody, statuses: [200],
  run: async (ctx, { types, params }) => {
    const outcome = await createDefaultAssociations(ctx, types.fromObjectType!, types.toObjectType!, [{ from: { id: params.fromObjectId! }, to: { id: params.toObjectId! } }]);
    if (outcome.errors.length > 0) throw outcome.errors[0]!.problem;
    return batchReply(ctx, 200, outcome, presentDefault);
  },
});

export const associationPairOperations = [list, put, putDefault, archive];
