// Migrations: once each, in order, all of them or none, and never on a database that is newer than the program.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../../src/db/db.ts';
import { migrate, type Migration, NewerDatabaseError, readMigrations } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const AT = '2026-10-02T09:00:00.000Z';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
// As if nobody had been here.
beforeEach(() => db.script('drop schema public cascade; create schema public'));

async function tables(): Promise<string[]> {
  const rows = await db.query<{ name: string }>({ text: `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`, values: [] });
  return rows.map((row) => row.name);
}

const versions = async (): Promise<unknown[]> => await db.query({ text: 'select version, applied_at from schema_migration order by version', values: [] });

test('an empty database gets every migration once; a second time does nothing', async () => {
  const all = readMigrations().map((migration) => migration.version);
  expect(await migrate(db, AT)).toEqual(all);
  const made = await tables();
  expect(made).toEqual(expect.arrayContaining(['association', 'counter', 'portal', 'record', 'record_revision', 'schema_migration', 'token', 'unique_value']));
  expect(await migrate(db, '2027-01-01T00:00:00.000Z')).toEqual([]);
  expect(await tables()).toEqual(made);
  expect(await versions()).toEqual(all.map((version) => ({ version, applied_at: AT })));
});

test('the files are numbered from 1 without a gap', () => {
  expect(readMigrations().map((migration) => migration.version)).toEqual(readMigrations().map((_, i) => i + 1));
});

test('programs that start at once migrate once', async () => {
  // Each with connections of its own, where there is a server.
  const programs = Array.from({ length: 4 }, () => (database.url ? openPostgres({ url: database.url, connections: 2 }) : db));
  const applied = await Promise.all(programs.map((program) => migrate(program, AT)));
  expect(applied.filter((some) => some.length > 0)).toEqual([readMigrations().map((migration) => migration.version)]);
  expect(await versions()).toHaveLength(readMigrations().length);
  if (database.url) for (const program of programs) await program.close();
});

const first: Migration = { version: 1, text: '-- Who comes; and goes.\ncreate table guest (name text);\n\ninsert into guest\nvalues (\'Ada; Bob\');\n' };
const withBody: Migration = { version: 2, text: 'create function twice(n int) returns int language plpgsql as $$\nbegin\n  n := n * 2;\n  return n;\nend\n$$;\ninsert into guest values (twice(4)::text);\n' };
const second: Migration = { version: 2, text: 'alter table guest add column age int;\nupdate guest set age = 36;\n' };

test('only what is missing is applied', async () => {
  expect(await migrate(db, AT, [first])).toEqual([1]);
  expect(await migrate(db, AT, [first, second])).toEqual([2]);
  expect(await db.query({ text: 'select * from guest', values: [] })).toEqual([{ name: 'Ada; Bob', age: 36 }]);
});

test('a function is one statement, whatever is in it', async () => {
  await migrate(db, AT, [first, withBody]);
  expect(await db.query({ text: 'select name from guest order by 1', values: [] })).toEqual([{ name: '8' }, { name: 'Ada; Bob' }]);
});

test('a newer database is refused and left alone', async () => {
  await migrate(db, AT, [first, second]);
  const refused = migrate(db, AT, [first]);
  await expect(refused).rejects.toThrow(NewerDatabaseError);
  await expect(refused).rejects.toThrow('The database is at version 2, this Spoke knows up to 1. Start the newer Spoke instead.');
  expect(await versions()).toHaveLength(2);
});

test('a migration that fails leaves nothing, not even those before it', async () => {
  const broken: Migration = { version: 2, text: 'alter table guest add column age int;\nupdate guest set aeg = 36;\n' };
  await expect(migrate(db, AT, [first, broken])).rejects.toMatchObject({ code: '42703' });
  expect(await tables()).toEqual([]);
  expect(await migrate(db, AT, [first, second])).toEqual([1, 2]);
});
