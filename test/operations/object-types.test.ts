// Every object type on the wire: the names it answers to, what a new record of it needs and shows (objects.md 2).
// Proves: records.batchCreate, records.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUniqueProperty, batch, batchError, clockOf, countOf, created, createdContact, faultsMessage, idsOf, invalid, invalidValues, refusal, updated } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const create = (type: string, ...properties: object[]): Promise<Answer> =>
  spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: properties.map((values) => ({ properties: values })) });

const AT = '2026-10-02T08:00:00.000Z';
const SERVICE_PIPELINE = { hs_pipeline: 'ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6', hs_pipeline_stage: '8e2b21d0-7a90-4968-8f8c-a8525cc49c70' };
const PROJECT_PIPELINE = { hs_pipeline: '139663aa-09ee-418e-b67d-c8cfcd3e5ce3', hs_pipeline_stage: 'project-not-started' };

interface Row {
  id: string;
  plural: string;
  singular: string;
  legacy: string;
  /** Required properties with a value each, in the order of the 400 (objects.md 2.1). */
  required: Record<string, string>;
  /** What else a new record answers. */
  adds?: Record<string, string>;
  /** Shows `hs_createdate` instead of `createdate` (objects.md 5.4). */
  hs?: true;
}

const ROWS: Row[] = [
  { id: '0-2', plural: 'companies', singular: 'company', legacy: 'COMPANY', required: {} },
  { id: '0-3', plural: 'deals', singular: 'deal', legacy: 'DEAL', required: {}, adds: { pipeline: 'default' } },
  {
    id: '0-5', plural: 'tickets', singular: 'ticket', legacy: 'TICKET', required: { hs_pipeline_stage: '1' },
    adds: { hs_pipeline: '0', hs_helpdesk_sort_timestamp: '<now>', hs_last_message_from_visitor: 'false', hs_ticket_id: '<id>' },
  },
  { id: '0-7', plural: 'products', singular: 'product', legacy: 'PRODUCT', required: { name: 'Bolt' } },
  { id: '0-8', plural: 'line_items', singular: 'line_item', legacy: 'LINE_ITEM', required: {} },
  { id: '0-14', plural: 'quotes', singular: 'quote', legacy: 'QUOTE', required: { hs_title: 'Offer', hs_expiration_date: '2026-12-31' }, hs: true },
  { id: '0-18', plural: 'communications', singular: 'communication', legacy: 'COMMUNICATION', required: { hs_timestamp: AT, hs_communication_channel_type: 'SMS' }, hs: true },
  { id: '0-27', plural: 'tasks', singular: 'task', legacy: 'TASK', required: { hs_timestamp: AT }, hs: true },
  { id: '0-46', plural: 'notes', singular: 'note', legacy: 'NOTE', required: { hs_timestamp: AT }, hs: true },
  { id: '0-47', plural: 'meetings', singular: 'meeting', legacy: 'MEETING_EVENT', required: { hs_timestamp: AT }, hs: true },
  { id: '0-48', plural: 'calls', singular: 'call', legacy: 'CALL', required: { hs_timestamp: AT }, hs: true },
  { id: '0-49', plural: 'emails', singular: 'email', legacy: 'EMAIL', required: { hs_timestamp: AT, hs_email_direction: 'EMAIL' }, hs: true },
  { id: '0-53', plural: 'invoices', singular: 'invoice', legacy: 'INVOICE', required: { hs_currency: 'EUR' }, adds: { hs_invoice_status: 'draft' } },
  { id: '0-54', plural: 'marketing_events', singular: 'marketing_event', legacy: 'MARKETING_EVENT', required: { hs_event_name: 'Fair' }, hs: true },
  { id: '0-69', plural: 'subscriptions', singular: 'subscription', legacy: 'SUBSCRIPTION', required: { hs_name: 'Plan' }, adds: { hs_status: 'active' }, hs: true },
  { id: '0-74', plural: 'goal_targets', singular: 'goal_target', legacy: 'GOAL_TARGET', required: {}, hs: true },
  { id: '0-84', plural: 'discounts', singular: 'discount', legacy: 'DISCOUNT', required: {} },
  { id: '0-85', plural: 'fees', singular: 'fee', legacy: 'FEE', required: {} },
  { id: '0-86', plural: 'taxes', singular: 'tax', legacy: 'TAX', required: {} },
  {
    id: '0-101', plural: 'commerce_payments', singular: 'commerce_payment', legacy: 'COMMERCE_PAYMENT',
    required: { hs_initial_amount: '10', hs_initiated_date: AT },
  },
  { id: '0-116', plural: 'postal_mail', singular: 'postal_mail', legacy: 'POSTAL_MAIL', required: { hs_timestamp: AT }, hs: true },
  {
    id: '0-123', plural: 'orders', singular: 'order', legacy: 'ORDER', required: { hs_order_name: 'No. 1' },
    adds: { hs_pipeline: '14a2e10e-5471-408a-906e-c51f3b04369e' },
  },
  { id: '0-142', plural: 'carts', singular: 'cart', legacy: 'CART', required: {} },
  { id: '0-162', plural: 'services', singular: 'service', legacy: 'SERVICE', required: { hs_name: 'Fitting', ...SERVICE_PIPELINE }, hs: true },
  {
    id: '0-410', plural: 'courses', singular: 'course', legacy: 'COURSE', required: { hs_course_name: 'Sums' },
    adds: { hs_pipeline: '9dd7104c-1ae0-402b-a194-9cc567fd6a45' }, hs: true,
  },
  {
    id: '0-420', plural: 'listings', singular: 'listing', legacy: 'LISTING', required: { hs_name: 'House' },
    adds: { hs_pipeline: 'fdeea9a0-8d7e-4f9b-97b6-ca9a587eee87' }, hs: true,
  },
  {
    id: '0-421', plural: 'appointments', singular: 'appointment', legacy: 'APPOINTMENT', required: { hs_appointment_name: 'Visit' },
    adds: { hs_pipeline: 'appointment-pipeline' }, hs: true,
  },
  { id: '0-970', plural: 'projects', singular: 'project', legacy: 'PROJECT', required: { hs_name: 'Move', ...PROJECT_PIPELINE }, hs: true },
];

