// Lists of words beside the records: made while others write, without losing anybody; given up for long texts; taken over from
// a process that died; and emptied of what is deleted for good.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db, Queryable } from '../../src/db/db.ts';
import { claimList, makeList } from '../../src/db/make-list.ts';
import { clearValues } from '../../src/db/property-values.ts';
import { deleteRecords } from '../../src/db/purges.ts';
import { listOf, type FindList, type WantedList } from '../../src/db/search-lists.ts';
import type { Condition, SearchPlan } from '../../src/db/search-plan.ts';
import { readTails, takeIn } from '../../src/db/search-tail.ts';
import { searchRecords } from '../../src/db/search.ts';
import { writeRecords, type NewRecord, type RecordWrite } from '../../src/db/write-records.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const PLACEMENT = { portalId: 7, bucketHome: 3, bucketSpread: 2 };
const AT = '2026-01-01T00:00:00.000Z';
const NAME = { in: 'properties' as const, property: 'name' };
const starts = (objectType: string): WantedList => listOf(objectType, 'starts', [NAME]);
const text = (objectType: string): WantedList => listOf(objectType, 'text', [NAME]);

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());

let last = 0;
/** Records of both buckets of the portal. */
const records = (...names: string[]): NewRecord[] => names.map((name) => ({ id: (++last) * 4096 + 3 + last % 2, properties: { name } }));
const write = async (at: Queryable, objectType: string, creates: NewRecord[], more: Partial<RecordWrite> = {}): Promise<void> =>
  await writeRecords(at, PLACEMENT, { objectType, at: AT, source: { type: 'IMPORT', id: '1' }, creates, updates: [], claims: [], releases: [], ...more });
/** What new records of a type tell along. */
const told = (objectType: string): Partial<RecordWrite> => ({ searchWords: { list: text(objectType).id, of: [NAME] } });
const claim = async (list: WantedList, at = AT): Promise<boolean> => await claimList(db, PLACEMENT, list, new Date(at));
const make = async (list: WantedList): Promise<string> => await makeList(db, PLACEMENT, list, false);

const starting = (word: string): Condition => ({ test: 'matches', of: NAME, as: 'folded', patterns: [{ expression: `(^|[ ])${word}`, parts: [word, ''] }], not: false });
const find: FindList = (wanted) => (wanted.kind === 'ends' ? undefined : { ...wanted, common: new Map(), hasRepeats: true });
async function search(objectType: string, more: Partial<SearchPlan>): Promise<{ total: number; names: string[] }> {
  const { total, rows } = await searchRecords(db, PLACEMENT, { objectType, groups: [], text: { of: [], terms: [] }, sort: undefined, limit: 50, offset: 0, ...more }, find);
  return { total, names: rows.map((row) => row.properties.name!) };
}
const rowsOf = async (objectType: string): Promise<{ list: string; word: string }[]> => await db.query({
  text: `select l.kind as list, w.word from (select list, word from search_word union all select list, words from search_text) w
    join search_list l on l.id = w.list where l.object_type = $1 order by 1, 2`, values: [objectType],
});

test('a type without lists leaves no notes', async () => {
  await write(db, '0-9', records('nobody'));
  expect(await readTails(db)).toEqual([]);
});

test('who was written before, while, and after a list is made is in it or in the tail, and is found once', async () => {
  await write(db, '0-1', records('ada adam', 'grace'));
  expect(await claim(starts('0-1'))).toBe(true);
  expect(await claim(starts('0-1'))).toBe(false);
  await write(db, '0-1', records('adele'));
  expect(await readTails(db)).toEqual([{ portalId: 7, objectType: '0-1', entries: 1, told: 0, untold: 1 }]);
  // Nobody writes while a statement of PGlite runs.
  if (db.concurrent) {
    // This one began before the list was known, and is not done yet.
    let done!: () => void;
    const isDone = new Promise<void>((resolve) => (done = resolve));
    let begun!: () => void;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    await db.query({ text: 'delete from search_list', values: [] });
    const writing = db.transaction(async (tx) => {
      await write(tx, '0-1', records('adrian'));
      begun();
      await isDone;
    });
    await isBegun;
    expect(await claim(starts('0-1'))).toBe(true);
    const making = make(starts('0-1'));
    setTimeout(done, 100);
    await Promise.all([writing, making]);
  } else {
    await write(db, '0-1', records('adrian'));
    expect(await make(starts('0-1'))).toBe('ready');
  }
  expect(await readTails(db)).toEqual([]);
  await write(db, '0-1', records('Adonis'));
  const found = { total: 4, names: ['ada adam', 'adele', 'adrian', 'Adonis'] };
  expect(await search('0-1', { groups: [[starting('ad')]] })).toEqual(found);
  expect(await takeIn(db, PLACEMENT, '0-1')).toBe(1);
  expect(await takeIn(db, PLACEMENT, '0-1')).toBe(0);
  expect(await search('0-1', { groups: [[starting('ad')]] })).toEqual(found);
  expect(await search('0-1', { groups: [[starting('ada')]] })).toEqual({ total: 1, names: ['ada adam'] });
});

