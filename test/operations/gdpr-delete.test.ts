// POST .../gdpr-delete on the wire: nothing of the record is left, and its emails may not come back (objects.md 4.7).
// Proves: records.gdprDelete.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/db.ts';
import { countingDb } from '../support/database.ts';
import { addUniqueProperty, batch, batchError, clockOf, created, faultsMessage, idsOf, invalid, invalidValues, refusal, type Fault } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OBJECTS = '/crm/v3/objects';

let spoke: Spoke;
let counting: ReturnType<typeof countingDb>;
const { now } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke({ wrapDb: (db: Db) => (counting = countingDb(db)) });
});
afterAll(() => spoke.close());

async function make(type: string, ...all: Record<string, string>[]): Promise<string[]> {
  const answer = await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: all.map((properties) => ({ properties })) });
  expect(answer.status).toBe(201);
  return idsOf(answer);
}

const gdprDelete = async (type: string, body: object, root = OBJECTS): Promise<Answer> => await spoke.post(`${root}/${type}/gdpr-delete`, body);
const patch = async (type: string, id: string, properties: object): Promise<Answer> => await spoke.call(`PATCH ${OBJECTS}/${type}/${id}`, { body: { properties } });

/** How many rows still name the ids, or hold the text anywhere. */
async function rowsLeft(ids: string[], text?: string): Promise<Record<string, number>> {
  const count = async (table: string, where: string): Promise<number> =>
    (await spoke.db.query<{ n: number }>({ text: `select count(*) as n from ${table} t where ${where} or ($2::text is not null and t::text like '%' || $2 || '%')`, values: [ids, text ?? null] }))[0]!.n;
  const ofRecord = 'id = any($1::bigint[])';
  return {
    record: await count('record', `${ofRecord} or merged_into = any($1::bigint[])`), revision: await count('record_revision', ofRecord), unique: await count('unique_value', ofRecord),
    association: await count('association', 'from_id = any($1::bigint[]) or to_id = any($1::bigint[])'),
    blocked: text === undefined ? 0 : await count('blocked_email', 'false and $1::bigint[] is null'),
  };
}
const NOTHING = { record: 0, revision: 0, unique: 0, association: 0, blocked: 0 };

const blacklisted = (email: string): Fault => ['email', 'INVALID_EMAIL', `Email address ${email} is invalid: email has been GDPR blacklisted`];

// The first of the file: the list is empty before it.
test('without a blocklist a write does not ask for it', async () => {
  await make('contacts', { email: 'before@example.org' });
  counting.statements.length = 0;
  await make('contacts', { email: 'unasked@example.org' });
  expect(counting.statements.map((s) => s.name)).toEqual(['write-records-cn']);
});

