// Types that a query or a body names are guarded like those of a path: by the scopes over their records, and by whether the
// portal has them switched on (platform.md 5.6; for these places [I], as the routes of associations have it).

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchType } from '../../src/crm/object-types.ts';
import { refusal } from '../support/expect.ts';
import { missing } from '../support/scopes.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const VISITS = '0-421';
let spoke: Spoke;
let contact: string;
let visit: string;
beforeAll(async () => {
  spoke = await startSpoke();
  contact = (await spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Ada' } })).body.id;
  visit = (await spoke.post('/crm/v3/objects/appointments', { properties: { hs_appointment_name: 'Nine' } })).body.id;
  const answer = await spoke.call(`PUT /crm/v4/objects/contacts/${contact}/associations/default/appointments/${visit}`);
  expect(answer.status).toBe(200);
});
afterAll(() => spoke.close());

const disabled = refusal('The object type appointments is not enabled in this account', { context: { objectTypeId: [VISITS] }, category: 'OBJECT_TYPE_NOT_ENABLED' });

/** The unlabeled type from contacts to appointments. */
let typeId: number;
beforeEach(async () => {
  typeId ??= (await spoke.get('/crm/v4/associations/contacts/appointments/labels')).body.results.find((type: { label: string | null }) => type.label === null).typeId;
});

const input = () => ({ properties: { firstname: 'Eve' }, associations: [{ to: { id: visit }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }] }] });
const find = { filterGroups: [{ filters: [{ propertyName: 'associations.appointment', operator: 'HAS_PROPERTY' }] }] };
const WRITES: [string, (token?: string) => Promise<Answer>][] = [
  ['create', (token) => spoke.post('/crm/v3/objects/contacts', input(), { token })],
  ['batch create', (token) => spoke.post('/crm/objects/2026-09/contacts/batch/create', { inputs: [{ properties: {} }, input()] }, { token })],
  ['batch create with trace ids', (token) => spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ ...input(), objectWriteTraceId: 'a' }] }, { token })],
];
const READS: [string, (token?: string) => Promise<Answer>][] = [
  ['search', (token) => spoke.post('/crm/v3/objects/contacts/search', find, { token })],
  ['search, filters at the top', (token) => spoke.post('/crm/objects/2025-09/contacts/search', find.filterGroups[0], { token })],
  ['read one', (token) => spoke.get(`/crm/v3/objects/contacts/${contact}?associations=appointments`, { token })],
  ['list', (token) => spoke.get('/crm/v3/objects/contacts?associations=0-421', { token })],
];
const countContacts = async (): Promise<number> => (await spoke.get('/crm/v3/objects/contacts?limit=100')).body.results.length;

describe('the scope of the other type', () => {
  test.each(WRITES)('%s with an association needs the one for writing', async (_, send) => {
    const before = await countContacts();
    for (const more of [[], ['crm.objects.appointments.read']]) {
      const answer = await send(await spoke.tokenWith(['crm.objects.contacts.write', ...more]));
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual(missing('crm.objects.appointments.write'));
    }
    expect(await countContacts()).toBe(before);
    expect((await send(await spoke.tokenWith(['crm.objects.contacts.write', 'crm.objects.appointments.write']))).status).toBe(201);
  });

  test.each(READS)('%s needs the one for reading', async (_, send) => {
    const answer = await send(await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.appointments.write']));
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(missing('crm.objects.appointments.read'));
    const seen = await send(await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.appointments.read']));
    expect(seen.status).toBe(200);
    expect(JSON.stringify(seen.body)).toContain(contact);
  });
});

describe('a type that the portal has switched off', () => {
  const turn = async (enabled: boolean): Promise<void> => {
    await switchType(spoke.db, PORTAL_ID, VISITS, enabled, NOW);
    spoke.forgetPortal();
  };

  test.each([...WRITES, ...READS])('%s: 403, whatever the token may do', async (_, send) => {
    await turn(false);
    const answer = await send();
    await turn(true);
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(disabled);
    expect([200, 201]).toContain((await send()).status);
  });

  test('its model can still be read and changed (schema.md 7.2)', async () => {
    await turn(false);
    expect((await spoke.get('/crm/v3/properties/appointments')).status).toBe(200);
    expect((await spoke.get('/crm/v4/associations/contacts/appointments/labels')).status).toBe(200);
    expect((await spoke.post('/crm/v4/associations/contacts/appointments/labels', { name: 'first', label: 'First' })).status).toBe(200);
    await turn(true);
  });
});
