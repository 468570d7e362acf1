// A fresh, migrated database for one test file: PGlite in memory or a copy of the server's template, as the run says.
// A PGlite is used again by the worker's next file, emptied: a fraction of the time that a new one takes.

import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Db, Queryable, Statement } from '../../src/db/db.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { openMemory } from '../../src/db/template.ts';

export interface TestDatabase {
  db: Db;
  /** `postgres://...` of this database, undefined on PGlite. */
  url: string | undefined;
  close: () => Promise<void>;
}

/** Opens a database that nobody else uses. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (inject('database') === 'pglite') {
    const used = unused.pop();
    const db = used ?? await openMemory();
    if (used) await empty(used);
    else newShape ??= await shapeOf(db);
    return { db, url: undefined, close: async () => void unused.push(db) };
  }
  const address = inject('postgresAddress');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = openPostgres({ url: `${address}/postgres`, connections: 1 });
  await admin.script(`create database ${name} template template_spoke`);
  const db = openPostgres({ url: `${address}/${name}`, connections: 12 });
  return {
    db, url: `${address}/${name}`,
    async close() {
      await db.close();
      // To drop one that a connection has not quite left yet costs a tenth of a second of sleep.
      for (let attempt = 1; attempt <= 20 && await hasConnections(admin, name); attempt++) await new Promise((resolve) => setTimeout(resolve, 2));
      await admin.script(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}

async function hasConnections(admin: Db, name: string): Promise<boolean> {
  return (await admin.query({ text: 'select 1 from pg_stat_activity where datname = $1', values: [name] })).length > 0;
}

/** This worker's PGlites that no test file holds at present. */
const unused: Db[] = [];

/** What a new one is made of. */
let newShape: string | undefined;

/**
 * Makes it as a new one is: the program's tables without a row of anybody's, and nothing left of the session. Tests leave rows
 * behind and seldom more: to take these away is ten times as fast as to make the tables anew (measured: 14 ms to 130 ms).
 */
async function empty(db: Db): Promise<void> {
  await db.script('discard all');
  await db.script("set timezone = 'UTC'");
  if (await shapeOf(db) !== newShape) {
    await db.script('drop schema public cascade; create schema public');
    await migrate(db, new Date(0).toISOString());
    return;
  }
  const filled = await db.query<{ name: string }>({
    text: `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migration' and pg_relation_size(oid) > 0`,
    values: [],
  });
  if (filled.length > 0) await db.script(`truncate ${filled.map(({ name }) => name).join(', ')}`);
}

/** All that is in the database but rows: tables, columns, indexes, constraints, functions, migrations done, and statistics. */
async function shapeOf(db: Db): Promise<string> {
  const [row] = await db.query<{ shape: string }>({
    text: `with class as (select * from pg_class where relnamespace = 'public'::regnamespace)
      select string_agg(line, E'\n' order by line) as shape from (
        select concat_ws(' ', relkind, relname, reloptions, relkind = 'i' and indisvalid, case when relkind = 'i' then pg_get_indexdef(class.oid) end) as line
          from class left join pg_index on indexrelid = class.oid
        union all select concat_ws(' ', relname, attname, atttypid::regtype, attnotnull, attstorage, pg_get_expr(adbin, adrelid)) from class join pg_attribute on attrelid = class.oid
          left join pg_attrdef on adrelid = attrelid and adnum = attnum where relkind = 'r' and attnum > 0 and not attisdropped
        union all select concat_ws(' ', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
        union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
        union all select tgname from pg_trigger join class on class.oid = tgrelid
        union all select extname from pg_extension
        union all select concat_ws(' ', stxname, pg_get_statisticsobjdef(oid)) from pg_statistic_ext
        union all select concat_ws(' ', relname, staattnum) from pg_statistic join class on class.oid = starelid
        union all select version::text from public.schema_migration
      ) as all_there`,
    values: [],
  });
  return row!.shape;
}

/**
 * A Db that counts the statements that pass through it, but for those that count calls beside the requests; those of a process
 * that has the database to itself.
 */
export function countingDb(db: Db): Db & { statements: Statement[] } {
  const statements: Statement[] = [];
  const counted = (at: Queryable): Queryable => ({
    query: (statement) => {
      // What goes on beside requests is nobody's.
      if (statement.name !== 'add-calls' && !statement.name?.startsWith('beside-')) statements.push(statement);
      return at.query(statement);
    },
  });
  return { ...db, shared: false, ...counted(db), transaction: (run) => db.transaction((tx) => run(counted(tx))), statements };
}
