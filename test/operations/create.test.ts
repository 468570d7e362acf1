// POST of one record on the wire (objects.md 1.2, 2.5, 3.9, 3.10, 6.7); what values become is in property-values.test.ts.
// Proves: records.create.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf, created, createdContact, invalid, invalidValues, refusal } from '../support/expect.ts';
import { NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const create = (type: string, body: object): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}`, body);

test.each(['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'])(
  '%s: 201 with the record and its Location (1.2 [D])', async (root) => {
    const answer = await spoke.post(`${root}/companies`, { properties: { name: 'Acme', domain: 'acme.example' } });
    const id = answer.body.id as string;
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`http://spoke.test${root}/companies/${id}`);
    expect(answer.body).toEqual(created('0-2', id, NOW, { domain: 'acme.example', name: 'Acme', website: 'acme.example' }));
  },
);

test('a contact is a lead, with what follows from its values (3.10 [O])', async () => {
  const answer = await create('contacts', { properties: { email: 'Ada@Example.org' } });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual(createdContact(answer.body.id, NOW, { email: 'ada@example.org', hs_email_domain: 'example.org', hs_full_name_or_email: 'ada@example.org' }));
});

test('a trace id is nothing that a single create knows: it is not echoed (1.7 [D])', async () => {
  const answer = await create('companies', { properties: { name: 'Traced' }, objectWriteTraceId: 'a' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual(created('0-2', answer.body.id, NOW, { name: 'Traced' }));
});

test('comes with its associations (3.9 [D])', async () => {
  const { id: company } = (await create('companies', { properties: { name: 'Boss' } })).body;
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
  const { id } = (await create('contacts', { properties: { firstname: 'Ada' }, associations: [{ to: { id: company }, types }] })).body;
  expect((await spoke.get(`/crm/v3/objects/contacts/${id}?associations=companies`)).body.associations)
    .toEqual({ companies: { results: [{ id: company, type: 'contact_to_company_unlabeled' }] } });
});

test('an association with nothing makes nothing (3.9 [O, I])', async () => {
  const before = await countOf(spoke, 'contacts');
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
  const answer = await create('contacts', { properties: { firstname: 'Ada' }, associations: [{ to: { id: '3830' }, types }] });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid('One or more associations are invalid', {
    context: { INVALID_OBJECT_IDS: ['COMPANY=3830 is not valid'], objectId: ['3830'], objectType: ['COMPANY'] },
  }));
  expect(await countOf(spoke, 'contacts')).toBe(before);
});

test('a taken email is 409 with the id in the text (6.7 [O])', async () => {
  const { id } = (await create('contacts', { properties: { email: 'taken@example.org' } })).body;
  const answer = await create('contacts', { properties: { email: 'TAKEN@example.org' } });
  expect(answer.status).toBe(409);
  expect(answer.body).toEqual(refusal(`Contact already exists. Existing ID: ${id}`, { category: 'CONFLICT' }));
});

test('what is required (2.5 [O])', async () => {
  const answer = await create('calls', { properties: { hs_call_title: 'Hi' } });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid('Error creating CALL. Some required properties were not set.', { context: { properties: ['hs_timestamp'] } }));
});

test('bad values, all of them told (5.3 [O])', async () => {
  const answer = await create('companies', { properties: { colour: 'red', numberofemployees: 'many' } });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalidValues(
    ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist'], ['numberofemployees', 'INVALID_LONG', 'many was not a valid long.'],
  ));
});

test.each([
  ['no properties', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [properties]'],
  ['no body', '', 'Invalid JSON input: a request body was expected, but none found'],
])('%s (6.2 [O])', async (_name, body, message) => {
  const answer = await spoke.call('POST /crm/v3/objects/companies', { body });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid(message));
});
