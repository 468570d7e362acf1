// `associatedcompanyid` of contacts: it shows the primary company (schema.md 1.7 rule 7 [O]), and writing it sets one [I].
// Proves: records.create, records.update, records.batchUpdate, records.batchUpsert.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let a: string;
let b: string;
beforeAll(async () => {
  spoke = await startSpoke();
  const made = await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'A' } }, { properties: { name: 'B' } }] });
  [a, b] = made.body.results.map((record: { id: string }) => record.id) as [string, string];
});
afterAll(() => spoke.close());

const contacts = '/crm/v3/objects/contacts';
const create = (properties: object): Promise<Answer> => spoke.post(contacts, { properties });
const patch = (id: string, properties: object): Promise<Answer> => spoke.call(`PATCH ${contacts}/${id}`, { body: { properties } });
const shown = async (id: string): Promise<string | null> => (await spoke.get(`${contacts}/${id}?properties=associatedcompanyid`)).body.properties.associatedcompanyid;

async function typesOf(id: string): Promise<Record<string, number[]>> {
  const { results } = (await spoke.get(`/crm/v4/objects/contacts/${id}/associations/companies`)).body;
  return Object.fromEntries(results.map((row: { toObjectId: number; associationTypes: { typeId: number }[] }) => [row.toObjectId, row.associationTypes.map((type) => type.typeId)]));
}

const invalidCompany = (id: string): object => ({
  status: 'error', message: 'One or more associations are invalid', correlationId: expect.stringMatching(ANY_CORRELATION_ID),
  context: { INVALID_OBJECT_IDS: [`COMPANY=${id} is not valid`], objectId: [id], objectType: ['COMPANY'] }, category: 'VALIDATION_ERROR',
});

test('written when the contact is made', async () => {
  const answer = await create({ firstname: 'Ada', associatedcompanyid: a });
  expect(answer.status).toBe(201);
  expect(answer.body.properties.associatedcompanyid).toBe(a);
  expect(await typesOf(answer.body.id)).toEqual({ [a]: [1, 279] });
  expect(await shown(answer.body.id)).toBe(a);
});

test('written later, changed and cleared: the company before becomes an ordinary one', async () => {
  const { id } = (await create({ firstname: 'Eve' })).body;
  expect(await shown(id)).toBeNull();
  expect((await patch(id, { associatedcompanyid: a })).status).toBe(200);
  expect(await typesOf(id)).toEqual({ [a]: [1, 279] });
  expect((await patch(id, { associatedcompanyid: b })).body.properties.associatedcompanyid).toBe(b);
  expect(await typesOf(id)).toEqual({ [a]: [279], [b]: [1, 279] });
  // The same again changes nothing; another primary by association shows, and can be written over.
  expect((await patch(id, { associatedcompanyid: b })).status).toBe(200);
  await spoke.call(`PUT /crm/v4/objects/contacts/${id}/associations/companies/${a}`, { body: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] });
  expect(await shown(id)).toBe(a);
  await patch(id, { associatedcompanyid: b });
  expect(await typesOf(id)).toEqual({ [a]: [279], [b]: [1, 279] });
  await patch(id, { associatedcompanyid: '' });
  expect(await typesOf(id)).toEqual({ [a]: [279], [b]: [279] });
  expect(await shown(id)).toBeNull();
});

test('in batches: update by id, upsert of a new and of an old contact', async () => {
  const [x, y] = [(await create({ firstname: 'x' })).body.id, (await create({ email: 'y@example.org' })).body.id];
  expect((await spoke.post(`${contacts}/batch/update`, { inputs: [{ id: x, properties: { associatedcompanyid: a } }, { id: y, properties: { city: 'Bonn' } }] })).status).toBe(200);
  const upserted = await spoke.post(`${contacts}/batch/upsert`, { inputs: ['y@example.org', 'z@example.org'].map((id) => ({ id, idProperty: 'email', properties: { associatedcompanyid: b } })) });
  expect(upserted.status).toBe(200);
  const z = upserted.body.results.find((record: { new: boolean }) => record.new).id;
  expect([await shown(x), await shown(y), await shown(z)]).toEqual([a, b, b]);
  expect(await typesOf(z)).toEqual({ [b]: [1, 279] });
});

test('a company that does not exist refuses the write, alone when every input has a trace id', async () => {
  expect(await create({ firstname: 'No', associatedcompanyid: '999' })).toMatchObject({ status: 400, body: invalidCompany('999') });
  const { id } = (await create({ firstname: 'Old' })).body;
  const refused = await patch(id, { firstname: 'New', associatedcompanyid: '999' });
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual(invalidCompany('999'));
  expect((await spoke.get(`${contacts}/${id}`)).body.properties.firstname).toBe('Old');
  const some = await spoke.post(`${contacts}/batch/upsert`, { inputs: [
    { id, properties: { associatedcompanyid: '999' }, objectWriteTraceId: '1' }, { id: (await create({ firstname: 'Good' })).body.id, properties: { associatedcompanyid: a }, objectWriteTraceId: '2' },
  ] });
  expect(some.status).toBe(207);
  expect(some.body).toMatchObject({ numErrors: 1, results: [{ properties: { associatedcompanyid: a } }] });
});

test('writers of one contact leave it one primary company', async () => {
  const { id } = (await create({ firstname: 'Busy' })).body;
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => patch(id, { associatedcompanyid: n % 2 ? a : b, city: `C${n}` })));
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  expect(Object.values(await typesOf(id)).filter((types) => types.includes(1))).toHaveLength(1);
});
