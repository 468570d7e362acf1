// Properties: what batch upserts by a custom unique property need. The rest of the family is on its way.

import { createProperty, getProperty, listProperties } from '../crm/properties.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { presentProperty, PropertyBody, PropertyCreateBody, PropertyListBody } from './wire/properties.ts';

const tag = 'Properties';

const create = operation({
  id: 'properties.create', method: 'POST', area: 'properties', path: '/{objectType}', tag, versions: RECORD_VERSIONS,
  summary: 'Add a property to an object type', scopes: 'schema-write', body: PropertyCreateBody, response: PropertyBody, statuses: [201],
  run: async (ctx, { types, body }) => ({ status: 201, body: presentProperty(await createProperty(ctx, types.objectType!, body)) }),
});

const list = operation({
  id: 'properties.list', method: 'GET', area: 'properties', path: '/{objectType}', tag, versions: RECORD_VERSIONS,
  summary: 'List the properties of an object type', scopes: 'schema-read', response: PropertyListBody, statuses: [200],
  run: async (ctx, { types }) => ({ status: 200, body: { results: listProperties(ctx, types.objectType!).map(presentProperty) } }),
});

const get = operation({
  id: 'properties.get', method: 'GET', area: 'properties', path: '/{objectType}/{propertyName}', tag, versions: RECORD_VERSIONS,
  summary: 'Read a property', scopes: 'schema-read', response: PropertyBody, statuses: [200],
  run: async (ctx, { types, params }) => ({ status: 200, body: presentProperty(getProperty(ctx, types.objectType!, params.propertyName!)) }),
});

export const propertyOperations = [create, list, get];
