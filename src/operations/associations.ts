// Associations between pairs of records in batches: v4 and the dated versions. The rules are in src/crm.

import { createAssociations, createDefaultAssociations } from '../crm/create-associations.ts';
import { batchReadAssociations, type AssociationsOf } from '../crm/read-associations.ts';
import { archiveAssociations, archiveLabels } from '../crm/remove-associations.ts';
import { presentAssociated, presentDefault, presentPair } from './association-views.ts';
import { batchReply, emptyBatchReply } from './batch-reply.ts';
import { DATED_VERSIONS, operation, type VersionName } from './operation.ts';
import {
  AssociationArchiveBody, AssociationReadBatchBody, AssociationReadBody, BatchAssociateBody, DefaultPairBatchBody, LabelledPairBatchBody, NoResultsBody, PairBatchBody,
} from './wire/associations.ts';

const tag = 'Associations';

/** 2026-09 answers 200 in any case, errors inside (schema.md 1.1). */
const STATUSES_BY_VERSION: Partial<Record<VersionName, readonly number[]>> = { '2026-09': [200] };

const NO_BODY: Partial<Record<VersionName, readonly number[]>> = { v4: [204] };

/** Associated records of one record in an answer (schema.md 1.3 [D]; of batches [I]). */
export const PAGE = 500;

const batchCreate = operation({
  id: 'associations.batchCreate', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/create', tag,
  summary: 'Associate up to 2,000 pairs of records', scopes: 'write', versions: ['v4', ...DATED_VERSIONS],
  body: BatchAssociateBody, response: LabelledPairBatchBody, statuses: [201, 207], statusesByVersion: STATUSES_BY_VERSION,
  run: async (ctx, { types, body, version }) => {
    const [from, to] = [types.fromObjectType!, types.toObjectType!];
    const outcome = await createAssociations(ctx, from, to, body.inputs);
    const [status = 201, partial = status] = STATUSES_BY_VERSION[version] ?? [201, 207];
    return batchReply(ctx, status, outcome, (pair) => presentPair(version, from, to, pair), partial);
  },
});

const batchRead = operation({
  id: 'associations.batchRead', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/read', tag,
  summary: 'Read the associations of up to 1,000 records with one object type', scopes: 'read', confirmsModel: true, versions: ['v4', ...DATED_VERSIONS],
  body: AssociationReadBody, response: AssociationReadBatchBody, statuses: [200, 207], statusesByVersion: STATUSES_BY_VERSION,
  run: async (ctx, { types, body, version }) => {
    const outcome = await batchReadAssociations(ctx, types.fromObjectType!, types.toObjectType!, body.inputs, PAGE);
    return batchReply(ctx, 200, outcome, ({ fromId, results, after }: AssociationsOf) => ({
      from: { id: fromId }, to: results.map((one) => presentAssociated(version, one)), ...(after === undefined ? {} : { paging: { next: { after } } }),
    }), STATUSES_BY_VERSION[version] ? 200 : 207);
  },
});

const batchArchive = operation({
  id: 'associations.batchArchive', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/archive', tag,
  summary: 'Remove all associations between up to 2,000 pairs of records', scopes: 'write', versions: ['v4', ...DATED_VERSIONS],
  body: AssociationArchiveBody, response: NoResultsBody, statuses: [200], statusesByVersion: NO_BODY,
  run: async (ctx, { types, body, version }) => {
    await archiveAssociations(ctx, types.fromObjectType!, types.toObjectType!, body.inputs);
    return version === 'v4' ? { status: 204 } : emptyBatchReply(ctx);
  },
});

const batchArchiveLabels = operation({
  id: 'associations.batchArchiveLabels', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/labels/archive', tag,
  summary: 'Remove labels from up to 2,000 pairs of records', scopes: 'write', versions: ['v4', ...DATED_VERSIONS],
  body: BatchAssociateBody, response: NoResultsBody, statuses: [200], statusesByVersion: NO_BODY,
  run: async (ctx, { types, body, version }) => {
    await archiveLabels(ctx, types.fromObjectType!, types.toObjectType!, body.inputs);
    return version === 'v4' ? { status: 204 } : emptyBatchReply(ctx);
  },
});

const batchCreateDefault = operation({
  id: 'associations.batchCreateDefault', method: 'POST', area: 'associations', quota: 'associations', path: '/{fromObjectType}/{toObjectType}/batch/associate/default', tag,
  summary: 'Associate up to 2,000 pairs of records by the default type', scopes: 'write', versions: ['v4', ...DATED_VERSIONS],
  body: PairBatchBody, response: DefaultPairBatchBody, statuses: [200],
  run: async (ctx, { types, body }) => batchReply(
    ctx, 200, await createDefaultAssociations(ctx, types.fromObjectType!, types.toObjectType!, body.inputs), presentDefault, 200,
  ),
});

export const associationOperations = [batchCreate, batchRead, batchArchive, batchArchiveLabels, batchCreateDefault];
