// Marks of types that are recomputed, and pages of records written since, for portals in one bucket and in several.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOfSequence, type Placement } from '../../src/db/buckets.ts';
import { createPortal } from '../../src/db/portals.ts';
import { clearRecomputation, listWrittenSince, readRecomputations, writeRecomputation } from '../../src/db/recomputations.ts';
import { writeRecords } from '../../src/db/write-records.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const AT = '2026-10-02T09:00:00.000Z';
const LATER = '2026-10-02T09:00:01.000Z';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test.each([1, 3])('records written since come page by page, in order, from %i buckets', async (bucketSpread) => {
  const placement: Placement = { portalId: bucketSpread, bucketHome: 4_094, bucketSpread };
  const ids = Array.from({ length: 10 }, (_, n) => idOfSequence(placement, n + 1));
  const write = async (some: number[], at: string): Promise<void> => await writeRecords(database.db, placement, {
    objectType: '0-1', at, source: { type: 'INTEGRATION', id: null }, creates: some.map((id) => ({ id, properties: {} })), updates: [], claims: [], releases: [],
  });
  await write(ids.filter((_, n) => n % 2 === 0), AT);
  await write(ids.filter((_, n) => n % 2 === 1), LATER);
  const page = async (fromId: number, since: string) => (await listWrittenSince(database.db, placement, '0-1', { fromId, limit: 3, since })).map((row) => row.id);
  const odd = ids.filter((_, n) => n % 2 === 1).sort((a, b) => a - b);
  expect(await page(0, LATER)).toEqual(odd.slice(0, 3));
  expect(await page(odd[2]! + 1, LATER)).toEqual(odd.slice(3));
  expect(await page(0, AT)).toEqual(ids.toSorted((a, b) => a - b).slice(0, 3));
});

test('a mark stands until its own run is done', async () => {
  const { db } = database;
  await createPortal(db, { portalId: 7, name: 'Seven', at: AT });
  await writeRecomputation(db, 7, '0-1', { run: 1, at: AT });
  await writeRecomputation(db, 7, '2-5', { run: 2, at: AT });
  await writeRecomputation(db, 7, '0-1', { run: 3, at: LATER });
  await clearRecomputation(db, 7, '0-1', 1);
  expect(await readRecomputations(db, 7)).toEqual({ '0-1': { run: 3, at: LATER }, '2-5': { run: 2, at: AT } });
  await clearRecomputation(db, 7, '0-1', 3);
  expect(await readRecomputations(db, 7)).toEqual({ '2-5': { run: 2, at: AT } });
  await clearRecomputation(db, 7, '2-5', 2);
  expect(await readRecomputations(db, 7)).toEqual({});
});
