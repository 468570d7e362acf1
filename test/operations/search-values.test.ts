// What searches make of values, by the kind of the property: choices, dates, booleans, tokens, phone numbers, values that
// were taken away, long ones (platform.md 1.4 to 1.9).
// Proves: records.search.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';
import { choice, text } from '../support/properties.ts';

const CONTACTS = '/crm/v3/objects/contacts';
/** So many letters are in no index. */
const LONG = Array.from({ length: 60_000 }, (_, i) => ((i * 7_919 + (i >> 3)) % 46_649).toString(36)).join('').slice(0, 60_000);

let spoke: Spoke;
const ids: Record<string, string> = {};
const PEOPLE: Record<string, Record<string, string>> = {
  ada: { firstname: 'Ada', tags: 'red;dark blue', size: '9', born: '2026-02-22', seen: '2026-02-22T10:00:00.000Z', keen: 'true', motto: "O'Neil's well-known  first_name a.b", phone: '+41 (0)44 123 45 67', mobilephone: '1-415-555-0100' },
  bob: { firstname: 'Bob', tags: 'blue', size: '10', born: '2026-02-23', seen: '2026-02-22T11:00:00.000Z', keen: 'false', motto: 'Well, known', phone: '(020) 7946 0958', mobilephone: '00 1 415 555 0199 ext. 12' },
  eve: { firstname: 'Eve', size: '-1.5', motto: LONG },
};
beforeAll(async () => {
  spoke = await startSpoke();
  for (const property of [
    choice('tags', ['red', 'blue', 'dark blue'], { fieldType: 'checkbox' }), text('size', { type: 'number', fieldType: 'number' }), text('born', { type: 'date', fieldType: 'date' }),
    text('seen', { type: 'datetime', fieldType: 'date' }), text('keen', { type: 'bool', fieldType: 'booleancheckbox' }), text('motto'), text('badge', { hasUniqueValue: true }),
  ]) expect((await spoke.post('/crm/v3/properties/contacts', property)).status).toBe(201);
  for (const [name, properties] of Object.entries(PEOPLE)) ids[name] = (await spoke.post(CONTACTS, { properties })).body.id;
});
afterAll(() => spoke.close());

const filter = (propertyName: string, operator: string, value?: unknown, highValue?: unknown): object => ({ propertyName, operator, value, highValue });
const search = (body: object): Promise<Answer> => spoke.post(`${CONTACTS}/search`, { limit: 200, ...body });

/** Names of the people that a search finds, in its order. */
async function found(body: object): Promise<string[]> {
  const answer = await search(body);
  expect(answer.status).toBe(200);
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return answer.body.results.map((record: { id: string }) => names.get(record.id));
}

