// Every documented operation on associations between records (src/catalogue/operations.csv), in every version, between
// object types of every kind, against a running program. What each one answers in full is told in test/operations.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCatalogue, resolveObjectType, unlabeledType } from '../../src/catalogue/load.ts';
import { database, eachAtOnce, endWalk, MADE_ELSEWHERE, newIds, send, startWalk, TYPES } from '../support/walk.ts';

beforeAll(startWalk);
afterAll(endWalk);

/** The operations on associations of records, by what their documented paths end in; what is made comes first, then what reads, then what removes. */
const STEPS: [pattern: RegExp, name: Step][] = [
  [/^POST .*\/batch\/create$/, 'batch/create'], [/^POST .*\/batch\/associate\/default$/, 'batch/associate/default'], [/^PUT .*\/associations\/default\/.*/, 'PUT default'],
  [/^PUT .*\/\{associationType\}$/, 'PUT by name'], [/^PUT .*\/associations\/[^/]+\/[^/]+$/, 'PUT'],
  [/^POST .*\/batch\/read$/, 'batch/read'], [/^GET .*\/associations\/[^/]+$/, 'GET'],
  [/^POST .*\/batch\/labels\/archive$/, 'batch/labels/archive'], [/^POST .*\/batch\/archive$/, 'batch/archive'],
  [/^DELETE .*\/\{associationType\}$/, 'DELETE by name'], [/^DELETE .*\/associations\/[^/]+\/[^/]+$/, 'DELETE'],
];
type Step = 'batch/create' | 'batch/associate/default' | 'PUT default' | 'PUT by name' | 'PUT' | 'batch/read' | 'GET' | 'batch/labels/archive' | 'batch/archive' | 'DELETE by name' | 'DELETE';

interface Row {
  method: string;
  path: string;
  version: string;
  statuses: number[];
  step: Step;
  rank: number;
}

function readRows(): Row[] {
  const csv = readFileSync(fileURLToPath(new URL('../../src/catalogue/operations.csv', import.meta.url)), 'utf8');
  const rows = csv.trim().split(/\r?\n/).slice(1).flatMap((line): Row[] => {
    const [method, path, version, success] = line.split(',') as [string, string, string, string, string];
    if (!/^\/crm\/(objects\/|v[34]\/objects\/).*\/associations\/|^\/crm\/(v[34]\/)?associations\/.*\/batch\//.test(path) || path.includes('/definitions/')) return [];
    const rank = STEPS.findIndex(([pattern]) => pattern.test(`${method} ${path}`));
    if (rank < 0) throw new Error(`operations.csv has a row that this walk does not know: ${line}`);
    return [{ method, path, version, statuses: success.split(' ').map(Number), step: STEPS[rank]![1], rank }];
  });
  // Not in the documentation's list: the beta as 2026-03, and v3 below its other root (objects.md 1.1).
  const beta = rows.filter((row) => row.version === '2026-03').map((row) => ({ ...row, path: row.path.replace('/2026-03/', '/2026-09-beta/') }));
  const other = rows.filter((row) => row.path.startsWith('/crm/objects/v3/')).map((row) => ({ ...row, path: row.path.replace('/crm/objects/v3/', '/crm/v3/objects/') }));
  return [...rows, ...beta, ...other].sort((a, b) => a.rank - b.rank);
}

/** Of each type that clients can make records of, the types that it is walked with: the first of these that it can be associated with (of the central ones four), and itself. */
const PARTNERS = ['contacts', 'companies', 'deals', 'line_items', 'tickets', 'products'];

function pairsOfTypes(): [string, string][] {
  const catalogue = loadCatalogue();
  const idOf = (name: string): string => resolveObjectType(catalogue, name)!.id;
  const associable = (from: string, to: string): boolean => unlabeledType(catalogue, idOf(from), idOf(to))?.inverseTypeId != null;
  return Object.keys(TYPES).filter((type) => !(type in MADE_ELSEWHERE)).flatMap((type) => {
    const partners = PARTNERS.filter((partner) => partner !== type && associable(type, partner)).slice(0, type === 'contacts' || type === 'deals' ? 4 : 1);
    return [...partners, ...(associable(type, type) ? [type] : [])].map((to): [string, string] => [type, to]);
  });
}

/** Takes one step between two records of the types. */
async function take(row: Row, [from, to]: [string, string], [a, b]: [string, string]): Promise<{ status: number; body: unknown }> {
  const catalogue = loadCatalogue();
  const type = unlabeledType(catalogue, resolveObjectType(catalogue, from)!.id, resolveObjectType(catalogue, to)!.id)!;
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: type.typeId }];
  const ends = { from: { id: a }, to: { id: b } };
  const path = row.path.replace(/\{(from)?[oO]bjectType\}/, from).replace(/\{(from)?[oO]bjectId\}|\{partner(Client|Service)Id\}/, a)
    .replace('{toObjectType}', to).replace('{toObjectId}', b).replace('{associationType}', row.version === 'v3' && row.rank % 2 ? type.name : String(type.typeId));
  const bodies: Partial<Record<Step, object>> = row.version === 'v3' ? {
    'batch/create': { inputs: [{ ...ends, type: type.name }] }, 'batch/archive': { inputs: [{ ...ends, type: type.name }] }, 'batch/read': { inputs: [{ id: a }] },
  } : {
    'batch/create': { inputs: [{ ...ends, types }] }, 'batch/associate/default': { inputs: [ends] }, PUT: types, 'batch/read': { inputs: [{ id: a }] },
    'batch/labels/archive': { inputs: [{ ...ends, types }] }, 'batch/archive': { inputs: [{ from: ends.from, to: [ends.to] }] },
  };
  return await send(`${row.method} ${path}`, bodies[row.step]);
}

