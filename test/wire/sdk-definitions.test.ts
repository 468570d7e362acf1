// The official Node client's calls for association labels, type names, maxima and the usage report, against a running
// program. The client throws on statuses that its methods do not list.

import { Client } from '@hubspot/api-client';
import { createConfiguration, DefinitionConfigurationsApi, ServerConfiguration } from '@hubspot/api-client/lib/codegen/crm/associations/v4/schema/index.js';
import { PublicAssociationDefinitionConfigurationCreateRequestCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/schema/models/PublicAssociationDefinitionConfigurationCreateRequest.js';
import { PublicAssociationDefinitionConfigurationUpdateRequestCategoryEnum as UpdateCategory } from '@hubspot/api-client/lib/codegen/crm/associations/v4/schema/models/PublicAssociationDefinitionConfigurationUpdateRequest.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

let database: TestDatabase | undefined;
let program: Program;
let client: Client;
let configurations: DefinitionConfigurationsApi;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  client = new Client({ basePath: program.url, accessToken: program.token });
  // The client has these calls but no property that leads to them.
  configurations = new DefinitionConfigurationsApi(createConfiguration({
    baseServer: new ServerConfiguration(program.url, {}), authMethods: { oauth2: { accessToken: program.token } },
  }));
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
});

test('labels: made, listed, renamed, deleted; their names in v3', async () => {
  const { definitionsApi } = client.crm.associations.v4.schema;
  const made = await definitionsApi.create('contacts', 'contacts', { name: 'manager_employee', label: 'Manager', inverseLabel: 'Employee' });
  expect(made.results.map((type) => type.label)).toEqual(['Employee', 'Manager']);
  const { typeId } = made.results[1]!;
  await definitionsApi.update('contacts', 'contacts', { associationTypeId: typeId, label: 'Lead manager' });
  const { results } = await definitionsApi.getAll('contacts', 'contacts');
  expect(results.map((type) => type.label)).toEqual(['Lead manager', 'Employee', null]);
  const names = (await client.crm.associations.schema.typesApi.getAll('contacts', 'contacts')).results;
  expect(names).toContainEqual(expect.objectContaining({ id: String(typeId), name: 'manager_employee' }));
  await definitionsApi.remove('contacts', 'contacts', typeId);
  expect((await definitionsApi.getAll('contacts', 'contacts')).results).toHaveLength(1);
  await expect(definitionsApi.remove('contacts', 'contacts', 449)).rejects.toMatchObject({ code: 400 });
});

test('maxima: set, changed, listed, taken away; and what is out of range', async () => {
  const update = (maxToObjectIds: number) => configurations.batchUpdate('contacts', 'companies', { inputs: [{ category: UpdateCategory.HubspotDefined, typeId: 279, maxToObjectIds }] });
  const made = await configurations.batchCreate('contacts', 'companies', { inputs: [{ category: Category.HubspotDefined, typeId: 279, maxToObjectIds: 5 }] });
  expect(made.results).toEqual([expect.objectContaining({ typeId: 279, userEnforcedMaxToObjectIds: 5 })]);
  const changed = await update(6);
  expect(changed.results).toEqual([expect.objectContaining({ typeId: 279, userEnforcedMaxToObjectIds: 6 })]);
  expect((await configurations.getAll()).results).toHaveLength(1);
  expect((await configurations.getAllBetweenTwoObjectTypes('contacts', 'companies')).results[0]).toMatchObject({ typeId: 279, userEnforcedMaxToObjectIds: 6 });
  const refused = await update(60_000);
  expect(refused).toMatchObject({ numErrors: 1, errors: [{ message: expect.stringContaining('must be between 1 and 50000') }] });
  await configurations.batchRemove('contacts', 'companies', { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 279 }] });
  expect((await configurations.getAll()).results).toEqual([]);
});

test('the report', async () => {
  expect(await client.crm.associations.v4.reportApi.request(1)).toMatchObject({ userId: 1, userEmail: 'owner@example.com' });
});
