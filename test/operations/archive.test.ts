// DELETE of one record and POST .../batch/archive on the wire, and what reads show of archived records (objects.md 4.4).
// Proves: records.archive, records.batchArchive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUniqueProperty, batch, batchError, clockOf, idsOf, invalid, record, refusal } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'];
const OBJECTS = '/crm/v3/objects';

const archive = (type: string, id: string): Promise<Answer> => spoke.call(`DELETE ${OBJECTS}/${type}/${id}`);
const archiveAll = (type: string, ids: unknown[]): Promise<Answer> => spoke.post(`${OBJECTS}/${type}/batch/archive`, { inputs: ids.map((id) => ({ id })) });
const readBatch = (type: string, ids: string[], query = '', more: object = {}): Promise<Answer> =>
  spoke.post(`${OBJECTS}/${type}/batch/read${query}`, { inputs: ids.map((id) => ({ id })), properties: ['name'], ...more });

/** Makes records and answers their ids. */
async function make(type: string, ...properties: object[]): Promise<string[]> {
  const answer = await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: properties.map((values) => ({ properties: values })) });
  expect(answer.status).toBe(201);
  return idsOf(answer);
}

const NOT_FOUND = refusal('resource not found');

/** A company as reads show it, archived when there is a time for it. */
const company = (id: string, at: string, properties: object, archivedAt?: string): object =>
  record('0-2', { id, createdAt: at }, { createdate: at, hs_lastmodifieddate: at, hs_object_id: id, ...properties }, archivedAt ? { archived: true, archivedAt } : {});

