// POST .../batch/update on the wire (objects.md 3.1 to 3.8). What single values become is in update.test.ts.
// Proves: records.batchUpdate.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addUniqueProperty, batch, batchError, clockOf, countOf, faultsMessage, idsOf, invalid, invalidValues, takenMessage, updated, updatedContact, type Fault,
} from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
  await addUniqueProperty(spoke, 'companies', 'duns_no', 'companyinformation');
});
afterAll(() => spoke.close());

interface Input { id: unknown; properties: object; idProperty?: string; objectWriteTraceId?: string }

const update = (type: string, ...inputs: Input[]): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}/batch/update`, { inputs });
const companies = (...inputs: Input[]): Promise<Answer> => update('companies', ...inputs);

/** Makes records and answers their ids. */
async function make(type: string, ...properties: object[]): Promise<string[]> {
  const answer = await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: properties.map((values) => ({ properties: values })) });
  expect(answer.status).toBe(201);
  return idsOf(answer);
}

const read = async (type: string, id: string, ...names: string[]): Promise<object> =>
  (await spoke.get(`/crm/v3/objects/${type}/${id}?properties=${names.join(',')}`)).body.properties;

/** A company made now and updated now. */
const changed = (id: string, properties: object, more: object = {}): object => updated('0-2', { id, createdAt: now(), updatedAt: now() }, properties, more);

const missing = (type: string, context: Record<string, string[]>): object =>
  batchError('OBJECT_NOT_FOUND', `Could not get some ${type} objects, they may be deleted or not exist. Check that ids are valid.`, context);
const noSuch = (name: string): Fault => [name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`];
const RED = { colour: 'red' };

describe('records by id', () => {
  test.each(['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'])(
    '%s: 200 with what changed, in the order of the inputs, without new (1.2 [D], 3.8, 3.10 [O])', async (root) => {
      const [a, b] = await make('companies', { name: 'A', city: 'Bonn' }, { name: 'B' });
      const createdAt = now();
      const updatedAt = tick();
      const answer = await spoke.post(`${root}/companies/batch/update`, { inputs: [{ id: b, properties: { city: 'Ulm' } }, { id: Number(a), properties: { city: '', phone: null, zip: 7 } }] });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(batch(updatedAt, [
        updated('0-2', { id: b!, createdAt, updatedAt }, { city: 'Ulm' }), updated('0-2', { id: a!, createdAt, updatedAt }, { city: '', phone: '', zip: '7' }),
      ]));
      expect(await read('companies', a!, 'name', 'city', 'zip')).toMatchObject({ city: null, name: 'A', zip: '7' });
    },
  );

  test('contacts echo their stage, pipeline and source (3.10 [O])', async () => {
    const [id] = await make('contacts', { email: 'ada@example.org' });
    const createdAt = now();
    const updatedAt = tick();
    expect((await update('contacts', { id, properties: { firstname: 'Ada' } })).body)
      .toEqual(batch(updatedAt, [updatedContact({ id: id!, createdAt, updatedAt }, { firstname: 'Ada', hs_full_name_or_email: 'Ada' })]));
  });

  test('no properties, or equal ones, change nothing, not even the modify date [I]', async () => {
    const [a, b] = await make('companies', { city: 'Bonn' }, { city: 'Ulm' });
    const at = now();
    const later = tick();
    const answer = await companies({ id: a, properties: {} }, { id: b, properties: { city: 'Ulm' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(later, [
      updated('0-2', { id: a!, createdAt: at, updatedAt: at }, {}), updated('0-2', { id: b!, createdAt: at, updatedAt: at }, { city: 'Ulm' }),
    ]));
  });

  test('trace ids are echoed (3.4 [D, O])', async () => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    const answer = await companies({ id: a, properties: { city: 'Bonn' }, objectWriteTraceId: 'row 1' }, { id: b, properties: {}, objectWriteTraceId: 'row 2' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [changed(a!, { city: 'Bonn' }, { objectWriteTraceId: 'row 1' }), changed(b!, {}, { objectWriteTraceId: 'row 2' })]));
  });
});

describe('ids that reach nothing', () => {
  test('are one entry of errors[], the others are written (3.3, 3.5 [O])', async () => {
    const [id, gone] = await make('companies', { name: 'Here' }, { name: 'Gone' });
    await spoke.call(`DELETE /crm/v3/objects/companies/${gone}`);
    const [other] = await make('contacts', { firstname: 'Ada' });
    const before = await countOf(spoke, 'companies');
    const ids = ['888', Number(gone), 'x', other];
    const answer = await companies(...ids.map((one) => ({ id: one, properties: { city: 'Bonn' } })), { id, properties: { city: 'Bonn' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [changed(id!, { city: 'Bonn' })], [missing('COMPANY', { ids: ids.map(String) })]));
    expect(await countOf(spoke, 'companies')).toBe(before);
  });

  test('none found is 207 with no results, not 404 (3.3 [I])', async () => {
    const answer = await update('contacts', { id: '888', properties: { firstname: 'x' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [missing('CONTACT', { ids: ['888'] })]));
  });

  test('with trace ids the entry names them, after those of single inputs (3.4 [O])', async () => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    const answer = await companies(
      { id: '888', properties: {}, objectWriteTraceId: 'a' }, { id: a, properties: RED, objectWriteTraceId: 'b' },
      { id: b, properties: { city: 'Ulm' }, objectWriteTraceId: 'c' }, { id: '999', properties: RED, objectWriteTraceId: 'd' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [changed(b!, { city: 'Ulm' }, { objectWriteTraceId: 'c' })], [
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['b'] }),
      missing('COMPANY', { objectWriteTraceId: ['a', 'd'], ids: ['888', '999'] }),
    ]));
  });
});

