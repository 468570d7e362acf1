// The feeds of a portal: entries are kept in the order of writing, and read by page, user and time.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { notingActivity, recordActivity } from '../../src/crm/activity.ts';
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
  await recordActivity(database.db, 7, 'security', { at: at(5), userId: null, details: { type: 'PUBLIC_APP_CLIENT_SECRET_WRITE', objectId: '3', userEmail: null } });
  await recordActivity(database.db, 8, 'login', { at: at(5), userId: null, details: login('nobody@example.com') });
});
afterAll(() => database.close());

const ids = async (filter: Partial<ActivityFilter>, kind: ActivityKind = 'login', portalId = 7): Promise<number[]> =>
  (await readActivityPage(database.db, portalId, [kind], { limit: 10, newestFirst: false, ...filter })).map((row) => row.id);

test('an entry is what was recorded', async () => {
  expect(await readActivityPage(database.db, 7, ['login'], { limit: 1, newestFirst: false })).toEqual([
    { kind: 'login', id: 1, at: at(1), userId: 11, details: login('user-11@example.com') },
  ]);
  expect(await readActivityPage(database.db, 8, ['login'], { limit: 5, newestFirst: false })).toEqual([
    { kind: 'login', id: 1, at: at(5), userId: null, details: login('nobody@example.com') },
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
  expect(await ids({ userIds: [12] })).toEqual([2, 4]);
  expect(await ids({ from: at(2), to: at(3) })).toEqual([2, 3]);
});

test('several feeds as one', async () => {
  const all = async (filter: Partial<ActivityFilter>) =>
    (await readActivityPage(database.db, 7, ['audit', 'login', 'security'], { limit: 2, newestFirst: false, ...filter })).map(({ kind, id }) => [kind, id]);
  expect(await all({ after: 3 })).toEqual([['login', 4], ['security', 5]]);
  expect(await all({ newestFirst: true })).toEqual([['security', 5], ['login', 4]]);
  expect(await all({ userIds: [0, 11], after: 1 })).toEqual([['login', 3], ['security', 5]]);
});

test('what a change notes is written down together, after what was there', async () => {
  const actor = { userId: 11, userEmail: 'user-11@example.com' };
  const result = await notingActivity(database.db, 7, at(6), actor, async (note) => {
    note('audit', { category: 'PROPERTY', subCategory: 'CONTACT', action: 'CREATE', targetObjectId: 'a "quoted\\" {name},\n' });
    note('security', { type: 'ADD_USER', objectId: '12' });
    return 'done';
  });
  expect(result).toBe('done');
  expect(await readActivityPage(database.db, 7, ['audit', 'security'], { limit: 5, newestFirst: false, after: 5 })).toEqual([
    { kind: 'audit', id: 6, at: at(6), userId: 11, details: {
      category: 'PROPERTY', subCategory: 'CONTACT', action: 'CREATE', targetObjectId: 'a "quoted\\" {name},\n', userEmail: 'user-11@example.com',
    } },
    { kind: 'security', id: 7, at: at(6), userId: 11, details: { type: 'ADD_USER', objectId: '12', userEmail: 'user-11@example.com' } },
  ]);
  await notingActivity(database.db, 7, at(7), actor, async () => {});
  expect(await ids({ after: 7 }, 'audit')).toEqual([]);
});
