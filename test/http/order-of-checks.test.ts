// The order of checks (ARCHITECTURE.md, objects.md 2.3 [O]): route, method, token, object type, what the version offers,
// scope, JSON, shape, rules, single inputs; limits come after the token (rate-limits.test.ts). Each is proven by a request
// that breaks this check and the next one.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid, refusal } from '../support/expect.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
/** Is known but may do nothing. */
let powerless: string;
beforeAll(async () => {
  spoke = await startSpoke();
  powerless = await spoke.tokenWith([]);
});
afterAll(() => spoke.close());

interface Kind {
  name: string;
  method: 'GET' | 'POST';
  /** With the object types left open. */
  path: (type: string) => string;
  allow: string;
  /** The scopes that are missing for contacts, or for contacts and companies. */
  scopes: string[];
  /** A field that the body must have, where there is one. */
  required?: string;
}

const READ = ['crm.objects.contacts.read'];
const WRITE = ['crm.objects.contacts.write'];
/** In the order of objects.md 2.7 [O]. */
const READ_MODEL = ['crm.schemas.contacts.read', 'crm.objects.contacts.sensitive.read.v2', ...READ, 'crm.objects.contacts.highly_sensitive.read.v2'];
const KINDS: Kind[] = [
  { name: 'batch create', method: 'POST', path: (type) => `/crm/v3/objects/${type}/batch/create`, allow: 'POST', scopes: WRITE, required: 'inputs' },
  { name: 'batch upsert', method: 'POST', path: (type) => `/crm/v3/objects/${type}/batch/upsert`, allow: 'POST', scopes: WRITE, required: 'inputs' },
  { name: 'batch read', method: 'POST', path: (type) => `/crm/v3/objects/${type}/batch/read`, allow: 'POST', scopes: READ, required: 'inputs' },
  { name: 'associate', method: 'POST', path: (type) => `/crm/v4/associations/${type}/companies/batch/create`, allow: 'POST', scopes: WRITE, required: 'inputs' },
  {
    name: 'make a label', method: 'POST', path: (type) => `/crm/v4/associations/${type}/companies/labels`, allow: 'GET, HEAD, POST, PUT',
    scopes: WRITE, required: 'name, label',
  },
  {
    name: 'set maxima', method: 'POST', path: (type) => `/crm/v4/associations/definitions/configurations/${type}/companies/batch/create`, allow: 'POST',
    scopes: WRITE, required: 'inputs',
  },
  {
    name: 'take maxima away', method: 'POST', path: (type) => `/crm/v4/associations/definitions/configurations/${type}/companies/batch/purge`, allow: 'POST',
    scopes: WRITE, required: 'inputs',
  },
  {
    name: 'make a property', method: 'POST', path: (type) => `/crm/v3/properties/${type}`, allow: 'GET, HEAD, POST',
    scopes: ['crm.schemas.contacts.write'], required: 'name, label, type, fieldType, groupName',
  },
  { name: 'read one', method: 'GET', path: (type) => `/crm/v3/objects/${type}/1`, allow: 'DELETE, GET, HEAD, PATCH', scopes: READ },
  { name: 'list', method: 'GET', path: (type) => `/crm/v3/objects/${type}`, allow: 'GET, HEAD, POST', scopes: READ },
  { name: 'list associations', method: 'GET', path: (type) => `/crm/v4/objects/${type}/1/associations/companies`, allow: 'GET, HEAD', scopes: READ },
  { name: 'list labels', method: 'GET', path: (type) => `/crm/v4/associations/${type}/companies/labels`, allow: 'GET, HEAD, POST, PUT', scopes: READ },
  { name: 'list type names', method: 'GET', path: (type) => `/crm/v3/associations/${type}/companies/types`, allow: 'GET, HEAD', scopes: READ },
  {
    name: 'list maxima', method: 'GET', path: (type) => `/crm/v4/associations/definitions/configurations/${type}/companies`, allow: 'GET, HEAD',
    scopes: READ,
  },
  { name: 'list properties', method: 'GET', path: (type) => `/crm/v3/properties/${type}`, allow: 'GET, HEAD, POST', scopes: READ_MODEL },
  { name: 'read a property', method: 'GET', path: (type) => `/crm/v3/properties/${type}/email`, allow: 'DELETE, GET, HEAD, PATCH', scopes: READ_MODEL },
];
const POSTS = KINDS.filter((kind) => kind.method === 'POST');

const NO_TOKEN = refusal(
  'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  { category: 'INVALID_AUTHENTICATION' },
);

const noScope = (scopes: string[]): object => refusal(
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
  {
    errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
    links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
  },
);

