// Indexes that searches ask for: made once there are many records, for one portal's type, found by the very searches that
// asked, and changing nothing of what these find.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db, Statement } from '../../src/db/db.ts';
import { createSearchIndexer, wantedIndexes, WORTH_AN_INDEX, type SearchIndexer } from '../../src/db/search-indexes.ts';
import { COUNTED_MATCHES, searchRecords, type KnownWords } from '../../src/db/search.ts';
import type { Condition, SearchPlan } from '../../src/db/search-plan.ts';
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
const everything = (words: SearchPlan['text']): SearchPlan => ({ ...plan([], { text: words }), groups: [] });
const bySize = plan([{ test: 'compare', of: of('size'), as: 'number', by: '=', operand: '499' }], { sort: { of: of('name'), as: 'folded', descending: true } });

const indexes = async (): Promise<string[]> => (await db.query<{ indexname: string }>({ text: `select indexname from pg_indexes where indexname like 'search\\_%' and tablename = 'record' order by 1`, values: [] })).map((row) => row.indexname);
const names = (some: SearchPlan): string[] => wantedIndexes(PLACEMENT, some).map((one) => one.name).sort();

/** How Postgres goes about the search itself: caught on its way to the database. */
async function explained(some: SearchPlan, words?: KnownWords): Promise<string> {
  const plans: string[] = [];
  await searchRecords({ query: async <Row>(statement: Statement) => {
    if (statement.text.includes('explain')) return await db.query<Row>(statement);
    const rows = await db.query<{ 'QUERY PLAN': string }>({ text: `explain ${statement.text}`, values: statement.values });
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return await db.query<Row>(statement);
  } }, PLACEMENT, some, words);
  return plans[0]!;
}

test('a type with few records gets none', async () => {
  await indexer.notice(PLACEMENT, { ...bySize, objectType: '0-2' });
  await indexer.settled();
  expect(await indexes()).toEqual([]);
});

test('one with many gets what its searches compare and sort by, once, and they find the same as before', async () => {
  const before = await searchRecords(db, PLACEMENT, bySize);
  expect(before.total).toBe(20);
  await indexer.notice(PLACEMENT, bySize);
  await indexer.notice(PLACEMENT, bySize);
  await indexer.settled();
  expect(await indexes()).toEqual(names(bySize));
  expect(names(bySize)).toHaveLength(2);
  expect(await searchRecords(db, PLACEMENT, bySize)).toEqual(before);
  expect(said).toEqual(['search index made', 'search index made']);
  // Another process finds them made.
  const other = createSearchIndexer({ db, now: Date.now, log: { info: (_, message) => said.push(`other: ${message}`), error: () => said.push('other: failed') } });
  await other.notice(PLACEMENT, bySize);
  await other.close();
  expect(said).toHaveLength(2);
});

test('the search that asked for an index is answered by it', async () => {
  expect(await explained({ ...bySize, sort: undefined })).toMatch(/Index .*search_/);
});

test('words are found by trigrams, where Postgres has them: of a rare part of the word, whatever is rare', async () => {
  const token = (word: string, property: string): Condition => ({ test: 'matches', of: of(property), as: 'folded', patterns: [{ expression: `(^|[ ])${word}($|[ ])`, holds: [word], whole: [word] }], not: false });
  const texts = { of: [of('name'), of('city')], terms: [] as string[] };
  const searches: SearchPlan[] = [
    ...['9998', '99', 'nobody', 'name 9998', 'Name', '_998', 'bern'].map((term) => everything({ ...texts, terms: term.split(' ') })),
    ...['9998', '9', 'name', 'bern', 'ulm'].map((word) => plan([token(word, 'name')], { text: texts })),
    // Of another property: it gets an index of its own.
    ...['499', '49'].map((word) => plan([token(word, 'size')], { text: texts })), plan([token('bern', 'city'), token('9998', 'name')], { text: texts }),
  ];
  const before = [];
  for (const one of searches) before.push(await searchRecords(db, PLACEMENT, one));
  expect(before.map(({ total }) => total)).toEqual(expect.arrayContaining([1, 20, 0]));
  said.length = 0;
  for (const one of searches) await indexer.notice(PLACEMENT, one);
  await indexer.settled();
  expect(said).toEqual(db.concurrent ? Array.from({ length: 3 }, () => 'search index made') : ['search index made', 'pg_trgm is not available: searches for words read all records']);
  // What is beyond the count is an estimate.
  const counted = ({ total, rows }: { total: number; rows: unknown[] }) => ({ total: Math.min(total, COUNTED_MATCHES), rows });
  for (const [i, one] of searches.entries()) expect(counted(await searchRecords(db, PLACEMENT, one, await indexer.notice(PLACEMENT, one)))).toEqual(counted(before[i]!));
  // PGlite has no pg_trgm.
  if (!db.concurrent) return;
  const rare = await explained(searches[3]!, await indexer.notice(PLACEMENT, searches[3]!));
  expect(rare).toMatch(/Filter[^]*'%name%'[^]*Index Cond[^]*'%9998%'/);
  const inName = everything({ ...texts, terms: ['e 9998'] });
  expect(await explained(inName, await indexer.notice(PLACEMENT, inName))).toMatch(/Index Cond.*~~ '% 9998%'/s);
  expect(await explained(searches[7]!, await indexer.notice(PLACEMENT, searches[7]!))).toMatch(/Index Scan on search_/);
});

