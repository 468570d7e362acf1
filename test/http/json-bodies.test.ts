// From bytes to a body: what is refused, and where it says the fault is (objects.md 6.2, 6.9; platform.md 7.4).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, invalidValues } from '../support/expect.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const CREATE = '/crm/v3/objects/contacts/batch/create';
const send = (body: string, headers?: Record<string, string>) => spoke.post(CREATE, body, { headers });
const EMPTY_BATCH = { status: 'COMPLETE', results: [], startedAt: NOW, completedAt: NOW };

/** JSON.stringify would leave `__proto__` out: bodies with it are written as text. */
const values = (text: string): string => `{"inputs":[{"properties":${text}}]}`;

describe('malformed JSON (6.2 [O]): line and column of the fault, reason in our own words', () => {
  test.each([
    ['a value that is no JSON', '{"inputs": x}', 1, 12],
    ['a value that is missing, on line 2', '{"inputs":[\n  {"properties": {"email": }}\n]}', 2, 28],
    ['the same with Windows line ends', '{"inputs":[\r\n  {"properties": {"email": }}\r\n]}', 2, 28],
    ['an end too early', '{"inputs":[', 1, 12],
    ['an end too early on line 3', '{\n"inputs":\n[', 3, 2],
    ['a comma too many', '{"inputs":[],}', 1, 14],
    ['single quotes', "{'inputs':[]}", 1, 2],
    ['names without quotes', '{inputs:[]}', 1, 2],
    ['a comment', '{"inputs":[]} // x', 1, 15],
    ['a second value', '{"inputs":[]}{}', 1, 14],
    ['NaN', '{"inputs":NaN}', 1, 11],
    ['plain text', 'hello', 1, 1],
    ['form data', 'inputs=1', 1, 1],
  ])('%s', async (_, body, line, column) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(new RegExp(`^Invalid input JSON on line ${line}, column ${column}: \\S.*$`)) as unknown as string));
  });

  test.each([
    ['a line break inside a text', values('{"firstname":"a\nb"}')], ['a bad escape', values('{"firstname":"\\x"}')], ['half an escape', values('{"firstname":"\\u12"}')],
    ['a leading zero', values('{"firstname":01}')], ['brackets without end', '['.repeat(100_000)], ['a NUL outside a text', '{"inputs":[]\0}'],
  ])('%s: somewhere', async (_, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(/^Invalid input JSON on line \d+, column \d+: \S.*$/) as unknown as string));
  });
});

describe('wrong types (6.2 [O]): position and type names in our own words', () => {
  test.each([
    ['a list for the whole', '[]', 1, 1, 'object', 'Array'],
    ['a text for the whole', '"inputs"', 1, 1, 'object', 'String'],
    ['null for the whole', 'null', 1, 1, 'object', 'Null'],
    ['an object for a list', '{"inputs":{}}', 1, 11, 'array', 'Object'],
    ['null for a list', '{"inputs":null}', 1, 11, 'array', 'Null'],
    ['a number for an input', '{"inputs":[\n 5]}', 2, 2, 'object', 'Number'],
    ['a list for properties', '{"inputs":[{"properties":[]}]}', 1, 26, 'object', 'Array'],
    ['an object for a value', '{"inputs":[{"properties":{"a":{}}}]}', 1, 31, 'string | number | boolean | null', 'Object'],
    ['a list for a value', '{"inputs":[{"properties":{"a":["b"]}}]}', 1, 31, 'string | number | boolean | null', 'Array'],
    ['a number for a trace id', '{"inputs":[{"properties":{},"objectWriteTraceId":7}]}', 1, 50, 'string', 'Number'],
    ['a boolean for an id', '{"inputs":[{"properties":{},"associations":[{"to":{"id":true},"types":[]}]}]}', 1, 57, 'string | integer', 'Boolean'],
    ['a fraction for an id', '{"inputs":[{"properties":{},"associations":[{"to":{"id":1.5},"types":[]}]}]}', 1, 57, 'string | integer', 'Number'],
    ['the second of a name given twice', '{"inputs":[],"inputs":{}}', 1, 23, 'array', 'Object'],
  ])('%s', async (_, body, line, column, type, token) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line ${line}, column ${column}: Cannot deserialize value of type \`${type}\` from ${token} value`));
  });

  test('an association category that there is none of', async () => {
    const answer = await spoke.post('/crm/v4/associations/contacts/companies/batch/create', '{"inputs":[{"from":{"id":"1"},"to":{"id":"2"},"types":[{"associationCategory":"MINE","associationTypeId":1}]}]}');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Invalid input JSON on line 1, column 79: Cannot deserialize value of type `HUBSPOT_DEFINED | USER_DEFINED | INTEGRATOR_DEFINED | WORK` from String value'));
  });
});

