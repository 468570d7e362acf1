// POST .../batch/upsert on the wire (objects.md 3).
// Proves: records.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUniqueProperty, batch, batchError, clockOf, countOf, created, createdContact, faultsMessage, idsOf, invalid, invalidValues, refusal, takenMessage, updated,
  updatedContact, type Fault,
} from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await addUniqueProperty(spoke, 'contacts', 'badge_no', 'contactinformation');
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
  await addUniqueProperty(spoke, 'calls', 'call_no', 'call');
});
afterAll(() => spoke.close());

interface Input { id: string | number; properties: object; objectWriteTraceId?: string }

const upsert = (type: string, inputs: object[]): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}/batch/upsert`, { inputs });
const upsertBy = (type: string, idProperty: string, ...inputs: Input[]): Promise<Answer> => upsert(type, inputs.map((input) => ({ idProperty, ...input })));
const byEmail = (...inputs: Input[]): Promise<Answer> => upsertBy('contacts', 'email', ...inputs);
const byNumber = (...inputs: Input[]): Promise<Answer> => upsertBy('contacts', 'customer_no', ...inputs);
const companies = (...inputs: Input[]): Promise<Answer> => upsertBy('companies', 'vat_no', ...inputs);

/** Makes records and answers their ids. */
async function make(type: string, ...properties: object[]): Promise<string[]> {
  const answer = await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: properties.map((values) => ({ properties: values })) });
  expect(answer.status).toBe(201);
  return idsOf(answer);
}

const read = async (type: string, id: string, ...names: string[]): Promise<object> =>
  (await spoke.get(`/crm/v3/objects/${type}/${id}?properties=${names.join(',')}`)).body.properties;

const noSuch = (name: string): Fault => [name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`];
const emailOf = (email: string): object => ({ email, hs_email_domain: 'example.org', hs_full_name_or_email: email });
const NEW = { new: true };
const OLD = { new: false };

