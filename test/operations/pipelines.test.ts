// Pipelines on the wire (schema.md 6): listed, made, read, replaced, changed, archived, restored; and that records, property
// options and stage properties follow at once.
// Proves: pipelines.list, pipelines.create, pipelines.get, pipelines.replace, pipelines.update, pipelines.archive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, idsOf, invalid, invalidValues, refusal } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/pipelines', '/crm/pipelines/v3', '/crm/pipelines/2025-09', '/crm/pipelines/2026-03', '/crm/pipelines/2026-09', '/crm/pipelines/2026-09-beta'];
const V3 = ROOTS[0]!;
const BEGINNING = '1970-01-01T00:00:00Z';
const writePermissions = 'CRM_PERMISSIONS_ENFORCEMENT';
const put = (path: string, body: unknown): Promise<Answer> => spoke.call(`PUT ${V3}${path}`, { body });
const patch = (path: string, body: unknown): Promise<Answer> => spoke.call(`PATCH ${V3}${path}`, { body });
const remove = (path: string): Promise<Answer> => spoke.call(`DELETE ${V3}${path}`);
const get = (path: string): Promise<Answer> => spoke.get(`${V3}${path}`);
const broken = (reason: string): object => invalid(`The pipeline is not valid: ${reason}`);
const noPipeline = (id: string): object => refusal(`No pipeline with the ID ${id} exists.`, { context: { pipelineId: [id] }, category: 'OBJECT_NOT_FOUND' });

let serial = 0;
/** A pipeline of deals: an open stage, one that is won, one that is lost. */
const pipeline = (more: object = {}) => {
  const n = serial++;
  return {
    pipelineId: `p${n}`, label: `Pipeline ${n}`, displayOrder: 5,
    stages: [
      { stageId: `open${n}`, label: 'Open', displayOrder: 0, metadata: { probability: '0.3' } },
      { stageId: `won${n}`, label: 'Won', displayOrder: 1, metadata: { probability: '1.0' } },
      { stageId: `lost${n}`, label: 'Lost', displayOrder: 2, metadata: { probability: '0.0' } },
    ],
    ...more,
  };
};
const make = async (more: object = {}, type = 'deals') => {
  const body = pipeline(more);
  expect((await spoke.post(`${V3}/${type}`, body)).status).toBe(201);
  return { id: body.pipelineId, n: Number(body.pipelineId.slice(1)), label: body.label };
};
const stage = (id: string, label: string, displayOrder: number, metadata: object, at: string, createdAt = at) =>
  ({ id, label, displayOrder, archived: false, metadata, createdAt, updatedAt: at, writePermissions });

test.each(ROOTS)('%s lists the one that deals have from the start (6.2, 6.4 [D])', async (root) => {
  const stages = [
    ['appointmentscheduled', 'Appointment Scheduled', 'false', '0.2'], ['qualifiedtobuy', 'Qualified To Buy', 'false', '0.4'],
    ['presentationscheduled', 'Presentation Scheduled', 'false', '0.6'], ['decisionmakerboughtin', 'Decision Maker Bought-In', 'false', '0.8'],
    ['contractsent', 'Contract Sent', 'false', '0.9'], ['closedwon', 'Closed Won', 'true', '1.0'], ['closedlost', 'Closed Lost', 'true', '0.0'],
  ].map(([id, label, isClosed, probability], i) => stage(id!, label!, i, { isClosed, probability }, BEGINNING));
  const standard = { id: 'default', label: 'Sales Pipeline', displayOrder: 0, archived: false, createdAt: BEGINNING, updatedAt: BEGINNING, stages };
  const { body, status } = await spoke.get(`${root}/deals`);
  expect(status).toBe(200);
  expect(body).toEqual({ results: [standard] });
  expect((await spoke.get(`${root}/0-3/default`)).body).toEqual(standard);
});

test('which types have pipelines (6.1, 6.4)', async () => {
  const first = async (type: string) => (await get(`/${type}`)).body.results[0].id;
  const types = ['tickets', 'orders', 'leads', 'services', 'courses', 'listings', 'projects', 'appointments', 'contacts', 'companies'];
  expect(await Promise.all(types.map(first))).toEqual([
    '0', '14a2e10e-5471-408a-906e-c51f3b04369e', 'lead-pipeline-id', 'ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6', '9dd7104c-1ae0-402b-a194-9cc567fd6a45',
    'fdeea9a0-8d7e-4f9b-97b6-ca9a587eee87', '139663aa-09ee-418e-b67d-c8cfcd3e5ce3', 'appointment-pipeline', 'contacts-lifecycle-pipeline', 'companies-lifecycle-pipeline',
  ]);
});

