// The number of statements of a batch does not grow with the number of its inputs. The small numbers are held exactly:
// one more is a round trip more for every batch.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/db.ts';
import { countingDb } from '../support/database.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OBJECTS = '/crm/v3/objects';

let spoke: Spoke;
let counting: ReturnType<typeof countingDb>;
beforeAll(async () => {
  spoke = await startSpoke({ wrapDb: (db: Db) => (counting = countingDb(db)) });
  // Who calls and the portal are fetched once.
  await create('contacts', 1, () => ({ firstname: 'first' }));
  await create('companies', 2, () => ({ name: 'Acme' }));
});
afterAll(() => spoke.close());

/**
 * The names of the statements that the work runs, without the one that fetches a thousand ids when they run out, and the
 * one that counts a sample's associations (one per association type, whenever an id is in the sample). A single
 * record is read by a statement of its own, which counts as the one for many.
 */
async function statementsOf(work: () => Promise<Answer>, status: number): Promise<string[]> {
  const before = counting.statements.length;
  const answer = await work();
  expect(answer.status).toBe(status);
  return counting.statements.slice(before).map((statement) => statement.name?.replace('read-record-', 'read-records-') ?? 'unnamed').filter((name) => name !== 'take-block' && name !== 'count-associations');
}

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

async function create(type: string, count: number, properties: (n: number) => Record<string, string>, associations?: object[]): Promise<Answer> {
  return await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: many(count, (n) => ({ properties: properties(n), ...(associations ? { associations } : {}) })) });
}

let serial = 0;
/** Emails that nobody has. */
const newEmails = (count: number): string[] => many(count, () => `set-based-${serial++}@example.org`);

async function existingEmails(count: number): Promise<string[]> {
  const emails = newEmails(count);
  expect((await create('contacts', count, (n) => ({ email: emails[n]! }))).status).toBe(201);
  return emails;
}

const upsert = async (emails: string[]): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/contacts/batch/upsert`, { inputs: emails.map((id, n) => ({ id, idProperty: 'email', properties: { firstname: `${serial++} ${n}` } })) });

async function newContacts(count: number, emails: string[] = []): Promise<string[]> {
  const made = await create('contacts', count, (n): Record<string, string> => (emails[n] === undefined ? { firstname: 'x' } : { email: emails[n] }));
  expect(made.status).toBe(201);
  return made.body.results.map((record: { id: string }) => record.id);
}

const update = async (ids: string[], properties: (n: number) => Record<string, string>): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/contacts/batch/update`, { inputs: ids.map((id, n) => ({ id, properties: properties(n) })) });

