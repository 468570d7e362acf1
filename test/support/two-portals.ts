// Two portals in one database: one that is filled with one of everything, each value marked; and another with next to nothing.

import { expect, vi } from 'vitest';
import { recordActivity } from '../../src/crm/activity.ts';
import { addTeam } from '../../src/crm/owners.ts';
import { takeBlock } from '../../src/db/ids.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from './spoke.ts';
import { TYPES, MADE_ELSEWHERE } from './walk.ts';

export const OTHER_PORTAL = 7654321;

/** In whatever of the first portal's the other one is never told: labels, values, descriptions. Names are asked for, so they may come back. */
export const SECRET = 'secret-of-a';
/** In values of its sensitive properties alone. */
export const CLASSIFIED = 'classified-of-a';
export const isClassified = (text: string): boolean => text.toLowerCase().includes(CLASSIFIED);
export const isSecret = (text: string): boolean => text.toLowerCase().includes(SECRET) || isClassified(text);

/** What the first portal has, by the names and ids that requests need. */
export interface Filled {
  /** One record of each type that can be made, and the type's name. */
  records: Record<string, string>;
  contacts: string[];
  companies: string[];
  deal: string;
  subscriptions: string[];
  archivedContact: string;
  /** Of a custom object. */
  customType: string;
  spareCustomType: string;
  ship: string;
  schemaAssociation: string;
  /** Type ids of labels from contacts to companies. */
  labels: number[];
  users: string[];
  owners: string[];
  team: string;
}

export interface TwoPortals {
  spoke: Spoke;
  a: Filled;
  /** Of the other portal. */
  b: { token: string; contact: string; company: string };
  /** The rows of the first portal in every table, as text. */
  dump: () => Promise<Record<string, string>>;
  /** The ids of all records of the first portal. */
  recordIds: () => Promise<string[]>;
}

/** The portal's own calls are added up beside requests, and written some time after. */
const COUNTED_LATER = ['api_usage'];

const PIPELINES = ['a_pipe', 'a_replaced', 'a_updated', 'a_gone'];
const STAGES = ['a_first', 'a_second', 'a_third', 'a_fourth'];

/** Starts both and fills the first. */
export async function startTwoPortals(): Promise<TwoPortals> {
  const spoke = await startSpoke();
  const token = await spoke.addPortal(OTHER_PORTAL);
  // Neighbours: their rows lie in one bucket, so that nothing but the portal's number keeps them apart. Their ids do not meet.
  await spoke.db.script(`update portal set bucket_home = (select bucket_home from portal where portal_id = ${PORTAL_ID}) where portal_id = ${OTHER_PORTAL}`);
  await takeBlock(spoke.db, OTHER_PORTAL, 'record', 1_000_000);
  const a = await fill(spoke);
  await recomputed(spoke);
  const own = async (type: string): Promise<string> => done(await spoke.post(`/crm/v3/objects/${type}`, { properties: {} }, { token })).id;
  const b = { token, contact: await own('contacts'), company: await own('carts') };

  const tables = (await spoke.db.query<{ name: string }>({
    text: `select table_name as name from information_schema.columns where column_name = 'portal_id' and table_schema = current_schema() order by 1`, values: [],
  })).map((row) => row.name).filter((name) => !COUNTED_LATER.includes(name));
  return {
    spoke, a, b,
    async dump() {
      // When a token was last used is noted on the side.
      const parts = tables.map((name) => `select '${name}' as name, coalesce(string_agg((to_jsonb(t) - 'last_used_at')::text, e'\\n' order by to_jsonb(t)::text), '') as rows from ${name} t where portal_id = $1::bigint`);
      const rows = await spoke.db.query<{ name: string; rows: string }>({ text: parts.join(' union all '), values: [PORTAL_ID] });
      return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
    },
    recordIds: async () => (await spoke.db.query<{ id: string }>({ text: 'select id::text from record where portal_id = $1::bigint', values: [PORTAL_ID] })).map((row) => row.id),
  };
}