test.each(['GET /products', 'POST /products', 'GET /products/x', 'PUT /notes/x', 'PATCH /notes/x', 'DELETE /line_items/x', 'GET /products/x/audit', 'GET /products/x/stages'])(
  '%s: the type has none ([I])', async (request) => {
    const [method, path] = request.split(' ') as [string, string];
    const body = method === 'POST' || method === 'PUT' ? { label: 'A', displayOrder: 0, stages: [] } : method === 'PATCH' ? {} : undefined;
    const answer = await spoke.call(`${method} ${V3}${path}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Object type ${path.split('/')[1]} does not have pipelines`));
  },
);

test('who may read and who may write', async () => {
  const reader = await spoke.tokenWith(['crm.schemas.deals.read']);
  const writer = await spoke.tokenWith(['crm.schemas.deals.write']);
  expect((await spoke.get(`${V3}/deals`, { token: reader })).status).toBe(200);
  expect((await spoke.post(`${V3}/deals`, pipeline(), { token: reader })).status).toBe(403);
  expect((await spoke.get(`${V3}/tickets`, { token: reader })).status).toBe(403);
  const body = pipeline();
  expect((await spoke.post(`${V3}/deals`, body, { token: writer })).status).toBe(201);
  expect((await remove(`/deals/${body.pipelineId}`)).status).toBe(204);
});

