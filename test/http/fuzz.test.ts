// Anything at all, sent to every operation: never a 5xx, every refusal in the envelope, and a refused write leaves the
// tables as they were. Bodies are made from the operation's own schema, then bent, so that new operations are met too.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routesOf } from '../../src/http/mount.ts';
import { operations } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { formOf, oauthIn, REDIRECT_URI } from '../support/oauth.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

const SEED = 20_261_002;
/** Requests to each operation; `FUZZ_RUNS=1000` for a long search. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const TABLES = [
  'record', 'association', 'unique_value', 'record_revision', 'property', 'archived_property', 'property_group', 'association_type',
  'association_limit', 'property_validation', 'object_type', 'pipeline', 'pipeline_change', 'owner', 'portal_user', 'archived_association', 'association_count',
  'app', 'app_install', 'oauth_code',
  // When a token was last used is noted on the side.
  '(select token_hash, scopes, expires_at, revoked_at from token)',
];

let spoke: Spoke;
/** What a text of the same name in a form stands for. */
let secrets: Record<string, string>;
beforeAll(async () => {
  spoke = await startSpoke();
  const oauth = oauthIn(() => spoke, () => NOW);
  const app = await oauth.app();
  const { accessToken, refreshToken } = await oauth.install(app);
  secrets = { CLIENT: app.clientId, SECRET: app.clientSecret, CODE: await oauth.code(app), ACCESS: accessToken, REFRESH: refreshToken };
  await spoke.post('/crm/v3/properties/contacts', { name: 'badge', label: 'Badge', type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true });
  await spoke.post('/crm/v3/properties/contacts', { name: 'score', label: 'Score', type: 'number', fieldType: 'number', groupName: 'contactinformation' });
  const emails = ['ada@example.org', 'bob@example.org'];
  await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: emails.map((email) => ({ properties: { email, badge: email } })) });
  await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'Acme', domain: 'acme.test' } }] });
  await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'partner', label: 'Partner', inverseLabel: 'Partner of' });
  await spoke.post('/crm/v4/associations/contacts/contacts/labels', { name: 'friend', label: 'Friend' });
  await spoke.post('/crm/v3/pipelines/deals', { pipelineId: 'fuzz', label: 'Fuzz', displayOrder: 1, stages: [{ stageId: 'first', label: 'First', displayOrder: 0, metadata: { probability: '0.5' } }] });
  await spoke.post('/crm/v3/objects/contacts/batch/upsert', { inputs: [{ idProperty: 'email', id: emails[0], properties: { firstname: 'Ada' } }] });
});
afterAll(() => spoke.close());

// ---- texts: those that mean something here, those that mean trouble anywhere, and any other

const IDS = [1, 2, 3].map((n) => String(n * 4096 + 2343));
const KNOWN = [
  ...IDS, 'email', 'badge', 'score', 'firstname', 'lifecyclestage', 'hs_object_id', 'createdate', 'domain', 'contacts', 'companies', '0-1', '0-2', 'deals',
  'ada@example.org', 'BOB@example.org', 'new@example.org', 'string', 'text', 'number', 'enumeration', 'select', 'contactinformation', 'true', 'lead', 'calculation_equation',
  'score * 2', "if string(badge) = 'x' then 1 else score / 0", 'MAX_LENGTH', 'REGEX', 'DECIMAL', '[a-z]+',
];
const TROUBLE = [
  '', ' ', '\uFFFF', '😀', 'é\u0301', '\u202E', '../..', '%', '%00', '%2F', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  "' or 1=1 --", '{"a":1}', 'null', 'NaN', '-1', '0', '-0', '1e400', '9007199254740993', '99999999999999999999', '0-9999', '2-1', 'x'.repeat(3_000),
];
/** No texts that an index could squeeze small. */
const LONG = Array.from({ length: 10 }, (_, n) => Array.from({ length: 9_000 }, (_, i) => ((i + 7) * (i + 13) * (i + n + 31) % 46_649).toString(36)).join(''));
/** Made once: each one made goes through all of Unicode. */
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyShortText = fc.string({ unit: 'binary', maxLength: 3 });
const anyJson = fc.json();
const anything = fc.anything();
const word = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...KNOWN) }, { weight: 4, arbitrary: fc.constantFrom(...TROUBLE) },
  { weight: 1, arbitrary: anyText }, { weight: 2, arbitrary: fc.constantFrom('\0', 'a\0b', '\uD800', 'x\uDC00') },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 9 }).map((n) => LONG[n]!) },
);
const wholeNumber = fc.oneof(fc.constantFrom(1, 2, 279, 0, -1, Number(IDS[0]), 2 ** 31, 2 ** 53, 1e300), fc.integer());

