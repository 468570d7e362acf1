// writeRecords is all or nothing: one value that is taken, or one version that has moved, leaves every table as it was.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Placement } from '../../src/db/buckets.ts';
import type { Db } from '../../src/db/db.ts';
import { findUniqueValues, listRecords, readRecords, readRevisions, type UniqueValue } from '../../src/db/records.ts';
import { type RecordWrite, StaleWriteError, writeRecords } from '../../src/db/write-records.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const BORN = '2026-10-02T09:00:00.000Z';
const LATER = '2026-10-02T09:00:01.500Z';
const PLACEMENT: Placement = { portalId: 7, bucketHome: 5, bucketSpread: 1 };
const TYPE = '0-1';
const id = (n: number): number => n * 4_096 + 5;
const email = (value: string, owner: number): UniqueValue => ({ property: 'email', value, id: owner });

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());

const write = async (parts: Partial<RecordWrite>, at = LATER): Promise<void> => await writeRecords(db, PLACEMENT, {
  objectType: TYPE, at, source: { type: 'INTEGRATION', id: '12' }, creates: [], updates: [], claims: [], releases: [], ...parts,
});
const read = async (n: number) => (await readRecords(db, PLACEMENT, TYPE, [id(n)]))[0];

async function everything(): Promise<unknown> {
  const tables = ['record', 'record_revision', 'unique_value', 'association'];
  return (await db.query({ text: `select ${tables.map((table) => `(select json_agg(t order by t::text) from ${table} t) as ${table}`).join(', ')}`, values: [] }))[0];
}

async function isRefused(parts: Partial<RecordWrite>): Promise<void> {
  const before = await everything();
  await expect(write(parts)).rejects.toThrow(StaleWriteError);
  expect(await everything()).toEqual(before);
}

test('nothing to write is nothing written', async () => {
  await write({});
  expect(await everything()).toEqual({ record: null, record_revision: null, unique_value: null, association: null });
});

