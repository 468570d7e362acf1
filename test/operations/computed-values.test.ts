// Values that follow from others of the same record, for every type that has some (objects.md 5.4, 5.5; schema.md 4). Which
// are computed is documented or observed, how is our reading of their names, [I] throughout. Deals are in
// property-values.test.ts too.
// Proves: records.create, records.update, records.get.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, created, createdContact, ownedSince, record, stageOfDeal, updated, updatedContact } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const create = (type: string, properties: object): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}`, { properties });
const update = (type: string, id: string, properties: object): Promise<Answer> => spoke.call(`PATCH /crm/v3/objects/${type}/${id}`, { body: { properties } });
const read = async (type: string, id: string, ...names: string[]): Promise<Record<string, string | null>> => {
  const { body } = await spoke.get(`/crm/v3/objects/${type}/${id}?properties=${names.join(',')}`);
  return Object.fromEntries(names.map((name) => [name, body.properties[name]]));
};
const AT = '2026-10-02T08:00:00.000Z';

describe('deals (5.5 [D])', () => {
  test('a close date of the client stays, and days to close are counted from the create date, whole ones, never below 0', async () => {
    const answer = await create('deals', { dealname: 'Dated', dealstage: 'closedwon', closedate: '2026-10-05T21:00:00.000Z' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-3', answer.body.id, now(), {
      closedate: '2026-10-05T21:00:00.000Z', days_to_close: '3', dealname: 'Dated', dealstage: 'closedwon', hs_closed_won_date: '2026-10-05T21:00:00.000Z',
      pipeline: 'default', ...stageOfDeal('won', '1.0'),
    }));
    const times = { id: answer.body.id, createdAt: now(), updatedAt: tick() };
    expect((await update('deals', times.id, { closedate: '2020-01-01' })).body).toEqual(updated('0-3', times, {
      closedate: '2020-01-01T00:00:00.000Z', days_to_close: '0', hs_closed_won_date: '2020-01-01T00:00:00.000Z',
    }));
    expect((await update('deals', times.id, { dealstage: 'contractsent', closedate: '' })).body).toEqual(updated('0-3', times, {
      closedate: '', days_to_close: '', hs_closed_won_date: '', dealstage: 'contractsent', hs_is_closed: 'false', hs_is_closed_won: 'false', hs_is_closed_count: '0',
      hs_closed_won_count: '0', hs_is_open_count: '1', hs_deal_stage_probability: '0.9', hs_deal_stage_probability_shadow: '0.9', hs_closed_amount: '0',
      hs_closed_amount_in_home_currency: '0', hs_open_amount_in_home_currency: '',
    }));
  });

  test('amounts are exact: a forecast probability, an exchange rate, many digits', async () => {
    const { body } = await create('deals', { dealname: 'Exact', amount: '12345678901234567890.10', deal_currency_code: 'EUR', hs_exchange_rate: '1.1', hs_forecast_probability: '0.25' });
    expect(body).toEqual(created('0-3', body.id, now(), {
      amount: '12345678901234567890.10', amount_in_home_currency: '13580246791358024679.11', dealname: 'Exact', deal_currency_code: 'EUR', hs_exchange_rate: '1.1',
      hs_forecast_amount: '3086419725308641972.525', hs_forecast_probability: '0.25', pipeline: 'default',
    }));
  });

  test('when it came into each stage and left it is there to read, under both names, but not in answers of writes (3.10 [O])', async () => {
    const made = await create('deals', { dealname: 'Moving', dealstage: 'appointmentscheduled' });
    const { id } = made.body;
    const first = now();
    expect(made.body).toEqual(created('0-3', id, first, { dealname: 'Moving', dealstage: 'appointmentscheduled', pipeline: 'default', ...stageOfDeal('open', '0.2') }));
    const second = tick();
    const moved = await update('deals', id, { dealstage: 'qualifiedtobuy' });
    expect(moved.body).toEqual(updated('0-3', { id, createdAt: first, updatedAt: second }, {
      dealstage: 'qualifiedtobuy', hs_deal_stage_probability: '0.4', hs_deal_stage_probability_shadow: '0.4', hs_is_in_first_deal_stage: 'false',
    }));
    const third = tick();
    await update('deals', id, { dealstage: 'appointmentscheduled' });
    tick();
    await update('deals', id, { dealname: 'Staying' });
    expect(await read('deals', id, 'hs_v2_date_entered_appointmentscheduled', 'hs_v2_date_exited_appointmentscheduled', 'hs_v2_latest_time_in_appointmentscheduled',
      'hs_v2_date_entered_qualifiedtobuy', 'hs_date_entered_qualifiedtobuy', 'hs_v2_date_exited_qualifiedtobuy', 'hs_date_exited_qualifiedtobuy',
      'hs_v2_cumulative_time_in_qualifiedtobuy', 'hs_v2_date_entered_closedwon', 'hs_date_entered_closedwon')).toEqual({
      hs_v2_date_entered_appointmentscheduled: third, hs_v2_date_exited_appointmentscheduled: second, hs_v2_latest_time_in_appointmentscheduled: '1000',
      hs_v2_date_entered_qualifiedtobuy: second, hs_date_entered_qualifiedtobuy: second, hs_v2_date_exited_qualifiedtobuy: third, hs_date_exited_qualifiedtobuy: third,
      hs_v2_cumulative_time_in_qualifiedtobuy: '1000', hs_v2_date_entered_closedwon: null, hs_date_entered_closedwon: null,
    });
    await update('deals', id, { dealstage: 'qualifiedtobuy' });
    tick();
    await update('deals', id, { dealstage: '' });
    expect(await read('deals', id, 'hs_v2_cumulative_time_in_appointmentscheduled', 'hs_v2_cumulative_time_in_qualifiedtobuy', 'hs_v2_latest_time_in_qualifiedtobuy', 'hs_is_closed')).toEqual({
      hs_v2_cumulative_time_in_appointmentscheduled: '2000', hs_v2_cumulative_time_in_qualifiedtobuy: '2000', hs_v2_latest_time_in_qualifiedtobuy: '1000', hs_is_closed: null,
    });
  });
});

