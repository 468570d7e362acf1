// What keeps a Spoke safe from those who send it odd things: headers of pages, sizes of bodies that nobody has to sign for,
// names that mean something to JavaScript, and texts that are slow to look through.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routesOf } from '../../src/http/mount.ts';
import { operations } from '../../src/operations/index.ts';
import { invalid, invalidValues } from '../support/expect.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const CONTACTS = '/crm/v3/objects/contacts';

describe('headers', () => {
  test.each(['/', '/docs', '/docs/reference.js', '/health', '/openapi.json', '/nowhere', '/docs/nowhere'])('%s is what it says, in no frame, and runs nothing of others', async (path) => {
    const { headers } = await spoke.get(path, { token: null });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*|unsafe-eval|script-src [^;]*unsafe-inline/);
  });

  test('the one script in the reference is the one that its policy names', async () => {
    const { headers, body } = await spoke.get('/docs', { token: null });
    const scripts = [...(body as string).matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`);
    expect(scripts).toHaveLength(1);
    expect(headers['content-security-policy']).toContain(`script-src 'self' ${scripts[0]};`);
  });

  test('answers of the API are no pages either', async () => {
    for (const answer of [await spoke.get(CONTACTS), await spoke.get(CONTACTS, { token: null }), await spoke.get(`${CONTACTS}/1`)]) {
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-type': 'application/json;charset=utf-8' });
    }
  });
});

describe('bodies that come without a token', () => {
  const LIMIT = 64 * 1024;
  const routes = routesOf(operations).filter(({ operation }) => operation.scopes === 'public' && operation.body);

  test.each(routes.map((route) => [route.operation.method, route.path, 'form' in route.operation && route.operation.form === true] as const))(
    '%s %s: 64 KiB at most', async (method, path, isForm) => {
      const send = (body: string) => spoke.call(`${method} ${path}`, { token: null, body, headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' } });
      const body = (size: number): string => (isForm ? 'a='.padEnd(size, 'x') : '{"a":"'.padEnd(size - 2, 'x').concat('"}'));
      expect((await send(body(LIMIT))).status).toBeLessThan(413);
      const answer = await send(body(LIMIT + 1));
      expect(answer.status).toBe(413);
      expect(answer.body).toEqual(invalid(`The request body is larger than the limit of ${LIMIT} bytes`));
    });

  test('there are some', () => expect(routes.length).toBeGreaterThan(0));
});

describe('names that mean something to JavaScript', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(NAMES)('%s is no property, no type, no parameter', async (name) => {
    const raw = (value: string) => `{"properties":{${JSON.stringify(name)}:${value}}}`;
    const answer = await spoke.call(`POST ${CONTACTS}`, { body: raw('"x"') });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues([name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`]));
    expect((await spoke.call(`POST ${CONTACTS}`, { body: raw('{"polluted":"x"}') })).status).toBe(400);
    expect((await spoke.call(`POST ${CONTACTS}`, { body: `{"properties":{},${JSON.stringify(name)}:{"polluted":true}}` })).status).toBe(201);
    const read = await spoke.get(`${CONTACTS}?properties=${name}&propertiesWithHistory=${name}&${name}=x`);
    expect(read.status).toBe(200);
    for (const record of read.body.results) expect(Object.keys(record.properties)).not.toContain(name);
    for (const path of [`/crm/v3/objects/${name}`, `${CONTACTS}?associations=${name}`]) expect((await spoke.get(path)).status).toBe(400);
    for (const path of [`/crm/v3/properties/contacts/${name}`, `/crm/v3/pipelines/deals/${name}`, `/crm/v3/properties/contacts/groups/${name}`]) expect((await spoke.get(path)).status).toBe(404);
    expect((await spoke.post(`${CONTACTS}/search`, { filters: [{ propertyName: name, operator: 'HAS_PROPERTY' }] })).status).toBe(400);
    expect((await spoke.call('POST /oauth/v3/token', { token: null, body: `${name}=x&grant_type=x`, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(400);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(['__proto__', 'constructor'])('%s: a pipeline may be called so, and is then only itself', async (id) => {
    const stage = { stageId: 'toString', label: id, displayOrder: 0, metadata: { probability: '0.5' } };
    expect((await spoke.post('/crm/v3/pipelines/deals', { pipelineId: id, label: id, displayOrder: 1, stages: [{ ...stage, stageId: `${id}-stage` }] })).status).toBe(201);
    const made = await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'x', pipeline: id, dealstage: `${id}-stage` } });
    expect(made.status).toBe(201);
    expect(made.body.properties).toMatchObject({ pipeline: id, dealstage: `${id}-stage` });
  });
});

// With patterns that go over a text again and again, or a search through all of it, each of these took ten seconds and more;
// by themselves they take a moment. A text is at most 65,536 characters, a body 20 MiB.
describe('texts that are slow to look through', { timeout: 8_000 }, () => {
  const N = 65_000;

  test.each([
    ['phone', ' '.repeat(N) + 'x'], ['phone', `(${' '.repeat(N)}`], ['phone', 'ext 1 '.repeat(N / 6)], ['phone', '('.repeat(N)], ['firstname', ' '.repeat(N) + 'x'],
  ])('twenty records with such a %s', async (name, value) => {
    const answer = await spoke.post(`${CONTACTS}/batch/create`, { inputs: Array.from({ length: 20 }, () => ({ properties: { [name]: value } })) });
    expect(answer.status).toBe(201);
  });

  test.each([
    ['an input without its field, often', `{"inputs":[${'{},'.repeat(3_000_000)}{}]}`, 'Invalid input JSON on line 1, column 1. Some required fields were not set: [properties]'],
    ['a wrong type, often', `{"inputs":[${'{"properties":7},'.repeat(900_000)}{}]}`, 'Invalid input JSON on line 1, column 1: Cannot deserialize value of type `object` from this value'],
    ['a fault at the far end', `{"inputs":[${'{"properties":{}},'.repeat(900_000)}7]}`, 'Invalid input JSON on line 1, column 1: Cannot deserialize value of type `object` from this value'],
  ])('four bodies with %s: what is wrong, but not where', async (_, body, message) => {
    for (let n = 0; n < 4; n++) {
      const answer = await spoke.call(`POST ${CONTACTS}/batch/create`, { body });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalid(message));
    }
  });

  test('a long body that is no JSON', async () => {
    const answer = await spoke.call(`POST ${CONTACTS}/batch/create`, { body: `{"inputs":[${'{"properties":{}},'.repeat(900_000)}x` });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(/^Invalid input JSON on line 1, column 1: /) as unknown as string));
  });
});