// ---- bodies

interface Schema {
  type?: string;
  anyOf?: Schema[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
}

/** Values of the schema: well-formed, sensible or not. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesOf));
  switch (schema.type) {
    case 'string': return word;
    case 'integer': return wholeNumber;
    case 'number': return fc.oneof(wholeNumber, fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    case 'array': return fc.array(valuesOf(schema.items!), { maxLength: 4 });
    case 'object': {
      const [values] = Object.values(schema.patternProperties ?? {});
      if (values) return fc.dictionary(word, valuesOf(values), { maxKeys: 4 });
      const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, valuesOf(inner)]));
      return fc.record(properties, { requiredKeys: schema.required ?? [] });
    }
    default: throw new Error(`the fuzzer does not know ${JSON.stringify(schema)}`);
  }
}

/** Bodies that are accepted: one text of them is exchanged, so that what is odd gets past the first checks. # is a number. */
const SENSIBLE: Record<string, unknown[]> = {
  'records.batchCreate': [
    { inputs: [{ properties: { firstname: 'Eve', badge: 'b1#', score: '5' }, associations: [{ to: { id: IDS[2] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }] }] },
    { inputs: [{ objectWriteTraceId: 'a', properties: { badge: 'b2#' } }, { objectWriteTraceId: 'b', properties: { email: 'ada@example.org' } }] },
  ],
  'records.batchUpsert': [
    { inputs: [{ id: 'b3#', idProperty: 'badge', properties: { lastname: 'Moss' } }] }, { inputs: [{ id: IDS[0], properties: { badge: 'b4#', firstname: '' } }] },
    { inputs: [{ id: 'ada@example.org', idProperty: 'email', properties: { score: '7', badge: 'b5#' } }] },
  ],
  'records.batchRead': [{ inputs: [{ id: 'ada@example.org' }], idProperty: 'email', properties: ['badge'], propertiesWithHistory: ['firstname'] }],
  'associations.batchCreate': [{ inputs: [{ from: { id: IDS[0] }, to: { id: IDS[2] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }] }],
  'associations.batchRead': [{ inputs: [{ id: IDS[0] }, { id: IDS[2], after: '12288' }] }],
  'associations.batchReadV3': [{ inputs: [{ id: IDS[0] }] }],
  'associations.batchArchive': [{ inputs: [{ from: { id: IDS[0] }, to: [{ id: IDS[2] }, { id: IDS[1] }] }] }],
  'associations.batchArchiveLabels': [{ inputs: [{ from: { id: IDS[0] }, to: { id: IDS[2] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }] }],
  'associations.batchCreateDefault': [{ inputs: [{ from: { id: IDS[0] }, to: { id: IDS[2] } }, { from: { id: IDS[1] }, to: { id: IDS[2] } }] }],
  'associations.batchCreateV3': [
    { inputs: [{ from: { id: IDS[0] }, to: { id: IDS[2] }, type: 'contact_to_company' }] }, { inputs: [{ from: { id: IDS[1] }, to: { id: IDS[2] }, type: '279' }] },
  ],
  'associations.batchArchiveV3': [{ inputs: [{ from: { id: IDS[0] }, to: { id: IDS[2] }, type: 'contact_to_company' }] }],
  'associations.create': [[{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }, { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }]],
  'associations.createLabel': [{ name: 'partner#', label: 'Partner', inverseLabel: 'Partner of' }],
  'associations.updateLabel': [{ associationTypeId: 1, label: 'Partner#', inverseLabel: 'Partner of#' }, { associationTypeId: 3, label: 'Friend#' }],
  'associationLimits.batchCreate': [{ inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: 5 }, { category: 'USER_DEFINED', typeId: 1, maxToObjectIds: 3 }] }],
  'associationLimits.batchUpdate': [{ inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: 7 }, { category: 'USER_DEFINED', typeId: 1, maxToObjectIds: 2 }] }],
  'associationLimits.batchPurge': [{ inputs: [{ category: 'USER_DEFINED', typeId: 1 }] }],
  'records.search': [
    { filterGroups: [{ filters: [{ propertyName: 'firstname', operator: 'CONTAINS_TOKEN', value: 'Ada*' }, { propertyName: 'createdate', operator: 'GTE', value: '2020-01-01' }] }], sorts: ['-lastmodifieddate'], query: 'ada' },
    { filters: [{ propertyName: 'score', operator: 'BETWEEN', value: '1', highValue: '9' }, { propertyName: 'email', operator: 'IN', values: ['ada@example.org'] }], properties: ['badge'], limit: 5, after: '0' },
    { filterGroups: [{ filters: [{ propertyName: 'createdate', operator: 'CONTAINS_TOKEN', value: '2026' }, { propertyName: 'hs_object_id', operator: 'NEQ', value: '1' }, { propertyName: 'lifecyclestage', operator: 'EQ', value: 'lead' }] }], sorts: [{ propertyName: 'score', direction: 'DESCENDING' }] },
  ],
  'schemas.create': [{ name: 'car#', labels: { singular: 'Car', plural: 'Cars' }, properties: [{ name: 'model', label: 'Model' }], requiredProperties: ['model'], primaryDisplayProperty: 'model', associatedObjects: ['0-1'] }],
  'pipelines.create': [{ pipelineId: 'f#', label: 'F#', displayOrder: 1, stages: [{ stageId: 's#', label: 'S', displayOrder: 0, metadata: { probability: '0.5', ticketState: 'OPEN' } }] }],
  'pipelines.replace': [{ label: 'Fuzz#', displayOrder: 1, stages: [{ stageId: 'first', label: 'First', displayOrder: 0, metadata: { probability: '0.5' } }, { label: 'More#', displayOrder: 1, metadata: { probability: '1.0' } }] }],
  'pipelines.update': [{ label: 'Fuzz#' }, { archived: false, label: 'Fuzz' }],
  'stages.create': [{ stageId: 't#', label: 'T#', displayOrder: 0, metadata: { probability: '0.5', state: 'OPEN' } }],
  'stages.replace': [{ label: 'U#', displayOrder: 0, metadata: { probability: '0.5', state: 'OPEN' } }],
  'stages.update': [{ label: 'V#', metadata: { probability: '0.7', state: 'CLOSED' } }],
  'users.create': [{ email: 'u#@example.org', firstName: 'U', lastName: 'Ser', primaryTeamId: '1', secondaryTeamIds: ['1'] }, { email: 'v#@example.org', firstName: 'V' }],
  'users.update': [{ firstName: 'W#', lastName: 'X' }, { secondaryTeamIds: ['1'] }],
  'properties.create': [
    { name: 'size#', label: 'Size', type: 'enumeration', fieldType: 'select', groupName: 'contactinformation', options: [{ label: 'S', value: 's', description: 'small' }], description: 'how big' },
    { name: 'code#', label: 'Code', type: 'string', fieldType: 'text', groupName: 'contactinformation', referencedObjectType: 'CONTACT' },
    { name: 'secret#', label: 'Secret', type: 'string', fieldType: 'text', groupName: 'contactinformation', dataSensitivity: 'sensitive', textDisplayHint: 'email' },
  ],
  'properties.update': [
    { label: 'Badge#', description: 'worn', groupName: 'contactinformation' }, { type: 'string', fieldType: 'textarea', textDisplayHint: 'multi_line' },
    { type: 'enumeration', fieldType: 'select', options: [{ label: 'One', value: 'v#' }] },
  ],
  'properties.batchCreate': [{ inputs: [
    { name: 'length#', label: 'Length', type: 'number', fieldType: 'number', groupName: 'contactinformation', numberDisplayHint: 'formatted' },
    { name: 'length#', label: 'Again', type: 'number', fieldType: 'number', groupName: 'contactinformation' },
  ] }],
  'properties.batchRead': [{ archived: false, inputs: [{ name: 'badge' }, { name: 'score' }] }, { archived: true, inputs: [{ name: 'badge' }] }],
  'properties.batchArchive': [{ inputs: [{ name: 'score' }, { name: 'badge' }] }, { inputs: [{ name: 'email' }] }],
  'propertyGroups.create': [{ name: 'group#', label: 'Group', displayOrder: 3 }],
  'propertyGroups.update': [{ label: 'Group#', displayOrder: 1 }],
};