describe('a new one', () => {
  test('with ids that are given; isClosed follows (6.3 [D])', async () => {
    const at = tick();
    const body = pipeline();
    const n = serial - 1;
    const answer = await spoke.post(`${V3}/deals`, body);
    expect(answer.status).toBe(201);
    const made = {
      id: `p${n}`, label: `Pipeline ${n}`, displayOrder: 5, archived: false, createdAt: at, updatedAt: at,
      stages: [
        stage(`open${n}`, 'Open', 0, { isClosed: 'false', probability: '0.3' }, at), stage(`won${n}`, 'Won', 1, { isClosed: 'true', probability: '1.0' }, at),
        stage(`lost${n}`, 'Lost', 2, { isClosed: 'true', probability: '0.0' }, at),
      ],
    };
    expect(answer.body).toEqual(made);
    expect((await get(`/deals/p${n}`)).body).toEqual(made);
    expect((await get('/deals')).body.results).toContainEqual(made);
  });

  test('with ids that are made: numbers, of no other ([O])', async () => {
    const stages = ['A', 'B'].map((label, displayOrder) => ({ label, displayOrder, metadata: { ticketState: 'OPEN' } }));
    const answers = [await spoke.post(`${V3}/tickets`, { label: 'One', displayOrder: 1, stages }), await spoke.post(`${V3}/tickets`, { label: 'Two', displayOrder: 1, stages, pipelineId: null })];
    const ids = answers.flatMap(({ body }) => [body.id, ...body.stages.map((one: { id: string }) => one.id)]);
    for (const id of ids) expect(id).toMatch(/^\d+$/);
    expect(new Set(ids).size).toBe(6);
    expect((await get('/tickets')).body.results.map((one: { label: string }) => one.label)).toEqual(['Support Pipeline', 'One', 'Two']);
  });

  test('stands by display order, then by label; below 0 last (6.3 [D], [I])', async () => {
    const stages = [['Z', 1], ['Last', -1], ['A', 1], ['First', 0]].map(([label, displayOrder]) => ({ label, displayOrder, metadata: {} }));
    const { body } = await spoke.post(`${V3}/services`, { label: 'Ordered', displayOrder: -1, stages });
    expect(body.stages.map((one: { label: string }) => one.label)).toEqual(['First', 'A', 'Z', 'Last']);
    const { body: listed } = await get('/services');
    expect(listed.results.map((one: { label: string }) => one.label)).toEqual(['Service Pipeline', 'Ordered']);
    expect((await remove(`/services/${body.id}`)).status).toBe(204);
  });

  test.each<[string, object, string]>([
    ['a label in use', { label: 'Sales Pipeline' }, 'the pipeline label "Sales Pipeline" is in use'],
    ['no label', { label: ' ' }, 'a label must have 1 to 255 characters'],
    ['a long label', { label: 'x'.repeat(256) }, 'a label must have 1 to 255 characters'],
    ['no stages', { stages: [] }, 'a pipeline needs at least one stage'],
    ['an id with a space', { pipelineId: 'a b' }, '"a b" is no id: it must have 1 to 100 characters, without spaces and semicolons'],
    ['two stages of one label', { stages: ['1', '2'].map((id) => ({ stageId: `x${id}`, label: 'Same', displayOrder: 0, metadata: { probability: 0.5 } })) }, 'the stage label "Same" is in use in this pipeline'],
    ['stages without probability', { stages: [{ label: 'A', displayOrder: 0, metadata: {} }] }, 'metadata.probability of a deal stage must be between 0.0 and 1.0, in steps of 0.1'],
  ])('not with %s', async (_, more, reason) => {
    const answer = await spoke.post(`${V3}/deals`, pipeline(more));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(broken(reason));
  });

  test('not with the id of another, nor with stage ids of another or twice', async () => {
    const { id, n } = await make();
    const again = await spoke.post(`${V3}/deals`, pipeline({ pipelineId: id }));
    expect(again.status).toBe(400);
    expect(again.body).toEqual(refusal(`A pipeline with the ID ${id} already exists`, { context: { pipelineId: [id] }, category: 'DUPLICATE_PIPELINE_ID' }));
    const one = (stageId: string, label: string) => ({ stageId, label, displayOrder: 0, metadata: { probability: '0.1' } });
    const taken = await spoke.post(`${V3}/deals`, pipeline({ stages: [one(`won${n}`, 'A'), one('twice', 'B'), one('twice', 'C')] }));
    expect(taken.status).toBe(400);
    expect(taken.body).toEqual(refusal(`Stage IDs must be unique: [won${n}, twice]`, { context: { stageIds: [`won${n}`, 'twice'] }, category: 'DUPLICATE_STAGE_ID' }));
  });

  test.each([['deals', 100, { probability: '0.5' }], ['tickets', 100, {}], ['orders', 30, {}], ['leads', 30, { leadState: 'NEW' }], ['listings', 30, {}]])('%s: at most %i stages (6.3 [D])', async (type, max, metadata) => {
    const stages = (count: number) => Array.from({ length: count }, (_, i) => ({ label: `S${i}`, displayOrder: i, metadata }));
    const most = await spoke.post(`${V3}/${type}`, { label: 'Full', displayOrder: 9, stages: stages(max) });
    expect(most.status).toBe(201);
    expect((await spoke.post(`${V3}/${type}/${most.body.id}/stages`, { label: 'One more', displayOrder: 0, metadata })).body).toEqual(broken(`a pipeline of ${type} has at most ${max} stages`));
    expect((await spoke.post(`${V3}/${type}`, { label: 'Fuller', displayOrder: 9, stages: stages(max + 1) })).body).toEqual(broken(`a pipeline of ${type} has at most ${max} stages`));
    expect((await remove(`/${type}/${most.body.id}`)).status).toBe(204);
  });

  test('contacts and companies have that of the lifecycle alone ([I])', async () => {
    const answer = await spoke.post(`${V3}/contacts`, { label: 'Mine', displayOrder: 0, stages: [{ label: 'A', displayOrder: 0, metadata: {} }] });
    expect(answer).toMatchObject({ status: 400, body: broken('contacts have one pipeline') });
  });
});

