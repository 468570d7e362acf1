// The feeds of a portal: entries are kept in the order of writing, and read by page, user and time.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordActivity } from '../../src/crm/activity.ts';
import { readActivityPage, type ActivityFilter, type ActivityKind } from '../../src/db/activity.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const at = (minute: number): string => `2026-10-02T09:0${minute}:00.000Z`;
const login = (email: string) => ({ email, ipAddress: '192.0.2.1', userAgent: 'test', loginSucceeded: true });

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  for (const [minute, userId] of [[1, 11], [2, 12], [3, 11], [4, 12]] as const) {
    await recordActivity(database.db, 7, 'login', { at: at(minute), userId, details: login(`user-${userId}@example.com`) });
  }
  await recordActivity(database.db, 7, 'security', { at: at(5), userId: null, details: { type: 'APP_SECRET_ROTATED', objectId: '3', userEmail: null } });
  await recordActivity(database.db, 8, 'login', { at: at(5), userId: null, details: login('nobody@example.com') });
});
afterAll(() => database.close());

const ids = async (filter: Partial<ActivityFilter>, kind: ActivityKind = 'login', portalId = 7): Promise<number[]> =>
  (await readActivityPage(database.db, portalId, kind, { limit: 10, newestFirst: false, ...filter })).map((row) => row.id);

test('an entry is what was recorded', async () => {
  expect(await readActivityPage(database.db, 7, 'login', { limit: 1, newestFirst: false })).toEqual([
    { id: 1, at: at(1), userId: 11, details: login('user-11@example.com') },
  ]);
  expect(await readActivityPage(database.db, 8, 'login', { limit: 5, newestFirst: false })).toEqual([
    { id: 1, at: at(5), userId: null, details: login('nobody@example.com') },
  ]);
});

test('feeds and portals are apart', async () => {
  expect([await ids({}), await ids({}, 'security'), await ids({}, 'audit'), await ids({}, 'login', 8)]).toEqual([[1, 2, 3, 4], [5], [], [1]]);
});

test('pages, in both directions', async () => {
  expect(await ids({ limit: 2 })).toEqual([1, 2]);
  expect(await ids({ limit: 2, after: 2 })).toEqual([3, 4]);
  expect(await ids({ limit: 3, newestFirst: true })).toEqual([4, 3, 2]);
  expect(await ids({ limit: 3, newestFirst: true, after: 2 })).toEqual([1]);
});

test('of a user, and of a time', async () => {
  expect(await ids({ userId: 12 })).toEqual([2, 4]);
  expect(await ids({ from: at(2), to: at(3) })).toEqual([2, 3]);
});