describe('what is deleted', () => {
  test('a contact by id: 204, and nothing is left in any table ([D])', async () => {
    const [contact] = await make('contacts', { email: 'erased@example.org', firstname: 'Erased', company: 'erased company' });
    const [company] = await make('companies', { name: 'Acme' });
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: [{ from: { id: contact }, to: { id: company }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
    });
    await patch('contacts', contact!, { firstname: 'Changed' });
    const answer = await gdprDelete('contacts', { objectId: contact });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(await rowsLeft([contact!], 'rased')).toEqual(NOTHING);
    for (const path of [contact, `${contact}?archived=true`, 'erased@example.org?idProperty=email']) {
      expect(await spoke.get(`${OBJECTS}/contacts/${path}`)).toMatchObject({ status: 404, body: refusal('resource not found') });
    }
    expect((await spoke.get(`/crm/v4/objects/companies/${company}/associations/contacts`)).body).toEqual({ results: [] });
    expect(await patch('contacts', contact!, { firstname: 'x' })).toMatchObject({ status: 404 });
    expect((await gdprDelete('contacts', { objectId: contact })).status).toBe(204);
  });

  test('a contact by email, own or additional, with every record merged into it', async () => {
    const [a, b, c] = await make('contacts', { email: 'merged-a@example.org' }, { email: 'merged-b@example.org' }, { email: 'merged-c@example.org' });
    const merge = async (primaryObjectId: string, objectIdToMerge: string): Promise<string> => (await spoke.post(`${OBJECTS}/contacts/merge`, { primaryObjectId, objectIdToMerge })).body.id;
    const ab = await merge(a!, b!);
    const all = await merge(c!, ab);
    expect((await gdprDelete('contacts', { objectId: 'Merged-B@example.org', idProperty: 'email' })).status).toBe(204);
    expect(await rowsLeft([a!, b!, c!, ab, all], 'merged-')).toEqual(NOTHING);
    for (const email of ['merged-a@example.org', 'merged-b@example.org', 'merged-c@example.org']) {
      expect((await spoke.post(`${OBJECTS}/contacts`, { properties: { email } })).body).toEqual(invalidValues(blacklisted(email)));
    }
  });

  test('a record by an id that was merged away', async () => {
    const [a, b] = await make('companies', { name: 'a' }, { name: 'b' });
    const { body: survivor } = await spoke.post(`${OBJECTS}/companies/merge`, { primaryObjectId: a, objectIdToMerge: b });
    expect((await gdprDelete('companies', { objectId: b })).status).toBe(204);
    expect(await rowsLeft([a!, b!, survivor.id])).toEqual(NOTHING);
  });

  test('archived contacts, by id or by email ([I])', async () => {
    const [a, b] = await make('contacts', { email: 'archived-a@example.org' }, { email: 'archived-b@example.org' });
    for (const id of [a, b]) await spoke.call(`DELETE ${OBJECTS}/contacts/${id}`);
    await gdprDelete('contacts', { objectId: Number(a) });
    await gdprDelete('contacts', { objectId: 'archived-b@example.org', idProperty: 'email' });
    expect(await rowsLeft([a!, b!], 'archived-')).toEqual(NOTHING);
    expect((await spoke.get(`${OBJECTS}/contacts/${a}?archived=true`)).status).toBe(404);
  });

  test('the value of an archived record that another has now stays with that one', async () => {
    await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
    const [first] = await make('companies', { vat_no: 'DE1' });
    await spoke.call(`DELETE ${OBJECTS}/companies/${first}`);
    const [second] = await make('companies', { vat_no: 'DE1' });
    await gdprDelete('companies', { objectId: first });
    expect((await spoke.get(`${OBJECTS}/companies/DE1?idProperty=vat_no`)).body.id).toBe(second);
    expect((await gdprDelete('companies', { objectId: 'DE1', idProperty: 'vat_no' })).status).toBe(204);
    expect(await rowsLeft([second!])).toEqual(NOTHING);
    expect(await make('companies', { vat_no: 'DE1' })).toHaveLength(1);
  });

  test.each(['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'])('%s has it, for every type (1.4 [D])', async (root) => {
    const [company, deal, note] = [(await make('companies', { name: 'a' }))[0]!, (await make('deals', { dealname: 'a', dealstage: 'appointmentscheduled' }))[0]!,
      (await make('notes', { hs_timestamp: '2026-10-02T09:00:00Z' }))[0]!];
    for (const [type, objectId] of [['companies', company], ['deals', deal], ['notes', note]] as const) {
      expect(await gdprDelete(type, { objectId }, root)).toMatchObject({ status: 204, body: undefined });
      expect((await spoke.get(`${OBJECTS}/${type}/${objectId}?archived=true`)).status).toBe(404);
    }
  });

  test('only the record of that type and portal', async () => {
    const [company, contact] = [(await make('companies', { name: 'a' }))[0]!, (await make('contacts', { email: 'only-here@example.org' }))[0]!];
    expect((await gdprDelete('contacts', { objectId: company })).status).toBe(204);
    expect((await spoke.get(`${OBJECTS}/companies/${company}`)).status).toBe(200);
    const token = await spoke.addPortal(7654321);
    expect((await spoke.post(`${OBJECTS}/contacts/gdpr-delete`, { objectId: 'only-here@example.org', idProperty: 'email' }, { token })).status).toBe(204);
    expect((await spoke.get(`${OBJECTS}/contacts/${contact}`)).status).toBe(200);
    expect((await spoke.post(`${OBJECTS}/contacts`, { properties: { email: 'only-here@example.org' } }, { token })).body.message).toContain('email has been GDPR blacklisted');
  });
});

