// Calculated properties on the wire (schema.md 3.7): formulas that are saved and refused, values on every kind of write,
// and records that were there before. What a formula means is proved in test/crm/formulas.
// Proves: properties.create, properties.update, properties.archive, properties.get, records.create, records.update, records.batchCreate, records.batchUpsert

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, createdContact, invalid, invalidValues, updatedContact } from '../support/expect.ts';
import { createApp } from '../../src/app.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let serial = 0;
const CONTACTS = '/crm/v3/objects/contacts';
const PROPERTIES = '/crm/v3/properties/contacts';
const { now, tick } = clockOf(() => spoke);
const shared = (name: string) => ({ name, label: name, groupName: 'contactinformation' });

beforeAll(async () => {
  spoke = await startSpoke();
  for (const name of ['price', 'cost']) await define({ ...shared(name), type: 'number', fieldType: 'number' });
  for (const name of ['first', 'second']) await define({ ...shared(name), type: 'string', fieldType: 'text' });
  await define({ ...shared('agreed'), type: 'bool', fieldType: 'booleancheckbox' });
  await define({ ...shared('born'), type: 'date', fieldType: 'date' });
});
afterAll(() => spoke.close());

async function define(body: object): Promise<void> {
  expect(await spoke.post(PROPERTIES, body)).toMatchObject({ status: 201 });
}

const calculated = (name: string, type: string, calculationFormula: string, more: object = {}): object =>
  ({ ...shared(name), type, fieldType: 'calculation_equation', calculationFormula, ...more });

const create = async (properties: object) => await spoke.post(CONTACTS, { properties });
const read = async (id: string, ...names: string[]) => (await spoke.get(`${CONTACTS}/${id}?properties=${names.join()}`)).body.properties;

describe('a formula is saved', () => {
  test('and answered with the property, which no client can write', async () => {
    const margin = {
      ...shared('margin'), type: 'number', fieldType: 'calculation_equation', description: '', options: [], displayOrder: -1, calculated: true,
      calculationFormula: 'price - cost', externalOptions: false, archived: false, hasUniqueValue: false, hidden: false, formField: false,
      modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: true }, dataSensitivity: 'non_sensitive',
      createdAt: now(), updatedAt: now(),
    };
    expect(await spoke.post(PROPERTIES, calculated('margin', 'number', 'price - cost'))).toMatchObject({ status: 201, body: margin });
    expect(await spoke.get(`${PROPERTIES}/margin`)).toMatchObject({ status: 200, body: margin });
    expect(await create({ margin: '3' })).toMatchObject({
      status: 400, body: invalidValues(['margin', 'READ_ONLY_VALUE', '"margin" is a calculated property; its value cannot be set.']),
    });
  });

  test.each([
    ['of a number', 'number', 'max(price, 2cost) / 4'],
    ['of a bool', 'bool', 'bool(agreed) and price > cost'],
    ['of a string', 'string', "if is_present(first) then concatenate(string(first), ' ', string(second)) else 'nobody'"],
    ['in any case', 'number', 'IF Price > 3 THEN Max(PRICE, COST) ELSEIF cost = 2 THEN 1 ENDIF'],
  ])('%s', async (_, type, formula) => {
    expect(await spoke.post(PROPERTIES, calculated(`saved_${serial++}`, type, formula))).toMatchObject({ status: 201, body: { type, calculationFormula: formula } });
  });
});