/** The whole record that a create of the row's required properties answers. */
function newRecord({ id: typeId, required, adds = {}, hs }: Row, id: string): object {
  const more = Object.fromEntries(Object.entries(adds).map(([name, value]) => [name, value.replace('<now>', now()).replace('<id>', id)]));
  return created(typeId, id, now(), { ...required, ...more }, {}, hs ? 'hs_createdate' : 'createdate');
}

describe('every type by plural, id, singular and legacy name (2.1 [D], 2.3 [D, O])', () => {
  test.each(ROWS)('$plural, $id, $singular, $legacy', async (row) => {
    for (const name of [row.plural, row.id, row.singular, row.legacy]) {
      const answer = await create(name, row.required);
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(batch(now(), [newRecord(row, idsOf(answer)[0]!)]));
    }
    expect(await countOf(spoke, row.plural)).toBe(4);
  });

  test('contacts, 0-1, contact, CONTACT', async () => {
    for (const name of ['contacts', '0-1', 'contact', 'CONTACT']) {
      const answer = await create(name, { firstname: 'Ada' });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(batch(now(), [createdContact(idsOf(answer)[0]!, now(), { firstname: 'Ada', hs_full_name_or_email: 'Ada' })]));
    }
  });

  test('users, 0-115, user, USER: hs_internal_user_id is unique', async () => {
    for (const [i, name] of ['users', '0-115', 'user', 'USER'].entries()) {
      const values = { hs_internal_user_id: `${i + 1}`, hs_email: `u${i}@example.org` };
      const answer = await create(name, values);
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(batch(now(), [created('0-115', idsOf(answer)[0]!, now(), values, {}, 'hs_createdate')]));
    }
  });

  test.each([['goals', '0-74', 'hs_createdate'], ['payments', '0-101', 'createdate']] as const)('%s is %s (2.1 [D])', async (name, id, createdProperty) => {
    const required = id === '0-101' ? { hs_initial_amount: '10', hs_initiated_date: AT } : {};
    const answer = await create(name, required);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [created(id, idsOf(answer)[0]!, now(), required, {}, createdProperty)]));
  });
});

