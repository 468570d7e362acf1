// One Postgres server for the whole run, with a migrated template database that every test file's own is copied from.

import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { startPostgres } from './postgres-runner.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Tests ask for correctness, not durability; the crash test starts a server of its own.
  const server = await startPostgres({ fsync: 'off', max_connections: '200' });
  const admin = openPostgres({ url: `${server.address}/postgres`, connections: 1 });
  await admin.script('create database template_spoke');
  await admin.close();
  const db = openPostgres({ url: `${server.address}/template_spoke` });
  await migrate(db, new Date(0).toISOString());
  await db.close();
  project.provide('postgresAddress', server.address);
  return server.stop;
}

declare module 'vitest' {
  interface ProvidedContext {
    database: 'pglite' | 'postgres';
    postgresAddress: string;
  }
}
