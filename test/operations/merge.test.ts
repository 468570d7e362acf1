// POST .../merge on the wire, and what the merged-away ids do afterwards (objects.md 4.6, 4.1).
// Proves: records.merge.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/db.ts';
import { countingDb } from '../support/database.ts';
import { addUniqueProperty, batch, batchError, clockOf, idsOf, invalid, invalidValues, record, refusal, takenMessage, updated, updatedContact } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OBJECTS = '/crm/v3/objects';

let spoke: Spoke;
let counting: ReturnType<typeof countingDb>;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke({ wrapDb: (db: Db) => (counting = countingDb(db)) });
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
});
afterAll(() => spoke.close());

/** Makes records and answers their ids. */
async function make(type: string, ...all: Record<string, string>[]): Promise<string[]> {
  const answer = await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: all.map((properties) => ({ properties })) });
  expect(answer.status).toBe(201);
  return idsOf(answer);
}

const merge = async (type: string, primaryObjectId: string | number, objectIdToMerge: string | number, root = OBJECTS): Promise<Answer> =>
  await spoke.post(`${root}/${type}/merge`, { primaryObjectId, objectIdToMerge });

/** Merges and answers the survivor's id. */
async function merged(type: string, primary: string, other: string): Promise<string> {
  const answer = await merge(type, primary, other);
  expect(answer.status).toBe(200);
  return answer.body.id;
}

const patch = async (type: string, id: string, properties: object): Promise<Answer> => await spoke.call(`PATCH ${OBJECTS}/${type}/${id}`, { body: { properties } });
const read = async (type: string, id: string, ...names: string[]): Promise<Record<string, string | null>> =>
  (await spoke.get(`${OBJECTS}/${type}/${id}?properties=${names.join(',')}`)).body.properties;
const vids = (at: string, ...ids: string[]): string => ids.map((id) => `${id}:${Date.parse(at)}`).join(';');

let serial = 0;
const newEmail = (name: string): string => `${name}-${serial++}@example.org`;

