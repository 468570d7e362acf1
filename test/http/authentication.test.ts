// Who is calling, and what the token may do (objects.md 2.1, 2.7, 6.4, 6.5; platform.md 5.6). Every scope of every operation is
// tried in scopes.test.ts.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../support/expect.ts';
import { missing } from '../support/scopes.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const NOBODY = refusal(
  'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  { category: 'INVALID_AUTHENTICATION' },
);

describe('the Authorization header', () => {
  const get = (authorization?: string) => spoke.get('/crm/v3/objects/carts', { token: null, headers: authorization === undefined ? {} : { authorization } });

  test.each([
    ['is missing', undefined], ['is empty', ''], ['has another scheme', 'Basic YTpi'], ['has no scheme', 'pat-na1-00000000-0000-0000-0000-000000000000'],
    ['has no token', 'Bearer'], ['has an empty token', 'Bearer '], ['has an unknown token', 'Bearer pat-na1-00000000-0000-0000-0000-000000000000'],
    ['has two tokens', 'Bearer a b'],
  ])('%s: 401 (6.4 [O])', async (_, authorization) => {
    const answer = await get(authorization);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(NOBODY);
  });

  test.each([['Bearer'], ['bearer'], ['BEARER'], ['Bearer ']])('the scheme %j in any case is taken [I]', async (scheme) => {
    const answer = await get(`${scheme} ${spoke.token}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [] });
  });

  test('the token itself is letter for letter', async () => {
    expect((await get(`Bearer ${spoke.token.toUpperCase()}`)).status).toBe(401);
  });

  test('a key in the address is no token', async () => {
    expect((await spoke.get(`/crm/v3/objects/carts?hapikey=${spoke.token}`, { token: null })).status).toBe(401);
  });
});

test('a revoked token stops working within a second (6.4 [I])', async () => {
  const token = await spoke.tokenWith(['crm.objects.carts.read']);
  expect((await spoke.get('/crm/v3/objects/carts', { token })).status).toBe(200);
  await spoke.db.script(`update token set revoked_at = '${NOW}' where hint = '${token.slice(-4)}' and scopes ? 'crm.objects.carts.read'`);
  spoke.tick(1_001);
  const answer = await spoke.get('/crm/v3/objects/carts', { token });
  expect(answer.status).toBe(401);
  expect(answer.body).toEqual(NOBODY);
  spoke.tick(-1_001);
});

test('contracts can be written from 2026-09 on (objects 1.4 [D])', async () => {
  for (const version of ['2025-09', '2026-03']) expect((await spoke.post(`/crm/objects/${version}/contracts/batch/create`, { inputs: [] })).status).toBe(405);
  for (const version of ['2026-09', '2026-09-beta']) expect((await spoke.post(`/crm/objects/${version}/contracts/batch/create`, { inputs: [] })).status).toBe(201);
});

describe('the model (platform 5.6 [D])', () => {
  const property = { name: 'x', label: 'X', type: 'string', fieldType: 'text', groupName: 'contactinformation' };
  const label = { name: 'x', label: 'X' };

  test.each([
    'crm.schemas.contacts.read', 'crm.objects.contacts.sensitive.read.v2', 'crm.objects.contacts.read', 'crm.objects.contacts.highly_sensitive.read.v2',
  ])('%s reads properties and pipelines (objects 2.7 [O])', async (scope) => {
    const token = await spoke.tokenWith([scope]);
    for (const path of ['properties/contacts', 'properties/contacts/email', 'pipelines/contacts', 'property-validations/0-1']) {
      expect((await spoke.get(`/crm/v3/${path}`, { token })).status).toBe(200);
    }
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token })).body).toEqual(missing('crm.schemas.contacts.write'));
  });

  test('crm.schemas.contacts.write adds to them', async () => {
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token: await spoke.tokenWith(['crm.schemas.contacts.write']) })).status).toBe(201);
  });

  test('who may write records may not change their model', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.write']);
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token })).body).toEqual(missing('crm.schemas.contacts.write'));
  });

  test('labels and maxima are of those who read and write records of both types [I]', async () => {
    const path = '/crm/v4/associations/contacts/contacts/labels';
    const [model, reader, writer] = [
      await spoke.tokenWith(['crm.schemas.contacts.read', 'crm.schemas.contacts.write']), await spoke.tokenWith(['crm.objects.contacts.read']), await spoke.tokenWith(['crm.objects.contacts.write']),
    ];
    expect((await spoke.get(path, { token: model })).body).toEqual(missing('crm.objects.contacts.read'));
    expect((await spoke.get(path, { token: reader })).status).toBe(200);
    expect((await spoke.post(path, label, { token: model })).body).toEqual(missing('crm.objects.contacts.write'));
    expect((await spoke.post(path, label, { token: reader })).body).toEqual(missing('crm.objects.contacts.write'));
    expect((await spoke.post(path, label, { token: writer })).status).toBe(200);
  });
});
