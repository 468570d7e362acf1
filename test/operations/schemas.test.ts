// Custom objects: the schemas API, and everything else that obeys it at once (schema.md section 5).
// Proves: schemas.list, schemas.create, schemas.batchRead, schemas.get, schemas.update, schemas.archive, schemas.createAssociation,
// schemas.deleteAssociation.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm-object-schemas/v3/schemas';
const ROOTS = [ROOT, '/crm/v3/schemas', ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/crm-object-schemas/${version}/schemas`)];

const egg = (name: string, more: object = {}): object => ({
  name, labels: { singular: 'Car', plural: 'Cars' }, primaryDisplayProperty: 'model', requiredProperties: ['model'], searchableProperties: ['model'],
  secondaryDisplayProperties: ['year'], associatedObjects: ['CONTACT'],
  properties: [{ name: 'model', label: 'Model', type: 'string', fieldType: 'text' }, { name: 'year', label: 'Year', type: 'number', fieldType: 'number' }, { name: 'vin', label: 'VIN', hasUniqueValue: true }],
  ...more,
});

/** Makes a custom object and gives its answer. */
async function make(name: string, more: object = {}) {
  const answer = await spoke.post(ROOT, egg(name, more));
  expect(answer.status).toBe(201);
  return answer.body;
}

const refused = (message: string): object => ({ status: 'error', message: `Invalid object schema: ${message}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID), category: 'VALIDATION_ERROR' });
const unknownType = (name: string): object => ({ status: 'error', message: `Unable to infer object type from: ${name}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID) });

describe('a new custom object', () => {
  test.each(ROOTS)('%s: 201 with its properties and associations (5.1, 5.3 [D])', async (root) => {
    const name = `cars_${ROOTS.indexOf(root)}`;
    const answer = await spoke.post(root, egg(name));
    expect(answer.status).toBe(201);
    const { id, properties, associations, ...rest } = answer.body;
    expect(rest).toEqual({
      objectTypeId: `2-${id}`, fullyQualifiedName: `p${PORTAL_ID}_${name}`, name, labels: { singular: 'Car', plural: 'Cars' }, archived: false, createdAt: NOW, updatedAt: NOW,
      createdByUserId: 1, updatedByUserId: 1,
      primaryDisplayProperty: 'model', requiredProperties: ['model'], searchableProperties: ['model'], secondaryDisplayProperties: ['year'],
      allowsSensitiveProperties: false, metaType: 'PORTAL_SPECIFIC',
    });
    const own = properties.filter((property: { hubspotDefined?: boolean }) => !property.hubspotDefined);
    expect(own.map((property: { name: string; type: string; fieldType: string; groupName: string; hasUniqueValue: boolean }) => [property.name, property.type, property.fieldType, property.groupName, property.hasUniqueValue])).toEqual([
      ['model', 'string', 'text', `${name}_information`, false], ['vin', 'string', 'text', `${name}_information`, true], ['year', 'number', 'number', `${name}_information`, false],
    ]);
    expect(properties.map((property: { name: string }) => property.name)).toEqual(expect.arrayContaining(['hs_object_id', 'hs_createdate', 'hs_lastmodifieddate', 'hubspot_owner_id', 'hs_pipeline_stage']));
    const pairs = associations.map((one: { name: string; fromObjectTypeId: string; toObjectTypeId: string }) => [one.name, one.fromObjectTypeId, one.toObjectTypeId]);
    for (const [other, typeId] of [['contact', '0-1'], ['email', '0-49'], ['meeting', '0-47'], ['note', '0-46'], ['task', '0-27'], ['call', '0-48']]) {
      expect(pairs).toContainEqual([`${name}_to_${other}`, `2-${id}`, typeId]);
      expect(pairs).toContainEqual([`${other}_to_${name}`, typeId, `2-${id}`]);
    }
    expect(associations).toHaveLength(12);
    expect(new Set(associations.map((one: { id: string }) => one.id)).size).toBe(12);
    // Read by every name of it, the same.
    for (const segment of [`2-${id}`, `p${PORTAL_ID}_${name}`, name]) expect((await spoke.get(`${root}/${segment}`)).body).toEqual(answer.body);
  });

  test('is listed; parts can be left out (5.1 [D])', async () => {
    const body = await make('listed');
    const all = (await spoke.get(ROOT)).body.results as { name: string }[];
    expect(all.find(({ name }) => name === 'listed')).toEqual(body);
    expect(all.map(({ name }) => name)).not.toContain('CONTACT');
    const { properties: _p, associations: _a, createdByUserId: _c, updatedByUserId: _u, ...bare } = body;
    const without = '?includePropertyDefinitions=false&includeAssociationDefinitions=false&includeAuditMetadata=false';
    expect((await spoke.get(`${ROOT}/listed${without}`)).body).toEqual(bare);
    expect((await spoke.post(`${ROOT}/batch/read`, { inputs: [body.objectTypeId, 'nothing'], includePropertyDefinitions: false, includeAssociationDefinitions: false, includeAuditMetadata: false }))).toMatchObject({ status: 200, body: { results: [bare] } });
  });

  test('of a type with itself: one association that is its own inverse', async () => {
    const { objectTypeId, associations } = await make('selves', { shouldCreateSameObjectAssociation: true });
    expect(associations.filter((one: { fromObjectTypeId: string; toObjectTypeId: string }) => one.fromObjectTypeId === objectTypeId && one.toObjectTypeId === objectTypeId)).toHaveLength(1);
  });
});

describe('what is refused', () => {
  test.each<[string, object, string]>([
    ['a name that starts with a digit', egg('1car'), 'name "1car" must start with a letter and hold only letters, digits and underscores'],
    ['a name with a hyphen', egg('my-car'), 'name "my-car" must start with a letter and hold only letters, digits and underscores'],
    ['no plural label', egg('nolabel', { labels: { singular: 'Car' } }), 'the plural label must have 1 to 255 characters'],
    ['a primary property that is not there', egg('noprimary', { primaryDisplayProperty: 'wheels' }), 'property wheels does not exist'],
    ['a required property that is not there', egg('norequired', { requiredProperties: ['wheels'] }), 'property wheels does not exist'],
    ['a property twice', egg('twice', { properties: [{ name: 'model', label: 'A' }, { name: 'MODEL', label: 'B' }] }), 'property model is defined twice'],
  ])('%s [I]', async (_what, body, message) => {
    const before = (await spoke.get(ROOT)).body.results.length;
    const answer = await spoke.post(ROOT, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused(message));
    expect((await spoke.get(ROOT)).body.results).toHaveLength(before);
  });

  test('what a property of it may not be (3.6 [D])', async () => {
    const answer = await spoke.post(ROOT, egg('uniques', { properties: [{ name: 'model', label: 'A' }, { name: 'year', label: 'Y' }, ...Array.from({ length: 11 }, (_, n) => ({ name: `u${n}`, label: 'U', hasUniqueValue: true }))] }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ status: 'error', message: 'An object type has at most 10 properties with unique values', correlationId: expect.stringMatching(ANY_CORRELATION_ID), category: 'VALIDATION_ERROR' });
    expect((await spoke.get(`${ROOT}/uniques`)).body).toEqual(unknownType('uniques'));
  });

  test('a name that is taken, by a standard type too (5.4 [I])', async () => {
    await make('taken');
    for (const name of ['taken', 'TAKEN', 'contacts']) {
      const answer = await spoke.post(ROOT, egg(name));
      expect(answer.status).toBe(409);
      expect(answer.body).toEqual({
        status: 'error', message: `An object type named '${name}' already exists.`, correlationId: expect.stringMatching(ANY_CORRELATION_ID), context: { name: [name] }, category: 'OBJECT_ALREADY_EXISTS',
      });
    }
  });

  test('an unknown associated type (section 0 [O])', async () => {
    const answer = await spoke.post(ROOT, egg('lonely', { associatedObjects: ['butterflies'] }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(unknownType('butterflies'));
  });

  test('without the scopes (platform 5.6 [D])', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.read']);
    const readers = ['crm.schemas.custom.read', 'crm.objects.custom.sensitive.read.v2', 'crm.objects.custom.read', 'crm.objects.custom.highly_sensitive.read.v2'];
    for (const [request, scopes] of [[`GET ${ROOT}`, readers], [`POST ${ROOT}`, ['crm.schemas.custom.write']]] as [string, string[]][]) {
      const answer = await spoke.call(request, { token, ...(request.startsWith('POST') ? { body: egg('scoped') } : {}) });
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: scopes } }] });
    }
  });

  test('two at once of one name: one is made', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => spoke.post(ROOT, egg('raced'))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });
});

describe('standard types', () => {
  test('answer by name and id (5.1, 5.3 [O])', async () => {
    const answer = await spoke.get(`${ROOT}/contacts`);
    expect(answer.status).toBe(200);
    const { properties, associations, ...rest } = answer.body;
    expect(rest).toMatchObject({ id: '1', objectTypeId: '0-1', fullyQualifiedName: 'CONTACT', name: 'CONTACT', createdAt: '1970-01-01T00:00:00Z', metaType: 'HUBSPOT', archived: false });
    expect(properties.length).toBeGreaterThan(300);
    expect(associations).toContainEqual({ id: '279', name: 'CONTACT_TO_COMPANY_UNLABELED', fromObjectTypeId: '0-1', toObjectTypeId: '0-2', createdAt: null, updatedAt: null });
    expect((await spoke.get(`${ROOT}/0-1`)).body).toEqual(answer.body);
  });

  test('cannot be changed [I]; unknown ones are none (section 0 [O])', async () => {
    const answer = await spoke.call(`PATCH ${ROOT}/contacts`, { body: { description: 'mine' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ status: 'error', message: 'contacts is not a custom object and cannot be changed', correlationId: expect.stringMatching(ANY_CORRELATION_ID), context: { objectType: ['contacts'] }, category: 'VALIDATION_ERROR' });
    for (const method of ['GET', 'DELETE']) expect((await spoke.call(`${method} ${ROOT}/butterflies`)).body).toEqual(unknownType('butterflies'));
  });
});

describe('its records', () => {
  let type: string;
  let contact: string;
  const ids = (): string[] => [type, 'boats', `p${PORTAL_ID}_boats`];
  beforeAll(async () => {
    type = (await make('boats')).objectTypeId;
    contact = (await spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Ada' } })).body.id;
  });

  test('are made, read, updated, found by unique values, listed and archived by every name of the type', async () => {
    for (const [i, segment] of ids().entries()) {
      const made = await spoke.post(`/crm/v3/objects/${segment}`, { properties: { model: `M${i}`, year: '1999', vin: `V${i}` } });
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({ properties: { model: `M${i}`, year: '1999', vin: `V${i}` }, url: `https://app.hubspot.com/contacts/${PORTAL_ID}/record/${type}/${made.body.id}` });
      const read = await spoke.get(`/crm/objects/2026-09/${segment}/V${i}?idProperty=vin&properties=model`);
      expect(read.body).toMatchObject({ id: made.body.id, properties: { hs_createdate: NOW, hs_lastmodifieddate: NOW, hs_object_id: made.body.id, model: `M${i}` } });
      expect((await spoke.call(`PATCH /crm/v3/objects/${segment}/${made.body.id}`, { body: { properties: { year: '2001' } } })).body).toMatchObject({ properties: { year: '2001' } });
      expect((await spoke.get(`/crm/v3/objects/${segment}`)).body.results.map((record: { id: string }) => record.id)).toContain(made.body.id);
      expect((await spoke.call(`DELETE /crm/v3/objects/${segment}/${made.body.id}`)).status).toBe(204);
    }
  });

  test('need their required properties, and have unique values', async () => {
    const bad = await spoke.post(`/crm/v3/objects/${type}`, { properties: { year: '1' } });
    expect(bad.status).toBe(400);
    expect(bad.body).toMatchObject({ category: 'VALIDATION_ERROR', context: { properties: ['model'] } });
    await spoke.post(`/crm/v3/objects/${type}`, { properties: { model: 'A', vin: 'same' } });
    expect((await spoke.post(`/crm/v3/objects/${type}`, { properties: { model: 'B', vin: 'SAME' } })).status).toBe(400);
  });

  test('are associated with contacts and notes by their own types, both directions, with labels', async () => {
    const { id } = (await spoke.post(`/crm/v3/objects/${type}`, { properties: { model: 'C' } })).body;
    const [forward] = (await spoke.get(`/crm/v4/associations/${type}/contacts/labels`)).body.results;
    expect(forward).toEqual({ category: 'USER_DEFINED', typeId: expect.any(Number), label: null });
    expect((await spoke.call(`PUT /crm/v4/objects/${type}/${id}/associations/default/contacts/${contact}`)).status).toBe(200);
    const seen = async (): Promise<unknown> => (await spoke.get(`/crm/v4/objects/contacts/${contact}/associations/${type}`)).body;
    expect(await seen()).toEqual({ results: [{ toObjectId: Number(id), associationTypes: [{ category: 'USER_DEFINED', typeId: forward.typeId + 1, label: null }] }] });
    // A label is added to the unlabeled type, and replaced, as with any pair.
    const label = (await spoke.post(`/crm/v4/associations/${type}/contacts/labels`, { name: 'captain', label: 'Captain' })).body.results.at(-1).typeId as number;
    const put = await spoke.call(`PUT /crm/v4/objects/${type}/${id}/associations/contacts/${contact}`, { body: [{ associationCategory: 'USER_DEFINED', associationTypeId: label }] });
    expect(put.body.labels).toEqual(['Captain']);
    const page = (await spoke.get(`/crm/v4/objects/${type}/${id}/associations/contacts`)).body;
    expect(page.results[0].associationTypes.map((one: { label: string | null }) => one.label).sort()).toEqual(['Captain', null].sort());
    // ?associations= has the fully qualified name as key (1.10 [D]).
    expect((await spoke.get(`/crm/v3/objects/contacts/${contact}?associations=boats`)).body.associations[`p${PORTAL_ID}_boats`].results).toContainEqual({ id, type: 'contact_to_boats' });
    expect((await spoke.call(`DELETE /crm/v4/objects/${type}/${id}/associations/contacts/${contact}`)).status).toBe(204);
    expect(await seen()).toEqual({ results: [] });
  });

  test('take properties added later, and their own scopes', async () => {
    await spoke.post(`/crm/v3/properties/${type}`, { name: 'sails', label: 'Sails', type: 'number', fieldType: 'number', groupName: 'boats_information' });
    expect((await spoke.post(`/crm/v3/objects/${type}`, { properties: { model: 'D', sails: '3' } })).status).toBe(201);
    const token = await spoke.tokenWith(['crm.objects.contacts.read']);
    expect((await spoke.get(`/crm/v3/objects/${type}`, { token })).body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.objects.custom.read'] } }] });
  });
});