describe('tickets', () => {
  const ticket = (id: string): object => ({ hs_helpdesk_sort_timestamp: now(), hs_last_message_from_visitor: 'false', hs_pipeline: '0', hs_ticket_id: id });

  test('closed, they have a date and the milliseconds it took; reopened, only the last date', async () => {
    const made = await create('tickets', { subject: 'Help', hs_pipeline_stage: '1' });
    const { id } = made.body;
    const createdAt = now();
    expect(made.body).toEqual(created('0-5', id, createdAt, { subject: 'Help', hs_pipeline_stage: '1', ...ticket(id) }));
    const closed = tick();
    expect((await update('tickets', id, { hs_pipeline_stage: '4' })).body).toEqual(updated('0-5', { id, createdAt, updatedAt: closed }, {
      closed_date: closed, hs_last_closed_date: closed, hs_pipeline_stage: '4', time_to_close: '1000',
    }));
    const reopened = tick();
    expect((await update('tickets', id, { hs_pipeline_stage: '3' })).body).toEqual(updated('0-5', { id, createdAt, updatedAt: reopened }, {
      closed_date: '', hs_pipeline_stage: '3', time_to_close: '',
    }));
    expect(await read('tickets', id, 'hs_last_closed_date', 'hs_v2_date_entered_4', 'hs_v2_date_exited_4', 'hs_date_entered_1')).toEqual({
      hs_last_closed_date: closed, hs_v2_date_entered_4: closed, hs_v2_date_exited_4: reopened, hs_date_entered_1: createdAt,
    });
  });

  test('made closed', async () => {
    const { body } = await create('tickets', { hs_pipeline_stage: '4' });
    expect(body).toEqual(created('0-5', body.id, now(), { closed_date: now(), hs_last_closed_date: now(), hs_pipeline_stage: '4', time_to_close: '0', ...ticket(body.id) }));
  });
});

