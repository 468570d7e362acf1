// Every documented operation on association types and the object library (src/catalogue/operations.csv), in every
// version, against a running program: each must succeed, with one of the statuses that are documented. What they answer is told in test/operations.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

let program: Program;
let database: TestDatabase | undefined;
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
});
afterAll(async () => {
  await program?.stop();
  await database?.close();
});

interface Row {
  method: string;
  path: string;
  statuses: number[];
}

const FAMILIES = /^\/crm\/(v3\/|v4\/)?associations(\/.*)?\/(labels|types|usage|definitions)(\/|$)|^\/crm\/(v3\/)?object-library\//;

function readRows(): Row[] {
  const csv = readFileSync(fileURLToPath(new URL('../../src/catalogue/operations.csv', import.meta.url)), 'utf8');
  return csv.trim().split(/\r?\n/).slice(1).flatMap((line): Row[] => {
    const [method, path, , success] = line.split(',') as [string, string, string, string];
    const isOurs = FAMILIES.test(path) && !/\/limits\/|\/batch\/labels\/archive$/.test(path);
    return isOurs ? [{ method, path, statuses: success.split(' ').map(Number) }] : [];
  });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function send(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
  const response = await fetch(`${program.url}${path}`, {
    method, headers: { authorization: `Bearer ${program.token}`, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const LABELS = '/crm/v4/associations/contacts/companies/labels';
const CONFIGURATIONS = '/crm/v4/associations/definitions/configurations/contacts/companies/batch';
let serial = 0;
async function newLabel(): Promise<number> {
  const { status, body } = await send('POST', LABELS, { name: `walk_${serial++}`, label: `Walk ${serial}` });
  expect(status).toBe(200);
  return body.results[1].typeId;
}

/** Takes the step with a label of its own, which is deleted afterwards: ten are the most for a pair. */
async function take({ method, path }: Row): Promise<{ status: number; body: unknown }> {
  const at = path.replace('{fromObjectType}', 'contacts').replace('{toObjectType}', 'companies').replace('{userId}', '1').replace('{objectTypeId}', '0-421');
  const typeId = await newLabel();
  const limit = { inputs: [{ category: 'USER_DEFINED', typeId, maxToObjectIds: 5 }] };
  if (/batch\/(update|purge)$/.test(at)) await send('POST', `${CONFIGURATIONS}/create`, limit);
  const bodies: [RegExp, object | undefined][] = [
    [/^POST .*\/labels$/, { name: `made_${serial}`, label: `Made ${serial}` }], [/^PUT .*\/labels$/, { associationTypeId: typeId, label: `Renamed ${serial}` }],
    [/^POST .*\/batch\/\w+$/, limit], [/./, undefined],
  ];
  const answer = await send(method, at.replace('{associationTypeId}', String(typeId)), bodies.find(([pattern]) => pattern.test(`${method} ${at}`))![1]);
  if (method !== 'DELETE') await send('DELETE', `${LABELS}/${typeId}`);
  if (method === 'POST' && at.endsWith('/labels')) await send('DELETE', `${LABELS}/${(answer.body as { results: { typeId: number }[] }).results[1]!.typeId}`);
  return answer;
}

test('every documented operation succeeds', async () => {
  const rows = readRows();
  const faults: string[] = [];
  for (const row of rows) {
    const { status, body } = await take(row);
    // A 207 would be a success of nothing.
    if (!row.statuses.includes(status) || status === 207) faults.push(`${row.method} ${row.path}: ${status} instead of ${row.statuses.join(' or ')}: ${JSON.stringify(body).slice(0, 300)}`);
  }
  expect(faults).toEqual([]);
  expect(rows).toHaveLength(53);
});

test('the guides\' other roots lead there too (schema.md 1.5, 1.6)', async () => {
  for (const root of ['/crm/v4/associations', '/crm/associations/v4', '/crm/associations/2026-09-beta']) {
    for (const path of ['/definitions/configurations/all', '/definitions/configurations/contacts/companies', '/contacts/companies/labels']) {
      expect((await send('GET', `${root}${path}`)).status, root + path).toBe(200);
    }
  }
});
