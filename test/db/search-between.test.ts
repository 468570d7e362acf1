// Searches of several statements, between any two of which lists take in what was written: it is in the tail for one of
// them and in the lists for the next, and has to be found all the same.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queryable } from '../../src/db/db.ts';
import { claimList, makeList } from '../../src/db/make-list.ts';
import { listOf, type FindList } from '../../src/db/search-lists.ts';
import type { Condition, SearchPlan } from '../../src/db/search-plan.ts';
import { takeIn } from '../../src/db/search-tail.ts';
import { searchRecords } from '../../src/db/search.ts';
import { writeRecords } from '../../src/db/write-records.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const PLACEMENT = { portalId: 7, bucketHome: 3, bucketSpread: 1 };
const AT = '2026-01-01T00:00:00.000Z';
const NAME = { in: 'properties' as const, property: 'name' };
const KINDS = ['starts', 'ends', 'text'] as const;
/** As many as a search needs. */
const STATEMENTS = 4;

let database: TestDatabase;
let last = 0;

/** A type of its own, with lists, and the names of its records by id. */
async function startType(): Promise<{ objectType: string; names: Map<number, string>; write: (...created: string[]) => Promise<void> }> {
  const { db } = database;
  const objectType = `2-${++last}`;
  const names = new Map<number, string>();
  const write = async (...created: string[]): Promise<void> => {
    const creates = created.map((name) => ({ id: (++last) * 4096 + 3, properties: { name } }));
    await writeRecords(db, PLACEMENT, { objectType, at: AT, source: { type: 'IMPORT', id: '1' }, creates, updates: [], claims: [], releases: [] });
    for (const { id, properties } of creates) names.set(id, properties.name);
  };
  await write('zurich', 'zug lake');
  for (const list of KINDS.map((kind) => listOf(objectType, kind, [NAME]))) {
    expect(await claimList(db, PLACEMENT, list, new Date(AT))).toBe(true);
    expect(await makeList(db, PLACEMENT, list, false)).toBe('ready');
  }
  return { objectType, names, write };
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The database for one search, where after the n-th statement the lists take in everything. */
function takingInAfter(n: number, objectType: string): Queryable {
  const { db } = database;
  let statements = 0;
  return {
    async query(statement) {
      const rows = await db.query<never>(statement);
      if (++statements === n) while (await takeIn(db, PLACEMENT, objectType) > 0);
      return rows;
    },
  };
}

const word = (expression: string, parts: string[]): Condition => ({ test: 'matches', of: NAME, as: 'folded', patterns: [{ expression, parts }], not: false });
const starting = (start: string): Condition => word(`(^| )${start}`, [start, '']);
const ending = (end: string): Condition => word(`${end}( |$)`, ['', end]);
const byName: SearchPlan['sort'] = { of: NAME, as: 'folded', descending: false };
const all = { text: { of: [], terms: [] }, groups: [], sort: undefined, limit: 50, offset: 0 };
const searches: [string, Partial<SearchPlan>, (name: string) => boolean][] = [
  ['a start', { groups: [[starting('z')]] }, (name) => / z|^z/.test(name)],
  ['an end', { groups: [[ending('h')]] }, (name) => /h( |$)/.test(name)],
  ['a start, beyond the first page', { groups: [[starting('z')]], offset: 2, limit: 1 }, (name) => / z|^z/.test(name)],
  ['a start, sorted', { groups: [[starting('z')]], sort: byName }, (name) => / z|^z/.test(name)],
  ['either of two words', { groups: [[starting('z')], [ending('h')]] }, (name) => / z|^z|h( |$)/.test(name)],
  ['a part of the text', { text: { of: [NAME], terms: ['u'] } }, (name) => name.includes('u')],
  ['a part of the text, and a start', { text: { of: [NAME], terms: ['u'] }, groups: [[starting('z')]] }, (name) => name.includes('u') && / z|^z/.test(name)],
];

for (const hasRepeats of [true, false]) {
  const find: FindList = (wanted) => ({ ...wanted, common: new Map(), hasRepeats });
  test.each(searches)(`${hasRepeats ? 'few words that many have' : 'words of all kinds'}: %s`, async (_, more, isFound) => {
    const { objectType, names, write } = await startType();
    for (let n = 1; n <= STATEMENTS; n++) {
      // The word is new to the lists each time.
      await write(`z${hasRepeats}${last}h`, `u${last}h`, 'other');
      const plan = { ...all, objectType, ...more };
      const { total, rows } = await searchRecords(takingInAfter(n, objectType), PLACEMENT, plan, find);
      const found = [...names].filter(([, name]) => isFound(name)).toSorted(([a, x], [b, y]) => (plan.sort ? Buffer.compare(Buffer.from(x), Buffer.from(y)) : 0) || a - b);
      expect({ total, ids: rows.map((row) => row.id) }, `taken in after statement ${n}`)
        .toEqual({ total: found.length, ids: found.slice(plan.offset, plan.offset + plan.limit).map(([id]) => id) });
    }
  });
}
