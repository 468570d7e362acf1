// A fresh, migrated database for one test file: PGlite in memory or a copy of the server's template, as the run says.
// A PGlite is used again by the worker's next file, emptied and migrated anew: a tenth of the time that a new one takes.

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
      await admin.script(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}

/** This worker's PGlites that no test file holds at present. */
const unused: Db[] = [];

/** Makes it as a new one is: the program's tables without a row of anybody's, and nothing left of the session. */
async function empty(db: Db): Promise<void> {
  await db.script('discard all');
  await db.script(`set timezone = 'UTC'; drop schema public cascade; create schema public`);
  await migrate(db, new Date(0).toISOString());
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
