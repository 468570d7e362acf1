// Brings a database up to date: the numbered .sql files of migrations/, each once, in order, under one lock.
// A database that is newer than this program is refused rather than guessed at.

import { readdirSync, readFileSync } from 'node:fs';
import sql from 'sql-template-tag';
import type { Db } from './db.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any constant: the lock that makes two programs starting at once migrate one after the other. */
const MIGRATION_LOCK = 7_046_029;

export interface Migration {
  version: number;
  text: string;
}

/** The migrations this program knows, oldest first. */
export function readMigrations(): Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{6}\.sql$/.test(name))
    .sort()
    .map((name) => ({ version: Number(name.slice(0, 6)), text: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

/** A database made by a newer Spoke. */
export class NewerDatabaseError extends Error {}

/** Applies what is missing and returns the versions applied. Throws NewerDatabaseError, or what Postgres says. */
export async function migrate(db: Db, at: string, migrations = readMigrations()): Promise<number[]> {
  const newest = migrations.at(-1)?.version ?? 0;
  const current = await currentVersion(db);
  if (current > newest) {
    throw new NewerDatabaseError(`The database is at version ${current}, this Spoke knows up to ${newest}. Start the newer Spoke instead.`);
  }
  if (current === newest) return [];

  return await db.transaction(async (tx) => {
    await tx.query(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK}::bigint)`);
    await tx.query(sql`create table if not exists schema_migration (version int primary key, applied_at timestamptz not null)`);
    const [row] = await tx.query<{ version: number }>(sql`select coalesce(max(version), 0)::int as version from schema_migration`);
    const missing = migrations.filter((m) => m.version > row!.version);
    for (const migration of missing) {
      for (const text of splitStatements(migration.text)) await tx.query({ text, values: [] });
      await tx.query(sql`insert into schema_migration (version, applied_at) values (${migration.version}::int, ${at}::timestamptz)`);
    }
    return missing.map((m) => m.version);
  });
}

async function currentVersion(db: Db): Promise<number> {
  const [found] = await db.query<{ there: boolean }>(sql`select to_regclass('schema_migration') is not null as there`);
  if (!found?.there) return 0;
  const [row] = await db.query<{ version: number }>(sql`select coalesce(max(version), 0)::int as version from schema_migration`);
  return row!.version;
}

/** Statements end with a semicolon at the end of a line that is not within $$ ... $$; comments are whole lines. */
function splitStatements(text: string): string[] {
  const statements = [''];
  let inBody = false;
  for (const line of text.split('\n').filter((one) => !one.trimStart().startsWith('--'))) {
    if (line.split('$$').length % 2 === 0) inBody = !inBody;
    const ends = !inBody && /;\s*$/.test(line);
    statements[statements.length - 1] += `${ends ? line.replace(/;\s*$/, '') : line}\n`;
    if (ends) statements.push('');
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
