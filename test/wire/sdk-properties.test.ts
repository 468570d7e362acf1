// The official Node client's calls for properties and property groups, against a running program. The client throws on
// statuses that its methods do not list.

import type { Client } from '@hubspot/api-client';
import { OptionInput } from '@hubspot/api-client/lib/codegen/crm/properties/models/OptionInput.js';
import { PropertyCreate, PropertyCreateFieldTypeEnum as FieldType, PropertyCreateTypeEnum as Type } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClient, startClient } from '../support/client.ts';

let running: RunningClient;
let client: Client;
beforeAll(async () => {
  running = await startClient();
  ({ client } = running);
});
afterAll(() => running?.stop());

const text = (name: string): PropertyCreate => ({ name, label: 'A label', type: Type.String, fieldType: FieldType.Text, groupName: 'contactinformation' });
const option = (value: string, displayOrder: number): OptionInput => ({ label: value.toUpperCase(), value, displayOrder, hidden: false });

test('a property: made, read, listed, changed, archived, and listed as archived', async () => {
  const { coreApi } = client.crm.properties;
  const made = await coreApi.create('contacts', { ...text('tier'), type: Type.Enumeration, fieldType: FieldType.Select, options: [option('gold', 0)] });
  expect(made).toMatchObject({ name: 'tier', type: 'enumeration', options: [{ value: 'gold' }], archived: false, createdAt: expect.any(Date) });
  expect(await coreApi.getByName('contacts', 'tier')).toMatchObject({ label: 'A label' });
  const changed = await coreApi.update('contacts', 'tier', { label: 'Tier', options: [option('gold', 0), option('silver', 1)] });
  expect(changed).toMatchObject({ label: 'Tier', options: [{ value: 'gold' }, { value: 'silver' }] });
  expect((await coreApi.getAll('contacts')).results.map((one) => one.name)).toContain('tier');
  await coreApi.archive('contacts', 'tier');
  await expect(coreApi.getByName('contacts', 'tier')).rejects.toMatchObject({ code: 404 });
  expect((await coreApi.getAll('contacts', true)).results).toEqual([expect.objectContaining({ name: 'tier', archived: true, archivedAt: expect.any(Date) })]);
  await expect(coreApi.archive('contacts', 'email')).rejects.toMatchObject({ code: 400 });
  await expect(coreApi.create('contacts', text('email'))).rejects.toMatchObject({ code: 409 });
});

test('batches, also with errors inside', async () => {
  const { batchApi } = client.crm.properties;
  expect((await batchApi.create('contacts', { inputs: [text('one'), text('two')] })).results.map((one) => one.name)).toEqual(['one', 'two']);
  expect(await batchApi.create('contacts', { inputs: [text('one'), text('three')] })).toMatchObject({ numErrors: 1, results: [{ name: 'three' }] });
  expect(await batchApi.read('contacts', { archived: false, inputs: [{ name: 'one' }, { name: 'nosuch' }] })).toMatchObject({ numErrors: 1, results: [{ name: 'one' }] });
  await batchApi.archive('contacts', { inputs: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] });
  expect((await batchApi.read('contacts', { archived: true, inputs: [{ name: 'one' }] })).results).toEqual([expect.objectContaining({ archived: true })]);
});

test('groups', async () => {
  const { groupsApi } = client.crm.properties;
  expect(await groupsApi.create('contacts', { name: 'loyalty', label: 'Loyalty', displayOrder: 3 })).toMatchObject({ name: 'loyalty', archived: false });
  expect(await groupsApi.update('contacts', 'loyalty', { label: 'Points' })).toMatchObject({ label: 'Points', displayOrder: 3 });
  expect(await groupsApi.getByName('contacts', 'loyalty')).toMatchObject({ label: 'Points' });
  expect((await groupsApi.getAll('contacts')).results.map((one) => one.name)).toEqual(expect.arrayContaining(['contactinformation', 'loyalty']));
  await groupsApi.archive('contacts', 'loyalty');
  await expect(groupsApi.getByName('contacts', 'loyalty')).rejects.toMatchObject({ code: 404 });
});
