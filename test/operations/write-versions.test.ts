// The record endpoints under every version: the same answers from the same rules, and the one difference between them,
// dates that are nearly dates (objects.md 1.1, 1.5, 5.6).
// Proves: records.batchCreate, records.batchUpsert, records.batchRead, records.get, records.list.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUniqueProperty, batch, batchError, clockOf, created, createdContact, idsOf, invalid, invalidValues, record, refusal, updated, updatedContact } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  await addUniqueProperty(spoke, 'companies', 'vat_no', 'companyinformation');
  await addUniqueProperty(spoke, 'contacts', 'customer_no', 'contactinformation');
  await spoke.post('/crm/v3/properties/contacts', { name: 'birthday', label: 'Birthday', type: 'date', fieldType: 'date', groupName: 'contactinformation' });
});
afterAll(() => spoke.close());

const STRICT = ['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03'];
const LENIENT = ['/crm/objects/2026-09', '/crm/objects/2026-09-beta'];

describe.each([...STRICT, ...LENIENT])('%s (1.1, 1.2 [D])', (root) => {
  const create = (inputs: object[], type = 'companies'): Promise<Answer> => spoke.post(`${root}/${type}/batch/create`, { inputs });
  const missing = { ids: ['888', '999'] };
  const notFound = batchError('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid.', missing);

  test('batch/create: 201, and 207 with errors (1.2, 1.5 [D])', async () => {
    const good = await create([{ properties: { name: 'Acme' } }]);
    expect(good.status).toBe(201);
    expect(good.body).toEqual(batch(now(), [created('0-2', idsOf(good)[0]!, now(), { name: 'Acme' })]));

    const mixed = await create([{ properties: { name: 'Acme' }, objectWriteTraceId: 'a' }, { properties: { annualrevenue: 'x' }, objectWriteTraceId: 'b' }]);
    expect(mixed.status).toBe(207);
    expect(mixed.body).toEqual(batch(now(), [created('0-2', idsOf(mixed)[0]!, now(), { name: 'Acme' }, { objectWriteTraceId: 'a' })], [
      batchError('VALIDATION_ERROR', expect.stringContaining('"error":"INVALID_LONG"') as unknown as string, { objectWriteTraceId: ['b'] }),
    ]));
  });

  test('batch/create: 400 for a bad value, 409 for a taken email (3.3 [D, O])', async () => {
    const bad = await create([{ properties: { colour: 'red' } }]);
    expect(bad.status).toBe(400);
    expect(bad.body).toEqual(invalidValues(['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist']));

    const email = `${root.replaceAll('/', '-').slice(1)}@example.org`;
    const [id] = idsOf(await create([{ properties: { email } }], 'contacts'));
    const taken = await create([{ properties: { email } }], 'contacts');
    expect(taken.status).toBe(409);
    expect(taken.body).toEqual(refusal(`Contact already exists. Existing ID: ${id}`, { category: 'CONFLICT' }));
  });

  test('a contact without names and email is not asked for any: no admin has said so (2.5 [D])', async () => {
    const answer = await create([{ properties: {} }], 'contacts');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), {})]));
  });

  test('missing required properties have one text (2.5 [O])', async () => {
    const answer = await create([{ properties: {} }], 'notes');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Error creating NOTE. Some required properties were not set.', { context: { properties: ['hs_timestamp'] } }));
  });

  test('batch/upsert: 200 with new, and 207 with errors (1.2, 3.6 [D])', async () => {
    const inputs = (city: string): object[] => [{ idProperty: 'vat_no', id: root, properties: { city } }];
    const createdAt = now();
    const first = await spoke.post(`${root}/companies/batch/upsert`, { inputs: inputs('Bonn') });
    const [id] = idsOf(first);
    expect(first.status).toBe(200);
    expect(first.body).toEqual(batch(createdAt, [created('0-2', id!, createdAt, { city: 'Bonn', vat_no: root }, { new: true })]));

    const updatedAt = tick();
    const second = await spoke.post(`${root}/companies/batch/upsert`, { inputs: inputs('Berlin') });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(batch(updatedAt, [updated('0-2', { id: id!, createdAt, updatedAt }, { city: 'Berlin' }, { new: false })]));

    const third = await spoke.post(`${root}/companies/batch/upsert`, { inputs: [{ id: '888', properties: {} }, { id: '999', properties: {} }] });
    expect(third.status).toBe(207);
    expect(third.body).toEqual(batch(updatedAt, [], [notFound]));
  });

  test('batch/read: 200, and 207 with errors (1.2 [D], 3.5 [O])', async () => {
    const [id] = idsOf(await create([{ properties: { name: 'Read' } }]));
    const seen = record('0-2', { id: id!, createdAt: now() }, { createdate: now(), hs_lastmodifieddate: now(), hs_object_id: id, name: 'Read' });
    const good = await spoke.post(`${root}/companies/batch/read`, { inputs: [{ id }], properties: ['name'] });
    expect(good.status).toBe(200);
    expect(good.body).toEqual(batch(now(), [seen]));
    const mixed = await spoke.post(`${root}/companies/batch/read`, { inputs: [{ id: '888' }, { id }, { id: '999' }], properties: ['name'] });
    expect(mixed.status).toBe(207);
    expect(mixed.body).toEqual(batch(now(), [seen], [notFound]));
  });

  test('get: 200 and 404; list: 200 (1.2 [D], 4.5 [O])', async () => {
    const [id] = idsOf(await create([{ properties: { hs_cart_name: 'Basket' } }], 'carts'));
    const found = await spoke.get(`${root}/carts/${id}?properties=hs_cart_name`);
    expect(found.status).toBe(200);
    expect(found.body).toEqual(record('0-142', { id: id!, createdAt: now() }, { createdate: now(), hs_cart_name: 'Basket', hs_lastmodifieddate: now(), hs_object_id: id }));
    const none = await spoke.get(`${root}/carts/888`);
    expect(none.status).toBe(404);
    expect(none.body).toEqual(refusal('resource not found'));
    const list = await spoke.get(`${root}/fees`);
    expect(list.status).toBe(200);
    expect(list.body).toEqual({ results: [] });
  });

  test('what is written here is read under every other version (1.1 [D])', async () => {
    const [id] = idsOf(await create([{ properties: { name: 'Shared' } }]));
    const expected = record('0-2', { id: id!, createdAt: now() }, { createdate: now(), hs_lastmodifieddate: now(), hs_object_id: id, name: 'Shared' });
    for (const other of [...STRICT, ...LENIENT]) expect((await spoke.get(`${other}/companies/${id}?properties=name`)).body).toEqual(expected);
  });
});