describe('PUT', () => {
  const listed = (n: number, more: object[] = []) => ({ label: `Replaced ${n}`, displayOrder: 1, stages: [{ stageId: `won${n}`, label: 'Gewonnen', displayOrder: 0, metadata: { probability: 1 } }, ...more] });

  test('keeps the stages that it lists, makes new ones, archives the others (6.3 [O])', async () => {
    const { id, n } = await make();
    const [createdAt, at] = [now(), tick()];
    const answer = await put(`/deals/${id}`, listed(n, [{ label: 'Neu', displayOrder: 1, metadata: { probability: '0.4', isClosed: 'true' } }]));
    expect(answer.status).toBe(200);
    const newId = answer.body.stages[1].id;
    expect(answer.body).toEqual({
      id, label: `Replaced ${n}`, displayOrder: 1, archived: false, createdAt, updatedAt: at,
      stages: [stage(`won${n}`, 'Gewonnen', 0, { isClosed: 'true', probability: '1.0' }, at, createdAt), stage(newId, 'Neu', 1, { isClosed: 'false', probability: '0.4' }, at)],
    });
    expect((await get(`/deals/${id}/stages/lost${n}`)).body).toMatchObject({ archived: true, archivedAt: at });
    // An archived stage that is listed is there again.
    const back = await put(`/deals/${id}`, listed(n, [{ stageId: `lost${n}`, label: 'Lost', displayOrder: 2, metadata: { probability: '0.0' } }]));
    expect(idsOf({ ...back, body: { results: back.body.stages } })).toEqual([`won${n}`, `lost${n}`]);
  });

  test('is refused when it lists no stage of the pipeline ([O])', async () => {
    const { id } = await make();
    const answer = await put(`/deals/${id}`, { label: 'X', displayOrder: 0, stages: [{ label: 'A', displayOrder: 0, metadata: { probability: 0 } }] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(broken('at least one of the stages must be one that the pipeline has'));
  });

  test('replaces HubSpot\'s own too', async () => {
    const { stages } = (await get('/orders/14a2e10e-5471-408a-906e-c51f3b04369e')).body;
    const kept = stages.slice(0, 2).map(({ id, ...one }: { id: string }) => ({ ...one, stageId: id }));
    const at = tick();
    const answer = await put('/orders/14a2e10e-5471-408a-906e-c51f3b04369e', { label: 'Orders', displayOrder: 0, stages: kept });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ label: 'Orders', createdAt: BEGINNING, updatedAt: at });
    expect(answer.body.stages).toEqual(stages.slice(0, 2));
  });
});

describe('PATCH', () => {
  test('changes what is sent; what is not changed keeps its time', async () => {
    const { id } = await make();
    const [createdAt, at] = [now(), tick()];
    const answer = await patch(`/deals/${id}?validateReferencesBeforeDelete=true`, { label: 'Renamed' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, label: 'Renamed', displayOrder: 5, createdAt, updatedAt: at });
    tick();
    expect((await patch(`/deals/${id}`, { label: 'Renamed', displayOrder: 5 })).body.updatedAt).toBe(at);
    expect((await patch(`/deals/${id}`, {})).body.updatedAt).toBe(at);
    expect((await patch(`/deals/${id}`, { displayOrder: -1 })).body).toMatchObject({ label: 'Renamed', displayOrder: -1 });
  });

  test('of HubSpot\'s own: it carries the time of the change, its stages keep theirs (6.4 [O])', async () => {
    const at = tick();
    const { body } = await patch('/leads/lead-pipeline-id', { label: 'Prospects' });
    expect(body).toMatchObject({ label: 'Prospects', createdAt: BEGINNING, updatedAt: at });
    expect(body.stages[0]).toMatchObject({ id: 'new-stage-id', createdAt: BEGINNING, updatedAt: BEGINNING });
  });

  test('not to the label of another', async () => {
    const { id } = await make();
    expect(await patch(`/deals/${id}`, { label: 'Sales Pipeline' })).toMatchObject({ status: 400, body: broken('the pipeline label "Sales Pipeline" is in use') });
  });

  test('restores an archived one, and archived is for nothing else', async () => {
    const { id, label } = await make();
    expect(await patch(`/deals/${id}`, { archived: false })).toMatchObject({ status: 400, body: broken('archived is only for restoring a pipeline, and this one is not archived') });
    expect(await patch(`/deals/${id}`, { archived: true })).toMatchObject({ status: 400, body: broken('archived is only for restoring a pipeline: DELETE archives one') });
    const archivedAt = tick();
    expect((await remove(`/deals/${id}`)).status).toBe(204);
    expect((await get(`/deals/${id}`)).body).toMatchObject({ id, archived: true, archivedAt });
    expect((await patch(`/deals/${id}`, { label: 'X' })).body).toEqual(noPipeline(id));
    // Another one took its name meanwhile.
    const other = await make({ label });
    expect(await patch(`/deals/${id}`, { archived: false })).toMatchObject({ status: 400, body: broken(`the pipeline label "${label}" is in use`) });
    const back = await patch(`/deals/${id}`, { archived: false, label: `${label} again` });
    expect(back.status).toBe(200);
    expect(back.body).toMatchObject({ id, label: `${label} again`, archived: false });
    expect(back.body).not.toHaveProperty('archivedAt');
    expect(back.body.stages).toHaveLength(3);
    expect(idsOf(await get('/deals'))).toEqual(expect.arrayContaining([id, other.id]));
  });
});

