// Two records into one, and records deleted for good. HubSpot's own routes for both are generic, so every type has them
// (objects.md 1.4 [D]). The rules are in src/crm.

import { gdprDelete } from '../crm/gdpr-delete.ts';
import { mergeRecords } from '../crm/merge-records.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { GdprDeleteBody, MergeBody } from './wire/merges.ts';
import { RecordBody } from './wire/records.ts';

const tag = 'Records';

const merge = operation({
  id: 'records.merge', method: 'POST', area: 'objects', path: '/{objectType}/merge', tag,
  summary: 'Merge two records into one', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS,
  body: MergeBody, response: RecordBody, statuses: [200],
  run: async (ctx, { types, body }) => ({ status: 200, body: await mergeRecords(ctx, types.objectType!, body) }),
});

const purge = operation({
  id: 'records.gdprDelete', method: 'POST', area: 'objects', path: '/{objectType}/gdpr-delete', tag,
  summary: 'Delete a record for good', scopes: 'write', writesRecords: true, versions: RECORD_VERSIONS,
  body: GdprDeleteBody, statuses: [204],
  run: async (ctx, { types, body }) => {
    await gdprDelete(ctx, types.objectType!, body);
    return { status: 204 };
  },
});

export const mergeOperations = [merge, purge];
