// POST .../search on the wire: shapes, limits, the oddities of operands, and what search follows (platform.md section 1). That
// every operator finds what it should is told in test/crm/search-reference.test.ts.
// Proves: records.search.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let ada: string;
let bob: string;
let eve: string;
const PEOPLE = [
  { email: 'ada@lovelace.test', firstname: 'Ada', lastname: 'Lovelace', phone: '+41 44 1', company: 'Analytical Engines' },
  { email: 'bob@lovelace.test', firstname: 'Bob', lastname: 'Moss' },
  { firstname: 'Eve', company: 'engines & more' },
];
beforeAll(async () => {
  spoke = await startSpoke();
  const ids: string[] = [];
  for (const properties of PEOPLE) {
    ids.push((await spoke.post('/crm/v3/objects/contacts', { properties })).body.id);
    spoke.tick(1_000);
  }
  [ada, bob, eve] = ids as [string, string, string];
});
afterAll(() => spoke.close());

const search = (body: object | string, type = 'contacts', root = '/crm/v3/objects'): Promise<Answer> => spoke.post(`${root}/${type}/search`, body);
const filtered = (...filters: object[]): object => ({ filterGroups: [{ filters }] });
const filter = (propertyName: string, operator: string, more: object = {}): object => ({ propertyName, operator, ...more });
const idsOf = (answer: Answer): string[] => answer.body.results.map((record: { id: string }) => record.id);

/** Ids that a search finds; it must answer 200. */
async function found(body: object, type = 'contacts'): Promise<string[]> {
  const answer = await search({ limit: 200, ...body }, type);
  expect(answer.status).toBe(200);
  expect(answer.body.total).toBe(answer.body.results.length);
  return idsOf(answer);
}

const bare = (message: string): object => ({ status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID) });
const badFilter = (property: string, reason: string): object => ({
  ...bare('There was a problem with the request.'), errors: [{ message: `${property} ${reason}`, in: 'filters', context: { propertyName: [property] } }], category: 'VALIDATION_ERROR',
});
const invalid = (message: string): object => ({ ...bare(message), category: 'VALIDATION_ERROR' });
const OPERATORS = ['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'];
const overLimit = (field: string, reason: string): object => ({ ...bare(`Invalid search: ${field} ${reason}`), errors: [{ message: reason, in: field }], category: 'VALIDATION_ERROR' });

describe('the answer', () => {
  test.each(['/crm/v3/objects', '/crm/objects/v3', '/crm/objects/2025-09', '/crm/objects/2026-03', '/crm/objects/2026-09', '/crm/objects/2026-09-beta'])('%s: total, records with default properties, oldest first (1.1, 1.2, 1.4 [D])', async (root) => {
    const answer = await search({}, 'contacts', root);
    expect(answer.status).toBe(200);
    expect(answer.body.total).toBe(3);
    expect(answer.body).not.toHaveProperty('paging');
    expect(answer.body.results[0]).toEqual({
      id: ada, properties: { createdate: NOW, email: 'ada@lovelace.test', firstname: 'Ada', hs_object_id: ada, lastmodifieddate: NOW, lastname: 'Lovelace' },
      createdAt: NOW, updatedAt: NOW, archived: false, url: expect.stringContaining(`/record/0-1/${ada}`),
    });
    expect(idsOf(answer)).toEqual([ada, bob, eve]);
  });

  test('named properties take the place of the descriptive ones; times and id stay; unknown ones are ignored; no associations (1.1, 1.4 [O])', async () => {
    const answer = await search({ ...filtered(filter('firstname', 'EQ', { value: 'bob' })), properties: ['phone', 'no_such'], associations: ['companies'] });
    expect(answer.body.results).toEqual([{
      id: bob, properties: { createdate: expect.any(String), hs_object_id: bob, lastmodifieddate: expect.any(String), phone: null },
      createdAt: expect.any(String), updatedAt: expect.any(String), archived: false, url: expect.any(String),
    }]);
  });

  test('pages by row offset, text or number; no paging on the last page (1.1, 1.2 [D/O])', async () => {
    const first = await search({ limit: 2, after: '0' });
    expect([idsOf(first), first.body.paging, first.body.total]).toEqual([[ada, bob], { next: { after: '2' } }, 3]);
    const second = await search({ limit: 2, after: 2 });
    expect([idsOf(second), second.body.paging, second.body.total]).toEqual([[eve], undefined, 3]);
    const beyond = await search({ limit: 2, after: 50 });
    expect([idsOf(beyond), beyond.body.total]).toEqual([[], 3]);
    const none = await search({ limit: 0 });
    expect([idsOf(none), none.body.total, none.body.paging]).toEqual([[], 3, undefined]);
  });

  test('default properties of products and quotes are more than those of reads (1.4 [D])', async () => {
    await spoke.post('/crm/v3/objects/products', { properties: { name: 'Bolt', price: '2', description: 'a bolt' } });
    expect((await search({}, 'products')).body.results[0].properties).toEqual({ createdate: expect.any(String), description: 'a bolt', hs_lastmodifieddate: expect.any(String), hs_object_id: expect.any(String), name: 'Bolt', price: '2' });
  });
});

