// Questions about the database itself.

import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';

/** Rejects when the database does not answer. */
export async function ping(db: Queryable): Promise<void> {
  await db.query(sql`select 1`);
}

/** 150004 for Postgres 15.4. */
export async function serverVersion(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>(sql`select current_setting('server_version_num')::int as version`);
  return row!.version;
}
