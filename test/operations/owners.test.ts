// Owners on the wire (schema.md 7.1): listed page by page, read by id and by user id, archived ones, teams.
// Proves: owners.list, owners.get.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTeam } from '../../src/crm/owners.ts';
import { clockOf, idsOf, invalidValues, refusal } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const ROOTS = ['/crm/v3/owners', '/crm/owners/v3', '/crm/owners/2025-09', '/crm/owners/2026-03', '/crm/owners/2026-09', '/crm/owners/2026-09-beta'];
const [V3] = ROOTS as [string];
const FIRST = {
  id: '1', email: 'owner@example.com', type: 'PERSON', firstName: 'Portal', lastName: 'Owner', userId: 1, userIdIncludingInactive: 1,
  createdAt: '2026-10-02T09:00:00.000Z', updatedAt: '2026-10-02T09:00:00.000Z', archived: false,
};

let spoke: Spoke;
let ana: { ownerId: string; userId: string };
let teamId: string;
const { now, tick } = clockOf(() => spoke);
const addUser = (email: string, more: object = {}): Promise<Answer> => spoke.post('/settings/v3/users', { email, firstName: 'Ana', lastName: 'Diaz', ...more });
const ownerOf = async (email: string) => (await spoke.get(`${V3}?email=${email}`)).body.results[0];

beforeAll(async () => {
  spoke = await startSpoke();
  teamId = String((await addTeam(spoke.db, PORTAL_ID, 'Sales EMEA', now()))!.id);
  tick();
  const { body } = await addUser('ana@example.com', { primaryTeamId: teamId });
  ana = { userId: body.id, ownerId: (await ownerOf('ana@example.com')).id };
});
afterAll(() => spoke.close());

test.each(ROOTS)('%s: the owner of a new portal, and those that users made', async (root) => {
  const { status, body } = await spoke.get(root);
  expect(status).toBe(200);
  expect(body).toEqual({ results: [FIRST, {
    id: ana.ownerId, email: 'ana@example.com', type: 'PERSON', firstName: 'Ana', lastName: 'Diaz', userId: Number(ana.userId), userIdIncludingInactive: Number(ana.userId),
    createdAt: now(), updatedAt: now(), archived: false, teams: [{ id: teamId, name: 'Sales EMEA', primary: true }],
  }] });
  expect((await spoke.get(`${root}/1`)).body).toEqual(FIRST);
  expect((await spoke.get(`${root}/1?idProperty=userId`)).body).toEqual(FIRST);
});

test('an owner\'s id is not the user\'s', async () => {
  expect(ana.ownerId).not.toBe(ana.userId);
  expect((await spoke.get(`${V3}/${ana.userId}?idProperty=userId`)).body).toMatchObject({ id: ana.ownerId, email: 'ana@example.com' });
  const missing = await spoke.get(`${V3}/${ana.userId}`);
  expect(missing.status).toBe(404);
  expect(missing.body).toEqual(refusal(`No owner with the ID ${ana.userId} exists.`, { context: { ownerId: [ana.userId] }, category: 'OBJECT_NOT_FOUND' }));
});

test('by email, whatever the letter case ([I])', async () => {
  expect(idsOf(await spoke.get(`${V3}?email=ANA@example.com`))).toEqual([ana.ownerId]);
  expect((await spoke.get(`${V3}?email=ana`)).body).toEqual({ results: [] });
});

test('pages', async () => {
  const first = await spoke.get(`${V3}?limit=1&email=`);
  expect(first.body).toEqual({ results: [] });
  const one = await spoke.get(`${V3}?limit=1`);
  expect(idsOf(one)).toEqual(['1']);
  expect(one.body.paging).toEqual({ next: { after: '1', link: 'http://spoke.test/crm/v3/owners?limit=1&after=1' } });
  const two = await spoke.get(one.body.paging.next.link.replace('http://spoke.test', ''));
  expect(idsOf(two)).toEqual([ana.ownerId]);
  expect(two.body).not.toHaveProperty('paging');
});

test.each([['limit=0', 'limit'], ['limit=501', 'limit'], ['limit=x', 'limit'], ['after=x', 'after'], ['after=-1', 'after']])('?%s is refused', async (query, name) => {
  const answer = await spoke.get(`${V3}?${query}`);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain(name);
});

test('idProperty is one of two; an id is a number', async () => {
  expect(await spoke.get(`${V3}/1?idProperty=email`)).toMatchObject({ status: 400 });
  for (const id of ['x', '0', '99999999999999999999', '-1']) expect((await spoke.get(`${V3}/${id}`)).status).toBe(404);
});

test('scopes (platform.md 5.6 [D])', async () => {
  for (const scope of ['crm.objects.owners.read', 'automation']) expect((await spoke.get(V3, { token: await spoke.tokenWith([scope]) })).status).toBe(200);
  expect((await spoke.get(V3, { token: await spoke.tokenWith(['crm.objects.contacts.read']) })).status).toBe(403);
});

describe('an archived one', () => {
  test('is listed apart, without userId; records cannot be given to it, and those that have it keep it', async () => {
    const { body: user } = await addUser('gone@example.com');
    const owner = await ownerOf('gone@example.com');
    const contact = await spoke.post('/crm/v3/objects/contacts', { properties: { email: 'c@example.org', hubspot_owner_id: owner.id } });
    expect(contact).toMatchObject({ status: 201, body: { properties: { hubspot_owner_id: owner.id, hs_user_ids_of_all_owners: user.id } } });
    const at = tick();
    expect((await spoke.call(`DELETE /settings/v3/users/${user.id}`)).status).toBe(204);
    expect(idsOf(await spoke.get(V3))).not.toContain(owner.id);
    expect((await spoke.get(`${V3}/${owner.id}`)).status).toBe(404);
    const { userId: _, ...rest } = owner;
    const archived = { ...rest, archived: true, updatedAt: at };
    expect((await spoke.get(`${V3}?archived=true`)).body).toEqual({ results: [archived] });
    expect((await spoke.get(`${V3}/${owner.id}?archived=true`)).body).toEqual(archived);
    expect((await spoke.get(`${V3}/${user.id}?archived=true&idProperty=userId`)).body).toEqual(archived);
    expect((await spoke.get(`/crm/v3/objects/contacts/${contact.body.id}?properties=hubspot_owner_id`)).body.properties.hubspot_owner_id).toBe(owner.id);
    const again = await spoke.post('/crm/v3/objects/contacts', { properties: { email: 'd@example.org', hubspot_owner_id: owner.id } });
    expect(again.status).toBe(400);
    expect(again.body).toEqual(invalidValues(['hubspot_owner_id', 'INVALID_OWNER_ID', `${owner.id} was not a valid owner ID`]));
  });
});

test('another portal has owners of its own', async () => {
  const token = await spoke.addPortal(778);
  expect((await spoke.get(V3, { token })).body.results).toMatchObject([{ id: '1', email: 'owner@example.com' }]);
  expect((await spoke.get(`${V3}/${ana.ownerId}`, { token })).status).toBe(404);
});
