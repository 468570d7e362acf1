// Sensitive properties: their definitions are asked for by level, and their values want scopes of their own (schema.md
// 3.9, objects.md 2.7).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, batchError, invalid, refusal } from '../support/expect.ts';
import { made, PROPERTY_ROOTS, text } from '../support/properties.ts';
import { NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const ROOT = '/crm/v3/properties/contacts';
const OBJECTS = '/crm/v3/objects/contacts';
const BASE = ['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.schemas.contacts.write'];
const scopeOf = (level: string, action: string): string => `crm.objects.contacts.${level}.${action}.v2`;

let spoke: Spoke;
/** Tokens with the scopes of records and their model, and what else they are named after. */
let plain: string;
let sensitiveReader: string;
let highlyReader: string;
let sensitiveWriter: string;
let contact: string;
beforeAll(async () => {
  spoke = await startSpoke();
  plain = await spoke.tokenWith(BASE);
  sensitiveReader = await spoke.tokenWith([...BASE, scopeOf('sensitive', 'read')]);
  highlyReader = await spoke.tokenWith([...BASE, scopeOf('highly_sensitive', 'read')]);
  sensitiveWriter = await spoke.tokenWith([...BASE, scopeOf('sensitive', 'write')]);
  for (const body of [text('open'), text('blood', { dataSensitivity: 'sensitive' }), text('ssn', { dataSensitivity: 'highly_sensitive', hasUniqueValue: true })]) {
    expect((await spoke.post(ROOT, body)).status).toBe(201);
  }
  contact = (await spoke.post(OBJECTS, { properties: { firstname: 'Ada', open: 'o', blood: 'AB', ssn: '1-2' } })).body.id;
  await spoke.call(`PATCH ${OBJECTS}/${contact}`, { body: { properties: { blood: 'B' } } });
});
afterAll(() => spoke.close());

const guarded = (name: string, dataSensitivity: string, more: object = {}) => made(name, { dataSensitivity, sensitiveDataCategories: [], ...more });
const BLOOD = guarded('blood', 'sensitive');
const SSN = guarded('ssn', 'highly_sensitive', { hasUniqueValue: true });
const namesOf = (answer: Answer): string[] => answer.body.results.map((one: { name: string }) => one.name);
const forbidden = (...scopes: string[]) => refusal(
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.", {
    errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
    links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
  });
function expectForbidden(answer: Answer, ...scopes: string[]): void {
  expect(answer.status).toBe(403);
  expect(answer.body).toEqual(forbidden(...scopes));
}