/** The value with its n-th text exchanged. */
function exchange(value: unknown, n: number, word: string): unknown {
  const texts: string[] = [];
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? texts.push(part) : part));
  let at = 0;
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => (typeof part === 'string' && at++ === n % texts.length ? word : part));
}

/** Replaces, at each level of the value, a few parts by anything. `dice` are read one after the other. */
function bend(value: unknown, dice: readonly number[], any: unknown): unknown {
  let at = 0;
  const walk = (part: unknown): unknown => {
    const roll = dice[at++ % dice.length]!;
    if (roll === 0) return any;
    if (roll === 1 && part !== null && typeof part === 'object') return Array.isArray(part) ? { 0: part } : [part];
    if (Array.isArray(part)) return part.map(walk);
    if (part === null || typeof part !== 'object') return part;
    const entries = Object.entries(part).filter(() => dice[at++ % dice.length] !== 2).map(([name, inner]) => [name, walk(inner)] as const);
    return Object.fromEntries(entries);
  };
  return walk(value);
}

const RAW = [
  '', ' ', '\0', '{', '[]', 'null', '0', '"inputs"', '{"inputs":[}', '{"inputs":[],}', '\uFEFF{"inputs":[]}', '{"inputs":[],"inputs":{}}',
  '{"inputs":[{"properties":{"__proto__":{"email":"x"},"__proto__":"y"}}]}', '{"__proto__":{"inputs":[]}}', '{"inputs":{"length":1}}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`, `{"inputs":${'[{"properties":'.repeat(3_000)}`, `{"inputs":[{"properties":{"firstname":${'9'.repeat(400)}}}]}`,
  '{"inputs":[{"properties":{"firstname":1e999}}]}', '{"inputs":[{"properties":{"email":"\\ud800@example.org","firstname":"\\u0000"}}]}',
  `{"inputs":[{"properties":{${Array.from({ length: 500 }, (_, i) => `"p${i}":${i}`).join(',')}}}]}`,
  `{"inputs":[${Array.from({ length: 101 }, () => '{"id":"1","properties":{}}').join(',')}]}`, 'inputs=1&a=b', '<xml/>',
];

const text = (value: unknown): string => JSON.stringify(value) ?? '';

function bodiesOf(id: string, schema: Schema): fc.Arbitrary<string> {
  const valid = valuesOf(schema);
  const sensible = SENSIBLE[id];
  return fc.oneof(
    ...(sensible ? [{ weight: 8, arbitrary: fc.tuple(fc.constantFrom(...sensible), fc.nat(20), word, fc.nat()).map(([good, n, odd, once]) => text(exchange(good, n, odd)).replaceAll('#', String(once))) }] : []),
    { weight: 5, arbitrary: valid.map(text) },
    { weight: 4, arbitrary: fc.tuple(valid, fc.array(fc.nat(9), { minLength: 3, maxLength: 12 }), anything).map(([value, dice, any]) => text(bend(value, dice, jsonOf(any)))) },
    { weight: 2, arbitrary: fc.constantFrom(...RAW) },
    { weight: 1, arbitrary: anyJson },
    { weight: 1, arbitrary: fc.tuple(valid.map(text), fc.nat(), anyShortText).map(([good, at, bad]) => {
      const place = at % (good.length + 1);
      return good.slice(0, place) + bad + good.slice(place);
    }) },
  );
}

/** Fields of forms: mostly those that lead somewhere. */
const FIELDS: Record<string, string[]> = {
  client_id: ['CLIENT'], client_secret: ['SECRET'], code: ['CODE'], refresh_token: ['REFRESH', 'ACCESS'], token: ['ACCESS', 'REFRESH', 'CODE'], redirect_uri: [REDIRECT_URI],
  grant_type: ['authorization_code', 'refresh_token', 'client_credentials'], scope: ['oauth', 'crm.objects.contacts.read oauth'],
};
function formsOf(schema: Schema): fc.Arbitrary<string> {
  const value = (name: string): fc.Arbitrary<string | undefined> => fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...(FIELDS[name] ?? [undefined])) }, { weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: word },
  );
  const fields = Object.keys(schema.properties!);
  const form = fc.tuple(...fields.map(value)).map((values) => formOf(Object.fromEntries(fields.map((name, i) => [name, secrets[values[i] ?? ''] ?? values[i]]))));
  return fc.oneof({ weight: 9, arbitrary: form }, { weight: 1, arbitrary: fc.constantFrom(...RAW) });
}