describe('bad values', () => {
  test('of any input refuse the batch, all told in one list, missing ids or not (3.3 [O])', async () => {
    const [a, b, c] = await make('companies', { name: 'A' }, { name: 'B' }, { name: 'C' });
    const answer = await companies(
      { id: a, properties: { name: 'Lost' } }, { id: b, properties: RED }, { id: '888', properties: {} }, { id: c, properties: { numberofemployees: 'many' } },
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour'), ['numberofemployees', 'INVALID_LONG', 'many was not a valid long.']));
    expect(await read('companies', a!, 'name')).toMatchObject({ name: 'A' });
  });

  test('with trace ids on every input each is told and the good ones are written (3.3, 3.4 [O])', async () => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    const answer = await companies(
      { id: a, properties: { ...RED, name: 'Lost' }, objectWriteTraceId: 'a' }, { id: b, properties: { name: 'Kept' }, objectWriteTraceId: 'b' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [changed(b!, { name: 'Kept' }, { objectWriteTraceId: 'b' })], [
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['a'] }),
    ]));
    expect(await read('companies', a!, 'name')).toMatchObject({ name: 'A' });
    expect(await read('companies', b!, 'name')).toMatchObject({ name: 'Kept' });
  });

  test.each([
    ['on some inputs only (3.3 [I])', [undefined, 'b']], ['one on two inputs [I]', ['same', 'same']],
  ])('trace ids %s: all or nothing', async (_name, [first, second]) => {
    const [a, b] = await make('companies', { name: 'A' }, { name: 'B' });
    const answer = await companies({ id: a, properties: { name: 'Lost' }, objectWriteTraceId: first! }, { id: b, properties: RED, objectWriteTraceId: second! });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(noSuch('colour')));
    expect(await read('companies', a!, 'name')).toMatchObject({ name: 'A' });
  });
});

