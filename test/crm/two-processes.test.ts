// Two programs over one database, each keeping a snapshot of the portal's model: what is changed through one is seen by the
// very next request to the other, whatever it asks for.

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { switchType } from '../../src/crm/object-types.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { invalidValues } from '../support/expect.ts';
import { made, text } from '../support/properties.ts';
import { type Program, request, startProgram } from '../support/program.ts';
import { NOW, PORTAL_ID } from '../support/spoke.ts';

const PROPERTIES = '/crm/v3/properties/contacts';
const CONTACTS = '/crm/v3/objects/contacts';
const TOKEN = 'two-processes';
const ROUNDS = 10;

// An embedded database has one process.
describe.runIf(inject('database') === 'postgres')('what one process changes, the next request to the other sees:', () => {
  let database: TestDatabase;
  let programs: [Program, Program];
  let contact: string;
  const at = async (program: Program, line: string, body?: unknown) => {
    const [method, path] = line.split(/ (.*)/s) as [string, string];
    return await request(program, TOKEN, method, path, body);
  };

  beforeAll(async () => {
    database = await openTestDatabase();
    const settings = { SPOKE_DATABASE_URL: database.url!, SPOKE_PORTAL_ID: String(PORTAL_ID), SPOKE_TOKEN: TOKEN };
    programs = [await startProgram(settings), await startProgram(settings)];
    contact = (await at(programs[0], `POST ${CONTACTS}`, { properties: { firstname: 'Ada' } })).body.id;
  });
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await database.close();
  });

  /** Runs rounds in which the programs take turns at being the one that changes the model. Both know the model of before. */
  async function rounds(work: (change: (line: string, body?: unknown) => Promise<{ status: number; body: any }>, ask: typeof change, name: string) => Promise<void>, prefix: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const [first, second] = round % 2 === 0 ? programs : programs.toReversed() as typeof programs;
      for (const program of programs) expect((await at(program, `GET ${CONTACTS}/${contact}`)).status).toBe(200);
      await work((line, body) => at(first, line, body), (line, body) => at(second, line, body), `${prefix}_${round}`);
    }
  }

  test('a property, in its definition', () => rounds(async (change, ask, name) => {
    expect((await change(`POST ${PROPERTIES}`, text(name))).status).toBe(201);
    expect((await ask(`GET ${PROPERTIES}/${name}`)).body).toEqual({ ...made(name), createdAt: expect.any(String), updatedAt: expect.any(String) });
    expect((await change(`PATCH ${PROPERTIES}/${name}`, { label: 'Changed' })).status).toBe(200);
    expect((await ask(`GET ${PROPERTIES}/${name}`)).body.label).toBe('Changed');
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
    expect((await ask(`GET ${PROPERTIES}/${name}`)).status).toBe(404);
  }, 'defined'));

  test('a property, in writes', () => rounds(async (change, ask, name) => {
    expect((await change(`POST ${PROPERTIES}`, text(name))).status).toBe(201);
    expect((await ask(`POST ${CONTACTS}`, { properties: { [name]: 'x' } })).status).toBe(201);
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
    const refused = await ask(`PATCH ${CONTACTS}/${contact}`, { properties: { [name]: 'x' } });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ ...invalidValues([name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`]), correlationId: expect.any(String) });
  }, 'written'));

  const reads: [string, (ask: (line: string, body?: unknown) => Promise<{ body: any }>, name: string) => Promise<{ id: string; properties: object }>][] = [
    ['a get', async (ask, name) => (await ask(`GET ${CONTACTS}/${contact}?properties=${name}`)).body],
    ['a list', async (ask, name) => (await ask(`GET ${CONTACTS}?limit=1&properties=${name}`)).body.results[0]],
    ['a batch read', async (ask, name) => (await ask(`POST ${CONTACTS}/batch/read`, { properties: [name], inputs: [{ id: contact }] })).body.results[0]],
    ['a search', async (ask, name) => (await ask(`POST ${CONTACTS}/search`, { properties: [name], filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: contact }] }] })).body.results[0]],
  ];
  test.each(reads)('a property, in %s', (kind, read) => rounds(async (change, ask, name) => {
    expect((await change(`POST ${PROPERTIES}`, text(name))).status).toBe(201);
    expect(await read(ask, name)).toMatchObject({ id: contact, properties: { [name]: null } });
    expect((await change(`PATCH ${CONTACTS}/${contact}`, { properties: { [name]: 'gold' } })).status).toBe(200);
    expect(await read(ask, name)).toMatchObject({ id: contact, properties: { [name]: 'gold' } });
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
    expect((await read(ask, name)).properties).not.toHaveProperty(name);
  }, `read_${kind.replaceAll(' ', '_')}`));

  test('a unique property, in how records are found', () => rounds(async (change, ask, name) => {
    expect((await change(`POST ${PROPERTIES}`, text(name, { hasUniqueValue: true }))).status).toBe(201);
    expect((await change(`PATCH ${CONTACTS}/${contact}`, { properties: { [name]: 'K1' } })).status).toBe(200);
    // By the model of before it is a refusal.
    expect((await ask(`GET ${CONTACTS}/K1?idProperty=${name}`)).body).toMatchObject({ id: contact });
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
    expect((await ask(`GET ${CONTACTS}/K1?idProperty=${name}`)).status).toBe(400);
  }, 'unique'));

  const writes: [string, (ask: (line: string, body?: unknown) => Promise<{ status: number; body: any }>, properties: object) => Promise<{ status: number; body: any }>, number][] = [
    ['a create', (ask, properties) => ask(`POST ${CONTACTS}`, { properties }), 201],
    ['a batch create', (ask, properties) => ask(`POST ${CONTACTS}/batch/create`, { inputs: [{ properties }] }), 201],
    ['an update', (ask, properties) => ask(`PATCH ${CONTACTS}/${contact}`, { properties }), 200],
    ['a batch update', (ask, properties) => ask(`POST ${CONTACTS}/batch/update`, { inputs: [{ id: contact, properties }] }), 200],
    ['a batch upsert', (ask, properties) => ask(`POST ${CONTACTS}/batch/upsert`, { inputs: [{ id: 'two@example.org', idProperty: 'email', properties }] }), 200],
  ];
  test.each(writes)('a value that is no option any more, in %s', (kind, write, status) => rounds(async (change, ask, name) => {
    const option = (value: string) => ({ label: value, value, displayOrder: 0, hidden: false });
    expect((await change(`POST ${PROPERTIES}`, { ...text(name), type: 'enumeration', fieldType: 'select', options: [option('a')] })).status).toBe(201);
    expect((await write(ask, { [name]: 'a' })).status).toBe(status);
    expect((await change(`PATCH ${PROPERTIES}/${name}`, { options: [option('b')] })).status).toBe(200);
    expect((await write(ask, { [name]: 'a' })).body).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
    expect((await write(ask, { [name]: 'b' })).status).toBe(status);
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
  }, `option_${kind.replaceAll(' ', '_')}`));

  test('a value that is an option now, in a batch that tells failures beside what it writes', () => rounds(async (change, ask, name) => {
    const option = (value: string) => ({ label: value, value, displayOrder: 0, hidden: false });
    const write = async () => await ask(`POST ${CONTACTS}/batch/create`, {
      inputs: [{ objectWriteTraceId: '1', properties: {} }, { objectWriteTraceId: '2', properties: { [name]: 'b' } }],
    });
    expect((await change(`POST ${PROPERTIES}`, { ...text(name), type: 'enumeration', fieldType: 'select', options: [option('a')] })).status).toBe(201);
    expect(await write()).toMatchObject({ status: 207, body: { numErrors: 1 } });
    expect((await change(`PATCH ${PROPERTIES}/${name}`, { options: [option('a'), option('b')] })).status).toBe(200);
    expect((await write()).status).toBe(201);
    expect((await change(`DELETE ${PROPERTIES}/${name}`)).status).toBe(204);
  }, 'beside'));

  test('a label, in the associations that have it', () => rounds(async (change, ask, name) => {
    const LABELS = '/crm/v4/associations/contacts/companies/labels';
    const company = (await change('POST /crm/v3/objects/companies', { properties: { name: 'Engines' } })).body.id;
    const label = (await change(`POST ${LABELS}`, { name, label: `Label ${name}` })).body.results.at(-1).typeId;
    expect((await change(`PUT /crm/v4/objects/contacts/${contact}/associations/companies/${company}`, [{ associationCategory: 'USER_DEFINED', associationTypeId: label }])).status).toBe(201);
    const listed = async () => (await ask(`GET /crm/v4/objects/companies/${company}/associations/contacts`)).body.results[0].associationTypes.map((type: { label: string | null }) => type.label);
    const read = async () => (await ask('POST /crm/v4/associations/companies/contacts/batch/read', { inputs: [{ id: company }] })).body.results[0].to[0].associationTypes.map((type: { label: string | null }) => type.label);
    expect(await listed()).toContain(`Label ${name}`);
    expect((await change(`PUT ${LABELS}`, { associationTypeId: label, label: `Other ${name}` })).status).toBe(204);
    expect(await listed()).toContain(`Other ${name}`);
    expect((await change(`PUT ${LABELS}`, { associationTypeId: label, label: `Third ${name}` })).status).toBe(204);
    expect(await read()).toContain(`Third ${name}`);
    expect((await change(`DELETE /crm/v4/objects/contacts/${contact}/associations/companies/${company}`)).status).toBe(204);
    expect((await change(`DELETE ${LABELS}/${label}`)).status).toBe(204);
  }, 'label'));

  test('a stage, with the properties that come with it', () => rounds(async (change, ask) => {
    const stage = await change('POST /crm/v3/pipelines/deals/default/stages', { label: `Stage ${Math.random()}`, displayOrder: 1, metadata: { probability: '0.5' } });
    expect(stage.status).toBe(201);
    const deal = await ask('POST /crm/v3/objects/deals', { properties: { dealname: 'D', dealstage: stage.body.id } });
    expect(deal.status).toBe(201);
    expect((await change(`DELETE /crm/v3/objects/deals/${deal.body.id}`)).status).toBe(204);
    expect((await change(`DELETE /crm/v3/pipelines/deals/default/stages/${stage.body.id}`)).status).toBe(204);
    expect((await ask('POST /crm/v3/objects/deals', { properties: { dealname: 'D', dealstage: stage.body.id } })).status).toBe(400);
  }, 'stage'));

  test('a custom object', () => rounds(async (change, ask, name) => {
    const schema = await change('POST /crm/v3/schemas', {
      name, labels: { singular: name, plural: `${name}s` }, primaryDisplayProperty: 'model', requiredProperties: ['model'],
      properties: [{ name: 'model', label: 'Model', type: 'string', fieldType: 'text' }], associatedObjects: [],
    });
    expect(schema.status).toBe(201);
    expect((await ask(`GET /crm/v3/objects/${schema.body.objectTypeId}`)).body).toEqual({ results: [] });
    const record = await ask(`POST /crm/v3/objects/${name}`, { properties: { model: 'T' } });
    expect(record.status).toBe(201);
    expect((await change(`DELETE /crm/v3/objects/${name}/${record.body.id}`)).status).toBe(204);
    expect((await change(`DELETE /crm/v3/schemas/${schema.body.objectTypeId}`)).status).toBe(204);
    expect((await ask(`GET /crm/v3/objects/${name}`)).status).toBe(400);
  }, 'thing'));

  test('a validation rule, in writes', () => rounds(async (change, ask, name) => {
    const rule = '/crm/v3/property-validations/0-1/jobtitle/rule-type/MAX_LENGTH';
    expect((await change(`PUT ${rule}`, { ruleArguments: ['3'] })).status).toBe(204);
    expect((await ask(`PATCH ${CONTACTS}/${contact}`, { properties: { jobtitle: name } })).status).toBe(400);
    expect((await change(`PUT ${rule}`, { ruleArguments: ['30'] })).status).toBe(204);
    expect((await ask(`PATCH ${CONTACTS}/${contact}`, { properties: { jobtitle: name } })).status).toBe(200);
  }, 'rule'));

  test('a type that a third process switches off and on', () => rounds(async (change, ask) => {
    expect((await ask('GET /crm/v3/objects/appointments')).status).toBe(200);
    await switchType(database.db, PORTAL_ID, '0-421', false, NOW);
    expect((await ask('GET /crm/v3/objects/appointments')).status).toBe(403);
    expect((await change('POST /crm/v3/objects/appointments', { properties: { hs_appointment_name: 'A' } })).status).toBe(403);
    await switchType(database.db, PORTAL_ID, '0-421', true, NOW);
    expect((await ask('GET /crm/v3/objects/appointments')).status).toBe(200);
  }, 'type'));
});
