// Properties and property groups: what the properties routes offer. Declarations only; the rules are in src/crm.

import {
  archiveProperties, archiveProperty, createProperties, createProperty, getProperty, listProperties, readProperties, updateProperty,
} from '../crm/properties.ts';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from '../crm/property-groups.ts';
import { batchReply } from './batch-reply.ts';
import { operation, RECORD_VERSIONS, type VersionName } from './operation.ts';
import {
  GroupBody, GroupCreateBody, GroupListBody, GroupQuery, GroupUpdateBody, presentGroup, presentProperty, PropertyBatchArchiveBody, PropertyBatchCreateBody,
  PropertyBatchReadBody, PropertyBatchReplyBody, PropertyBody, PropertyCreateBody, PropertyGetQuery, PropertyListBody, PropertyListQuery, PropertyUpdateBody,
  readPropertyQuery, withoutForeignHints,
} from './wire/properties.ts';

const shared = { area: 'properties', tag: 'Properties', versions: RECORD_VERSIONS } as const;
const PROPERTY = '/{objectType}/{propertyName}';

const create = operation({
  ...shared, id: 'properties.create', method: 'POST', path: '/{objectType}',
  summary: 'Add a property to an object type', scopes: 'schema-write', body: PropertyCreateBody, response: PropertyBody, statuses: [201],
  run: async (ctx, { types, body, version }) => ({
    status: 201, body: presentProperty(version)(await createProperty(ctx, types.objectType!, withoutForeignHints(body, version))),
  }),
});

const list = operation({
  ...shared, id: 'properties.list', method: 'GET', path: '/{objectType}',
  summary: 'List the properties of an object type', scopes: 'schema-read', query: PropertyListQuery, response: PropertyListBody, statuses: [200],
  run: async (ctx, { types, query, version }) => ({
    status: 200, body: { results: (await listProperties(ctx, types.objectType!, readPropertyQuery(query), query.properties)).map(presentProperty(version)) },
  }),
});

const get = operation({
  ...shared, id: 'properties.get', method: 'GET', path: PROPERTY,
  summary: 'Read a property', scopes: 'schema-read', query: PropertyGetQuery, response: PropertyBody, statuses: [200],
  run: async (ctx, { types, params, query, version }) => ({
    status: 200, body: presentProperty(version)(await getProperty(ctx, types.objectType!, params.propertyName!, readPropertyQuery(query))),
  }),
});

const update = operation({
  ...shared, id: 'properties.update', method: 'PATCH', path: PROPERTY,
  summary: 'Change a property of your own', scopes: 'schema-write', body: PropertyUpdateBody, response: PropertyBody, statuses: [200],
  run: async (ctx, { types, params, body, version }) => ({
    status: 200, body: presentProperty(version)(await updateProperty(ctx, types.objectType!, params.propertyName!, withoutForeignHints(body, version))),
  }),
});

const archive = operation({
  ...shared, id: 'properties.archive', method: 'DELETE', path: PROPERTY,
  summary: 'Archive a property of your own; its values come back when it is made again', scopes: 'schema-write', statuses: [204],
  run: async (ctx, { types, params }) => {
    await archiveProperty(ctx, types.objectType!, params.propertyName!);
    return { status: 204 };
  },
});

// ---- batches

/** 2026-09 answers 200 in any case, errors inside (schema.md 3.1). */
const ALWAYS_200: Partial<Record<VersionName, readonly number[]>> = { '2026-09': [200] };

const batchCreate = operation({
  ...shared, id: 'properties.batchCreate', method: 'POST', path: '/{objectType}/batch/create',
  summary: 'Add up to 100 properties', scopes: 'schema-write', body: PropertyBatchCreateBody, response: PropertyBatchReplyBody,
  statuses: [201, 207], statusesByVersion: ALWAYS_200,
  run: async (ctx, { types, body, version }) => {
    const [status = 201, partial = status] = ALWAYS_200[version] ?? [201, 207];
    const inputs = body.inputs.map((input) => withoutForeignHints(input, version));
    return batchReply(ctx, status, await createProperties(ctx, types.objectType!, inputs), presentProperty(version), partial);
  },
});

const batchRead = operation({
  ...shared, id: 'properties.batchRead', method: 'POST', path: '/{objectType}/batch/read',
  summary: 'Read up to 100 properties', scopes: 'schema-read', query: GroupQuery, body: PropertyBatchReadBody, response: PropertyBatchReplyBody,
  statuses: [200, 207], statusesByVersion: ALWAYS_200,
  run: async (ctx, { types, body, version }) => {
    const [status = 200, partial = status] = ALWAYS_200[version] ?? [200, 207];
    return batchReply(ctx, status, await readProperties(ctx, types.objectType!, body.inputs, readPropertyQuery(body)), presentProperty(version), partial);
  },
});

const batchArchive = operation({
  ...shared, id: 'properties.batchArchive', method: 'POST', path: '/{objectType}/batch/archive',
  summary: 'Archive up to 100 properties of your own', scopes: 'schema-write', body: PropertyBatchArchiveBody, statuses: [204],
  run: async (ctx, { types, body }) => {
    await archiveProperties(ctx, types.objectType!, body.inputs);
    return { status: 204 };
  },
});

// ---- groups

const GROUPS = '/{objectType}/groups';
const GROUP = `${GROUPS}/{groupName}`;

const groups = operation({
  ...shared, id: 'propertyGroups.list', method: 'GET', path: GROUPS,
  summary: 'List the property groups of an object type', scopes: 'schema-read', query: GroupQuery, response: GroupListBody, statuses: [200],
  run: async (ctx, { types }) => ({ status: 200, body: { results: listGroups(ctx.portal, types.objectType!).map(presentGroup) } }),
});

const addGroup = operation({
  ...shared, id: 'propertyGroups.create', method: 'POST', path: GROUPS,
  summary: 'Add a property group to an object type', scopes: 'schema-write', body: GroupCreateBody, response: GroupBody, statuses: [201],
  run: async (ctx, { types, body }) => ({ status: 201, body: presentGroup(await createGroup(ctx, types.objectType!, body)) }),
});

const group = operation({
  ...shared, id: 'propertyGroups.get', method: 'GET', path: GROUP,
  summary: 'Read a property group', scopes: 'schema-read', query: GroupQuery, response: GroupBody, statuses: [200],
  run: async (ctx, { types, params }) => ({ status: 200, body: presentGroup(getGroup(ctx.portal, types.objectType!, params.groupName!)) }),
});

const changeGroup = operation({
  ...shared, id: 'propertyGroups.update', method: 'PATCH', path: GROUP,
  summary: 'Change a property group', scopes: 'schema-write', body: GroupUpdateBody, response: GroupBody, statuses: [200],
  run: async (ctx, { types, params, body }) => ({ status: 200, body: presentGroup(await updateGroup(ctx, types.objectType!, params.groupName!, body)) }),
});

const removeGroup = operation({
  ...shared, id: 'propertyGroups.delete', method: 'DELETE', path: GROUP,
  summary: 'Delete a property group that no property is in', scopes: 'schema-write', statuses: [204],
  run: async (ctx, { types, params }) => {
    await deleteGroup(ctx, types.objectType!, params.groupName!);
    return { status: 204 };
  },
});

// Groups first: their path also reads as a property's.
export const propertyOperations = [groups, addGroup, group, changeGroup, removeGroup, batchCreate, batchRead, batchArchive, create, list, get, update, archive];