describe.each(KINDS)('$name', ({ method, path, allow, scopes }) => {
  const body = method === 'POST' ? '{"inputs":' : undefined;

  test('an unrouted path is a 404 page before the token is looked at (objects 6.10 [O])', async () => {
    const answer = await spoke.call(`${method} ${path('contacts').replace(/^\/crm\/v\d/, '/crm/v9')}`, { token: null, body });
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/html;charset=utf-8' } });
    expect(answer.body).toBe('<html>\n<head><title>Error 404 Not Found</title></head>\n<body><h2>HTTP ERROR 404 Not Found</h2></body>\n</html>\n');
  });

  test('a method that the path lacks is 405 with Allow and no body before the token is looked at (objects 6.9 [O])', async () => {
    const answer = await spoke.call(`${allow.includes('PUT') ? 'PATCH' : 'PUT'} ${path('contacts')}`, { token: null, body: '{"inputs":' });
    expect(answer).toMatchObject({ status: 405, headers: { allow }, body: undefined });
    expect(answer.headers['content-type']).toBeUndefined();
  });

  test('no token is 401 before the object type is looked at (objects 2.3 [O])', async () => {
    const answer = await spoke.call(`${method} ${path('butterflies')}`, { token: null, body });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(NO_TOKEN);
  });

  test('an unknown type is 400 before scopes are looked at (objects 2.3 [O])', async () => {
    const answer = await spoke.call(`${method} ${path('butterflies')}`, { token: powerless, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refusal('Unable to infer object type from: butterflies'));
  });

  test('a missing scope is 403 before body and ids are looked at (objects 2.3 [O])', async () => {
    const answer = await spoke.call(`${method} ${path('contacts')}`, { token: powerless, body });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(noScope(scopes));
  });
});

describe.each(POSTS)('the body of $name', ({ path, required }) => {
  test('JSON that is none comes before what it lacks (objects 6.2 [O])', async () => {
    const answer = await spoke.post(path('contacts'), '{"outputs":}');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(/^Invalid input JSON on line 1, column 12: .+/) as unknown as string));
  });

  test('the content type comes before JSON [I]', async () => {
    const answer = await spoke.post(path('contacts'), '{"outputs":}', { headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(415);
    expect(answer.body).toEqual(invalid('Content type text/plain is not supported, send application/json'));
  });

  test('what it lacks is told (objects 6.2 [O])', async () => {
    const answer = await spoke.post(path('contacts'), '{}');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line 1, column 2. Some required fields were not set: [${required}]`));
  });
});

describe('query parameters', () => {
  test('the scope comes before them [I]', async () => {
    expect((await spoke.get('/crm/v3/objects/contacts?limit=0', { token: powerless })).status).toBe(403);
  });

  test('they come before ids are looked up [I]', async () => {
    expect((await spoke.get('/crm/v4/objects/contacts/999/associations/companies?limit=0')).status).toBe(400);
  });
});

describe('a type that is only read', () => {
  test('a write is 405 before scopes are looked at (objects 1.4 [D], answer [I])', async () => {
    const answer = await spoke.post('/crm/v3/objects/feedback_submissions/batch/create', '{"inputs":', { token: powerless });
    expect(answer).toMatchObject({ status: 405, headers: { allow: '' } });
    expect(answer.body).toEqual(invalid('Records of feedback_submissions can only be read through this API'));
  });

  test('but no token comes before', async () => {
    expect((await spoke.post('/crm/v3/objects/feedback_submissions/batch/create', '{"inputs":', { token: null })).status).toBe(401);
  });
});

describe('shape, rules, single inputs', () => {
  const many = (count: number, input: object): object[] => Array.from({ length: count }, () => input);
  const TOO_MANY = 'The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again';

  test.each([
    ['batch create', '/crm/v3/objects/contacts/batch/create', [...many(101, { properties: {} }), {}], /Some required fields were not set: \[properties\]$/],
    ['batch upsert', '/crm/v3/objects/contacts/batch/upsert', [...many(101, { id: '1', properties: {} }), { id: '1' }], /Some required fields were not set: \[properties\]$/],
    ['batch read', '/crm/v3/objects/contacts/batch/read', [...many(101, { id: '1' }), {}], /Some required fields were not set: \[id\]$/],
    ['associate', '/crm/v4/associations/contacts/companies/batch/create', [...many(2_001, { from: { id: '1' }, to: { id: '2' }, types: [] }), {}], /Some required fields were not set: \[from, to, types\]$/],
  ])('%s: the shape comes before the number of inputs (objects 2.3 [O])', async (_, path, inputs, message) => {
    const answer = await spoke.post(path, { inputs });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(message) as unknown as string));
  });

  test.each([
    ['batch create', '/crm/v3/objects/contacts/batch/create', many(101, { properties: { no_such: 'x' } }), TOO_MANY],
    ['batch upsert', '/crm/v3/objects/contacts/batch/upsert', many(101, { id: '1', properties: { no_such: 'x' } }), TOO_MANY],
    ['batch read', '/crm/v3/objects/contacts/batch/read', many(101, { id: 'abc' }), TOO_MANY],
    ['associate', '/crm/v4/associations/contacts/companies/batch/create', many(2_001, { from: { id: 'abc' }, to: { id: '2' }, types: [] }), TOO_MANY.replace('100', '2000')],
  ])('%s: the number of inputs comes before what is in them (objects 3.1 [O])', async (_, path, inputs, message) => {
    const answer = await spoke.post(path, { inputs });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(message));
  });

  test('batch upsert: an idProperty that is not unique comes before values, trace ids or not (objects 3.6 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/upsert', {
      inputs: [{ id: 'x', idProperty: 'firstname', properties: { no_such: 'x' }, objectWriteTraceId: 'a' }],
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Unable to perform update/upsert by non-unique 0-1 property firstname'));
  });

  test('batch upsert: duplicates come before values, trace ids or not (objects 3.7 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/upsert', {
      inputs: ['a', 'b'].map((objectWriteTraceId) => ({ id: 'x@example.org', idProperty: 'email', properties: { no_such: 'x' }, objectWriteTraceId })),
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Duplicate IDs found in batch input: [x@example.org]. IDs must be unique', { context: { ids: ['x@example.org'] } }));
  });

  test('associate: a record that is missing refuses the batch, a bad id beside it is not told (schema 1.9 [O])', async () => {
    const answer = await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: ['abc', '998'].map((id) => ({ from: { id }, to: { id: '999' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] })),
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('One or more associations are invalid', {
      context: { INVALID_OBJECT_IDS: ['CONTACT=998 is not valid', 'COMPANY=999 is not valid'], objectId: ['998', '999'], objectType: ['CONTACT', 'COMPANY'] },
    }));
  });
});
