// How often private apps call (platform.md 6.4): true counts, of every process, by the portal's own days.
// Proves: accountInfo.usage, accountInfo.usageBefore.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { changeAccount } from '../../src/crm/account.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const USAGE = '/account-info/v3/api-usage/daily/private-apps';

let spoke: Spoke;
/** Whether the database takes counts. */
let isDown = false;
let portalId = 100;
let token: string;
beforeAll(async () => {
  spoke = await startSpoke({
    wrapDb: (db) => ({ ...db, query: (statement) => (isDown && statement.name === 'add-calls' ? Promise.reject(new Error('gone')) : db.query(statement)) }),
  });
});
beforeEach(async () => {
  token = await spoke.addPortal(++portalId);
});
afterAll(() => spoke.close());

const usage = async (as = token): Promise<number> => (await spoke.get(USAGE, { token: as })).body.results[0].currentUsage;
const use = (times: number, as = token) => Promise.all(Array.from({ length: times }, () => spoke.get(CONTACTS, { token: as })));

test.each(['v3', '2025-09', '2026-03', '2026-09', '2026-09-beta'])('%s: one entry, the call itself counted', async (version) => {
  const { status, body } = await spoke.get(`/account-info/${version}/api-usage/daily/private-apps`, { token });
  expect(status).toBe(200);
  expect(body).toEqual({ results: [{
    name: 'private-apps-api-calls-daily', usageLimit: 250_000, currentUsage: 1, collectedAt: NOW, fetchStatus: 'SUCCESS', resetsAt: '2026-10-03T00:00:00.000Z',
  }] });
});

test('as it was called before, in v3 alone', async () => {
  await use(2);
  expect((await spoke.get('/account-info/v3/api-usage/daily', { token })).body).toEqual({ results: [{
    name: 'api-calls-daily', usageLimit: 250_000, currentUsage: 3, collectedAt: NOW, fetchStatus: 'SUCCESS', resetsAt: '2026-10-03T00:00:00.000Z',
  }] });
  expect((await spoke.get('/account-info/2026-03/api-usage/daily', { token })).status).toBe(404);
});

test('counts the calls of all private apps of the portal, answered well or refused, and no others', async () => {
  const other = await spoke.tokenWith(['crm.objects.contacts.read'], portalId);
  await use(40);
  await use(30, other);
  expect((await spoke.get('/crm/v3/objects/deals', { token: other })).status).toBe(403);
  expect((await spoke.get('/crm/v3/objects/widgets', { token })).status).toBe(400);
  expect((await spoke.get(`${CONTACTS}/1`, { token })).status).toBe(404);
  // Neither an OAuth app's [I], nor another portal's, nor what has no token or no route.
  await use(5, await spoke.oauthToken(7001, portalId));
  await spoke.get(CONTACTS);
  await spoke.get(CONTACTS, { token: null });
  await spoke.get('/nowhere', { token });
  expect(await usage()).toBe(74);
});

test('any token may read it, an OAuth app\'s too, which it does not count', async () => {
  await use(2);
  expect(await usage(await spoke.tokenWith([], portalId))).toBe(3);
  expect(await usage(await spoke.oauthToken(7001, portalId))).toBe(3);
});

test('a day ends where the portal is', async () => {
  await changeAccount(spoke.db, portalId, { timeZone: 'America/New_York' }, NOW);
  spoke.forgetPortal(portalId);
  await use(3);
  const before = (await spoke.get(USAGE, { token })).body.results[0];
  expect(before).toMatchObject({ currentUsage: 4, resetsAt: '2026-10-03T04:00:00.000Z' });
  spoke.tick(Date.parse(before.resetsAt) - Date.parse(before.collectedAt) - 1);
  expect(await usage()).toBe(5);
  spoke.tick(1);
  const after = (await spoke.get(USAGE, { token })).body.results[0];
  expect(after).toMatchObject({ currentUsage: 1, collectedAt: '2026-10-03T04:00:00.000Z', resetsAt: '2026-10-04T04:00:00.000Z' });
});

test('what another process counted is there when it has stopped, and whatever was counted at once', async () => {
  const others = [createApp({ db: spoke.db }), createApp({ db: spoke.db })];
  const at = new Date();
  await Promise.all(others.flatMap((app) => Array.from({ length: 20 }, () => app.fetch(new Request(`http://spoke.test${CONTACTS}`, { headers: { authorization: `Bearer ${token}` } })))));
  await Promise.all(others.map((app) => app.close()));
  const rows = await spoke.db.query<{ calls: number }>({
    text: 'select calls from api_usage where portal_id = $1 and day between $2::date - 1 and $2::date + 1', values: [portalId, at.toISOString()],
  });
  expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(40);
});

test('counts wait while the database takes none', async () => {
  await use(3);
  isDown = true;
  await expect(spoke.get(USAGE, { token })).rejects.toThrow('answered 500');
  await use(2);
  isDown = false;
  expect(await usage()).toBe(7);
});
