// Limits tracking on the wire (schema.md 7.3): every number is one that was counted. Which limits a portal has, where no fact
// says so, and that percentages are of 100, is ours [I].
// Proves: limits.records, limits.pipelines, limits.customProperties, limits.calculatedProperties, limits.customObjectTypes, limits.labels,
// limits.fromTypes, limits.toTypes, limits.nearRecords.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idsOf } from '../support/expect.ts';
import { missing } from '../support/scopes.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const ROOTS = ['/crm/v3/limits', '/crm/limits/v3', '/crm/limits/2025-09', '/crm/limits/2026-03', '/crm/limits/2026-09', '/crm/limits/2026-09-beta'];
const [V3] = ROOTS as [string];
const CONTACT = { objectTypeId: '0-1', singularLabel: 'Contact', pluralLabel: 'Contacts' };
const COMPANY = { objectTypeId: '0-2', singularLabel: 'Company', pluralLabel: 'Companies' };

let spoke: Spoke;
/** Of one custom object: its id. */
let cars: string;
beforeAll(async () => {
  // Five associations are the most, so four are near.
  spoke = await startSpoke({ maxAssociations: 5 });
  const { body } = await spoke.post('/crm-object-schemas/v3/schemas', {
    name: 'cars', labels: { singular: 'Car', plural: 'Cars' }, primaryDisplayProperty: 'model', requiredProperties: ['model'], searchableProperties: [],
    associatedObjects: ['CONTACT'], properties: [{ name: 'model', label: 'Model', type: 'string', fieldType: 'text' }],
  });
  cars = body.objectTypeId;
});
afterAll(() => spoke.close());

const get = (path: string, more = {}): Promise<Answer> => spoke.get(`${V3}${path}`, more);
const make = async (type: string, ...properties: object[]): Promise<string[]> =>
  idsOf(await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: properties.map((one) => ({ properties: one })) }));
const of = (some: { objectTypeId: string }[], id: string) => some.find((one) => one.objectTypeId === id);

test('records: live ones, of every type', async () => {
  const before = (await get('/records')).body;
  expect(of(before.hubspotDefinedObjectTypes, '0-1')).toEqual({ ...CONTACT, usage: 0, limit: 15_000_000, percentage: 0 });
  const [first] = await make('contacts', { email: 'a@example.org' }, { email: 'b@example.org' }, { email: 'c@example.org' });
  await make(cars, { model: 'T' });
  await spoke.call(`DELETE /crm/v3/objects/contacts/${first}`);
  const { body } = await get('/records');
  expect(of(body.hubspotDefinedObjectTypes, '0-1')).toEqual({ ...CONTACT, usage: 2, limit: 15_000_000, percentage: 0 });
  expect(body.customObjectTypes).toEqual({
    overallLimit: 1_500_000, overallUsage: 1, overallPercentage: 0, byObjectType: [{ objectTypeId: cars, singularLabel: 'Car', pluralLabel: 'Cars', usage: 1 }],
  });
  expect(of(body.hubspotDefinedObjectTypes, cars)).toBeUndefined();
});

test('pipelines: live ones, of the types that have them', async () => {
  const stages = [{ label: 'A', displayOrder: 0, metadata: { probability: '0.5' } }];
  for (const label of ['One', 'Two', 'Three']) await spoke.post('/crm/v3/pipelines/deals', { pipelineId: label, label, displayOrder: 1, stages });
  await spoke.call('DELETE /crm/v3/pipelines/deals/Two');
  expect((await spoke.post(`/crm/v3/pipelines/${cars}`, { label: 'Sale', displayOrder: 0, stages: [{ label: 'A', displayOrder: 0, metadata: {} }] })).status).toBe(201);
  const { body } = await get('/pipelines');
  expect(of(body.hubspotDefinedObjectTypes, '0-3')).toEqual({ objectTypeId: '0-3', singularLabel: 'Deal', pluralLabel: 'Deals', usage: 3, limit: 100, percentage: 3 });
  expect(of(body.hubspotDefinedObjectTypes, '0-5')).toMatchObject({ usage: 1, percentage: 1 });
  expect(body.hubspotDefinedObjectTypes.map((one: { objectTypeId: string }) => one.objectTypeId).sort()).toEqual(['0-123', '0-136', '0-162', '0-3', '0-410', '0-420', '0-421', '0-5', '0-970']);
  expect(body.customObjectTypes).toMatchObject({ overallUsage: 1, byObjectType: [{ objectTypeId: cars, usage: 1 }] });
});

