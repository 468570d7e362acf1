// The official Node client's calls for associations between records, v4 and v3, against a running program. The client throws
// on statuses that its methods do not list, and turns answers into its own classes.

import { Client } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

let database: TestDatabase | undefined;
let program: Program;
let client: Client;
let contacts: string[];
let companies: string[];
let label: number;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  client = new Client({ basePath: program.url, accessToken: program.token });
  contacts = await make('contacts', 20);
  companies = await make('companies', 20);
  const labels = await client.crm.associations.v4.schema.definitionsApi.create('contacts', 'companies', { name: 'champion', label: 'Champion' });
  label = labels.results.at(-1)!.typeId;
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
});

async function make(type: string, count: number): Promise<string[]> {
  const { results } = await client.crm.objects.batchApi.create(type, { inputs: Array.from({ length: count }, (_, n) => ({ properties: { [type === 'contacts' ? 'firstname' : 'name']: `${n}` }, associations: [] })) });
  return results.map((record) => record.id);
}

const fresh = (): [string, string] => [contacts.pop()!, companies.pop()!];
const defined = (associationTypeId: number) => ({ associationCategory: Category.HubspotDefined, associationTypeId });
const own = (associationTypeId: number) => ({ associationCategory: Category.UserDefined, associationTypeId });

describe('v4, one pair', () => {
  test('create, list, archive', async () => {
    const { basicApi } = client.crm.associations.v4;
    const [contact, company] = fresh();
    const made = await basicApi.create('contacts', contact, 'companies', company, [defined(1), own(label)]);
    expect(made).toMatchObject({ fromObjectTypeId: '0-1', toObjectTypeId: '0-2', labels: ['Primary', 'Champion'] });
    expect([made.fromObjectId, made.toObjectId].map(String)).toEqual([contact, company]);
    const page = await basicApi.getPage('contacts', contact, 'companies');
    expect(page.results.map((to) => [String(to.toObjectId), to.associationTypes.map((type) => [type.category, type.typeId, type.label])])).toEqual([
      [company, [['HUBSPOT_DEFINED', 1, 'Primary'], ['HUBSPOT_DEFINED', 279, null], ['USER_DEFINED', label, 'Champion']]],
    ]);
    expect(page.paging).toBeUndefined();
    expect(await basicApi.archive('contacts', contact, 'companies', company)).toBeUndefined();
    expect((await basicApi.getPage('companies', company, 'contacts')).results).toEqual([]);
  });

  test('by default, and a list that is paged', async () => {
    const { basicApi } = client.crm.associations.v4;
    const [contact, first] = fresh();
    const [, second] = fresh();
    const made = await basicApi.createDefault('contacts', contact, 'companies', first);
    expect(made.status).toBe('COMPLETE');
    expect(made.completedAt).toBeInstanceOf(Date);
    expect(made.results.map((one) => [one._from.id, one.to.id, one.associationSpec.associationTypeId])).toEqual([[contact, first, 279], [first, contact, 280]]);
    await basicApi.createDefault('contacts', contact, 'companies', second);
    const [low, high] = [first, second].toSorted((a, b) => Number(a) - Number(b)) as [string, string];
    const page = await basicApi.getPage('contacts', contact, 'companies', undefined, 1);
    expect(page.results.map((to) => String(to.toObjectId))).toEqual([low]);
    const next = await basicApi.getPage('contacts', contact, 'companies', page.paging!.next!.after, 1);
    expect(next.results.map((to) => String(to.toObjectId))).toEqual([high]);
    expect(next.paging).toBeUndefined();
  });

  test('refusals are exceptions with the envelope', async () => {
    const { basicApi } = client.crm.associations.v4;
    await expect(basicApi.create('contacts', '888', 'companies', companies[0]!, [defined(1)])).rejects.toMatchObject({
      code: 400, body: { status: 'error', category: 'VALIDATION_ERROR', context: { INVALID_OBJECT_IDS: ['CONTACT=888 is not valid'] } },
    });
    await expect(basicApi.getPage('contacts', '888', 'companies')).rejects.toMatchObject({ code: 404 });
  });
});

