// Property groups: those that a type has by itself, and those that a portal adds (schema.md 3.1, 3.6).
// Proves: propertyGroups.list, propertyGroups.create, propertyGroups.get, propertyGroups.update, propertyGroups.delete.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { invalid, refusal } from '../support/expect.ts';
import { made, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm/v3/properties/contacts';
const GROUPS = `${ROOT}/groups`;
const group = (name: string, label: string, displayOrder = -1) => ({ name, label, displayOrder, archived: false });
const add = (name: string, more: object = {}): Promise<Answer> => spoke.post(GROUPS, { name, label: 'Loyalty', ...more });
const remove = (name: string): Promise<Answer> => spoke.call(`DELETE ${GROUPS}/${name}`);

test('GET: the default groups of a type with labels, in their order (section 4 [O], labels and order [I])', async () => {
  const answer = await spoke.get('/crm/v3/properties/companies/groups');
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ results: [
    group('companyinformation', 'Company Information', 0), group('analyticsinformation', 'Analytics History', 1),
    group('socialmediainformation', 'Social Media Information', 2), group('target_accounts', 'Target Accounts', 3),
  ] });
});

test('every property of every type is in a group of the type', async () => {
  for (const type of ['contacts', 'deals', 'tickets', 'products', 'line_items', 'tasks', 'projects', 'contracts', 'users']) {
    const groups = (await spoke.get(`/crm/v3/properties/${type}/groups`)).body.results.map((one: { name: string }) => one.name);
    const used = (await spoke.get(`/crm/v3/properties/${type}`)).body.results.map((one: { groupName: string }) => one.groupName);
    expect(groups.toSorted()).toEqual([...new Set(used)].sort());
  }
});

test.each(PROPERTY_ROOTS.map((root, n) => [root, n] as const))('%s: POST 201, GET 200, PATCH 200, DELETE 204 (3.1 [D])', async (root, n) => {
  const groups = `${root}/contacts/groups`;
  const name = `walk_${n}`;
  const created = await spoke.post(groups, { name, label: 'Walk', displayOrder: 2 });
  expect(created.status).toBe(201);
  expect(created.body).toEqual(group(name, 'Walk', 2));
  const read = await spoke.get(`${groups}/${name}?locale=de`);
  expect(read.status).toBe(200);
  expect(read.body).toEqual(group(name, 'Walk', 2));
  const changed = await spoke.call(`PATCH ${groups}/${name}`, { body: { label: 'Run' } });
  expect(changed.status).toBe(200);
  expect(changed.body).toEqual(group(name, 'Run', 2));
  expect((await spoke.get(groups)).body.results).toContainEqual(group(name, 'Run', 2));
  const gone = await spoke.call(`DELETE ${groups}/${name}`);
  expect(gone.status).toBe(204);
  expect(gone.body).toBeUndefined();
  expect((await spoke.get(`${groups}/${name}`)).status).toBe(404);
  expect((await spoke.get(groups)).body.results.map((one: { name: string }) => one.name)).not.toContain(name);
});

test('properties go into a group of one\'s own, and nowhere else once it is gone', async () => {
  expect((await spoke.post(ROOT, text('points', { groupName: 'loyalty' }))).body).toEqual(invalid('Property group "loyalty" does not exist for contacts'));
  expect((await add('loyalty')).body).toEqual(group('loyalty', 'Loyalty'));
  expect((await spoke.post(ROOT, text('points', { groupName: 'loyalty' }))).body).toEqual(made('points', { groupName: 'loyalty' }));
  // It is the type's own: companies have none of that name.
  expect((await spoke.post('/crm/v3/properties/companies', text('points', { groupName: 'loyalty' }))).status).toBe(400);

  const refused = await remove('loyalty');
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual(invalid("Can't delete or purge a group with active properties", {
    context: { name: ['loyalty'] }, subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
  }));
  // Archived properties do not keep it (3.6 [O] "active").
  await spoke.call(`DELETE ${ROOT}/points`);
  expect((await remove('loyalty')).status).toBe(204);
  expect((await spoke.post(ROOT, text('points', { groupName: 'loyalty' }))).status).toBe(400);
  // The name is free again.
  expect((await add('loyalty', { label: 'Again', displayOrder: 9 })).body).toEqual(group('loyalty', 'Again', 9));
});

