// Record ids: never twice, ascending within a take, whatever happens at once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOfSequence, type Placement } from '../../src/db/buckets.ts';
import type { Db } from '../../src/db/db.ts';
import { createIdSource, createSequences, takeBlock } from '../../src/db/ids.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());

let portals = 0;
const newPortal = (spread = 1): Placement => ({ portalId: ++portals, bucketHome: 4_095, bucketSpread: spread });

const sequencesOf = (ids: number[]): number[] => ids.map((id) => Math.floor(id / 4_096));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const ascending = (ids: number[]): boolean => ids.every((id, i) => i === 0 || ids[i - 1]! < id);

test('a portal starts at one, and goes on where a take ended', async () => {
  const portal = newPortal();
  const source = createIdSource(createSequences(db));
  expect(await source.take(portal, 3)).toEqual([1, 2, 3].map((n) => idOfSequence(portal, n)));
  expect(await source.take(portal, 0)).toEqual([]);
  expect(sequencesOf(await source.take(portal, 2))).toEqual([4, 5]);
});

test('a take goes over the end of a block, exactly at it and far beyond', async () => {
  const source = createIdSource(createSequences(db));
  const portal = newPortal();
  const all = [await source.take(portal, 999), await source.take(portal, 1), await source.take(portal, 1), await source.take(portal, 3_500)];
  expect(sequencesOf(all.flat())).toEqual(upTo(4_501));
});

test('takes at once never share an id, and each ascends', async () => {
  const source = createIdSource(createSequences(db));
  const portal = newPortal(8);
  const takes = await Promise.all(Array.from({ length: 60 }, (_, n) => source.take(portal, [100, 1, 37, 1_000, 999, 2_500][n % 6]!)));
  takes.forEach((ids, n) => expect(ids).toHaveLength([100, 1, 37, 1_000, 999, 2_500][n % 6]!));
  expect(new Set(takes.flat()).size).toBe(takes.flat().length);
  expect(takes.every(ascending)).toBe(true);
});

test('two processes are two sources, and portals do not touch each other', async () => {
  const [one, two] = [newPortal(), newPortal()];
  const sources = [createIdSource(createSequences(db)), createIdSource(createSequences(db))];
  const takes = await Promise.all(Array.from({ length: 40 }, async (_, n) => ({ portal: n % 4 < 2 ? one : two, ids: await sources[n % 2]!.take(n % 4 < 2 ? one : two, 70) })));
  for (const portal of [one, two]) {
    const ids = takes.filter((take) => take.portal === portal).flatMap((take) => take.ids);
    expect(new Set(ids).size).toBe(20 * 70);
  }
});

test('a take that fails takes nothing away from the next', async () => {
  const portal = newPortal();
  let fail = true;
  const source = createIdSource(createSequences({ query: async (statement) => {
    if (fail) throw new Error('gone');
    return await db.query(statement);
  } }));
  await expect(source.take(portal, 5)).rejects.toThrow('gone');
  fail = false;
  expect(sequencesOf(await source.take(portal, 5))).toEqual(upTo(5));
});

test('a counter hands out ranges of any size', async () => {
  const portalId = ++portals;
  expect(await takeBlock(db, portalId, 'app', 1)).toBe(2);
  expect(await takeBlock(db, portalId, 'app', 10)).toBe(12);
  expect(await takeBlock(db, portalId, 'other', 10)).toBe(11);
  const ends = await Promise.all(Array.from({ length: 20 }, () => takeBlock(db, portalId, 'app', 5)));
  expect(ends.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 17 + 5 * i));
});
