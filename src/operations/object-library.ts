// Which object types a portal uses (schema.md 7.2). Only read here: `spoke object-type enable` switches them, as HubSpot's
// own settings do.

import { Type } from 'typebox';
import { operation, RECORD_VERSIONS } from './operation.ts';

const shared = { method: 'GET', area: 'objectLibrary', tag: 'Object library', scopes: 'any-schema-read', versions: RECORD_VERSIONS, statuses: [200] } as const;

const list = operation({
  ...shared, id: 'objectLibrary.list', path: '/enablement', summary: 'Tell which of the object types that can be switched off are on',
  response: Type.Object({ enablementByObjectTypeId: Type.Record(Type.String(), Type.Boolean()) }),
  run: async ({ portal }) => {
    const switchable = portal.objectTypes.filter((type) => type.switchable);
    return { status: 200, body: { enablementByObjectTypeId: Object.fromEntries(switchable.map((type) => [type.id, portal.isEnabled(type.id)])) } };
  },
});

/** A type that cannot be switched off is on [I]. */
const get = operation({
  ...shared, id: 'objectLibrary.get', path: '/enablement/{objectTypeId}', summary: 'Tell whether an object type is on',
  response: Type.Object({ enablement: Type.Boolean() }),
  run: async ({ portal }, { types }) => ({ status: 200, body: { enablement: portal.isEnabled(types.objectTypeId!.id) } }),
});

export const objectLibraryOperations = [list, get];
