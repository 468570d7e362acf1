// Users as accounts: made, listed, changed, deleted; the owner and the record of each; teams, and no roles. Shapes are those of
// the official client [D]; rules are ours [I] where no fact says otherwise.
// Proves: users.list, users.create, users.get, users.update, users.delete, users.listRoles, users.listTeams.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTeam } from '../../src/crm/owners.ts';
import { clockOf, idsOf, invalid, refusal } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/settings/v3/users', '/settings/users/v3', '/settings/users/2026-03'];
const [V3] = ROOTS as [string];
let serial = 0;
const make = async (more: object = {}) => {
  const answer = await spoke.post(V3, { email: `u${serial++}@example.com`, ...more });
  expect(answer.status).toBe(201);
  return answer.body;
};
const put = (path: string, body: object): Promise<Answer> => spoke.call(`PUT ${V3}/${path}`, { body });
const notFound = (name: string): object => refusal(`No user with the ID ${name} exists.`, { context: { userId: [name] }, category: 'OBJECT_NOT_FOUND' });
const recordOf = async (userId: string) => (await spoke.get(`/crm/v3/objects/users/${userId}?idProperty=hs_internal_user_id&properties=hs_email,hs_given_name,hs_family_name,hs_deactivated,hs_internal_user_id`));

test.each(ROOTS)('%s: made, read, changed, deleted', async (root) => {
  const email = `walk${ROOTS.indexOf(root)}@example.com`;
  const made = await spoke.post(root, { email, firstName: 'Ana', lastName: 'Diaz', sendWelcomeEmail: true });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const shown = { id, email, firstName: 'Ana', lastName: 'Diaz', roleIds: [], superAdmin: false };
  expect(made.body).toEqual(shown);
  expect((await spoke.get(`${root}/${id}`)).body).toEqual(shown);
  expect((await spoke.get(`${root}/${email.toUpperCase()}?idProperty=EMAIL`)).body).toEqual(shown);
  const changed = await spoke.call(`PUT ${root}/${id}`, { body: { lastName: 'Moss' } });
  expect(changed.status).toBe(200);
  expect(changed.body).toEqual({ ...shown, lastName: 'Moss' });
  expect((await spoke.get(root)).body.results).toContainEqual(changed.body);
  expect(await spoke.call(`DELETE ${root}/${id}`)).toMatchObject({ status: 204, body: undefined });
  expect(await spoke.get(`${root}/${id}`)).toMatchObject({ status: 404, body: notFound(id) });
  expect(idsOf(await spoke.get(root))).not.toContain(id);
});

test('the user of a new portal may do everything', async () => {
  expect((await spoke.get(`${V3}/1`)).body).toEqual({ id: '1', email: 'owner@example.com', firstName: 'Portal', lastName: 'Owner', roleIds: [], superAdmin: true });
});

test('pages', async () => {
  const ids = [(await make()).id, (await make()).id];
  const one = await spoke.get(`${V3}?limit=1`);
  expect(one.body.paging).toEqual({ next: { after: '1', link: 'http://spoke.test/settings/v3/users?limit=1&after=1' } });
  expect(idsOf(await spoke.get(`${V3}?limit=2&after=1`))).toEqual(ids);
});

describe('the owner and the record', () => {
  test('come with the user, are renamed with it and end with it', async () => {
    const user = await make({ firstName: 'Ana' });
    const owner = async (archived = false) => (await spoke.get(`/crm/v3/owners/${user.id}?idProperty=userId&archived=${archived}`)).body;
    expect(await owner()).toMatchObject({ email: user.email, firstName: 'Ana', lastName: '' });
    const record = await recordOf(user.id);
    expect(record).toMatchObject({ status: 200, body: { createdAt: now(), properties: { hs_email: user.email, hs_given_name: 'Ana', hs_family_name: null, hs_internal_user_id: user.id } } });
    const at = tick();
    await put(user.id, { firstName: '', lastName: 'Moss' });
    expect(await owner()).toMatchObject({ firstName: '', lastName: 'Moss', updatedAt: at });
    expect((await recordOf(user.id)).body).toMatchObject({ id: record.body.id, updatedAt: at, properties: { hs_given_name: null, hs_family_name: 'Moss' } });
    const later = tick();
    await spoke.call(`DELETE ${V3}/${user.id}`);
    expect(await owner(true)).toMatchObject({ archived: true, updatedAt: later });
    expect((await recordOf(user.id)).body.properties.hs_deactivated).toBe('true');
  });

  test('a new owner can have records at once', async () => {
    const user = await make();
    const { id } = (await spoke.get(`/crm/v3/owners/${user.id}?idProperty=userId`)).body;
    expect((await spoke.post('/crm/v3/objects/companies', { properties: { name: 'x', hubspot_owner_id: id } })).status).toBe(201);
  });

  test('a record that a client has made for the user is taken; without one nothing is missed', async () => {
    const next = Number((await make()).id) + 2;
    const { body } = await spoke.post('/crm/v3/objects/users', { properties: { hs_internal_user_id: next, hs_email: 'early@example.com' } });
    const user = await make({ firstName: 'Late' });
    expect(user.id).toBe(String(next));
    expect((await recordOf(user.id)).body).toMatchObject({ id: body.id, properties: { hs_email: user.email, hs_given_name: 'Late' } });
    await spoke.call(`DELETE /crm/v3/objects/users/${body.id}`);
    expect((await put(user.id, { firstName: 'Later' })).status).toBe(200);
    expect((await spoke.call(`DELETE ${V3}/${user.id}`)).status).toBe(204);
  });
});