describe('a formula is refused', () => {
  const fault = (reason: string, position: number): object =>
    invalid(`The calculation formula is not valid: ${reason} (at character ${position})`, { context: { position: [String(position)] } });

  test.each([
    ['that is no formula', 'price +', 'it ends too early', 8],
    ['with a character of no meaning', 'price $ 2', 'unexpected "$"', 7],
    ['with two values side by side', 'price cost', 'unexpected "cost"', 7],
    ['of a property that is not there', 'price + profit', 'there is no property "profit" that a formula can use', 9],
    ['of itself', 'refused + 1', 'there is no property "refused" that a formula can use', 1],
    ['of an id', 'hs_object_id + 1', 'there is no property "hs_object_id" that a formula can use', 1],
    ['of a count that is only made by reading', 'num_associated_deals + 1', 'there is no property "num_associated_deals" that a formula can use', 1],
    ['of a text as if it were a number', 'price + first', 'property "first" is of type string, which is no number, write string(first)', 9],
    ['of a date', 'price + born', 'property "born" is of type date, which is no number', 9],
    ['of a number as if it were a text', 'string(price)', 'property "price" is of type number, which is no string', 8],
    ['that adds a number to a text', 'string(first) + price', 'expected a string, this is a number', 17],
    ['with a function that is not there', 'round(price)', 'there is no function "round"', 1],
    ['with too few arguments', 'price + max(cost)', 'max takes 2 to 100 arguments, here are 1', 9],
    ['with another result than the property', "'text'", 'it gives a string, a property of type number needs a number', 1],
    ['with branches of two types', "if price > 1 then 1 else 'x'", 'expected a number, this is a string', 26],
    ['that is too deep', `${'('.repeat(51)}1${')'.repeat(51)}`, 'more than 50 parentheses are open', 51],
    ['that is too long', '1+'.repeat(5_000) + '1', 'it has more than 10000 characters', 10_001],
  ])('%s', async (_, formula, reason, position) => {
    expect(await spoke.post(PROPERTIES, calculated('refused', 'number', formula))).toMatchObject({ status: 400, body: fault(reason, position) });
  });

  test.each([
    ['when it is missing', { ...shared('refused'), type: 'number', fieldType: 'calculation_equation' }, 'Properties of field type calculation_equation need a calculation formula'],
    ['on an ordinary property', { ...shared('refused'), type: 'number', fieldType: 'number', calculationFormula: '1' }, 'Only properties of field type calculation_equation have a calculation formula'],
    ['with unique values', calculated('refused', 'number', 'price', { hasUniqueValue: true }), 'Calculated properties cannot have unique values'],
  ])('%s', async (_, body, message) => {
    expect(await spoke.post(PROPERTIES, body)).toMatchObject({ status: 400, body: invalid(message) });
  });
});

