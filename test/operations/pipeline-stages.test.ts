// The stages of a pipeline one by one (schema.md 6): metadata per type, labels, order, archive and restore.
// Proves: stages.list, stages.create, stages.get, stages.replace, stages.update, stages.archive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, idsOf, invalid, refusal } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/pipelines', '/crm/pipelines/v3', '/crm/pipelines/2025-09', '/crm/pipelines/2026-03', '/crm/pipelines/2026-09', '/crm/pipelines/2026-09-beta'];
const STAGES = `${ROOTS[0]}/deals/default/stages`;
const writePermissions = 'CRM_PERMISSIONS_ENFORCEMENT';
const BEGINNING = '1970-01-01T00:00:00Z';
const add = (body: object, stages = STAGES): Promise<Answer> => spoke.post(stages, body);
const patch = (id: string, body: object): Promise<Answer> => spoke.call(`PATCH ${STAGES}/${id}`, { body });
const broken = (reason: string): object => invalid(`The pipeline is not valid: ${reason}`);
const noStage = (id: string): object => refusal(`No pipeline stage with the ID ${id} exists.`, { context: { stageId: [id] }, category: 'OBJECT_NOT_FOUND' });

let serial = 0;
const stage = (more: object = {}) => ({ label: `Stage ${serial++}`, displayOrder: 3, metadata: { probability: '0.5' }, ...more });
const make = async (more: object = {}): Promise<{ id: string; label: string }> => (await add(stage(more))).body;

test.each(ROOTS)('%s: list, create, get, replace, update, archive', async (root) => {
  const stages = `${root}/tickets/0/stages`;
  const at = tick();
  const made = await spoke.post(stages, { label: 'Escalated', displayOrder: 2, metadata: { ticketState: 'OPEN' } });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const shown = { id, label: 'Escalated', displayOrder: 2, archived: false, metadata: { isClosed: 'false', ticketState: 'OPEN' }, createdAt: at, updatedAt: at, writePermissions };
  expect(made.body).toEqual(shown);
  expect((await spoke.get(`${stages}/${id}`)).body).toEqual(shown);
  const listed = await spoke.get(stages);
  expect(listed.status).toBe(200);
  // Of one display order: by label.
  expect(listed.body.results.map((one: { label: string }) => one.label)).toEqual(['New', 'Waiting on contact', 'Escalated', 'Waiting on us', 'Closed']);
  expect(listed.body.results[0]).toEqual({ id: '1', label: 'New', displayOrder: 0, archived: false, metadata: { isClosed: 'false', ticketState: 'OPEN' }, createdAt: BEGINNING, updatedAt: BEGINNING, writePermissions });
  const later = tick();
  const put = await spoke.call(`PUT ${stages}/${id}`, { body: { label: 'Done', displayOrder: 9, metadata: { ticketState: 'CLOSED' } } });
  expect(put.status).toBe(200);
  expect(put.body).toEqual({ ...shown, label: 'Done', displayOrder: 9, metadata: { isClosed: 'true', ticketState: 'CLOSED' }, updatedAt: later });
  const patched = await spoke.call(`PATCH ${stages}/${id}`, { body: { label: 'Over' } });
  expect(patched.status).toBe(200);
  expect(patched.body).toEqual({ ...put.body, label: 'Over' });
  expect(await spoke.call(`DELETE ${stages}/${id}`)).toMatchObject({ status: 204, body: undefined });
  expect((await spoke.get(`${stages}/${id}`)).body).toEqual({ ...patched.body, archived: true, archivedAt: later });
  expect(idsOf(await spoke.get(stages))).not.toContain(id);
});

