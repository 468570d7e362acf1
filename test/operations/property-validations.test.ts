// Validation rules of properties on the wire (schema.md 3.8): set, listed, read and refused, in every version; and what
// they do to writes. Each rule by itself is proved in test/crm/validation-rules.
// Proves: propertyValidations.list, propertyValidations.listProperty, propertyValidations.get, propertyValidations.update

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, invalidValues, refusal } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let serial = 0;
const ROOT = '/crm/v3/property-validations';
const CONTACTS = '/crm/v3/objects/contacts';
const ROOTS = [
  '/crm/v3/property-validations', '/crm/property-validations/v3',
  ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/crm/property-validations/${version}`),
];

beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

/** A property of its own for a test. */
async function property(type = 'string', fieldType = 'text', objectType = 'contacts', groupName = 'contactinformation'): Promise<string> {
  const name = `ruled_${serial++}`;
  expect((await spoke.post(`/crm/v3/properties/${objectType}`, { name, label: name, type, fieldType, groupName })).status).toBe(201);
  return name;
}

const put = async (name: string, ruleType: string, ruleArguments: string[], more: object = {}, root = ROOT, type = '0-1'): Promise<Answer> =>
  await spoke.call(`PUT ${root}/${type}/${name}/rule-type/${ruleType}`, { body: { ruleArguments, ...more } });

async function rule(name: string, ruleType: string, ruleArguments: string[], more: object = {}): Promise<void> {
  expect(await put(name, ruleType, ruleArguments, more)).toMatchObject({ status: 204, body: undefined });
}

const create = async (properties: object, path = CONTACTS): Promise<Answer> => await spoke.post(path, { properties });

describe('rules', () => {
  test('none at first', async () => {
    const fresh = await property('string', 'text', 'tickets', 'ticketinformation');
    expect(await spoke.get(`${ROOT}/0-5`)).toMatchObject({ status: 200, body: { results: [] } });
    expect(await spoke.get(`${ROOT}/0-5/${fresh}`)).toMatchObject({ status: 200, body: { results: [] } });
  });

  test.each(ROOTS)('are set, listed and read under %s', async (root) => {
    const name = await property('string', 'text', 'companies', 'companyinformation');
    expect(await put(name, 'MAX_LENGTH', ['5'], {}, root, '0-2')).toMatchObject({ status: 204, body: undefined });
    expect(await put(name, 'FORMAT', ['UPPER'], { shouldApplyNormalization: true }, root, '0-2')).toMatchObject({ status: 204 });
    const rules = [{ ruleType: 'FORMAT', ruleArguments: ['UPPER'] }, { ruleType: 'MAX_LENGTH', ruleArguments: ['5'] }];
    const all = await spoke.get(`${root}/0-2`);
    expect(all.status).toBe(200);
    expect(all.body.results.filter((one: { propertyName: string }) => one.propertyName === name)).toEqual([{ propertyName: name, propertyValidationRules: rules }]);
    expect(await spoke.get(`${root}/0-2/${name}`)).toMatchObject({ status: 200, body: { results: rules } });
    expect((await spoke.get(`${root}/0-2/${name}/rule-type/FORMAT`)).body).toEqual({ ruleType: 'FORMAT', ruleArguments: ['UPPER'], shouldApplyNormalization: true });
    expect((await spoke.get(`${root}/0-2/${name}/rule-type/MAX_LENGTH`)).body).toEqual({ ruleType: 'MAX_LENGTH', ruleArguments: ['5'], shouldApplyNormalization: false });
  });

  test('are set anew in place of one of the same type, also for a property of the catalogue', async () => {
    await rule('zip', 'ALPHANUMERIC', ['ALPHA_ONLY']);
    await rule('zip', 'ALPHANUMERIC', ['NUMERIC_ONLY']);
    expect((await spoke.get(`${ROOT}/0-1/zip`)).body).toEqual({ results: [{ ruleType: 'ALPHANUMERIC', ruleArguments: ['NUMERIC_ONLY'] }] });
    expect((await create({ zip: '8001' })).status).toBe(201);
    expect((await create({ zip: 'CH' })).status).toBe(400);
  });

  test('of a portal bind no other', async () => {
    const token = await spoke.addPortal(99);
    expect((await spoke.get(`${ROOT}/0-1`, { token })).body).toEqual({ results: [] });
    expect((await spoke.post(CONTACTS, { properties: { zip: 'CH' } }, { token })).status).toBe(201);
  });

  test('are gone from the lists with an archived property', async () => {
    const name = await property();
    await rule(name, 'MAX_LENGTH', ['5']);
    expect((await spoke.call(`DELETE /crm/v3/properties/contacts/${name}`)).status).toBe(204);
    expect((await spoke.get(`${ROOT}/0-1`)).body.results.map((one: { propertyName: string }) => one.propertyName)).not.toContain(name);
    expect((await spoke.get(`${ROOT}/0-1/${name}`)).status).toBe(404);
  });
});

describe('is refused', () => {
  test('an object type by name, or one that is not there', async () => {
    for (const type of ['contacts', 'CONTACT', '0-9999', '2-1', 'x']) {
      expect(await spoke.get(`${ROOT}/${type}`)).toMatchObject({ status: 400, body: refusal(`Invalid object or event type id: ${type}`) });
      expect(await put('zip', 'MAX_LENGTH', ['5'], {}, ROOT, type)).toMatchObject({ status: 400 });
    }
  });

  test('a property that is not there', async () => {
    const missing = refusal("No property named 'nothing' exists.", { context: { name: ['nothing'] }, category: 'OBJECT_NOT_FOUND' });
    expect(await spoke.get(`${ROOT}/0-1/nothing`)).toMatchObject({ status: 404, body: missing });
    expect(await spoke.get(`${ROOT}/0-1/nothing/rule-type/EMAIL`)).toMatchObject({ status: 404, body: missing });
    expect(await put('nothing', 'EMAIL', [])).toMatchObject({ status: 404, body: missing });
  });

  test('a rule that the property does not have', async () => {
    expect(await spoke.get(`${ROOT}/0-1/city/rule-type/EMAIL`)).toMatchObject({
      status: 404, body: refusal('Property "city" has no validation rule of type EMAIL.', { context: { propertyName: ['city'], ruleType: ['EMAIL'] }, category: 'OBJECT_NOT_FOUND' }),
    });
  });

  test('a type of rule that there is not', async () => {
    for (const answer of [await put('city', 'EVEN', []), await put('city', 'email', []), await put('city', 'constructor', []), await spoke.get(`${ROOT}/0-1/city/rule-type/EVEN`)]) {
      expect(answer).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR', message: expect.stringContaining('is not one of the validation rule types: ALPHANUMERIC, FORMAT,') } });
    }
  });

  test('wrong arguments, another kind of property, one that nobody writes', async () => {
    const fault = (ruleType: string, name: string, reason: string): object => ({
      status: 400,
      body: invalid(`The validation rule ${ruleType} of property "${name}" is not valid: ${reason}`, { context: { propertyName: [name], ruleType: [ruleType] } }),
    });
    expect(await put('city', 'MAX_LENGTH', ['0'])).toMatchObject(fault('MAX_LENGTH', 'city', 'it takes a whole number from 1 to 10000'));
    expect(await put('city', 'REGEX', ['('])).toMatchObject(fault('REGEX', 'city', 'its pattern is no RE2 regular expression'));
    expect(await put('city', 'MIN_NUMBER', ['1'])).toMatchObject(fault('MIN_NUMBER', 'city', 'it goes with number properties only'));
    expect(await put('hs_object_source_id', 'MAX_LENGTH', ['5'])).toMatchObject(fault('MAX_LENGTH', 'hs_object_source_id', 'nobody writes values of the property'));
    expect((await spoke.get(`${ROOT}/0-1/city`)).body).toEqual({ results: [] });
  });

  test('a body of another shape', async () => {
    for (const body of [{}, { ruleArguments: '5' }, { ruleArguments: [5] }, { ruleArguments: ['5'], shouldApplyNormalization: 'yes' }, []]) {
      expect((await spoke.call(`PUT ${ROOT}/0-1/city/rule-type/MAX_LENGTH`, { body })).status).toBe(400);
    }
  });

  test('a caller without the scope of the type', async () => {
    const read = await spoke.tokenWith(['crm.schemas.contacts.read']);
    expect((await spoke.get(`${ROOT}/0-1`, { token: read })).status).toBe(200);
    expect((await spoke.get(`${ROOT}/0-2`, { token: read })).status).toBe(403);
    expect((await spoke.call(`PUT ${ROOT}/0-1/city/rule-type/MAX_LENGTH`, { token: read, body: { ruleArguments: ['5'] } })).status).toBe(403);
  });
});

describe('a write', () => {
  const fault = (name: string, value: string, ruleType: string, demand: string) =>
    [name, ruleType, `${value} does not keep the validation rule ${ruleType} of property "${name}": it must ${demand}`] as const;
  let code: string;
  let rating: string;
  beforeAll(async () => {
    [code, rating] = [await property(), await property('number', 'number')];
    await rule(code, 'REGEX', ['[A-Z]{2}\\d+', 'two letters, then digits']);
    await rule(rating, 'MAX_NUMBER', ['10']);
  });

  test('that breaks rules is told of all of them, beside other faults', async () => {
    expect(await create({ [code]: 'x', [rating]: '11', nothing: '1', city: 'Zurich' })).toMatchObject({
      status: 400,
      body: invalidValues(
        fault(code, 'x', 'REGEX', 'satisfy: two letters, then digits'), fault(rating, '11', 'MAX_NUMBER', 'be at most 10'),
        ['nothing', 'PROPERTY_DOESNT_EXIST', 'Property "nothing" does not exist'],
      ),
    });
  });

  test('in every version, one or many, new or not', async () => {
    const { body: { id } } = await create({ [code]: 'AB1', [rating]: '10' });
    const faults = { status: 400, body: invalidValues(fault(rating, '10.5', 'MAX_NUMBER', 'be at most 10')) };
    const properties = { [rating]: '10.5' };
    for (const root of ['/crm/v3/objects', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta']) {
      const path = `${root}/contacts`;
      expect(await create(properties, path), root).toMatchObject(faults);
      expect(await spoke.call(`PATCH ${path}/${id}`, { body: { properties } }), root).toMatchObject(faults);
      expect(await spoke.post(`${path}/batch/create`, { inputs: [{ properties }] }), root).toMatchObject(faults);
      expect(await spoke.post(`${path}/batch/update`, { inputs: [{ id, properties }] }), root).toMatchObject(faults);
      expect(await spoke.post(`${path}/batch/upsert`, { inputs: [{ id: 'new@example.com', idProperty: 'email', properties }] }), root).toMatchObject(faults);
    }
    expect((await spoke.get(`${CONTACTS}/${id}?properties=${rating}`)).body.properties).toMatchObject({ [rating]: '10' });
  });

  test('of many inputs with trace ids fails input by input', async () => {
    const { status, body } = await spoke.post(`${CONTACTS}/batch/create`, {
      inputs: [{ objectWriteTraceId: 'a', properties: { [rating]: '9' } }, { objectWriteTraceId: 'b', properties: { [rating]: '90' } }],
    });
    expect(status).toBe(207);
    expect(body).toMatchObject({ results: [{ properties: { [rating]: '9' } }], errors: [{ context: { objectWriteTraceId: ['b'] }, message: expect.stringContaining('"error":"MAX_NUMBER"') }] });
  });

  test('may clear a value, and send back one that was there before the rule', async () => {
    const name = await property();
    const { body: { id } } = await create({ [name]: 'far too long' });
    await rule(name, 'MAX_LENGTH', ['3']);
    const patch = async (value: string): Promise<Answer> => await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { [name]: value } } });
    expect((await patch('far too long')).status).toBe(200);
    expect((await patch('also too long')).status).toBe(400);
    expect((await patch('')).status).toBe(200);
    expect((await patch('far too long')).status).toBe(400);
    expect((await patch('abc')).status).toBe(200);
  });

  test('is judged by the value that will be stored', async () => {
    const name = await property('date', 'date');
    await rule(name, 'DAYS_OF_WEEK', ['FRIDAY']);
    expect((await create({ [name]: String(Date.UTC(2026, 9, 2)) })).status).toBe(201);
    expect(await create({ [name]: String(Date.UTC(2026, 9, 3)) })).toMatchObject({
      status: 400, body: invalidValues(fault(name, '2026-10-03', 'DAYS_OF_WEEK', 'be on one of these days: FRIDAY')),
    });
  });

  test('is brought into form where a rule says so, with a warning in the version that has them', async () => {
    const name = await property();
    await rule(name, 'WHITESPACE', ['TRIM'], { shouldApplyNormalization: true });
    await rule(name, 'FORMAT', ['UPPER'], { shouldApplyNormalization: true });
    await rule(name, 'MAX_LENGTH', ['3']);
    const before = await create({ [name]: ' abc ' });
    expect(before).toMatchObject({ status: 201, body: { properties: { [name]: 'ABC' } } });
    expect(before.body).not.toHaveProperty('warnings');
    const after = await create({ [name]: ' abc ' }, '/crm/objects/2026-09/contacts');
    expect(after.body).toMatchObject({
      properties: { [name]: 'ABC' },
      warnings: [{ category: 'PROPERTY_VALUE_NORMALIZED', message: `${name} was normalized`, context: { propertyName: name, rawValue: ' abc ', normalizedValue: 'ABC' } }],
    });
    expect((await create({ [name]: 'ABC' }, '/crm/objects/2026-09/contacts')).body).not.toHaveProperty('warnings');
    expect(await create({ [name]: ' abcd ' })).toMatchObject({ status: 400, body: invalidValues(fault(name, 'ABCD', 'MAX_LENGTH', 'have at most 3 characters')) });
    expect((await create({ [name]: '   ' })).body.properties).not.toHaveProperty(name);
    await rule(name, 'FORMAT', ['UPPER']);
    expect((await create({ [name]: ' abc ' })).status).toBe(400);
  });

  test('of a property that became one of another type is no longer bound by the rules of the old', async () => {
    const name = await property('number', 'number');
    await rule(name, 'MAX_NUMBER', ['1']);
    expect((await spoke.call(`PATCH /crm/v3/properties/contacts/${name}`, { body: { type: 'string', fieldType: 'text' } })).status).toBe(200);
    expect((await create({ [name]: '2' })).status).toBe(201);
  });

  test('that computes a value is not bound', async () => {
    const body = { label: 'x', groupName: 'contactinformation', type: 'number' };
    const doubled = `doubled_${serial++}`;
    await spoke.post('/crm/v3/properties/contacts', { ...body, name: doubled, fieldType: 'calculation_equation', calculationFormula: `2${rating}` });
    expect((await create({ [rating]: '10' })).body.properties).toMatchObject({ [doubled]: '20' });
  });

  test('of a record of a custom object is bound too', async () => {
    const made = await spoke.post('/crm-object-schemas/v3/schemas', {
      name: 'crate', labels: { singular: 'Crate', plural: 'Crates' }, requiredProperties: ['mark'], primaryDisplayProperty: 'mark', associatedObjects: [],
      properties: [{ name: 'mark', label: 'Mark', type: 'string', fieldType: 'text' }],
    });
    expect(made.status).toBe(201);
    const { objectTypeId } = made.body;
    expect(await put('mark', 'FORMAT', ['UPPER'], {}, ROOT, objectTypeId)).toMatchObject({ status: 204 });
    expect((await create({ mark: 'a' }, `/crm/v3/objects/${objectTypeId}`)).status).toBe(400);
    expect((await create({ mark: 'A' }, `/crm/v3/objects/${objectTypeId}`)).status).toBe(201);
  });
});
