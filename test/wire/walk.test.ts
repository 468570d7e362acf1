// Every documented record operation (src/catalogue/operations.csv), of every object type in every version, against a
// running program: a base URL, a token and a fitting body. What each one answers in full is told in test/operations.

import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

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
/** operations.csv has no rows for it: its descriptions are one generic set, the one of 2025-09 (objects.md 1.4 [D]). */
const BETA = '/crm/objects/2026-09-beta';

const AT = '2026-10-02T08:00:00.000Z';
const stage = (hs_pipeline: string, hs_pipeline_stage: string): object => ({ hs_pipeline, hs_pipeline_stage });

/** Every object type with what a new record needs (objects.md 2.1) and its names in documented paths beside its own. */
const TYPES: Record<string, { needs?: object; names?: string[]; family?: string }> = {
  contacts: {}, companies: {}, deals: { names: ['0-3'] }, tickets: { needs: { hs_pipeline_stage: '1' } }, products: { needs: { name: 'Bolt' } }, line_items: {},
  quotes: { needs: { hs_title: 'Offer', hs_expiration_date: '2026-12-31' } },
  communications: { needs: { hs_timestamp: AT, hs_communication_channel_type: 'SMS' } }, tasks: { needs: { hs_timestamp: AT } },
  notes: { needs: { hs_timestamp: AT } }, meetings: { needs: { hs_timestamp: AT } }, calls: { needs: { hs_timestamp: AT } },
  emails: { needs: { hs_timestamp: AT, hs_email_direction: 'EMAIL' } }, postal_mail: { needs: { hs_timestamp: AT } },
  invoices: { needs: { hs_currency: 'EUR' } }, subscriptions: { needs: { hs_name: 'Plan' }, family: 'Commerce Subscriptions' },
  commerce_payments: { needs: { hs_initial_amount: '10', hs_initiated_date: AT }, names: ['payments'] },
  carts: {}, discounts: {}, fees: {}, taxes: {}, orders: { needs: { hs_order_name: 'No. 1' } }, goal_targets: {},
  marketing_events: { needs: { hs_event_name: 'Fair' } }, leads: { needs: { hs_lead_name: 'Ada' } },
  users: { needs: { hs_internal_user_id: '<unique>', hs_email: 'u@example.org' } },
  services: { needs: { hs_name: 'Fitting', ...stage('ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6', '8e2b21d0-7a90-4968-8f8c-a8525cc49c70') }, names: ['0-162'] },
  projects: { needs: { hs_name: 'Move', ...stage('139663aa-09ee-418e-b67d-c8cfcd3e5ce3', 'project-not-started') } },
  courses: { needs: { hs_course_name: 'Sums' }, names: ['0-410'] }, listings: { needs: { hs_name: 'House' }, names: ['0-420'] },
  appointments: { needs: { hs_appointment_name: 'Visit' } }, contracts: {}, feedback_submissions: {}, deal_splits: {}, partner_clients: {}, partner_services: {},
};
/** No client can make records of them: their own are put beside the program, where its database can be reached. */
const MADE_ELSEWHERE: Record<string, string> = { feedback_submissions: '0-19', deal_splits: '0-72', partner_clients: '0-145', partner_services: '0-164' };

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

// ---- the program

let program: Program;
let database: TestDatabase | undefined;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
beforeAll(async () => {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  await eachAtOnce(Object.keys(TYPES), addUniqueProperty);
  leadContact = (await send('POST /crm/v3/objects/contacts', { properties: {} })).body.id;
  if (database) for (const typeId of Object.values(MADE_ELSEWHERE)) await putBeside(database, typeId);
});
afterAll(async () => {
  agent.destroy();
  await program?.stop();
  await database?.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function send(request: string, body?: object): Promise<{ status: number; body: any }> {
  const [method, path] = request.split(' ') as [string, string];
  const sent = body === undefined ? '' : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${program.token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) };
    httpRequest(`${program.url}${path}`, { method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: answer.statusCode!, body: text && text[0] === '{' ? JSON.parse(text) : text }));
    }).on('error', reject).end(sent);
  });
}

async function eachAtOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: 12 }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  }));
}

/** `walk_no`, with unique values: what every type can be updated and upserted by. */
async function addUniqueProperty(type: string): Promise<void> {
  const { body } = await send(`GET /crm/v3/properties/${type}`);
  const answer = await send(`POST /crm/v3/properties/${type}`, {
    name: 'walk_no', label: 'Walk number', type: 'string', fieldType: 'text', groupName: body.results[0].groupName, hasUniqueValue: true,
  });
  expect(answer.status, `${type}: ${JSON.stringify(answer.body)}`).toBe(201);
}

const BESIDE = 4096 * 1_000_000;
async function putBeside({ db }: TestDatabase, typeId: string): Promise<void> {
  const { id } = (await send('POST /crm/v3/objects/companies', { properties: { name: 'Template' } })).body;
  await db.query({
    text: `insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
      select bucket, portal_id, $1, id % 4096 + $2::bigint + 4096 * n, '{}', 1, created_at, updated_at from record, generate_series(0, 99) n where id = $3::bigint`,
    values: [typeId, BESIDE, id],
  });
}

let serial = 0;
const newNumber = (): string => `walk ${serial++}`;

/** A lead belongs to a contact from the first day (objects.md 2.1 [D]). */
let leadContact: string;

const newRecord = (type: string): object => ({
  ...(type === 'leads' ? { associations: [{ to: { id: leadContact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] }] } : {}),
  properties: { ...Object.fromEntries(Object.entries(TYPES[type]!.needs ?? {}).map(([name, value]) => [name, value === '<unique>' ? String(++serial) : value])), walk_no: newNumber() },
});

/** Ids of new records; in the beta, which makes all types that can be made. */
async function newIds(type: string, count: number): Promise<string[]> {
  if (type in MADE_ELSEWHERE) {
    const { body } = await send(`GET ${BETA}/${type}?limit=${count}`);
    // On PGlite nobody but the program reaches its database: an id that is not there.
    return Array.from({ length: count }, (_, n) => body.results[n]?.id ?? '4097');
  }
  const answer = await send(`POST ${BETA}/${type}/batch/create`, { inputs: Array.from({ length: count }, () => newRecord(type)) });
  expect(answer.status, `${type}: ${JSON.stringify(answer.body)}`).toBe(201);
  return answer.body.results.map((record: { id: string }) => record.id);
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