describe('with three records', () => {
  beforeAll(async () => {
    const creates = [1, 2, 3].map((n) => ({ id: id(n), properties: { email: `${n}@x.org`, name: `n${n}`, hs_object_source: 'INTEGRATION', hs_object_source_id: '3' } }));
    await write({ creates, claims: creates.map((c) => email(c.properties.email, c.id)) }, BORN);
  });

  test('they are there, at version 1, which has no revision yet', async () => {
    expect(await read(2)).toEqual({
      id: id(2), properties: { email: '2@x.org', name: 'n2', hs_object_source: 'INTEGRATION', hs_object_source_id: '3' }, version: 1, created_at: BORN, updated_at: BORN, archived_at: null, model_version: null,
    });
    expect(await readRevisions(db, PLACEMENT, TYPE, [1, 2, 3].map(id), ['name'])).toEqual([]);
    expect(await findUniqueValues(db, PLACEMENT, TYPE, ['3@x.org', '9@x.org', '1@x.org'].map((value) => ({ property: 'email', value })))).toEqual(
      expect.arrayContaining([email('1@x.org', id(1)), email('3@x.org', id(3))]),
    );
  });

  const wholeBatch = (changes: Partial<Record<'claim' | 'version' | 'target', string | number>>): Partial<RecordWrite> => ({
    creates: [{ id: id(10), properties: { name: 'new' } }, { id: id(11), properties: { name: 'new too' } }],
    updates: [
      { id: id(1), version: 1, set: { name: 'changed' }, remove: [] },
      { id: id(Number(changes.target ?? 2)), version: Number(changes.version ?? 1), set: { email: 'free@x.org' }, remove: ['name'] },
    ],
    claims: [email('free@x.org', id(2)), email(String(changes.claim ?? 'new@x.org'), id(10))],
    releases: [email('2@x.org', id(2))],
  });

  test.each([
    ['one value that another record has', wholeBatch({ claim: '3@x.org' })],
    ['one value twice in the batch', wholeBatch({ claim: 'free@x.org' })],
    ['one version that was never there', wholeBatch({ version: 2 })],
    ['one record that is not there', wholeBatch({ target: 99 })],
    ['a claim alone', { claims: [email('1@x.org', id(50))] }],
    ['an update alone', { updates: [{ id: id(1), version: 7, set: { name: 'x' }, remove: [] }] }],
  ])('%s refuses everything', async (_, parts) => {
    await isRefused(parts);
  });

  test('an id that is there already refuses everything', async () => {
    const before = await everything();
    await expect(write({ creates: [{ id: id(12), properties: {} }, { id: id(1), properties: {} }], claims: [email('y@x.org', id(12))] })).rejects.toThrow();
    expect(await everything()).toEqual(before);
  });

  test('the first update writes versions 1 and 2, the next only its own', async () => {
    await write(wholeBatch({}));
    expect(await read(2)).toMatchObject({ version: 2, created_at: BORN, updated_at: LATER, properties: { email: 'free@x.org', hs_object_source: 'INTEGRATION', hs_object_source_id: '3' } });
    expect((await read(2))!.properties).not.toHaveProperty('name');
    expect(await read(10)).toMatchObject({ version: 1 });
    await write({ updates: [{ id: id(2), version: 2, set: { name: 'back' }, remove: [] }] }, '2026-10-02T10:00:00.000Z');
    const revisions = await readRevisions(db, PLACEMENT, TYPE, [id(2)], ['name', 'email']);
    expect(revisions.map(({ version, at, source, property, value }) => [version, at, source.type, source.id, property, value])).toEqual(expect.arrayContaining([
      [3, '2026-10-02T10:00:00.000Z', 'INTEGRATION', '12', 'name', 'back'],
      [2, LATER, 'INTEGRATION', '12', 'email', 'free@x.org'], [2, LATER, 'INTEGRATION', '12', 'name', null],
      [1, BORN, 'INTEGRATION', '3', 'email', '2@x.org'], [1, BORN, 'INTEGRATION', '3', 'name', 'n2'],
    ]));
    expect(revisions).toHaveLength(5);
    const [{ all }] = await db.query<{ all: number[] }>({ text: 'select array_agg(version order by version) as all from record_revision where id = $1::bigint', values: [id(2)] }) as [{ all: number[] }];
    expect(all).toEqual([1, 2, 3]);
  });

  test('the value given back is free, the one taken is not', async () => {
    await isRefused({ creates: [{ id: id(20), properties: {} }], claims: [email('free@x.org', id(20))] });
    await write({ creates: [{ id: id(20), properties: {} }], claims: [email('2@x.org', id(20))] });
    expect(await findUniqueValues(db, PLACEMENT, TYPE, [{ property: 'email', value: '2@x.org' }])).toEqual([email('2@x.org', id(20))]);
  });

  test('values change their holder within a batch, while it is still who the program thinks', async () => {
    const creates = [21, 22].map((n) => ({ id: id(n), properties: {} }));
    await write({ creates, claims: [email('a@x.org', id(21)), email('b@x.org', id(22))] });
    const swap = { claims: [email('b@x.org', id(21)), email('a@x.org', id(22))], releases: [email('a@x.org', id(21)), email('b@x.org', id(22))] };
    await write(swap);
    const holders = [email('a@x.org', id(22)), email('b@x.org', id(21))];
    const found = (): Promise<UniqueValue[]> => findUniqueValues(db, PLACEMENT, TYPE, holders);
    expect(await found()).toEqual(expect.arrayContaining(holders));
    await isRefused(swap);
    await isRefused({ ...swap, claims: [email('b@x.org', id(21)), email('a@x.org', id(22)), email('1@x.org', id(22))] });
  });

  test("another record's value cannot be given back", async () => {
    await write({ releases: [email('1@x.org', id(2))] });
    expect(await findUniqueValues(db, PLACEMENT, TYPE, [{ property: 'email', value: '1@x.org' }])).toHaveLength(1);
  });

  test('values too long for an index are unique all the same', async () => {
    // Nothing that compresses well.
    const long = Array.from({ length: 9_000 }, (_, i) => ((i * i * 7_919) % 46_649).toString(36)).join('');
    await write({ creates: [{ id: id(30), properties: {} }], claims: [email(long, id(30)), email(`${long}x`, id(30))] });
    await isRefused({ creates: [{ id: id(31), properties: {} }], claims: [email(long, id(31))] });
    expect(await findUniqueValues(db, PLACEMENT, TYPE, [{ property: 'email', value: long }, { property: 'email', value: `${long}y` }])).toEqual([email(long, id(30))]);
    await write({ releases: [email(long, id(30))] });
    await write({ creates: [{ id: id(31), properties: {} }], claims: [email(long, id(31))] });
  });

  test('archived records are not changed, and lists keep them apart', async () => {
    await db.query({ text: 'update record set archived_at = $1::timestamptz where id = $2::bigint', values: [LATER, id(3)] });
    await isRefused({ updates: [{ id: id(3), version: 1, set: { name: 'x' }, remove: [] }] });
    const list = async (archived: boolean) => (await listRecords(db, PLACEMENT, TYPE, { fromId: 0, limit: 3, archived })).map((row) => row.id);
    expect(await list(false)).toEqual([id(1), id(2), id(10)]);
    expect(await list(true)).toEqual([id(3)]);
  });

  test('other portals and types have values and records of their own', async () => {
    const other = { ...PLACEMENT, portalId: 8 };
    expect(await readRecords(db, other, TYPE, [id(1)])).toEqual([]);
    expect(await readRecords(db, PLACEMENT, '0-2', [id(1)])).toEqual([]);
    await write({ objectType: '0-2', creates: [{ id: id(40), properties: {} }], claims: [email('1@x.org', id(40))] });
    expect(await findUniqueValues(db, other, TYPE, [{ property: 'email', value: '1@x.org' }])).toEqual([]);
  });

  test('two writers of one version: one is stale', async () => {
    const { version } = (await read(1))!;
    const done = await Promise.allSettled([1, 2, 3, 4].map((n) => write({ updates: [{ id: id(1), version, set: { name: `writer ${n}` }, remove: [] }] })));
    expect(done.filter((d) => d.status === 'fulfilled')).toHaveLength(1);
    for (const d of done) if (d.status === 'rejected') expect(d.reason).toBeInstanceOf(StaleWriteError);
    expect((await read(1))!.version).toBe(version + 1);
  });
});