describe('metadata', () => {
  const probability = 'metadata.probability of a deal stage must be between 0.0 and 1.0, in steps of 0.1';

  test.each<[unknown, string, string]>([['0.0', '0.0', 'true'], [0, '0.0', 'true'], ['0.1', '0.1', 'false'], [0.7, '0.7', 'false'], ['.9', '0.9', 'false'], ['1', '1.0', 'true'], ['1.0', '1.0', 'true']])(
    'a deal stage of probability %j ([D])', async (given, kept, isClosed) => {
      const { body } = await add(stage({ metadata: { probability: given, isClosed: isClosed !== 'true', color: 'red' } }));
      expect(body.metadata).toEqual({ isClosed, probability: kept });
      await spoke.call(`DELETE ${STAGES}/${body.id}`);
    },
  );

  test.each([[{}], [{ probability: null }], [{ probability: '' }], [{ probability: '1.1' }], [{ probability: '-0.1' }], [{ probability: '0.25' }], [{ probability: 'high' }], [{ probability: '1e-1' }], [{ probability: true }]])('not %j', async (metadata) => {
    const answer = await add(stage({ metadata }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(broken(probability));
  });

  test.each<[string, object, object]>([
    ['tickets', {}, { isClosed: 'false', ticketState: 'OPEN' }], ['tickets', { ticketState: 'CLOSED' }, { isClosed: 'true', ticketState: 'CLOSED' }],
    ['orders', { state: 'CLOSED' }, { isClosed: 'true', state: 'CLOSED' }], ['services', {}, { isClosed: 'false', state: 'OPEN' }],
    ['leads', { leadState: 'IN_PROGRESS' }, { isClosed: 'false', leadState: 'IN_PROGRESS' }], ['leads', { leadState: 'QUALIFIED' }, { isClosed: 'true', leadState: 'QUALIFIED' }],
    ['leads', { leadState: 'UNQUALIFIED' }, { isClosed: 'true', leadState: 'UNQUALIFIED' }], ['leads', { leadState: 'NEW' }, { isClosed: 'false', leadState: 'NEW' }],
  ])('%s: %j', async (type, metadata, kept) => {
    const [pipeline] = idsOf(await spoke.get(`/crm/v3/pipelines/${type}`));
    const answer = await add(stage({ metadata }), `/crm/v3/pipelines/${type}/${pipeline}/stages`);
    expect(answer.status).toBe(201);
    expect(answer.body.metadata).toEqual(kept);
  });

  test.each([
    ['tickets', { ticketState: 'DONE' }, 'metadata.ticketState must be one of OPEN, CLOSED'], ['courses', { state: 'open' }, 'metadata.state must be one of OPEN, CLOSED'],
    ['leads', {}, 'metadata.leadState must be one of NEW, IN_PROGRESS, QUALIFIED, UNQUALIFIED'],
  ])('%s: not %j', async (type, metadata, reason) => {
    const [pipeline] = idsOf(await spoke.get(`/crm/v3/pipelines/${type}`));
    expect(await add(stage({ metadata }), `/crm/v3/pipelines/${type}/${pipeline}/stages`)).toMatchObject({ status: 400, body: broken(reason) });
  });

  test('what a PATCH leaves out stays, what a PUT leaves out goes', async () => {
    const { id } = await make({ metadata: { probability: '0.8' } });
    expect((await patch(id, { metadata: {}, displayOrder: 7 })).body).toMatchObject({ metadata: { probability: '0.8' }, displayOrder: 7 });
    expect((await patch(id, { metadata: { probability: '1.0' } })).body.metadata).toEqual({ isClosed: 'true', probability: '1.0' });
    expect(await spoke.call(`PUT ${STAGES}/${id}`, { body: { label: 'x', displayOrder: 0, metadata: {} } })).toMatchObject({ status: 400, body: broken(probability) });
  });
});

test('labels are unique within the pipeline, among live stages (6.3 [D])', async () => {
  const { id, label } = await make();
  expect(await add(stage({ label }))).toMatchObject({ status: 400, body: broken(`the stage label "${label}" is in use in this pipeline`) });
  expect(await patch('contractsent', { label })).toMatchObject({ status: 400, body: broken(`the stage label "${label}" is in use in this pipeline`) });
  expect((await spoke.call(`DELETE ${STAGES}/${id}`)).status).toBe(204);
  const other = await make({ label });
  expect(await patch(id, { archived: false })).toMatchObject({ status: 400, body: broken(`the stage label "${label}" is in use in this pipeline`) });
  expect((await patch(other.id, { label: `${label} too` })).status).toBe(200);
  expect(await patch(id, { archived: false })).toMatchObject({ status: 200, body: { id, archived: false } });
});

test('an id is of one stage for ever, in all pipelines of the type', async () => {
  const taken = (id: string): object => refusal(`Stage IDs must be unique: [${id}]`, { context: { stageIds: [id] }, category: 'DUPLICATE_STAGE_ID' });
  await spoke.post('/crm/v3/pipelines/deals', { pipelineId: 'other', label: 'Other', displayOrder: 1, stages: [stage({ stageId: 'else' })] });
  for (const stageId of ['contractsent', 'else']) expect(await add(stage({ stageId }))).toMatchObject({ status: 400, body: taken(stageId) });
  expect((await add(stage({ stageId: 'gone' }))).status).toBe(201);
  await spoke.call(`DELETE ${STAGES}/gone`);
  expect(await add(stage({ stageId: 'gone' }))).toMatchObject({ status: 400, body: taken('gone') });
  // Of another type it is another one.
  expect((await add({ label: 'x', displayOrder: 0, metadata: {}, stageId: 'else' }, '/crm/v3/pipelines/tickets/0/stages')).status).toBe(201);
});

test.each(['', ' ', 'a b', 'a;b', 'x'.repeat(101), 'a\u0000b', '\n'])('%j is no stage id', async (stageId) => {
  expect((await add(stage({ stageId }))).status).toBe(400);
});

test('the last stage of a pipeline cannot go ([I])', async () => {
  await spoke.post('/crm/v3/pipelines/deals', { pipelineId: 'one', label: 'One', displayOrder: 1, stages: [stage({ stageId: 'only' })] });
  expect(await spoke.call('DELETE /crm/v3/pipelines/deals/one/stages/only')).toMatchObject({ status: 400, body: broken('a pipeline needs at least one stage') });
  expect(await spoke.call('PATCH /crm/v3/pipelines/deals/one/stages/only', { body: { archived: true } })).toMatchObject({ status: 400, body: broken('a pipeline needs at least one stage') });
});

test('a stage that records are in: deleted, unless the client asks to look', async () => {
  const { id } = await make();
  const deal = (await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'x', dealstage: id } })).body.id;
  const used = invalid(`Stage IDs: [${id}] are being referenced by object IDs: [${deal}]`, {
    subCategory: 'PipelineError.STAGE_ID_IN_USE', context: { stageIds: [`[${id}]`], objectIds: [`[${deal}]`] },
  });
  for (const root of ['/crm/v3/pipelines', '/crm/pipelines/2026-03']) {
    const answer = await spoke.call(`DELETE ${root}/deals/default/stages/${id}?validateReferencesBeforeDelete=true`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(used);
  }
  expect((await spoke.call(`DELETE /crm/pipelines/2026-09-beta/deals/default/stages/${id}`)).body).toEqual(used);
  // 2025-09 does not know the flag (6.1 [D]).
  expect((await spoke.call(`DELETE /crm/pipelines/2025-09/deals/default/stages/${id}?validateReferencesBeforeDelete=true`)).status).toBe(204);
  expect((await spoke.get(`/crm/v3/objects/deals/${deal}?properties=dealstage`)).body.properties.dealstage).toBe(id);
  expect((await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'x', dealstage: id } })).status).toBe(400);
});

