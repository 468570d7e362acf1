// Line items of products: a copy of the product's values, made once (objects.md 2.4 [D]). Which values, and the refusal of
// a product that is not there, are ours [I].
// Proves: records.create, records.batchCreate, records.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUniqueProperty, batch, batchError, clockOf, countOf, created, faultsMessage, idsOf, invalidValues, updated } from '../support/expect.ts';
import { countingDb } from '../support/database.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let counting: ReturnType<typeof countingDb>;
const { now } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke({ wrapDb: (db) => (counting = countingDb(db)) });
});
afterAll(() => spoke.close());

const product = async (properties: object): Promise<string> => (await spoke.post('/crm/v3/objects/products', { properties })).body.id;
const create = (properties: object): Promise<Answer> => spoke.post('/crm/v3/objects/line_items', { properties });
const VALUES = { name: 'Bolt', description: 'M8', price: '2.50', hs_sku: 'B-8', hs_cost_of_goods_sold: '1', recurringbillingfrequency: 'monthly' };

test('the values of the product, and what follows from them', async () => {
  const hs_product_id = await product({ ...VALUES, hs_status: 'active', hubspot_owner_id: '1' });
  const answer = await create({ hs_product_id, quantity: '4' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual(created('0-8', answer.body.id, now(), {
    ...VALUES, hs_product_id, quantity: '4', hs_pre_discount_amount: '10', hs_total_discount: '0', amount: '10',
  }));
});

test('what the client gives comes first, an empty value too', async () => {
  const hs_product_id = await product(VALUES);
  const answer = await create({ hs_product_id: Number(hs_product_id), name: 'My bolt', price: 3, description: '', hs_sku: null });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual(created('0-8', answer.body.id, now(), {
    name: 'My bolt', price: '3', hs_cost_of_goods_sold: '1', recurringbillingfrequency: 'monthly', hs_product_id,
    hs_pre_discount_amount: '3', hs_total_discount: '0', amount: '3',
  }));
});

test('it is a copy: a later change of the product does not reach it', async () => {
  const hs_product_id = await product(VALUES);
  const { id } = (await create({ hs_product_id })).body;
  await spoke.call(`PATCH /crm/v3/objects/products/${hs_product_id}`, { body: { properties: { name: 'Nut' } } });
  expect((await spoke.get(`/crm/v3/objects/line_items/${id}?properties=name`)).body.properties.name).toBe('Bolt');
});

test('a property that the portal made for both types is copied', async () => {
  for (const [type, groupName] of [['products', 'productinformation'], ['line_items', 'lineiteminformation']]) {
    expect(await spoke.post(`/crm/v3/properties/${type}`, { name: 'colour', label: 'Colour', type: 'string', fieldType: 'text', groupName })).toMatchObject({ status: 201 });
  }
  const hs_product_id = await product({ name: 'Bolt', colour: 'red' });
  const answer = await create({ hs_product_id });
  expect(answer.body).toEqual(created('0-8', answer.body.id, now(), { hs_product_id, name: 'Bolt', colour: 'red' }));
});

test('a batch reads its products at once, however many', async () => {
  const products = [await product({ name: 'One' }), await product({ name: 'Two' })];
  for (const count of [2, 100]) {
    const before = counting.statements.length;
    const answer = await spoke.post('/crm/v3/objects/line_items/batch/create', {
      inputs: Array.from({ length: count }, (_, n) => ({ properties: { hs_product_id: products[n % 2] } })),
    });
    expect(answer.status).toBe(201);
    expect(answer.body.results.map((record: { properties: { name: string } }) => record.properties.name)).toEqual(Array.from({ length: count }, (_, n) => ['One', 'Two'][n % 2]));
    const names = counting.statements.slice(before).map((statement) => statement.name);
    expect(names.filter((name) => name !== 'take-block')).toEqual(['read-records-false', 'write-records-n']);
  }
});

describe('made by an upsert', () => {
  const upsert = (...inputs: object[]): Promise<Answer> => spoke.post('/crm/v3/objects/line_items/batch/upsert', { inputs: inputs.map((input) => ({ idProperty: 'line_no', ...input })) });
  beforeAll(() => addUniqueProperty(spoke, 'line_items', 'line_no', 'lineiteminformation'));

  test('it has the values of its product too; one that is there keeps its own', async () => {
    const hs_product_id = await product(VALUES);
    const first = await upsert({ id: 'L1', properties: { hs_product_id, quantity: '4' } }, { id: 'L2', properties: { name: 'Free' } });
    const [bolt, free] = idsOf(first);
    expect(first.status).toBe(200);
    expect(first.body).toEqual(batch(now(), [
      created('0-8', bolt!, now(), { ...VALUES, line_no: 'L1', hs_product_id, quantity: '4', hs_pre_discount_amount: '10', hs_total_discount: '0', amount: '10' }, { new: true }),
      created('0-8', free!, now(), { name: 'Free', line_no: 'L2' }, { new: true }),
    ]));
    const second = await upsert({ id: 'L2', properties: { hs_product_id } });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(batch(now(), [updated('0-8', { id: free!, createdAt: now(), updatedAt: now() }, { hs_product_id }, { new: false })]));
  });

  test('a product that is not there refuses the batch, or its input alone when every input has a trace id [I]', async () => {
    const inputs = [{ id: 'L3', properties: { hs_product_id: '999' } }, { id: 'L4', properties: { name: 'Good' } }];
    const refused = await upsert(...inputs);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(invalidValues(['hs_product_id', 'INVALID_PRODUCT_ID', '999 was not a valid product ID']));
    const answer = await upsert(...inputs.map((input, n) => ({ ...input, objectWriteTraceId: `${n}` })));
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [created('0-8', idsOf(answer)[0]!, now(), { name: 'Good', line_no: 'L4' }, { new: true, objectWriteTraceId: '1' })], [
      batchError('VALIDATION_ERROR', faultsMessage(['hs_product_id', 'INVALID_PRODUCT_ID', '999 was not a valid product ID']), { objectWriteTraceId: ['0'] }),
    ]));
  });
});