test('a process that is new to an index for words knows of it with its first search', async () => {
  const other = createSearchIndexer({ db, now: Date.now, log: { info: () => {}, error: () => {} } });
  const words = { of: [of('name'), of('city')], terms: ['name 9998'] };
  const common = (await other.notice(PLACEMENT, everything(words)))(words.of);
  expect(common?.get('nam')).toBe(db.concurrent ? 1 : undefined);
  expect((await other.notice(PLACEMENT, { ...everything(words), objectType: '0-2' }))(words.of)).toBeUndefined();
  await other.close();
});

test('searches by the times of a record, and for what is missing, get theirs', async () => {
  const missing = plan([{ test: 'unknown', of: of('nickname') }, { test: 'compare', of: { in: 'updated' }, as: 'instant', by: '>=', operand: '2026-01-01' }]);
  const before = await searchRecords(db, PLACEMENT, missing);
  said.length = 0;
  await indexer.notice(PLACEMENT, missing);
  await indexer.settled();
  expect(said).toEqual(Array.from({ length: 2 }, () => 'search index made'));
  expect(await indexes()).toEqual(expect.arrayContaining(names(missing)));
  expect((await searchRecords(db, PLACEMENT, missing)).rows).toEqual(before.rows);
});

test('writes go on with the indexes in place, whatever the values', async () => {
  await db.script(`update record set properties = properties || '{"size": "odd", "name": "it''s"}' where portal_id = 7 and object_type = '0-1' and id = ${4096 + 3}`);
  expect((await searchRecords(db, PLACEMENT, plan([{ test: 'compare', of: of('name'), as: 'folded', by: '=', operand: "IT'S" }]))).total).toBe(1);
});

test('values that no index row could hold are written and found, short ones by the index as before', async () => {
  const long = (seed: number): string => Array.from({ length: 20_000 }, (_, i) => ((i * 7_919 + (i >> 3) + seed) % 46_649).toString(36)).join('');
  const compare = (by: '=' | '<>' | '<' | '<=' | '>' | '>=', operand: string): Condition => ({ test: 'compare', of: of('name'), as: 'folded', by, operand });
  for (const [i, name] of [long(1), long(2), `${long(1).slice(0, 500)}y`].entries()) {
    await db.query({ text: `update record set properties = properties || jsonb_build_object('name', $1::text) where portal_id = 7 and object_type = '0-1' and id = $2`, values: [name, (i + 2) * 4096 + 3] });
  }
  const [one, two, third] = [2, 3, 4].map((n) => n * 4096 + 3);
  const ids = async (...conditions: Condition[]): Promise<number[]> => (await searchRecords(db, PLACEMENT, plan(conditions, { limit: 5 }))).rows.map((row) => row.id);
  expect(await ids(compare('=', long(1).toUpperCase()))).toEqual([one]);
  expect(await ids(compare('>', long(1)), compare('<=', long(1).slice(0, 499) + '~'))).toEqual([third]);
  expect(await ids({ test: 'in', of: of('name'), as: 'folded', operands: [long(2), 'name 70'], not: false })).toEqual([two, 70 * 4096 + 3]);
  const ofSize: Condition = { test: 'compare', of: of('size'), as: 'number', by: '=', operand: '2' };
  expect([await ids(ofSize), await ids(ofSize, compare('<>', long(1)))].map((some) => some[0])).toEqual([one, 502 * 4096 + 3]);
  expect(await explained(plan([compare('=', 'name 70')]))).toMatch(/Index .*search_/);
});

test('who is known by an id needs no other index', () => {
  const byId = plan([{ test: 'ids', ids: [1], not: false }, { test: 'compare', of: of('name'), as: 'folded', by: '=', operand: 'x' }]);
  expect(wantedIndexes(PLACEMENT, byId).map((index) => index.columns)).toEqual(['using btree (created_at, id)']);
});
