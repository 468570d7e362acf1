// Leads: a name and a contact or company that is there, from the first day; their pipeline and what their stage says
// (objects.md 2.1, 2.4 [D]). The text of the refusal and the stage that a lead starts in are ours [I].
// Proves: records.create, records.batchCreate, records.batchUpsert, records.update.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUniqueProperty, batch, batchError, clockOf, countOf, created, createdContact, idsOf, invalid, invalidValues, updated } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let contact: string;
let company: string;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  contact = (await spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Ada' } })).body.id;
  company = (await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Acme' } })).body.id;
});
afterAll(() => spoke.close());

const to = (id: string, associationTypeId: number): object => ({ to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] });
const create = (properties: object, ...associations: object[]): Promise<Answer> => spoke.post('/crm/v3/objects/leads', { properties, associations });

/** What a lead shows of the stage that it starts in. */
const NEW = {
  hs_lead_is_disqualified: '0', hs_lead_is_in_progress: '0', hs_lead_is_new: '1', hs_lead_is_open: '1', hs_lead_is_open_v2: 'true', hs_lead_is_qualified: '0',
  hs_pipeline: 'lead-pipeline-id', hs_pipeline_stage: 'new-stage-id',
};
const NO_ASSOCIATION = invalid('Error creating LEAD. Some required associations were not set.', { context: { associationTypeIds: ['578', '580'] } });

describe('a new lead', () => {
  test('of a contact: it is in the first stage of the first pipeline, and both sides know', async () => {
    const answer = await create({ hs_lead_name: 'Warm' }, to(contact, 578));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-136', answer.body.id, now(), { hs_lead_name: 'Warm', ...NEW }));
    const associated = await spoke.get(`/crm/v4/objects/contacts/${contact}/associations/leads`);
    expect(associated.body).toEqual({ results: [{
      toObjectId: Number(answer.body.id),
      associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 579, label: 'Lead with Primary Contact' }, { category: 'HUBSPOT_DEFINED', typeId: 609, label: null }],
    }] });
  });

  test('of a company [I], of both, by the names of the type', async () => {
    for (const [type, ...associations] of [['leads', to(company, 580)], ['0-136', to(company, 580), to(contact, 578)], ['LEAD', to(contact, 578)]] as [string, ...object[]][]) {
      const answer = await spoke.post(`/crm/objects/2026-09/${type}`, { properties: { hs_lead_name: 'Warm' }, associations });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(created('0-136', answer.body.id, now(), { hs_lead_name: 'Warm', ...NEW }));
    }
  });

  test('in another stage', async () => {
    const answer = await create({ hs_lead_name: 'Won', hs_pipeline_stage: 'qualified-stage-id' }, to(contact, 578));
    expect(answer.body).toEqual(created('0-136', answer.body.id, now(), {
      hs_lead_name: 'Won', ...NEW, hs_lead_is_new: '0', hs_lead_is_open: '0', hs_lead_is_open_v2: 'false', hs_lead_is_qualified: '1', hs_pipeline_stage: 'qualified-stage-id',
    }));
  });

  test('moves on, and its stage says what it is', async () => {
    const { id } = (await create({ hs_lead_name: 'Moving' }, to(contact, 578))).body;
    const createdAt = now();
    const answer = await spoke.call(`PATCH /crm/v3/objects/leads/${id}`, { body: { properties: { hs_pipeline_stage: 'unqualified-stage-id' } } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(updated('0-136', { id, createdAt, updatedAt: now() }, {
      hs_lead_is_disqualified: '1', hs_lead_is_new: '0', hs_lead_is_open: '0', hs_lead_is_open_v2: 'false', hs_pipeline_stage: 'unqualified-stage-id',
    }));
  });
});

describe('what is refused', () => {
  test.each<[what: string, associations: () => object[]]>([
    ['without an association', () => []],
    ['with a contact that is not its primary one', () => [to(contact, 608)]],
    ['with a company that is not its primary one', () => [to(company, 610)]],
  ])('%s', async (_what, associations) => {
    const before = await countOf(spoke, 'leads');
    const answer = await create({ hs_lead_name: 'Nobody' }, ...associations());
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(NO_ASSOCIATION);
    expect(await countOf(spoke, 'leads')).toBe(before);
  });

  test('a contact that does not exist (3.9 [O])', async () => {
    const answer = await create({ hs_lead_name: 'Ghost' }, to('999999', 578));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('One or more associations are invalid', {
      context: { INVALID_OBJECT_IDS: ['CONTACT=999999 is not valid'], objectId: ['999999'], objectType: ['CONTACT'] },
    }));
  });

  test('a contact that is archived', async () => {
    const gone = (await spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Gone' } })).body;
    expect(gone).toEqual(createdContact(gone.id, now(), { firstname: 'Gone', hs_full_name_or_email: 'Gone' }));
    await spoke.call(`DELETE /crm/v3/objects/contacts/${gone.id}`);
    expect(await create({ hs_lead_name: 'Ghost' }, to(gone.id, 578))).toMatchObject({ status: 400, body: { context: { INVALID_OBJECT_IDS: [`CONTACT=${gone.id} is not valid`] } } });
  });

  test('the missing name is told before the missing association [I]', async () => {
    const answer = await create({});
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Error creating LEAD. Some required properties were not set.', { context: { properties: ['hs_lead_name'] } }));
  });

  test('a bad value is told before both [I]', async () => {
    expect((await create({ hs_lead_is_new: '1' })).body).toEqual(invalidValues(['hs_lead_is_new', 'READ_ONLY_VALUE', '"hs_lead_is_new" is a calculated property; its value cannot be set.']));
  });

  test('one of a batch, input by input (3.4 [D])', async () => {
    const answer = await spoke.post('/crm/v3/objects/leads/batch/create', { inputs: [
      { properties: { hs_lead_name: 'Good' }, associations: [to(contact, 578)], objectWriteTraceId: 'a' }, { properties: { hs_lead_name: 'Bad' }, objectWriteTraceId: 'b' },
    ] });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [created('0-136', idsOf(answer)[0]!, now(), { hs_lead_name: 'Good', ...NEW }, { objectWriteTraceId: 'a' })], [
      batchError('VALIDATION_ERROR', 'Error creating LEAD. Some required associations were not set.', { objectWriteTraceId: ['b'], associationTypeIds: ['578', '580'] }),
    ]));
  });

  test('an upsert changes leads but makes none, for it has no associations [I]', async () => {
    await addUniqueProperty(spoke, 'leads', 'lead_no', 'lead_information');
    const { id } = (await create({ hs_lead_name: 'Known', lead_no: 'L1' }, to(contact, 578))).body;
    const createdAt = now();
    const updatedAt = tick();
    const upsert = (number: string): Promise<Answer> => spoke.post('/crm/v3/objects/leads/batch/upsert', { inputs: [{ idProperty: 'lead_no', id: number, properties: { hs_lead_name: 'Renamed' } }] });
    const changed = await upsert('L1');
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual(batch(updatedAt, [updated('0-136', { id, createdAt, updatedAt }, { hs_lead_name: 'Renamed' }, { new: false })]));
    const refused = await upsert('L2');
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(NO_ASSOCIATION);
  });
});
