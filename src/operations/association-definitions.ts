// What associations there can be: labels, the type names of v3, maxima, and the report on them. Declarations only.

import type { AssociationType } from '../catalogue/types.ts';
import { createLabel, deleteLabel, listLabels, renameLabel } from '../crm/association-labels.ts';
import {
  createAssociationLimits, listAssociationLimits, purgeAssociationLimits, reportHighUsage, updateAssociationLimits,
} from '../crm/association-limits.ts';
import type { AssociationLimit } from '../crm/portal.ts';
import { problem } from '../errors.ts';
import { batchReply } from './batch-reply.ts';
import { DATED_VERSIONS, operation, type VersionName } from './operation.ts';
import {
  LabelCreateBody, LabelListBody, LabelUpdateBody, LimitBatchBody, LimitCreatedBody, LimitListBody, LimitPurgeBody, LimitUpdatedBody, PurgedBody,
  TypeListBody, UsageReportBody,
} from './wire/association-definitions.ts';

/** The scopes are those over records, as for associations themselves (platform.md 5.6). */
const shared = { area: 'associations', tag: 'Association definitions', quota: 'associations', versions: ['v4', ...DATED_VERSIONS], ofModel: true } as const;

// ---- labels

const LABELS = '/{fromObjectType}/{toObjectType}/labels';
const presentLabel = ({ category, typeId, label }: AssociationType) => ({ category, typeId, label });

const labels = operation({
  ...shared, id: 'associations.listLabels', method: 'GET', path: LABELS,
  summary: 'List the association types between two object types', scopes: 'read', response: LabelListBody, statuses: [200],
  run: async (ctx, { types }) => ({
    status: 200, body: { results: listLabels(ctx.portal, types.fromObjectType!, types.toObjectType!).map(presentLabel) },
  }),
});

const addLabel = operation({
  ...shared, id: 'associations.createLabel', method: 'POST', path: LABELS,
  summary: 'Add an association label between two object types', scopes: 'write', body: LabelCreateBody, response: LabelListBody, statuses: [200],
  run: async (ctx, { types, body }) => ({
    status: 200, body: { results: (await createLabel(ctx, types.fromObjectType!, types.toObjectType!, body)).map(presentLabel) },
  }),
});

const changeLabel = operation({
  ...shared, id: 'associations.updateLabel', method: 'PUT', path: LABELS,
  summary: 'Rename an association label', scopes: 'write', body: LabelUpdateBody, statuses: [204],
  run: async (ctx, { types, body }) => {
    await renameLabel(ctx, types.fromObjectType!, types.toObjectType!, body);
    return { status: 204 };
  },
});

const removeLabel = operation({
  ...shared, id: 'associations.deleteLabel', method: 'DELETE', path: `${LABELS}/{associationTypeId}`,
  summary: 'Delete an association label that no record has', scopes: 'write', statuses: [204],
  run: async (ctx, { types, params }) => {
    const typeId = params.associationTypeId!;
    if (!/^\d{1,10}$/.test(typeId)) throw problem.invalidAssociationTypes([{ category: 'USER_DEFINED', typeId }]);
    await deleteLabel(ctx, types.fromObjectType!, types.toObjectType!, Number(typeId));
    return { status: 204 };
  },
});

/** v3 knows association types by name, those of the portal too. */
const types = operation({
  ...shared, id: 'associations.listTypes', method: 'GET', path: '/{fromObjectType}/{toObjectType}/types', versions: ['v3'],
  summary: 'List the names of the association types between two object types', scopes: 'read', response: TypeListBody, statuses: [200],
  run: async (ctx, { types: { fromObjectType, toObjectType } }) => ({
    status: 200, body: { results: ctx.portal.associationTypes(fromObjectType!.id, toObjectType!.id).map((type) => ({ id: String(type.typeId), name: type.name })) },
  }),
});

// ---- maxima

const LIMITS = '/definitions/configurations';
const LIMITS_OF_PAIR = `${LIMITS}/{fromObjectType}/{toObjectType}`;
const presentLimit = ({ type, max }: AssociationLimit) => ({ ...presentLabel(type), userEnforcedMaxToObjectIds: max });
const presentUpdated = ({ type, max }: AssociationLimit) => ({ category: type.category, typeId: type.typeId, userEnforcedMaxToObjectIds: max });

