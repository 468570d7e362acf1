// The prepared database that fresh embedded ones are loaded from: initdb and migrations done once, at install time,
// kept as one file beside the packages. Measured: a fresh folder opens in 1.0 s from the template, in 3.9 s without.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, readMigrations } from './migrate.ts';
import type { Db } from './db.ts';
import { openPglite, wrapPglite } from './pglite.ts';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/spoke/', import.meta.url));
/** Templates, of 40 MB each. */
const KEPT = 3;

/** The template, made first when this PGlite and these migrations have none yet (about five seconds). */
export async function loadTemplate(): Promise<Blob> {
  const file = `${FOLDER}template-${fingerprint()}.tar`;
  if (!existsSync(file)) await buildTemplate(file);
  const bytes = readFileSync(file);
  // A Blob would copy the 40 MB when it is made and again when it is read, at 0.1 s: PGlite gets them as they are.
  return Object.assign(new Blob([]), { arrayBuffer: async () => bytes.buffer });
}

async function buildTemplate(file: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create();
  await migrate(wrapPglite(pglite), new Date(0).toISOString());
  // A checkpoint leaves nothing to recover, so a database loaded from the file opens at once.
  await pglite.exec('checkpoint');
  const tar = await pglite.dumpDataDir('none');
  await pglite.close();

  mkdirSync(FOLDER, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, new Uint8Array(await tar.arrayBuffer()));
  renameSync(partial, file);
  // Those of the last few: branches with other migrations would make theirs anew at every change of branch.
  const made = readdirSync(FOLDER).filter((name) => name.startsWith('template-') && name.endsWith('.tar')).map((name) => `${FOLDER}${name}`);
  const since = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const old of made.sort((a, b) => since(b) - since(a)).slice(KEPT)) rmSync(old, { force: true });
}

function fingerprint(): string {
  const manifest = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '../package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const hash = createHash('sha256').update(version);
  for (const migration of readMigrations()) hash.update(migration.text);
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

/** A new database in memory, from the template. */
export async function openMemory(): Promise<Db> {
  return await openPglite(undefined, await loadTemplate());
}
