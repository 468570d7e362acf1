// The official Node client's calls for owners and users against a running program. The client throws on statuses that its
// methods do not list.

import type { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClient, startClient } from '../support/client.ts';

let running: RunningClient;
let client: Client;
beforeAll(async () => {
  running = await startClient();
  ({ client } = running);
});
afterAll(() => running?.stop());

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
