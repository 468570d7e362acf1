// The embedded database: Postgres 18 in WebAssembly, in this process. A fresh database is loaded from the prepared
// template (template.ts), so that starting does not pay for initdb and migrations.

import { PGlite, types, type PGliteInterface, type Transaction } from '@electric-sql/pglite';
import { parseTimestamp, type Db, type Queryable, type Statement } from './db.ts';

const parsers = {
  [types.INT8]: Number,
  [types.TIMESTAMPTZ]: parseTimestamp,
};

/** Opens a data folder, or memory when `folder` is undefined. `template` fills a database that does not exist yet. */
export async function openPglite(folder: string | undefined, template?: Blob): Promise<Db> {
  const pglite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(template === undefined ? {} : { loadDataDir: template }),
    parsers,
  });
  await pglite.exec("set timezone = 'UTC'");
  return wrapPglite(pglite);
}

/** Puts the Db interface around an open PGlite. */
export function wrapPglite(pglite: PGliteInterface): Db {
  return {
    query: (statement) => run(pglite, statement),
    transaction: (work) => pglite.transaction((tx) => work(queryable(tx))),
    maintain: async (statements) => {
      for (const statement of statements) await pglite.exec(statement);
    },
    alone: (work) => work(),
    concurrent: false,
    shared: false,
    script: async (text) => {
      await pglite.exec(text);
    },
    close: () => pglite.close(),
  };
}

const queryable = (tx: Transaction): Queryable => ({ query: (statement) => run(tx, statement) });

async function run<Row>(at: PGliteInterface | Transaction, statement: Statement): Promise<Row[]> {
  const result = await at.query<Row>(statement.text, statement.values);
  return result.rows;
}
