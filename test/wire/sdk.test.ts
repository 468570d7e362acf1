// The official Node client against a running program: a base URL and a token, and nothing else of ours. It throws on
// statuses that its methods do not list and turns answers into its own classes, so it judges more than their JSON.

import { Client } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { PropertyCreateFieldTypeEnum, PropertyCreateTypeEnum } from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, runProgram, startProgram, temporaryFolder } from '../support/program.ts';

const HUBSPOT_DEFINED = AssociationSpecAssociationCategoryEnum.HubspotDefined;

const folder = temporaryFolder();
let database: TestDatabase | undefined;
let settings: Record<string, string>;
let program: Program;
let client: Client;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  settings = database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: folder.path };
  program = await startProgram(settings);
  client = new Client({ basePath: program.url, accessToken: program.token });
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
  folder.remove();
});

const plain = (properties: Record<string, string>) => ({ properties, associations: [] });

describe('records', () => {
  test('contacts: batch create, read, upsert, one, a page, all', async () => {
    const { crm: { contacts } } = client;
    const made = await contacts.batchApi.create({ inputs: Array.from({ length: 12 }, (_, n) => plain({ email: `sdk${n}@example.org`, firstname: `n${n}` })) });
    expect(made.status).toBe('COMPLETE');
    expect(made.results).toHaveLength(12);
    expect(made.completedAt).toBeInstanceOf(Date);
    const [first] = made.results;
    expect(first).toMatchObject({ archived: false, properties: { email: 'sdk0@example.org', hs_object_id: first!.id } });
    expect(first!.createdAt).toBeInstanceOf(Date);

    const upserted = await contacts.batchApi.upsert({ inputs: [
      { id: 'sdk0@example.org', idProperty: 'email', properties: { firstname: 'Ada' } }, { id: 'sdk-new@example.org', idProperty: 'email', properties: { firstname: 'Bob' } },
    ] });
    expect(upserted.results.map((result) => ('_new' in result ? result._new : undefined))).toEqual([false, true]);

    const read = await contacts.batchApi.read({ inputs: [{ id: 'SDK0@example.org' }], idProperty: 'email', properties: ['firstname'], propertiesWithHistory: ['firstname'] });
    expect(read.results[0]!.properties).toMatchObject({ firstname: 'Ada' });
    expect(read.results[0]!.propertiesWithHistory!.firstname!.map((past) => past.value)).toEqual(['Ada', 'n0']);
    expect(read.results[0]!.propertiesWithHistory!.firstname![0]!.timestamp).toBeInstanceOf(Date);
    const some = await contacts.batchApi.read({ inputs: [{ id: first!.id }, { id: '4096' }], properties: [], propertiesWithHistory: [] });
    expect(some).toMatchObject({ results: [{ id: first!.id }], numErrors: 1, errors: [{ category: 'OBJECT_NOT_FOUND' }] });

    expect(await contacts.basicApi.getById(first!.id, ['firstname'])).toMatchObject({ id: first!.id, properties: { firstname: 'Ada' } });
    const page = await contacts.basicApi.getPage(5);
    expect(page.results).toHaveLength(5);
    const next = await contacts.basicApi.getPage(5, page.paging!.next!.after);
    expect(next.results[0]!.id).toBe(page.paging!.next!.after);
    expect(await contacts.getAll(5)).toHaveLength(13);
  });

  test('companies, deals and subscriptions', async () => {
    const { crm } = client;
    const [company] = (await crm.companies.batchApi.create({ inputs: [plain({ name: 'Acme', domain: 'https://www.Acme.test/about' })] })).results;
    expect(company!.properties.domain).toBe('acme.test');
    const [deal] = (await crm.deals.batchApi.create({ inputs: [{
      properties: { dealname: 'Big', dealstage: 'appointmentscheduled', amount: '100' },
      associations: [{ to: { id: company!.id }, types: [{ associationCategory: HUBSPOT_DEFINED, associationTypeId: 5 }] }],
    }] })).results;
    const seen = await crm.deals.basicApi.getById(deal!.id, ['amount'], undefined, ['companies']);
    expect(seen.properties).toMatchObject({ amount: '100' });
    expect(seen.associations!.companies!.results.map((to) => to.id)).toContain(company!.id);
    const [subscription] = (await crm.objects.batchApi.create('subscriptions', { inputs: [plain({ hs_name: 'Monthly' })] })).results;
    expect((await crm.objects.basicApi.getById('subscriptions', subscription!.id, ['hs_name'])).properties.hs_name).toBe('Monthly');
  });
});

test('associations v4', async () => {
  const { crm } = client;
  const contacts = (await crm.contacts.batchApi.create({ inputs: [plain({ firstname: 'one' }), plain({ firstname: 'two' })] })).results;
  const [company] = (await crm.companies.batchApi.create({ inputs: [plain({ name: 'Acme' })] })).results;
  const made = await crm.associations.v4.batchApi.create('contacts', 'companies', {
    inputs: contacts.map(({ id }) => ({ _from: { id }, to: { id: company!.id }, types: [{ associationCategory: HUBSPOT_DEFINED, associationTypeId: 1 }] })),
  });
  expect(made.status).toBe('COMPLETE');
  expect(made.results.map((pair) => [String(pair.fromObjectId), String(pair.toObjectId), pair.labels])).toEqual(contacts.map(({ id }) => [id, company!.id, ['Primary']]));
  const page = await crm.associations.v4.basicApi.getPage('companies', company!.id, 'contacts');
  expect(page.results.map((to) => String(to.toObjectId)).sort()).toEqual(contacts.map(({ id }) => id).sort());
  expect(page.results[0]!.associationTypes.map((type) => type.typeId).sort()).toEqual([2, 280]);
});