test('every documented operation on associations of records is served between types of every kind', async () => {
  const rows = readRows();
  const pairs = pairsOfTypes();
  const faults: string[] = [];
  let succeeded = 0;
  let notThere = 0;
  const check = (row: Row, types: [string, string], { status, body }: { status: number; body: unknown }): void => {
    // A 207 would be a success of nothing.
    if (row.statuses.includes(status) && status !== 207 && !JSON.stringify(body).includes('numErrors')) succeeded++;
    else faults.push(`${row.method} ${row.path} (${types.join(' to ')}): ${status} instead of ${row.statuses.join(' or ')}: ${JSON.stringify(body).slice(0, 300)}`);
  };

  await eachAtOnce(pairs, async (types) => {
    const [[a], b] = [await newIds(types[0], 1) as [string], (await newIds(types[1], 2))[1]!];
    for (const row of rows) if (!/partner_/.test(row.path)) check(row, types, await take(row, types, [a, b]));
  });

  // Partners have no association types, and no client can make them: their lists are empty, or of nobody.
  for (const name of ['partner_clients', 'partner_services']) {
    const [a] = await newIds(name, 1) as [string];
    for (const row of rows.filter((one) => one.path.includes(name))) {
      notThere++;
      const path = row.path.replace(/\{partner\w+\}/, a).replace('{toObjectType}', 'contacts').replace('{toObjectId}', '1').replace('{associationType}', '1');
      const { status } = await send(`${row.method} ${path}`);
      if (status !== (row.step !== 'GET' ? 400 : database ? 200 : 404)) faults.push(`${row.method} ${row.path}: ${status}`);
    }
  }

  expect(faults).toEqual([]);
  console.log(`walked ${succeeded + notThere} operations on associations, ${rows.length} of the documentation between ${pairs.length} pairs of types: `
    + `${succeeded} succeed, ${notThere} are of partners, who have no association types`);
  expect(succeeded).toBeGreaterThan(1_900);
}, 60_000);