describe('definitions', () => {
  test.each(PROPERTY_ROOTS)('GET %s: of one level at a time; of none without the parameter (3.9 [D])', async (root) => {
    expect(namesOf(await spoke.get(`${root}/contacts?properties=open,blood,ssn`))).toEqual(['open']);
    expect(namesOf(await spoke.get(`${root}/contacts?properties=open,blood,ssn&dataSensitivity=non_sensitive`))).toEqual(['open']);
    expect((await spoke.get(`${root}/contacts?dataSensitivity=sensitive`)).body).toEqual({ results: [BLOOD] });
    expect((await spoke.get(`${root}/contacts?dataSensitivity=highly_sensitive`)).body).toEqual({ results: [SSN] });
    expect((await spoke.get(`${root}/contacts/blood?dataSensitivity=sensitive`)).body).toEqual(BLOOD);
    for (const query of ['', '?dataSensitivity=highly_sensitive', '?dataSensitivity=non_sensitive']) expect((await spoke.get(`${root}/contacts/blood${query}`)).status).toBe(404);
    const read = (dataSensitivity?: string) => spoke.post(`${root}/contacts/batch/read`, { archived: false, dataSensitivity, inputs: [{ name: 'ssn' }, { name: 'open' }] });
    const unknown = (name: string) => batchError('OBJECT_NOT_FOUND', `No property named '${name}' exists.`, { name: [name] });
    expect((await read('highly_sensitive')).body).toEqual(batch(NOW, [SSN], [unknown('open')]));
    expect((await read()).body).toEqual(batch(NOW, [made('open')], [unknown('ssn')]));
  });

  test('a level that there is not: 400', async () => {
    const reason = 'must be one of non_sensitive, sensitive, highly_sensitive';
    const answer = await spoke.get(`${ROOT}?dataSensitivity=secret`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid value for query parameter dataSensitivity: ${reason}`, {
      errors: [{ message: reason, in: 'dataSensitivity' }], context: { dataSensitivity: [reason] },
    }));
    expect((await spoke.post(ROOT, text('x', { dataSensitivity: 'secret' }))).status).toBe(400);
    expect((await spoke.post(`${ROOT}/batch/read`, { dataSensitivity: 'secret', inputs: [] })).status).toBe(400);
  });

  test('to list or read those of a level one needs its read scope (3.9 [D])', async () => {
    for (const answer of [
      await spoke.get(`${ROOT}?dataSensitivity=sensitive`, { token: plain }), await spoke.get(`${ROOT}/blood?dataSensitivity=sensitive`, { token: highlyReader }),
      await spoke.post(`${ROOT}/batch/read`, { dataSensitivity: 'sensitive', inputs: [{ name: 'blood' }] }, { token: sensitiveWriter }),
    ]) expectForbidden(answer, scopeOf('sensitive', 'read'));
    expectForbidden(await spoke.get(`${ROOT}?dataSensitivity=highly_sensitive`, { token: sensitiveReader }), scopeOf('highly_sensitive', 'read'));
    expect((await spoke.get(`${ROOT}?dataSensitivity=sensitive`, { token: sensitiveReader })).body).toEqual({ results: [BLOOD] });
    expect(namesOf(await spoke.get(`${ROOT}?properties=open,blood`, { token: plain }))).toEqual(['open']);
  });

  test('to make, change or archive them one needs its write scope (platform 5.6 [D])', async () => {
    const body = text('iban', { dataSensitivity: 'sensitive' });
    for (const answer of [
      await spoke.post(ROOT, body, { token: sensitiveReader }), await spoke.post(`${ROOT}/batch/create`, { inputs: [text('other'), body] }, { token: plain }),
      await spoke.call(`PATCH ${ROOT}/blood`, { body: { label: 'x' }, token: plain }), await spoke.call(`DELETE ${ROOT}/blood`, { token: plain }),
      await spoke.post(`${ROOT}/batch/archive`, { inputs: [{ name: 'open' }, { name: 'blood' }] }, { token: plain }),
    ]) expectForbidden(answer, scopeOf('sensitive', 'write'));
    expect((await spoke.get(`${ROOT}/other`)).status).toBe(404);
    expect((await spoke.get(`${ROOT}/open`)).status).toBe(200);
    expect((await spoke.post(ROOT, body, { token: sensitiveWriter })).body).toEqual(guarded('iban', 'sensitive'));
    expect((await spoke.call(`PATCH ${ROOT}/iban`, { body: { label: 'Bank' }, token: sensitiveWriter })).body).toEqual(guarded('iban', 'sensitive', { label: 'Bank' }));
    expect((await spoke.call(`DELETE ${ROOT}/iban`, { token: sensitiveWriter })).status).toBe(204);
    expect(namesOf(await spoke.get(`${ROOT}?archived=true`))).not.toContain('iban');
    expect(namesOf(await spoke.get(`${ROOT}?archived=true&dataSensitivity=sensitive`))).toEqual(['iban']);
  });

  test('the level is set when it is made, and never changes (3.9 [D])', async () => {
    expect((await spoke.call(`PATCH ${ROOT}/blood`, { body: { dataSensitivity: 'non_sensitive' } })).body).toEqual(BLOOD);
  });

  test('non_sensitive can be said', async () => {
    expect((await spoke.post(ROOT, text('said', { dataSensitivity: 'non_sensitive' }), { token: plain })).body).toEqual(made('said'));
  });

  test.each([
    ['products', 'sensitive', 'productinformation'], ['appointments', 'highly_sensitive', 'appointment_information'], ['notes', 'sensitive', 'engagement'],
  ])('of %s there are no %s ones: 400 (objects 2.7 [D], answer [I])', async (type, dataSensitivity, groupName) => {
    const answer = await spoke.post(`/crm/v3/properties/${type}`, text('x', { dataSensitivity, groupName }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`An object of type ${type} cannot have ${dataSensitivity} properties`));
    expect((await spoke.get(`/crm/v3/properties/${type}?dataSensitivity=${dataSensitivity}`)).body).toEqual({ results: [] });
  });

  test.each([
    ['tickets', 'ticketinformation', ['tickets', 'crm.schemas.tickets.write'], ['crm.objects.tickets.sensitive.write', 'tickets.sensitive.v2']],
    ['projects', 'project_information', ['crm.schemas.projects.write'], ['crm.objects.projects.sensitive.write']],
  ])('the scopes of %s have forms of their own (objects 2.7 [D])', async (type, groupName, base, scopes) => {
    const body = text('guarded', { dataSensitivity: 'sensitive', groupName });
    expectForbidden(await spoke.post(`/crm/v3/properties/${type}`, body, { token: await spoke.tokenWith(base) }), ...scopes);
    for (const [n, scope] of scopes.entries()) {
      expect((await spoke.post(`/crm/v3/properties/${type}`, { ...body, name: `guarded_${n}` }, { token: await spoke.tokenWith([...base, scope]) })).status).toBe(201);
    }
  });

  test('a custom object has them when it says so (5.2 [D], answer [I])', async () => {
    for (const [name, allowsSensitiveProperties, status] of [['safes', true, 201], ['boxes', false, 400]] as const) {
      const schema = {
        name, labels: { singular: name, plural: name }, properties: [text('model', { groupName: undefined })], requiredProperties: [], associatedObjects: [],
        searchableProperties: [], secondaryDisplayProperties: [], allowsSensitiveProperties,
      };
      expect((await spoke.post('/crm-object-schemas/v3/schemas', schema)).status).toBe(201);
      const answer = await spoke.post(`/crm/v3/properties/${name}`, text('pin', { dataSensitivity: 'highly_sensitive', groupName: `${name}_information` }));
      expect(answer.status).toBe(status);
      // The schema shows what everybody may see.
      const { properties } = (await spoke.get(`/crm-object-schemas/v3/schemas/${name}`)).body;
      expect(properties.map((one: { name: string }) => one.name)).not.toContain('pin');
    }
  });
});

describe('values', () => {
  const ALL = 'properties=firstname,open,blood,ssn&propertiesWithHistory=blood';
  const shown = async (token?: string): Promise<object> => (await spoke.get(`${OBJECTS}/${contact}?${ALL}`, { token })).body.properties;

  test('are left out without the scope of their level, without a word (objects 2.7 [I])', async () => {
    expect(await shown()).toMatchObject({ firstname: 'Ada', open: 'o', blood: 'B', ssn: '1-2' });
    for (const [token, seen, unseen] of [[plain, {}, ['blood', 'ssn']], [sensitiveReader, { blood: 'B' }, ['ssn']], [highlyReader, { ssn: '1-2' }, ['blood']]] as const) {
      const properties = await shown(token);
      expect(properties).toMatchObject({ firstname: 'Ada', open: 'o', ...seen });
      for (const name of unseen) expect(properties).not.toHaveProperty(name);
    }
  });

  test('so are their histories, in lists and batches too', async () => {
    const requests: (() => [string, unknown?])[] = [
      () => [`GET ${OBJECTS}/${contact}?${ALL}`], () => [`GET ${OBJECTS}?limit=50&${ALL}`], () => [`GET ${OBJECTS}?limit=50&properties=blood`],
      () => [`POST ${OBJECTS}/batch/read`, { inputs: [{ id: contact }], properties: ['blood', 'ssn'], propertiesWithHistory: ['blood', 'ssn'] }],
    ];
    for (const make of requests) {
      const [request, body] = make();
      // Turn by turn, for answers are made from what was worked out for the request before.
      for (const _ of [1, 2]) {
        expect(JSON.stringify((await spoke.call(request, { body })).body)).toContain('"blood"');
        const answer = await spoke.call(request, { body, token: plain });
        expect(answer.status, request).toBe(200);
        expect(JSON.stringify(answer.body)).not.toMatch(/"blood"|"ssn"/);
      }
    }
    const history = (await spoke.get(`${OBJECTS}/${contact}?${ALL}`, { token: sensitiveReader })).body.propertiesWithHistory;
    expect(history.blood.map((one: { value: string }) => one.value)).toEqual(['B', 'AB']);
  });

  test('writing wants the write scope, whatever else is written: 403, and nothing is (platform 5.6 [D])', async () => {
    const scope = scopeOf('sensitive', 'write');
    const properties = { firstname: 'Eve', blood: 'O' };
    for (const token of [plain, sensitiveReader]) {
      for (const [request, body] of [
        [`POST ${OBJECTS}`, { properties }], [`PATCH ${OBJECTS}/${contact}`, { properties }], [`PATCH ${OBJECTS}/${contact}`, { properties: { blood: '' } }],
        [`POST ${OBJECTS}/batch/create`, { inputs: [{ objectWriteTraceId: 'a', properties: { firstname: 'Eve' } }, { objectWriteTraceId: 'b', properties }] }],
        [`POST ${OBJECTS}/batch/update`, { inputs: [{ id: contact, properties }] }], [`POST ${OBJECTS}/batch/upsert`, { inputs: [{ id: contact, properties }] }],
      ] as const) expectForbidden(await spoke.call(request, { body, token }), scope);
    }
    expect(await shown()).toMatchObject({ firstname: 'Ada', blood: 'B' });
    const made = await spoke.post(OBJECTS, { properties }, { token: sensitiveWriter });
    expect(made.status).toBe(201);
    // The answer has what was written, a later read by the same token not.
    expect(made.body.properties.blood).toBe('O');
    expect((await spoke.get(`${OBJECTS}/${made.body.id}?properties=blood,open`, { token: sensitiveWriter })).body.properties).not.toHaveProperty('blood');
    expect((await spoke.call(`PATCH ${OBJECTS}/${contact}`, { body: { properties: { open: 'p' } }, token: plain })).status).toBe(200);
  });

  test('nobody finds a record by a value that he may not see [I]', async () => {
    const scope = scopeOf('highly_sensitive', 'read');
    for (const answer of [
      await spoke.get(`${OBJECTS}/1-2?idProperty=ssn`, { token: plain }), await spoke.post(`${OBJECTS}/batch/read`, { idProperty: 'ssn', inputs: [{ id: '1-2' }] }, { token: plain }),
      await spoke.call(`PATCH ${OBJECTS}/1-2?idProperty=ssn`, { body: { properties: { open: 'x' } }, token: plain }),
      await spoke.post(`${OBJECTS}/batch/upsert`, { inputs: [{ idProperty: 'ssn', id: '1-2', properties: { open: 'x' } }] }, { token: sensitiveReader }),
      await spoke.post(`${OBJECTS}/gdpr-delete`, { idProperty: 'ssn', objectId: '1-2' }, { token: plain }),
    ]) expectForbidden(answer, scope);
    expect((await spoke.get(`${OBJECTS}/1-2?idProperty=ssn`, { token: highlyReader })).body.id).toBe(contact);
  });

  test('nor searches by it; by highly sensitive ones nobody does (platform 5.6 [D], answers [I])', async () => {
    const find = (body: object, token?: string) => spoke.post(`${OBJECTS}/search`, body, { token });
    const by = (propertyName: string, value: string) => ({ filters: [{ propertyName, operator: 'EQ', value }], properties: ['blood', 'open'] });
    expectForbidden(await find(by('blood', 'B'), plain), scopeOf('sensitive', 'read'));
    expectForbidden(await find({ filterGroups: [by('blood', 'B')] }, highlyReader), scopeOf('sensitive', 'read'));
    expectForbidden(await find({ sorts: ['-blood'] }, plain), scopeOf('sensitive', 'read'));
    const found = await find(by('blood', 'B'), sensitiveReader);
    expect(found.body).toMatchObject({ total: 1, results: [{ id: contact, properties: { blood: 'B' } }] });
    const seen = await find(by('firstname', 'Ada'), plain);
    expect(seen.body.results[0].id).toBe(contact);
    expect(seen.body.results[0].properties).not.toHaveProperty('blood');
    expect((await find(by('ssn', '1-2'))).status).toBe(400);
  });

  test('a formula cannot use them [I]', async () => {
    const formula = text('sum', { fieldType: 'calculation_equation', calculationFormula: "concatenate(string(blood), 'x')" });
    expect((await spoke.post(ROOT, formula)).status).toBe(400);
    expect((await spoke.post(ROOT, { ...formula, calculationFormula: "concatenate(string(open), 'x')" })).status).toBe(201);
  });

  test('a merge carries them over for those who may see them', async () => {
    const other = (await spoke.post(OBJECTS, { properties: { firstname: 'Other' } })).body.id;
    const third = (await spoke.post(OBJECTS, { properties: { blood: '0' } })).body.id;
    const merged = await spoke.post(`${OBJECTS}/merge`, { primaryObjectId: other, objectIdToMerge: third }, { token: plain });
    expect(merged.status).toBe(200);
    expect(merged.body.properties).not.toHaveProperty('blood');
    expect((await spoke.get(`${OBJECTS}/${merged.body.id}?properties=blood`)).body.properties.blood).toBe('0');
  });

  test('what was sensitive does not come back as what everybody reads', async () => {
    await spoke.post(ROOT, text('diagnosis', { dataSensitivity: 'sensitive' }));
    const { id } = (await spoke.post(OBJECTS, { properties: { diagnosis: 'flu' } })).body;
    expect((await spoke.call(`DELETE ${ROOT}/diagnosis`)).status).toBe(204);
    expect((await spoke.post(ROOT, text('diagnosis'), { token: plain })).status).toBe(201);
    expect((await spoke.get(`${OBJECTS}/${id}?properties=diagnosis`)).body.properties.diagnosis).toBeNull();
  });
});