test('a property made by the client counts for the next write', async () => {
  const { crm } = client;
  const made = await crm.properties.coreApi.create('companies', {
    name: 'vat_id', label: 'VAT id', type: PropertyCreateTypeEnum.String, fieldType: PropertyCreateFieldTypeEnum.Text, groupName: 'companyinformation', hasUniqueValue: true,
  });
  expect(made).toMatchObject({ name: 'vat_id', hasUniqueValue: true, archived: false });
  expect(made.createdAt).toBeInstanceOf(Date);
  const input = (name: string) => ({ id: 'DE 123', idProperty: 'vat_id', properties: { name } });
  const [first] = (await crm.companies.batchApi.upsert({ inputs: [input('Acme')] })).results;
  const [second] = (await crm.companies.batchApi.upsert({ inputs: [input('Acme Inc')] })).results;
  expect(second!.id).toBe(first!.id);
  expect((await crm.properties.coreApi.getByName('companies', 'vat_id')).label).toBe('VAT id');
  expect((await crm.properties.coreApi.getAll('companies')).results.map((property) => property.name)).toContain('vat_id');
});

describe('refusals are exceptions with the envelope in them', () => {
  const envelope = { status: 'error', message: expect.any(String), correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) };

  test('409 for a taken email, with the id that has it', async () => {
    const { contacts } = client.crm;
    const taken = plain({ email: 'taken@example.org' });
    const { id } = (await contacts.batchApi.create({ inputs: [taken] })).results[0]!;
    await expect(contacts.batchApi.create({ inputs: [taken] })).rejects.toMatchObject({
      code: 409, body: { ...envelope, category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
    });
  });

  test('400 for values, with a list that can be parsed out of the message', async () => {
    const refused = await client.crm.contacts.batchApi.create({ inputs: [plain({ colour: 'blue' })] }).catch((error: unknown) => error) as { code: number; body: { message: string } };
    expect(refused).toMatchObject({ code: 400, body: { ...envelope, category: 'VALIDATION_ERROR' } });
    expect(JSON.parse(refused.body.message.replace('Property values were not valid: ', ''))).toMatchObject([{ name: 'colour', error: 'PROPERTY_DOESNT_EXIST', isValid: false }]);
  });

  test('401 for an unknown token, 403 for one without the scope, 404 for nobody', async () => {
    const stranger = new Client({ basePath: program.url, accessToken: 'pat-na1-nobody' });
    await expect(stranger.crm.contacts.basicApi.getPage()).rejects.toMatchObject({ code: 401, body: { ...envelope, category: 'INVALID_AUTHENTICATION' } });
    const { stdout } = await runProgram(['token', 'create', '--scopes', 'crm.objects.contacts.read'], settings);
    const reader = new Client({ basePath: program.url, accessToken: stdout.split('\n')[0]! });
    expect((await reader.crm.contacts.basicApi.getPage(1)).results).toHaveLength(1);
    await expect(reader.crm.deals.basicApi.getPage()).rejects.toMatchObject({ code: 403, body: { ...envelope, category: 'MISSING_SCOPES' } });
    await expect(client.crm.contacts.basicApi.getById('4096')).rejects.toMatchObject({ code: 404, body: envelope });
  });
});

describe.each(['2025-09', '2026-03', '2026-09'])('apiRequest to %s', (version) => {
  const send = async (method: string, path: string, body?: object): Promise<{ status: number; body: never }> => {
    const response = await client.apiRequest({ method, path, ...(body ? { body } : {}) });
    return { status: response.status, body: await response.json() as never };
  };

  test('records, associations and properties', async () => {
    const email = `dated-${version}@example.org`;
    const contact = await send('POST', `/crm/objects/${version}/contacts/batch/create`, { inputs: [{ properties: { email } }] });
    expect(contact).toMatchObject({ status: 201, body: { status: 'COMPLETE', results: [{ properties: { email } }] } });
    const company = await send('POST', `/crm/objects/${version}/0-2/batch/create`, { inputs: [{ properties: { name: version } }] });
    const [from, to] = [contact, company].map((answer) => (answer.body as { results: { id: string }[] }).results[0]!.id);
    const upserted = await send('POST', `/crm/objects/${version}/contacts/batch/upsert`, { inputs: [{ id: email, idProperty: 'email', properties: { lastname: 'Moss' } }] });
    expect(upserted).toMatchObject({ status: 200, body: { results: [{ id: from, new: false }] } });
    const pair = await send('POST', `/crm/associations/${version}/contacts/companies/batch/create`, {
      inputs: [{ from: { id: from }, to: { id: to }, types: [{ associationCategory: HUBSPOT_DEFINED, associationTypeId: 279 }] }],
    });
    expect(pair).toMatchObject({ status: version === '2026-09' ? 200 : 201, body: { results: [{ fromObjectId: from, toObjectId: to }] } });
    expect(await send('GET', `/crm/objects/${version}/contacts/${from}/associations/companies`)).toMatchObject({ status: 200, body: { results: [{ toObjectId: to }] } });
    expect(await send('GET', `/crm/objects/${version}/contacts/${from}?properties=lastname&associations=companies`)).toMatchObject({ status: 200, body: { properties: { lastname: 'Moss' } } });
    expect(await send('GET', `/crm/properties/${version}/contacts/email`)).toMatchObject({ status: 200, body: { name: 'email' } });
    expect(await send('GET', `/crm/objects/${version}/widgets`)).toMatchObject({ status: 400, body: { status: 'error', message: 'Unable to infer object type from: widgets' } });
  });
});
