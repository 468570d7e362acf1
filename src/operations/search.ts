// Search over the records of a type. The rules are in src/crm/search.

import { search } from '../crm/search/search.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { SearchBody, SearchPageBody } from './wire/search.ts';

const records = operation({
  id: 'records.search', method: 'POST', area: 'objects', path: '/{objectType}/search', tag: 'Records', quota: 'search',
  summary: 'Find records by filters and text', scopes: 'read', versions: RECORD_VERSIONS, body: SearchBody, response: SearchPageBody, statuses: [200],
  run: async (ctx, { types, body }) => {
    const { total, results, after } = await search(ctx, types.objectType!, body);
    return { status: 200, body: { total, results, ...(after === undefined ? {} : { paging: { next: { after } } }) } };
  },
});

export const searchOperations = [records];
