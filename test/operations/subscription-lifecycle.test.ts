// Pausing, resuming and cancelling subscriptions (objects.md 2.4 [D]: the three routes). What they answer, the status
// `paused` and which status allows which step are ours [I].
// Proves: subscriptions.pause, subscriptions.unpause, subscriptions.cancel.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, invalid, refusal } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const make = async (): Promise<string> => (await spoke.post('/crm/v3/objects/subscriptions', { properties: { hs_name: 'Plan' } })).body.id;
const step = (id: string, name: string, token?: string): Promise<Answer> => spoke.call(`POST /payments-subscriptions/v1/subscriptions/crm/${id}/${name}`, token ? { token } : {});
const read = async (id: string): Promise<object> => (await spoke.get(`/crm/v3/objects/subscriptions/${id}?properties=hs_status,hs_canceled_date`)).body.properties;

describe('the life of a subscription', () => {
  test('paused, resumed, cancelled: an empty answer each, and the record says so', async () => {
    const id = await make();
    const hs_createdate = now();
    for (const [name, hs_status, hs_canceled_date] of [['pause', 'paused', null], ['unpause', 'active', null], ['cancel', 'canceled', '<now>']]) {
      const at = tick();
      const answer = await step(id, name!);
      expect(answer).toMatchObject({ status: 204, body: undefined });
      expect(await read(id)).toEqual({ hs_canceled_date: hs_canceled_date && at, hs_createdate, hs_lastmodifieddate: at, hs_object_id: id, hs_status });
    }
    const { body } = await spoke.get(`/crm/v3/objects/subscriptions/${id}?propertiesWithHistory=hs_status`);
    expect(body.propertiesWithHistory.hs_status.map((entry: { value: string }) => entry.value)).toEqual(['canceled', 'active', 'paused']);
  });

  test('paused ones can be cancelled', async () => {
    const id = await make();
    await step(id, 'pause');
    expect(await step(id, 'cancel')).toMatchObject({ status: 204 });
  });

  test.each([[[], 'unpause', 'active'], [['pause'], 'pause', 'paused'], [['cancel'], 'pause', 'canceled'], [['cancel'], 'unpause', 'canceled'], [['cancel'], 'cancel', 'canceled']])(
    'after %o no %s', async (before, name, status) => {
      const id = await make();
      for (const one of before) await step(id, one);
      const answer = await step(id, name);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalid(`Cannot ${name} subscription ${id}, its status is ${status}`, { context: { id: [id], hs_status: [status] } }));
    },
  );

  test('the status cannot be written (it is read-only in the catalogue)', async () => {
    const answer = await spoke.call(`PATCH /crm/v3/objects/subscriptions/${await make()}`, { body: { properties: { hs_status: 'paused' } } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'READ_ONLY_VALUE' }] } });
  });
});

describe('what is refused', () => {
  test.each(['pause', 'unpause', 'cancel'])('%s of no subscription', async (name) => {
    for (const id of ['999', (await spoke.post('/crm/v3/objects/contacts', { properties: {} })).body.id]) {
      const answer = await step(id, name);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(refusal('resource not found'));
    }
    expect(await step('abc', name)).toMatchObject({ status: 404, body: { category: 'OBJECT_NOT_FOUND' } });
  });

  test('without the scope to write subscriptions, or without a token', async () => {
    const id = await make();
    expect(await step(id, 'pause', await spoke.tokenWith(['crm.objects.subscriptions.read']))).toMatchObject({
      status: 403, body: { errors: [{ context: { requiredGranularScopes: ['crm.objects.subscriptions.write'] } }] },
    });
    expect(await spoke.call(`POST /payments-subscriptions/v1/subscriptions/crm/${id}/pause`, { token: null })).toMatchObject({ status: 401 });
  });

  test('of several at once one succeeds', async () => {
    const id = await make();
    const answers = await Promise.all(Array.from({ length: 6 }, () => step(id, 'pause')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 400, 400, 400, 400, 400]);
  });
});
