// Changing a property's definition, and what becomes of the values that records have (schema.md 3.3).
// Proves: properties.update.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, invalidValues, refusal } from '../support/expect.ts';
import { choice, made, madeChoice, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm/v3/properties/contacts';
const LATER = '2026-10-02T09:00:01.000Z';
const add = async (body: { name: string }): Promise<void> => expect((await spoke.post(ROOT, body)).status).toBe(201);
const change = (name: string, body: unknown, root = ROOT): Promise<Answer> => spoke.call(`PATCH ${root}/${name}`, { body });
const makeContact = async (properties: object): Promise<string> => (await spoke.post('/crm/v3/objects/contacts', { properties })).body.id;
const valueOf = async (id: string, name: string): Promise<string> => (await spoke.get(`/crm/v3/objects/contacts/${id}?properties=${name}`)).body.properties[name];

describe('what is told', () => {
  test.each(PROPERTY_ROOTS.map((root, n) => [root, `told_${n}`] as const))('PATCH %s: 200 with the property, changed where the body says so (3.1 [D], 3.3 [D])', async (root, name) => {
    await add(text(name, { description: 'first', displayOrder: 4 }));
    const answer = await change(name, { label: 'Another', hidden: true, formField: true, groupName: 'emailinformation' }, `${root}/contacts`);
    expect(answer.status).toBe(200);
    const changed = made(name, { label: 'Another', hidden: true, formField: true, groupName: 'emailinformation', description: 'first', displayOrder: 4 });
    expect(answer.body).toEqual(changed);
    expect((await spoke.get(`${ROOT}/${name}`)).body).toEqual(changed);
  });

  test('updatedAt moves with a change, and only then; createdAt stays [I]', async () => {
    await add(choice('dated', ['a', 'b']));
    spoke.tick(1_000);
    try {
      for (const nothing of [{}, { label: 'A label' }, { options: [{ label: 'A', value: 'a' }, { label: 'B', value: 'b' }] }]) {
        expect((await change('dated', nothing)).body).toEqual(madeChoice('dated', ['a', 'b']));
      }
      expect((await change('dated', { description: 'new' })).body).toEqual(madeChoice('dated', ['a', 'b'], { description: 'new', updatedAt: LATER }));
    } finally {
      spoke.tick(-1_000);
    }
  });

  test('name, hasUniqueValue, externalOptions and referencedObjectType are not updatable: passed over like unknown members (3.3 [D], 7.4 [O])', async () => {
    await add(text('frozen'));
    const answer = await change('frozen', { name: 'thawed', hasUniqueValue: true, externalOptions: true, referencedObjectType: 'OWNER', dataSensitivity: 'sensitive' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(made('frozen'));
    expect((await spoke.get(`${ROOT}/thawed`)).status).toBe(404);
  });

  test('display hints, but not in 2026-09 (3.2 [D])', async () => {
    await add(text('hinted', { type: 'number', fieldType: 'number', numberDisplayHint: 'currency' }));
    const number = { type: 'number', fieldType: 'number' };
    expect((await change('hinted', { numberDisplayHint: 'percentage' }, '/crm/properties/2026-09/contacts')).body).toEqual(made('hinted', number));
    expect((await spoke.get(`${ROOT}/hinted`)).body).toEqual(made('hinted', { ...number, numberDisplayHint: 'currency' }));
    expect((await change('hinted', { numberDisplayHint: 'percentage', showCurrencySymbol: false })).body).toEqual(made('hinted', { ...number, numberDisplayHint: 'percentage', showCurrencySymbol: false }));
    // A hint goes with its type.
    expect((await change('hinted', { type: 'string', fieldType: 'text' })).body).toEqual(made('hinted'));
  });

  test('a group with a label of its own can be moved to, one that does not exist not', async () => {
    await add(text('moving'));
    const answer = await change('moving', { groupName: 'nogroup' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Property group "nogroup" does not exist for contacts'));
  });
});

describe('options', () => {
  test('are replaced as a whole (3.3 [D]); a removed one stays readable where records have it, and is refused when written [I]', async () => {
    await add(choice('size', ['s', 'm', 'l']));
    const id = await makeContact({ size: 'l' });
    const answer = await change('size', { options: [{ label: 'Extra', value: 'xl' }, { label: 'S', value: 's', hidden: true }] });
    expect(answer.status).toBe(200);
    expect(answer.body.options).toEqual([{ label: 'Extra', value: 'xl', displayOrder: 0, hidden: false }, { label: 'S', value: 's', displayOrder: 1, hidden: true }]);
    expect(await valueOf(id, 'size')).toBe('l');
    const refused = await spoke.post('/crm/v3/objects/contacts', { properties: { size: 'l' } });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(invalidValues(['size', 'INVALID_OPTION', 'l was not one of the allowed options: [xl, s]']));
    // Other writes of the record leave it; a hidden option can be written.
    expect((await spoke.call(`PATCH /crm/v3/objects/contacts/${id}`, { body: { properties: { firstname: 'Ada' } } })).status).toBe(200);
    expect(await valueOf(id, 'size')).toBe('l');
    expect((await spoke.call(`PATCH /crm/v3/objects/contacts/${id}`, { body: { properties: { size: 's' } } })).status).toBe(200);
    expect(await valueOf(id, 'size')).toBe('s');
  });

  test('of several choices, what was removed stays beside what is added', async () => {
    await add(choice('hobbies', ['a', 'b'], { fieldType: 'checkbox' }));
    const id = await makeContact({ hobbies: 'a;b' });
    await change('hobbies', { options: [{ label: 'B', value: 'b' }, { label: 'C', value: 'c' }] });
    expect((await spoke.call(`PATCH /crm/v3/objects/contacts/${id}`, { body: { properties: { hobbies: ';c' } } })).status).toBe(200);
    expect(await valueOf(id, 'hobbies')).toBe('a;b;c');
  });

  test.each([
    ['none', [], 'An enumeration needs options'],
    ['one twice', [{ label: 'A', value: 'a' }, { label: 'B', value: 'a' }], 'Option values must be unique and not empty'],
    ['a semicolon', [{ label: 'A', value: 'a;b' }], 'Option values cannot hold a semicolon'],
  ])('%s is refused, and the old ones stay', async (kind, options, message) => {
    const name = `kept_${kind.replace(' ', '_')}`;
    await add(choice(name, ['a']));
    const answer = await change(name, { options });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
    expect((await spoke.get(`${ROOT}/${name}`)).body).toEqual(madeChoice(name, ['a']));
  });
});

describe('another type', () => {
  test('needs fieldType too (3.3 [D], text [I])', async () => {
    await add(text('retyped'));
    const answer = await change('retyped', { type: 'number' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('A change of type needs fieldType as well'));
  });

  test('while no record has a value: any; the rules of the new type hold for the next write', async () => {
    await add(text('loose'));
    expect((await change('loose', { type: 'number', fieldType: 'number' })).body).toEqual(made('loose', { type: 'number', fieldType: 'number' }));
    const refused = await spoke.post('/crm/v3/objects/contacts', { properties: { loose: 'tomorrow' } });
    expect(refused.body).toEqual(invalidValues(['loose', 'INVALID_LONG', 'tomorrow was not a valid long.']));
    const chosen = await change('loose', { type: 'enumeration', fieldType: 'radio', options: [{ label: 'A', value: 'a' }] });
    expect(chosen.body).toEqual(madeChoice('loose', ['a'], { fieldType: 'radio' }));
    // Options go with the type.
    expect((await change('loose', { type: 'date', fieldType: 'date' })).body).toEqual(made('loose', { type: 'date', fieldType: 'date' }));
  });

  test('with values: string only, for any value is a text; others are refused, for archived records too [I]', async () => {
    await add(choice('tier', ['1', '2']));
    const id = await makeContact({ tier: '2' });
    await spoke.call(`DELETE /crm/v3/objects/contacts/${id}`);
    const answer = await change('tier', { type: 'number', fieldType: 'number' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Property "tier" has values, so its type can only become string'));
    expect((await change('tier', { type: 'string', fieldType: 'textarea' })).body).toEqual(made('tier', { fieldType: 'textarea' }));
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}?archived=true&properties=tier`)).body.properties.tier).toBe('2');
  });

  test('another field type of the same type, whatever records have', async () => {
    await add(choice('picked', ['a', 'b']));
    const id = await makeContact({ picked: 'a' });
    expect((await change('picked', { fieldType: 'checkbox' })).body).toEqual(madeChoice('picked', ['a', 'b'], { fieldType: 'checkbox' }));
    await spoke.call(`PATCH /crm/v3/objects/contacts/${id}`, { body: { properties: { picked: ';b' } } });
    expect(await valueOf(id, 'picked')).toBe('a;b');
  });

  test.each([
    ['a field type of another type', { fieldType: 'number' }, 'Field type "number" does not go with type string; use one of text, textarea, html, file, phonenumber, calculation_equation'],
    ['a type that is none', { type: 'json', fieldType: 'text' }, 'Property type "json" must be one of string, number, bool, enumeration, date, datetime, phone_number'],
    ['an enumeration without options', { type: 'enumeration', fieldType: 'select' }, 'An enumeration needs options'],
    ['an empty label', { label: ' ' }, 'A property label must have 1 to 255 characters'],
  ])('%s is refused (3.4 [D], text [I])', async (kind, body, message) => {
    const name = `wrong_${kind.replaceAll(' ', '_')}`;
    await add(text(name));
    const answer = await change(name, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
    expect((await spoke.get(`${ROOT}/${name}`)).body).toEqual(made(name));
  });

  test('a unique property stays what can be unique', async () => {
    await add(text('badge', { hasUniqueValue: true }));
    expect((await change('badge', { type: 'date', fieldType: 'date' })).body).toEqual(invalid('Only string and number properties can have unique values'));
    expect((await change('badge', { label: 'Badge' })).body).toEqual(made('badge', { label: 'Badge', hasUniqueValue: true }));
  });
});

describe('what cannot be changed', () => {
  test.each([['label', { label: 'Mine' }], ['hidden', { hidden: true }], ['options', { options: [] }]])('%s of a property of HubSpot: 400 (3.2 [O] readOnlyDefinition, answer [I])', async (_, body) => {
    const answer = await change('firstname', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Property "firstname" is defined by HubSpot and cannot be changed or deleted', { context: { name: ['firstname'] } }));
  });

  test('one that does not exist: 404 (3.10 [I])', async () => {
    const answer = await change('no_such', { label: 'x' });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal("No property named 'no_such' exists.", { context: { name: ['no_such'] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test('without the scope: 403 (platform 5.6 [D])', async () => {
    await add(text('guarded'));
    const token = await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.schemas.contacts.read']);
    const answer = await spoke.call(`PATCH ${ROOT}/guarded`, { body: { label: 'x' }, token });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.schemas.contacts.write'] } }] });
    const writer = await spoke.tokenWith(['crm.schemas.contacts.write']);
    expect((await spoke.call(`PATCH ${ROOT}/guarded`, { body: { label: 'x' }, token: writer })).status).toBe(200);
  });
});

test('dates of a new property are those of the request', async () => {
  await add(text('born'));
  expect((await spoke.get(`${ROOT}/born`)).body).toMatchObject({ createdAt: NOW, updatedAt: NOW });
});