describe('missing required properties (2.1 [D], 2.5 [O])', () => {
  const rows = [...ROWS, { plural: 'users', legacy: 'USER', required: { hs_internal_user_id: '', hs_email: '' } }].filter((row) => Object.keys(row.required).length > 0);

  test.each(rows)('$plural without anything: Error creating $legacy', async ({ plural, legacy, required }) => {
    const before = await countOf(spoke, plural);
    const answer = await create(plural, {});
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Error creating ${legacy}. Some required properties were not set.`, { context: { properties: Object.keys(required) } }));
    expect(await countOf(spoke, plural)).toBe(before);
  });

  test('only those that are missing are named, and empty is missing', async () => {
    const answer = await create('communications', { hs_timestamp: AT, hs_communication_channel_type: '' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Error creating COMMUNICATION. Some required properties were not set.', { context: { properties: ['hs_communication_channel_type'] } }));
  });

  test('a bad value is told before a missing one [I]', async () => {
    const answer = await create('calls', { colour: 'red' });
    expect(answer.body).toEqual(invalidValues(['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist']));
  });

  test('a meeting takes its hs_timestamp from hs_meeting_start_time (2.1 [D])', async () => {
    const answer = await create('meetings', { hs_meeting_start_time: AT });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [
      created('0-47', idsOf(answer)[0]!, now(), { hs_meeting_start_time: AT, hs_timestamp: AT }, {}, 'hs_createdate'),
    ]));
  });

  test('an hs_timestamp of a meeting stays what it was sent as (2.1 [D])', async () => {
    const answer = await create('meetings', { hs_meeting_start_time: AT, hs_timestamp: String(Date.parse('2026-10-01T08:00:00.000Z')) });
    expect(answer.body).toEqual(batch(now(), [
      created('0-47', idsOf(answer)[0]!, now(), { hs_meeting_start_time: AT, hs_timestamp: '2026-10-01T08:00:00.000Z' }, {}, 'hs_createdate'),
    ]));
  });
});

describe('names of no type (2.3 [O])', () => {
  const routes: [string, string, unknown][] = [
    ['POST', '/batch/create', { inputs: [{ properties: {} }] }], ['POST', '/batch/upsert', { inputs: [] }], ['POST', '/batch/read', { inputs: [] }],
    ['GET', '', undefined], ['GET', '/1', undefined],
  ];

  test.each([
    ['widgets', 'Unable to infer object type from: widgets'], ['Contacts', 'Unable to infer object type from: Contacts'],
    ['p1234567_cars', 'Unable to infer object type from: p1234567_cars'], ['0-', 'Unable to infer object type from: 0-'],
    ['0-9999', 'Invalid object or event type id: 0-9999'], ['0-6', 'Invalid object or event type id: 0-6'], ['0-41', 'Invalid object or event type id: 0-41'],
    ['2-77', 'Invalid object or event type id: 2-77'], ['0-52', 'Invalid object or event type id: 0-52'], ['0-4', 'Invalid object or event type id: 0-4'],
  ])('%s: %s, without a category', async (name, message) => {
    for (const [method, path, body] of routes) {
      const answer = await spoke.call(`${method} /crm/v3/objects/${name}${path}`, { body });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refusal(message));
    }
  });
});

describe('the order of the checks: token, type, scope, body (2.3 [O])', () => {
  const path = (type: string): string => `/crm/v3/objects/${type}/batch/create`;
  const scopes = (...requiredGranularScopes: string[]): object => refusal(
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.", {
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes } }],
      links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
    });

  test('no token is told before an unknown type', async () => {
    const answer = await spoke.post(path('widgets'), '{', { token: null });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(refusal(
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      { category: 'INVALID_AUTHENTICATION' },
    ));
  });

  test('an unknown type is told before a missing scope', async () => {
    const answer = await spoke.post(path('widgets'), '{', { token: await spoke.tokenWith(['crm.objects.contacts.read']) });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refusal('Unable to infer object type from: widgets'));
  });

  test.each([
    ['contacts', ['crm.objects.contacts.write']], ['calls', ['crm.objects.contacts.write']], ['tickets', ['tickets']],
    ['fees', ['crm.objects.line_items.write', 'e-commerce']], ['0-69', ['crm.objects.subscriptions.write']],
  ])('a missing scope for %s is told before a bad body (2.7 [D])', async (type, needed) => {
    const answer = await spoke.post(path(type), '{', { token: await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.deals.write']) });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(scopes(...needed));
  });

  test('one of the scopes is enough (2.7 [D])', async () => {
    const answer = await spoke.post(path('fees'), { inputs: [] }, { token: await spoke.tokenWith(['e-commerce']) });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), []));
  });
});

describe('pipelines and stages (2.4 [D], 5.3 [O])', () => {
  const DEAL_STAGES = 'appointmentscheduled, qualifiedtobuy, presentationscheduled, decisionmakerboughtin, contractsent, closedwon, closedlost';

  test('a deal without pipeline and stage is in the default pipeline (2.1 [D])', async () => {
    const answer = await create('deals', { dealname: 'Big' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [created('0-3', idsOf(answer)[0]!, now(), { dealname: 'Big', pipeline: 'default' })]));
  });

  test('a deal with its stage only (2.1 [D])', async () => {
    const answer = await create('deals', { dealname: 'Big', dealstage: 'contractsent' });
    expect(answer.status).toBe(201);
    expect(answer.body.results[0].properties).toMatchObject({ dealstage: 'contractsent', pipeline: 'default' });
  });

  test.each([
    ['deals', { dealstage: 'nowhere' }, 'dealstage', `nowhere is not a valid pipeline stage ID. Valid options are: pipelineId=default : [${DEAL_STAGES}]`],
    ['deals', { pipeline: 'default', dealstage: '1' }, 'dealstage', `1 is not a valid pipeline stage ID. Valid options are: pipelineId=default : [${DEAL_STAGES}]`],
    ['tickets', { hs_pipeline_stage: '9' }, 'hs_pipeline_stage', '9 is not a valid pipeline stage ID. Valid options are: pipelineId=0 : [1, 2, 3, 4]'],
    ['tickets', { hs_pipeline: '0', hs_pipeline_stage: 'new' }, 'hs_pipeline_stage', 'new is not a valid pipeline stage ID. Valid options are: pipelineId=0 : [1, 2, 3, 4]'],
    ['orders', { hs_order_name: 'x', hs_pipeline_stage: '1' }, 'hs_pipeline_stage',
      '1 is not a valid pipeline stage ID. Valid options are: pipelineId=14a2e10e-5471-408a-906e-c51f3b04369e : [4b27b500-f031-4927-9811-68a0b525cbae, 937ea84d-0a4f-4dcf-9028-3f9c2aafbf03, aa99e8d0-c1d5-4071-b915-d240bbb1aed9, 3725360f-519b-4b18-a593-494d60a29c9f, 3c85a297-e9ce-400b-b42e-9f16853d69d6]'],
  ])('%s: %o', async (type, properties, name, message) => {
    const answer = await create(type, properties);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues([name, 'INVALID_OPTION', message]));
  });

  test.each([['deals', { pipeline: 'sales' }, 'pipeline', 'default'], ['tickets', { hs_pipeline: '7', hs_pipeline_stage: '1' }, 'hs_pipeline', '0']])(
    '%s: an unknown pipeline %o [I]', async (type, properties, name, pipelines) => {
      const answer = await create(type, properties);
      const value = (properties as Record<string, string>)[name];
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalidValues([name, 'INVALID_OPTION', `${value} was not one of the allowed options: [${pipelines}]`]));
    },
  );

  test('a stage that is no text: its text counts (5.1 [O])', async () => {
    const answer = await create('tickets', { hs_pipeline: 0, hs_pipeline_stage: 2 });
    expect(answer.status).toBe(201);
    expect(answer.body.results[0].properties).toMatchObject({ hs_pipeline: '0', hs_pipeline_stage: '2' });
  });
});

describe('subscriptions, by a unique property of the portal', () => {
  const upsert = (...inputs: object[]): Promise<Answer> =>
    spoke.post('/crm/v3/objects/subscriptions/batch/upsert', { inputs: inputs.map((input) => ({ idProperty: 'contract_no', ...input })) });
  const noSuch = ['colour', 'PROPERTY_DOESNT_EXIST', 'Property "colour" does not exist'] as const;

  test('made, changed, partly refused and refused (2.10, 3.6 [D])', async () => {
    await addUniqueProperty(spoke, 'subscriptions', 'contract_no', 'subscriptioninformation');
    const at = now();
    const made = await create('subscriptions', { hs_name: 'Basic', contract_no: 'S-1' }, { hs_name: 'Pro' });
    const [basic, pro] = idsOf(made);
    expect(made.status).toBe(201);
    expect(made.body).toEqual(batch(at, [
      created('0-69', basic!, at, { hs_name: 'Basic', contract_no: 'S-1', hs_status: 'active' }, {}, 'hs_createdate'), created('0-69', pro!, at, { hs_name: 'Pro', hs_status: 'active' }, {}, 'hs_createdate'),
    ]));

    const later = tick();
    const upserted = await upsert({ id: 'S-2', properties: { hs_name: 'Max' } }, { id: 'S-1', properties: { hs_name: 'Basic 2' } });
    expect(upserted.status).toBe(200);
    expect(upserted.body).toEqual(batch(later, [
      created('0-69', idsOf(upserted)[0]!, later, { hs_name: 'Max', contract_no: 'S-2', hs_status: 'active' }, { new: true }, 'hs_createdate'),
      updated('0-69', { id: basic!, createdAt: at, updatedAt: later }, { hs_name: 'Basic 2' }, { new: false }, 'hs_createdate'),
    ]));

    const partly = await upsert(
      { id: 'S-3', properties: {}, objectWriteTraceId: 'a' }, { id: 'S-1', properties: { colour: 'red' }, objectWriteTraceId: 'b' },
      { id: 'S-4', properties: { hs_name: 'Four' }, objectWriteTraceId: 'c' },
    );
    expect(partly.status).toBe(207);
    expect(partly.body).toEqual(batch(later, [
      created('0-69', idsOf(partly)[0]!, later, { hs_name: 'Four', contract_no: 'S-4', hs_status: 'active' }, { new: true, objectWriteTraceId: 'c' }, 'hs_createdate'),
    ], [
      batchError('VALIDATION_ERROR', 'Error creating SUBSCRIPTION. Some required properties were not set.', { objectWriteTraceId: ['a'], properties: ['hs_name'] }),
      batchError('VALIDATION_ERROR', faultsMessage(noSuch), { objectWriteTraceId: ['b'] }),
    ]));

    const before = await countOf(spoke, 'subscriptions');
    const refused = await upsert({ id: 'S-5', properties: { hs_name: 'Five' } }, { id: 'S-1', properties: { colour: 'red' } });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(invalidValues(noSuch));
    expect(await countOf(spoke, 'subscriptions')).toBe(before);
  });

  test('the property of one type is none of another (2.10 [D])', async () => {
    const answer = await spoke.post('/crm/v3/objects/orders/batch/upsert', { inputs: [{ idProperty: 'contract_no', id: 'S-1', properties: {} }] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Unable to perform update/upsert by non-unique 0-123 property contract_no'));
  });
});