describe('missing fields (6.2 [O]): the position of the end of what lacks them', () => {
  test.each([
    ['{}', 1, 2, 'inputs'],
    ['{"input":[]}', 1, 12, 'inputs'],
    ['{\n}', 2, 1, 'inputs'],
    ['{"inputs":[{}]}', 1, 13, 'properties'],
    ['{"inputs":[{"properties":{}},{"id":"1"}]}', 1, 39, 'properties'],
    ['{"__proto__":{"inputs":[]}}', 1, 27, 'inputs'],
  ])('%j', async (body, line, column, names) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line ${line}, column ${column}. Some required fields were not set: [${names}]`));
  });

  test('unknown fields are ignored (platform 7.4 [O])', async () => {
    const answer = await send('{"inputs":[],"more":{"a":[1]},"constructor":1}');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(EMPTY_BATCH);
  });
});

describe('no body (6.2 [O])', () => {
  test.each([['none', undefined], ['empty', ''], ['blank', ' \n\t ']])('%s', async (_, body) => {
    const answer = await spoke.call(`POST ${CREATE}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Invalid JSON input: a request body was expected, but none found'));
  });
});

describe('size (6.9 [D], limit and text [I])', () => {
  const LIMIT = 20 * 1024 * 1024;
  const TOO_LARGE = invalid(`The request body is larger than the limit of ${LIMIT} bytes`);
  const padded = (bytes: number): string => '{"inputs":[]}'.padEnd(bytes, ' ');

  test('20 MiB are taken', async () => {
    expect((await send(padded(LIMIT))).status).toBe(201);
  });

  test('a byte more is 413, without content-length', async () => {
    const answer = await send(padded(LIMIT + 1));
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual(TOO_LARGE);
  });

  test('and with it', async () => {
    const answer = await send(padded(LIMIT + 1), { 'content-length': String(LIMIT + 1) });
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual(TOO_LARGE);
  });

  test('what is announced is believed before it is read', async () => {
    expect((await send('{"inputs":[]}', { 'content-length': String(LIMIT + 1) })).status).toBe(413);
  });

  test('bytes count, not characters', async () => {
    expect((await send(`{"inputs":[],"x":"${'é'.repeat(LIMIT / 2)}"}`)).status).toBe(413);
  });
});

describe('content types (platform 7.4)', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON', 'application/vnd.api+json', ''])('%j is taken [O]', async (type) => {
    const answer = await send('{"inputs":[]}', { 'content-type': type });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(EMPTY_BATCH);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'application/jsonp', 'text/json'])('%s is 415 [I]', async (type) => {
    const answer = await send('{"inputs":[]}', { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(answer.body).toEqual(invalid(`Content type ${type} is not supported, send application/json`));
  });

  test('a GET has no body to mind [I]', async () => {
    expect((await spoke.get('/crm/v3/objects/carts', { headers: { 'content-type': 'text/plain' } })).status).toBe(200);
  });
});

