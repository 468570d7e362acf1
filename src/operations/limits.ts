// Limits tracking: what a portal may have and what it has of it (schema.md 7.3). Declarations only.

import {
  calculatedPropertyUsage, customObjectUsage, customPropertyUsage, labelUsage, pipelineUsage, recordsNearLimit, recordUsage, typesNearLimit,
} from '../crm/limit-usage.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import {
  CalculatedPropertiesReply, CustomPropertiesReply, LabelsQuery, LabelsReply, presentLabels, presentNear, presentRecords, presentSplit, presentUsage,
  presentWithLimits, presentWithoutLimits, RecordsReply, SplitReply, TypesReply, UsageReply,
} from './wire/limits.ts';

/** Which scope they want is not known: any over a model [I]. */
const shared = { area: 'limits', tag: 'Limits', method: 'GET', versions: RECORD_VERSIONS, statuses: [200], scopes: 'any-schema-read' } as const;

const records = operation({
  ...shared, id: 'limits.records', path: '/records', summary: 'Count the records of every object type', response: SplitReply,
  run: async (ctx) => ({ status: 200, body: presentSplit(await recordUsage(ctx)) }),
});

const pipelines = operation({
  ...shared, id: 'limits.pipelines', path: '/pipelines', summary: 'Count the pipelines of every object type', response: SplitReply,
  run: async (ctx) => ({ status: 200, body: presentSplit(pipelineUsage(ctx)) }),
});

const customProperties = operation({
  ...shared, id: 'limits.customProperties', path: '/custom-properties', summary: "Count the portal's own properties", response: CustomPropertiesReply,
  run: async (ctx) => ({ status: 200, body: presentWithLimits(customPropertyUsage(ctx)) }),
});

const calculatedProperties = operation({
  ...shared, id: 'limits.calculatedProperties', path: '/calculated-properties', summary: "Count the portal's calculated properties", response: CalculatedPropertiesReply,
  run: async (ctx) => ({ status: 200, body: presentWithoutLimits(calculatedPropertyUsage(ctx)) }),
});

const customObjects = operation({
  ...shared, id: 'limits.customObjectTypes', path: '/custom-object-types', summary: 'Count the custom objects', response: UsageReply,
  run: async (ctx) => ({ status: 200, body: presentUsage(customObjectUsage(ctx)) }),
});

const labels = operation({
  ...shared, id: 'limits.labels', path: '/associations/labels', summary: 'Count the labels between object types', query: LabelsQuery, response: LabelsReply,
  run: async (ctx, { query }) => ({
    status: 200, body: { results: labelUsage(ctx, { from: query.fromObjectTypeId, to: query.toObjectTypeId }).map(presentLabels) },
  }),
});

const RECORDS = '/associations/records';

const fromTypes = operation({
  ...shared, id: 'limits.fromTypes', path: `${RECORDS}/from`, summary: 'List the object types with records near their limit of associations', response: TypesReply,
  run: async (ctx) => ({ status: 200, body: { results: (await typesNearLimit(ctx)).map(presentNear) } }),
});

const toTypes = operation({
  ...shared, id: 'limits.toTypes', path: `${RECORDS}/{fromObjectType}/to`, scopes: 'schema-read',
  summary: 'List the object types that records of one are nearly at their limit of associations with', response: TypesReply,
  run: async (ctx, { types }) => ({ status: 200, body: { results: (await typesNearLimit(ctx, types.fromObjectType!)).map(presentNear) } }),
});

/** It names records, so it wants the scope to read them [I]. */
const nearRecords = operation({
  ...shared, id: 'limits.nearRecords', path: `${RECORDS}/{fromObjectType}/{toObjectType}`, scopes: 'read',
  summary: 'Count and name the records near their limit of associations with another object type', response: RecordsReply,
  run: async (ctx, { types }) => ({ status: 200, body: presentRecords(await recordsNearLimit(ctx, types.fromObjectType!, types.toObjectType!)) }),
});

// `/to` first: it also reads as the name of a type.
export const limitOperations = [
  records, pipelines, customProperties, calculatedProperties, customObjects, labels, fromTypes, toTypes, nearRecords,
];