describe('sorts, in all their forms (1.2 [D/O])', () => {
  test.each<[what: string, sorts: unknown[], order: () => string[]]>([
    ['an object', [{ propertyName: 'firstname', direction: 'DESCENDING' }], () => [eve, bob, ada]],
    ['an object without direction', [{ propertyName: 'firstname' }], () => [ada, bob, eve]],
    ['a name', ['firstname'], () => [ada, bob, eve]],
    ['a name with a minus', ['-createdate'], () => [eve, bob, ada]],
    ['JSON in a text', ['{"propertyName":"lastmodifieddate","direction":"DESCENDING"}'], () => [eve, bob, ada]],
    ['by id', ['-hs_object_id'], () => [eve, bob, ada]],
    ['missing values last', [{ propertyName: 'lastname', direction: 'DESCENDING' }], () => [bob, ada, eve]],
    ['none', [], () => [ada, bob, eve]],
  ])('%s', async (_what, sorts, order) => {
    expect(await found({ sorts })).toEqual(order());
  });
});

describe('filters', () => {
  test('AND in a group, OR between groups, top-level filters beside them (1.2 [D], [I])', async () => {
    const [isAda, isBob, hasEmail] = [filter('firstname', 'EQ', { value: 'Ada' }), filter('firstname', 'EQ', { value: 'Bob' }), filter('email', 'HAS_PROPERTY')];
    expect(await found({ filterGroups: [{ filters: [isAda] }, { filters: [isBob] }] })).toEqual([ada, bob]);
    expect(await found(filtered(isAda, isBob))).toEqual([]);
    expect(await found({ filters: [hasEmail] })).toEqual([ada, bob]);
    expect(await found({ filterGroups: [{ filters: [isBob] }], filters: [hasEmail] })).toEqual([bob]);
  });

  test('a record written is found by the next search, changed ones by their new values, archived ones no more (1.2 [D], 1.3 [I])', async () => {
    const { id } = (await spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Quick', email: 'quick@x.test' } })).body;
    const byEmail = (value: string): Promise<string[]> => found(filtered(filter('email', 'EQ', { value })));
    expect(await byEmail('QUICK@x.test')).toEqual([id]);
    await spoke.call(`PATCH /crm/v3/objects/contacts/${id}`, { body: { properties: { email: 'slow@x.test' } } });
    expect([await byEmail('quick@x.test'), await byEmail('slow@x.test')]).toEqual([[], [id]]);
    await spoke.call(`DELETE /crm/v3/objects/contacts/${id}`);
    expect(await byEmail('slow@x.test')).toEqual([]);
  });

  test('IN compares folded values with the operands as they are (1.6 [D])', async () => {
    expect(await found(filtered(filter('firstname', 'IN', { values: ['ada', 'EVE'] })))).toEqual([ada]);
    expect(await found(filtered(filter('email', 'IN', { values: ['ada@lovelace.test', 'bob@lovelace.test'] })))).toEqual([ada, bob]);
    expect(await found(filtered(filter('hs_object_id', 'IN', { values: [ada, eve, '999'] })))).toEqual([ada, eve]);
    expect(await found(filtered(filter('hs_object_id', 'NOT_IN', { values: [ada] })))).toEqual([bob, eve]);
  });

  test('times in both notations, numbers as JSON numbers (1.6 [D])', async () => {
    const [first, second] = [NOW, new Date(Date.parse(NOW) + 1_000).toISOString()];
    expect(await found(filtered(filter('createdate', 'GTE', { value: second })))).toEqual([bob, eve]);
    expect(await found(filtered(filter('createdate', 'BETWEEN', { value: Date.parse(first), highValue: String(Date.parse(second)) })))).toEqual([ada, bob]);
    expect(await found(filtered(filter('lastmodifieddate', 'LT', { value: second.slice(0, 10) })))).toEqual([]);
    expect(await found(filtered(filter('hs_object_id', 'GT', { value: Number(ada) })))).toEqual([bob, eve]);
  });

  test('tokens with wildcards (1.8 [O])', async () => {
    expect(await found(filtered(filter('email', 'CONTAINS_TOKEN', { value: '*@lovelace.test' })))).toEqual([ada, bob]);
    expect(await found(filtered(filter('company', 'CONTAINS_TOKEN', { value: 'Engines' })))).toEqual([ada, eve]);
    expect(await found(filtered(filter('company', 'NOT_CONTAINS_TOKEN', { value: 'more' })))).toEqual([ada]);
  });

  test('associations, by singular, plural and id of the type; merged ids follow (1.9 [D], objects.md 4.6)', async () => {
    const [a, b] = (await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'A' } }, { properties: { name: 'B' } }] })).body.results.map((record: { id: string }) => record.id) as [string, string];
    for (const [contact, company] of [[ada, a], [bob, b]]) await spoke.call(`PUT /crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`);
    for (const name of ['company', 'companies', '0-2']) expect(await found(filtered(filter(`associations.${name}`, 'EQ', { value: a })))).toEqual([ada]);
    expect(await found(filtered(filter('associations.company', 'IN', { values: [a, b] })))).toEqual([ada, bob]);
    expect(await found(filtered(filter('associations.company', 'NEQ', { value: a })))).toEqual([bob]);
    expect(await found(filtered(filter('associations.company', 'NOT_HAS_PROPERTY')))).toEqual([eve]);
    expect(await found(filtered(filter('num_associated_contacts', 'EQ', { value: '1' })), 'companies')).toEqual([a, b]);
    const merged = (await spoke.post('/crm/v3/objects/companies/merge', { primaryObjectId: a, objectIdToMerge: b })).body.id as string;
    expect(await found(filtered(filter('associations.company', 'EQ', { value: b })))).toEqual([ada, bob]);
    expect(await found(filtered(filter('hs_object_id', 'EQ', { value: a })), 'companies')).toEqual([merged]);
    expect(await found(filtered(filter('num_associated_contacts', 'GT', { value: '1' })), 'companies')).toEqual([merged]);
  });

  test('values that every record has from birth, and stage dates by their older names', async () => {
    expect(await found(filtered(filter('lifecyclestage', 'EQ', { value: 'lead' })))).toEqual([ada, bob, eve]);
    expect(await found(filtered(filter('num_notes', 'EQ', { value: '0' })))).toEqual([ada, bob, eve]);
    const { id } = (await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'D', dealstage: 'closedwon' } })).body;
    expect(await found(filtered(filter('hs_date_entered_closedwon', 'HAS_PROPERTY')), 'deals')).toEqual([id]);
    expect(await found(filtered(filter('hs_is_closed_won', 'EQ', { value: 'true' })), 'deals')).toEqual([id]);
  });
});

