// Indexes that searches ask for: made once there are many records, for one portal's type, found by the very searches that
// asked, and changing nothing of what these find.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db, Statement } from '../../src/db/db.ts';
import { createSearchIndexer, WORTH_AN_INDEX, type SearchIndexer } from '../../src/db/search-indexer.ts';
import { claimIndex, wantedIndexes } from '../../src/db/search-indexes.ts';
import { COUNTED_MATCHES, searchRecords } from '../../src/db/search.ts';
import { listOf, type FindList } from '../../src/db/search-lists.ts';
import type { Condition, SearchPlan, WordPattern } from '../../src/db/search-plan.ts';
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
async function explained(some: SearchPlan, find?: FindList): Promise<string> {
  const plans: string[] = [];
  await searchRecords({ query: async <Row>(statement: Statement) => {
    if (statement.text.includes('explain')) return await db.query<Row>(statement);
    const rows = await db.query<{ 'QUERY PLAN': string }>({ text: `explain ${statement.text}`, values: statement.values });
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return await db.query<Row>(statement);
  } }, PLACEMENT, some, find);
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

const pattern = (word: string): WordPattern => ({ expression: `(^|[ ])${word.replaceAll('*', '[^ ]*')}($|[ ])`, parts: word.split('*') });
const token = (words: string, property: string): Condition => ({ test: 'matches', of: of(property), as: 'folded', patterns: words.split(' ').map(pattern), not: false });

test('words are found by lists of them, whatever is rare in them, as they were in the records', async () => {
  const texts = { of: [of('name'), of('city')], terms: [] as string[] };
  const searches: SearchPlan[] = [
    ...['9998', '99', 'nobody', 'name 9998', 'Name', '_998', 'bern'].map((term) => everything({ ...texts, terms: term.split(' ') })),
    ...['9998', '99*', '*98', '*99*', '9*8', 'name', 'bern', 'na* 9998', '*'].map((word) => plan([token(word, 'name')], { text: texts })),
    ...['499', '49*'].map((word) => plan([token(word, 'size')], { text: texts })), plan([token('bern', 'city'), token('9998', 'name')], { text: texts }),
    { ...plan([]), groups: [[token('998*', 'name')], [token('*7', 'size')]] },
    plan([token('99*', 'name')], { sort: { of: of('size'), as: 'number', descending: true } }),
  ];
  const before = [];
  for (const one of searches) before.push(await searchRecords(db, PLACEMENT, one));
  expect(before.map(({ total }) => total)).toEqual(expect.arrayContaining([1, 20, 0]));
  said.length = 0;
  for (const one of searches) await indexer.notice(PLACEMENT, one);
  await indexer.settled();
  expect(said.filter((message) => message !== 'search index made')).toEqual(db.concurrent ? [] : ['pg_trgm is not available: searches for parts of words read all texts']);
  // Starts of names, sizes and cities; ends of names and sizes; the texts of name and city.
  expect((await db.query<{ name: string }>({ text: `select kind as name from search_list where state = 'ready' order by 1`, values: [] })).map((row) => row.name))
    .toEqual(['ends', 'ends', 'starts', 'starts', 'starts', 'text']);
  // What is beyond the count is an estimate.
  const counted = ({ total, rows }: { total: number; rows: unknown[] }) => ({ total: Math.min(total, COUNTED_MATCHES), rows });
  for (const [i, one] of searches.entries()) expect(counted(await searchRecords(db, PLACEMENT, one, await indexer.notice(PLACEMENT, one)))).toEqual(counted(before[i]!));
});

test('a list is read by an index: for the start or the end of a word alone, for a part of it by what is rare in it', async () => {
  const texts = { of: [of('name'), of('city')], terms: ['9998'] };
  const howFor = async (one: SearchPlan): Promise<string> => await explained(one, await indexer.notice(PLACEMENT, one));
  await db.script('analyze');
  expect(await howFor(plan([token('998*', 'name')]))).toMatch(/Index Only Scan using search_word_pkey on search_word/);
  expect(await howFor(plan([token('*998', 'name')]))).toMatch(/Index Only Scan using search_word_pkey on search_word/);
  // PGlite has no pg_trgm.
  if (!db.concurrent) return;
  expect(await howFor(everything({ ...texts, terms: ['name', '9998'] }))).toMatch(/Filter[^]*'%name%'[^]*Index Cond[^]*'%9998%'/);
  expect(await howFor(everything({ ...texts, terms: ['e 9998'] }))).toMatch(/Index Cond.*~~ '%9998%'/s);
});

test('a process that is new to a list knows of it with its first search', async () => {
  const other = createSearchIndexer({ db, now: Date.now, log: { info: () => {}, error: () => {} } });
  const words = everything({ of: [of('name'), of('city')], terms: ['name 9998'] });
  const list = (await other.notice(PLACEMENT, words))(listOf('0-1', 'text', words.text.of));
  expect(list?.common.get('nam')).toBe(1);
  expect((await other.notice(PLACEMENT, { ...words, objectType: '0-2' }))(listOf('0-2', 'text', words.text.of))).toBeUndefined();
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

test('values that are all given have one index, in the order of the page', async () => {
  const equal = (property: string, operand: string): Condition => ({ test: 'compare', of: of(property), as: 'folded', by: '=', operand });
  const both = plan([equal('city', 'BERN'), equal('size', '12')]);
  const before = await searchRecords(db, PLACEMENT, both);
  expect(before.total).toBe(21);
  const byName = { ...both, sort: { of: of('name'), as: 'folded' as const, descending: true } };
  for (const one of [both, byName]) await indexer.notice(PLACEMENT, one);
  await indexer.settled();
  const columns = (some: SearchPlan): string[] => wantedIndexes(PLACEMENT, some).map((index) => index.columns.replaceAll(/left\(fold\(\(properties->>'(\w+)'\)\), 500\) collate "C"/g, '$1'));
  expect(columns(both)).toEqual(['using btree (((city)), ((size)), created_at, id)']);
  expect(columns(byName)).toEqual(['using btree (((city)), ((size)), ((name)) desc nulls last, id)']);
  expect(await searchRecords(db, PLACEMENT, both)).toEqual(before);
  expect(await indexes()).toEqual(expect.arrayContaining(names(both)));
  expect(await explained(both)).toContain(wantedIndexes(PLACEMENT, both)[0]!.name);
});

test('processes that want to make some at once make them one after the other', async () => {
  const others = Array.from({ length: 4 }, () => createSearchIndexer({ db, now: Date.now, log: { info: () => {}, error: (fields) => said.push(`failed: ${String((fields as { err?: Error }).err?.message)}`) } }));
  said.length = 0;
  const wants = others.map((_, n) => plan([{ test: 'compare', of: of(`at_once_${n}`), as: 'number', by: '>', operand: '1' }]));
  await Promise.all(others.map(async (other, n) => {
    await other.notice(PLACEMENT, wants[n]!);
    await other.settled();
  }));
  expect(said).toEqual([]);
  expect(await indexes()).toEqual(expect.arrayContaining(wants.flatMap(names)));
  for (const other of others) await other.close();
});

test('who is known by an id needs no index', () => {
  const byId = plan([{ test: 'ids', ids: [1], not: false }, { test: 'compare', of: of('name'), as: 'folded', by: '=', operand: 'x' }]);
  expect(wantedIndexes(PLACEMENT, byId)).toEqual([]);
  const orSo = { ...byId, groups: [...byId.groups, [{ test: 'known' as const, of: of('name') }]] };
  expect(wantedIndexes(PLACEMENT, orSo).map((index) => index.columns)).toEqual(['using btree (created_at, id)']);
});

test('a type gets so many indexes and no more', async () => {
  const some = Array.from({ length: 25 }, (_, i) => wantedIndexes(PLACEMENT, { ...plan([{ test: 'compare', of: of(`p${i}`), as: 'exact', by: '>', operand: 'x' }]), objectType: '0-99' })[0]!);
  const claimed = [];
  for (const one of some) claimed.push(await claimIndex(db, one, new Date(0)));
  expect(claimed).toEqual(some.map((_, i) => i < 20));
  await db.query({ text: `delete from search_index where object_type = '0-99'`, values: [] });
});

test('what nobody has asked for lately is dropped, and made again when somebody does', async () => {
  const logged: string[] = [];
  const other = createSearchIndexer({ db, now: () => Date.now() + 31 * 86_400_000, log: { info: (_, message) => logged.push(message), error: (fields) => logged.push(JSON.stringify(fields)) } });
  const word = plan([token('998*', 'name')]);
  await other.notice(PLACEMENT, bySize);
  await other.notice(PLACEMENT, word);
  await other.settled();
  const listed = async (): Promise<unknown[]> => await db.query({ text: 'select id as list from search_list union select list from search_text union select list from search_word', values: [] });
  expect(await indexes()).toEqual([...new Set([...names(bySize), ...names(word)])].sort());
  expect(await listed()).toEqual([{ list: listOf('0-1', 'starts', [of('name')]).id }]);
  expect(new Set(logged)).toEqual(new Set(['search index dropped: nobody has asked for it lately']));
  const missing = plan([{ test: 'unknown', of: of('nickname') }]);
  await other.notice(PLACEMENT, missing);
  await other.settled();
  expect(await indexes()).toEqual(expect.arrayContaining(names(missing)));
  await other.close();
});