test('texts of many words get no list of words', async () => {
  await write(db, '0-4', records(...Array.from({ length: 20 }, (_, i) => `a note of ${i} and of rather more than eight words`)));
  expect(await claim(starts('0-4'))).toBe(true);
  expect(await make(starts('0-4'))).toBe('refused');
  await write(db, '0-4', records('another'));
  expect((await readTails(db)).filter((tail) => tail.objectType === '0-4')).toEqual([]);
});

test('a list that a process died over is begun anew by another', async () => {
  await write(db, '0-5', records('one', 'two'));
  expect(await claim(text('0-5'), '2026-01-01T00:00:00Z')).toBe(true);
  await db.query({ text: `insert into search_text select bucket, portal_id, $1, created_at, id, 'left over' from record where object_type = '0-5'`, values: [text('0-5').id] });
  expect(await claim(text('0-5'), '2026-01-01T00:30:00Z')).toBe(false);
  expect(await claim(text('0-5'), '2026-01-01T01:30:00Z')).toBe(true);
  expect(await make(text('0-5'))).toBe('ready');
  expect(await rowsOf('0-5')).toEqual([{ list: 'text', word: 'one' }, { list: 'text', word: 'two' }]);
});

test('what is cleared or deleted is found no more, and is gone from the lists when they took that in', async () => {
  const [first, second, third] = records('vera', 'viktor', 'vito') as [NewRecord, NewRecord, NewRecord];
  await write(db, '0-6', [first, second, third]);
  for (const list of [starts('0-6'), text('0-6')]) {
    expect(await claim(list)).toBe(true);
    expect(await make(list)).toBe('ready');
  }
  const both = async (): Promise<unknown[]> => [await search('0-6', { groups: [[starting('v')]] }), await search('0-6', { text: { of: [NAME], terms: ['V'] } })];
  await db.transaction((tx) => deleteRecords(tx, PLACEMENT, '0-6', [first.id], []));
  const rest = { total: 2, names: ['viktor', 'vito'] };
  expect(await both()).toEqual([rest, rest]);
  expect(await takeIn(db, PLACEMENT, '0-6')).toBeGreaterThan(0);
  expect(await both()).toEqual([rest, rest]);
  expect(await rowsOf('0-6')).toEqual(['starts', 'text'].flatMap((list) => ['viktor', 'vito'].map((word) => ({ list, word }))));
  await db.transaction((tx) => clearValues(tx, PLACEMENT, '0-6', ['name']));
  expect(await both()).toEqual([{ total: 0, names: [] }, { total: 0, names: [] }]);
  expect(await takeIn(db, PLACEMENT, '0-6')).toBeGreaterThan(0);
  expect(await rowsOf('0-6')).toEqual(['', ''].map((word) => ({ list: 'text', word })));
});

test('values that are cleared of thousands of records are noted in parts', async () => {
  await write(db, '0-8', records(...Array.from({ length: 2_500 }, (_, i) => `name ${i}`)));
  expect(await claim(text('0-8'))).toBe(true);
  expect(await make(text('0-8'))).toBe('ready');
  await db.transaction((tx) => clearValues(tx, PLACEMENT, '0-8', ['name']));
  const notes = await db.query<{ n: number }>({ text: `select cardinality(ids) as n from search_tail where object_type = '0-8' order by 1 desc`, values: [] });
  expect(notes.length).toBeGreaterThan(2);
  expect(Math.max(...notes.map(({ n }) => n))).toBeLessThanOrEqual(1_000);
  expect(notes.reduce((sum, { n }) => sum + n, 0)).toBe(2_500);
});

