// What every answer looks like from outside: headers, the order of an envelope's parts, HEAD, odd addresses
// (objects.md 6.1, 6.9, 6.10, 4.2; platform.md 7.4).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalid } from '../support/expect.ts';
import { ANY_CORRELATION_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let poor: string;
let contact: string;
beforeAll(async () => {
  spoke = await startSpoke();
  poor = await spoke.tokenWith([]);
  contact = (await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'ada@example.org' } }] })).body.results[0].id;
});
afterAll(() => spoke.close());

/** Errors with the parts they have, in their order: status, message, correlationId, errors, context, links, category, subCategory. */
const ERRORS: { name: string; status: number; send: () => Promise<Answer>; parts: string[] }[] = [
  { name: 'no token', status: 401, send: () => spoke.get('/crm/v3/objects/contacts', { token: null }), parts: ['category'] },
  { name: 'an unknown type', status: 400, send: () => spoke.get('/crm/v3/objects/butterflies'), parts: [] },
  { name: 'a missing scope', status: 403, send: () => spoke.get('/crm/v3/objects/contacts', { token: poor }), parts: ['errors', 'links', 'category'] },
  { name: 'no record', status: 404, send: () => spoke.get('/crm/v3/objects/contacts/999'), parts: [] },
  { name: 'no number', status: 404, send: () => spoke.get('/crm/v3/objects/contacts/abc'), parts: ['context', 'category'] },
  { name: 'malformed JSON', status: 400, send: () => spoke.post('/crm/v3/objects/contacts/batch/read', '{'), parts: ['category'] },
  { name: 'a bad parameter', status: 400, send: () => spoke.get('/crm/v3/objects/contacts?limit=0'), parts: ['errors', 'context', 'category'] },
  {
    name: 'a bad value', status: 400, parts: ['errors', 'category'],
    send: () => spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'x' } }] }),
  },
  {
    name: 'a taken email', status: 409, parts: ['category'],
    send: () => spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'ada@example.org' } }] }),
  },
  {
    name: 'a taken property name', status: 409, parts: ['context', 'category', 'subCategory'],
    send: () => spoke.post('/crm/v3/properties/contacts', { name: 'email', label: 'E', type: 'string', fieldType: 'text', groupName: 'contactinformation' }),
  },
];

describe.each(ERRORS)('$name', ({ status, send, parts }) => {
  test('parts in their order, absent ones left out (6.1 [O])', async () => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body)).toEqual(['status', 'message', 'correlationId', ...parts]);
    expect(answer.body.status).toBe('error');
  });

  test('JSON, with the correlation id of the header in the body (6.1 [O])', async () => {
    const answer = await send();
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8');
    expect(answer.body.correlationId).toMatch(ANY_CORRELATION_ID);
    expect(answer.headers['x-hubspot-correlation-id']).toBe(answer.body.correlationId);
  });
});

describe('headers', () => {
  test('a good answer is JSON with a correlation id too (6.1 [O])', async () => {
    const { headers } = await spoke.get(`/crm/v3/objects/contacts/${contact}`);
    expect(headers).toEqual({ 'content-type': 'application/json;charset=utf-8', 'x-content-type-options': 'nosniff', 'x-hubspot-correlation-id': expect.stringMatching(ANY_CORRELATION_ID) });
  });

  test('no two answers have the same id (6.1 [O])', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => spoke.get('/crm/v3/objects/contacts')));
    expect(new Set(answers.map((answer) => answer.headers['x-hubspot-correlation-id'])).size).toBe(4);
  });

  test('a 404 page and a 405 carry one as well [I]', async () => {
    expect((await spoke.get('/nowhere')).headers['x-hubspot-correlation-id']).toMatch(ANY_CORRELATION_ID);
    expect((await spoke.call('DELETE /crm/v3/objects/contacts')).headers['x-hubspot-correlation-id']).toMatch(ANY_CORRELATION_ID);
  });

  test('browsers of other origins are told nothing (platform 7.4 [I])', async () => {
    const { headers } = await spoke.get('/crm/v3/objects/contacts', { headers: { origin: 'https://example.org' } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('a conflict says that it is no use to try again [O]', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'ada@example.org' } }] });
    expect(answer.headers['x-should-retry']).toBe('false');
  });
});

describe('HEAD is GET without the body (platform 7.4 [I])', () => {
  test.each(['/crm/v3/objects/contacts', '/crm/v3/objects/contacts/999', '/crm/v3/objects/butterflies', '/nowhere', '/health'])('%s', async (path) => {
    const [head, get] = [await spoke.call(`HEAD ${path}`), await spoke.get(path)];
    expect(head.status).toBe(get.status);
    expect(head.body).toBeUndefined();
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });

  test('where there is no GET it is 405', async () => {
    expect(await spoke.call('HEAD /crm/v3/objects/contacts/batch/create')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('paths', () => {
  test.each(['/crm/v3/objects/contacts/', '/crm/v3/objects/contacts/?limit=10'])('%s: a slash at the end is nothing [I]', async (path) => {
    const answer = await spoke.get(path);
    expect(answer.status).toBe(200);
    expect(answer.body.results.map((record: { id: string }) => record.id)).toEqual([contact]);
  });

  test('also for a POST [I]', async () => {
    expect((await spoke.post('/crm/v3/objects/contacts/batch/read/', { inputs: [{ id: contact }] })).status).toBe(200);
  });

  test.each([
    '/nowhere', '/crm', '/crm/v3', '/crm/v3/objects', '/crm/v4/objects/contacts', '/crm/v9/objects/contacts', '/crm/objects/2024-01/contacts', '/crm/objects/2026-09-BETA/contacts',
    '/crm/v3/objects/contacts/1/2', '/crm/v3/objects/contacts/1/associations', '/CRM/v3/objects/contacts', '/crm/v3/Objects/contacts', '/crm/v3/objects//contacts',
  ])('%s is a 404 page (1.1 [I], 6.10 [O])', async (path) => {
    const answer = await spoke.get(path);
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/html;charset=utf-8' } });
    expect(answer.body).toContain('Error 404 Not Found');
  });

  test('an address with a broken escape is no fault of ours', async () => {
    expect((await spoke.get('/crm/v3/objects/contacts/%E0%A4%A')).status).toBe(404);
    expect((await spoke.get('/crm/v3/objects/%zz')).status).toBe(400);
    expect((await spoke.get('/crm/v3/objects/contacts?properties=%E0%A4%A')).status).toBe(200);
  });
});

describe('long addresses (4.2 [O], limit and body [I])', () => {
  const path = (length: number): string => '/crm/v3/objects/contacts?properties='.padEnd(length - 'http://spoke.test'.length, 'x');

  test('16,000 characters are taken', async () => {
    expect((await spoke.get(path(16_000))).status).toBe(200);
  });

  test('one more is 414', async () => {
    const answer = await spoke.get(path(16_001));
    expect(answer.status).toBe(414);
    expect(answer.body).toEqual(invalid('The request address is longer than the limit of 16000 characters'));
  });
});
