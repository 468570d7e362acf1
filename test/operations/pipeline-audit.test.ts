// Who changed pipelines and stages, and how (schema.md 6.1, 6.2).
// Proves: pipelines.audit, stages.audit.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockOf } from '../support/expect.ts';
import { oauthIn } from '../support/oauth.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
const oauth = oauthIn(() => spoke, now);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v3/pipelines', '/crm/pipelines/2025-09', '/crm/pipelines/2026-03', '/crm/pipelines/2026-09', '/crm/pipelines/2026-09-beta'];
const audit = async (path: string, root = ROOTS[0]!) => (await spoke.get(`${root}/deals/${path}/audit`)).body.results;
const DEALS = `${ROOTS[0]}/deals`;

test('nobody has touched HubSpot\'s own', async () => {
  for (const root of ROOTS) expect([await audit('default', root), await audit('default/stages/closedwon', root)]).toEqual([[], []]);
});

test('a pipeline is made, changed, deleted and restored: an entry for each, the last first', async () => {
  const at = now();
  const body = { pipelineId: 'p', label: 'P', displayOrder: 1, stages: [{ stageId: 's', label: 'S', displayOrder: 0, metadata: { probability: '0.5' } }] };
  const made = (await spoke.post(DEALS, body)).body;
  expect(await audit('p')).toEqual([{ portalId: 1234567, identifier: '1234567:p', action: 'CREATE', timestamp: at, fromUserId: 1, message: 'Pipeline "P" created', rawObject: made }]);
  expect(await audit('p/stages/s')).toEqual([{ portalId: 1234567, identifier: '1234567:p:s', action: 'CREATE', timestamp: at, fromUserId: 1, message: 'Stage "S" created', rawObject: made.stages[0] }]);

  const later = tick();
  const renamed = (await spoke.call(`PATCH ${DEALS}/p`, { body: { label: 'Q' } })).body;
  // Nothing changed: no entry.
  await spoke.call(`PATCH ${DEALS}/p`, { body: { label: 'Q' } });
  // By an app that another user has granted access. Tokens of the command line are the portal's first user's.
  const userId = Number((await spoke.post('/settings/v3/users', { email: 'ana@example.com' })).body.id);
  const scopes = ['oauth', 'crm.schemas.deals.write'];
  const { accessToken } = await oauth.install(await oauth.app({ requiredScopes: scopes }), { userId, userEmail: 'ana@example.com', scopes });
  await spoke.call(`DELETE ${DEALS}/p`, { token: accessToken });
  await spoke.call(`PATCH ${DEALS}/p`, { body: { archived: false } });
  const entries = await audit('p');
  expect(entries.map((entry: { action: string; fromUserId: number }) => [entry.action, entry.fromUserId])).toEqual([['UPDATE', 1], ['DELETE', userId], ['UPDATE', 1], ['CREATE', 1]]);
  expect(entries[2]).toEqual({ portalId: 1234567, identifier: '1234567:p', action: 'UPDATE', timestamp: later, fromUserId: 1, message: 'Pipeline "Q" updated', rawObject: renamed });
  expect(entries[1]).toMatchObject({ message: 'Pipeline "Q" deleted', rawObject: { archived: true, archivedAt: later } });
  // Its stage was not touched.
  expect(await audit('p/stages/s')).toHaveLength(1);
});

test('of a stage: its own entries, none of its pipeline', async () => {
  const stages = `${DEALS}/default/stages`;
  const { body: made } = await spoke.post(stages, { label: 'Mine', displayOrder: 3, metadata: { probability: '0.5' } });
  const { body: changed } = await spoke.call(`PATCH ${stages}/${made.id}`, { body: { metadata: { probability: '0.6' } } });
  await spoke.call(`DELETE ${stages}/${made.id}`);
  const entries = await audit(`default/stages/${made.id}`);
  expect(entries.map(({ action }: { action: string }) => action)).toEqual(['DELETE', 'UPDATE', 'CREATE']);
  expect(entries[1].rawObject).toEqual(changed);
  expect(await audit('default')).toEqual([]);
});

test('a PUT leaves an entry with each part that it changed', async () => {
  const stages = [['keep', 'Keep'], ['change', 'Change'], ['drop', 'Drop']].map(([stageId, label], displayOrder) => ({ stageId, label, displayOrder, metadata: { probability: '0.5' } }));
  await spoke.post(DEALS, { pipelineId: 'put', label: 'Put', displayOrder: 1, stages });
  const [keep, change] = stages;
  await spoke.call(`PUT ${DEALS}/put`, { body: { label: 'Put', displayOrder: 1, stages: [keep, { ...change, label: 'Changed' }, { stageId: 'new', label: 'New', displayOrder: 5, metadata: { probability: '0.1' } }] } });
  const actions = async (path: string) => (await audit(path)).map(({ action }: { action: string }) => action);
  expect(await Promise.all(['put', 'put/stages/keep', 'put/stages/change', 'put/stages/drop', 'put/stages/new'].map(actions))).toEqual([
    ['CREATE'], ['CREATE'], ['UPDATE', 'CREATE'], ['DELETE', 'CREATE'], ['CREATE'],
  ]);
});

test('a change that is refused leaves none', async () => {
  const before = await audit('default/stages/contractsent');
  expect((await spoke.call(`PATCH ${DEALS}/default/stages/contractsent`, { body: { label: 'Closed Won' } })).status).toBe(400);
  expect(await audit('default/stages/contractsent')).toEqual(before);
});