describe('contacts and companies', () => {
  test('lifecycle stages of a contact: the date of the first time, and of the last (4 [O])', async () => {
    const made = await create('contacts', { firstname: 'Ada' });
    const { id } = made.body;
    const first = now();
    expect(made.body).toEqual(createdContact(id, first, { firstname: 'Ada', hs_full_name_or_email: 'Ada' }));
    const second = tick();
    const epoch = String(Date.parse(second));
    expect((await update('contacts', id, { lifecyclestage: 'customer' })).body).toEqual(updatedContact({ id, createdAt: first, updatedAt: second }, {
      lifecyclestage: 'customer', hs_lifecyclestage_customer_date: epoch,
    }));
    const third = tick();
    await update('contacts', id, { lifecyclestage: '' });
    const fourth = tick();
    expect((await update('contacts', id, { lifecyclestage: 'lead' })).body).toEqual(updatedContact({ id, createdAt: first, updatedAt: fourth }, { lifecyclestage: 'lead' }));
    expect(await read('contacts', id, 'hs_lifecyclestage_lead_date', 'hs_v2_date_entered_lead', 'hs_date_entered_lead', 'hs_v2_date_exited_lead', 'hs_v2_latest_time_in_lead',
      'hs_v2_date_entered_customer', 'hs_date_entered_customer', 'hs_date_exited_customer', 'hs_v2_cumulative_time_in_customer', 'hs_date_entered_other')).toEqual({
      hs_lifecyclestage_lead_date: first, hs_v2_date_entered_lead: fourth, hs_date_entered_lead: fourth, hs_v2_date_exited_lead: second, hs_v2_latest_time_in_lead: '1000',
      hs_v2_date_entered_customer: second, hs_date_entered_customer: second, hs_date_exited_customer: third, hs_v2_cumulative_time_in_customer: '1000',
      hs_date_entered_other: null,
    });
  });

  test('lifecycle stages of a company', async () => {
    const { id } = (await create('companies', { name: 'Acme' })).body;
    const entered = tick();
    await update('companies', id, { lifecyclestage: 'lead' });
    const exited = tick();
    await update('companies', id, { lifecyclestage: 'customer' });
    expect(await read('companies', id, 'hs_v2_date_entered_lead', 'hs_date_entered_lead', 'hs_v2_date_exited_lead', 'hs_v2_date_entered_customer', 'hs_v2_date_entered_other')).toEqual({
      hs_v2_date_entered_lead: entered, hs_date_entered_lead: entered, hs_v2_date_exited_lead: exited, hs_v2_date_entered_customer: exited, hs_v2_date_entered_other: null,
    });
  });

  test('days to close', async () => {
    const contact = await create('contacts', { firstname: 'Ada', closedate: '2026-10-12' });
    expect(contact.body).toEqual(createdContact(contact.body.id, now(), { closedate: '2026-10-12T00:00:00.000Z', days_to_close: '9', firstname: 'Ada', hs_full_name_or_email: 'Ada' }));
    const company = await create('companies', { name: 'Acme', closedate: '2026-10-12' });
    expect(company.body).toEqual(created('0-2', company.body.id, now(), { closedate: '2026-10-12T00:00:00.000Z', days_to_close: '9', name: 'Acme' }));
  });
});

describe('owners (5.4)', () => {
  test('since when, and which user; gone with the owner', async () => {
    const made = await create('companies', { name: 'Owned', hubspot_owner_id: '1' });
    const { id } = made.body;
    const createdAt = now();
    expect(made.body).toEqual(created('0-2', id, createdAt, { name: 'Owned', ...ownedSince(createdAt) }));
    const updatedAt = tick();
    expect((await update('companies', id, { hubspot_owner_id: 1, city: 'Bonn' })).body).toEqual(updated('0-2', { id, createdAt, updatedAt }, { city: 'Bonn', hubspot_owner_id: '1' }));
    expect((await update('companies', id, { hubspot_owner_id: '' })).body).toEqual(updated('0-2', { id, createdAt, updatedAt }, {
      hs_all_owner_ids: '', hs_user_ids_of_all_owners: '', hubspot_owner_assigneddate: '', hubspot_owner_id: '',
    }));
  });

  test('of an activity', async () => {
    const { body } = await create('notes', { hs_timestamp: AT, hubspot_owner_id: '1' });
    expect(body).toEqual(created('0-46', body.id, now(), { hs_timestamp: AT, ...ownedSince(now()) }, {}, 'hs_createdate'));
  });
});