test('archived by a PATCH, and what writes find of it then', async () => {
  const { id } = await make();
  const at = tick();
  expect(await patch(id, { archived: true })).toMatchObject({ status: 200, body: { archived: true, archivedAt: at } });
  for (const answer of [await patch(id, { label: 'x' }), await spoke.call(`DELETE ${STAGES}/${id}`), await spoke.call(`PUT ${STAGES}/${id}`, { body: stage() })]) {
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(noStage(id));
  }
  const back = await patch(id, { archived: false, metadata: {} });
  expect(back).toMatchObject({ status: 200, body: { archived: false, updatedAt: now() } });
  expect(back.body).not.toHaveProperty('archivedAt');
});

test('what is not there', async () => {
  for (const request of ['GET', 'DELETE']) expect(await spoke.call(`${request} ${STAGES}/none`)).toMatchObject({ status: 404, body: noStage('none') });
  expect(await patch('none', { archived: false })).toMatchObject({ status: 404, body: noStage('none') });
  expect(await spoke.get(`${STAGES}/none/audit`)).toMatchObject({ status: 404, body: noStage('none') });
  const missing = refusal('No pipeline with the ID none exists.', { context: { pipelineId: ['none'] }, category: 'OBJECT_NOT_FOUND' });
  expect(await spoke.get('/crm/v3/pipelines/deals/none/stages')).toMatchObject({ status: 404, body: missing });
  expect(await add(stage(), '/crm/v3/pipelines/deals/none/stages')).toMatchObject({ status: 404, body: missing });
});
