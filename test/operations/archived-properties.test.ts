// Archived properties: their names, their definitions and their values, and how the values come back (schema.md 3.5, 3.6).
// Proves: properties.archive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, batchError, invalid, invalidValues, refusal } from '../support/expect.ts';
import { choice, made, madeChoice, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm/v3/properties/contacts';
const OBJECTS = '/crm/v3/objects/contacts';
const add = async (body: { name: string }, status = 201): Promise<Answer> => {
  const answer = await spoke.post(ROOT, body);
  expect(answer.status).toBe(status);
  return answer;
};
const archive = async (name: string): Promise<void> => expect((await spoke.call(`DELETE ${ROOT}/${name}`)).status).toBe(204);
const makeContact = async (properties: object): Promise<string> => (await spoke.post(OBJECTS, { properties })).body.id;
const write = (id: string, properties: object): Promise<Answer> => spoke.call(`PATCH ${OBJECTS}/${id}`, { body: { properties } });
const valueOf = async (id: string, name: string): Promise<unknown> => (await spoke.get(`${OBJECTS}/${id}?properties=${name}`)).body.properties[name];
const archived = (name: string, more: object = {}) => made(name, { archived: true, archivedAt: NOW, ...more });

describe('the definition', () => {
  test.each(PROPERTY_ROOTS.map((root, n) => [root, `gone_${n}`] as const))('DELETE at %s: 204; it is listed as archived, and only there (3.1 [D], 3.6 [D])', async (root, name) => {
    await add(text(name));
    const answer = await spoke.call(`DELETE ${root}/contacts/${name}`);
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect((await spoke.get(`${root}/contacts/${name}`)).status).toBe(404);
    const read = await spoke.get(`${root}/contacts/${name}?archived=true`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(archived(name));
    expect((await spoke.get(`${root}/contacts?archived=true`)).body.results).toContainEqual(archived(name));
    expect((await spoke.get(`${root}/contacts`)).body.results.map((one: { name: string }) => one.name)).not.toContain(name);
    const batchRead = (more: object) => spoke.post(`${root}/contacts/batch/read`, { ...more, inputs: [{ name }] });
    expect((await batchRead({ archived: true })).body).toEqual(batch(NOW, [archived(name)]));
    expect((await batchRead({ archived: false })).body.errors).toHaveLength(1);
  });

  test('the list of archived ones has no live ones, and can be narrowed by name', async () => {
    const { results } = (await spoke.get(`${ROOT}?archived=true`)).body;
    expect(results.every((one: { archived: boolean }) => one.archived)).toBe(true);
    expect((await spoke.get(`${ROOT}?archived=true&properties=gone_0,email`)).body.results).toEqual([archived('gone_0')]);
    expect((await spoke.get(`${ROOT}/email?archived=true`)).status).toBe(404);
    expect((await spoke.get('/crm/v3/properties/deals?archived=true')).body).toEqual({ results: [] });
  });

  test('the name is free at once; the archived one stays listed beside the fresh one (3.5 [O])', async () => {
    await add(choice('colour', ['red', 'blue'], { description: 'first' }));
    await archive('colour');
    spoke.tick(1_000);
    const LATER = '2026-10-02T09:00:01.000Z';
    try {
      const fresh = await add(text('colour', { label: 'Anew' }));
      expect(fresh.body).toEqual(made('colour', { label: 'Anew', createdAt: LATER, updatedAt: LATER }));
      await archive('colour');
      const before = madeChoice('colour', ['red', 'blue'], { description: 'first', archived: true, archivedAt: NOW });
      const last = made('colour', { label: 'Anew', createdAt: LATER, updatedAt: LATER, archived: true, archivedAt: LATER });
      expect((await spoke.get(`${ROOT}?archived=true&properties=colour`)).body.results).toEqual([last, before]);
      // By name the latest is read.
      expect((await spoke.get(`${ROOT}/colour?archived=true`)).body).toEqual(last);
    } finally {
      spoke.tick(-1_000);
    }
  });

  test('archived twice within one millisecond', async () => {
    for (const label of ['First', 'Second']) {
      await add(text('quick', { label }));
      await archive('quick');
    }
    expect((await spoke.get(`${ROOT}?archived=true&properties=quick`)).body.results).toEqual([archived('quick', { label: 'Second' })]);
  });

  test('it frees its place among the ten unique ones', async () => {
    const unique = (n: number) => spoke.post('/crm/v3/properties/tickets', text(`u_${n}`, { groupName: 'ticketinformation', hasUniqueValue: true }));
    for (let n = 0; n < 10; n++) expect((await unique(n)).status).toBe(201);
    expect((await unique(10)).status).toBe(400);
    expect((await spoke.call('DELETE /crm/v3/properties/tickets/u_3')).status).toBe(204);
    expect((await unique(10)).status).toBe(201);
    expect((await unique(3)).body).toEqual(invalid('An object type has at most 10 properties with unique values'));
  });

  test.each(['firstname', 'hs_object_id'])('%s is HubSpot\'s: 400 (3.6 [D], answer [I])', async (name) => {
    const answer = await spoke.call(`DELETE ${ROOT}/${name}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Property "${name}" is defined by HubSpot and cannot be changed or deleted`, { context: { name: [name] } }));
  });

  test('one that does not exist, or is archived already: 404 [I]', async () => {
    for (const name of ['nosuch', 'gone_0']) {
      const answer = await spoke.call(`DELETE ${ROOT}/${name}`);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(refusal(`No property named '${name}' exists.`, { context: { name: [name] }, category: 'OBJECT_NOT_FOUND' }));
      expect((await spoke.call(`PATCH ${ROOT}/${name}`, { body: { label: 'x' } })).status).toBe(404);
    }
  });

  test('without the scope: 403 (platform 5.6 [D])', async () => {
    await add(text('guarded'));
    const token = await spoke.tokenWith(['crm.schemas.contacts.read', 'crm.objects.contacts.write']);
    const answer = await spoke.call(`DELETE ${ROOT}/guarded`, { token });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.schemas.contacts.write'] } }] });
  });

  test('one that a custom object requires or displays: 400 (3.6 [I])', async () => {
    const definition = {
      labels: { singular: 'Car', plural: 'Cars' }, primaryDisplayProperty: 'model', requiredProperties: ['maker'], searchableProperties: ['model'],
      secondaryDisplayProperties: ['year'], allowsSensitiveProperties: false,
    };
    await spoke.db.query({
      text: `insert into object_type (portal_id, id, name, definition, created_at, updated_at) values ($1::bigint, '2-100', 'cars', $2::jsonb, now(), now())`,
      values: [PORTAL_ID, JSON.stringify(definition)],
    });
    await spoke.db.query({ text: 'update portal set model_version = model_version + 1', values: [] });
    spoke.forgetPortal();
    for (const name of ['model', 'maker', 'year', 'paint']) {
      expect((await spoke.post('/crm/v3/properties/2-100', text(name, { groupName: 'cars_information' }))).status).toBe(201);
    }
    for (const name of ['model', 'maker', 'year']) {
      for (const answer of [await spoke.call(`DELETE /crm/v3/properties/cars/${name}`), await spoke.post('/crm/v3/properties/cars/batch/archive', { inputs: [{ name: 'paint' }, { name }] })]) {
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual(invalid(`Property "${name}" is a required or display property of cars, so it cannot be deleted`, { context: { name: [name] } }));
      }
    }
    expect((await spoke.call('DELETE /crm/v3/properties/cars/paint')).status).toBe(204);
  });
});

describe('the values', () => {
  test('are seen by nobody: reads, histories, batches, and writes refuse the name (objects 5.1 [O])', async () => {
    await add(text('secret'));
    const id = await makeContact({ secret: 'a' });
    await write(id, { secret: 'b' });
    await archive('secret');
    const read = await spoke.get(`${OBJECTS}/${id}?properties=secret,firstname&propertiesWithHistory=secret`);
    expect(read.status).toBe(200);
    expect(Object.keys(read.body.properties)).not.toContain('secret');
    expect(read.body.propertiesWithHistory?.secret).toBeUndefined();
    const many = await spoke.post(`${OBJECTS}/batch/read`, { inputs: [{ id }], properties: ['secret'], propertiesWithHistory: ['secret'] });
    expect(JSON.stringify(many.body)).not.toContain('secret');
    expect(JSON.stringify((await spoke.get(`${OBJECTS}?limit=50&properties=secret`)).body)).not.toContain('secret');
    const unknown = invalidValues(['secret', 'PROPERTY_DOESNT_EXIST', 'Property "secret" does not exist']);
    for (const answer of [await write(id, { secret: 'c' }), await write(id, { secret: '' }), await spoke.post(OBJECTS, { properties: { secret: 'c' } })]) {
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(unknown);
    }
    // Other writes go on, and say nothing of it either.
    expect(JSON.stringify((await write(id, { firstname: 'Ada' })).body)).not.toContain('secret');
  });

  test('come back with a property of the same name and type, and their past with them [I]', async () => {
    await add(choice('size', ['s', 'm']));
    const id = await makeContact({ size: 's' });
    await write(id, { size: 'm' });
    await archive('size');
    await write(id, { firstname: 'Ada' });
    // Another list of options and field type are the same type; what is no option any more stays readable.
    await add(choice('size', ['l'], { fieldType: 'radio' }));
    const read = await spoke.get(`${OBJECTS}/${id}?propertiesWithHistory=size`);
    expect(read.body.properties.size).toBe('m');
    expect(read.body.propertiesWithHistory.size.map((one: { value: string }) => one.value)).toEqual(['m', 's']);
    expect((await write(id, { size: 'l' })).status).toBe(200);
    expect(await valueOf(id, 'size')).toBe('l');
  });

  test('do not come back with one of another type, nor does their past [I]', async () => {
    await add(text('age'));
    const [live, gone] = [await makeContact({ age: 'old' }), await makeContact({ age: 'young', firstname: 'Bob' })];
    await write(live, { age: 'older' });
    await spoke.call(`DELETE ${OBJECTS}/${gone}`);
    await archive('age');
    await add(text('age', { type: 'number', fieldType: 'number' }));
    const read = await spoke.get(`${OBJECTS}/${live}?propertiesWithHistory=age`);
    expect(read.body.properties.age).toBeNull();
    expect(read.body.propertiesWithHistory.age).toEqual([]);
    const archivedRead = await spoke.get(`${OBJECTS}/${gone}?archived=true&properties=age,firstname`);
    expect(archivedRead.body.properties).toMatchObject({ age: null, firstname: 'Bob' });
    await write(live, { age: 41 });
    expect(await valueOf(live, 'age')).toBe('41');
    // What was cleared is gone for good: the first type again starts empty too.
    await archive('age');
    await add(text('age'));
    expect(await valueOf(live, 'age')).toBeNull();
  });

  test('validation rules come back with the same type, and go with another [I]', async () => {
    const rules = '/crm/v3/property-validations/0-1/postal';
    await add(text('postal'));
    expect((await spoke.call(`PUT ${rules}/rule-type/MAX_LENGTH`, { body: { ruleArguments: ['3'] } })).status).toBe(204);
    const tooLong = (): Promise<Answer> => spoke.post(OBJECTS, { properties: { postal: '12345' } });
    await archive('postal');
    expect((await spoke.get(rules)).status).toBe(404);
    await add(text('postal'));
    expect((await tooLong()).status).toBe(400);
    await archive('postal');
    await add(text('postal', { type: 'number', fieldType: 'number' }));
    expect((await spoke.get(rules)).body).toEqual({ results: [] });
    expect((await tooLong()).status).toBe(201);
  });

  test('values of other portals and types stay', async () => {
    const other = await spoke.addPortal(77);
    const at = { token: other };
    await spoke.post(ROOT, text('shared'), at);
    await spoke.post('/crm/v3/properties/companies', text('shared', { groupName: 'companyinformation' }));
    await add(text('shared'));
    const theirs = (await spoke.post(OBJECTS, { properties: { shared: 'theirs' } }, at)).body.id;
    const company = (await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Acme', shared: 'ours' } })).body.id;
    await makeContact({ shared: 'mine' });
    await archive('shared');
    await add(text('shared', { type: 'date', fieldType: 'date' }));
    expect((await spoke.get(`${OBJECTS}/${theirs}?properties=shared`, at)).body.properties.shared).toBe('theirs');
    expect((await spoke.get(`/crm/v3/objects/companies/${company}?properties=shared`)).body.properties.shared).toBe('ours');
  });

  test('a merge keeps them with the survivor', async () => {
    await add(text('carried'));
    const [first, second] = [await makeContact({ firstname: 'A' }), await makeContact({ carried: 'kept' })];
    await archive('carried');
    const survivor = (await spoke.post(`${OBJECTS}/merge`, { primaryObjectId: first, objectIdToMerge: second })).body.id;
    await add(text('carried'));
    expect(await valueOf(survivor, 'carried')).toBe('kept');
  });
});

describe('unique values', () => {
  const unique = (name: string, more: object = {}) => text(name, { hasUniqueValue: true, ...more });

  test('bind no longer, and no record is found by them', async () => {
    await add(unique('plate'));
    await makeContact({ plate: 'A 1' });
    await archive('plate');
    const answer = await spoke.get(`${OBJECTS}/A%201?idProperty=plate`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Unable to perform update/upsert by non-unique 0-1 property plate'));
    // Made again without: the values are back, and can be doubled.
    await add(text('plate'));
    expect((await spoke.post(OBJECTS, { properties: { plate: 'A 1' } })).status).toBe(201);
  });

  test('bind again when the property is made again with them', async () => {
    await add(unique('badge'));
    const [first, second, gone] = [await makeContact({ badge: 'B 1' }), await makeContact({ badge: 'B 2' }), await makeContact({ badge: 'B 3' })];
    await archive('badge');
    // An archived record holds no unique value.
    await spoke.call(`DELETE ${OBJECTS}/${gone}`);
    await add(unique('badge'));
    expect((await spoke.get(`${OBJECTS}/b%201?idProperty=badge`)).body.id).toBe(first);
    expect((await write(second, { badge: 'b 1' })).status).toBe(400);
    expect((await write(second, { badge: 'B 3' })).status).toBe(200);
    expect((await spoke.get(`${OBJECTS}/B%203?idProperty=badge`)).body.id).toBe(second);
  });

  test('two records with the same value: it cannot be made with unique values; nothing has changed then [I]', async () => {
    await add(text('code'));
    const [first, second] = [await makeContact({ code: 'Same' }), await makeContact({ code: 'same ' })];
    await makeContact({ code: 'other' });
    await archive('code');
    const message = `Property "code" cannot have unique values: records ${first} and ${second} have the same value of the archived property of that name`;
    const context = { name: ['code'], ids: [first, second] };
    const refused = await add(unique('code'), 400);
    expect(refused.body).toEqual(invalid(message, { context }));
    expect((await spoke.get(`${ROOT}/code`)).status).toBe(404);
    // In a batch the others are made.
    const partial = await spoke.post(`${ROOT}/batch/create`, { inputs: [unique('code'), text('beside')] });
    expect(partial.status).toBe(207);
    expect(partial.body).toEqual(batch(NOW, [made('beside')], [batchError('VALIDATION_ERROR', message, context)]));
    const left = await spoke.db.query({ text: `select 1 from unique_value where property = 'code'`, values: [] });
    expect(left).toEqual([]);
    // Without unique values it has its values back; with another type none, so that they can be unique.
    await add(text('code'));
    expect(await valueOf(first, 'code')).toBe('Same');
    await archive('code');
    await add(unique('code', { type: 'number', fieldType: 'number' }));
    expect(await valueOf(first, 'code')).toBeNull();
  });

  test('more than a page of records', async () => {
    await add(unique('serial'));
    await spoke.db.query({
      text: `insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
        select (id % 4096)::int, $1::bigint, '0-1', id, jsonb_build_object('serial', 'S' || n), 1, now(), now()
        from (select n, (1000000 + n) * 4096::bigint + $2::bigint as id from generate_series(1, 5100) n) s`,
      values: [PORTAL_ID, Number(spoke.recordId(1)) % 4096],
    });
    await archive('serial');
    await add(unique('serial'));
    expect((await spoke.get(`${OBJECTS}/s5100?idProperty=serial`)).body.id).toBe(spoke.recordId(1_005_100));
    expect((await spoke.post(OBJECTS, { properties: { serial: 's1' } })).status).toBe(400);
  });
});