describe('DELETE', () => {
  test('archives: not listed, not found by writes', async () => {
    const { id } = await make();
    expect(await remove(`/deals/${id}`)).toMatchObject({ status: 204, body: undefined });
    expect(idsOf(await get('/deals'))).not.toContain(id);
    expect(await remove(`/deals/${id}`)).toMatchObject({ status: 404, body: noPipeline(id) });
    expect(await put(`/deals/${id}`, { label: 'A', displayOrder: 0, stages: [] })).toMatchObject({ status: 404, body: noPipeline(id) });
    expect((await spoke.post(`${V3}/deals`, pipeline({ pipelineId: id }))).body.category).toBe('DUPLICATE_PIPELINE_ID');
  });

  test('not the default one ([I]), whatever stands before it', async () => {
    await make({ displayOrder: 0, label: 'A first one' });
    expect((await get('/deals')).body.results[0].label).toBe('A first one');
    expect(await remove('/deals/default')).toMatchObject({ status: 400, body: broken('the default pipeline cannot be deleted') });
    const deal = await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'x', dealstage: 'contractsent' } });
    expect(deal).toMatchObject({ status: 201, body: { properties: { pipeline: 'default' } } });
  });

  test('with stages in use, when the client asked to look: refused (6.3 [D])', async () => {
    const { id, n } = await make();
    const ids = idsOf(await spoke.post('/crm/v3/objects/deals/batch/create', {
      inputs: [`open${n}`, `won${n}`, `open${n}`].map((dealstage) => ({ properties: { dealname: 'x', pipeline: id, dealstage } })),
    }));
    const used = (stages: string[], objects: string[]): object => {
      const [stageIds, objectIds] = [`[${stages.join(', ')}]`, `[${objects.join(', ')}]`];
      return invalid(`Stage IDs: ${stageIds} are being referenced by object IDs: ${objectIds}`, { subCategory: 'PipelineError.STAGE_ID_IN_USE', context: { stageIds: [stageIds], objectIds: [objectIds] } });
    };
    for (const flag of ['validateReferencesBeforeDelete', 'validateDealStageUsagesBeforeDelete']) {
      const answer = await remove(`/deals/${id}?${flag}=true`);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(used([`open${n}`, `won${n}`], ids));
      const replaced = await put(`/deals/${id}?${flag}=true`, { label: 'Less', displayOrder: 1, stages: [{ stageId: `open${n}`, label: 'Open', displayOrder: 0, metadata: { probability: 0.1 } }] });
      expect(replaced.status).toBe(400);
      expect(replaced.body).toEqual(used([`won${n}`], [ids[1]!]));
    }
    // The beta looks unless told not to (6.1 [D]).
    const beta = `DELETE /crm/pipelines/2026-09-beta/deals/${id}`;
    expect((await spoke.call(beta)).body).toEqual(used([`open${n}`, `won${n}`], ids));
    expect((await spoke.call(`${beta}?validateReferencesBeforeDelete=false&validateDealStageUsagesBeforeDelete=false`)).status).toBe(204);
    // The records are where they were ([I]), can be written, and can leave.
    const read = async (at: string) => (await spoke.get(`/crm/v3/objects/deals/${at}?properties=pipeline,dealstage,hs_is_closed_won,hs_closed_amount`)).body.properties;
    expect((await spoke.call(`PATCH /crm/v3/objects/deals/${ids[1]}`, { body: { properties: { amount: '7' } } })).status).toBe(200);
    expect(await read(ids[1]!)).toMatchObject({ pipeline: id, dealstage: `won${n}`, hs_is_closed_won: 'true', hs_closed_amount: '7' });
    expect((await spoke.call(`PATCH /crm/v3/objects/deals/${ids[1]}`, { body: { properties: { dealstage: `open${n}` } } })).status).toBe(400);
    expect((await spoke.call(`PATCH /crm/v3/objects/deals/${ids[1]}`, { body: { properties: { pipeline: 'default', dealstage: 'closedlost' } } })).status).toBe(200);
  });

  test('archived records do not count as use', async () => {
    const { id, n } = await make();
    const { body } = await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'x', pipeline: id, dealstage: `open${n}` } });
    expect((await spoke.call(`DELETE /crm/v3/objects/deals/${body.id}`)).status).toBe(204);
    expect((await remove(`/deals/${id}?validateReferencesBeforeDelete=true`)).status).toBe(204);
  });
});