describe('the blocklist', () => {
  test('an email of no contact cannot be added any more, and only its hash is kept ([D], text [I])', async () => {
    expect(await gdprDelete('contacts', { objectId: 'Nobody@example.org', idProperty: 'email' })).toMatchObject({ status: 204, body: undefined });
    expect(await rowsLeft([], 'obody@')).toEqual(NOTHING);
    const answer = await spoke.post(`${OBJECTS}/contacts`, { properties: { email: 'NOBODY@example.org' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(blacklisted('nobody@example.org')));
  });

  test('updates and upserts are refused like creates, and what is there stays', async () => {
    await gdprDelete('contacts', { objectId: 'blocked@example.org', idProperty: 'email' });
    const [contact] = await make('contacts', { email: 'allowed@example.org' });
    const fault = blacklisted('blocked@example.org');
    expect(await patch('contacts', contact!, { email: 'blocked@example.org' })).toMatchObject({ status: 400, body: invalidValues(fault) });
    const update = { id: contact, properties: { email: 'blocked@example.org' } };
    expect(await spoke.post(`${OBJECTS}/contacts/batch/update`, { inputs: [update] })).toMatchObject({ status: 400, body: invalidValues(fault) });
    const upsert = { id: 'blocked@example.org', idProperty: 'email', properties: { firstname: 'x' } };
    expect(await spoke.post(`${OBJECTS}/contacts/batch/upsert`, { inputs: [upsert] })).toMatchObject({ status: 400, body: invalidValues(fault) });
    expect((await spoke.get(`${OBJECTS}/contacts/${contact}`)).body.properties.email).toBe('allowed@example.org');
    expect((await patch('contacts', contact!, { firstname: 'x', email: 'allowed@example.org' })).status).toBe(200);
    expect(await make('companies', { name: 'blocked@example.org' })).toHaveLength(1);
  });

  test('in a batch with trace ids the good ones are made', async () => {
    await gdprDelete('contacts', { objectId: 'partly@example.org', idProperty: 'email' });
    await make('contacts', { email: 'taken@example.org' });
    const answer = await spoke.post(`${OBJECTS}/contacts/batch/create`, {
      inputs: ['partly@example.org', 'fine@example.org', 'taken@example.org'].map((email, n) => ({ properties: { email }, objectWriteTraceId: String(n) })),
    });
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ results: [{ properties: { email: 'fine@example.org' }, objectWriteTraceId: '1' }], numErrors: 2 });
    expect(answer.body.errors[0]).toEqual(batchError('VALIDATION_ERROR', faultsMessage(blacklisted('partly@example.org')), { objectWriteTraceId: ['0'] }));
    expect(answer.body.errors[1]).toMatchObject({ category: 'CONFLICT', context: { objectWriteTraceId: ['2'] } });
  });

  test('it costs a write with emails one statement, others none', async () => {
    await gdprDelete('contacts', { objectId: 'costs@example.org', idProperty: 'email' });
    await make('contacts', { firstname: 'x' });
    counting.statements.length = 0;
    await make('contacts', ...Array.from({ length: 50 }, (_, n) => ({ email: `cost-${n}@example.org` })));
    await make('contacts', { firstname: 'x' });
    expect(counting.statements.map((s) => s.name)).toEqual(['find-blocked-emails', 'write-records-cn', 'write-records-n']);
  });
});

describe('refusals', () => {
  test('a body without objectId names it', async () => {
    expect(await gdprDelete('contacts', {})).toMatchObject({ status: 400, body: invalid('Invalid input JSON on line 1, column 2. Some required fields were not set: [objectId]') });
  });

  test('an id that never was is 204, as for DELETE; one that is no number is 404 ([I])', async () => {
    expect((await gdprDelete('contacts', { objectId: '1' })).status).toBe(204);
    expect((await gdprDelete('companies', { objectId: 'DE404', idProperty: 'vat_no' })).status).toBe(204);
    expect(await gdprDelete('contacts', { objectId: 'ada@example.org' })).toMatchObject({
      status: 404, body: refusal('Object not found.  objectId are usually numeric.', { context: { id: ['ada@example.org'] }, category: 'OBJECT_NOT_FOUND' }),
    });
  });

  test('an email that is none, and a property without unique values, are 400', async () => {
    expect(await gdprDelete('contacts', { objectId: 'not an email', idProperty: 'email' })).toMatchObject({
      status: 400, body: invalidValues(['email', 'INVALID_EMAIL', 'Email address not an email is invalid']),
    });
    expect(await gdprDelete('companies', { objectId: 'acme.example', idProperty: 'domain' })).toMatchObject({
      status: 400, body: invalid('Unable to perform update/upsert by non-unique 0-2 property domain'),
    });
  });

  test('types that are only read have none; a token that only reads is 403', async () => {
    expect((await gdprDelete('feedback_submissions', { objectId: '1' })).status).toBe(405);
    const token = await spoke.tokenWith(['crm.objects.contacts.read']);
    expect((await spoke.post(`${OBJECTS}/contacts/gdpr-delete`, { objectId: '1' }, { token })).status).toBe(403);
  });
});

test('the id is not given out again', async () => {
  const [first] = await make('companies', { name: 'a' });
  await gdprDelete('companies', { objectId: first });
  const answer = await spoke.post(`${OBJECTS}/companies/batch/create`, { inputs: [{ properties: { name: 'b' } }] });
  const id = answer.body.results[0].id as string;
  expect(Number(id)).toBeGreaterThan(Number(first));
  expect(answer.body).toEqual(batch(now(), [created('0-2', id, now(), { name: 'b' })]));
});
