// The official Node client's calls for owners and users against a running program. The client throws on statuses that its
// methods do not list.

import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

let database: TestDatabase | undefined;
let program: Program;
let client: Client;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  client = new Client({ basePath: program.url, accessToken: program.token });
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
});

test('users come and go, and their owners with them', async () => {
  const { usersApi, rolesApi, teamsApi } = client.settings.users;
  const made = await usersApi.create({ email: 'ana@example.com', firstName: 'Ana', lastName: 'Diaz', sendWelcomeEmail: false });
  expect((await usersApi.getPage()).results.map((user) => user.email)).toEqual(['owner@example.com', 'ana@example.com']);
  expect((await usersApi.getById('ana@example.com', 'EMAIL')).id).toBe(made.id);
  expect((await usersApi.replace(made.id, { lastName: 'Moss' })).lastName).toBe('Moss');
  expect([(await rolesApi.getAll()).results, (await teamsApi.getAll()).results]).toEqual([[], []]);

  const { ownersApi } = client.crm.owners;
  const page = await ownersApi.getPage(undefined, undefined, 1);
  expect(page).toMatchObject({ results: [{ email: 'owner@example.com', type: 'PERSON' }], paging: { next: { after: '1' } } });
  const { results: [owner] } = await ownersApi.getPage('ana@example.com');
  expect(owner).toMatchObject({ lastName: 'Moss', userId: Number(made.id), archived: false });
  expect(owner!.createdAt).toBeInstanceOf(Date);
  expect((await ownersApi.getById(Number(made.id), 'userId')).id).toBe(owner!.id);
  await usersApi.archive(made.id);
  await expect(ownersApi.getById(Number(owner!.id))).rejects.toMatchObject({ code: 404 });
  expect((await ownersApi.getById(Number(owner!.id), 'id', true)).archived).toBe(true);
});