describe('query (1.2, 1.5 [D], [I])', () => {
  test.each<[string, () => string[]]>([
    ['LOVE', () => [ada, bob]], ['lovelace ada', () => [ada]], ['engines', () => [ada, eve]], ['e', () => [ada, bob, eve]], ['nobody', () => []], ['  ', () => [ada, bob, eve]], ['100%', () => []],
  ])('%j', async (query, expected) => {
    expect(await found({ query })).toEqual(expected());
  });

  test('its pages', async () => {
    const first = await search({ query: 'lovelace', limit: 1 });
    expect([idsOf(first), first.body.total, first.body.paging]).toEqual([[ada], 2, { next: { after: '1' } }]);
    const last = await search({ query: 'lovelace', limit: 1, after: '1', sorts: ['-firstname'] });
    expect([idsOf(last), last.body.total, last.body.paging]).toEqual([[ada], 2, undefined]);
    for (const body of [{ after: '5' }, { limit: 0 }]) expect((await search({ query: 'lovelace', ...body })).body).toEqual({ total: 2, results: [] });
  });

  test('beside filters', async () => {
    expect(await found({ query: 'lovelace', ...filtered(filter('lastname', 'EQ', { value: 'moss' })) })).toEqual([bob]);
  });
});

describe('what is refused', () => {
  const six = Array.from({ length: 6 }, () => filter('email', 'HAS_PROPERTY'));
  test.each<[what: string, body: object, expected: object]>([
    ['an unknown property (1.10 [O])', filtered(filter('shoe_size', 'EQ', { value: '1' })), badFilter('shoe_size', 'does not exist')],
    ['an unknown sort', { sorts: ['shoe_size'] }, badFilter('shoe_size', 'does not exist')],
    ['an operand that is no number', filtered(filter('hs_object_id', 'GT', { value: 'many' })), badFilter('hs_object_id', 'cannot be compared with many')],
    ['an operand that is no date', filtered(filter('createdate', 'GT', { value: 'yesterday' })), badFilter('createdate', 'cannot be compared with yesterday')],
    ['a value with HAS_PROPERTY (1.10 [O])', filtered(filter('email', 'HAS_PROPERTY', { value: 'x' })), badFilter('email', 'takes no value with HAS_PROPERTY')],
    ['no value', filtered(filter('email', 'EQ')), badFilter('email', 'needs a value with EQ')],
    ['BETWEEN without highValue', filtered(filter('createdate', 'BETWEEN', { value: '0' })), badFilter('createdate', 'needs a highValue with BETWEEN')],
    ['IN without values (1.10 [O])', filtered(filter('email', 'IN', { value: 'x' })), bare('Invalid input JSON on line 1, column 1: Cannot construct instance of `Filter`, problem: IN needs values')],
    ['an association with no type', filtered(filter('associations.butterfly', 'EQ', { value: '1' })), badFilter('associations.butterfly', 'does not exist')],
    ['six groups (1.3 [D])', { filterGroups: Array.from({ length: 6 }, () => ({ filters: [six[0]] })) }, overLimit('filterGroups', 'at most 5 filter groups are allowed')],
    ['seven filters in a group (1.3 [D])', filtered(...six, six[0]!), overLimit('filters', 'at most 6 filters are allowed in a group')],
    ['nineteen filters (1.3 [D])', { filterGroups: [six, six, six, [six[0]]].map((filters) => ({ filters })) }, overLimit('filters', 'at most 18 filters are allowed')],
    ['two sorts (1.2 [D])', { sorts: ['email', 'firstname'] }, overLimit('sorts', 'at most one sort is allowed')],
    ['limit 201 (1.2 [D])', { limit: 201 }, overLimit('limit', 'must be between 0 and 200')],
    ['limit -1 [I]', { limit: -1 }, overLimit('limit', 'must be between 0 and 200')],
    ['a query of 3,001 characters (1.2 [D])', { query: 'x'.repeat(3_001) }, overLimit('query', 'must have at most 3000 characters')],
    ['an offset that is none [I]', { after: 'next' }, overLimit('after', 'next is not a cursor of this search')],
    ['a page past the 10,000th result (1.3 [D])', { limit: 1, after: 10_000 }, { ...bare('There was a problem with the request.'), errors: [{ message: 'paging is only possible within the first 10000 results', in: 'after' }], category: 'VALIDATION_ERROR' }],
  ])('%s', async (_what, body, expected) => {
    const answer = await search(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(expected);
  });

  test.each([
    ...['calls', 'emails', 'meetings', 'notes', 'tasks'].map((type) => [type, 'hs_body_preview_html'] as const), ['emails', 'hs_email_html'] as const, ['emails', 'hs_body_preview'] as const,
  ])('of %s: %s, which is there to be read (1.9 [D])', async (type, property) => {
    const answer = await search(filtered(filter(property, 'HAS_PROPERTY')), type);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(badFilter(property, 'cannot be searched by'));
  });

  test('the last page within 10,000 results is answered', async () => {
    expect((await search({ limit: 1, after: 9_999 })).status).toBe(200);
  });

  test.each<[what: string, body: string, message: string | object]>([
    ['a filter without its parts (1.10 [O])', '{"filters":[{"value":"x"}]}', bare('Invalid input JSON on line 1, column 25: Cannot build Filter, some of required attributes are not set [propertyName, operator]')],
    ['a filter without its operator', '{"filters":[{"propertyName":"email"}]}', bare('Invalid input JSON on line 1, column 36: Cannot build Filter, some of required attributes are not set [operator]')],
    ['an array as value (1.10 [O])', '{"filters":[{"propertyName":"email","operator":"EQ","value":["x"]}]}', invalid('Invalid input JSON on line 1, column 61: Cannot deserialize value of type `string | number | boolean | null` from Array value')],
    ['an operator that is none [I]', '{"filters":[{"propertyName":"email","operator":"LIKE","value":"x"}]}', invalid(`Invalid input JSON on line 1, column 48: Cannot deserialize value of type \`${OPERATORS.join(' | ')}\` from String value`)],
    ['filters that are no list', '{"filterGroups":{}}', invalid('Invalid input JSON on line 1, column 17: Cannot deserialize value of type `array` from Object value')],
    ['a sort without a property', '{"sorts":[{"direction":"ASCENDING"}]}', invalid('Invalid input JSON on line 1, column 35. Some required fields were not set: [propertyName]')],
    ['a text that is no JSON', '{"limit":}', invalid('Invalid input JSON on line 1, column 10: Unexpected token RBrace found.')],
    ['no body', ' ', invalid('Invalid JSON input: a request body was expected, but none found')],
  ])('%s', async (_what, body, expected) => {
    const answer = await search(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(expected);
  });

  test.each<[what: string, sorts: unknown[], expected: object]>([
    ['a direction that is none', [{ propertyName: 'email', direction: 'UP' }], overLimit('sorts', 'UP is neither ASCENDING nor DESCENDING')],
    ['one in a JSON text', ['{"propertyName":"email","direction":"UP"}'], overLimit('sorts', 'UP is neither ASCENDING nor DESCENDING')],
    ['a JSON text without a property', ['{"direction":"ASCENDING"}'], badFilter('{"direction":"ASCENDING"}', 'does not exist')],
  ])('sorts: %s [I]', async (_what, sorts, expected) => {
    const answer = await search({ sorts });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(expected);
  });

  test('an unknown type, and no scope before any look at the body (1.10 [O])', async () => {
    expect((await search({}, 'widgets')).body).toEqual(bare('Unable to infer object type from: widgets'));
    expect((await search({}, '0-9999')).body).toEqual(bare('Invalid object or event type id: 0-9999'));
    const token = await spoke.tokenWith(['crm.objects.companies.read']);
    const forbidden = await spoke.post('/crm/v3/objects/contacts/search', '{', { token });
    expect([forbidden.status, forbidden.body.category]).toEqual([403, 'MISSING_SCOPES']);
  });
});