test('a default group can have another label and place [I], and cannot be deleted (3.6 [I])', async () => {
  const changed = await spoke.call('PATCH /crm/v3/properties/tickets/groups/ticketinformation', { body: { label: 'Cases', displayOrder: 5 } });
  expect(changed.status).toBe(200);
  expect(changed.body).toEqual(group('ticketinformation', 'Cases', 5));
  expect((await spoke.get('/crm/v3/properties/tickets/groups')).body).toEqual({ results: [group('ticketinformation', 'Cases', 5)] });
  for (const type of ['tickets', 'deals']) {
    const name = `${type.slice(0, -1)}information`;
    const answer = await spoke.call(`DELETE /crm/v3/properties/${type}/groups/${name}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`The property group "${name}" is defined by HubSpot and cannot be deleted`, { context: { name: [name] } }));
  }
});

test('shown in display order, those below 0 last, then by name (3.2 [D])', async () => {
  const at = '/crm/v3/properties/products/groups';
  for (const [name, displayOrder] of [['b_last', -1], ['a_last', -1], ['second', 1], ['also_first', 0]] as const) await spoke.post(at, { name, label: name, displayOrder });
  expect((await spoke.get(at)).body.results.map((one: { name: string }) => one.name)).toEqual(['also_first', 'productinformation', 'second', 'a_last', 'b_last']);
});

test('a name that exists: 409 (3.10 [O])', async () => {
  await add('twice');
  for (const name of ['twice', 'TWICE', 'contactinformation']) {
    const answer = await add(name);
    expect(answer.status).toBe(409);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.body).toEqual(refusal(`A property group named '${name.toLowerCase()}' already exists.`, {
      context: { name: [name.toLowerCase()] }, category: 'OBJECT_ALREADY_EXISTS', subCategory: 'PropertyGroupError.GROUP_ALREADY_EXISTS',
    }));
  }
});

test.each([
  ['a hyphen in the name', { name: 'a-b', label: 'x' }, 'Property group name "a-b" must start with a letter and hold only letters, digits and underscores, 100 at most'],
  ['no name', { name: '', label: 'x' }, 'Property group name "" must start with a letter and hold only letters, digits and underscores, 100 at most'],
  ['an empty label', { name: 'fine', label: ' ' }, 'A property group label must have 1 to 255 characters'],
  ['no label', { name: 'fine' }, 'Invalid input JSON on line 1, column 15. Some required fields were not set: [label]'],
])('POST with %s: 400 (texts [I])', async (_, body, message) => {
  const answer = await spoke.post(GROUPS, body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(invalid(message));
});

test('PATCH to an empty label: 400; PATCH of nothing changes nothing', async () => {
  await add('steady');
  expect((await spoke.call(`PATCH ${GROUPS}/steady`, { body: { label: '' } })).body).toEqual(invalid('A property group label must have 1 to 255 characters'));
  expect((await spoke.call(`PATCH ${GROUPS}/steady`, { body: {} })).body).toEqual(group('steady', 'Loyalty'));
});

test('one that does not exist: 404 (3.10 [I])', async () => {
  const answers = [await spoke.get(`${GROUPS}/nosuch`), await spoke.call(`PATCH ${GROUPS}/nosuch`, { body: { label: 'x' } }), await remove('nosuch')];
  for (const answer of answers) {
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal("No property group named 'nosuch' exists.", { context: { name: ['nosuch'] }, category: 'OBJECT_NOT_FOUND' }));
  }
});

test('scopes: reading the model is enough to read, writing it is needed to write (platform 5.6 [D])', async () => {
  await add('scoped');
  const reader = await spoke.tokenWith(['crm.schemas.contacts.read']);
  expect((await spoke.get(GROUPS, { token: reader })).status).toBe(200);
  expect((await spoke.get(`${GROUPS}/scoped`, { token: reader })).status).toBe(200);
  for (const [request, body] of [[`POST ${GROUPS}`, { name: 'x', label: 'x' }], [`PATCH ${GROUPS}/scoped`, { label: 'x' }], [`DELETE ${GROUPS}/scoped`, undefined]] as const) {
    const answer = await spoke.call(request, { token: reader, body });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.schemas.contacts.write'] } }] });
  }
});
