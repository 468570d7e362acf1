// The official Node client's calls for pipelines and stages against a running program. The client throws on statuses that its methods do not list.

import type { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClient, startClient } from '../support/client.ts';

let running: RunningClient;
let client: Client;
beforeAll(async () => {
  running = await startClient();
  ({ client } = running);
});
afterAll(() => running?.stop());

test('pipelines: made, listed, read, replaced, changed, deleted, restored, with their audit', async () => {
  const { pipelinesApi, pipelineAuditsApi } = client.crm.pipelines;
  const made = await pipelinesApi.create('deals', { label: 'Renewals', displayOrder: 1, stages: [{ label: 'Due', displayOrder: 0, metadata: { probability: '0.5' } }] });
  expect(made.createdAt).toBeInstanceOf(Date);
  expect((await pipelinesApi.getAll('deals')).results.map((pipeline) => pipeline.label)).toEqual(['Sales Pipeline', 'Renewals']);
  const [due] = made.stages;
  // The client has no place for ids of stages, so none of what it sends is one that is known (schema.md 6.3 [O]).
  const listed = { label: 'Due', displayOrder: 0, metadata: { probability: '0.5' }, stageId: due!.id };
  await expect(pipelinesApi.replace('deals', made.id, { label: 'Renewals', displayOrder: 2, stages: [listed] })).rejects.toMatchObject({ code: 400 });
  const replaced = await client.apiRequest({ method: 'PUT', path: `/crm/v3/pipelines/deals/${made.id}`, body: { label: 'Renewals', displayOrder: 2, stages: [listed] } });
  expect(replaced.status).toBe(200);
  const { id: deal } = await client.crm.deals.basicApi.create({ properties: { dealname: 'x', pipeline: made.id, dealstage: due!.id }, associations: [] });
  await expect(pipelinesApi.archive('deals', made.id, true)).rejects.toMatchObject({ code: 400, body: { subCategory: 'PipelineError.STAGE_ID_IN_USE', context: { objectIds: [`[${deal}]`] } } });
  await pipelinesApi.archive('deals', made.id);
  expect((await pipelinesApi.getById('deals', made.id)).archived).toBe(true);
  expect((await pipelinesApi.update('deals', made.id, { archived: false })).archived).toBe(false);
  expect((await pipelineAuditsApi.getAudit('deals', made.id)).results.map((entry) => entry.action)).toEqual(['UPDATE', 'DELETE', 'UPDATE', 'CREATE']);
});

test('stages: made, listed, read, replaced, changed, deleted, with their audit', async () => {
  const { pipelineStagesApi, pipelineStageAuditsApi } = client.crm.pipelines;
  const made = await pipelineStagesApi.create('tickets', '0', { label: 'Escalated', displayOrder: 2, metadata: { ticketState: 'OPEN' } });
  expect((await pipelineStagesApi.getAll('tickets', '0')).results).toHaveLength(5);
  expect((await pipelineStagesApi.replace('tickets', '0', made.id, { label: 'Done', displayOrder: 9, metadata: { ticketState: 'CLOSED' } })).metadata).toEqual({ isClosed: 'true', ticketState: 'CLOSED' });
  expect((await pipelineStagesApi.update('tickets', '0', made.id, { metadata: {}, label: 'Over' })).label).toBe('Over');
  await pipelineStagesApi.archive('tickets', '0', made.id);
  expect((await pipelineStagesApi.getById('tickets', '0', made.id)).archived).toBe(true);
  expect((await pipelineStageAuditsApi.getAudit('tickets', made.id)).results.map((entry) => entry.action)).toEqual(['DELETE', 'UPDATE', 'UPDATE', 'CREATE']);
});