describe('values follow', () => {
  beforeAll(async () => {
    // Made before what it builds on is read by name: the order of names is not that of the formulas.
    await define(calculated('b_margin', 'number', 'price - cost'));
    await define(calculated('a_share', 'number', 'b_margin / price'));
    await define(calculated('profitable', 'bool', 'b_margin > 0'));
    await define(calculated('label', 'string', "if is_present(first) then string(first) + '!' else 'nobody'"));
    await define(calculated('size', 'enumeration', "if price > 100 then 'large' elseif price > 10 then 'medium' else 'unheard of'", {
      options: [{ label: 'Large', value: 'large' }, { label: 'Medium', value: 'medium' }],
    }));
    for (let i = 0; i < 2; i++) tick();
  });
  const NAMES = ['b_margin', 'a_share', 'profitable', 'label', 'size'];
  const NO_VALUES = { b_margin: null, a_share: null, profitable: null, label: 'nobody', size: null };

  test('on a create, one formula out of another', async () => {
    const { status, body } = await create({ email: 'follow@example.com', price: '20', cost: '5' });
    expect(status).toBe(201);
    expect(body).toMatchObject(createdContact(body.id, now(), {
      email: 'follow@example.com', hs_email_domain: 'example.com', hs_full_name_or_email: 'follow@example.com', price: '20', cost: '5',
      margin: '15', b_margin: '15', a_share: '0.75', profitable: 'true', label: 'nobody', size: 'medium', saved_0: '5', saved_2: 'nobody', saved_3: '20',
    }));
  });

  test('on an update, in its answer and in the history', async () => {
    const { body: { id, createdAt } } = await create({ price: '20', cost: '5' });
    const { status, body } = await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { cost: '30', first: 'Ada' } } });
    expect(status).toBe(200);
    expect(body).toMatchObject(updatedContact({ id, createdAt, updatedAt: now() }, {
      cost: '30', first: 'Ada', b_margin: '-10', a_share: '-0.5', profitable: 'false', label: 'Ada!', margin: '-10', saved_0: '15',
    }));
    const history = (await spoke.get(`${CONTACTS}/${id}?propertiesWithHistory=a_share`)).body.propertiesWithHistory.a_share;
    expect(history.map(({ value }: { value: string }) => value)).toEqual(['-0.5', '0.75']);
  });

  test('and go when an operand goes', async () => {
    const { body: { id } } = await create({ price: '200', cost: '5', first: 'Ada' });
    expect(await read(id, ...NAMES)).toMatchObject({ b_margin: '195', a_share: '0.975', profitable: 'true', label: 'Ada!', size: 'large' });
    await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { price: '', first: '' } } });
    expect(await read(id, ...NAMES)).toMatchObject(NO_VALUES);
  });

  test('a division by zero gives none', async () => {
    const { body: { id } } = await create({ price: '0', cost: '5' });
    expect(await read(id, 'b_margin', 'a_share')).toMatchObject({ b_margin: '-5', a_share: null });
  });

  test('a text that is no option gives none', async () => {
    const { body: { id } } = await create({ price: '5' });
    expect(await read(id, 'size')).toMatchObject({ size: null });
  });

  test('in batches, and for records that an upsert makes', async () => {
    await define({ ...shared('badge'), type: 'string', fieldType: 'text', hasUniqueValue: true });
    const made = await spoke.post(`${CONTACTS}/batch/create`, { inputs: [{ properties: { price: '3', cost: '1' } }, { properties: { price: '4', cost: '1', badge: 'x' } }] });
    expect(made.body.results.map((one: { properties: object }) => one.properties)).toMatchObject([{ b_margin: '2' }, { b_margin: '3' }]);
    const changed = await spoke.post(`${CONTACTS}/batch/upsert`, {
      inputs: ['x', 'y'].map((id) => ({ idProperty: 'badge', id, properties: { price: '8', cost: '2' } })),
    });
    expect(changed.body.results).toMatchObject([{ new: false, properties: { b_margin: '6' } }, { new: true, properties: { b_margin: '6', a_share: '0.75' } }]);
  });

  test('a merged record has those of its own values', async () => {
    const [a, b] = [await create({ price: '10' }), await create({ cost: '4', first: 'Bob' })];
    const merged = await spoke.post(`${CONTACTS}/merge`, { primaryObjectId: a.body.id, objectIdToMerge: b.body.id });
    expect(merged.status).toBe(200);
    expect(await read(merged.body.id, ...NAMES)).toMatchObject({ b_margin: '6', a_share: '0.6', label: 'Bob!' });
  });

  test('an update that touches no operand changes none', async () => {
    const { body: { id } } = await create({ price: '20', cost: '5' });
    const { body } = await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { second: 'x' } } });
    expect(body.properties).not.toHaveProperty('b_margin');
  });
});

