// Association rows under the rules: written, counted, archived and moved, in one bucket and over two.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AssociationRow, countAssociations, readFirstAssociations } from '../../src/db/associations.ts';
import { type AssociationWrite, COUNTED_UP_TO, keepCount, writeAssociations } from '../../src/db/write-associations.ts';
import type { Placement } from '../../src/db/buckets.ts';
import type { Db } from '../../src/db/db.ts';
import { archiveAssociations, deleteArchivedAssociations, moveAssociations, readNeighbours } from '../../src/db/move-associations.ts';
import { StaleWriteError } from '../../src/db/write-records.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const AT = '2026-10-02T09:00:00.000Z';
const LATER = '2026-10-02T09:00:01.000Z';
const COMPANY = '0-2';
const CONTACT = '0-1';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());

let portals = 0;

describe.each([['one bucket', 1], ['two buckets', 2]] as const)('%s', (_, bucketSpread) => {
  /** Each test has a portal of its own; ids alternate between its buckets. */
  function portal() {
    const placement: Placement = { portalId: ++portals, bucketHome: 4095, bucketSpread };
    const id = (n: number): number => n * 4_096 + ((4_095 + (n % bucketSpread)) % 4_096);
    const row = (company: number, contact: number, typeId = 280): AssociationRow => ({ fromType: COMPANY, fromId: id(company), toType: CONTACT, toId: id(contact), category: 0, typeId });
    const back = (company: number, contact: number, typeId = 279): AssociationRow => ({ fromType: CONTACT, fromId: id(contact), toType: COMPANY, toId: id(company), category: 0, typeId });
    const both = (company: number, contact: number): AssociationRow[] => [row(company, contact), back(company, contact)];
    const write = async (parts: Partial<AssociationWrite>) => await writeAssociations(db, placement, { at: AT, add: [], remove: [], countRule: () => undefined, ...parts });
    const of = (company: number) => ({ fromType: COMPANY, fromId: id(company), toType: CONTACT, category: 0, typeId: 280 });
    const stored = async (table = 'association'): Promise<string[]> => (await db.query<{ line: string }>({
      text: `select concat_ws(' ', from_type, from_id / 4096, to_type, to_id / 4096, type_id) as line from ${table} where portal_id = $1::bigint and bucket = from_id % 4096`, values: [placement.portalId],
    })).map((one) => one.line).sort();
    const rowsOf = async (table: string): Promise<number> => (await db.query<{ n: number }>({ text: `select count(*)::int as n from ${table} where portal_id = $1::bigint`, values: [placement.portalId] }))[0]!.n;
    const counts = async (): Promise<Record<number, number>> => Object.fromEntries((await db.query<{ n: number; count: number }>({
      text: 'select (from_id / 4096)::int as n, count from association_count where portal_id = $1::bigint', values: [placement.portalId],
    })).map((one) => [one.n, one.count]));
    return { placement, id, row, back, both, write, of, stored, rowsOf, counts };
  }
  const always = () => ({ reportAbove: 0, always: true });

  test('rows are added and removed; a row that is there is a stale write, which leaves everything, or stays when it may', async () => {
    const { write, row, both, stored, rowsOf } = portal();
    await write({ add: [...both(1, 2), ...both(3, 4)] });
    expect(await stored()).toEqual(['0-1 2 0-2 1 279', '0-1 4 0-2 3 279', '0-2 1 0-1 2 280', '0-2 3 0-1 4 280']);
    await expect(db.transaction(async (tx) => await writeAssociations(tx, { portalId: portals, bucketHome: 4095, bucketSpread }, { at: AT, add: [...both(5, 6), row(1, 2)], remove: both(3, 4), countRule: () => undefined })))
      .rejects.toThrow(StaleWriteError);
    expect(await rowsOf('association')).toBe(4);
    await write({ add: [row(1, 2), row(1, 4, 2)], remove: both(3, 4), mayExist: true });
    expect(await stored()).toEqual(['0-1 2 0-2 1 279', '0-2 1 0-1 2 280', '0-2 1 0-1 4 2']);
  });

  test('4,000 rows are removed as they were added', async () => {
    const { write, both, rowsOf } = portal();
    const all = Array.from({ length: 2_000 }, (_row, n) => both(1 + (n % 2), 10 + n)).flat();
    await write({ add: all });
    expect(await rowsOf('association')).toBe(4_000);
    await write({ remove: all.slice(0, 3_998) });
    expect(await rowsOf('association')).toBe(2);
  });

  test('counts are reported above what was asked, of records that gain some and are looked at', async () => {
    const { write, row, of } = portal();
    expect(await write({ add: [row(1, 2), row(1, 3), row(4, 5)], countRule: () => ({ reportAbove: 1, always: true }) })).toEqual([{ ...of(1), count: 2, kept: false }]);
    expect(await write({ add: [row(1, 6)], remove: [row(1, 2)], countRule: always })).toEqual([]);
    expect(await write({ add: [row(1, 7)], countRule: always })).toEqual([{ ...of(1), count: 3, kept: false }]);
    expect(await write({ remove: [row(1, 7)], countRule: always })).toEqual([]);
    // Without always: 32 gained at once are looked at, or one whose far id is in the sample.
    expect(await write({ add: [row(1, 8)], countRule: () => ({ reportAbove: 0, always: false }) })).toEqual([]);
    expect(await write({ add: [row(1, 64)], countRule: () => ({ reportAbove: 0, always: false }) })).toEqual([{ ...of(1), count: 4, kept: false }]);
    expect(await write({ add: Array.from({ length: 32 }, (_row, n) => row(9, 100 + n)), countRule: () => ({ reportAbove: 0, always: false }) })).toEqual([{ ...of(9), count: 32, kept: false }]);
  });

  test('rows are counted, a kept count is exact and follows every write', async () => {
    const { placement, write, row, both, of, counts, id } = portal();
    const most = COUNTED_UP_TO + 50;
    await write({ add: Array.from({ length: most }, (_row, n) => row(1, 10 + n)) });
    expect(await write({ add: [row(1, 5)], countRule: always })).toEqual([{ ...of(1), count: most + 1, kept: false }]);
    expect(await keepCount(db, placement, of(1))).toBe(most + 1);
    expect(await keepCount(db, placement, of(1))).toBe(most + 1);
    expect(await write({ add: [row(1, 6), row(1, 7)], remove: [row(1, 5)], countRule: always })).toEqual([{ ...of(1), count: most + 2, kept: true }]);
    expect(await write({ remove: [row(1, 6)], countRule: always })).toEqual([]);
    // Other types of the same record are not counted there.
    await write({ add: [row(1, 6, 2)], countRule: always });
    await write({ add: both(3, 4), countRule: always });
    expect(await counts()).toEqual({ 1: most + 1 });
    expect(await countAssociations(db, placement, of(1), [id(1), id(3), id(9)])).toEqual(new Map([[id(1), most + 1], [id(3), 1]]));
  });

  test('pages of one record and of many stop at their limit and go on after a record', async () => {
    const { placement, write, row, id } = portal();
    await write({ add: [1, 2].flatMap((company) => [10, 11, 12].flatMap((contact) => [row(company, contact), row(company, contact, 2)])) });
    const seen = (rows: AssociationRow[]): number[][] => rows.map((one) => [one.fromId, one.toId, one.typeId]);
    expect(seen(await readFirstAssociations(db, placement, COMPANY, [{ id: id(1), afterId: id(10) }], CONTACT, 1))).toEqual([[id(1), id(11), 2], [id(1), id(11), 280]]);
    const first = await readFirstAssociations(db, placement, COMPANY, [{ id: id(1), afterId: 0 }, { id: id(2), afterId: id(11) }, { id: id(3), afterId: 0 }], CONTACT, 2);
    expect(seen(first).toSorted((a, b) => a[0]! - b[0]!)).toEqual([[1, 10], [1, 11], [2, 12]].flatMap(([from, to]) => [[id(from!), id(to!), 2], [id(from!), id(to!), 280]]));
  });

  test('archived: out of both sides into their own table, counts of the neighbours lowered', async () => {
    const { placement, write, both, stored, of, counts, id, rowsOf } = portal();
    const friends = [{ fromType: COMPANY, fromId: id(1), toType: COMPANY, toId: id(2), category: 0, typeId: 450 }, { fromType: COMPANY, fromId: id(2), toType: COMPANY, toId: id(1), category: 0, typeId: 450 }];
    await write({ add: [...both(1, 10), ...both(2, 10), ...both(3, 10), ...both(3, 11), ...friends] });
    for (const company of [1, 3]) await keepCount(db, placement, of(company));
    const far = { fromType: CONTACT, fromId: id(10), toType: COMPANY, category: 0, typeId: 279 };
    await keepCount(db, placement, far);
    expect((await readNeighbours(db, placement, COMPANY, [id(1), id(2)])).toSorted((a, b) => a.id - b.id)).toEqual([{ objectType: CONTACT, id: id(10) }]);
    expect(await archiveAssociations(db, placement, COMPANY, [id(1), id(2)])).toEqual([{ objectType: CONTACT, id: id(10) }]);
    expect(await stored()).toEqual(['0-1 10 0-2 3 279', '0-1 11 0-2 3 279', '0-2 3 0-1 10 280', '0-2 3 0-1 11 280']);
    expect(await stored('archived_association')).toEqual(['0-1 10 0-2 1 279', '0-1 10 0-2 2 279', '0-2 1 0-1 10 280', '0-2 1 0-2 2 450', '0-2 2 0-1 10 280', '0-2 2 0-2 1 450']);
    expect(await counts()).toEqual({ 3: 2, 10: 1 });
    await deleteArchivedAssociations(db, placement, COMPANY, [id(2)]);
    expect(await stored('archived_association')).toEqual(['0-1 10 0-2 1 279', '0-2 1 0-1 10 280']);
    expect(await archiveAssociations(db, placement, COMPANY, [id(1)])).toEqual([]);
    expect(await rowsOf('archived_association')).toBe(2);
  });

  test('moved: equal ones are one, as old as the oldest; those among themselves are dropped; kept counts are forgotten', async () => {
    const { placement, write, row, both, stored, of, counts, id } = portal();
    const friends = [{ fromType: COMPANY, fromId: id(1), toType: COMPANY, toId: id(2), category: 0, typeId: 450 }, { fromType: COMPANY, fromId: id(2), toType: COMPANY, toId: id(1), category: 0, typeId: 450 }];
    await write({ add: [...both(1, 10), ...friends], at: LATER });
    await write({ add: [...both(2, 10), ...both(2, 11), row(2, 11, 2), ...both(3, 10)] });
    for (const company of [1, 3]) await keepCount(db, placement, of(company));
    expect((await moveAssociations(db, placement, COMPANY, [id(1), id(2)], id(7))).map((key) => key.id).toSorted((a, b) => a - b)).toEqual([id(10), id(11)]);
    expect(await stored()).toEqual(['0-1 10 0-2 3 279', '0-1 10 0-2 7 279', '0-1 11 0-2 7 279', '0-2 3 0-1 10 280', '0-2 7 0-1 10 280', '0-2 7 0-1 11 2', '0-2 7 0-1 11 280']);
    const times = await db.query<{ created_at: string }>({ text: 'select distinct created_at from association where portal_id = $1::bigint', values: [placement.portalId] });
    expect(times).toEqual([{ created_at: AT }]);
    expect(await counts()).toEqual({ 3: 1 });
    // To nobody: they are gone.
    await moveAssociations(db, placement, COMPANY, [id(7)], undefined);
    expect(await stored()).toEqual(['0-1 10 0-2 3 279', '0-2 3 0-1 10 280']);
  });
});
