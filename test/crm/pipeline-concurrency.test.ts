// Pipelines changed by many at once: every rule holds, and no change is lost.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { idsOf } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOT = '/crm/v3/pipelines';
const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const statuses = (answers: Answer[]): number[] => answers.map((answer) => answer.status).sort((a, b) => a - b);
const labelsOf = (answer: Answer): string[] => answer.body.results.map((one: { label: string }) => one.label);
const stage = (n: number, more: object = {}) => ({ label: `Stage ${n}`, displayOrder: n, metadata: {}, ...more });

test('stages made at once are all there, with ids of their own, up to the limit', async () => {
  const [pipeline] = idsOf(await spoke.get(`${ROOT}/orders`));
  const answers = await together(32, (n) => spoke.post(`${ROOT}/orders/${pipeline}/stages`, stage(n)));
  // Five are there from the start.
  expect(statuses(answers)).toEqual([...Array(25).fill(201), ...Array(7).fill(400)]);
  const ids = idsOf(await spoke.get(`${ROOT}/orders/${pipeline}/stages`));
  expect(ids).toHaveLength(30);
  expect(new Set(ids).size).toBe(30);
});

test('of stages of one label, or one id, made at once there is one', async () => {
  expect(statuses(await together(8, () => spoke.post(`${ROOT}/tickets/0/stages`, stage(0, { label: 'Same' }))))).toEqual([201, ...Array(7).fill(400)]);
  expect(statuses(await together(8, (n) => spoke.post(`${ROOT}/tickets`, { label: `Other ${n}`, displayOrder: 1, stages: [stage(0, { stageId: 'one' })] })))).toEqual([201, ...Array(7).fill(400)]);
  expect(statuses(await together(8, () => spoke.post(`${ROOT}/tickets`, { label: 'Twin', displayOrder: 1, stages: [stage(0)] })))).toEqual([201, ...Array(7).fill(400)]);
});

test('a PUT and PATCHes at once: either the stage is gone, or it has what was patched', async () => {
  for (let round = 0; round < 6; round++) {
    const [a, b] = [`a${round}`, `b${round}`];
    const { id } = (await spoke.post(`${ROOT}/services`, { label: `Round ${round}`, displayOrder: 1, stages: [stage(0, { stageId: a }), stage(1, { stageId: b })] })).body;
    const path = `${ROOT}/services/${id}`;
    const [put, label, order] = await Promise.all([
      spoke.call(`PUT ${path}`, { body: { label: `Put ${round}`, displayOrder: 2, stages: [stage(0, { stageId: a })] } }),
      spoke.call(`PATCH ${path}/stages/${b}`, { body: { label: 'Patched', metadata: {} } }),
      spoke.call(`PATCH ${path}/stages/${b}`, { body: { displayOrder: 8, metadata: {} } }),
    ]);
    expect(put!.status).toBe(200);
    const { body } = await spoke.get(`${path}/stages/${b}`);
    expect(body).toMatchObject({ archived: true, label: label!.status === 200 ? 'Patched' : 'Stage 1', displayOrder: order!.status === 200 ? 8 : 1 });
    expect(labelsOf(await spoke.get(`${path}/stages`))).toEqual(['Stage 0']);
  }
});

test('of a pipeline\'s stages deleted at once one stays', async () => {
  const stages = Array.from({ length: 5 }, (_, n) => stage(n, { stageId: `last${n}` }));
  const { id } = (await spoke.post(`${ROOT}/courses`, { label: 'Few', displayOrder: 1, stages })).body;
  expect(statuses(await together(5, (n) => spoke.call(`DELETE ${ROOT}/courses/${id}/stages/last${n}`)))).toEqual([204, 204, 204, 204, 400]);
});

test('every change has its own place in the audit', async () => {
  const answers = await together(10, (n) => spoke.call(`PATCH ${ROOT}/deals/default`, { body: { label: `Sales ${n}` } }));
  expect(statuses(answers)).toEqual(Array(10).fill(200));
  const { body } = await spoke.get(`${ROOT}/deals/default/audit`);
  expect(new Set(body.results.map((entry: { message: string }) => entry.message)).size).toBe(10);
  expect(body.results[0].rawObject.label).toBe((await spoke.get(`${ROOT}/deals/default`)).body.label);
});