describe('records that were there before', () => {
  const COMPANIES = '/crm/v3/objects/companies';
  const company = (name: string, type: string, fieldType: string, more: object = {}): object => ({ name, label: name, groupName: 'companyinformation', type, fieldType, ...more });
  const COUNT = 1_300;

  test('have the value when the property is there, with a revision of its own', async () => {
    await spoke.post('/crm/v3/properties/companies', company('seats', 'number', 'number'));
    for (let i = 0; i < COUNT; i += 100) {
      const inputs = Array.from({ length: 100 }, (_, k) => ({ properties: { name: `Company ${i + k}`, seats: String(i + k) } }));
      expect((await spoke.post(`${COMPANIES}/batch/create`, { inputs })).status).toBe(201);
    }
    const made = await spoke.post('/crm/v3/properties/companies', company('seats_twice', 'number', 'calculation_equation', { calculationFormula: '2seats' }));
    expect(made.status).toBe(201);

    let after = '';
    const values: string[] = [];
    do {
      const { body } = await spoke.get(`${COMPANIES}?limit=100&properties=seats_twice${after && `&after=${after}`}`);
      values.push(...body.results.map((one: { properties: { seats_twice: string } }) => one.properties.seats_twice));
      after = body.paging?.next.after ?? '';
    } while (after);
    expect(values).toEqual(Array.from({ length: COUNT }, (_, i) => String(2 * i)));

    const { body: { results: [first] } } = await spoke.get(`${COMPANIES}?limit=1&propertiesWithHistory=name`);
    const { body } = await spoke.get(`${COMPANIES}/${first.id}?propertiesWithHistory=seats_twice,seats`);
    expect(body.propertiesWithHistory).toEqual({
      seats: [{ value: '0', timestamp: body.createdAt, sourceType: 'INTEGRATION', sourceId: '1' }],
      seats_twice: [{ value: '0', timestamp: now(), sourceType: 'CALCULATED' }],
    });
  });

  test('also when others write them at the same time', async () => {
    const { body: { results } } = await spoke.get(`${COMPANIES}?limit=100&properties=seats`);
    const ids: string[] = results.map((one: { id: string }) => one.id);
    const write = async (seats: number): Promise<void> => {
      const { status } = await spoke.post(`${COMPANIES}/batch/update`, { inputs: ids.map((id) => ({ id, properties: { seats: String(seats) } })) });
      expect(status).toBe(200);
    };
    const [made] = await Promise.all([
      spoke.post('/crm/v3/properties/companies', company('seats_half', 'number', 'calculation_equation', { calculationFormula: 'seats / 2' })),
      (async () => {
        for (let seats = 1_000; seats < 1_008; seats++) await write(seats);
      })(),
    ]);
    expect(made.status).toBe(201);
    // What was written by the model before is seen to two seconds later.
    await expect.poll(async () => {
      const { body } = await spoke.post(`${COMPANIES}/batch/read`, { properties: ['seats_half', 'seats_twice'], inputs: ids.map((id) => ({ id })) });
      return new Set(body.results.map((one: { properties: object }) => JSON.stringify([Object.entries(one.properties).filter(([name]) => name.startsWith('seats'))])));
    }, { timeout: 15_000 }).toEqual(new Set([JSON.stringify([[['seats_half', '503.5'], ['seats_twice', '2014']]])]));
  });
});