describe('idProperty, per input (3.6)', () => {
  test('custom unique properties, several in one batch, ids among them [D]', async () => {
    const [a, b, c] = await make('companies', { vat_no: 'V 1' }, { duns_no: '7' }, { name: 'C' });
    const answer = await companies(
      { idProperty: 'duns_no', id: 7, properties: { city: 'B' } }, { id: c, properties: { city: 'C' } }, { idProperty: 'vat_no', id: 'v 1', properties: { city: 'A' } },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [changed(b!, { city: 'B' }), changed(c!, { city: 'C' }), changed(a!, { city: 'A' })]));
  });

  test('values that nobody has are echoed like ids, and make nothing (3.5 [O])', async () => {
    const before = await countOf(spoke, 'companies');
    const answer = await companies({ idProperty: 'vat_no', id: 'Nobody', properties: { city: 'A' } }, { id: '888', properties: { city: 'B' } });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [], [missing('COMPANY', { ids: ['Nobody', '888'] })]));
    expect(await countOf(spoke, 'companies')).toBe(before);
  });

  test.each([
    ['contacts', 'email', '0-1'], ['contacts', 'hs_object_id', '0-1'], ['companies', 'domain', '0-2'], ['deals', 'dealname', '0-3'], ['companies', 'no_such', '0-2'],
  ])('%s by %s is refused, with trace ids too [D, O]', async (type, idProperty, typeId) => {
    const [good] = await make(type, { contacts: { email: 'byemail@example.org' }, companies: { name: 'x' }, deals: { dealname: 'x' } }[type]!);
    const answer = await update(type, { id: good, properties: {}, objectWriteTraceId: 'a' }, { idProperty, id: 'byemail@example.org', properties: {}, objectWriteTraceId: 'b' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Unable to perform update/upsert by non-unique ${typeId} property ${idProperty}`));
    if (type === 'contacts') await spoke.call(`DELETE /crm/v3/objects/contacts/${good}`);
  });
});

describe('one record twice (3.7 [O])', () => {
  const duplicates = (...ids: string[]): object => invalid(`Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`, { context: { ids } });

  test.each<[string, unknown[], string[]]>([
    ['as text', ['123456', '123456'], ['123456']], ['as text and number', ['123456', 123456], ['123456']], ['several', ['7', '8', '9', '8', '7'], ['7', '8']],
  ])('%s: refused, with trace ids too', async (_name, ids, doubles) => {
    for (const traced of [true, false]) {
      const answer = await companies(...ids.map((id, i) => ({ id, properties: { city: 'x' }, ...(traced ? { objectWriteTraceId: `row-${i}` } : {}) })));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(duplicates(...doubles));
    }
  });

  test('by id and by value [I]', async () => {
    const [id] = await make('companies', { vat_no: 'D1', city: 'Bonn' });
    const answer = await companies({ id, properties: { city: 'x' } }, { idProperty: 'vat_no', id: 'D1', properties: { city: 'y' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicates(id!));
    expect(await read('companies', id!, 'city')).toMatchObject({ city: 'Bonn' });
  });
});

describe('values that another record has (6.7)', () => {
  test('refuse the batch with 400, an email too [O]', async () => {
    const [holder, a, b] = await make('contacts', { email: 'held@example.org' }, { firstname: 'A' }, { firstname: 'B' });
    const answer = await update('contacts', { id: a, properties: { firstname: 'Lost' } }, { id: b, properties: { email: 'HELD@example.org' } });
    const message = takenMessage('CONTACT', 'email', 'held@example.org', b!, holder!);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['email'] } }] }));
    expect(await read('contacts', a!, 'firstname')).toMatchObject({ firstname: 'A' });
  });

  test('with trace ids each is told [O], and of two inputs that take one value the first has it (3.7 [I])', async () => {
    const [holder, a, b, c] = await make('companies', { vat_no: 'H1' }, { name: 'A' }, { name: 'B' }, { name: 'C' });
    const answer = await companies(
      { id: a, properties: { vat_no: 'h1' }, objectWriteTraceId: 'a' }, { id: b, properties: { vat_no: 'H2' }, objectWriteTraceId: 'b' },
      { id: c, properties: { vat_no: 'H2' }, objectWriteTraceId: 'c' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [changed(b!, { vat_no: 'H2' }, { objectWriteTraceId: 'b' })], [
      batchError('VALIDATION_ERROR', takenMessage('COMPANY', 'vat_no', 'h1', a!, holder!), { objectWriteTraceId: ['a'] }),
      batchError('VALIDATION_ERROR', takenMessage('COMPANY', 'vat_no', 'H2', c!, b!), { objectWriteTraceId: ['c'] }),
    ]));
  });

  test('a record may be written its own value, in another case too [I]', async () => {
    const [id] = await make('companies', { vat_no: 'Own' });
    expect((await companies({ id, properties: { vat_no: 'OWN' } })).body).toEqual(batch(now(), [changed(id!, { vat_no: 'OWN' })]));
  });
});

describe('values that records of one batch give each other [I]', () => {
  const taken = (...args: Parameters<typeof takenMessage>): object => {
    const message = takenMessage(...args);
    return invalid(message, { errors: [{ message, code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: [args[1]] } }] });
  };
  const holderOf = async (vatNo: string): Promise<string> => (await spoke.get(`/crm/v3/objects/companies/${vatNo}?idProperty=vat_no`)).body.id;

  test('two contacts swap their emails', async () => {
    const [a, b] = await make('contacts', { email: 'left@example.org' }, { email: 'right@example.org' });
    const createdAt = now();
    const updatedAt = tick();
    const answer = await update('contacts', { id: a, properties: { email: 'right@example.org' } }, { id: b, properties: { email: 'LEFT@example.org' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(updatedAt, [
      updatedContact({ id: a!, createdAt, updatedAt }, { email: 'right@example.org', hs_full_name_or_email: 'right@example.org' }),
      updatedContact({ id: b!, createdAt, updatedAt }, { email: 'left@example.org', hs_full_name_or_email: 'left@example.org' }),
    ]));
    for (const [email, id] of [['right@example.org', a], ['left@example.org', b]]) {
      expect((await spoke.get(`/crm/v3/objects/contacts/${email}?idProperty=email&properties=email`)).body).toMatchObject({ id, properties: { email } });
    }
  });

  test('a value is handed on from one to the next, the first is free and the last is new', async () => {
    const [a, b, c] = await make('companies', { vat_no: 'C1' }, { vat_no: 'C2' }, { vat_no: 'C3' });
    const answer = await companies({ id: a, properties: { vat_no: 'C2' } }, { id: b, properties: { vat_no: 'C3' } }, { id: c, properties: { vat_no: 'C4' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [changed(a!, { vat_no: 'C2' }), changed(b!, { vat_no: 'C3' }), changed(c!, { vat_no: 'C4' })]));
    expect(await Promise.all(['C2', 'C3', 'C4'].map(holderOf))).toEqual([a, b, c]);
    expect((await make('companies', { vat_no: 'C1' }))[0]).toMatch(/^\d+$/);
  });

  test('a value that is cleared can be taken, by id and by the value itself', async () => {
    const [a, b] = await make('companies', { vat_no: 'G1' }, { name: 'B' });
    const answer = await companies({ idProperty: 'vat_no', id: 'G1', properties: { vat_no: '' } }, { id: b, properties: { vat_no: 'g1' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), [changed(a!, { vat_no: '' }), changed(b!, { vat_no: 'g1' })]));
    expect(await holderOf('G1')).toBe(b);
  });

  test('a hundred move on by one', async () => {
    const ids = await make('companies', ...Array.from({ length: 100 }, (_, n) => ({ vat_no: `R${n}` })));
    const answer = await companies(...ids.map((id, n) => ({ id, properties: { vat_no: `R${(n + 1) % 100}` } })));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), ids.map((id, n) => changed(id, { vat_no: `R${(n + 1) % 100}` }))));
    expect(await holderOf('R0')).toBe(ids[99]);
  });

  test('two that end with one value are refused as ever (3.7 [O])', async () => {
    const [a, b, c] = await make('companies', { vat_no: 'E1' }, { vat_no: 'E2' }, { name: 'C' });
    const doubled = await companies({ id: a, properties: { vat_no: 'E2' } }, { id: b, properties: { vat_no: 'E1' } }, { id: c, properties: { vat_no: 'E1' } });
    expect(doubled.status).toBe(400);
    expect(doubled.body).toEqual(taken('COMPANY', 'vat_no', 'E1', c!, b!));
    const kept = await companies({ id: a, properties: { vat_no: 'E2' } }, { id: b, properties: { city: 'Bonn' } });
    expect(kept.status).toBe(400);
    expect(kept.body).toEqual(taken('COMPANY', 'vat_no', 'E2', a!, b!));
    expect(await Promise.all(['E1', 'E2'].map(holderOf))).toEqual([a, b]);
  });

  test('with trace ids, who waits for a value that is not given up after all fails too', async () => {
    const [a, b, c, d] = await make('companies', { vat_no: 'F1' }, { vat_no: 'F2' }, { vat_no: 'F3' }, { vat_no: 'F4' });
    const answer = await companies(
      { id: a, properties: { vat_no: 'F2' }, objectWriteTraceId: 'a' }, { id: b, properties: { vat_no: 'F3' }, objectWriteTraceId: 'b' },
      { id: c, properties: { vat_no: 'F5', ...RED }, objectWriteTraceId: 'c' }, { id: d, properties: { vat_no: 'F6' }, objectWriteTraceId: 'd' },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [changed(d!, { vat_no: 'F6' }, { objectWriteTraceId: 'd' })], [
      batchError('VALIDATION_ERROR', takenMessage('COMPANY', 'vat_no', 'F2', a!, b!), { objectWriteTraceId: ['a'] }),
      batchError('VALIDATION_ERROR', takenMessage('COMPANY', 'vat_no', 'F3', b!, c!), { objectWriteTraceId: ['b'] }),
      batchError('VALIDATION_ERROR', faultsMessage(noSuch('colour')), { objectWriteTraceId: ['c'] }),
    ]));
    expect(await Promise.all(['F1', 'F2', 'F3', 'F6'].map(holderOf))).toEqual([a, b, c, d]);
  });
});

describe('how many inputs', () => {
  test('100 are written in their order (3.1 [D, O])', async () => {
    const ids = await make('companies', ...Array.from({ length: 100 }, (_, n) => ({ name: `${n}` })));
    const answer = await companies(...ids.toReversed().map((id, n) => ({ id, properties: { city: `${n}` } })));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), ids.toReversed().map((id, n) => changed(id, { city: `${n}` }))));
    expect(await read('companies', ids[0]!, 'city', 'name')).toMatchObject({ city: '99', name: '0' });
  });

  test('101 are refused as a whole (3.1 [D, O])', async () => {
    const [id] = await make('companies', { name: 'Whole' });
    const answer = await companies({ id, properties: { name: 'Lost' } }, ...Array.from({ length: 100 }, (_, n) => ({ id: `${n + 1}`, properties: {} })));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
    expect(await read('companies', id!, 'name')).toMatchObject({ name: 'Whole' });
  });

  test('none write nothing (3.1 [I])', async () => {
    const answer = await companies();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(batch(now(), []));
  });

  test.each([
    ['no inputs field', '{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]'],
    ['an input without id and properties', '{"inputs":[{}]}', 'Invalid input JSON on line 1, column 13. Some required fields were not set: [id, properties]'],
    ['no body', '', 'Invalid JSON input: a request body was expected, but none found'],
  ])('%s is refused (6.2 [O])', async (_name, body, message) => {
    const answer = await spoke.call('POST /crm/v3/objects/companies/batch/update', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });
});