describe('the answer', () => {
  test('the survivor has a new id and names both old ones; primary values win, empty ones are filled ([D], view [I])', async () => {
    const at = now();
    const [ada, other] = await make('contacts', { email: 'ada@example.org', firstname: 'Ada' }, { email: 'ada@example.com', firstname: 'Augusta', lastname: 'King', phone: '1' });
    const later = tick();
    const answer = await merge('contacts', ada!, other!);
    const id = answer.body.id as string;
    expect([ada, other]).not.toContain(id);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json;charset=utf-8' } });
    expect(answer.body).toEqual(record('0-1', { id, createdAt: at, updatedAt: later }, {
      createdate: at, email: 'ada@example.org', firstname: 'Ada', hs_additional_emails: 'ada@example.com', hs_calculated_merged_vids: vids(later, ada!, other!),
      hs_merged_object_ids: `${ada};${other}`, hs_object_id: id, lastmodifieddate: later, lastname: 'King',
    }));
    expect((await spoke.get(`${OBJECTS}/contacts/${id}?properties=phone,hs_full_name_or_email,hs_email_domain,lifecyclestage,hs_object_source`)).body).toEqual(
      record('0-1', { id, createdAt: at, updatedAt: later }, {
        createdate: at, hs_email_domain: 'example.org', hs_full_name_or_email: 'Ada King', hs_object_id: id, hs_object_source: 'INTEGRATION', lastmodifieddate: later,
        lifecyclestage: 'lead', phone: '1',
      }));
  });

  test('a contact lists all its ids: its own and those merged into it, through several merges (4.6, order [I])', async () => {
    const [a, b, c] = await make('contacts', { firstname: 'a' }, { firstname: 'b' }, { firstname: 'c' });
    expect((await read('contacts', a!, 'hs_all_contact_vids')).hs_all_contact_vids).toBe(a);
    const first = await merged('contacts', a!, b!);
    expect((await read('contacts', first, 'hs_all_contact_vids')).hs_all_contact_vids).toBe([first, a, b].join(';'));
    const second = await merged('contacts', c!, first);
    expect(await read('contacts', second, 'hs_all_contact_vids', 'hs_merged_object_ids')).toMatchObject({
      hs_all_contact_vids: [second, a, b, c, first].join(';'), hs_merged_object_ids: [a, b, c, first].join(';'),
    });
  });

  test.each(['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'])('%s has it (1.4 [D])', async (root) => {
    const at = now();
    const [first, second] = await make('companies', { name: 'Acme' }, { domain: 'acme.example' });
    const answer = await merge('companies', first!, second!, root);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(record('0-2', { id: answer.body.id, createdAt: at }, {
      createdate: at, domain: 'acme.example', hs_lastmodifieddate: at, hs_merged_object_ids: `${first};${second}`, hs_object_id: answer.body.id, name: 'Acme',
    }));
  });

  test.each([
    ['deals', { dealname: 'a', dealstage: 'appointmentscheduled' }, { amount: '5', dealstage: 'appointmentscheduled' }],
    ['tickets', { subject: 'a', hs_pipeline_stage: '1' }, { content: 'b', hs_pipeline_stage: '2' }],
    ['notes', { hs_timestamp: '2026-10-02T09:00:00Z' }, { hs_timestamp: '2026-10-03T09:00:00Z' }],
    ['products', { name: 'a' }, { name: 'b' }],
    ['0-123', { hs_order_name: 'a' }, { hs_order_name: 'b' }],
  ])('%s can be merged, as every type that can be written (1.4 [I])', async (type, first, second) => {
    const [a, b] = await make(type, first, second);
    const answer = await merge(type, a!, b!);
    expect(answer.status).toBe(200);
    expect(await read(type, answer.body.id, ...Object.keys({ ...second, ...first }))).toMatchObject({ ...Object.fromEntries(Object.keys(first).map((name) => [name, expect.any(String)])), hs_object_id: answer.body.id });
    expect((await spoke.get(`${OBJECTS}/${type}/${b}`)).body.id).toBe(answer.body.id);
  });

  test('numbers are taken for ids (3.9 [O])', async () => {
    const [a, b] = await make('companies', { name: 'a' }, { name: 'b' });
    expect((await merge('companies', Number(a), Number(b))).body.properties.name).toBe('a');
  });
});