test('v4 in batches: create, read, labels away, all away', async () => {
  const { batchApi } = client.crm.associations.v4;
  const [[one, x], [two, y]] = [fresh(), fresh()];
  const made = await batchApi.create('contacts', 'companies', { inputs: [
    { _from: { id: one }, to: { id: x }, types: [defined(1)] }, { _from: { id: two }, to: { id: y }, types: [own(label)] },
  ] });
  expect(made.results.map((pair) => pair.labels)).toEqual([['Primary'], ['Champion']]);
  const partial = await batchApi.create('contacts', 'companies', { inputs: [{ _from: { id: 'abc' }, to: { id: x }, types: [defined(1)] }] });
  expect(partial).toMatchObject({ results: [], numErrors: 1, errors: [{ subCategory: 'crm.associations.INVALID_IDENTIFIER', context: { id: ['abc'] } }] });
  const byDefault = await batchApi.createDefault('contacts', 'companies', { inputs: [{ _from: { id: one }, to: { id: y } }] });
  expect(byDefault.results).toHaveLength(2);

  const read = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: one }, { id: two }, { id: '888' }] });
  expect(read).toMatchObject({ numErrors: 1, errors: [{ subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND' }] });
  expect(read.results.map((result) => [result._from.id, result.to.map((to) => String(to.toObjectId)).sort()])).toEqual([[one, [x, y].sort()], [two, [y]]]);
  expect(read.results[1]!.to[0]!.associationTypes.map((type) => type.label)).toEqual([null, 'Champion']);

  expect(await batchApi.archiveLabels('contacts', 'companies', { inputs: [{ _from: { id: two }, to: { id: y }, types: [own(label)] }] })).toBeUndefined();
  expect((await batchApi.getPage('contacts', 'companies', { inputs: [{ id: two }] })).results[0]!.to[0]!.associationTypes.map((type) => type.label)).toEqual([null]);
  expect(await batchApi.archive('contacts', 'companies', { inputs: [{ _from: { id: one }, to: [{ id: x }, { id: y }] }, { _from: { id: two }, to: [{ id: y }] }] })).toBeUndefined();
  expect((await batchApi.getPage('contacts', 'companies', { inputs: [{ id: one }, { id: two }] })).results).toEqual([]);
});

test('v3 in batches: create by name, read a row per type, archive', async () => {
  const { batchApi } = client.crm.associations;
  const [contact, company] = fresh();
  const input = { _from: { id: contact }, to: { id: company }, type: 'contact_to_company' };
  const made = await batchApi.create('contacts', 'companies', { inputs: [input] });
  expect(made.results.map((pair) => ({ ...pair }))).toEqual([input]);
  const read = await batchApi.read('contacts', 'companies', { inputs: [{ id: contact }] });
  expect(read.results.map((result) => [result._from.id, result.to.map((to) => [to.id, to.type])])).toEqual([
    [contact, [[company, 'contact_to_company'], [company, 'contact_to_company_unlabeled']]],
  ]);
  expect(await batchApi.archive('contacts', 'companies', { inputs: [input] })).toBeUndefined();
  expect(await batchApi.read('contacts', 'companies', { inputs: [{ id: contact }] })).toMatchObject({ results: [], numErrors: 1 });
});

test('the old paths below a record, by apiRequest', async () => {
  const [contact, company] = fresh();
  const path = `/crm/v3/objects/contacts/${contact}/associations/companies/${company}/contact_to_company_unlabeled`;
  const put = await client.apiRequest({ method: 'PUT', path });
  expect(put.status).toBe(200);
  expect(await put.json()).toMatchObject({ id: contact, associations: { companies: { results: [{ id: company, type: 'contact_to_company_unlabeled' }] } } });
  const list = await client.apiRequest({ method: 'GET', path: `/crm/v3/objects/contacts/${contact}/associations/companies` });
  expect(await list.json()).toEqual({ results: [{ id: company, type: 'contact_to_company_unlabeled' }] });
  expect((await client.apiRequest({ method: 'DELETE', path })).status).toBe(204);
});
