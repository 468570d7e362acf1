// Properties that a portal adds, and those that it has, on the wire (schema.md 3).
// Proves: properties.create, properties.list, properties.get.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, invalidValues, refusal } from '../support/expect.ts';
import { made, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

describe('properties', () => {
  const add = (body: unknown, type = 'contacts') => spoke.post(`/crm/v3/properties/${type}`, body);

  test.each(PROPERTY_ROOTS.map((root, n) => [root, `tier_${n}`] as const))('POST %s: 201 with the property, without hubspotDefined; GET shows it (3.1 [D], 3.2 [O])', async (root, name) => {
    const answer = await spoke.post(`${root}/contacts`, text(name));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(made(name));
    const read = await spoke.get(`${root}/contacts/${name}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(made(name));
  });

  test.each([
    ['a number', { type: 'number', fieldType: 'number' }, {}],
    ['a text area', { fieldType: 'textarea' }, {}],
    ['html', { fieldType: 'html' }, {}],
    ['a file', { fieldType: 'file' }, {}],
    ['a phone number', { fieldType: 'phonenumber' }, {}],
    ['a date', { type: 'date', fieldType: 'date' }, {}],
    ['a datetime', { type: 'datetime', fieldType: 'date' }, {}],
    ['a unique text', { hasUniqueValue: true }, {}],
    ['everything optional', { description: 'Why', displayOrder: 3, hidden: true, formField: true }, {}],
    ['a bool: options Yes and No', { type: 'bool', fieldType: 'booleancheckbox' }, {
      options: [{ label: 'Yes', value: 'true', displayOrder: 0, hidden: false }, { label: 'No', value: 'false', displayOrder: 1, hidden: false }],
    }],
    ['an enumeration', {
      type: 'enumeration', fieldType: 'select', options: [{ label: 'Gold', value: 'gold', displayOrder: 0, hidden: false }, { label: 'Silver', value: 'silver', description: 'second' }],
    }, {
      options: [{ label: 'Gold', value: 'gold', displayOrder: 0, hidden: false }, { label: 'Silver', value: 'silver', displayOrder: 1, hidden: false, description: 'second' }],
      modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyOptions: false, readOnlyValue: false },
    }],
  ])('POST %s (3.2, 3.4 [D], displayOrder and hidden of options [O])', async (name, given, answered) => {
    const unique = `kind_${name.replaceAll(/\W/g, '_').toLowerCase()}`;
    const answer = await add(text(unique, given));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(made(unique, { ...given, ...answered }));
    expect((await spoke.get(`/crm/v3/properties/contacts/${unique}`)).body).toEqual(answer.body);
  });

  test('upper case is folded (3.5 [I])', async () => {
    expect((await add(text('VIN'))).body).toEqual(made('vin'));
  });

  test('unknown members are ignored (platform 7.4 [O])', async () => {
    expect((await add(text('lenient', { createdUserId: '7', whatever: { a: 1 } }))).body).toEqual(made('lenient'));
  });

  test('it takes values at once, and the new options count (3.6 [D])', async () => {
    await add(text('shirt', { type: 'enumeration', fieldType: 'radio', options: [{ label: 'S', value: 's' }, { label: 'M', value: 'm' }] }));
    const good = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { shirt: 'm' } }] });
    expect(good.body.results[0].properties.shirt).toBe('m');
    const bad = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { shirt: 'xl' } }] });
    expect(bad.status).toBe(400);
    expect(bad.body).toEqual(invalidValues(['shirt', 'INVALID_OPTION', 'xl was not one of the allowed options: [s, m]']));
  });

  test('it belongs to its type only', async () => {
    await add(text('only_contacts'));
    expect((await spoke.get('/crm/v3/properties/companies/only_contacts')).status).toBe(404);
    expect((await add(text('only_contacts', { groupName: 'companyinformation' }), 'companies')).status).toBe(201);
  });

  test('a name that exists: 409 (3.10 [O])', async () => {
    await add(text('twice'));
    for (const name of ['twice', 'TWICE', 'firstname']) {
      const answer = await add(text(name));
      expect(answer.status).toBe(409);
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(answer.body).toEqual(refusal(`A property named '${name.toLowerCase()}' already exists.`, {
        context: { name: [name.toLowerCase()] }, category: 'OBJECT_ALREADY_EXISTS', subCategory: 'PropertyValidationError.PROPERTY_EXISTS',
      }));
    }
  });

  test.each([
    ['a space in the name', text('a b'), 'Property name "a b" must start with a letter and hold only letters, digits and underscores, 100 at most'],
    ['a digit first', text('1st'), 'Property name "1st" must start with a letter and hold only letters, digits and underscores, 100 at most'],
    ['a hyphen', text('a-b'), 'Property name "a-b" must start with a letter and hold only letters, digits and underscores, 100 at most'],
    ['101 characters', text('x'.repeat(101)), `Property name "${'x'.repeat(101)}" must start with a letter and hold only letters, digits and underscores, 100 at most`],
    ['hs_', text('hs_mine'), 'Property name "hs_mine" starts with hs_, which is reserved'],
    ['the name __proto__', text('__proto__'), 'Property name "__proto__" must start with a letter and hold only letters, digits and underscores, 100 at most'],
    ['the name constructor', text('Constructor'), 'Property name "Constructor" is reserved'],
    ['the name groups', text('groups'), 'Property name "groups" is reserved'],
    ['an empty label', text('x', { label: '' }), 'A property label must have 1 to 255 characters'],
    ['a label too long', text('x', { label: 'x'.repeat(256) }), 'A property label must have 1 to 255 characters'],
    ['an unknown type', text('x', { type: 'json' }), 'Property type "json" must be one of string, number, bool, enumeration, date, datetime, phone_number'],
    ['a field type of another type', text('x', { type: 'number' }), 'Field type "text" does not go with type number; use one of number, calculation_equation'],
    ['an unknown group', text('x', { groupName: 'nogroup' }), 'Property group "nogroup" does not exist for contacts'],
    ['an enumeration without options', text('x', { type: 'enumeration', fieldType: 'select' }), 'An enumeration needs options'],
    ['an option twice', text('x', { type: 'enumeration', fieldType: 'select', options: [{ label: 'A', value: 'a' }, { label: 'B', value: 'a' }] }), 'Option values must be unique and not empty'],
    ['a semicolon in an option', text('x', { type: 'enumeration', fieldType: 'checkbox', options: [{ label: 'A', value: 'a;b' }] }), 'Option values cannot hold a semicolon'],
    ['a bool of three', text('x', { type: 'bool', fieldType: 'booleancheckbox', options: [{ label: 'M', value: 'maybe' }] }), 'A single checkbox has the options true and false'],
    ['a unique date', text('x', { type: 'date', fieldType: 'date', hasUniqueValue: true }), 'Only string and number properties can have unique values'],
  ])('POST with %s is refused (3.3 to 3.6 [D], text [I])', async (_, body, message) => {
    const answer = await add(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });

  test('ten unique properties for a type, not eleven (3.6 [D], text [I])', async () => {
    const unique = (n: number) => add(text(`unique_${n}`, { groupName: 'ticketinformation', hasUniqueValue: true }), 'tickets');
    for (let n = 1; n <= 10; n++) expect((await unique(n)).status).toBe(201);
    const answer = await unique(11);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('An object type has at most 10 properties with unique values'));
  });

  test('the required members (3.3 [D])', async () => {
    const answer = await add('{}');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Invalid input JSON on line 1, column 2. Some required fields were not set: [name, label, type, fieldType, groupName]'));
  });

  test('GET one of HubSpot: its definition is read-only, its value not (3.2 [O])', async () => {
    const answer = await spoke.get('/crm/v3/properties/contacts/firstname');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      name: 'firstname', label: 'First Name', type: 'string', fieldType: 'text', description: expect.any(String), groupName: 'contactinformation', options: [],
      displayOrder: expect.any(Number), calculated: false, externalOptions: false, archived: false, hasUniqueValue: false, hidden: false, hubspotDefined: true,
      modificationMetadata: { archivable: true, readOnlyDefinition: true, readOnlyValue: false }, formField: expect.any(Boolean), dataSensitivity: 'non_sensitive',
    });
  });

  test('GET one that refers to records of a type (3.2 [O])', async () => {
    expect((await spoke.get('/crm/v3/properties/contacts/hubspot_owner_id')).body).toMatchObject({ type: 'enumeration', referencedObjectType: 'OWNER', externalOptions: true });
  });

  test('GET one whose value is read-only (3.2 [O])', async () => {
    expect((await spoke.get('/crm/v3/properties/contacts/hs_object_id')).body).toMatchObject({ modificationMetadata: { archivable: true, readOnlyDefinition: true, readOnlyValue: true } });
  });

  test.each(PROPERTY_ROOTS)('GET %s: all of them, without paging (3.1 [D])', async (root) => {
    const answer = await spoke.get(`${root}/contacts`);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['results']);
    const names = answer.body.results.map((property: { name: string }) => property.name);
    expect(names).toEqual(expect.arrayContaining(['email', 'firstname', 'lastname', 'lifecyclestage', 'hs_object_id', 'createdate', 'lastmodifieddate', 'vin']));
    expect(new Set(names).size).toBe(names.length);
    expect(answer.body.results).toContainEqual(made('vin'));
  });

  test('GET only some of them, by name; locale is taken and makes no difference (3.1 [D], what `properties` does [I])', async () => {
    const answer = await spoke.get('/crm/v3/properties/contacts?properties=vin,email,nosuch&locale=de');
    expect(answer.status).toBe(200);
    expect(answer.body.results.map((property: { name: string }) => property.name)).toEqual(['email', 'vin']);
    expect((await spoke.get('/crm/v3/properties/contacts/vin?locale=de')).body).toEqual(made('vin'));
  });

  test.each([
    ['a number', { type: 'number', fieldType: 'number', numberDisplayHint: 'currency', showCurrencySymbol: true, currencyPropertyName: 'firstname' }],
    ['a text', { textDisplayHint: 'postal_code' }],
  ])('the display hints of %s, which 2026-09 has not: neither taken nor answered (3.2 [D])', async (kind, given) => {
    const { numberDisplayHint: _n, showCurrencySymbol: _s, currencyPropertyName: _c, textDisplayHint: _t, ...plain } = given as Record<string, unknown>;
    const name = `hinted_${kind.replace(' ', '_')}`;
    expect((await add(text(name, given))).body).toEqual(made(name, given));
    expect((await spoke.get(`/crm/properties/2026-03/contacts/${name}`)).body).toEqual(made(name, given));
    expect((await spoke.get(`/crm/properties/2026-09/contacts/${name}`)).body).toEqual(made(name, plain));
    expect((await spoke.post('/crm/properties/2026-09/contacts', text(`${name}_09`, given))).body).toEqual(made(`${name}_09`, plain));
    expect((await spoke.get(`/crm/v3/properties/contacts/${name}_09`)).body).toEqual(made(`${name}_09`, plain));
  });

  test.each([
    ['a number hint for a text', { numberDisplayHint: 'currency' }, 'Only number properties can have numberDisplayHint'],
    ['a text hint for a number', { type: 'number', fieldType: 'number', textDisplayHint: 'email' }, 'Only string properties can have textDisplayHint'],
    ['a currency property that is none', { type: 'number', fieldType: 'number', currencyPropertyName: 'nosuch' }, 'Property "nosuch" of currencyPropertyName does not exist'],
    ['5,001 options', { type: 'enumeration', fieldType: 'select', options: Array.from({ length: 5_001 }, (_, n) => ({ label: 'x', value: `v${n}` })) }, 'A property has at most 5000 options'],
    ['a checkbox with one option', { type: 'enumeration', fieldType: 'booleancheckbox', options: [{ label: 'Yes', value: 'true' }] }, 'A single checkbox has the options true and false'],
  ])('POST with %s is refused (3.2, 3.4 [D], text [I])', async (_, more, message) => {
    const answer = await add(text('refused', more));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });

  test('a hint that is none is refused by its type (objects 6.2 [O])', async () => {
    expect((await add(text('refused', { textDisplayHint: 'loud' }))).status).toBe(400);
  });

  test('GET one that does not exist (3.10 [I])', async () => {
    const answer = await spoke.get('/crm/v3/properties/contacts/no_such');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal("No property named 'no_such' exists.", { context: { name: ['no_such'] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test.each([['butterflies', 'Unable to infer object type from: butterflies'], ['0-9999', 'Invalid object or event type id: 0-9999']])('of %s (objects 2.3 [O])', async (type, message) => {
    for (const answer of [await spoke.get(`/crm/v3/properties/${type}`), await spoke.get(`/crm/v3/properties/${type}/name`), await add(text('x'), type)]) {
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refusal(message));
    }
  });
});
