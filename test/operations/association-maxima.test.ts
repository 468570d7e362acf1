// Maxima that a portal has set for an association type, held by every way of writing associations (schema.md 1.6, 1.8).
// Proves: associations.batchCreate, associations.create, records.create.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let label: number;
let inverse: number;
beforeAll(async () => {
  spoke = await startSpoke();
  const made = await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'boss', label: 'Boss', inverseLabel: 'Led by' });
  [inverse, label] = made.body.results.map((type: { typeId: number }) => type.typeId) as [number, number];
  // One boss per company, two companies per contact.
  await limit('companies/contacts', { category: 'USER_DEFINED', typeId: inverse, maxToObjectIds: 1 });
  await limit('contacts/companies', { category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: 2 });
});
afterAll(() => spoke.close());

async function limit(pair: string, input: object): Promise<void> {
  const answer = await spoke.post(`/crm/associations/2026-03/definitions/configurations/${pair}/batch/create`, { inputs: [input] });
  expect(answer.status).toBe(201);
}

async function make(type: string, count: number): Promise<string[]> {
  const answer = await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: Array.from({ length: count }, () => ({ properties: type === 'contacts' ? { firstname: 'x' } : { name: 'x' } })) });
  return answer.body.results.map((record: { id: string }) => record.id);
}

const own = (associationTypeId: number): object => ({ associationCategory: 'USER_DEFINED', associationTypeId });
const defined = (associationTypeId: number): object => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId });
const put = (from: string, to: string, ...specs: object[]): Promise<Answer> => spoke.call(`PUT /crm/objects/2026-03/contacts/${from}/associations/companies/${to}`, { body: specs });
const companiesOf = async (contact: string): Promise<string[]> =>
  (await spoke.get(`/crm/objects/2026-03/contacts/${contact}/associations/companies`)).body.results.map((row: { toObjectId: string }) => row.toObjectId);

const refused = (from: string, id: string, to: string, spec: string, maximum: number): object => ({
  status: 'error', message: `${from} ${id} can be associated with at most ${maximum} ${to} records by ${spec}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID),
  context: { objectId: [id], associationSpec: [spec], limit: [String(maximum)] }, category: 'VALIDATION_ERROR',
});

describe('a maximum of a pair of types', () => {
  test('holds for one association, and what is there may be written again', async () => {
    const [contact] = await make('contacts', 1) as [string];
    const [a, b, c] = await make('companies', 3) as [string, string, string];
    expect((await put(contact, a, defined(279))).status).toBe(201);
    expect((await put(contact, b, defined(1))).status).toBe(201);
    const answer = await put(contact, c, defined(279));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('CONTACT', contact, 'COMPANY', 'HUBSPOT_DEFINED=279', 2));
    expect((await put(contact, a, defined(279))).status).toBe(201);
    expect(await companiesOf(contact)).toEqual([a, b]);
    // A removed one makes room.
    await spoke.call(`DELETE /crm/v4/objects/contacts/${contact}/associations/companies/${a}`);
    expect((await put(contact, c, defined(279))).status).toBe(201);
  });

  test('refuses a whole batch, from either side', async () => {
    const [contact, other] = await make('contacts', 2) as [string, string];
    const companies = await make('companies', 3);
    const answer = await spoke.post('/crm/v4/associations/companies/contacts/batch/create', {
      inputs: [{ from: { id: companies[0] }, to: { id: other }, types: [defined(280)] }, ...companies.map((id) => ({ from: { id }, to: { id: contact }, types: [defined(280)] }))],
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('CONTACT', contact, 'COMPANY', 'HUBSPOT_DEFINED=279', 2));
    expect(await companiesOf(contact)).toEqual([]);
    expect(await companiesOf(other)).toEqual([]);
  });

  test('refuses a record that is made with more', async () => {
    const companies = await make('companies', 3);
    const create = (some: string[]): Promise<Answer> => spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'y' }, associations: some.map((id) => ({ to: { id }, types: [defined(279)] })) });
    const answer = await create(companies);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ category: 'VALIDATION_ERROR', context: { limit: ['2'], associationSpec: ['HUBSPOT_DEFINED=279'] } });
    expect((await create(companies.slice(1))).status).toBe(201);
  });
});

describe('a maximum of a label', () => {
  test('holds on its side of the pair; without the label there may be more', async () => {
    const [a, b] = await make('contacts', 2) as [string, string];
    const [company] = await make('companies', 1) as [string];
    expect((await put(a, company, own(label))).status).toBe(201);
    const answer = await put(b, company, own(label));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('COMPANY', company, 'CONTACT', `USER_DEFINED=${inverse}`, 1));
    expect((await put(b, company, defined(279))).status).toBe(201);
    // The label is free again when its holder has another one.
    await spoke.post('/crm/v4/associations/contacts/companies/batch/labels/archive', { inputs: [{ from: { id: a }, to: { id: company }, types: [own(label)] }] });
    expect((await put(b, company, own(label))).status).toBe(201);
  });

  test('one of many writers at once gets it', async () => {
    const contacts = await make('contacts', 12);
    const [company] = await make('companies', 1) as [string];
    const answers = await Promise.all(contacts.map((contact) => put(contact, company, own(label))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array.from({ length: 11 }, () => 400)]);
    const { body } = await spoke.get(`/crm/objects/2026-03/companies/${company}/associations/contacts`);
    expect(body.results).toHaveLength(1);
  });
});
