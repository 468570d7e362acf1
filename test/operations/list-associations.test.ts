// GET .../{objectId}/associations/{toObjectType} on the wire (schema.md 1.2, 1.3).
// Proves: associations.list, associations.listV3.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let contact: string;
let lonely: string;
let companies: string[];

const make = async (type: string, properties: object, count: number): Promise<string[]> =>
  (await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: Array.from({ length: count }, () => ({ properties })) }))
    .body.results.map((record: { id: string }) => record.id);

beforeAll(async () => {
  spoke = await startSpoke();
  [contact, lonely] = await make('contacts', { firstname: 'Ada' }, 2) as [string, string];
  companies = await make('companies', { name: 'Acme' }, 3);
  await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
    // Written in another order than they are read in.
    inputs: [[companies[2], 279], [companies[0], 1], [companies[1], 279]].map(([id, associationTypeId]) => ({
      from: { id: contact }, to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
    })),
  });
});
afterAll(() => spoke.close());

const PRIMARY = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' };
const UNLABELED = { category: 'HUBSPOT_DEFINED', typeId: 279, label: null };

const LISTS = [
  { name: 'v4', root: '/crm/v4/objects', print: Number },
  { name: 'v4 by its other path', root: '/crm/objects/v4', print: Number },
  { name: '2025-09', root: '/crm/objects/2025-09', print: String },
  { name: '2026-03', root: '/crm/objects/2026-03', print: String },
  { name: '2026-09', root: '/crm/objects/2026-09', print: String },
  { name: '2026-09-beta', root: '/crm/objects/2026-09-beta', print: String },
];

describe.each(LISTS)('$name', ({ root, print }) => {
  test('a record with all its types; no paging on the last page (1.3 [D], [O])', async () => {
    const answer = await spoke.get(`${root}/contacts/${contact}/associations/companies`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      results: [
        { toObjectId: print(companies[0]), associationTypes: [PRIMARY, UNLABELED] },
        { toObjectId: print(companies[1]), associationTypes: [UNLABELED] },
        { toObjectId: print(companies[2]), associationTypes: [UNLABELED] },
      ],
    });
  });

  test('two pages by following after; the cursor is category-type-id in base64 (1.2 [O], 1.3 [D])', async () => {
    const first = await spoke.get(`${root}/contacts/${contact}/associations/companies?limit=2`);
    const after = Buffer.from(`0-279-${companies[1]}`).toString('base64');
    expect(first.body).toEqual({
      results: [
        { toObjectId: print(companies[0]), associationTypes: [PRIMARY, UNLABELED] },
        { toObjectId: print(companies[1]), associationTypes: [UNLABELED] },
      ],
      paging: { next: { after, link: `http://spoke.test${root}/contacts/${contact}/associations/companies?limit=2&after=${encodeURIComponent(after)}` } },
    });
    const second = await spoke.get(`${root}/contacts/${contact}/associations/companies?limit=2&after=${encodeURIComponent(first.body.paging.next.after)}`);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ results: [{ toObjectId: print(companies[2]), associationTypes: [UNLABELED] }] });
  });

  test('no associations: an empty list (1.3 [O])', async () => {
    const answer = await spoke.get(`${root}/contacts/${lonely}/associations/companies`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [] });
  });
});

describe.each(['/crm/v3/objects', '/crm/objects/v3'])('v3 under %s', (root) => {
  test('one row per type: a primary company comes twice (1.2 [O])', async () => {
    const answer = await spoke.get(`${root}/contacts/${contact}/associations/companies`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      results: [
        { id: companies[0], type: 'contact_to_company' },
        { id: companies[0], type: 'contact_to_company_unlabeled' },
        { id: companies[1], type: 'contact_to_company_unlabeled' },
        { id: companies[2], type: 'contact_to_company_unlabeled' },
      ],
    });
  });

  test('the other side has the other names (1.2 [O])', async () => {
    const answer = await spoke.get(`${root}/companies/${companies[0]}/associations/contacts`);
    expect(answer.body).toEqual({ results: [{ id: contact, type: 'company_to_contact' }, { id: contact, type: 'company_to_contact_unlabeled' }] });
  });

  test('a page holds limit records with all their rows [I]', async () => {
    const first = await spoke.get(`${root}/contacts/${contact}/associations/companies?limit=2`);
    expect(first.body.results.map((row: { id: string }) => row.id)).toEqual([companies[0], companies[0], companies[1]]);
    const second = await spoke.call(`GET ${first.body.paging.next.link.replace('http://spoke.test', '')}`);
    expect(second.body).toEqual({ results: [{ id: companies[2], type: 'contact_to_company_unlabeled' }] });
  });

  test('empty (1.2 [D])', async () => {
    expect((await spoke.get(`${root}/contacts/${lonely}/associations/companies`)).body).toEqual({ results: [] });
  });
});