describe('dates that are nearly dates', () => {
  const NEARLY: [string, unknown, string, string][] = [
    ['an ISO time', '2026-10-02T13:45:00Z', '2026-10-02', '13:45:00.000'],
    ['an ISO time in another zone', '2026-10-02T01:45:00+02:00', '2026-10-01', '23:45:00.000'],
    ['epoch seconds', 1_790_899_200, '2026-10-02', '17:28:19.200'],
    ['epoch milliseconds off midnight', '1790899200001', '2026-10-02', '00:00:00.001'],
  ];
  const warning = (sent: unknown, stored: string): object => ({
    category: 'PROPERTY_VALUE_NORMALIZED', message: 'birthday was normalized',
    context: { propertyName: 'birthday', rawValue: String(sent), normalizedValue: stored },
  });

  describe.each(STRICT)('%s refuses them (5.6 [D])', (root) => {
    test.each(NEARLY)('%s', async (_what, sent, _stored, time) => {
      const faults = invalidValues(['birthday', 'INVALID_DATE', `${sent} is at ${time} UTC, not midnight!`]);
      const create = await spoke.post(`${root}/contacts/batch/create`, { inputs: [{ properties: { birthday: sent } }] });
      expect(create.status).toBe(400);
      expect(create.body).toEqual(faults);
      const upsert = await spoke.post(`${root}/contacts/batch/upsert`, { inputs: [{ idProperty: 'customer_no', id: 'x', properties: { birthday: sent } }] });
      expect(upsert.status).toBe(400);
      expect(upsert.body).toEqual(faults);
    });
  });

  describe.each(LENIENT)('%s normalises them and warns (5.6 [D])', (root) => {
    test.each(NEARLY)('%s', async (what, sent, stored) => {
      const createdAt = now();
      const create = await spoke.post(`${root}/contacts/batch/create`, { inputs: [{ properties: { birthday: sent } }] });
      expect(create.status).toBe(201);
      expect(create.body).toEqual(batch(createdAt, [createdContact(idsOf(create)[0]!, createdAt, { birthday: stored }, { warnings: [warning(sent, stored)] })]));

      const number = `${root} ${what}`;
      const upsert = (birthday: unknown): Promise<Answer> =>
        spoke.post(`${root}/contacts/batch/upsert`, { inputs: [{ idProperty: 'customer_no', id: number, properties: { birthday } }] });
      const made = await upsert(sent);
      const [id] = idsOf(made);
      expect(made.status).toBe(200);
      expect(made.body).toEqual(batch(createdAt, [
        createdContact(id!, createdAt, { birthday: stored, customer_no: number }, { new: true, warnings: [warning(sent, stored)] }),
      ]));
      await upsert('2000-01-01');
      const updatedAt = tick();
      const changed = await upsert(sent);
      expect(changed.body).toEqual(batch(updatedAt, [
        updatedContact({ id: id!, createdAt, updatedAt }, { birthday: stored }, { new: false, warnings: [warning(sent, stored)] }),
      ]));
    });

    test.each([['2026-10-02'], ['1790899200000'], ['']])('a proper date, %o, has no warning', async (sent) => {
      const answer = await spoke.post(`${root}/contacts/batch/create`, { inputs: [{ properties: { birthday: sent } }] });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), sent === '' ? {} : { birthday: '2026-10-02' })]));
    });

    test('what is no date at all is refused here too [I]', async () => {
      const answer = await spoke.post(`${root}/contacts/batch/create`, { inputs: [{ properties: { birthday: 'soon' } }] });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalidValues(['birthday', 'INVALID_DATE', 'soon was not a valid date.']));
    });

    test('of a multi-status batch only the results carry warnings (5.6 [D])', async () => {
      const answer = await spoke.post(`${root}/contacts/batch/create`, {
        inputs: [
          { objectWriteTraceId: 'a', properties: { birthday: '2026-10-02T13:45:00Z' } }, { objectWriteTraceId: 'b', properties: { birthday: 'soon' } },
          { objectWriteTraceId: 'c', properties: {} },
        ],
      });
      const [a, c] = idsOf(answer);
      expect(answer.status).toBe(207);
      expect(answer.body).toEqual(batch(now(), [
        createdContact(a!, now(), { birthday: '2026-10-02' }, { objectWriteTraceId: 'a', warnings: [warning('2026-10-02T13:45:00Z', '2026-10-02')] }),
        createdContact(c!, now(), {}, { objectWriteTraceId: 'c' }),
      ], [
        batchError('VALIDATION_ERROR', expect.stringContaining('soon was not a valid date.') as unknown as string, { objectWriteTraceId: ['b'] }),
      ]));
    });
  });
});

describe('paths that are none', () => {
  test.each([
    '/crm/v4/objects/contacts/batch/create', '/crm/objects/v4/contacts/batch/create', '/crm/v2/objects/contacts/batch/create', '/crm/objects/2024-01/contacts/batch/create',
    '/crm/2026-09/objects/contacts/batch/create', '/crm/v3/objects/contacts/batch/creates',
  ])('POST %s is a 404 page (1.1 [D, I], 6.10 [O])', async (path) => {
    const answer = await spoke.post(path, { inputs: [] });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.body).toMatch(/Error 404 Not Found/);
  });

  test.each([...STRICT, ...LENIENT])('PUT %s/contacts/batch/create is an empty 405 (6.9 [O])', async (root) => {
    const answer = await spoke.call(`PUT ${root}/contacts/batch/create`, { body: { inputs: [] } });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toContain('POST');
    expect(answer.body).toBeUndefined();
  });
});