test('custom properties, and those of them with a formula', async () => {
  const total = async () => (await get('/custom-properties')).body;
  expect(await total()).toMatchObject({ overallUsage: 1 });
  expect((await get('/calculated-properties')).body).toEqual({ overallLimit: 200, overallUsage: 0, overallPercentage: 0, byObjectType: [] });
  const add = async (name: string, more: object = {}) =>
    expect((await spoke.post('/crm/v3/properties/contacts', { name, label: name, type: 'number', fieldType: 'number', groupName: 'contactinformation', ...more })).status).toBe(201);
  await add('size');
  await add('twice', { fieldType: 'calculation_equation', calculationFormula: 'size * 2' });
  await add('gone');
  await spoke.call('DELETE /crm/v3/properties/contacts/gone');
  const body = await total();
  expect(body.overallUsage).toBe(3);
  expect(body.overallLimit).toBe(1_000 * body.byObjectType.length);
  expect(body.overallPercentage).toBe(Math.round((3 / body.overallLimit) * 10_000) / 100);
  expect(of(body.byObjectType, '0-1')).toEqual({ ...CONTACT, usage: 2, limit: 1_000, percentage: 0.2 });
  expect(of(body.byObjectType, cars)).toMatchObject({ usage: 1, percentage: 0.1 });
  expect(of(body.byObjectType, '0-2')).toMatchObject({ usage: 0 });
  expect((await get('/calculated-properties')).body).toEqual({ overallLimit: 200, overallUsage: 1, overallPercentage: 0.5, byObjectType: [{ ...CONTACT, usage: 1 }] });
});

test('custom objects', async () => {
  expect((await get('/custom-object-types')).body).toEqual({ limit: 100, usage: 1, percentage: 1 });
});

describe('labels', () => {
  const labels = async (query = '') => (await get(`/associations/labels${query}`)).body.results;
  const none = { fromObjectType: CONTACT, toObjectType: COMPANY, allLabels: [], limit: 10, usage: 0, percentage: 0 };

  test('between every two types that have some, in both directions, and those that are asked for', async () => {
    // That between a custom object and contacts has no label.
    expect(await labels()).toEqual([]);
    expect(await labels('?fromObjectTypeId=0-1&toObjectTypeId=0-2')).toEqual([none]);
    await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'manager', label: 'Manager', inverseLabel: 'Managed by' });
    await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'friend', label: 'Friend' });
    await spoke.post('/crm/v4/associations/contacts/contacts/labels', { name: 'boss', label: 'Boss', inverseLabel: 'Reports to' });
    const [there, back] = [
      { ...none, allLabels: ['Manager', 'Friend'], usage: 2, percentage: 20 }, { fromObjectType: COMPANY, toObjectType: CONTACT, allLabels: ['Managed by', 'Friend'], limit: 10, usage: 2, percentage: 20 },
    ];
    const own = { fromObjectType: CONTACT, toObjectType: CONTACT, allLabels: ['Boss', 'Reports to'], limit: 10, usage: 1, percentage: 10 };
    expect(await labels()).toEqual([own, there, back]);
    expect(await labels('?fromObjectTypeId=contacts&toObjectTypeId=companies')).toEqual([there]);
    expect(await labels('?fromObjectTypeId=0-1')).toEqual([own, there]);
    expect(await labels('?toObjectTypeId=0-1')).toEqual([own, back]);
    expect(await labels('?fromObjectTypeId=0-3')).toEqual([]);
  });

  test('of a type that is not there', async () => {
    expect(await get('/associations/labels?fromObjectTypeId=unicorns')).toMatchObject({ status: 400, body: { message: 'Unable to infer object type from: unicorns' } });
  });
});

