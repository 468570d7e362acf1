// Limits that are counted in the database: what is allowed, refused, given back, forgotten, and cleared away.

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLimiter } from '../../src/db/limiter-store.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  // The library asks the machine for the time: it stands still until it is moved.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(async () => {
  vi.useRealTimers();
  await database.close();
});

const wait = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

test('a window: so many are allowed, then none until it ends', async () => {
  const limiter = createLimiter(database.db, { keyPrefix: 'window', points: 3, durationSeconds: 10 });
  expect(await limiter.consume('a')).toEqual({ allowed: true, consumed: 1, remaining: 2, msBeforeNext: 10_000 });
  wait(4_000);
  expect(await limiter.consume('a', 2)).toEqual({ allowed: true, consumed: 3, remaining: 0, msBeforeNext: 6_000 });
  expect(await limiter.consume('a')).toEqual({ allowed: false, consumed: 4, remaining: 0, msBeforeNext: 6_000 });
  expect(await limiter.consume('b')).toMatchObject({ allowed: true, consumed: 1 });
  wait(6_000);
  expect(await limiter.consume('a')).toEqual({ allowed: true, consumed: 1, remaining: 2, msBeforeNext: 10_000 });
});

test('all limiters of a prefix on one database count together, others do not', async () => {
  const options = { keyPrefix: 'shared', points: 10, durationSeconds: 60 };
  const [one, two] = [createLimiter(database.db, options), createLimiter(database.db, options)];
  const used = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).consume('key')));
  expect(used.filter(({ allowed }) => allowed)).toHaveLength(10);
  expect(used.map(({ consumed }) => consumed).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(await createLimiter(database.db, { ...options, keyPrefix: 'other' }).consume('key')).toMatchObject({ allowed: true, consumed: 1 });
});

test('a block outlasts the window', async () => {
  const limiter = createLimiter(database.db, { keyPrefix: 'block', points: 1, durationSeconds: 10, blockSeconds: 60 });
  await limiter.consume('a');
  expect(await limiter.consume('a')).toMatchObject({ allowed: false, msBeforeNext: 60_000 });
  wait(59_000);
  expect(await limiter.consume('a')).toMatchObject({ allowed: false, msBeforeNext: 1_000 });
  wait(1_000);
  expect(await limiter.consume('a')).toMatchObject({ allowed: true, consumed: 1 });
});

test('points can be given back, and a key forgotten', async () => {
  const limiter = createLimiter(database.db, { keyPrefix: 'back', points: 2, durationSeconds: 10 });
  await limiter.consume('a', 2);
  await limiter.giveBack('a');
  expect(await limiter.consume('a')).toMatchObject({ allowed: true, consumed: 2 });
  expect(await limiter.consume('a')).toMatchObject({ allowed: false });
  await limiter.reset('a');
  expect(await limiter.consume('a')).toMatchObject({ allowed: true, consumed: 1 });
});

test('ended windows do not pile up', async () => {
  const limiter = createLimiter(database.db, { keyPrefix: 'clear', points: 1, durationSeconds: 10 });
  for (let i = 0; i < 20; i++) await limiter.consume(`old-${i}`);
  wait(10_001);
  for (let i = 0; i < 980; i++) await limiter.consume('new');
  const [row] = await database.db.query<{ old: number }>({ text: "select count(*)::int as old from rate_limit where key like 'clear:old-%'", values: [] });
  expect(row!.old).toBe(0);
});
