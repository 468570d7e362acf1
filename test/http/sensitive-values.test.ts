// Values of sensitive properties are told to nobody without their scopes (platform.md 5.6 [D], objects.md 2.7), whatever the
// operation and the version: every request of support/portal-arguments.ts is sent by a token that has every scope but those.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { routesOf } from '../../src/http/mount.ts';
import { operations } from '../../src/operations/index.ts';
import { ARGUMENTS } from '../support/portal-arguments.ts';
import { requestOf } from '../support/portal-requests.ts';
import { missing } from '../support/scopes.ts';
import { CLASSIFIED, isClassified, startTwoPortals, type TwoPortals } from '../support/two-portals.ts';

let portals: TwoPortals;
let plain: string;
beforeAll(async () => {
  portals = await startTwoPortals();
  plain = await portals.spoke.tokenWith(loadCatalogue().scopes.filter((scope) => !scope.includes('sensitive')));
});
afterAll(() => portals.spoke.close());

const routes = routesOf(operations.filter((operation) => operation.scopes !== 'public')).filter((route) => !route.alias);
const [CONTACTS, READ, WRITE] = ['/crm/v3/objects/contacts', 'crm.objects.contacts.sensitive.read.v2', 'crm.objects.contacts.sensitive.write.v2'];

describe('without the scopes', () => {
  test.each(routes.map((route) => [route.operation.id, route.version.name, route] as const))('%s in %s tells none', async (id, _, route) => {
    const { spoke, a, b } = portals;
    for (const given of ARGUMENTS[id]!.send(a, b).slice(0, 6)) {
      const request = requestOf(route, given);
      const { status, headers, body } = await spoke.call(request, { token: plain, ...(given.body === undefined ? {} : { body: given.body }) });
      expect(isClassified(JSON.stringify([body ?? null, headers])), `${request}: ${status} ${JSON.stringify(body)}`).toBe(false);
    }
  });
});

describe('with them', () => {
  test('the same reads tell them', async () => {
    const { spoke, a, b } = portals;
    for (const id of ['records.list', 'records.get', 'records.batchRead', 'records.search']) {
      const { body } = await spoke.call(requestOf(routes.find(({ operation }) => operation.id === id)!, ARGUMENTS[id]!.send(a, b)[0]!), { body: ARGUMENTS[id]!.send(a, b)[0]!.body });
      expect(isClassified(JSON.stringify(body)), id).toBe(true);
    }
  });

  test('a unique one names a record only to who may see it, in every version', async () => {
    const { spoke, a } = portals;
    for (const root of ['/crm/v3/objects/contacts', ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/crm/objects/${version}/contacts`)]) {
      const by = { idProperty: 'a_sensitive', id: `${CLASSIFIED} 1` };
      for (const [request, body] of [
        [`GET ${root}/${encodeURIComponent(by.id)}?idProperty=a_sensitive`], [`PATCH ${root}/${encodeURIComponent(by.id)}?idProperty=a_sensitive`, { properties: { lastname: 'x' } }],
        [`POST ${root}/batch/read`, { idProperty: 'a_sensitive', inputs: [{ id: by.id }] }], [`POST ${root}/batch/update`, { inputs: [{ ...by, properties: {} }] }],
        [`POST ${root}/batch/upsert`, { inputs: [{ ...by, properties: { lastname: 'x' } }] }], [`POST ${root}/gdpr-delete`, { objectId: by.id, idProperty: 'a_sensitive' }],
        [`POST ${root}/search`, { filters: [{ propertyName: 'a_sensitive', operator: 'EQ', value: by.id }] }], [`POST ${root}/search`, { sorts: ['a_sensitive'] }],
      ] as [string, object?][]) {
        const answer = await spoke.call(request, { token: plain, ...(body ? { body } : {}) });
        expect(answer.status, request).toBe(403);
        expect(answer.body).toEqual(missing(READ!));
      }
    }
    expect((await spoke.get(`${CONTACTS}/${encodeURIComponent(`${CLASSIFIED} 1`)}?idProperty=a_sensitive`)).body.id).toBe(a.contacts[1]);
  });

  test('writing one wants the scope for writing, in every version and by every way', async () => {
    const { spoke, a } = portals;
    const properties = { a_sensitive: 'overwritten' };
    for (const root of [CONTACTS!, ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/crm/objects/${version}/contacts`)]) {
      for (const [request, body] of [
        [`POST ${root}`, { properties }], [`PATCH ${root}/${a.contacts[0]}`, { properties }], [`POST ${root}/batch/create`, { inputs: [{ properties }] }],
        [`POST ${root}/batch/update`, { inputs: [{ id: a.contacts[0], properties }] }], [`POST ${root}/batch/upsert`, { inputs: [{ idProperty: 'email', id: 'a-0@example.org', properties }] }],
      ] as const) {
        const answer = await spoke.call(request, { token: plain, body });
        expect(answer.status, request).toBe(403);
        expect(answer.body).toEqual(missing(WRITE!));
      }
    }
  });
});

test('whoever sets a rule for their values edits the property: that wants the scope for writing (5.6 [D])', async () => {
  const set = (token?: string) => portals.spoke.call('PUT /crm/v3/property-validations/0-1/a_sensitive/rule-type/MAX_LENGTH', { token, body: { ruleArguments: ['99'] } });
  const refused = await set(plain);
  expect(refused.status).toBe(403);
  expect(refused.body).toEqual(missing(WRITE!));
  expect((await set()).status).toBe(204);
});

test('words are looked for in sensitive properties for who may see them, in highly sensitive ones for nobody (5.6 [D])', async () => {
  const { spoke } = portals;
  const text = (name: string, dataSensitivity: string) => ({ name, label: name, type: 'string', fieldType: 'text', groupName: 'vault_information', dataSensitivity });
  const schema = {
    name: 'vault', labels: { singular: 'Vault', plural: 'Vaults' }, properties: [{ name: 'title', label: 'Title' }], requiredProperties: [], searchableProperties: ['title'],
    secondaryDisplayProperties: [], primaryDisplayProperty: 'title', associatedObjects: [], allowsSensitiveProperties: true,
  };
  expect((await spoke.post('/crm-object-schemas/2025-09/schemas', schema)).status).toBe(201);
  for (const [name, level] of [['pin', 'sensitive'], ['code', 'highly_sensitive']]) expect((await spoke.post('/crm/v3/properties/vault', text(name!, level!))).status).toBe(201);
  expect((await spoke.call('PATCH /crm-object-schemas/2025-09/schemas/vault', { body: { searchableProperties: ['title', 'pin', 'code'], clearDescription: false } })).status).toBe(200);
  expect((await spoke.post('/crm/v3/objects/vault', { properties: { title: 'First', pin: 'alpha', code: 'omega' } })).status).toBe(201);
  const find = async (query: string, token?: string): Promise<number> => (await spoke.post('/crm/v3/objects/vault/search', { query }, { token })).body.total;
  expect([await find('first', plain), await find('alpha', plain), await find('omega', plain)]).toEqual([1, 0, 0]);
  expect([await find('first'), await find('alpha'), await find('omega')]).toEqual([1, 1, 0]);
});