describe('odd texts', () => {
  test('a byte order mark is skipped [I]', async () => {
    expect((await send('\uFEFF{"inputs":[]}')).status).toBe(201);
  });

  test('a value nested deeply is of the wrong type, not a fault of ours', async () => {
    const answer = await send(values(`{"firstname":${'['.repeat(50_000)}${']'.repeat(50_000)}}`));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(/Cannot deserialize value of type `string \| number \| boolean \| null` from \w+ value$/) as unknown as string));
  });

  test('an unknown field nested deeply is ignored', async () => {
    expect((await send(`{"inputs":[],"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).status).toBe(201);
  });

  test.each([
    ['a NUL', '"a\\u0000b"'], ['a lone high surrogate', '"a\\ud800b"'], ['a lone low surrogate', '"a\\udc00b"'], ['a surrogate pair', '"a\\ud83d\\ude00b"'],
  ])('%s in a value is written, and read as it was answered', async (_, text) => {
    const made = await send(values(`{"firstname":${text}}`));
    expect(made.status).toBe(201);
    const { id, properties } = made.body.results[0];
    expect(properties.firstname).toMatch(/^a.{0,2}b$/u);
    expect((await spoke.get(`/crm/v3/objects/contacts/${id}`)).body.properties.firstname).toBe(properties.firstname);
  });

  test.each([
    ['a NUL', '"no\\u0000such"', 'no\0such'], ['a lone surrogate', '"no\\ud800such"', 'no\ud800such'], ['__proto__', '"__proto__"', '__proto__'], ['constructor', '"constructor"', 'constructor'],
    ['toString', '"toString"', 'toString'], ['hasOwnProperty', '"hasOwnProperty"', 'hasOwnProperty'], ['nothing', '""', ''],
  ])('%s as a property name: there is no such property (5.3 [O])', async (_, text, name) => {
    const answer = await send(values(`{${text}:"x"}`));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues([name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`]));
  });

  test.each(['__proto__', 'constructor', 'toString'])('%s asked for by reads: left out (4.1 [O])', async (name) => {
    const [{ id }] = (await send(values('{"firstname":"A"}'))).body.results;
    const own = { createdate: NOW, hs_object_id: id, lastmodifieddate: NOW };
    expect(Object.entries((await spoke.get(`/crm/v3/objects/contacts/${id}?properties=${name}`)).body.properties)).toEqual(Object.entries(own));
    const read = await spoke.post('/crm/v3/objects/contacts/batch/read', { inputs: [{ id }], properties: [name], propertiesWithHistory: [name] });
    expect(read.status).toBe(200);
    expect(Object.entries(read.body.results[0].properties)).toEqual(Object.entries(own));
    expect(read.body.results[0].propertiesWithHistory).toBeUndefined();
  });

  test.each(['__proto__', 'constructor', 'toString'])('%s as an object type (2.3 [O])', async (name) => {
    const answer = await spoke.get(`/crm/v3/objects/${name}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: `Unable to infer object type from: ${name}` });
  });

  test('of a name given twice the last counts [I]', async () => {
    expect((await send('{"inputs":[{"properties":{"no_such":"x"}}],"inputs":[]}')).body).toEqual(EMPTY_BATCH);
    expect((await send(values('{"firstname":"Old","firstname":"New"}'))).body.results[0].properties.firstname).toBe('New');
  });

  test.each([['a NUL', 'a\\u0000b'], ['a lone surrogate', 'a\\ud800b']])('%s in what a portal adds to its model does no harm', async (name, text) => {
    const odd = name.replaceAll(' ', '_').toLowerCase();
    const label = await spoke.post('/crm/v4/associations/contacts/contacts/labels', `{"name":"${odd}${text}","label":"${odd}${text}"}`);
    expect(label.status).toBe(200);
    const property = await spoke.post('/crm/v3/properties/contacts',
      `{"name":"${odd}","label":"${text}","description":"${text}","type":"enumeration","fieldType":"select","groupName":"contactinformation","options":[{"label":"${text}","value":"${text}"}]}`);
    expect(property.status).toBe(201);
    expect((await spoke.get(`/crm/v3/properties/contacts/${odd}`)).body).toEqual(property.body);
    expect((await spoke.get('/crm/v4/associations/contacts/contacts/labels')).body.results).toContainEqual(label.body.results[0]);
  });

  test('NUL and lone surrogates in ids', async () => {
    for (const text of ['1\\u0000', '\\ud800', 'a\\u0000@example.org']) {
      expect((await spoke.post('/crm/v3/objects/contacts/batch/read', `{"inputs":[{"id":"${text}"}]}`)).status).toBe(207);
      expect((await spoke.post('/crm/v3/objects/contacts/batch/read', `{"inputs":[{"id":"${text}"}],"idProperty":"email"}`)).status).toBe(207);
    }
    expect((await spoke.get('/crm/v3/objects/contacts/a%00b?idProperty=email')).status).toBe(404);
    expect((await spoke.get('/crm/v3/objects/contacts/1%00')).status).toBe(404);
    expect((await spoke.get('/crm/v3/objects/contacts?after=1%00')).status).toBe(400);
    expect((await spoke.get('/crm/v3/properties/contacts/a%00b')).status).toBe(404);
  });
});