describe('DELETE one', () => {
  test.each(ROOTS)('%s: 204 without a body, the first time and again (4.4 [O])', async (root) => {
    const [id] = await make('companies', { name: 'Gone' });
    for (let i = 0; i < 2; i++) {
      const answer = await spoke.call(`DELETE ${root}/companies/${id}`);
      expect(answer.status).toBe(204);
      expect(answer.body).toBeUndefined();
      expect(answer.headers['content-type']).toBeUndefined();
    }
    expect((await spoke.get(`${root}/companies/${id}`)).body).toEqual(NOT_FOUND);
  });

  test.each(['1', '0', '007', '99999999999999999999'])('%s never was: 204 (4.4 [O])', async (id) => {
    expect(await archive('companies', id)).toMatchObject({ status: 204, body: undefined });
  });

  test.each(['abc', '-1', 'ada@example.org'])('%s is no number: 404 as on reads (4.4 [I])', async (id) => {
    const answer = await archive('contacts', id);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal('Object not found.  objectId are usually numeric.', { context: { id: [id] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test('the id of a record of another type archives nothing (5.4 [D])', async () => {
    const [id] = await make('companies', { name: 'Other' });
    expect((await archive('contacts', id!)).status).toBe(204);
    expect((await spoke.get(`${OBJECTS}/companies/${id}`)).status).toBe(200);
  });

  test('a later archive keeps the time of the first [I]', async () => {
    const [id] = await make('companies', { name: 'Once' });
    const at = now();
    const archivedAt = tick();
    await archive('companies', id!);
    tick();
    await archive('companies', id!);
    expect((await spoke.get(`${OBJECTS}/companies/${id}?archived=true&properties=name`)).body).toEqual(company(id!, at, { name: 'Once' }, archivedAt));
  });
});

describe('batch archive', () => {
  test.each(ROOTS)('%s: 204 without a body; only the named ones are gone (1.2 [D])', async (root) => {
    const [a, b, c] = await make('companies', { name: 'A' }, { name: 'B' }, { name: 'C' });
    const at = now();
    const archivedAt = tick();
    const answer = await spoke.post(`${root}/companies/batch/archive`, { inputs: [{ id: c }, { id: Number(a) }] });
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect((await readBatch('companies', [b!])).body).toEqual(batch(archivedAt, [company(b!, at, { name: 'B' })]));
    expect((await readBatch('companies', [a!, c!], '?archived=true')).body)
      .toEqual(batch(archivedAt, [company(a!, at, { name: 'A' }, archivedAt), company(c!, at, { name: 'C' }, archivedAt)]));
  });

  test('ids that never were, archived ones, the same twice and what is no id are passed over (3.3, 4.4 [O], 3.7 [I])', async () => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    await archive('companies', b!);
    expect(await archiveAll('companies', ['888', a, b, Number(a), 'abc', a])).toMatchObject({ status: 204, body: undefined });
    expect((await spoke.get(`${OBJECTS}/companies/${a}`)).status).toBe(404);
  });

  test('100 inputs are archived, 101 refused as a whole (3.1 [D, O])', async () => {
    const ids = await make('companies', ...Array.from({ length: 100 }, (_, n) => ({ name: `${n}` })));
    const refused = await archiveAll('companies', [...ids, '1']);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
    expect((await readBatch('companies', ids)).body.results).toHaveLength(100);
    expect((await archiveAll('companies', ids)).status).toBe(204);
    expect((await readBatch('companies', ids)).body.results).toEqual([]);
    expect((await readBatch('companies', ids, '?archived=true')).body.results).toHaveLength(100);
  });

  test('no inputs are 204 (3.1 [I])', async () => {
    expect(await archiveAll('companies', [])).toMatchObject({ status: 204, body: undefined });
  });

  test.each([
    ['no inputs field', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]'],
    ['an input without id', '{"inputs":[{}]}', 'Invalid input JSON on line 1, column 13. Some required fields were not set: [id]'],
    ['no body', '', 'Invalid JSON input: a request body was expected, but none found'],
  ])('%s is refused (6.2 [O])', async (_name, body, message) => {
    const answer = await spoke.call(`POST ${OBJECTS}/companies/batch/archive`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });
});

describe('reads of archived records', () => {
  test('get: 404, but with archived=true, histories too (4.1 [D])', async () => {
    const [id] = await make('companies', { name: 'Old' });
    const at = now();
    const updatedAt = tick();
    await spoke.call(`PATCH ${OBJECTS}/companies/${id}`, { body: { properties: { name: 'New' } } });
    const archivedAt = tick();
    await archive('companies', id!);
    const live = await spoke.get(`${OBJECTS}/companies/${id}`);
    expect(live.status).toBe(404);
    expect(live.body).toEqual(NOT_FOUND);
    const entry = (value: string, timestamp: string): object => ({ value, timestamp, sourceType: 'INTEGRATION', sourceId: '1' });
    expect((await spoke.get(`${OBJECTS}/companies/${id}?archived=true&propertiesWithHistory=name`)).body).toEqual(record('0-2', { id: id!, createdAt: at, updatedAt }, {
      createdate: at, hs_lastmodifieddate: updatedAt, hs_object_id: id, name: 'New',
    }, { archived: true, archivedAt, propertiesWithHistory: { name: [entry('New', updatedAt), entry('Old', at)] } }));
  });

  test('batch read: missing, but with archived=true, and then live ones are (3.5 [D, I])', async () => {
    const [live, gone] = await make('companies', { name: 'Live' }, { name: 'Gone' });
    const at = now();
    await archive('companies', gone!);
    const missing = (id: string): object =>
      batchError('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.', { ids: [id] });
    const plain = await readBatch('companies', [gone!, live!]);
    expect(plain.status).toBe(207);
    expect(plain.body).toEqual(batch(at, [company(live!, at, { name: 'Live' })], [missing(gone!)]));
    const archived = await readBatch('companies', [gone!, live!], '?archived=true');
    expect(archived.status).toBe(207);
    expect(archived.body).toEqual(batch(at, [company(gone!, at, { name: 'Gone' }, at)], [missing(live!)]));
  });

  test('lists page over the archived ones or over the live ones, never both (4.2 [D])', async () => {
    const ids = await make('products', ...Array.from({ length: 25 }, (_, n) => ({ name: `${n}` })));
    const at = now();
    const archivedAt = tick();
    const gone = ids.filter((_, n) => n % 2 === 0);
    await archiveAll('products', gone);
    const list = async (first: string): Promise<object[][]> => {
      const pages: object[][] = [];
      for (let path: string | undefined = first; path !== undefined;) {
        const { status, body } = await spoke.get(path);
        expect(status).toBe(200);
        pages.push(body.results);
        path = body.paging?.next.link.replace('http://spoke.test', '');
      }
      return pages;
    };
    const product = (id: string, more: object = {}): object => record('0-7', { id, createdAt: at }, {
      createdate: at, hs_lastmodifieddate: at, hs_object_id: id, name: String(ids.indexOf(id)),
    }, more);
    const archivedPages = await list(`${OBJECTS}/products?archived=true&limit=5&properties=name`);
    expect(archivedPages.map((page) => page.length)).toEqual([5, 5, 3]);
    expect(archivedPages.flat()).toEqual(gone.map((id) => product(id, { archived: true, archivedAt })));
    const livePages = await list(`${OBJECTS}/products?limit=12&properties=name`);
    expect(livePages).toEqual([ids.filter((id) => !gone.includes(id)).map((id) => product(id))]);
  });

  test('a unique value finds no archived record, with archived=true neither [I]', async () => {
    const [id] = await make('companies', { vat_no: 'Found' });
    await archive('companies', id!);
    for (const query of ['', '&archived=true']) expect((await spoke.get(`${OBJECTS}/companies/Found?idProperty=vat_no${query}`)).body).toEqual(NOT_FOUND);
    expect((await readBatch('companies', ['Found'], '?archived=true', { idProperty: 'vat_no' })).body.results).toEqual([]);
    expect((await spoke.get(`${OBJECTS}/companies/${id}?archived=true&properties=vat_no`)).body.properties).toMatchObject({ vat_no: 'Found' });
  });
});

describe('what an archived record holds', () => {
  test('its email is free for a new contact, which archiving it again does not take away (4.4 [I])', async () => {
    const [first] = await make('contacts', { email: 'free@example.org' });
    await archive('contacts', first!);
    const [second] = await make('contacts', { email: 'Free@example.org' });
    expect(second).not.toBe(first);
    await archive('contacts', first!);
    expect((await spoke.get(`${OBJECTS}/contacts/free@example.org?idProperty=email`)).body.id).toBe(second);
    const answer = await spoke.post(`${OBJECTS}/contacts`, { properties: { email: 'free@example.org' } });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(refusal(`Contact already exists. Existing ID: ${second}`, { category: 'CONFLICT' }));
  });

  test('its unique values are free for another record and for an upsert (4.4 [I])', async () => {
    const [a, b, c] = await make('companies', { vat_no: 'One' }, { vat_no: 'Two' }, { name: 'C' });
    await archiveAll('companies', [a, b]);
    expect((await spoke.call(`PATCH ${OBJECTS}/companies/${c}`, { body: { properties: { vat_no: 'one' } } })).status).toBe(200);
    const upserted = await spoke.post(`${OBJECTS}/companies/batch/upsert`, { inputs: [{ idProperty: 'vat_no', id: 'Two', properties: {} }] });
    expect(upserted.body.results).toMatchObject([{ new: true }]);
    expect(idsOf(upserted)).not.toContain(b);
  });

  test('its associations do not show on the records that are left (4.4 [I])', async () => {
    const [hub, other] = await make('companies', { name: 'Hub' }, { name: 'Other' });
    const people = await make('contacts', { firstname: 'A' }, { firstname: 'B' });
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: [...people.map((id) => [id, hub]), [people[0], other]].map(([from, to]) => ({
        from: { id: from }, to: { id: to }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }],
      })),
    });
    const shown = async (path: string): Promise<string[]> => (await spoke.get(`${OBJECTS}/${path}`)).body.results.map((row: { id: string; toObjectId: string }) => row.id ?? row.toObjectId);
    expect(await shown(`companies/${hub}/associations/contacts`)).toEqual(people);

    await archive('contacts', people[1]!);
    expect(await shown(`companies/${hub}/associations/contacts`)).toEqual([people[0]]);
    expect((await spoke.get(`${OBJECTS}/companies/${hub}?associations=contacts`)).body.associations)
      .toEqual({ contacts: { results: [{ id: people[0], type: 'company_to_contact_unlabeled' }] } });

    await archiveAll('companies', [hub]);
    expect(await shown(`contacts/${people[0]}/associations/companies`)).toEqual([other]);
    const list = await spoke.get(`${OBJECTS}/contacts?associations=companies&limit=100`);
    expect(list.body.results.find((row: { id: string }) => row.id === people[0]).associations)
      .toEqual({ companies: { results: [{ id: other, type: 'contact_to_company_unlabeled' }] } });
    expect((await spoke.get(`${OBJECTS}/companies/${hub}/associations/contacts`)).body).toEqual(NOT_FOUND);
  });

  test('nothing can be associated with it (3.9 [O])', async () => {
    const [gone] = await make('companies', { name: 'Gone' });
    await archive('companies', gone!);
    const answer = await spoke.post(`${OBJECTS}/contacts`, {
      properties: { firstname: 'Ada' }, associations: [{ to: { id: gone }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] }],
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('One or more associations are invalid', {
      context: { INVALID_OBJECT_IDS: [`COMPANY=${gone} is not valid`], objectId: [gone], objectType: ['COMPANY'] },
    }));
  });
});