describe('a product that is not there [I]', () => {
  const refused = (id: string): object => invalidValues(['hs_product_id', 'INVALID_PRODUCT_ID', `${id} was not a valid product ID`]);

  test('refuses the line item, and the batch', async () => {
    const before = await countOf(spoke, 'line_items');
    const answer = await create({ hs_product_id: '999', name: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('999'));
    const both = await spoke.post('/crm/v3/objects/line_items/batch/create', { inputs: [{ properties: { name: 'Good' } }, { properties: { hs_product_id: '999' } }] });
    expect(both.body).toEqual(refused('999'));
    expect(await countOf(spoke, 'line_items')).toBe(before);
  });

  test('a record of another type, or an archived product', async () => {
    const { id } = (await spoke.post('/crm/v3/objects/contacts', { properties: {} })).body;
    expect((await create({ hs_product_id: id })).body).toEqual(refused(id));
    const gone = await product({ name: 'Gone' });
    await spoke.call(`DELETE /crm/v3/objects/products/${gone}`);
    expect((await create({ hs_product_id: gone })).body).toEqual(refused(gone));
  });

  test('what is no number is told as that', async () => {
    expect((await create({ hs_product_id: 'abc' })).body).toEqual(invalidValues(['hs_product_id', 'INVALID_LONG', 'abc was not a valid long.']));
  });

  test('alone, when every input has a trace id', async () => {
    const answer = await spoke.post('/crm/v3/objects/line_items/batch/create', { inputs: [
      { properties: { name: 'Good' }, objectWriteTraceId: 'a' }, { properties: { hs_product_id: '999' }, objectWriteTraceId: 'b' },
    ] });
    expect(answer).toMatchObject({ status: 207, body: { numErrors: 1, errors: [{ context: { objectWriteTraceId: ['b'] } }] } });
    expect(answer.body.results).toEqual([created('0-8', idsOf(answer)[0]!, now(), { name: 'Good' }, { objectWriteTraceId: 'a' })]);
  });
});
