// Indexes that searches ask for: made once there are many records, for one portal's type, found by the very searches that
// asked, and changing nothing of what these find.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../src/db/db.ts';
import { createSearchIndexer, wantedIndexes, WORTH_AN_INDEX, type SearchIndexer } from '../../src/db/search-indexes.ts';
import { searchRecords, type Condition, type SearchPlan } from '../../src/db/search.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const PLACEMENT = { portalId: 7, bucketHome: 3, bucketSpread: 1 };
const said: string[] = [];

let database: TestDatabase;
let db: Db;
let indexer: SearchIndexer;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  indexer = createSearchIndexer({ db, now: Date.now, log: { info: (_, message) => said.push(message), error: (fields) => said.push(`failed: ${String((fields as { err?: Error }).err?.message)}`) } });
  for (const [portal, type, count] of [[7, '0-1', WORTH_AN_INDEX + 50], [7, '0-2', 20], [8, '0-1', 30]] as const) {
    await db.script(`insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
      select 3, ${portal}, '${type}', n::bigint * 4096 + 3, jsonb_build_object('name', 'Name ' || n, 'size', (n % 500)::text, 'city', case when n % 2 = 0 then 'Bern' else 'Ulm' end), 1,
        timestamptz '2026-01-01Z' + n * interval '1 second', timestamptz '2026-01-01Z' from generate_series(1, ${count}) n`);
  }
  // A number of another portal that is none: an index over values must take it.
  await db.script(`update record set properties = properties || '{"size": "many"}' where portal_id = 8`);
});
afterAll(async () => {
  await indexer.close();
  await database.close();
});

const of = (property: string) => ({ in: 'properties' as const, property });
const plan = (conditions: Condition[], more: Partial<SearchPlan> = {}): SearchPlan => ({
  objectType: '0-1', groups: [conditions], text: { of: [], terms: [] }, sort: undefined, limit: 10, offset: 0, ...more,
});
const bySize = plan([{ test: 'compare', of: of('size'), as: 'number', by: '=', operand: '499' }], { sort: { of: of('name'), as: 'folded', descending: true } });
const byWord = plan([{ test: 'matches', of: of('name'), as: 'folded', patterns: [{ expression: '(^|[ ])9999($|[ ])', holds: ['9999'] }], not: false }], { text: { of: [of('name'), of('city')], terms: ['name', 'bern'] }, sort: { of: { in: 'id' }, as: 'number', descending: false } });

const indexes = async (): Promise<string[]> => (await db.query<{ indexname: string }>({ text: `select indexname from pg_indexes where indexname like 'search\\_%' and tablename = 'record' order by 1`, values: [] })).map((row) => row.indexname);
const names = (some: SearchPlan): string[] => wantedIndexes(PLACEMENT, some).map((one) => one.name).sort();

test('a type with few records gets none', async () => {
  indexer.notice(PLACEMENT, { ...bySize, objectType: '0-2' });
  await indexer.settled();
  expect(await indexes()).toEqual([]);
});

test('one with many gets what its searches compare and sort by, once, and they find the same as before', async () => {
  const before = await searchRecords(db, PLACEMENT, bySize);
  expect(before.total).toBe(20);
  indexer.notice(PLACEMENT, bySize);
  indexer.notice(PLACEMENT, bySize);
  await indexer.settled();
  expect(await indexes()).toEqual(names(bySize));
  expect(names(bySize)).toHaveLength(2);
  expect(await searchRecords(db, PLACEMENT, bySize)).toEqual(before);
  expect(said).toEqual(['search index made', 'search index made']);
  // Another process finds them made.
  const other = createSearchIndexer({ db, now: Date.now, log: { info: (_, message) => said.push(`other: ${message}`), error: () => said.push('other: failed') } });
  other.notice(PLACEMENT, bySize);
  await other.close();
  expect(said).toHaveLength(2);
});

test('the search that asked for an index is answered by it', async () => {
  // The plan of the search itself: caught on its way to the database.
  const plans: string[] = [];
  await searchRecords({ query: async (statement) => {
    const rows = await db.query<{ 'QUERY PLAN': string }>({ text: `explain ${statement.text}`, values: statement.values });
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return [];
  } }, PLACEMENT, { ...bySize, sort: undefined });
  expect(plans[0]).toMatch(/Index .*search_/);
});

test('words are found by trigrams, where Postgres has them', async () => {
  const before = await searchRecords(db, PLACEMENT, byWord);
  expect(before).toMatchObject({ total: 0 });
  const even = { ...byWord, groups: [[{ ...byWord.groups[0]![0]!, patterns: [{ expression: '(^|[ ])9998($|[ ])', holds: ['9998'] }] } as Condition]] };
  expect((await searchRecords(db, PLACEMENT, even)).total).toBe(1);
  said.length = 0;
  indexer.notice(PLACEMENT, byWord);
  await indexer.settled();
  expect(said).toEqual(db.concurrent ? ['search index made', 'search index made'] : ['pg_trgm is not available: searches for words read all records']);
  expect((await searchRecords(db, PLACEMENT, even)).total).toBe(1);
});

test('searches by the times of a record, and for what is missing, get theirs', async () => {
  const missing = plan([{ test: 'unknown', of: of('nickname') }, { test: 'compare', of: { in: 'updated' }, as: 'instant', by: '>=', operand: '2026-01-01' }]);
  const before = await searchRecords(db, PLACEMENT, missing);
  said.length = 0;
  indexer.notice(PLACEMENT, missing);
  await indexer.settled();
  expect(said).toEqual(Array.from({ length: 3 }, () => 'search index made'));
  expect(await indexes()).toEqual(expect.arrayContaining(names(missing)));
  expect((await searchRecords(db, PLACEMENT, missing)).rows).toEqual(before.rows);
});

test('writes go on with the indexes in place, whatever the values', async () => {
  await db.script(`update record set properties = properties || '{"size": "odd", "name": "it''s"}' where portal_id = 7 and object_type = '0-1' and id = ${4096 + 3}`);
  expect((await searchRecords(db, PLACEMENT, plan([{ test: 'compare', of: of('name'), as: 'folded', by: '=', operand: "IT'S" }]))).total).toBe(1);
});