test.each(['', '  '])('no value of the unique property (%j) reaches nothing and makes nothing [I]', async (id) => {
  const before = await countOf(spoke, 'contacts');
  for (const idProperty of ['email', 'customer_no']) {
    const answer = await upsertBy('contacts', idProperty, { id, properties: { firstname: 'Nobody' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [batchError(
      'OBJECT_NOT_FOUND', 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.', { ids: [id] },
    )]));
  }
  expect(await countOf(spoke, 'contacts')).toBe(before);
});

describe('contacts by email', () => {
  test('makes what is not there and changes what is, in the order of the inputs, with new (3.6 [D], 3.8, 3.10 [O])', async () => {
    const [ada] = await make('contacts', { email: 'ada@example.org' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await byEmail(
      { id: 'bob@example.org', properties: { firstname: 'Bob' } }, { id: 'ada@example.org', properties: { firstname: 'Ada' } },
      { id: 'cleo@example.org', properties: { email: 'cleo@example.org' } },
    );
    const [bob, , cleo] = idsOf(answer);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [
      createdContact(bob!, updatedAt, { ...emailOf('bob@example.org'), firstname: 'Bob', hs_full_name_or_email: 'Bob' }, NEW),
      updatedContact({ id: ada!, createdAt, updatedAt }, { firstname: 'Ada', hs_full_name_or_email: 'Ada' }, OLD),
      createdContact(cleo!, updatedAt, emailOf('cleo@example.org'), NEW),
    ]));
    expect(await read('contacts', ada!, 'email', 'firstname')).toEqual({
      createdate: createdAt, email: 'ada@example.org', firstname: 'Ada', hs_object_id: ada, lastmodifieddate: updatedAt,
    });
  });

  test('emails are matched without case and stored in lower case (2.4 [D, O], 3.8 [O])', async () => {
    const [id] = await make('contacts', { email: 'case@example.org' });
    const at = now();
    const answer = await byEmail({ id: 'CASE@Example.org', properties: { email: 'Case@Example.ORG' } }, { id: 'Fresh@Example.org', properties: {} });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(at, [
      updatedContact({ id: id!, createdAt: at, updatedAt: at }, { email: 'case@example.org' }, OLD),
      createdContact(idsOf(answer)[1]!, at, emailOf('fresh@example.org'), NEW),
    ]));
  });

  test.each([
    ['empty text', ''], ['null', null], ['another email', 'else@example.org'],
  ])('a new contact has the email it was not found by, though properties say %s (3.6 [D])', async (name, email) => {
    const id = `${name.replace(' ', '-')}@example.org`;
    const answer = await byEmail({ id, properties: { email } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), emailOf(id), NEW)]));
  });

  test('another email in properties is set on a contact that is there, and the old one is free (3.6 [D])', async () => {
    const [id] = await make('contacts', { email: 'old@example.org' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await byEmail({ id: 'old@example.org', properties: { email: 'moved@example.org' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [
      updatedContact({ id: id!, createdAt, updatedAt }, { email: 'moved@example.org', hs_full_name_or_email: 'moved@example.org' }, OLD),
    ]));
    const again = await byEmail({ id: 'old@example.org', properties: {} }, { id: 'moved@example.org', properties: {} });
    expect(again.body.results.map((result: { new: boolean }) => result.new)).toEqual([true, false]);
    expect(idsOf(again)[1]).toBe(id);
  });

  test('an id that is no email is refused like the value it would become (5.3 [O])', async () => {
    const answer = await byEmail({ id: 'nobody', properties: {} });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(['email', 'INVALID_EMAIL', 'Email address nobody is invalid']));
  });

  test('one bad input refuses all, and nothing is written (3.3 [D, O])', async () => {
    const [id] = await make('contacts', { email: 'keep@example.org', firstname: 'Keep' });
    const before = await countOf(spoke, 'contacts');
    const answer = await byEmail(
      { id: 'keep@example.org', properties: { firstname: 'Lost' } }, { id: 'never@example.org', properties: { colour: 'red' } },
      { id: 'never2@example.org', properties: { size: 'L' } },
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour'), noSuch('size')));
    expect(await countOf(spoke, 'contacts')).toBe(before);
    expect(await read('contacts', id!, 'firstname')).toMatchObject({ firstname: 'Keep' });
  });

  test('with trace ids too: email has no partial upserts (3.6 [D])', async () => {
    const before = await countOf(spoke, 'contacts');
    const answer = await byEmail(
      { id: 'part1@example.org', properties: {}, objectWriteTraceId: 'a' }, { id: 'part2@example.org', properties: { colour: 'red' }, objectWriteTraceId: 'b' },
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('good inputs echo their trace ids (3.4 [D, O])', async () => {
    const answer = await byEmail(
      { id: 'trace1@example.org', properties: {}, objectWriteTraceId: 'a' }, { id: 'trace2@example.org', properties: {}, objectWriteTraceId: 'b' },
    );
    const [a, b] = idsOf(answer);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [
      createdContact(a!, now(), emailOf('trace1@example.org'), { ...NEW, objectWriteTraceId: 'a' }),
      createdContact(b!, now(), emailOf('trace2@example.org'), { ...NEW, objectWriteTraceId: 'b' }),
    ]));
  });
});

describe('by a custom unique property', () => {
  test('makes and changes records, and answers the changed values only (3.6 [D], 3.10 [O])', async () => {
    const [acme] = await make('companies', { name: 'Acme', vat_no: 'DE1', city: 'Bonn' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await companies({ id: 'DE1', properties: { city: 'Berlin' } }, { id: 'DE2', properties: { name: 'Brix', domain: 'brix.example' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [
      updated('0-2', { id: acme!, createdAt, updatedAt }, { city: 'Berlin' }, OLD),
      created('0-2', idsOf(answer)[1]!, updatedAt, { name: 'Brix', domain: 'brix.example', vat_no: 'DE2', website: 'brix.example' }, NEW),
    ]));
    expect(await read('companies', acme!, 'name', 'city', 'vat_no')).toEqual({
      createdate: createdAt, city: 'Berlin', hs_lastmodifieddate: updatedAt, hs_object_id: acme, name: 'Acme', vat_no: 'DE1',
    });
  });

  test('an id that is a number is its text (8.12 [I])', async () => {
    const first = await companies({ id: 4711, properties: { name: 'Num' } });
    expect(first.status).toBe(200);
    expect(first.body).toEqual(batch(now(), [created('0-2', idsOf(first)[0]!, now(), { name: 'Num', vat_no: '4711' }, NEW)]));
    const second = await companies({ id: '4711', properties: {} });
    expect(second.body).toEqual(batch(now(), [updated('0-2', { id: idsOf(first)[0]!, createdAt: now(), updatedAt: now() }, {}, OLD)]));
  });

  test('with trace ids good ones are written and bad ones are in errors[] (3.3, 3.6 [O])', async () => {
    const [id] = await make('companies', { name: 'Part', vat_no: 'P1' });
    const before = await countOf(spoke, 'companies');
    const at = now();
    const answer = await companies(
      { id: 'P2', properties: { colour: 'red' }, objectWriteTraceId: 'a' }, { id: 'P1', properties: { name: 'Parts' }, objectWriteTraceId: 'b' },
      { id: 'P3', properties: { numberofemployees: 'many' }, objectWriteTraceId: 'c' }, { id: 'P4', properties: {}, objectWriteTraceId: 'd' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(at, [
      updated('0-2', { id: id!, createdAt: at, updatedAt: at }, { name: 'Parts' }, { ...OLD, objectWriteTraceId: 'b' }),
      created('0-2', idsOf(answer)[1]!, at, { vat_no: 'P4' }, { ...NEW, objectWriteTraceId: 'd' }),
    ], [
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['a'] }),
      batchError('VALIDATION_ERROR', faultsMessage(['numberofemployees', 'INVALID_LONG', 'many was not a valid long.']), { objectWriteTraceId: ['c'] }),
    ]));
    expect(await countOf(spoke, 'companies')).toBe(before + 1);
  });

  test.each([
    ['on some inputs only (3.3 [I])', [undefined, 'b']], ['one on two inputs [I]', ['same', 'same']],
  ])('trace ids %s: all or nothing', async (_name, [a, b]) => {
    const before = await countOf(spoke, 'companies');
    const answer = await companies({ id: 'S1', properties: {}, objectWriteTraceId: a! }, { id: 'S2', properties: { colour: 'red' }, objectWriteTraceId: b! });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await countOf(spoke, 'companies')).toBe(before);
  });

  test('all bad with trace ids is 207 with no results (3.3 [I])', async () => {
    const answer = await companies({ id: 'N1', properties: { colour: 'red' }, objectWriteTraceId: 'a' });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['a'] })]));
  });

  test('required properties are asked of new records only (2.5 [O])', async () => {
    const first = await upsertBy('calls', 'call_no', { id: '1', properties: { hs_call_title: 'Hi' } });
    expect(first.status).toBe(400);
    expect(first.body).toEqual(invalid('Error creating CALL. Some required properties were not set.', { context: { properties: ['hs_timestamp'] } }));
    const [id] = await make('calls', { hs_timestamp: now(), call_no: '1' });
    const answer = await upsertBy('calls', 'call_no', { id: '1', properties: { hs_call_title: 'Hi' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [updated('0-48', { id: id!, createdAt: now(), updatedAt: now() }, { hs_call_title: 'Hi' }, OLD, 'hs_createdate')]));
  });

  test('inputs may name different properties (3.6 [I])', async () => {
    const [ida, idb] = await make('contacts', { customer_no: 'M1' }, { badge_no: 'M1' });
    const at = now();
    const answer = await upsert('contacts', [
      { idProperty: 'badge_no', id: 'M1', properties: { city: 'B' } }, { idProperty: 'customer_no', id: 'M1', properties: { city: 'A' } },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(at, [
      updatedContact({ id: idb!, createdAt: at, updatedAt: at }, { city: 'B' }, OLD), updatedContact({ id: ida!, createdAt: at, updatedAt: at }, { city: 'A' }, OLD),
    ]));
  });
});