describe('limits and cursors', () => {
  const at = (query: string) => spoke.get(`/crm/v4/objects/contacts/${contact}/associations/companies?${query}`);
  const invalid = (name: string, reason: string) => ({
    status: 'error', message: `Invalid value for query parameter ${name}: ${reason}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID),
    errors: [{ message: reason, in: name }], context: { [name]: [reason] }, category: 'VALIDATION_ERROR',
  });

  test.each([['limit=500'], ['limit=1'], ['limit=3']])('%s is fine (1.3, 1.8 [D])', async (query) => {
    expect((await at(query)).status).toBe(200);
  });

  test.each([
    ['limit=501', 'limit', 'must be between 1 and 500'], ['limit=0', 'limit', 'must be between 1 and 500'],
    ['limit=-1', 'limit', 'must be between 1 and 500'], ['limit=many', 'limit', 'must be a whole number'],
    ['after=%21%21', 'after', 'is not a cursor of this list'],
  ])('%s is refused (1.8 [D], text [I])', async (query, name, reason) => {
    const answer = await at(query);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(name, reason));
  });

  test('a full last page has no paging (1.3 [O])', async () => {
    expect((await at('limit=3')).body.paging).toBeUndefined();
  });

  test('a plain id is taken as cursor too [I]', async () => {
    expect((await at(`after=${companies[1]}`)).body.results).toEqual([{ toObjectId: Number(companies[2]), associationTypes: [UNLABELED] }]);
  });

  test('500 by default: the 501st is on the second page (1.3 [D])', async () => {
    const [hub] = await make('companies', { name: 'Hub' }, 1) as [string];
    const all: string[] = [];
    for (let i = 0; i < 501; i += 100) all.push(...await make('contacts', { firstname: 'Many' }, Math.min(100, 501 - i)));
    await spoke.post('/crm/v4/associations/companies/contacts/batch/create', {
      inputs: all.map((id) => ({ from: { id: hub }, to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 280 }] })),
    });
    const first = await spoke.get(`/crm/objects/2026-03/companies/${hub}/associations/contacts`);
    expect(first.body.results.map((row: { toObjectId: string }) => row.toObjectId)).toEqual(all.slice(0, 500));
    const second = await spoke.get(`/crm/objects/2026-03/companies/${hub}/associations/contacts?after=${first.body.paging.next.after}`);
    expect(second.body.results.map((row: { toObjectId: string }) => row.toObjectId)).toEqual(all.slice(500));
    expect(second.body.paging).toBeUndefined();
  });
});

describe('records that are not there', () => {
  test.each(['/crm/v3/objects', '/crm/v4/objects', '/crm/objects/2026-03'])('unknown id under %s (objects 4.5 [O])', async (root) => {
    const answer = await spoke.get(`${root}/contacts/999/associations/companies`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ status: 'error', message: 'resource not found', correlationId: expect.stringMatching(ANY_CORRELATION_ID) });
  });

  test('an id that is no number (objects 4.5 [O])', async () => {
    const answer = await spoke.get('/crm/v4/objects/contacts/abc/associations/companies');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      status: 'error', message: 'Object not found.  objectId are usually numeric.', correlationId: expect.stringMatching(ANY_CORRELATION_ID),
      context: { id: ['abc'] }, category: 'OBJECT_NOT_FOUND',
    });
  });

  test("a company's id under contacts (objects 4.5 [O])", async () => {
    expect((await spoke.get(`/crm/v4/objects/contacts/${companies[0]}/associations/companies`)).status).toBe(404);
  });

  test.each([
    [`butterflies`, 'Unable to infer object type from: butterflies'], ['0-9999', 'Invalid object or event type id: 0-9999'],
  ])('unknown object type %s (1.9 [O])', async (type, message) => {
    const answer = await spoke.get(`/crm/v4/objects/contacts/${contact}/associations/${type}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID) });
  });

  test('archived records do not show, and have no list (1.7.17 [I])', async () => {
    const [gone] = await make('companies', { name: 'Gone' }, 1) as [string];
    const [holder] = await make('contacts', { firstname: 'Holder' }, 1) as [string];
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: [{ from: { id: holder }, to: { id: gone }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
    });
    await spoke.call(`DELETE /crm/v3/objects/companies/${gone}`);
    expect((await spoke.get(`/crm/v4/objects/contacts/${holder}/associations/companies`)).body).toEqual({ results: [] });
    expect((await spoke.get(`/crm/v4/objects/companies/${gone}/associations/contacts`)).status).toBe(404);
  });
});