test('what is not there', async () => {
  for (const answer of [await get('/deals/none'), await patch('/deals/none', { label: 'x' }), await patch('/deals/none', { archived: false }), await remove('/deals/none'), await get('/deals/none/audit')]) {
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(noPipeline('none'));
  }
});

describe('records follow at once', () => {
  const create = (type: string, properties: object): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}`, { properties });
  const read = async (type: string, id: string, ...names: string[]) => (await spoke.get(`/crm/v3/objects/${type}/${id}?properties=${names.join()}`)).body.properties;

  test('deals: probability and closing of a new stage (6.3 [D])', async () => {
    const { id, n } = await make();
    const names = ['hs_is_closed', 'hs_is_closed_won', 'hs_is_closed_lost', 'hs_deal_stage_probability', 'hs_is_in_first_deal_stage', 'hs_projected_amount'];
    const deal = (await create('deals', { dealname: 'x', amount: '10', pipeline: id, dealstage: `open${n}` })).body;
    expect(await read('deals', deal.id, ...names)).toMatchObject({
      hs_is_closed: 'false', hs_is_closed_won: 'false', hs_is_closed_lost: 'false', hs_deal_stage_probability: '0.3', hs_is_in_first_deal_stage: 'true', hs_projected_amount: '3',
    });
    const move = (dealstage: string) => spoke.call(`PATCH /crm/v3/objects/deals/${deal.id}`, { body: { properties: { dealstage } } });
    await move(`won${n}`);
    expect(await read('deals', deal.id, ...names)).toMatchObject({ hs_is_closed: 'true', hs_is_closed_won: 'true', hs_deal_stage_probability: '1.0', hs_is_in_first_deal_stage: 'false', hs_projected_amount: '10' });
    await move(`lost${n}`);
    expect(await read('deals', deal.id, ...names)).toMatchObject({ hs_is_closed_won: 'false', hs_is_closed_lost: 'true', hs_deal_stage_probability: '0.0', hs_projected_amount: '0' });
    const elsewhere = await move('contractsent');
    expect(elsewhere).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR', errors: [{ code: 'INVALID_OPTION', context: { propertyName: ['dealstage'] } }] } });
  });

  test('an archived pipeline takes no records', async () => {
    const { id, n } = await make();
    await remove(`/deals/${id}`);
    expect(await create('deals', { dealname: 'x', pipeline: id, dealstage: `open${n}` })).toMatchObject({ status: 400, body: { errors: [{ code: 'INVALID_OPTION', context: { propertyName: ['pipeline'] } }] } });
  });

  test('tickets: closing follows from the state', async () => {
    const stages = [{ label: 'In', displayOrder: 0, metadata: {} }, { label: 'Out', displayOrder: 1, metadata: { ticketState: 'CLOSED' } }];
    const { body } = await spoke.post(`${V3}/tickets`, { label: 'Repairs', displayOrder: 3, stages });
    expect(body.stages.map((one: { metadata: object }) => one.metadata)).toEqual([{ isClosed: 'false', ticketState: 'OPEN' }, { isClosed: 'true', ticketState: 'CLOSED' }]);
    const [open, closed] = body.stages.map((one: { id: string }) => one.id);
    const ticket = (await create('tickets', { subject: 'x', hs_pipeline: body.id, hs_pipeline_stage: open })).body;
    const at = tick();
    await spoke.call(`PATCH /crm/v3/objects/tickets/${ticket.id}`, { body: { properties: { hs_pipeline_stage: closed } } });
    expect(await read('tickets', ticket.id, 'closed_date', 'hs_is_closed')).toMatchObject({ closed_date: at });
  });

  test('the options of the stage and pipeline properties ([O])', async () => {
    const { id, n, label } = await make({ displayOrder: -1, label: 'Zz' });
    const options = async (name: string) => (await spoke.get(`/crm/v3/properties/deals/${name}`)).body.options;
    expect((await options('pipeline')).at(-1)).toMatchObject({ label, value: id, hidden: false });
    expect((await options('dealstage')).slice(-3).map(({ label: text, value }: { label: string; value: string }) => [value, text])).toEqual([[`open${n}`, 'Open'], [`won${n}`, 'Won'], [`lost${n}`, 'Lost']]);
    await spoke.call(`PATCH ${V3}/deals/${id}/stages/won${n}`, { body: { label: 'Yes', metadata: {} } });
    expect(await options('dealstage')).toContainEqual(expect.objectContaining({ label: 'Yes', value: `won${n}` }));
    await remove(`/deals/${id}`);
    expect(JSON.stringify([await options('pipeline'), await options('dealstage')])).not.toContain(`"${id}"`);
    expect((await options('dealstage')).map(({ value }: { value: string }) => value)).not.toContain(`won${n}`);
  });

  test('the properties of a stage come with it, are written, and go with it (section 4 [O])', async () => {
    const { id, n, label } = await make();
    const property = (name: string) => spoke.get(`/crm/v3/properties/deals/${name}`);
    const made = await property(`hs_v2_date_entered_won${n}`);
    expect(made).toMatchObject({ status: 200, body: { type: 'datetime', fieldType: 'date', groupName: 'dealinformation', label: `Date entered "Won (${label})"`, hidden: true, modificationMetadata: { readOnlyValue: true } } });
    const family = [
      'hs_v2_date_entered_', 'hs_v2_date_exited_', 'hs_v2_cumulative_time_in_', 'hs_v2_latest_time_in_', 'hs_date_entered_', 'hs_date_exited_', 'hs_time_in_',
    ].map((name) => `${name}open${n}`);
    const listed = (await spoke.get('/crm/v3/properties/deals')).body.results.map(({ name }: { name: string }) => name);
    expect(listed).toEqual(expect.arrayContaining(family));

    const entered = now();
    const deal = (await create('deals', { dealname: 'x', pipeline: id, dealstage: `open${n}` })).body;
    const exited = tick();
    await spoke.call(`PATCH /crm/v3/objects/deals/${deal.id}`, { body: { properties: { dealstage: `won${n}` } } });
    expect(await read('deals', deal.id, ...family)).toMatchObject({
      [family[0]!]: entered, [family[1]!]: exited, [family[2]!]: '1000', [family[3]!]: '1000', [family[4]!]: entered, [family[5]!]: exited,
    });
    await remove(`/deals/${id}`);
    expect((await property(`hs_v2_date_entered_won${n}`)).status).toBe(404);
    await patch(`/deals/${id}`, { archived: false });
    expect((await property(`hs_v2_date_entered_won${n}`)).status).toBe(200);
    expect(await read('deals', deal.id, family[0]!)).toMatchObject({ [family[0]!]: entered });
  });

  test('the properties of HubSpot\'s own stages say how the stage is called', async () => {
    const label = async (name: string) => (await spoke.get(`/crm/v3/properties/deals/${name}`)).body.label;
    expect(await label('hs_v2_date_exited_closedlost')).toBe('Date exited "Closed Lost (Sales Pipeline)"');
    await spoke.call(`PATCH ${V3}/deals/default/stages/closedlost`, { body: { label: 'No deal' } });
    expect(await label('hs_v2_date_exited_closedlost')).toBe('Date exited "No deal (Sales Pipeline)"');
    expect(await label('hs_v2_date_exited_closedwon')).toBe('Date exited "Closed Won (Sales Pipeline)"');
    await spoke.call(`PATCH ${V3}/deals/default`, { body: { label: 'Sales' } });
    expect(await label('hs_time_in_closedwon')).toBe("Time in 'Closed Won (Sales)'");
    await spoke.call(`PATCH ${V3}/deals/default`, { body: { label: 'Sales Pipeline' } });
  });

  test('custom objects: no pipeline until one is made; the first is the default one ([I])', async () => {
    const { body: schema } = await spoke.post('/crm-object-schemas/v3/schemas', {
      name: 'boats', labels: { singular: 'Boat', plural: 'Boats' }, primaryDisplayProperty: 'model', requiredProperties: ['model'], searchableProperties: [],
      associatedObjects: [], properties: [{ name: 'model', label: 'Model', type: 'string', fieldType: 'text' }],
    });
    const [type, named] = [schema.objectTypeId, schema.fullyQualifiedName];
    expect((await get(`/${named}`)).body).toEqual({ results: [] });
    const before = await create(type, { model: 'A' });
    expect(before.body.properties).not.toHaveProperty('hs_pipeline');
    const stages = [{ stageId: 'afloat', label: 'Afloat', displayOrder: 0, metadata: {} }, { stageId: 'sunk', label: 'Sunk', displayOrder: 1, metadata: { state: 'CLOSED' } }];
    const made = await spoke.post(`${V3}/boats`, { pipelineId: 'sea', label: 'Sea', displayOrder: 7, stages });
    expect(made).toMatchObject({ status: 201, body: { id: 'sea', stages: [{ metadata: { isClosed: 'false', state: 'OPEN' } }, { metadata: { isClosed: 'true', state: 'CLOSED' } }] } });
    tick();
    expect((await spoke.post(`${V3}/${type}`, { pipelineId: 'lake', label: 'Lake', displayOrder: 0, stages: [{ label: 'In', displayOrder: 0, metadata: {} }] })).status).toBe(201);
    expect(idsOf(await get(`/${type}`))).toEqual(['lake', 'sea']);
    const entered = now();
    const boat = (await create(named, { model: 'B', hs_pipeline_stage: 'sunk' })).body;
    expect(await read(type, boat.id, 'hs_pipeline', 'hs_v2_date_entered_sunk')).toMatchObject({ hs_pipeline: 'sea', hs_v2_date_entered_sunk: entered });
    expect(await create(type, { model: 'C', hs_pipeline: 'lake', hs_pipeline_stage: 'sunk' })).toMatchObject({ status: 400, body: { errors: [{ code: 'INVALID_OPTION' }] } });
    const { options } = (await spoke.get(`/crm/v3/properties/${type}/hs_pipeline`)).body;
    expect(options.map(({ value }: { value: string }) => value)).toEqual(['lake', 'sea']);
    expect(await remove(`/${type}/sea`)).toMatchObject({ status: 400, body: broken('the default pipeline cannot be deleted') });
    expect((await remove(`/${type}/lake`)).status).toBe(204);
  });

  test('a stage id that a name cannot hold gets a number behind it ([O], which one [I]); those of HubSpot\'s stages go with them', async () => {
    const names = async (type: string) => (await spoke.get(`/crm/v3/properties/${type}`)).body.results.map(({ name }: { name: string }) => name).filter((name: string) => name.startsWith('hs_v2_date_entered_'));
    const leads = await names('leads');
    expect(leads).toHaveLength(5);
    for (const name of leads) expect(name).toMatch(/^hs_v2_date_entered_(new|attempting|connected|qualified|unqualified)_stage_id_\d+$/);
    const order = (await create('orders', { hs_order_name: 'x', hs_pipeline: '14a2e10e-5471-408a-906e-c51f3b04369e', hs_pipeline_stage: '4b27b500-f031-4927-9811-68a0b525cbae' })).body;
    const name = (await names('orders')).find((one: string) => one.includes('4b27b500_f031_4927_9811_68a0b525cbae_'));
    expect(await read('orders', order.id, name!)).toMatchObject({ [name!]: order.createdAt });
    expect(await names('tickets')).toContain('hs_v2_date_entered_4');
    await spoke.call(`DELETE ${V3}/tickets/0/stages/4`);
    expect(await names('tickets')).not.toContain('hs_v2_date_entered_4');
  });

  test('lifecycle stages: new ones are options, and dated (section 4)', async () => {
    const { body: made } = await spoke.post(`${V3}/contacts/contacts-lifecycle-pipeline/stages`, { label: 'Fan', displayOrder: 20, metadata: {} });
    expect(made).toMatchObject({ label: 'Fan', metadata: { isClosed: 'false', state: 'OPEN' } });
    const at = now();
    const contact = await create('contacts', { email: 'fan@example.org', lifecyclestage: made.id });
    expect(contact.status).toBe(201);
    const names = [`hs_v2_date_entered_${made.id}`, `hs_lifecyclestage_${made.id}_date`];
    expect(await read('contacts', contact.body.id, ...names)).toMatchObject({ [names[0]!]: at });
    const wrong = await create('companies', { name: 'x', lifecyclestage: made.id });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toEqual(invalidValues(['lifecyclestage', 'INVALID_OPTION', `${made.id} was not one of the allowed options: [subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity, customer, evangelist, other]`]));
  });

  test('another portal has none of this', async () => {
    const token = await spoke.addPortal(777);
    expect(idsOf(await spoke.get(`${V3}/deals`, { token }))).toEqual(['default']);
    expect((await spoke.get('/crm/v3/properties/tickets/hs_v2_date_entered_4', { token })).status).toBe(200);
  });
});