describe('by record id, without idProperty [I]', () => {
  test('changes records that are there, ids as text or number (3.6 [I], 8.12)', async () => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await upsert('companies', [{ id: b, properties: { city: 'Bonn' } }, { id: Number(a), properties: { city: 'Aachen' } }]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [
      updated('0-2', { id: b!, createdAt, updatedAt }, { city: 'Bonn' }, OLD), updated('0-2', { id: a!, createdAt, updatedAt }, { city: 'Aachen' }, OLD),
    ]));
  });

  test('ids that reach nothing are one entry, the others are written (3.5 [O])', async () => {
    const [id] = await make('companies', { name: 'Here' });
    const at = now();
    const before = await countOf(spoke, 'companies');
    const answer = await upsert('companies', [{ id: '888', properties: {} }, { id, properties: { city: 'Ulm' } }, { id: 999, properties: {} }, { id: 'x', properties: {} }]);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(at, [updated('0-2', { id: id!, createdAt: at, updatedAt: at }, { city: 'Ulm' }, OLD)], [
      batchError('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.', { ids: ['888', '999', 'x'] }),
    ]));
    expect(await countOf(spoke, 'companies')).toBe(before);
  });

  test('the id of a record of another type reaches nothing (5.4 [D]); none found is 207 (3.3 [O])', async () => {
    const [id] = await make('companies', { name: 'Other' });
    const answer = await upsert('contacts', [{ id, properties: { firstname: 'x' } }]);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [
      batchError('OBJECT_NOT_FOUND', 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.', { ids: [id!] }),
    ]));
  });

  test('with trace ids the entry names them, after those of single inputs (3.4 [O])', async () => {
    const [id] = await make('companies', { name: 'Traced' });
    const answer = await upsert('companies', [
      { id: '888', properties: {}, objectWriteTraceId: 'a' }, { id, properties: { colour: 'red' }, objectWriteTraceId: 'b' }, { id: '999', properties: {}, objectWriteTraceId: 'c' },
    ]);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['b'] }),
      batchError('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.', {
        objectWriteTraceId: ['a', 'c'], ids: ['888', '999'],
      }),
    ]));
  });

  test('a bad value refuses all, missing ids or not (3.3 [O])', async () => {
    const [id] = await make('companies', { name: 'Same' });
    const answer = await upsert('companies', [{ id: '888', properties: {} }, { id, properties: { name: 'Changed', colour: 'red' } }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await read('companies', id!, 'name')).toMatchObject({ name: 'Same' });
  });
});