describe('a formula is changed', () => {
  const patch = async (name: string, body: object) => await spoke.call(`PATCH ${PROPERTIES}/${name}`, { body });
  beforeAll(async () => {
    await define(calculated('changing', 'number', 'price + 1'));
    await define(calculated('on_top', 'number', '10changing'));
    await define(calculated('kind', 'enumeration', "if price > 5 then 'big' else 'small'", { options: [{ label: 'Big', value: 'big' }] }));
  });

  test('and records that are there have the new value, also of formulas that build on it', async () => {
    const { body: { id } } = await create({ price: '4' });
    expect(await read(id, 'changing', 'on_top')).toMatchObject({ changing: '5', on_top: '50' });
    expect(await patch('changing', { calculationFormula: 'price * 2' })).toMatchObject({ status: 200, body: { calculated: true, calculationFormula: 'price * 2' } });
    expect(await read(id, 'changing', 'on_top')).toMatchObject({ changing: '8', on_top: '80' });
  });

  test('or its options, which decide about the value too', async () => {
    const { body: { id } } = await create({ price: '4' });
    expect(await read(id, 'kind')).toMatchObject({ kind: null });
    expect(await patch('kind', { options: [{ label: 'Big', value: 'big' }, { label: 'Small', value: 'small' }] })).toMatchObject({ status: 200 });
    expect(await read(id, 'kind')).toMatchObject({ kind: 'small' });
  });

  test.each([
    ['that would depend on itself', { calculationFormula: 'on_top + 1' }, 'it would depend on itself through on_top', 1],
    ['that names itself', { calculationFormula: 'changing + 1' }, 'it would depend on itself', 1],
    ['that is none', { calculationFormula: 'price >' }, 'it ends too early', 8],
    ['of another type than the property', { calculationFormula: 'true' }, 'it gives a bool, a property of type number needs a number', 1],
  ])('%s is refused', async (_, body, reason, position) => {
    expect(await patch('changing', body)).toMatchObject({
      status: 400, body: invalid(`The calculation formula is not valid: ${reason} (at character ${position})`, { context: { position: [String(position)] } }),
    });
    expect((await spoke.get(`${PROPERTIES}/changing`)).body.calculationFormula).toBe('price * 2');
  });

  test('what formulas use keeps its type and stays, unless it goes with them', async () => {
    const used = (name: string, ...by: string[]): object =>
      invalid(`Property "${name}" is used in the calculation formula of: ${by.join(', ')}`, { context: { name: [name], usedBy: by } });
    expect(await patch('changing', { type: 'string', fieldType: 'text' })).toMatchObject({ status: 400, body: used('changing', 'on_top') });
    expect(await spoke.call(`DELETE ${PROPERTIES}/changing`)).toMatchObject({ status: 400, body: used('changing', 'on_top') });
    expect(await spoke.post(`${PROPERTIES}/batch/archive`, { inputs: [{ name: 'second' }] })).toMatchObject({ status: 400, body: used('second', 'saved_2') });
    expect(await spoke.post(`${PROPERTIES}/batch/archive`, { inputs: [{ name: 'changing' }, { name: 'on_top' }] })).toMatchObject({ status: 204 });
    expect(await create({ price: '4' })).toMatchObject({ status: 201 });
  });

  test('a property that is no longer calculated keeps its values and can be written', async () => {
    await define(calculated('for_now', 'number', 'price + 1'));
    const { body: { id } } = await create({ price: '4' });
    expect(await patch('for_now', { fieldType: 'number' })).toMatchObject({ status: 200, body: { calculated: false } });
    expect((await spoke.get(`${PROPERTIES}/for_now`)).body).not.toHaveProperty('calculationFormula');
    expect(await read(id, 'for_now')).toMatchObject({ for_now: '5' });
    expect(await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { for_now: '6', price: '1' } } })).toMatchObject({ status: 200 });
    expect(await read(id, 'for_now')).toMatchObject({ for_now: '6' });
    expect(await patch('for_now', { fieldType: 'calculation_equation', calculationFormula: 'price + 2' })).toMatchObject({ status: 200, body: { calculated: true } });
    expect(await read(id, 'for_now')).toMatchObject({ for_now: '3' });
  });

  test('properties of one batch can build on each other', async () => {
    const { status, body } = await spoke.post(`${PROPERTIES}/batch/create`, {
      inputs: [calculated('step_1', 'number', 'price + 1'), calculated('step_2', 'number', 'step_1 + 1'), calculated('step_3', 'number', 'step_4 + 1')],
    });
    expect(status).toBe(207);
    expect(body).toMatchObject({ results: [{ name: 'step_1' }, { name: 'step_2' }], errors: [{ category: 'VALIDATION_ERROR', context: { name: ['step_3'], position: ['1'] } }] });
    const { body: { id } } = await create({ price: '1' });
    expect(await read(id, 'step_2')).toMatchObject({ step_2: '3' });
  });
});

test('a mark that a stopped process left is worked on by the next one, and taken away', async () => {
  const { db, token } = spoke;
  const { body: { id } } = await create({ price: '7', cost: '2' });
  // As if the process had ended between the change of the model and the records.
  await db.query({ text: `update record set properties = properties - 'b_margin' where id = $1`, values: [Number(id)] });
  await db.query({
    text: `update portal set model_version = model_version + 1, settings = settings || jsonb_build_object('recomputing', jsonb_build_object('0-1', jsonb_build_object('run', model_version, 'at', $1::text))) where portal_id = 1234567`,
    values: [NOW],
  });
  const next = createApp({ db });
  const get = async (): Promise<string | null> => {
    const response = await next.fetch(new Request(`http://spoke.test${CONTACTS}/${id}?properties=b_margin`, { headers: { authorization: `Bearer ${token}` } }));
    return ((await response.json()) as { properties: { b_margin: string | null } }).properties.b_margin;
  };
  await expect.poll(get, { timeout: 10_000 }).toBe('5');
  const marks = async (): Promise<object> => (await db.query<{ marks: object }>({ text: `select settings->'recomputing' as marks from portal where portal_id = 1234567`, values: [] }))[0]!.marks;
  await expect.poll(marks, { timeout: 15_000 }).toEqual({});
  await next.close();
});
