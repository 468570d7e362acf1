// Create, update and archive of single records, batch update and batch archive (objects.md 1.2, 3.3, 3.5, 4.3, 4.4).
// Proves: records.create, records.update, records.archive, records.batchUpdate, records.batchArchive.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

test('a single create is 201 with the record and its Location (1.2 [D])', async () => {
  const answer = await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Acme', domain: 'acme.example' } });
  const id = answer.body.id as string;
  expect(answer.status).toBe(201);
  expect(answer.headers.location).toBe(`http://spoke.test/crm/v3/objects/companies/${id}`);
  expect(answer.body).toEqual({
    id,
    properties: {
      createdate: NOW, domain: 'acme.example', hs_lastmodifieddate: NOW, hs_object_id: id, hs_object_source: 'INTEGRATION', hs_object_source_id: '1',
      hs_object_source_label: 'INTEGRATION', name: 'Acme', website: 'acme.example',
    },
    createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/1234567/record/0-2/${id}`,
  });
});

test('an update answers what changed, an archived record is gone from reads and there with archived=true (4.3, 4.4)', async () => {
  const { body: made } = await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Before' } });
  spoke.tick(1000);
  const path = `/crm/v3/objects/companies/${made.id}`;
  const updated = await spoke.call(`PATCH ${path}`, { body: { properties: { name: 'After' } } });
  const later = new Date(Date.parse(NOW) + 1000).toISOString();
  expect(updated.status).toBe(200);
  expect(updated.body).toEqual({
    id: made.id, properties: { createdate: made.createdAt, hs_lastmodifieddate: later, hs_object_id: made.id, name: 'After' },
    createdAt: made.createdAt, updatedAt: later, archived: false, url: made.url,
  });
  expect(await spoke.call(`DELETE ${path}`)).toMatchObject({ status: 204, body: undefined });
  expect(await spoke.call(`DELETE ${path}`)).toMatchObject({ status: 204, body: undefined });
  expect((await spoke.get(path)).status).toBe(404);
  expect((await spoke.get(`${path}?archived=true`)).body).toMatchObject({ archived: true, archivedAt: later, properties: { name: 'After' } });
});