/** The portal's formulas are worked on beside requests: until that is done, it changes by itself. */
async function recomputed(spoke: Spoke): Promise<void> {
  const isDone = async (): Promise<boolean> =>
    (await spoke.db.query({ text: `select 1 from portal where portal_id = $1::bigint and settings -> 'recomputing' <> '{}'::jsonb`, values: [PORTAL_ID] })).length === 0;
  await vi.waitUntil(isDone, { timeout: 20_000 });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
function done(answer: Answer): any {
  expect([200, 201, 204], JSON.stringify(answer.body)).toContain(answer.status);
  return answer.body;
}

async function fill(spoke: Spoke): Promise<Filled> {
  const post = async (path: string, body: unknown) => done(await spoke.post(path, body));
  const make = async (type: string, properties: object): Promise<string> => (await post(`/crm/objects/2026-09-beta/${type}`, { properties })).id;

  await post('/crm/v3/properties/contacts/groups', { name: 'a_group', label: SECRET });
  await post('/crm/v3/properties/contacts/groups', { name: 'a_empty_group', label: SECRET });
  const text = (name: string, more: object = {}): object => ({ name, label: SECRET, description: SECRET, type: 'string', fieldType: 'text', groupName: 'a_group', ...more });
  for (const property of [
    text('a_text'), text('a_unique', { hasUniqueValue: true }), text('a_sensitive', { dataSensitivity: 'sensitive', hasUniqueValue: true }), text('a_highly', { dataSensitivity: 'highly_sensitive' }), text('a_gone'), text('a_batch_gone'), text('a_archived'),
    text('a_choice', { type: 'enumeration', fieldType: 'select', options: [{ label: SECRET, value: 'a_option' }] }),
    text('a_formula', { fieldType: 'calculation_equation', calculationFormula: "concatenate(string(a_text), 'x')" }),
  ]) await post('/crm/v3/properties/contacts', property);
  done(await spoke.call('DELETE /crm/v3/properties/contacts/a_archived'));
  done(await spoke.call('PUT /crm/v3/property-validations/0-1/a_text/rule-type/MAX_LENGTH', { body: { ruleArguments: ['77'] } }));

  const pipeline = (pipelineId: string) => ({
    pipelineId, label: `${SECRET} ${pipelineId}`, displayOrder: 5,
    stages: STAGES.map((stageId, n) => ({ stageId: `${stageId}_${pipelineId}`, label: `${SECRET} ${stageId}`, displayOrder: n, metadata: { probability: '0.5' } })),
  });
  for (const id of PIPELINES) await post('/crm/v3/pipelines/deals', pipeline(id));

  const schema = (name: string) => ({
    name, labels: { singular: `${SECRET} ${name}`, plural: `${SECRET} ${name}s` }, description: SECRET, properties: [{ name: 'a_hull', label: SECRET }], requiredProperties: [],
    searchableProperties: ['a_hull'], secondaryDisplayProperties: [], primaryDisplayProperty: 'a_hull', associatedObjects: ['0-1'],
  });
  const ships = await post('/crm/v3/schemas', schema('a_ship'));
  const spare = await post('/crm/v3/schemas', schema('a_spare'));

  const labels: number[] = [];
  for (const name of ['a_label', 'a_renamed', 'a_deleted']) {
    const made = (await post('/crm/v4/associations/contacts/companies/labels', { name, label: `${SECRET} ${name}` })).results;
    labels.push(Math.min(...made.map((type: { typeId: number }) => type.typeId)));
  }
  const maximum = { category: 'USER_DEFINED', typeId: labels[0], maxToObjectIds: 7 };
  await post('/crm/v4/associations/definitions/configurations/contacts/companies/batch/create', { inputs: [maximum] });

  const team = String((await addTeam(spoke.db, PORTAL_ID, SECRET, new Date(0).toISOString()))!.id);
  const users: string[] = [];
  for (const n of [1, 2, 3]) users.push((await post('/settings/v3/users', { email: `a-user-${n}@example.org`, firstName: SECRET, lastName: SECRET, primaryTeamId: team })).id);
  const by = { at: NOW, userId: Number(users[0]) };
  await recordActivity(spoke.db, PORTAL_ID, 'login', { ...by, details: { email: 'a-user-1@example.org', ipAddress: '192.0.2.1', userAgent: SECRET, loginSucceeded: true } });
  await recordActivity(spoke.db, PORTAL_ID, 'security', { ...by, details: { type: 'PRIVATE_APP', objectId: SECRET, userEmail: 'a-user-1@example.org' } });
  const owners = (await spoke.get('/crm/v3/owners')).body.results.map((owner: { id: string }) => owner.id);

  const contacts: string[] = [];
  for (const n of Array.from({ length: 14 }, (_, i) => i)) {
    contacts.push(await make('contacts', { firstname: `${SECRET} ${n}`, lastname: 'Known', email: `a-${n}@example.org`, a_text: SECRET, a_unique: `a-unique-${n}`, a_sensitive: `${CLASSIFIED} ${n}`, a_highly: CLASSIFIED }));
    await spoke.call(`PATCH /crm/v3/objects/contacts/${contacts.at(-1)}`, { body: { properties: { firstname: `${SECRET} again ${n}` } } });
  }
  const companies = [await make('companies', { name: SECRET, domain: 'a.example.org' }), await make('companies', { name: SECRET })];
  const deal = await make('deals', { dealname: SECRET, pipeline: 'a_pipe', dealstage: 'a_first_a_pipe', hubspot_owner_id: owners.at(-1) });
  await post('/deal-splits/2025-09/batch/upsert', { inputs: [{ id: deal, splits: owners.slice(-2).map((ownerId: string) => ({ ownerId, percentage: 0.5 })) }] });
  const subscriptions = [await make('subscriptions', { hs_name: SECRET }), await make('subscriptions', { hs_name: SECRET })];
  await spoke.call(`POST /payments-subscriptions/v1/subscriptions/crm/${subscriptions[1]}/pause`);
  const ship = await make(ships.objectTypeId, { a_hull: SECRET });

  const records: Record<string, string> = { contacts: contacts[0]!, companies: companies[0]!, deals: deal, [ships.objectTypeId]: ship };
  const others = Object.keys(TYPES).filter((type) => !(type in MADE_ELSEWHERE) && !(type in records));
  let serial = 0;
  for (const type of others) {
    const needs = Object.fromEntries(Object.entries(TYPES[type]!.needs ?? {}).map(([name, value]) => [name, value === '<unique>' ? String(90_000 + serial++) : value]));
    const associations = type === 'leads' ? [{ to: { id: contacts[0] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] }] : [];
    records[type] = (await post(`/crm/objects/2026-09-beta/${type}`, { properties: needs, associations })).id;
  }

  const link = async (from: string, to: string) => done(await spoke.call(`PUT /crm/v4/objects/contacts/${from}/associations/companies/${to}`, {
    body: [{ associationCategory: 'USER_DEFINED', associationTypeId: labels[0] }, { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }],
  }));
  for (const id of contacts.slice(0, 6)) await link(id, companies[0]!);
  const archivedContact = await make('contacts', { firstname: SECRET, email: 'a-archived@example.org', a_sensitive: CLASSIFIED });
  done(await spoke.call(`DELETE /crm/v3/objects/contacts/${archivedContact}`));
  done(await spoke.post('/crm/v3/objects/contacts/gdpr-delete', { objectId: await make('contacts', { email: 'a-deleted@example.org' }) }));
  return {
    records, contacts, companies, deal, subscriptions, archivedContact, customType: ships.objectTypeId, spareCustomType: spare.objectTypeId, ship,
    schemaAssociation: ships.associations[0].id, labels, users, owners, team,
  };
}
