// Associations as v3 has them: a type is a name, and one pair of records is listed once for each of its types (schema.md 1.2).

import { specByName, type AssociationSpec } from '../crm/association-rules.ts';
import type { BatchError } from '../crm/batch.ts';
import type { Context } from '../crm/context.ts';
import { createAssociation, createAssociations, type AssociationInput } from '../crm/create-associations.ts';
import { batchReadAssociations, listAssociationPage, type AssociatedRecord } from '../crm/read-associations.ts';
import { getRecord } from '../crm/read-records.ts';
import { archiveLabels } from '../crm/remove-associations.ts';
import type { ObjectType } from '../catalogue/types.ts';
import { problem } from '../errors.ts';
import { PAGE } from './associations.ts';
import { batchReply } from './batch-reply.ts';
import { paging } from './objects.ts';
import { operation } from './operation.ts';
import { AssociationPageBodyV3, AssociationPageQuery, AssociationReadBatchBodyV3, AssociationReadBodyV3, NamedPairBatchBody, NamedPairBatchReply } from './wire/associations.ts';
import { RecordBody } from './wire/records.ts';

const tag = 'Associations';
const versions = ['v3'] as const;

/** Associated records of one record in a batch read (schema.md 1.2 [O]). */
const PAGE_OF_BATCH = 100;

interface NamedPair {
  from: { id: string | number };
  to: { id: string | number };
  type: string;
}

/** Inputs with the specs of their types, and those whose type the pair does not have. */
function resolveNames(ctx: Context, from: ObjectType, to: ObjectType, inputs: NamedPair[]): { named: (AssociationInput & NamedPair)[]; errors: BatchError[] } {
  const named: (AssociationInput & NamedPair)[] = [];
  const errors: BatchError[] = [];
  for (const input of inputs) {
    const spec = specByName(ctx.portal, from, to, input.type);
    if (spec) named.push({ ...input, types: [spec] });
    else errors.push({ problem: problem.unknownAssociationName(input.type, from.singular, to.singular), context: {} });
  }
  return { named, errors };
}

const batchCreate = operation({
  id: 'associations.batchCreateV3', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/create', tag,
  summary: 'Associate up to 2,000 pairs of records by named types', scopes: 'write', versions,
  body: NamedPairBatchBody, response: NamedPairBatchReply, statuses: [201, 207],
  run: async (ctx, { types, body }) => {
    const [from, to] = [types.fromObjectType!, types.toObjectType!];
    const { named, errors } = resolveNames(ctx, from, to, body.inputs);
    // One input that cannot be resolved does not refuse the others [O]; HubSpot says nothing of it, we do.
    const outcome = await createAssociations(ctx, from, to, named, { deadAlone: true });
    const made = new Set(outcome.results.map((pair) => pair.input));
    const results = named.filter((input) => made.has(input)).map((input) => ({ from: { id: String(input.from.id) }, to: { id: String(input.to.id) }, type: input.type }));
    return batchReply(ctx, 201, { results, errors: [...errors, ...outcome.errors] });
  },
});

const batchArchive = operation({
  id: 'associations.batchArchiveV3', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/archive', tag,
  summary: 'Remove associations of up to 2,000 pairs of records by named types', scopes: 'write', versions,
  body: NamedPairBatchBody, statuses: [204],
  run: async (ctx, { types, body }) => {
    const [from, to] = [types.fromObjectType!, types.toObjectType!];
    const { named, errors } = resolveNames(ctx, from, to, body.inputs);
    if (errors.length > 0) throw errors[0]!.problem;
    await archiveLabels(ctx, from, to, named, { whole: true });
    return { status: 204 };
  },
});

const batchRead = operation({
  id: 'associations.batchReadV3', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/read', tag,
  summary: 'Read the associations of up to 1,000 records with one object type', scopes: 'read', confirmsModel: true, versions,
  body: AssociationReadBodyV3, response: AssociationReadBatchBodyV3, statuses: [200, 207],
  run: async (ctx, { types, body }) => {
    const inputs = body.inputs.map(({ id }) => ({ id }));
    const outcome = await batchReadAssociations(ctx, types.fromObjectType!, types.toObjectType!, inputs, PAGE_OF_BATCH);
    return batchReply(ctx, 200, outcome, ({ fromId, results, after }) => ({
      from: { id: fromId }, to: results.flatMap(presentNamed), ...(after === undefined ? {} : { paging: { next: { after } } }),
    }));
  },
});

const list = operation({
  id: 'associations.listV3', method: 'GET', area: 'objects', path: '/{objectType}/{objectId}/associations/{toObjectType}', tag,
  summary: "Read a record's associations with one object type, a row per association type", scopes: 'read', confirmsModel: true, versions,
  query: AssociationPageQuery, response: AssociationPageBodyV3, statuses: [200],
  run: async (ctx, { types, params, query }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    const page = await listAssociationPage(ctx, from, params.objectId!, to, { after: query.after, limit: query.limit ?? PAGE });
    return { status: 200, body: { results: page.results.flatMap(presentNamed), ...paging(ctx, `/${from.name}/${params.objectId}/associations/${to.name}`, query, page.after) } };
  },
});

/** One entry per type [O]. */
const presentNamed = ({ toId, types }: AssociatedRecord): object[] => types.map((type) => ({ id: String(toId), type: type.name }));

const PAIR = '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}/{associationType}';

const put = operation({
  id: 'associations.createV3', method: 'PUT', area: 'objects', path: PAIR, tag,
  summary: 'Associate two records by a named type', scopes: 'write', versions, response: RecordBody, statuses: [200],
  run: async (ctx, { types, params }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    await createAssociation(ctx, from, to, pairOf(ctx, from, to, params));
    // The from record with what it is now associated with (schema.md 1.2 [D]).
    const read = { properties: undefined, propertiesWithHistory: [], associations: [to.id], archived: false, idProperty: undefined };
    return { status: 200, body: await getRecord(ctx, from, params.objectId!, read) };
  },
});

const archive = operation({
  id: 'associations.archiveV3', method: 'DELETE', area: 'objects', path: PAIR, tag,
  summary: 'Remove the association of two records by a named type', scopes: 'write', versions, statuses: [204],
  run: async (ctx, { types, params }) => {
    const [from, to] = [types.objectType!, types.toObjectType!];
    await archiveLabels(ctx, from, to, [pairOf(ctx, from, to, params)], { whole: true });
    return { status: 204 };
  },
});

function pairOf(ctx: Context, from: ObjectType, to: ObjectType, params: Record<string, string>): AssociationInput {
  const spec: AssociationSpec | undefined = specByName(ctx.portal, from, to, params.associationType!);
  if (!spec) throw problem.unknownAssociationName(params.associationType!, from.singular, to.singular);
  return { from: { id: params.objectId! }, to: { id: params.toObjectId! }, types: [spec] };
}

export const associationV3Operations = [batchCreate, batchRead, batchArchive, list, put, archive];