test('a word of any length, and words in any letters, go into a list', async () => {
  const long = 'é'.repeat(3_000);
  await write(db, '0-7', records(`${long} x`, 'ÉTÉ été', '日本 日', 'a\u{10ffff}b'));
  expect(await claim(starts('0-7'))).toBe(true);
  expect(await make(starts('0-7'))).toBe('ready');
  expect(await search('0-7', { groups: [[starting('é')]] })).toMatchObject({ total: 2 });
  expect(await search('0-7', { groups: [[starting('日')]] })).toEqual({ total: 1, names: ['日本 日'] });
  expect(await search('0-7', { groups: [[starting('a\u{10ffff}')]] })).toEqual({ total: 1, names: ['a\u{10ffff}b'] });
  expect(await search('0-7', { groups: [[starting('é'.repeat(400))]] })).toMatchObject({ total: 1 });
  expect(await search('0-7', { groups: [[starting('é'.repeat(501))]] })).toMatchObject({ total: 1 });
});

test('texts that are told along are found by what they hold, each for itself', async () => {
  await write(db, '0-10', records('before'));
  expect(await claim(text('0-10'))).toBe(true);
  expect(await make(text('0-10'))).toBe('ready');
  await write(db, '0-10', records('One', 'twone "quoted"', '\\ back', ''), told('0-10'));
  const having = async (...terms: string[]): Promise<string[]> => (await search('0-10', { text: { of: [NAME], terms } })).names;
  expect((await readTails(db)).filter((tail) => tail.objectType === '0-10')).toEqual([{ portalId: 7, objectType: '0-10', entries: 2, told: 4, untold: 0 }]);
  expect(await having('ONE')).toEqual(['One', 'twone "quoted"']);
  expect(await having('one', 'two')).toEqual(['twone "quoted"']);
  expect(await having('"quoted"')).toEqual(['twone "quoted"']);
  expect(await having('\\')).toEqual(['\\ back']);
  // Of two records together.
  expect(await having('one', 'back')).toEqual([]);
  // What stands between two texts is in one.
  await write(db, '0-10', records('alpha\x1Ebeta', 'gamma'), told('0-10'));
  expect((await readTails(db)).filter((tail) => tail.objectType === '0-10')).toMatchObject([{ told: 4, untold: 2 }]);
  expect(await having('a\x1Eb')).toEqual(['alpha\x1Ebeta']);
  expect(await having('gam')).toEqual(['gamma']);
});

test('of more matches than are counted a page has those that were made first, in lists or not', async () => {
  const later = '2026-01-01T00:00:01.000Z';
  const names = (count: number, from: number): string[] => Array.from({ length: count }, (_, i) => `engine ${from + i}`);
  const page = async (offset: number, limit: number): Promise<string[]> => (await search('0-11', { text: { of: [NAME], terms: ['engine'] }, offset, limit })).names;
  const [listed, late] = [records(...names(150, 0)), records('engine of the same time')];
  await write(db, '0-11', [...listed, ...records(...names(150, 150))]);
  expect(await claim(text('0-11'))).toBe(true);
  expect(await make(text('0-11'))).toBe('ready');
  for (let from = 300; from < 10_400; from += 1_010) await write(db, '0-11', records(...names(1_010, from)), { at: later, ...(from < 5_000 ? told('0-11') : {}) });
  // Made with those of the list, and told of later.
  await write(db, '0-11', late, told('0-11'));
  const change = (record: NewRecord, name: string): Promise<void> => write(db, '0-11', [], { at: later, updates: [{ id: record.id, version: 1, set: { name }, remove: [] }] });
  await change(listed[0]!, 'none');
  await change(listed[1]!, 'engine renamed');
  const all = ['engine renamed', ...names(148, 2), 'engine of the same time', ...names(10_250, 150)];
  for (const offset of [0, 100, 140, 149, 250, 290, 300, 9_900]) expect(await page(offset, 20), `from ${offset}`).toEqual(all.slice(offset, offset + 20));
  while (await takeIn(db, PLACEMENT, '0-11') > 0);
  for (const offset of [0, 290, 9_900]) expect(await page(offset, 20), `from ${offset}`).toEqual(all.slice(offset, offset + 20));
});