describe.each([1, 100])('with %i inputs', (count) => {
  test('batch create', async () => {
    const emails = newEmails(count);
    expect(await statementsOf(() => create('contacts', count, (n) => ({ email: emails[n]! })), 201)).toEqual(['write-records-cn']);
  });

  test('batch create with associations', async () => {
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
    const associations = ['2', '3'].map((n) => ({ to: { id: spoke.recordId(Number(n)) }, types }));
    expect(await statementsOf(() => create('contacts', count, () => ({ firstname: 'x' }), associations), 201))
      .toEqual(['find-live-records', 'lock-records', 'write-records-n', 'write-associations-new']);
  });

  test('batch create with primary associations of records that are there', async () => {
    const associations = [{ to: { id: spoke.recordId(1) }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 2 }] }];
    await create('companies', 1, () => ({ name: 'before' }), associations);
    // Ends, their locks, the contact's primary so far, the batch, the difference.
    expect(await statementsOf(() => create('companies', count, () => ({ name: 'after' }), associations), 201))
      .toEqual(['find-live-records', 'lock-records', 'read-rows-of-types', 'write-records-n', 'change-associations-new']);
  });

  test('batch create refused for taken emails', async () => {
    const emails = await existingEmails(count);
    expect(await statementsOf(() => create('contacts', count, (n) => ({ email: emails[n]! })), 409)).toEqual(['write-records-cn', 'find-unique-values']);
  });

  test('batch upsert of new records', async () => {
    expect(await statementsOf(() => upsert(newEmails(count)), 200)).toEqual(['find-unique-values', 'write-records-cn']);
  });

  test('batch upsert of records that are there', async () => {
    const emails = await existingEmails(count);
    expect(await statementsOf(() => upsert(emails), 200)).toEqual(['find-unique-values', 'read-records-false', 'write-records-uf']);
  });

  test('batch upsert of both', async () => {
    const emails = [...await existingEmails(Math.ceil(count / 2)), ...newEmails(Math.max(1, Math.floor(count / 2)))];
    expect(await statementsOf(() => upsert(emails), 200)).toEqual(['find-unique-values', 'read-records-false', 'write-records-cnuf']);
  });

  test('batch update by id', async () => {
    const ids = await newContacts(count);
    expect(await statementsOf(() => update(ids, (n) => ({ firstname: `${serial++} ${n}`, city: 'Bonn' })), 200)).toEqual(['read-records-false', 'write-records-uf']);
    // Equal values write nothing.
    expect(await statementsOf(() => update(ids, () => ({ city: 'Bonn' })), 200)).toEqual(['read-records-false']);
  });

  test('batch update of unique values', async () => {
    const ids = await newContacts(count);
    const [first, second] = [newEmails(count), newEmails(count)];
    expect(await statementsOf(() => update(ids, (n) => ({ email: first[n]! })), 200)).toEqual(['read-records-false', 'write-records-cuf']);
    expect(await statementsOf(() => update(ids, (n) => ({ email: second[n]! })), 200)).toEqual(['read-records-false', 'write-records-cru']);
    expect(await statementsOf(() => update(ids, () => ({ email: '' })), 200)).toEqual(['read-records-false', 'write-records-rud']);
  });

  test('batch update refused for taken emails', async () => {
    const ids = await newContacts(count);
    const emails = await existingEmails(count);
    // Refused by the write; read again, and asked who has them.
    expect(await statementsOf(() => update(ids, (n) => ({ email: emails[n]! })), 400))
      .toEqual(['read-records-false', 'write-records-cuf', 'read-records-false', 'find-unique-values']);
  });

  test('batch update by a unique property', async () => {
    if (count === 1) {
      const added = await spoke.post('/crm/v3/properties/contacts', {
        name: 'badge', label: 'Badge', type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true,
      });
      expect(added.status).toBe(201);
    }
    const badges = newEmails(count);
    await create('contacts', count, (n) => ({ badge: badges[n]! }));
    const byBadge = () => spoke.post(`${OBJECTS}/contacts/batch/update`, { inputs: badges.map((id) => ({ id, idProperty: 'badge', properties: { city: 'Ulm' } })) });
    expect(await statementsOf(byBadge, 200)).toEqual(['find-unique-values', 'read-records-false', 'write-records-uf']);
  });

  test('batch archive', async () => {
    const archive = (ids: string[]) => spoke.post(`${OBJECTS}/contacts/batch/archive`, { inputs: ids.map((id) => ({ id })) });
    const ids = await newContacts(count);
    expect(await statementsOf(() => archive(ids), 204)).toEqual(['read-records-false', 'read-neighbours', 'lock-records', 'write-records-xv', 'archive-associations']);
    expect(await statementsOf(() => archive(ids), 204)).toEqual(['read-records-false', 'find-survivors']);
    const withEmails = await newContacts(count, newEmails(count));
    expect(await statementsOf(() => archive(withEmails), 204)).toEqual(['read-records-false', 'read-neighbours', 'lock-records', 'write-records-rxv', 'archive-associations']);
  });

  test('batch read', async () => {
    const emails = await existingEmails(count);
    const read = async (body: object): Promise<Answer> => await spoke.post(`${OBJECTS}/contacts/batch/read`, body);
    let found: Answer | undefined;
    expect(await statementsOf(async () => (found = await read({ idProperty: 'email', inputs: emails.map((id) => ({ id })) })), 200)).toEqual(['find-unique-values', 'read-records-false']);
    const ids = found!.body.results.map((record: { id: string }) => ({ id: record.id }));
    expect(ids).toHaveLength(count);
    expect(await statementsOf(() => read({ inputs: ids }), 200)).toEqual(['read-records-false']);
  });

  test('batch read with histories', async () => {
    const emails = await existingEmails(Math.min(count, 50));
    const { body } = await upsert(emails);
    const inputs = body.results.map((record: { id: string }) => ({ id: record.id }));
    expect(await statementsOf(() => spoke.post(`${OBJECTS}/contacts/batch/read`, { inputs, propertiesWithHistory: ['firstname', 'email'] }), 200)).toEqual(['read-records-false', 'read-revisions']);
  });

  test('association batch create', async () => {
    const contacts = (await create('contacts', count, () => ({ firstname: 'x' }))).body.results as { id: string }[];
    const associate = async (associationTypeId: number): Promise<Answer> => await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: contacts.map(({ id }, n) => ({ from: { id }, to: { id: spoke.recordId(2 + n % 2) }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] })),
    });
    expect(await statementsOf(() => associate(279), 201)).toEqual(['lock-records', 'write-associations-new']);
    // Written again: refused by the index, and read first.
    expect(await statementsOf(() => associate(279), 201)).toEqual(['lock-records', 'write-associations-new', 'lock-records', 'read-pairs']);
    // A primary takes the place of another.
    expect(await statementsOf(() => associate(1), 201)).toEqual(['lock-records', 'read-rows-of-types', 'read-pairs', 'write-associations-new']);
  });

  test('list', async () => {
    await existingEmails(count);
    expect(await statementsOf(() => spoke.get(`${OBJECTS}/contacts?limit=${count}`), 200)).toEqual(['list-records-false']);
    expect(await statementsOf(() => spoke.get(`${OBJECTS}/contacts?limit=${count}&associations=companies`), 200)).toEqual(['list-records-false', 'read-first-associations']);
  });
});

describe('single records', () => {
  test('create, get and update are one read, one write; an archive locks its neighbours', async () => {
    let id = '';
    const path = `${OBJECTS}/contacts`;
    const post = async (): Promise<Answer> => {
      const answer = await spoke.post(path, { properties: { email: newEmails(1)[0]! } });
      id = answer.body.id;
      return answer;
    };
    expect(await statementsOf(post, 201)).toEqual(['write-records-cn']);
    expect(await statementsOf(() => spoke.get(`${path}/${id}`), 200)).toEqual(['read-records-false']);
    expect(await statementsOf(() => spoke.call(`PATCH ${path}/${id}`, { body: { properties: { city: 'Bonn' } } }), 200)).toEqual(['read-records-false', 'write-records-uf']);
    expect(await statementsOf(() => spoke.call(`DELETE ${path}/${id}`), 204)).toEqual(['read-records-false', 'read-neighbours', 'lock-records', 'write-records-rxv', 'archive-associations']);
  });
});