/** 2025-09 and 2026-09 answer 200 in any case, errors inside (schema.md 1.1). */
const ALWAYS_200: Partial<Record<VersionName, readonly number[]>> = { '2025-09': [200], '2026-09': [200] };

const limits = operation({
  ...shared, id: 'associationLimits.list', method: 'GET', path: `${LIMITS}/all`,
  summary: 'List every maximum that the portal has set', scopes: 'any-schema-read', response: LimitListBody, statuses: [200],
  run: async (ctx) => ({ status: 200, body: { results: listAssociationLimits(ctx.portal).map(presentLimit) } }),
});

const limitsOfPair = operation({
  ...shared, id: 'associationLimits.listPair', method: 'GET', path: LIMITS_OF_PAIR,
  summary: 'List the maxima between two object types', scopes: 'read', response: LimitListBody, statuses: [200],
  run: async (ctx, { types: { fromObjectType, toObjectType } }) => ({
    status: 200, body: { results: listAssociationLimits(ctx.portal, fromObjectType, toObjectType).map(presentLimit) },
  }),
});

const createLimits = operation({
  ...shared, id: 'associationLimits.batchCreate', method: 'POST', path: `${LIMITS_OF_PAIR}/batch/create`,
  summary: 'Set maxima for association types', scopes: 'write', body: LimitBatchBody, response: LimitCreatedBody,
  statuses: [201, 207], statusesByVersion: ALWAYS_200,
  run: async (ctx, { types: { fromObjectType, toObjectType }, body, version }) => {
    const [status = 201, partial = status] = ALWAYS_200[version] ?? [201, 207];
    return batchReply(ctx, status, await createAssociationLimits(ctx, fromObjectType!, toObjectType!, body.inputs), presentLimit, partial);
  },
});

const updateLimits = operation({
  ...shared, id: 'associationLimits.batchUpdate', method: 'POST', path: `${LIMITS_OF_PAIR}/batch/update`,
  summary: 'Change maxima of association types', scopes: 'write', body: LimitBatchBody, response: LimitUpdatedBody,
  statuses: [200, 207], statusesByVersion: ALWAYS_200,
  run: async (ctx, { types: { fromObjectType, toObjectType }, body, version }) => {
    const [status = 200, partial = status] = ALWAYS_200[version] ?? [200, 207];
    return batchReply(ctx, status, await updateAssociationLimits(ctx, fromObjectType!, toObjectType!, body.inputs), presentUpdated, partial);
  },
});

/** v4 answers nothing, the dated versions an empty batch (schema.md 1.1). */
const PURGE_STATUS: Partial<Record<VersionName, readonly number[]>> = { v4: [204] };

const purgeLimits = operation({
  ...shared, id: 'associationLimits.batchPurge', method: 'POST', path: `${LIMITS_OF_PAIR}/batch/purge`,
  summary: 'Take maxima of association types away', scopes: 'write', body: LimitPurgeBody, response: PurgedBody,
  statuses: [200], statusesByVersion: PURGE_STATUS,
  run: async (ctx, { types: { fromObjectType, toObjectType }, body, version }) => {
    await purgeAssociationLimits(ctx, fromObjectType!, toObjectType!, body.inputs);
    return PURGE_STATUS[version] ? { status: 204 } : batchReply(ctx, 200, { results: [], errors: [] });
  },
});

const usageReport = operation({
  ...shared, id: 'associationLimits.report', method: 'POST', path: '/usage/high-usage-report/{userId}',
  summary: 'Count the records near a maximum; the number goes to the log, for no mail is sent', scopes: 'any-schema-read',
  response: UsageReportBody, statuses: [200],
  run: async (ctx, { params }) => {
    const { userId, email } = await reportHighUsage(ctx, params.userId!);
    return { status: 200, body: { userId, userEmail: email, enqueueTime: { value: Date.parse(ctx.at), dateOnly: false, timeZoneShift: 0 } } };
  },
});

// The report first: its path also reads as the labels of two types.
export const associationDefinitionOperations = [
  usageReport, labels, addLabel, changeLabel, removeLabel, types, limits, limitsOfPair, createLimits, updateLimits, purgeLimits,
];
