// Object types that a portal may switch off (schema.md 7.2, objects.md 2.1): which are on, and what a type that is off
// refuses. That the command line switches them is told in test/cli.
// Proves: objectLibrary.list, objectLibrary.get.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { switchType } from '../../src/crm/object-types.ts';
import { refusal } from '../support/expect.ts';
import { NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/object-library', ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/crm/object-library/${version}`)];
const [V3] = ROOTS as [string];
const TYPES = ['0-162', '0-410', '0-420', '0-421'];

/** Switches a type, as the command line does it. */
async function turn(typeId: string, enabled: boolean): Promise<void> {
  expect(await switchType(spoke.db, PORTAL_ID, typeId, enabled, NOW)).toBe(true);
  spoke.forgetPortal();
}
afterEach(async () => {
  for (const type of TYPES) await turn(type, true);
});

describe.each(ROOTS)('GET %s/enablement', (root) => {
  test('the four that can be switched, all on in a new portal (7.2 [D], default [I])', async () => {
    const answer = await spoke.get(`${root}/enablement`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ enablementByObjectTypeId: { '0-162': true, '0-410': true, '0-420': true, '0-421': true } });
  });

  test('one of them, by id (7.2 [D])', async () => {
    await turn('0-410', false);
    expect((await spoke.get(`${root}/enablement`)).body).toEqual({ enablementByObjectTypeId: { '0-162': true, '0-410': false, '0-420': true, '0-421': true } });
    expect(await spoke.get(`${root}/enablement/0-410`)).toMatchObject({ status: 200, body: { enablement: false } });
    expect(await spoke.get(`${root}/enablement/0-421`)).toMatchObject({ status: 200, body: { enablement: true } });
  });
});

test('a type that cannot be switched off is on, one that is none is refused ([I])', async () => {
  expect((await spoke.get(`${V3}/enablement/0-1`)).body).toEqual({ enablement: true });
  const answer = await spoke.get(`${V3}/enablement/0-9999`);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(refusal('Invalid object or event type id: 0-9999'));
});

test('there is nothing to write (7.2 [D])', async () => {
  expect(await spoke.post(`${V3}/enablement/0-421`, { enablement: false })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
});

test('one scope over any type is enough', async () => {
  expect((await spoke.get(`${V3}/enablement`, { token: await spoke.tokenWith(['tickets']) })).status).toBe(200);
  expect((await spoke.get(`${V3}/enablement`, { token: await spoke.tokenWith(['crm.lists.read']) })).status).toBe(403);
});

describe('a type that is off', () => {
  const OFF = refusal('The object type appointments is not enabled in this account', { context: { objectTypeId: ['0-421'] }, category: 'OBJECT_TYPE_NOT_ENABLED' });
  const properties = { hs_appointment_name: 'Visit' };

  test.each([
    ['POST', '/crm/v3/objects/appointments', { properties }], ['GET', '/crm/v3/objects/appointments', undefined], ['GET', '/crm/v3/objects/0-421/1', undefined],
    ['PATCH', '/crm/objects/2026-03/appointments/1', { properties }], ['DELETE', '/crm/objects/2025-09/0-421/1', undefined],
    ['POST', '/crm/objects/2026-09/appointments/batch/create', { inputs: [{ properties }] }], ['POST', '/crm/v3/objects/appointments/batch/read', { inputs: [{ id: '1' }] }],
    ['GET', '/crm/v4/objects/contacts/1/associations/appointments', undefined],
    ['POST', '/crm/v4/associations/appointments/contacts/batch/create', { inputs: [] }], ['GET', '/crm/v3/objects/contacts?associations=companies,appointments', undefined],
  ])('%s %s is 403 (7.2 [I])', async (method, path, body) => {
    await turn('0-421', false);
    const answer = await spoke.call(`${method} ${path}`, { body });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(OFF);
  });

  test('its records are there again when it is on', async () => {
    const { id } = (await spoke.post('/crm/v3/objects/appointments', { properties })).body;
    await turn('0-421', false);
    expect((await spoke.get(`/crm/v3/objects/appointments/${id}`)).status).toBe(403);
    await turn('0-421', true);
    expect((await spoke.get(`/crm/v3/objects/appointments/${id}`)).body.id).toBe(id);
  });

  test('its model is there all the time [I], and other types and portals do not mind', async () => {
    await turn('0-421', false);
    expect((await spoke.get('/crm/v3/properties/appointments')).status).toBe(200);
    expect((await spoke.get('/crm/v4/associations/appointments/contacts/labels')).status).toBe(200);
    expect((await spoke.get('/crm/v3/objects/courses')).status).toBe(200);
    const other = await spoke.addPortal(7_654_321);
    expect((await spoke.get('/crm/v3/objects/appointments', { token: other })).status).toBe(200);
  });

  test('that comes before scopes, after what no version offers', async () => {
    await turn('0-421', false);
    expect((await spoke.get('/crm/v3/objects/appointments', { token: await spoke.tokenWith([]) })).body).toEqual(OFF);
    expect((await spoke.get('/crm/v3/objects/appointments', { token: null })).status).toBe(401);
  });
});
