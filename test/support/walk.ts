// What the walks over every documented operation share (test/wire): a program, requests to it, and records of every object
// type in it.

import { Agent, request as httpRequest } from 'node:http';
import { expect, inject } from 'vitest';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { type Program, startProgram } from './program.ts';

/** operations.csv has no rows for it: its descriptions are one generic set, the one of 2025-09 (objects.md 1.4 [D]). */
export const BETA = '/crm/objects/2026-09-beta';

const AT = '2026-10-02T08:00:00.000Z';
const stage = (hs_pipeline: string, hs_pipeline_stage: string): object => ({ hs_pipeline, hs_pipeline_stage });

/** Every object type with what a new record needs (objects.md 2.1) and its names in documented paths beside its own. */
export const TYPES: Record<string, { needs?: object; names?: string[]; family?: string }> = {
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
export const MADE_ELSEWHERE: Record<string, string> = { feedback_submissions: '0-19', deal_splits: '0-72', partner_clients: '0-145', partner_services: '0-164' };

let program: Program;
export let database: TestDatabase | undefined;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Starts the program, over a server that the test reaches too, or over a database in its own memory. */
export async function startWalk(): Promise<void> {
  database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  await eachAtOnce(Object.keys(TYPES), addUniqueProperty);
  leadContact = (await send('POST /crm/v3/objects/contacts', { properties: {} })).body.id;
  if (database) for (const typeId of Object.values(MADE_ELSEWHERE)) await putBeside(database, typeId);
}

export async function endWalk(): Promise<void> {
  agent.destroy();
  await program?.stop();
  await database?.close();
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function send(request: string, body?: object): Promise<{ status: number; body: any }> {
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

export async function eachAtOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
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
export const newNumber = (): string => `walk ${serial++}`;

/** A lead belongs to a contact from the first day (objects.md 2.1 [D]). */
let leadContact: string;

export const newRecord = (type: string): object => ({
  ...(type === 'leads' ? { associations: [{ to: { id: leadContact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] }] } : {}),
  properties: { ...Object.fromEntries(Object.entries(TYPES[type]!.needs ?? {}).map(([name, value]) => [name, value === '<unique>' ? String(++serial) : value])), walk_no: newNumber() },
});

/** Ids of new records; in the beta, which makes all types that can be made. */
export async function newIds(type: string, count: number): Promise<string[]> {
  if (type in MADE_ELSEWHERE) {
    const { body } = await send(`GET ${BETA}/${type}?limit=${count}`);
    // On PGlite nobody but the program reaches its database: an id that is not there.
    return Array.from({ length: count }, (_, n) => body.results[n]?.id ?? '4097');
  }
  const answer = await send(`POST ${BETA}/${type}/batch/create`, { inputs: Array.from({ length: count }, () => newRecord(type)) });
  expect(answer.status, `${type}: ${JSON.stringify(answer.body)}`).toBe(201);
  return answer.body.results.map((record: { id: string }) => record.id);
}