describe('filters', () => {
  test.each<[what: string, one: object, people: string[]]>([
    ['any option of several, letter by letter (1.6 [D], [I])', filter('tags', 'EQ', 'blue'), ['bob']],
    ['an option with a space', filter('tags', 'EQ', 'dark blue'), ['ada']],
    ['an option in another case', filter('tags', 'EQ', 'Red'), []],
    ['none of the options', filter('tags', 'NEQ', 'red'), ['bob']],
    ['a word of an option (1.6 [I])', filter('tags', 'CONTAINS_TOKEN', 'blue'), ['ada', 'bob']],
    ['a word of an option in another case (1.8 [O])', filter('tags', 'CONTAINS_TOKEN', 'Blue'), []],
    ['options in a list', { propertyName: 'tags', operator: 'IN', values: ['red', 'green'] }, ['ada']],
    ['numbers as numbers (1.6 [D/O])', filter('size', 'GT', '9'), ['bob']],
    ['numbers given as such', filter('size', 'LTE', 9), ['ada', 'eve']],
    ['booleans as text', filter('keen', 'EQ', 'true'), ['ada']],
    ['booleans as such', filter('keen', 'NEQ', true), ['bob']],
    ['a date as ISO 8601 (1.6 [D])', filter('born', 'EQ', '2026-02-22'), ['ada']],
    ['a date by its midnight', filter('born', 'EQ', '2026-02-22T00:00:00Z'), ['ada']],
    ['a date in milliseconds', filter('born', 'GTE', String(Date.parse('2026-02-23'))), ['bob']],
    ['a day as the start of it', filter('seen', 'GT', '2026-02-22'), ['ada', 'bob']],
    ['a time in another zone', filter('seen', 'EQ', '2026-02-22T12:00:00+01:00'), ['bob']],
    ['times between, both ends included [I]', filter('seen', 'BETWEEN', Date.parse('2026-02-22T10:00:00Z'), '2026-02-22T10:59:59Z'), ['ada']],
    ['what breaks words: hyphens, apostrophes, commas (1.8 [O], [I])', filter('motto', 'CONTAINS_TOKEN', 'known well'), ['ada', 'bob']],
    ['what does not: dots and underscores (1.8 [I])', filter('motto', 'CONTAINS_TOKEN', 'first'), []],
    ['wildcards at the start', filter('motto', 'CONTAINS_TOKEN', '*_NAME'), ['ada']],
    ['wildcards at the end', filter('motto', 'CONTAINS_TOKEN', 'kno*'), ['ada', 'bob']],
    ['wildcards at both ends', filter('motto', 'CONTAINS_TOKEN', '*.*'), ['ada']],
    ['no value at all (1.7 [O])', filter('tags', 'NOT_HAS_PROPERTY'), ['eve']],
    ['NEQ finds only those with a value (1.7 [O])', filter('keen', 'NEQ', 'true'), ['bob']],
    ['NOT_CONTAINS_TOKEN, too (1.8)', filter('tags', 'NOT_CONTAINS_TOKEN', 'red'), ['bob']],
    ['a phone number without its country code (1.9 [D])', filter('hs_searchable_calculated_phone_number', 'EQ', '441234567'), ['ada']],
    ['a part of a number', filter('hs_searchable_calculated_mobile_number', 'CONTAINS_TOKEN', '415555*'), ['bob']],
    ['with its country code it is another property', filter('hs_searchable_calculated_international_phone_number', 'EQ', '41441234567'), ['ada']],
    ['a long text', filter('motto', 'EQ', LONG.toUpperCase()), ['eve']],
    ['all but a long text', filter('motto', 'NEQ', LONG), ['ada', 'bob']],
    ['what comes after a beginning of a long text', filter('motto', 'GT', LONG.slice(0, 5_000)), ['ada', 'bob', 'eve']],
    ['the id among others that are none', { propertyName: 'hs_object_id', operator: 'IN', values: ['0', '-1', '9007199254740993'] }, []],
  ])('%s', async (_what, one, people) => {
    expect(await found({ filters: [one] })).toEqual(people);
  });
});

test.each([['441234567', ['ada']], ['41 44 123', ['ada']], ['2079460958', ['bob']], ['4155550199', ['bob']], ['12', ['ada', 'bob']]])('query for a phone number by its digits: %s (1.5 [D], 1.9)', async (query, people) => {
  expect(await found({ query })).toEqual(people);
});

test('sorts: numbers by their size, options and texts in order, long ones by their beginning; missing values last', async () => {
  expect(await found({ sorts: ['size'] })).toEqual(['eve', 'ada', 'bob']);
  expect(await found({ sorts: ['-born'] })).toEqual(['bob', 'ada', 'eve']);
  expect(await found({ sorts: ['motto'] })).toEqual(['eve', 'ada', 'bob']);
  expect(await found({ sorts: ['-motto'] })).toEqual(['bob', 'ada', 'eve']);
});