test('a record may be made with a value that another gives up in the same batch [I]', async () => {
  const [holder] = await make('companies', { vat_no: 'GIVES', name: 'Acme' });
  const at = now();
  const answer = await companies({ id: 'GIVES', properties: { vat_no: 'GAVE' } }, { id: 'TAKES', properties: {} });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(batch(at, [updated('0-2', { id: holder!, createdAt: at, updatedAt: at }, { vat_no: 'GAVE' }, OLD), created('0-2', idsOf(answer)[1]!, at, { vat_no: 'TAKES' }, NEW)]));
  const byBadge = await make('contacts', { badge_no: 'GIVES', email: 'given@example.org' });
  const given = await upsertBy('contacts', 'badge_no', { id: 'TAKES', properties: { email: 'given@example.org' } }, { id: 'GIVES', properties: { email: '' } });
  expect(given.status).toBe(200);
  const made = idsOf(given)[0]!;
  expect(given.body).toEqual(batch(at, [
    createdContact(made, at, { ...emailOf('given@example.org'), badge_no: 'TAKES' }, NEW),
    updatedContact({ id: byBadge[0]!, createdAt: at, updatedAt: at }, { email: '', hs_email_domain: '', hs_full_name_or_email: '' }, OLD),
  ]));
  expect((await spoke.get('/crm/v3/objects/contacts/given@example.org?idProperty=email')).body.id).toBe(made);
});