describe('associations near their limit', () => {
  const near = (more: object, type: object) => ({ ...type, hasRecordsAtLimit: false, hasRecordsNearLimit: false, ...more });
  const associate = async (from: string, tos: string[]) => {
    const answer = await spoke.post('/crm/v4/associations/companies/contacts/batch/associate/default', { inputs: tos.map((id) => ({ from: { id: from }, to: { id } })) });
    expect(answer.status).toBe(200);
  };

  test('who has all that a record may have, and who nearly', async () => {
    expect((await get('/associations/records/from')).body).toEqual({ results: [] });
    expect((await get('/associations/records/companies/contacts')).body).toEqual({ limit: 5, totalRecordsAtLimit: 0, totalRecordsNearLimit: 0, atLimitFromRecordSamples: [], nearLimitFromRecordSamples: [] });
    const people = await make('contacts', ...Array.from({ length: 6 }, (_, n) => ({ email: `near${n}@example.org` })));
    const [acme, big, few] = await make('companies', { name: 'Acme' }, { name: 'Biglytics' }, { name: 'Few' });
    await associate(few!, people.slice(0, 3));
    expect((await get('/associations/records/from')).body).toEqual({ results: [] });
    await associate(big!, people.slice(0, 4));
    expect((await get('/associations/records/from')).body).toEqual({ results: [near({ hasRecordsNearLimit: true }, COMPANY)] });
    await associate(acme!, people.slice(0, 5));
    expect((await get('/associations/records/from')).body).toEqual({ results: [near({ hasRecordsAtLimit: true, hasRecordsNearLimit: true }, COMPANY)] });
    expect((await get('/associations/records/0-2/to')).body).toEqual({ results: [near({ hasRecordsAtLimit: true, hasRecordsNearLimit: true }, CONTACT)] });
    expect((await get('/associations/records/0-1/to')).body).toEqual({ results: [] });
    expect((await get('/associations/records/0-2/0-1')).body).toEqual({
      limit: 5, totalRecordsAtLimit: 1, totalRecordsNearLimit: 1, atLimitFromRecordSamples: [{ objectId: Number(acme), label: 'Acme' }],
      nearLimitFromRecordSamples: [{ objectId: Number(big), label: 'Biglytics', usage: 4, percentage: 80 }],
    });
  });

  test('a maximum that the portal has set counts instead', async () => {
    const limit = { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 280, maxToObjectIds: 4 }] };
    const configurations = '/crm/v4/associations/definitions/configurations/companies/contacts/batch';
    expect((await spoke.post(`${configurations}/create`, limit)).status).toBe(201);
    expect((await get('/associations/records/companies/contacts')).body).toMatchObject({ limit: 4, totalRecordsAtLimit: 2, totalRecordsNearLimit: 0 });
    await spoke.post(`${configurations}/purge`, { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 280 }] });
  });

  test('a contact without a name, an object that leads nowhere', async () => {
    const [lonely] = await make('contacts', { firstname: 'Ada', email: 'ada@example.org' });
    const companies = await make('companies', ...Array.from({ length: 4 }, (_, n) => ({ name: `C${n}` })));
    await spoke.post('/crm/v4/associations/contacts/companies/batch/associate/default', { inputs: companies.map((id) => ({ from: { id: lonely }, to: { id } })) });
    const { body } = await get('/associations/records/contacts/companies');
    expect(body).toMatchObject({ totalRecordsNearLimit: 1, nearLimitFromRecordSamples: [{ objectId: Number(lonely), usage: 4, percentage: 80 }] });
    expect(await get('/associations/records/users/contacts')).toMatchObject({ status: 200, body: { limit: 5, totalRecordsAtLimit: 0 } });
  });

  test('of many, those with the most are named, ten of them', async () => {
    const people = await make('contacts', ...Array.from({ length: 49 }, (_, n) => ({ email: `many${n}@example.org` })));
    const deals = await make('deals', ...Array.from({ length: 12 }, (_, n) => ({ dealname: `D${n}`, dealstage: 'contractsent' })));
    for (const [n, deal] of deals.entries()) {
      await spoke.post('/crm/v4/associations/deals/contacts/batch/associate/default', { inputs: people.slice(n * 4, n * 4 + (n === 11 ? 5 : 4)).map((id) => ({ from: { id: deal }, to: { id } })) });
    }
    const { body } = await get('/associations/records/deals/contacts');
    expect(body).toMatchObject({ totalRecordsAtLimit: 1, totalRecordsNearLimit: 11, atLimitFromRecordSamples: [{ label: 'D11' }] });
    expect(body.nearLimitFromRecordSamples.map(({ label }: { label: string }) => label)).toEqual(deals.slice(0, 10).map((_, n) => `D${n}`));
  });

  test('a limit in the tens of thousands: the counts that are kept tell', async () => {
    const spacious = await startSpoke();
    const [id] = idsOf(await spacious.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'Biglytics' } }] }));
    await spacious.db.query({ text: `insert into association_count select bucket, portal_id, '0-2', id, '0-1', 0, 280, 45000 from record where id = $1::bigint and portal_id = $2::bigint`, values: [id, PORTAL_ID] });
    expect((await spacious.get(`${V3}/associations/records/companies/contacts`)).body).toEqual({
      limit: 50_000, totalRecordsAtLimit: 0, totalRecordsNearLimit: 1, atLimitFromRecordSamples: [],
      nearLimitFromRecordSamples: [{ objectId: Number(id), label: 'Biglytics', usage: 45_000, percentage: 90 }],
    });
    await spacious.close();
  });
});

test.each(ROOTS)('%s has all of them', async (root) => {
  for (const path of ['/records', '/pipelines', '/custom-properties', '/calculated-properties', '/custom-object-types', '/associations/labels', '/associations/records/from', '/associations/records/0-2/to', '/associations/records/0-2/0-1']) {
    const [answer, first] = [await spoke.get(root + path), await get(path)];
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(first.body);
  }
});

test('scopes: any over a model; records are named to those who may read them ([I])', async () => {
  const [model, records, other] = await Promise.all(['crm.schemas.deals.read', 'crm.objects.companies.read', 'crm.lists.read'].map((scope) => spoke.tokenWith([scope])));
  expect((await get('/records', { token: model })).status).toBe(200);
  expect((await get('/records', { token: other })).status).toBe(403);
  expect((await get('/associations/records/companies/companies', { token: records })).status).toBe(200);
  const refused = await get('/associations/records/companies/contacts', { token: records });
  expect(refused.status).toBe(403);
  expect(refused.body).toEqual(missing('crm.objects.contacts.read'));
});

test('another portal has used nothing', async () => {
  const token = await spoke.addPortal(779);
  expect(new Set((await get('/records', { token })).body.hubspotDefinedObjectTypes.map((one: { usage: number }) => one.usage))).toEqual(new Set([0]));
  expect((await get('/associations/records/from', { token })).body).toEqual({ results: [] });
  expect((await get('/custom-object-types', { token })).body).toEqual({ limit: 100, usage: 0, percentage: 0 });
});