test('a unique value of the portal finds its record, whatever its case, and no other once it is changed', async () => {
  const { id } = (await spoke.post(CONTACTS, { properties: { badge: 'Gold-1' } })).body;
  const byBadge = async (value: string): Promise<string[]> => (await search({ filters: [filter('badge', 'EQ', value)] })).body.results.map((record: { id: string }) => record.id);
  expect([await byBadge('gold-1'), await byBadge('GOLD-1'), await byBadge('gold')]).toEqual([[id], [id], []]);
  await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { badge: 'Gold-2' } } });
  expect([await byBadge('gold-1'), await byBadge('gold-2')]).toEqual([[], [id]]);
  await spoke.call(`DELETE ${CONTACTS}/${id}`);
});

test('a value that was taken away is missing, and shown as an empty text; one that never was is null; a boolean is null (1.4 [O], 1.7)', async () => {
  const { id } = (await spoke.post(CONTACTS, { properties: { firstname: 'Cleo', motto: 'gone', size: '7', keen: 'true' } })).body;
  await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { motto: '', size: '', keen: '' } } });
  const answer = await search({ filters: [filter('motto', 'NOT_HAS_PROPERTY'), filter('firstname', 'EQ', 'cleo')], properties: ['motto', 'size', 'keen', 'born'] });
  expect(answer.body.results).toEqual([{
    id, properties: { born: null, createdate: NOW, hs_object_id: id, keen: null, lastmodifieddate: NOW, motto: '', size: '' },
    createdAt: NOW, updatedAt: NOW, archived: false, url: expect.stringContaining(id),
  }]);
  expect(await found({ filters: [filter('motto', 'HAS_PROPERTY')] })).toEqual(['ada', 'bob', 'eve']);
  await spoke.call(`PATCH ${CONTACTS}/${id}`, { body: { properties: { motto: 'again' } } });
  expect((await search({ filters: [filter('motto', 'EQ', 'again')], properties: ['motto'] })).body.results[0].properties.motto).toBe('again');
  await spoke.call(`DELETE ${CONTACTS}/${id}`);
});

test('archived records are never found, by no filter and no text (1.2 [D])', async () => {
  const { id } = (await spoke.post(CONTACTS, { properties: { firstname: 'Zoe' } })).body;
  await spoke.call(`DELETE ${CONTACTS}/${id}`);
  for (const body of [{ filters: [filter('firstname', 'EQ', 'Zoe')] }, { query: 'zoe' }, { filters: [filter('hs_object_id', 'EQ', id)] }, { archived: true, query: 'zoe' }]) {
    expect((await search(body)).body).toEqual({ total: 0, results: [] });
  }
});

test('associations towards custom objects cannot be searched by (1.9 [D])', async () => {
  const car = { name: 'car', labels: { singular: 'Car', plural: 'Cars' }, primaryDisplayProperty: 'model', requiredProperties: ['model'], searchableProperties: ['model'], properties: [{ name: 'model', label: 'Model' }], associatedObjects: ['CONTACT'] };
  const { objectTypeId } = (await spoke.post('/crm/v3/schemas', car)).body;
  for (const name of ['car', objectTypeId]) {
    const answer = await search({ filters: [filter(`associations.${name}`, 'EQ', '1')] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      status: 'error', message: 'There was a problem with the request.', correlationId: expect.stringMatching(ANY_CORRELATION_ID), category: 'VALIDATION_ERROR',
      errors: [{ message: `associations.${name} cannot be searched by`, in: 'filters', context: { propertyName: [`associations.${name}`] } }],
    });
  }
  // Their own records are found as any other.
  const { id } = (await spoke.post(`/crm/v3/objects/${objectTypeId}`, { properties: { model: 'Beetle' } })).body;
  expect((await spoke.post(`/crm/v3/objects/${objectTypeId}/search`, { query: 'BEET' })).body).toMatchObject({ total: 1, results: [{ id, properties: { hs_createdate: NOW, hs_lastmodifieddate: NOW, hs_object_id: id } }] });
  expect((await spoke.post(`/crm/v3/objects/p1234567_car/search`, { filters: [filter('model', 'EQ', 'beetle'), filter('associations.contacts', 'NOT_HAS_PROPERTY')] })).body.total).toBe(1);
});