describe('idProperty without unique values', () => {
  test.each([
    ['companies', 'domain', '0-2'], ['companies', 'hs_object_id', '0-2'], ['contacts', 'hs_object_id', '0-1'], ['contacts', 'firstname', '0-1'],
    ['deals', 'dealname', '0-3'], ['contacts', 'no_such', '0-1'], ['companies', 'email', '0-2'],
  ])('%s by %s is refused (3.6, 2.10 [O])', async (type, property, id) => {
    const answer = await upsertBy(type, property, { id: '1', properties: {}, objectWriteTraceId: 'a' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Unable to perform update/upsert by non-unique ${id} property ${property}`));
  });

  test('one such input refuses the batch (3.6 [O])', async () => {
    const before = await countOf(spoke, 'companies');
    const answer = await upsert('companies', [{ idProperty: 'vat_no', id: 'U1', properties: {} }, { idProperty: 'domain', id: 'x.example', properties: {} }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Unable to perform update/upsert by non-unique 0-2 property domain'));
    expect(await countOf(spoke, 'companies')).toBe(before);
  });
});

describe('one record twice', () => {
  const duplicates = (...ids: string[]): object => invalid(`Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`, { context: { ids } });

  test.each([
    ['by email', 'email', ['dup@example.org', 'else@example.org', 'dup@example.org'], ['dup@example.org']],
    ['by email in another case', 'email', ['Dup@example.org', 'dup@Example.org'], ['Dup@example.org']],
    ['by a custom property', 'customer_no', ['7', '8', '7', '8', '7', '9'], ['7', '8']],
    ['by record id', undefined, ['123456', '123456'], ['123456']],
  ])('%s is refused, with trace ids too (3.7 [O])', async (_name, idProperty, ids, doubles) => {
    const before = await countOf(spoke, 'contacts');
    const inputs = ids.map((id, i) => ({ id, idProperty, properties: {}, objectWriteTraceId: `row-${i}` }));
    const traced = await upsert('contacts', inputs);
    expect(traced.status).toBe(400);
    expect(traced.body).toEqual(duplicates(...doubles));
    const plain = await upsert('contacts', ids.map((id) => ({ id, idProperty, properties: {} })));
    expect(plain.status).toBe(400);
    expect(plain.body).toEqual(duplicates(...doubles));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('as number and as text is the same id [I]', async () => {
    const [id] = await make('companies', { name: 'Twice' });
    const answer = await upsert('companies', [{ id, properties: {} }, { id: Number(id), properties: {} }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicates(id!));
  });

  test('found by two properties is refused too [I]', async () => {
    await make('contacts', { customer_no: 'T1', badge_no: 'T2' });
    const answer = await upsert('contacts', [{ idProperty: 'customer_no', id: 'T1', properties: {} }, { idProperty: 'badge_no', id: 'T2', properties: {} }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicates('T1'));
  });
});

describe('values that another record has', () => {
  test('a taken email on a contact that is there is 400 (6.7 [O])', async () => {
    const [holder, id] = await make('contacts', { email: 'held@example.org' }, { customer_no: 'K1', firstname: 'Kim' });
    const answer = await byNumber({ id: 'K1', properties: { email: 'Held@example.org', firstname: 'Lost' } });
    const message = takenMessage('CONTACT', 'email', 'held@example.org', id!, holder!);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['email'] } }] }));
    expect(await read('contacts', id!, 'email', 'firstname')).toMatchObject({ email: null, firstname: 'Kim' });
  });

  test('a taken email on a new contact is 409 [I]', async () => {
    const [holder] = await make('contacts', { email: 'held2@example.org' });
    const before = await countOf(spoke, 'contacts');
    const answer = await byNumber({ id: 'K2', properties: { email: 'held2@example.org' } });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(refusal(`Contact already exists. Existing ID: ${holder}`, { category: 'CONFLICT' }));
    expect(await countOf(spoke, 'contacts')).toBe(before);
  });

  test('with trace ids each input is told (3.4 [D], 6.7 [O])', async () => {
    const [holder, id] = await make('contacts', { email: 'held3@example.org' }, { customer_no: 'K3' });
    const at = now();
    const answer = await byNumber(
      { id: 'K3', properties: { email: 'held3@example.org' }, objectWriteTraceId: 'a' }, { id: 'K4', properties: { email: 'held3@example.org' }, objectWriteTraceId: 'b' },
      { id: 'K5', properties: { email: 'free@example.org' }, objectWriteTraceId: 'c' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(at, [
      createdContact(idsOf(answer)[0]!, at, { customer_no: 'K5', ...emailOf('free@example.org') }, { ...NEW, objectWriteTraceId: 'c' }),
    ], [
      batchError('VALIDATION_ERROR', takenMessage('CONTACT', 'email', 'held3@example.org', id!, holder!), { objectWriteTraceId: ['a'] }),
      batchError('CONFLICT', `Contact already exists. Existing ID: ${holder}`, { objectWriteTraceId: ['b'], existingId: [holder!] }),
    ]));
  });

  test('two inputs that take one value: without trace ids neither, with them the first (3.7 [I])', async () => {
    const [a, b] = await make('contacts', { customer_no: 'W1' }, { customer_no: 'W2' });
    const at = now();
    const message = takenMessage('CONTACT', 'badge_no', 'W', b!, a!);
    const inputs = [{ id: 'W1', properties: { badge_no: 'W' }, objectWriteTraceId: 'a' }, { id: 'W2', properties: { badge_no: 'W' }, objectWriteTraceId: 'b' }];
    const plain = await byNumber(...inputs.map(({ id, properties }) => ({ id, properties })));
    expect(plain.status).toBe(400);
    expect(plain.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['badge_no'] } }] }));
    const traced = await byNumber(...inputs);
    expect(traced.status).toBe(207);
    expect(traced.body).toEqual(batch(at, [
      updatedContact({ id: a!, createdAt: at, updatedAt: at }, { badge_no: 'W' }, { ...OLD, objectWriteTraceId: 'a' }),
    ], [batchError('VALIDATION_ERROR', message, { objectWriteTraceId: ['b'] })]));
  });

  test('a record may be written its own value again, and keep it in another case [I]', async () => {
    const [id] = await make('companies', { vat_no: 'Own' });
    const at = now();
    const answer = await companies({ id: 'own', properties: { vat_no: 'OWN' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(at, [updated('0-2', { id: id!, createdAt: at, updatedAt: at }, { vat_no: 'OWN' }, OLD)]));
    expect((await companies({ id: 'Own', properties: {} })).body.results[0]).toMatchObject({ id, new: false });
  });

  test('a cleared value is free for another record [I]', async () => {
    const [id] = await make('contacts', { customer_no: 'F1', badge_no: 'Free' });
    await byNumber({ id: 'F1', properties: { badge_no: '' } });
    const answer = await byNumber({ id: 'F2', properties: { badge_no: 'free' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), { customer_no: 'F2', badge_no: 'free' }, NEW)]));
    expect(idsOf(answer)[0]).not.toBe(id);
  });
});

describe('what is written', () => {
  test("'' and null clear a value: '' in the answer, null in later reads (4.3 [D, O], null [I])", async () => {
    const [id] = await make('companies', { vat_no: 'E1', city: 'Bonn', phone: '1', name: 'Clear' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await companies({ id: 'E1', properties: { city: '', phone: null } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [updated('0-2', { id: id!, createdAt, updatedAt }, { city: '', phone: '' }, OLD)]));
    expect(await read('companies', id!, 'city', 'phone', 'name')).toEqual({
      city: null, createdate: createdAt, hs_lastmodifieddate: updatedAt, hs_object_id: id, name: 'Clear', phone: null,
    });
  });

  test('no properties, or equal ones, change nothing, not even the modify date [I]', async () => {
    const [id] = await make('companies', { vat_no: 'E2', city: 'Bonn' });
    const at = now();
    const later = tick();
    const answer = await companies({ id: 'E2', properties: { city: 'Bonn', phone: '' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(later, [updated('0-2', { id: id!, createdAt: at, updatedAt: at }, { city: 'Bonn', phone: '' }, OLD)]));
    expect((await companies({ id: 'E2', properties: {} })).body).toEqual(batch(later, [updated('0-2', { id: id!, createdAt: at, updatedAt: at }, {}, OLD)]));
  });

  test('a later domain does not fill the website: only a create does (2.4 [O])', async () => {
    const [id] = await make('companies', { vat_no: 'E3' });
    const at = now();
    const answer = await companies({ id: 'E3', properties: { domain: 'later.example' } });
    expect(answer.body).toEqual(batch(at, [updated('0-2', { id: id!, createdAt: at, updatedAt: at }, { domain: 'later.example' }, OLD)]));
  });
});

describe('how many inputs', () => {
  test('100 inputs are written in their order (3.1 [D, O])', async () => {
    await upsertBy('companies', 'vat_no', ...Array.from({ length: 50 }, (_, i) => ({ id: `H${i * 2}`, properties: {} })));
    const at = now();
    const answer = await companies(...Array.from({ length: 100 }, (_, i) => ({ id: `H${99 - i}`, properties: { city: `${i}` } })));
    const ids = idsOf(answer);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(at, ids.map((id, i) => (i % 2 === 1
      ? updated('0-2', { id, createdAt: at, updatedAt: at }, { city: `${i}` }, OLD) : created('0-2', id, at, { city: `${i}`, vat_no: `H${99 - i}` }, NEW)))));
    expect(new Set(ids).size).toBe(100);
  });

  test('101 inputs are refused as a whole (3.1 [D, O])', async () => {
    const answer = await companies(...Array.from({ length: 101 }, (_, i) => ({ id: `L${i}`, properties: {} })));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
    expect((await spoke.get('/crm/v3/objects/companies/L0?idProperty=vat_no')).status).toBe(404);
  });

  test('no inputs write nothing (3.1 [I])', async () => {
    const answer = await companies();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), []));
  });

  test.each([
    ['no inputs field', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]'],
    ['an input without id and properties', '{"inputs":[{}]}', 'Invalid input JSON on line 1, column 13. Some required fields were not set: [id, properties]'],
    ['no body', '', 'Invalid JSON input: a request body was expected, but none found'],
  ])('%s is refused (6.2 [O])', async (_name, body, message) => {
    const answer = await spoke.call('POST /crm/v3/objects/companies/batch/upsert', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });
});