describe('refusals', () => {
  test.each([
    ['{}', 'primaryObjectId, objectIdToMerge', 2],
    ['{"primaryObjectId":"10"}', 'objectIdToMerge', 24],
  ])('fields that are missing from %s are named ([O])', async (body, names, column) => {
    const answer = await spoke.call(`POST ${OBJECTS}/contacts/merge`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line 1, column ${column}. Some required fields were not set: [${names}]`));
  });

  test('a record with itself, or with a name of itself, is 400 ([I])', async () => {
    const [a, b] = await make('companies', { name: 'a' }, { name: 'b' });
    expect(await merge('companies', a!, a!)).toMatchObject({ status: 400, body: invalid(`Object ${a} cannot be merged with itself`, { context: { id: [a] } }) });
    const id = await merged('companies', a!, b!);
    for (const [one, other] of [[a, b], [b, a], [id, a]]) {
      expect(await merge('companies', one!, other!)).toMatchObject({ status: 400, body: invalid(`Object ${id} cannot be merged with itself`, { context: { id: [id] } }) });
    }
  });

  test('ids of no live record are 404 as for GET ([I])', async () => {
    const [live, archived] = await make('companies', { name: 'a' }, { name: 'b' });
    const [contact] = await make('contacts', { firstname: 'a' });
    await spoke.call(`DELETE ${OBJECTS}/companies/${archived}`);
    for (const id of [archived!, contact!, '1', '99999999999999999999']) {
      expect(await merge('companies', live!, id)).toMatchObject({ status: 404, body: refusal('resource not found') });
      expect(await merge('companies', id, live!)).toMatchObject({ status: 404, body: refusal('resource not found') });
    }
    expect(await merge('companies', live!, 'abc')).toMatchObject({
      status: 404, body: refusal('Object not found.  objectId are usually numeric.', { context: { id: ['abc'] }, category: 'OBJECT_NOT_FOUND' }),
    });
    expect((await read('companies', live!, 'name', 'hs_merged_object_ids'))).toMatchObject({ name: 'a', hs_merged_object_ids: null });
  });

  test('types that are only read have no merge', async () => {
    expect((await merge('feedback_submissions', '1', '2')).status).toBe(405);
  });

  test('a token without the write scope is 403', async () => {
    const token = await spoke.tokenWith(['crm.objects.companies.read']);
    expect((await spoke.post(`${OBJECTS}/companies/merge`, { primaryObjectId: '1', objectIdToMerge: '2' }, { token })).status).toBe(403);
  });

  test('a record has at most 250 merges behind it ([D])', async () => {
    const [spare] = await make('contacts', { firstname: 'spare' });
    const rest: string[] = [];
    while (rest.length < 251) rest.push(...await make('contacts', ...Array.from({ length: Math.min(100, 251 - rest.length) }, () => ({ firstname: 'x' }))));
    // Two by two, for what a record has behind it moves with every merge.
    let left = rest;
    while (left.length > 1) {
      const half = left.length >> 1;
      left = [...await Promise.all(left.slice(0, half).map((id, n) => merged('contacts', id, left[half + n]!))), ...left.slice(2 * half)];
    }
    const [survivor] = left;
    expect((await read('contacts', survivor!, 'hs_merged_object_ids')).hs_merged_object_ids!.split(';')).toHaveLength(500);
    expect(await merge('contacts', survivor!, spare!)).toMatchObject({ status: 414, body: invalid('Cannot have more than 250 identities on a profile') });
    expect((await spoke.get(`${OBJECTS}/contacts/${spare}`)).body.id).toBe(spare);
    expect((await spoke.get(`${OBJECTS}/contacts/${rest[0]}`)).body.id).toBe(survivor);
  });
});

describe('merged-away ids', () => {
  test('reads with an old id answer the survivor ([O])', async () => {
    const at = now();
    const [a, b, c] = await make('companies', { name: 'a' }, { name: 'b' }, { name: 'c' });
    const id = await merged('companies', a!, b!);
    const shown = record('0-2', { id, createdAt: at }, { createdate: at, domain: null, hs_lastmodifieddate: at, hs_object_id: id, name: 'a' });
    for (const name of [a, b, id]) expect(await spoke.get(`${OBJECTS}/companies/${name}`)).toMatchObject({ status: 200, body: shown });
    expect((await spoke.get(`${OBJECTS}/companies/${b}?archived=true`)).status).toBe(404);

    const answer = await spoke.post(`${OBJECTS}/companies/batch/read`, { inputs: [{ id: b }, { id: c }, { id: a }, { id: '1' }], properties: ['name'] });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(at, [
      record('0-2', { id, createdAt: at }, { createdate: at, hs_lastmodifieddate: at, hs_object_id: id, name: 'a' }),
      record('0-2', { id: c!, createdAt: at }, { createdate: at, hs_lastmodifieddate: at, hs_object_id: c, name: 'c' }),
    ], [batchError('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.', { ids: ['1'] })]));
  });

  test('updates with an old id reach the survivor ([D])', async () => {
    const createdAt = now();
    const [a, b] = await make('companies', { name: 'a' }, { name: 'b' });
    const id = await merged('companies', a!, b!);
    const first = tick();
    expect(await patch('companies', a!, { name: 'by a' })).toMatchObject({ status: 200, body: updated('0-2', { id, createdAt, updatedAt: first }, { name: 'by a' }) });
    const second = tick();
    const answer = await spoke.post(`${OBJECTS}/companies/batch/update`, { inputs: [{ id: b, properties: { name: 'by b' } }] });
    expect(answer).toMatchObject({ status: 200, body: batch(second, [updated('0-2', { id, createdAt, updatedAt: second }, { name: 'by b' })]) });
    const third = tick();
    const upsert = await spoke.post(`${OBJECTS}/companies/batch/upsert`, { inputs: [{ id: b, properties: { name: 'upserted' } }] });
    expect(upsert).toMatchObject({ status: 200, body: batch(third, [updated('0-2', { id, createdAt, updatedAt: third }, { name: 'upserted' }, { new: false })]) });
  });

  test('two names of one record in a batch are one record twice (3.7 [I])', async () => {
    const [a, b] = await make('companies', { name: 'a' }, { name: 'b' });
    await merged('companies', a!, b!);
    const answer = await spoke.post(`${OBJECTS}/companies/batch/update`, { inputs: [{ id: a, properties: { name: 'x' } }, { id: b, properties: { name: 'y' } }] });
    expect(answer).toMatchObject({ status: 400, body: invalid(`Duplicate IDs found in batch input: [${a}]. IDs must be unique`, { context: { ids: [a] } }) });
  });

  test('a list shows the survivor only, archived or not', async () => {
    const [a, b, c] = await make('carts', { hs_cart_name: 'a' }, { hs_cart_name: 'b' }, { hs_cart_name: 'c' });
    const id = await merged('carts', a!, b!);
    const list = async (query = ''): Promise<string[]> => idsOf(await spoke.get(`${OBJECTS}/carts${query}`));
    expect(await list()).toEqual([c, id]);
    expect(await list('?archived=true')).toEqual([]);
    expect((await spoke.call(`DELETE ${OBJECTS}/carts/${a}`)).status).toBe(204);
    expect(await list()).toEqual([c]);
    expect(await list('?archived=true')).toEqual([id]);
    expect((await spoke.get(`${OBJECTS}/carts/${b}`)).status).toBe(404);
    expect((await spoke.get(`${OBJECTS}/carts/${b}?archived=true`)).body).toMatchObject({ id, archived: true });
    const answer = await spoke.post(`${OBJECTS}/carts/batch/archive`, { inputs: [{ id: a }, { id: b }, { id }] });
    expect(answer.status).toBe(204);
  });

  test('an old id in a merge means what it became, and all old ids stay one step away', async () => {
    const [a, b, c, d] = await make('companies', { name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' });
    const ab = await merged('companies', a!, b!);
    const cd = await merged('companies', c!, d!);
    const all = await merged('companies', b!, d!);
    expect(await read('companies', c!, 'name', 'hs_merged_object_ids')).toMatchObject({ hs_object_id: all, name: 'a', hs_merged_object_ids: [a, b, c, d, ab, cd].join(';') });
    counting.statements.length = 0;
    for (const id of [a, b, c, d, ab, cd]) expect((await spoke.get(`${OBJECTS}/companies/${id}`)).body.id).toBe(all);
    const perRead = ['read-record-false', 'find-survivors', 'read-record-false'];
    expect(counting.statements.map((s) => s.name)).toEqual(Array.from({ length: 6 }, () => perRead).flat());
  });
});

describe('values', () => {
  test('a contact keeps the lifecycle stage that is further on, and the times of both ([I])', async () => {
    const [a, b] = await make('contacts', { lifecyclestage: 'lead' }, { lifecyclestage: 'customer' });
    const at = now();
    tick();
    const id = await merged('contacts', a!, b!);
    expect(await read('contacts', id, 'lifecyclestage', 'hs_lifecyclestage_lead_date', 'hs_lifecyclestage_customer_date')).toMatchObject({
      lifecyclestage: 'customer', hs_lifecyclestage_lead_date: at, hs_lifecyclestage_customer_date: at,
    });
    const [c, d] = await make('contacts', { lifecyclestage: 'customer' }, { lifecyclestage: 'lead' });
    expect(await read('contacts', await merged('contacts', c!, d!), 'lifecyclestage')).toMatchObject({ lifecyclestage: 'customer' });
  });

  test('the create date is that of the older record ([O])', async () => {
    const oldest = now();
    const [old] = await make('companies', { name: 'old' });
    tick();
    const [young] = await make('companies', { name: 'young' });
    const later = tick();
    const answer = await merge('companies', young!, old!);
    expect(answer.body).toMatchObject({ createdAt: oldest, updatedAt: later, properties: { createdate: oldest, hs_lastmodifieddate: later, name: 'young' } });
  });

  test('values that were cleared are filled, computed ones follow', async () => {
    const [a, b] = await make('deals', { dealname: 'a', amount: '5', pipeline: 'default', dealstage: 'appointmentscheduled' },
      { dealname: 'b', amount: '7', pipeline: 'default', dealstage: 'closedwon' });
    await patch('deals', a!, { amount: '' });
    const id = await merged('deals', a!, b!);
    expect(await read('deals', id, 'dealname', 'amount', 'amount_in_home_currency', 'dealstage', 'hs_is_closed')).toMatchObject({
      dealname: 'a', amount: '7', amount_in_home_currency: '7', dealstage: 'appointmentscheduled', hs_is_closed: 'false',
    });
  });

  test('histories are united in order of time, and the merge is the last change where it made one ([D])', async () => {
    const first = now();
    const [a, b] = await make('companies', { name: 'a1', city: 'Rome' }, { name: 'b1', phone: '1' });
    const second = tick();
    await patch('companies', a!, { name: 'a2' });
    const third = tick();
    await patch('companies', b!, { name: 'b2' });
    const fourth = tick();
    const id = await merged('companies', a!, b!);
    const fifth = tick();
    await patch('companies', b!, { name: 'last' });
    const answer = await spoke.get(`${OBJECTS}/companies/${a}?propertiesWithHistory=name,city,phone,hs_merged_object_ids`);
    const by = (value: string, timestamp: string, sourceType = 'INTEGRATION'): object => ({ value, timestamp, sourceType, sourceId: '1' });
    expect(answer.body.propertiesWithHistory).toEqual({
      city: [by('Rome', first)],
      hs_merged_object_ids: [by(`${a};${b}`, fourth, 'MERGE_COMPANIES')],
      name: [by('last', fifth), by('a2', fourth, 'MERGE_COMPANIES'), by('b2', third), by('a2', second), by('a1', first), by('b1', first)],
      phone: [by('1', first)],
    });
    expect(answer.body.id).toBe(id);
  });

  test('of another unique property the value that won stays, the other is free', async () => {
    const [a, b, c] = await make('companies', { vat_no: 'DE1', name: 'a' }, { vat_no: 'DE2' }, { name: 'c' });
    const id = await merged('companies', a!, b!);
    const byNumber = async (vat: string): Promise<Answer> => await spoke.get(`${OBJECTS}/companies/${vat}?idProperty=vat_no&properties=vat_no`);
    expect((await byNumber('DE1')).body).toMatchObject({ id, properties: { vat_no: 'DE1' } });
    expect((await byNumber('DE2')).status).toBe(404);
    expect((await patch('companies', c!, { vat_no: 'DE1' })).body.message).toBe(takenMessage('COMPANY', 'vat_no', 'DE1', c!, id));
    expect((await patch('companies', c!, { vat_no: 'DE2' })).status).toBe(200);
    const [empty] = await make('companies', { name: 'empty' });
    const both = await merged('companies', empty!, id);
    expect((await byNumber('DE1')).body.id).toBe(both);
  });
});

describe('emails of a contact', () => {
  /** A merged contact with emails of both: its id, its own email, the additional one. */
  async function twoEmails(): Promise<[string, string, string]> {
    const [own, additional] = [newEmail('own'), newEmail('additional')];
    const [a, b] = await make('contacts', { email: own }, { email: additional });
    return [await merged('contacts', a!, b!), own, additional];
  }

  test('the contact is found by all of them ([D])', async () => {
    const [id, own, additional] = await twoEmails();
    for (const email of [own, additional, additional.toUpperCase()]) {
      expect((await spoke.get(`${OBJECTS}/contacts/${encodeURIComponent(email)}?idProperty=email`)).body).toMatchObject({ id, properties: { email: own } });
    }
    expect(idsOf(await spoke.post(`${OBJECTS}/contacts/batch/read`, { idProperty: 'email', inputs: [{ id: additional }, { id: own }] }))).toEqual([id]);
    const at = tick();
    const answer = await spoke.call(`PATCH ${OBJECTS}/contacts/${additional}?idProperty=email`, { body: { properties: { firstname: 'x' } } });
    expect(answer.body).toMatchObject({ id, updatedAt: at, properties: { firstname: 'x' } });
    const upsert = await spoke.post(`${OBJECTS}/contacts/batch/upsert`, { inputs: [{ id: additional, idProperty: 'email', properties: { firstname: 'y' } }] });
    expect(upsert.body.results[0]).toMatchObject({ id, new: false, properties: { firstname: 'y' } });
    expect(await read('contacts', id, 'email', 'hs_additional_emails', 'firstname')).toMatchObject({ email: own, hs_additional_emails: additional, firstname: 'y' });
  });

  test('no other contact can have any of them (6.7 [O])', async () => {
    const [id, own, additional] = await twoEmails();
    for (const email of [own, additional]) {
      expect(await spoke.post(`${OBJECTS}/contacts`, { properties: { email } })).toMatchObject({
        status: 409, body: refusal(`Contact already exists. Existing ID: ${id}`, { category: 'CONFLICT' }),
      });
    }
    const [other] = await make('contacts', { firstname: 'x' });
    expect(await patch('contacts', other!, { email: additional })).toMatchObject({ status: 400, body: { message: takenMessage('CONTACT', 'email', additional, other!, id) } });
  });

  test('a contact without email takes the other one as its own', async () => {
    const email = newEmail('only');
    const [a, b] = await make('contacts', { firstname: 'a' }, { email });
    const id = await merged('contacts', a!, b!);
    expect(await read('contacts', id, 'email', 'hs_additional_emails', 'hs_email_domain')).toMatchObject({ email, hs_additional_emails: null, hs_email_domain: 'example.org' });
  });

  test('merged again, all of them stay', async () => {
    const [first, own, second] = await twoEmails();
    const [other, third, fourth] = await twoEmails();
    const id = await merged('contacts', first, other);
    expect(await read('contacts', id, 'email', 'hs_additional_emails')).toMatchObject({ email: own, hs_additional_emails: [second, fourth, third].join(';') });
    for (const email of [own, second, third, fourth]) expect((await spoke.get(`${OBJECTS}/contacts/${email}?idProperty=email`)).body.id).toBe(id);
  });

  test('an additional one can become its own: they change places ([I])', async () => {
    const createdAt = now();
    const [id, own, additional] = await twoEmails();
    const at = tick();
    expect((await patch('contacts', id, { email: additional })).body).toEqual(updatedContact({ id, createdAt, updatedAt: at }, {
      email: additional, hs_additional_emails: own, hs_full_name_or_email: additional,
    }));
    for (const email of [own, additional]) expect((await spoke.get(`${OBJECTS}/contacts/${email}?idProperty=email`)).body).toMatchObject({ id, properties: { email: additional } });
    const replaced = newEmail('replaced');
    expect((await patch('contacts', id, { email: replaced })).status).toBe(200);
    expect((await spoke.get(`${OBJECTS}/contacts/${additional}?idProperty=email`)).status).toBe(404);
    expect((await spoke.get(`${OBJECTS}/contacts/${own}?idProperty=email`)).body).toMatchObject({ id, properties: { email: replaced } });
  });

  test('clients cannot write them', async () => {
    const [id, own] = await twoEmails();
    const answer = await patch('contacts', id, { hs_additional_emails: own });
    expect(answer).toMatchObject({
      status: 400, body: invalidValues(['hs_additional_emails', 'READ_ONLY_VALUE', '"hs_additional_emails" is a calculated property; its value cannot be set.']),
    });
  });

  test('an archived contact gives all of them back', async () => {
    const [id, own, additional] = await twoEmails();
    await spoke.call(`DELETE ${OBJECTS}/contacts/${id}`);
    expect(await make('contacts', { email: own }, { email: additional })).toHaveLength(2);
  });
});

describe('associations', () => {
  const DEFAULT = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
  const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 };
  const CONTACTS = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 449 };

  async function associate(from: string, to: string, type: object, pair = 'contacts/companies'): Promise<void> {
    const answer = await spoke.post(`/crm/v4/associations/${pair}/batch/create`, { inputs: [{ from: { id: from }, to: { id: to }, types: [type] }] });
    expect(answer.status).toBe(201);
  }

  /** `id: type, type` of all that the record is associated with. */
  async function associated(type: string, id: string, to: string): Promise<string[]> {
    const answer = await spoke.get(`/crm/v4/objects/${type}/${id}/associations/${to}`);
    expect(answer.status).toBe(200);
    return answer.body.results.map((r: { toObjectId: number; associationTypes: { typeId: number }[] }) => `${r.toObjectId}: ${r.associationTypes.map((t) => t.typeId).join(', ')}`);
  }

  test('those of both are united, seen from both sides; equal ones are one ([D])', async () => {
    const [a, b] = await make('contacts', { firstname: 'a' }, { firstname: 'b' });
    const [x, y] = await make('companies', { name: 'x' }, { name: 'y' });
    await associate(a!, x!, DEFAULT);
    await associate(b!, x!, DEFAULT);
    await associate(b!, y!, DEFAULT);
    const id = await merged('contacts', a!, b!);
    for (const name of [id, a!, b!]) expect(await associated('contacts', name, 'companies')).toEqual([`${x}: 279`, `${y}: 279`]);
    for (const company of [x!, y!]) expect(await associated('companies', company, 'contacts')).toEqual([`${id}: 280`]);
    expect((await spoke.get(`${OBJECTS}/contacts/${a}?associations=companies`)).body.associations.companies.results.map((r: { id: string }) => r.id)).toEqual([x, y]);
    expect(await spoke.db.query({ text: 'select 1 from association where from_id = any($1::bigint[]) or to_id = any($1::bigint[])', values: [[a, b]] })).toEqual([]);
  });

  test("the primary's primary company wins, the other's becomes an ordinary one ([D])", async () => {
    const [a, b, c] = await make('contacts', { firstname: 'a' }, { firstname: 'b' }, { firstname: 'c' });
    const [x, y] = await make('companies', { name: 'x' }, { name: 'y' });
    await associate(a!, x!, PRIMARY);
    await associate(b!, y!, PRIMARY);
    const id = await merged('contacts', a!, b!);
    expect(await associated('contacts', id, 'companies')).toEqual([`${x}: 1, 279`, `${y}: 279`]);
    expect(await associated('companies', y!, 'contacts')).toEqual([`${id}: 280`]);
    expect(await read('contacts', id, 'associatedcompanyid')).toMatchObject({ associatedcompanyid: x });
    // A primary without one takes the other's.
    const both = await merged('contacts', c!, id);
    expect(await associated('contacts', both, 'companies')).toEqual([`${x}: 1, 279`, `${y}: 279`]);
  });

  test('merged companies keep the primary place they had with their contacts', async () => {
    const [a, b] = await make('contacts', { firstname: 'a' }, { firstname: 'b' });
    const [x, y] = await make('companies', { name: 'x' }, { name: 'y' });
    await associate(a!, x!, DEFAULT);
    await associate(a!, y!, PRIMARY);
    await associate(b!, x!, PRIMARY);
    const id = await merged('companies', x!, y!);
    for (const contact of [a!, b!]) expect(await associated('contacts', contact, 'companies')).toEqual([`${id}: 1, 279`]);
    expect(await associated('companies', id, 'contacts')).toEqual([`${a}: 2, 280`, `${b}: 2, 280`]);
  });

  test('an association of the two with each other is dropped', async () => {
    const [a, b, c] = await make('contacts', { firstname: 'a' }, { firstname: 'b' }, { firstname: 'c' });
    await associate(a!, b!, CONTACTS, 'contacts/contacts');
    await associate(c!, b!, CONTACTS, 'contacts/contacts');
    const id = await merged('contacts', a!, b!);
    expect(await associated('contacts', id, 'contacts')).toEqual([`${c}: 449`]);
    expect(await associated('contacts', c!, 'contacts')).toEqual([`${id}: 449`]);
  });

  test('an old id can be associated, on either end; both names of one record cannot', async () => {
    const [a, b] = await make('contacts', { firstname: 'a' }, { firstname: 'b' });
    const [x, y, z] = await make('companies', { name: 'x' }, { name: 'y' }, { name: 'z' });
    const id = await merged('contacts', a!, b!);
    const company = await merged('companies', x!, y!);
    const answer = await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: [{ from: { id: a }, to: { id: y }, types: [DEFAULT] }, { from: { id: b }, to: { id: z }, types: [DEFAULT] }],
    });
    expect(answer.body.results.map((r: { fromObjectId: number; toObjectId: number }) => [r.fromObjectId, r.toObjectId])).toEqual([[Number(id), Number(company)], [Number(id), Number(z)]]
      .map(([from, to]) => [expect.toSatisfy((given) => String(given) === String(from)), expect.toSatisfy((given) => String(given) === String(to))]));
    expect(await associated('contacts', id, 'companies')).toEqual([`${z}: 279`, `${company}: 279`]);
    const made = await spoke.post(`${OBJECTS}/contacts`, { properties: { firstname: 'c' }, associations: [{ to: { id: x }, types: [DEFAULT] }] });
    expect(await associated('contacts', made.body.id, 'companies')).toEqual([`${company}: 279`]);
    const self = await spoke.post('/crm/v4/associations/contacts/contacts/batch/create', { inputs: [{ from: { id: a }, to: { id: b }, types: [CONTACTS] }] });
    expect(self).toMatchObject({ status: 207, body: { numErrors: 1, errors: [{ message: `Object ${id} cannot be associated to itself (${id})` }] } });
  });
});

test('the number of statements is the same for records with much behind them', async () => {
  const count = async (primary: string, other: string): Promise<string[]> => {
    counting.statements.length = 0;
    await merged('companies', primary, other);
    return counting.statements.map((statement) => statement.name ?? statement.text).filter((name) => name !== 'take-block');
  };
  const few = await make('companies', { name: 'a' }, { name: 'b' });
  const busy = await make('companies', { name: 'a' }, { name: 'b' });
  const contacts = await make('contacts', ...Array.from({ length: 100 }, () => ({ firstname: 'x' })));
  for (const company of busy) {
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: contacts.map((id) => ({ from: { id }, to: { id: company }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] })),
    });
    for (let n = 0; n < 10; n++) await patch('companies', company, { name: `name ${n}` });
  }
  const statements = ['read-records-false', 'read-neighbours', 'lock-records', 'read-model-version', 'lock-record', 'lock-record', 'read-primaries', 'move-associations', 'move-revisions', 'read-last-values', 'write-merge'];
  expect(await count(few[0]!, few[1]!)).toEqual(statements);
  expect(await count(busy[0]!, busy[1]!)).toEqual(statements);
  // Products have no primaries to look for.
  const products = await make('products', { name: 'a' }, { name: 'b' });
  counting.statements.length = 0;
  await merged('products', products[0]!, products[1]!);
  expect(counting.statements.map((statement) => statement.name).filter((name) => name !== 'take-block')).toEqual(statements.filter((name) => name !== 'read-primaries'));
});