describe('activities', () => {
  test.each([
    ['calls', '0-48', 'hs_call_body'], ['meetings', '0-47', 'hs_meeting_body'], ['notes', '0-46', 'hs_note_body'], ['tasks', '0-27', 'hs_task_body'], ['postal_mail', '0-116', 'hs_postal_mail_body'],
  ])('the body of %s without markup', async (type, typeId, property) => {
    const value = '<p>Rate &lt; 5&nbsp;% &amp; 3 < 4</p>\n<ul><li>one</li><li>two</li></ul>';
    const { body } = await create(type, { hs_timestamp: AT, [property]: value });
    expect(body).toEqual(created(typeId, body.id, now(), {
      hs_timestamp: AT, [property]: value, hs_body_preview: 'Rate < 5 % & 3 < 4 one two', hs_body_preview_is_truncated: 'false',
    }, {}, 'hs_createdate'));
  });

  test('an email shows its text, and its html when there is no text', async () => {
    const { body } = await create('emails', { hs_timestamp: AT, hs_email_direction: 'EMAIL', hs_email_html: '<b>rich</b>' });
    expect(await read('emails', body.id, 'hs_body_preview')).toEqual({ hs_body_preview: 'rich' });
    await update('emails', body.id, { hs_email_text: 'plain' });
    expect(await read('emails', body.id, 'hs_body_preview')).toEqual({ hs_body_preview: 'plain' });
  });

  test.each([
    ['long', 'x'.repeat(300), 'x'.repeat(240), 'true'], ['cut between two characters', `${'x'.repeat(239)}🎈`, 'x'.repeat(239), 'true'], ['only markup', '<br><br>', null, 'false'],
    ['a tag that never ends', 'a <b', 'a <b', 'false'],
  ])('%s', async (_what, value, preview, truncated) => {
    const { id } = (await create('notes', { hs_timestamp: AT, hs_note_body: value })).body;
    expect(await read('notes', id, 'hs_body_preview', 'hs_body_preview_is_truncated')).toEqual({ hs_body_preview: preview, hs_body_preview_is_truncated: truncated });
    await update('notes', id, { hs_note_body: '' });
    expect(await read('notes', id, 'hs_body_preview', 'hs_body_preview_is_truncated')).toEqual({ hs_body_preview: null, hs_body_preview_is_truncated: null });
  });

  test('a body of nothing but openings is read once', async () => {
    const startedAt = performance.now();
    expect(await create('notes', { hs_timestamp: AT, hs_note_body: '<a'.repeat(32_000) })).toMatchObject({ status: 201 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('tasks: done, since when, and of which kind', async () => {
    const made = await create('tasks', { hs_timestamp: AT, hs_task_status: 'NOT_STARTED', hs_task_type: 'CALL' });
    const { id } = made.body;
    const createdAt = now();
    const open = { hs_task_completion_count: '0', hs_task_is_completed: '0', hs_task_is_completed_call: '0', hs_task_is_completed_email: '0', hs_task_is_completed_linked_in: '0' };
    expect(made.body).toEqual(created('0-27', id, createdAt, { hs_timestamp: AT, hs_task_status: 'NOT_STARTED', hs_task_type: 'CALL', ...open }, {}, 'hs_createdate'));
    const updatedAt = tick();
    expect((await update('tasks', id, { hs_task_status: 'COMPLETED' })).body).toEqual(updated('0-27', { id, createdAt, updatedAt }, {
      hs_task_status: 'COMPLETED', hs_task_completion_count: '1', hs_task_is_completed: '1', hs_task_is_completed_call: '1', hs_task_completion_date: updatedAt,
    }, {}, 'hs_createdate'));
    const reopenedAt = tick();
    expect((await update('tasks', id, { hs_task_status: 'WAITING' })).body).toEqual(updated('0-27', { id, createdAt, updatedAt: reopenedAt }, {
      hs_task_status: 'WAITING', hs_task_completion_count: '0', hs_task_is_completed: '0', hs_task_is_completed_call: '0', hs_task_completion_date: '',
    }, {}, 'hs_createdate'));
  });

  test('meetings: the outcome, counted', async () => {
    const { body } = await create('meetings', { hs_timestamp: AT, hs_meeting_outcome: 'NO_SHOW' });
    expect(body).toEqual(created('0-47', body.id, now(), {
      hs_timestamp: AT, hs_meeting_outcome: 'NO_SHOW', hs_outcome_canceled_count: '0', hs_outcome_completed_count: '0', hs_outcome_no_show_count: '1',
      hs_outcome_rescheduled_count: '0', hs_outcome_scheduled_count: '0',
    }, {}, 'hs_createdate'));
  });
});

describe('commerce and services', () => {
  test.each([
    [{ price: '9.99' }, { hs_pre_discount_amount: '9.99', hs_total_discount: '0', amount: '9.99' }],
    [{ price: '9.99', quantity: '3' }, { hs_pre_discount_amount: '29.97', hs_total_discount: '0', amount: '29.97' }],
    [{ price: '10', quantity: '3', discount: '1.5' }, { hs_pre_discount_amount: '30', hs_total_discount: '4.5', amount: '25.5' }],
    [{ price: '10', quantity: '3', hs_discount_percentage: '12.5' }, { hs_pre_discount_amount: '30', hs_total_discount: '3.75', amount: '26.25' }],
    [{ price: '10', discount: '1', hs_discount_percentage: '50' }, { hs_pre_discount_amount: '10', hs_total_discount: '1', amount: '9' }],
    [{ quantity: '3' }, {}],
  ])('a line item of %o', async (properties, computed) => {
    const { body } = await create('line_items', properties);
    expect(body).toEqual(created('0-8', body.id, now(), { ...properties, ...computed }));
  });

  test('an order is closed with its stage; a total without a currency is in that of the portal', async () => {
    const { body } = await create('orders', { hs_order_name: 'One', hs_pipeline_stage: '3725360f-519b-4b18-a593-494d60a29c9f', hs_total_price: '20' });
    expect(body).toEqual(created('0-123', body.id, now(), {
      hs_homecurrency_amount: '20', hs_is_closed: 'true', hs_order_name: 'One', hs_pipeline: '14a2e10e-5471-408a-906e-c51f3b04369e',
      hs_pipeline_stage: '3725360f-519b-4b18-a593-494d60a29c9f', hs_total_price: '20',
    }));
    const cart = (await create('carts', { hs_total_price: '20', hs_currency_code: 'EUR' })).body;
    expect(cart).toEqual(created('0-142', cart.id, now(), { hs_total_price: '20', hs_currency_code: 'EUR' }));
  });

  test('a service: what is left to pay, and when it was closed', async () => {
    const pipeline = 'ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6';
    const values = { hs_name: 'Fitting', hs_pipeline: pipeline, hs_pipeline_stage: 'de53e7d9-6b57-4701-b576-92de01c9ed65', hs_total_cost: '10', hs_amount_paid: '2.5' };
    const { body } = await create('services', values);
    expect(body).toEqual(created('0-162', body.id, now(), { ...values, hs_amount_remaining: '7.5', hs_close_date: now() }, {}, 'hs_createdate'));
  });

  test('a new invoice is a draft (2.4 [D]), a new subscription runs', async () => {
    const invoice = (await create('invoices', { hs_currency: 'EUR' })).body;
    expect(invoice).toEqual(created('0-53', invoice.id, now(), { hs_currency: 'EUR', hs_invoice_status: 'draft' }));
    expect(await read('invoices', invoice.id, 'hs_invoice_status')).toEqual({ hs_invoice_status: 'draft' });
    const subscription = (await create('subscriptions', { hs_name: 'Plan' })).body;
    expect(subscription).toEqual(record('0-69', { id: subscription.id, createdAt: now() }, {
      hs_createdate: now(), hs_lastmodifieddate: now(), hs_name: 'Plan', hs_object_id: subscription.id, hs_object_source: 'INTEGRATION', hs_object_source_id: '1',
      hs_object_source_label: 'INTEGRATION', hs_status: 'active',
    }));
  });
});
