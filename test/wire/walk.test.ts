// Every documented record operation (src/catalogue/operations.csv), of every object type in every version, against a
// running program: a base URL, a token and a fitting body. What each one answers in full is told in test/operations.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BETA, database, eachAtOnce, endWalk, MADE_ELSEWHERE, newIds, newNumber, newRecord, send, startWalk, TYPES } from '../support/walk.ts';

beforeAll(startWalk);
afterAll(endWalk);

// ---- what is walked

/** The record operations, by method and path below the type (objects.md 1.2). */
const OPERATIONS = [
  'GET ', 'POST ', 'GET /{}', 'PATCH /{}', 'DELETE /{}', 'POST /batch/create', 'POST /batch/read', 'POST /batch/update', 'POST /batch/upsert',
  'POST /batch/archive', 'POST /merge', 'POST /gdpr-delete', 'POST /search',
] as const;
type OperationName = (typeof OPERATIONS)[number];

/** Of most types only the generic sets tell that they have it (objects.md 1.4, UNVERIFIED). */
const SOME_TYPES_ONLY: readonly OperationName[] = ['POST /merge', 'POST /gdpr-delete'];

const ROOT = String.raw`/crm/v3/objects|/crm/objects/(?:v3|2025-09|2026-03|2026-09-beta|2026-09)`;

interface Row {
  operation: OperationName;
  root: string;
  /** `contacts`, `0-3`, `{objectType}` */
  segment: string;
  statuses: number[];
  families: string[];
}

function readRows(): Row[] {
  const csv = readFileSync(fileURLToPath(new URL('../../src/catalogue/operations.csv', import.meta.url)), 'utf8');
  const rows = csv.trim().split(/\r?\n/).slice(1).flatMap((line): Row[] => {
    const [method, path, , success, family] = line.split(',') as [string, string, string, string, string];
    const [, root, segment, rest] = new RegExp(`^(${ROOT})/([^/]+)(.*)$`).exec(path) ?? [];
    const operation = OPERATIONS.find((name) => name === `${method} ${rest?.replace(/\{\w+\}/g, '{}').replace(/\/$/, '')}`);
    return operation ? [{ operation, root: root!, segment: segment!, statuses: success.split(' ').map(Number), families: family.split('; ') }] : [];
  });
  return [...rows, ...rows.filter((row) => row.root === '/crm/objects/2025-09').map((row) => ({ ...row, root: BETA }))];
}

/** One operation of one type in one version. */
interface Step extends Row {
  type: string;
  path: string;
}

function stepsOf(rows: Row[]): Step[] {
  return rows.flatMap((row) => {
    const [, below] = row.operation.split(' ') as [string, string];
    const types = row.segment.startsWith('{') ? Object.keys(TYPES).map((type) => [type, type]) : [[row.segment, typeOf(row.segment)]];
    return types.map(([segment, type]) => ({ ...row, type: type!, path: `${row.root}/${segment}${below}` }));
  });
}

function typeOf(segment: string): string {
  const found = Object.entries(TYPES).find(([name, { names }]) => name === segment || names?.includes(segment));
  if (!found) throw new Error(`operations.csv has a type that this walk does not know: ${segment}`);
  return found[0];
}

/** Takes one step with records of its own. `ids` are of four new records. */
async function take(step: Step, ids: string[]): Promise<{ status: number; body: { message?: string } }> {
  const { type } = step;
  const at = `${step.operation.split(' ')[0]} ${step.path}`;
  const [one, two, three, four] = ids;
  switch (step.operation) {
    case 'GET ': return await send(`${at}?limit=2`);
    case 'POST ': return await send(at, newRecord(type));
    case 'GET /{}': return await send(at.replace('{}', one!));
    case 'PATCH /{}': return await send(at.replace('{}', one!), { properties: { walk_no: newNumber() } });
    case 'DELETE /{}': return await send(at.replace('{}', two!));
    case 'POST /batch/create': return await send(at, { inputs: [newRecord(type), newRecord(type)] });
    case 'POST /batch/read': return await send(at, { inputs: known(type, one!) });
    case 'POST /batch/update': return await send(at, { inputs: known(type, one!).map((input) => ({ ...input, properties: { walk_no: newNumber() } })) });
    case 'POST /batch/upsert': {
      // An upsert has no place for the association that a new lead needs.
      const made = type === 'leads' ? [] : [{ ...newRecord(type), idProperty: 'walk_no', id: newNumber() }];
      return await send(at, { inputs: [...made, { id: one, properties: {} }] });
    }
    case 'POST /batch/archive': return await send(at, { inputs: [{ id: three }] });
    case 'POST /merge': {
      // Of its own: merged twice, two records are one.
      const [primary, other] = await newIds(type, 2);
      return await send(at, { primaryObjectId: primary, objectIdToMerge: other });
    }
    case 'POST /gdpr-delete': return await send(at, { objectId: four });
    case 'POST /search': return await send(at, { filterGroups: [], properties: [], limit: 1, after: '0', sorts: [] });
    default: return step.operation satisfies never;
  }
}

const known = (type: string, id: string): { id: string }[] => (type in MADE_ELSEWHERE && !database ? [] : [{ id }]);

const familyOf = (type: string): string => TYPES[type]!.family ?? type.split('_').map((word) => word[0]!.toUpperCase() + word.slice(1)).join(' ');

/** True when the documentation speaks of the type itself: a row with its name, or one that lists it. The sets of 2025-09 and the beta are generic. */
function isDocumented(step: Step, rows: Row[]): boolean {
  if (!step.segment.startsWith('{')) return true;
  if (rows.some((row) => row.root === step.root && row.operation === step.operation && !row.segment.startsWith('{') && typeOf(row.segment) === step.type)) return true;
  return !['/crm/objects/2025-09', BETA].includes(step.root) && step.families.includes(familyOf(step.type));
}

test('every documented record operation is served, or refused where no document offers it to the type', async () => {
  const rows = readRows();
  const groups = [...Map.groupBy(stepsOf(rows), (step) => `${step.root} ${step.path.split('/')[4]}`).values()];
  const faults: string[] = [];
  const count = { walked: 0, refused: 0, notThere: 0 };
  const refusedTypes = new Set<string>();

  await eachAtOnce(groups, async (steps) => {
    const ids = await newIds(steps[0]!.type, 4);
    for (const step of steps) {
      const { status, body } = await take(step, ids);
      const noRecord = step.type in MADE_ELSEWHERE && !database && status === 404 && body.message === 'resource not found';
      if (step.statuses.includes(status)) count.walked++;
      else if (noRecord) count.notThere++;
      else if (status === 405 && !isDocumented(step, rows)) {
        count.refused++;
        if (!SOME_TYPES_ONLY.includes(step.operation)) refusedTypes.add(step.type);
      } else faults.push(`${step.operation.split(' ')[0]} ${step.path}: ${status} instead of ${step.statuses.join(' or ')}: ${JSON.stringify(body).slice(0, 300)}`);
    }
  });

  expect(faults).toEqual([]);
  // Whatever refuses them, only these types are without some of the generic operations (objects.md 1.4 [D]).
  expect([...refusedTypes].sort()).toEqual(['contracts', 'deal_splits', 'feedback_submissions', 'goal_targets', 'partner_clients', 'partner_services']);
  const total = count.walked + count.refused + count.notThere;
  console.log(`walked ${total} record operations: ${count.walked} succeed, ${count.refused} are refused as not offered to their type, `
    + `${count.notThere} find no record that a client could make`);
  expect(total).toBeGreaterThan(2_000);
}, 60_000);