describe('refused', () => {
  test('an email that a live user has', async () => {
    const user = await make();
    const answer = await spoke.post(V3, { email: user.email.toUpperCase() });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual(refusal(`A user with the email ${user.email.toUpperCase()} already exists.`, { context: { email: [user.email.toUpperCase()] }, category: 'OBJECT_ALREADY_EXISTS' }));
    await spoke.call(`DELETE ${V3}/${user.email}?idProperty=EMAIL`);
    expect((await spoke.post(V3, { email: user.email })).status).toBe(201);
  });

  test.each(['', 'x', 'a@b', 'a b@example.com', '@example.com', `${'x'.repeat(250)}@example.com`])('%j is no email', async (email) => {
    expect(await spoke.post(V3, { email })).toMatchObject({ status: 400, body: invalid(`The user is not valid: "${email}" is no email address`) });
  });

  test('a team or a role that is not there', async () => {
    expect((await spoke.post(V3, { email: 'r@example.com', roleId: '9' })).body).toEqual(invalid('The user is not valid: there is no role 9'));
    expect((await spoke.post(V3, { email: 'r@example.com', primaryTeamId: '9' })).body).toEqual(invalid('The user is not valid: there is no team 9'));
    const user = await make();
    expect((await put(user.id, { secondaryTeamIds: ['9'] })).body).toEqual(invalid('The user is not valid: there is no team 9'));
  });

  test.each(['PUT', 'DELETE', 'GET'])('%s of one that is not there', async (method) => {
    for (const name of ['999999', 'x', '0']) expect(await spoke.call(`${method} ${V3}/${name}`, method === 'PUT' ? { body: {} } : {})).toMatchObject({ status: 404, body: notFound(name) });
    expect((await spoke.call(`${method} ${V3}/1?idProperty=id`, method === 'PUT' ? { body: {} } : {})).status).toBe(400);
  });
});

test('of one email sent many times at once there is one user', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => spoke.post(V3, { email: 'same@example.com' })));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await spoke.get('/crm/v3/owners?email=same@example.com')).body.results).toHaveLength(1);
});

test('teams and who is in them; roles there are none', async () => {
  expect((await spoke.get(`${V3}/roles`)).body).toEqual({ results: [] });
  expect((await spoke.get('/settings/users/2026-03/teams')).body).toEqual({ results: [] });
  const [emea, apac] = [String((await addTeam(spoke.db, PORTAL_ID, 'EMEA', now()))!.id), String((await addTeam(spoke.db, PORTAL_ID, 'APAC', now()))!.id)];
  const one = await make({ primaryTeamId: emea, secondaryTeamIds: [apac, apac] });
  expect(one).toMatchObject({ primaryTeamId: emea, secondaryTeamIds: [apac] });
  const two = await make({ primaryTeamId: emea });
  expect((await spoke.get(`${V3}/teams`)).body).toEqual({ results: [
    { id: emea, name: 'EMEA', userIds: [one.id, two.id], secondaryUserIds: [] }, { id: apac, name: 'APAC', userIds: [], secondaryUserIds: [one.id] },
  ] });
  expect((await spoke.get(`/crm/v3/owners/${one.id}?idProperty=userId`)).body.teams).toEqual([{ id: emea, name: 'EMEA', primary: true }, { id: apac, name: 'APAC', primary: false }]);
  const left = await put(one.id, { primaryTeamId: null, secondaryTeamIds: [] });
  expect(left.body).not.toHaveProperty('primaryTeamId');
  expect(left.body).not.toHaveProperty('secondaryTeamIds');
  expect((await spoke.get(`/crm/v3/owners/${one.id}?idProperty=userId`)).body).not.toHaveProperty('teams');
});

test('scopes (platform.md 5.6 [D])', async () => {
  const [read, write, teams] = await Promise.all(['settings.users.read', 'settings.users.write', 'settings.users.teams.read'].map((scope) => spoke.tokenWith([scope])));
  expect((await spoke.get(V3, { token: read! })).status).toBe(200);
  expect((await spoke.get(`${V3}/roles`, { token: read! })).status).toBe(200);
  expect((await spoke.get(`${V3}/teams`, { token: read! })).status).toBe(403);
  expect((await spoke.get(`${V3}/teams`, { token: teams! })).status).toBe(200);
  expect((await spoke.post(V3, { email: 's@example.com' }, { token: read! })).status).toBe(403);
  expect((await spoke.post(V3, { email: 's@example.com' }, { token: write! })).status).toBe(201);
});