/** fc.anything() also makes what JSON cannot say. */
function jsonOf(any: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(any, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? 'null');
  } catch {
    return null;
  }
}

// ---- addresses

const escaped = (value: string): string => encodeURIComponent(value.toWellFormed());
const RAW_SEGMENTS = ['%00', '%', '%zz', '%C3%28', '%ED%A0%80', '.', '..', '%2e%2e', '%2F', 'a;b', '+', '~', 'x'.repeat(20_000), '%E0%A4%A'];
const segment = (name: string): fc.Arbitrary<string> => fc.oneof(
  { weight: name === 'associationTypeId' || name === 'userId' ? 8 : 0, arbitrary: fc.constantFrom('1', '2', '3', '4', '279', '449', '2147483648') },
  { weight: name === 'pipelineId' ? 16 : 0, arbitrary: fc.constantFrom('default', 'default', 'fuzz', 'contacts-lifecycle-pipeline') },
  { weight: name === 'ownerId' || name === 'userId' ? 8 : 0, arbitrary: fc.constantFrom('1', '2', '3', 'owner@example.com') },
  { weight: name === 'stageId' ? 16 : 0, arbitrary: fc.constantFrom('first', 'closedwon', 'contractsent', 'lead', 'other') },
  { weight: /objectid$/i.test(name) ? 8 : 0, arbitrary: fc.constantFrom(...IDS) },
  { weight: 8, arbitrary: /objecttype$/i.test(name) ? fc.constantFrom('contacts', 'contacts', 'companies', '0-1', 'DEAL', 'deals') : word.map(escaped) },
  { weight: 1, arbitrary: word.map(escaped) }, { weight: 1, arbitrary: fc.constantFrom(...RAW_SEGMENTS) },
);

