// The dependency rule: http -> operations -> crm -> db; catalogue, errors and config are leaves. Read from the imports.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** What each room may import of the others. */
const MAY_IMPORT: Record<string, string[]> = {
  catalogue: [],
  errors: [],
  config: [],
  db: [],
  // The rules know types, problems and storage.
  crm: ['db', 'catalogue', 'errors'],
  operations: ['crm', 'catalogue', 'errors'],
  // Beyond operations, http asks crm who is calling and db whether it is reachable.
  http: ['operations', 'crm', 'db', 'catalogue', 'errors'],
  app: ['http', 'operations', 'crm', 'db', 'catalogue', 'errors'],
  log: [],
  serving: ['app', 'cli', 'config', 'db', 'log'],
  main: ['serving', 'cli', 'config', 'crm', 'db', 'log'],
  cli: ['main', 'config', 'crm', 'db', 'catalogue'],
};

/** Packages that only one room may know. */
const ONLY_IN: Record<string, string[]> = {
  hono: ['http', 'app'], '@hono/node-server': ['serving'], pg: ['db'], '@electric-sql/pglite': ['db'], commander: ['cli'],
  typebox: ['operations', 'http'], 'sql-template-tag': ['db'], pino: ['log', 'serving'], chevrotain: ['crm'], re2js: ['crm'], 'libphonenumber-js': ['crm'], 'rate-limiter-flexible': ['db'],
};

const files = readdirSync(SRC, { recursive: true }).map(String).filter((name) => name.endsWith('.ts'));
const roomOf = (file: string): string => file.split('/')[0]!.replace(/\.ts$/, '');

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);
}

describe.each(files)('%s', (file) => {
  const room = roomOf(file);

  test('imports only what its room may', () => {
    const reached = importsOf(file).filter((name) => name.startsWith('.')).map((name) => roomOf(relative(SRC, join(SRC, dirname(file), name))));
    expect([...new Set(reached)].filter((other) => other !== room && !MAY_IMPORT[room]?.includes(other))).toEqual([]);
  });

  test('knows only the packages of its room', () => {
    const strangers = importsOf(file).filter((name) => {
      const packageName = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
      return ONLY_IN[packageName] && !ONLY_IN[packageName].includes(room);
    });
    expect(strangers).toEqual([]);
  });

  test('has a head that says what it is', () => {
    expect(readFileSync(join(SRC, file), 'utf8')).toMatch(/^(#!.*\n)?\/\/ /);
  });

  test('reads process.env only in config', () => {
    if (room !== 'config') expect(readFileSync(join(SRC, file), 'utf8')).not.toContain('process.env');
  });

  test('has SQL only in db', () => {
    if (room !== 'db') expect(readFileSync(join(SRC, file), 'utf8')).not.toMatch(/\b(insert into|delete from|update \w+ set|select .+ from)\b/);
  });
});

test('every dependency rule names rooms that exist', () => {
  const rooms = new Set(files.map(roomOf));
  for (const [room, others] of Object.entries(MAY_IMPORT)) for (const name of [room, ...others]) expect(rooms).toContain(name);
});