describe('changes', () => {
  test('PATCH answers the definition alone (5.1 [D])', async () => {
    const body = await make('changed');
    spoke.tick(1_000);
    const answer = await spoke.call(`PATCH ${ROOT}/changed`, { body: { labels: { plural: 'Fleet' }, description: 'Mine', requiredProperties: [], searchableProperties: ['model', 'vin'] } });
    expect(answer.status).toBe(200);
    const { properties: _p, associations: _a, ...before } = body;
    expect(answer.body).toEqual({ ...before, labels: { singular: 'Car', plural: 'Fleet' }, description: 'Mine', requiredProperties: [], searchableProperties: ['model', 'vin'], updatedAt: expect.any(String) });
    expect(answer.body.updatedAt > before.updatedAt).toBe(true);
    // It is required no more, at once.
    expect((await spoke.post('/crm/v3/objects/changed', { properties: { year: '1' } })).status).toBe(201);
    const cleared = await spoke.call(`PATCH ${ROOT}/changed`, { body: { clearDescription: true } });
    expect(cleared.body).not.toHaveProperty('description');
    expect((await spoke.call(`PATCH ${ROOT}/changed`, { body: { primaryDisplayProperty: 'wheels' } })).body).toEqual(refused('property wheels does not exist'));
  });

  test('associations are added and taken away while unused (5.1 [D])', async () => {
    const { objectTypeId } = await make('linked');
    const path = `${ROOT}/linked/associations`;
    const added = await spoke.post(path, { fromObjectTypeId: objectTypeId, toObjectTypeId: '0-2', name: 'linked_to_firm' });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({ id: expect.stringMatching(/^\d+$/), name: 'linked_to_firm', fromObjectTypeId: objectTypeId, toObjectTypeId: '0-2', createdAt: null, updatedAt: null });
    expect((await spoke.post(path, { fromObjectTypeId: objectTypeId, toObjectTypeId: '0-2' })).body).toEqual(refused(`p${PORTAL_ID}_linked and companies are associable already`));
    expect((await spoke.post(path, { fromObjectTypeId: '0-1', toObjectTypeId: '0-2' })).body).toEqual(refused(`the association must lead from or to p${PORTAL_ID}_linked`));
    const record = (await spoke.post(`/crm/v3/objects/${objectTypeId}`, { properties: { model: 'x' } })).body.id;
    const company = (await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Acme' } })).body.id;
    await spoke.call(`PUT /crm/v4/objects/${objectTypeId}/${record}/associations/default/companies/${company}`);
    expect((await spoke.call(`DELETE ${path}/${added.body.id}`)).body).toEqual(refused('records are associated by linked_to_firm'));
    await spoke.call(`DELETE /crm/v4/objects/${objectTypeId}/${record}/associations/companies/${company}`);
    expect((await spoke.call(`DELETE ${path}/${added.body.id}`)).status).toBe(204);
    expect((await spoke.get(`/crm/v4/associations/${objectTypeId}/companies/labels`)).body).toEqual({ results: [] });
    expect((await spoke.call(`DELETE ${path}/${added.body.id}`)).status).toBe(404);
  });
});

describe('deletion', () => {
  test('needs that no record is left; archives, then frees the name (5.4 [D])', async () => {
    const { objectTypeId } = await make('fleeting');
    const record = (await spoke.post('/crm/v3/objects/fleeting', { properties: { model: 'x' } })).body.id;
    const inUse = await spoke.call(`DELETE ${ROOT}/fleeting`);
    expect(inUse.status).toBe(400);
    expect(inUse.body).toEqual({ status: 'error', message: 'fleeting cannot be deleted: it still has records', correlationId: expect.stringMatching(ANY_CORRELATION_ID), context: { objectType: ['fleeting'] }, category: 'VALIDATION_ERROR' });
    await spoke.call(`DELETE /crm/v3/objects/fleeting/${record}`);
    const gone: Answer = await spoke.call(`DELETE ${ROOT}/fleeting`);
    expect([gone.status, gone.body]).toEqual([204, undefined]);

    const names = async (archived: boolean): Promise<string[]> => (await spoke.get(`${ROOT}?archived=${archived}`)).body.results.map((schema: { name: string }) => schema.name);
    expect(await names(false)).not.toContain('fleeting');
    expect(await names(true)).toContain('fleeting');
    expect((await spoke.get('/crm/v3/objects/fleeting')).body).toEqual(unknownType('fleeting'));
    expect((await spoke.post(ROOT, egg('fleeting'))).status).toBe(409);

    expect((await spoke.call(`DELETE ${ROOT}/fleeting?archived=true`)).status).toBe(204);
    expect(await names(true)).not.toContain('fleeting');
    const again = await make('fleeting');
    expect(again.objectTypeId).not.toBe(objectTypeId);
    expect((await spoke.get('/crm/v3/objects/fleeting?archived=true')).body).toEqual({ results: [] });
    const { rows } = { rows: await spoke.db.query<{ n: number }>({ text: 'select count(*)::int as n from record where object_type = $1', values: [objectTypeId] }) };
    expect(rows).toEqual([{ n: 0 }]);
  });
});