function queriesOf(schema: Schema | undefined): fc.Arbitrary<string> {
  const name = fc.constantFrom(...Object.keys(schema?.properties ?? {}), 'unknown', '', '__proto__');
  const pair = fc.tuple(name, fc.oneof(word.map(escaped), fc.constantFrom(...RAW_SEGMENTS, 'email,firstname,badge', 'contacts,companies', '5')));
  return fc.array(pair.map(([key, value]) => `${key}=${value}`), { maxLength: 4 }).map((pairs) => (pairs.length > 0 ? `?${pairs.join('&')}` : ''));
}

const isForm = (operation: Operation): boolean => 'form' in operation && operation.form === true;

function requestsOf(operation: Operation): fc.Arbitrary<{ request: string; body: string | undefined }> {
  const paths = routesOf([operation]).map((route) => route.path);
  const path = fc.constantFrom(...paths).chain((template) => {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
    return fc.tuple(...names.map(segment)).map((values) => names.reduce((filled, name, i) => filled.replace(`{${name}}`, () => values[i]!), template));
  });
  const body = !operation.body ? fc.constant(undefined) : isForm(operation) ? formsOf(operation.body as Schema) : bodiesOf(operation.id, operation.body as Schema);
  return fc.tuple(path, queriesOf(operation.query as Schema | undefined), body).map(([filled, query, sent]) => ({ request: `${operation.method} ${filled}${query}`, body: sent }));
}

// ---- what must hold

/** A hash of each table's rows, in order. They are the same while no transaction has got a number, which every one that writes does. */
async function fingerprint(): Promise<unknown> {
  const [now] = await spoke.db.query<{ transactions: string }>({ text: 'select pg_current_snapshot()::text as transactions', values: [] });
  if (now!.transactions !== seen?.transactions) {
    const parts = TABLES.map((table, i) => `(select md5(coalesce(string_agg(t::text, ';' order by t::text collate "C"), '')) from ${table} t) as t${i}`);
    seen = { ...now!, rows: (await spoke.db.query({ text: `select ${parts.join(', ')}`, values: [] }))[0] };
  }
  return seen.rows;
}
let seen: { transactions: string; rows: unknown } | undefined;

/** The token endpoints name the kind of error in `status`. */
const envelopeOf = ({ area }: Operation): object => ({ status: area === 'oauth' ? expect.any(String) : 'error', message: expect.any(String), correlationId: expect.any(String) });

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (_, operation) => {
  test('never fails, and a refusal changes nothing', async () => {
    const writes = operation.method !== 'GET' && operation.scopes !== 'read';
    let before = await fingerprint();
    const start = before;
    await fc.assert(fc.asyncProperty(requestsOf(operation), async ({ request, body }) => {
      const answer = await spoke.call(request, { body, headers: isForm(operation) ? { 'content-type': 'application/x-www-form-urlencoded' } : {} });
      expect(answer.status, 'a fault of ours').toBeLessThan(500);
      if (answer.status >= 400 && answer.headers['content-type']?.includes('json')) {
        expect(answer.body).toMatchObject(envelopeOf(operation));
        expect(answer.headers['x-hubspot-correlation-id']).toBe(answer.body.correlationId);
      }
      if (!writes) return;
      const after = await fingerprint();
      if (answer.status >= 400) expect(after).toEqual(before);
      before = after;
    }), { seed: SEED, numRuns: RUNS });
    if (!writes) expect(await fingerprint()).toEqual(start);
  });
});
