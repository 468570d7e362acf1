// Opens the database that the settings name and brings it up to date. Failures a user can mend become one line.

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, countProcesses, printableDatabaseUrl, SettingError } from '../config.ts';
import { isUnreachable, type Db } from '../db/db.ts';
import { migrate, NewerDatabaseError } from '../db/migrate.ts';
import { openPglite } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import { serverVersion } from '../db/server.ts';
import { loadTemplate } from '../db/template.ts';

const OLDEST_POSTGRES = 150_000;

/** The embedded database's folder, undefined when it is in memory or a server is used. */
export function dataFolder(config: Config): string | undefined {
  return config.databaseUrl || config.dataDir === 'memory:' ? undefined : resolve(config.dataDir);
}

/** Makes the folder, for this user alone, unless it is there. Throws SettingError. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingError(`SPOKE_DATA_DIR is "${folder}", which cannot be made a folder (${(error as NodeJS.ErrnoException).code}). Name another one.`);
  }
}

/** Opens and migrates. Throws SettingError for what the user can mend. */
export async function openDatabase(config: Config, onIdleError: (error: Error) => void): Promise<Db> {
  const db = config.databaseUrl ? await openServer(config.databaseUrl, connectionsOf(config), onIdleError) : await openEmbedded(dataFolder(config));
  try {
    await migrate(db, new Date().toISOString());
  } catch (error) {
    await db.close();
    if (error instanceof NewerDatabaseError) throw new SettingError(error.message);
    throw error;
  }
  return db;
}

/** Of each process: two have as many as one, more of them more. Batches have their share of them (BULK_SHARE of db/postgres.ts). */
const connectionsOf = (config: Config): number => (countProcesses(config) > 1 ? 5 : 10);

async function openServer(url: string, connections: number, onIdleError: (error: Error) => void): Promise<Db> {
  const db = openPostgres({ url, connections, onIdleError });
  try {
    if (await serverVersion(db) < OLDEST_POSTGRES) throw new SettingError('SPOKE_DATABASE_URL names a Postgres older than 15. Use Postgres 15 or newer.');
    return db;
  } catch (error) {
    await db.close();
    if (error instanceof SettingError) throw error;
    const reason = isUnreachable(error) ? 'is the server running, and reachable from here?' : 'check the address.';
    throw new SettingError(`Cannot use the database at ${printableDatabaseUrl(url)} (${(error as Error).message || (error as { code?: string }).code}): ${reason}`);
  }
}

async function openEmbedded(folder: string | undefined): Promise<Db> {
  if (folder === undefined) return await openPglite(undefined, await loadTemplate());
  const there = existsSync(join(folder, 'pg', 'PG_VERSION'));
  return await openPglite(join(folder, 'pg'), there ? undefined : await loadTemplate());
}
