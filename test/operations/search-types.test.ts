// POST .../search of every type: what results show unless properties are named, and what `query` looks at (platform.md 1.4,
// 1.5, objects.md 2.8, 2.9).
// Proves: records.search.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

/** What makes a record of the type, its default properties in order, and those that `query` looks at and a client may write. */
const TYPES: [type: string, base: Record<string, string>, defaults: string, searched: string][] = [
  ['contacts', {}, 'createdate email firstname hs_object_id lastmodifieddate lastname', 'firstname lastname email phone fax mobilephone company'],
  ['companies', {}, 'createdate domain hs_lastmodifieddate hs_object_id name', 'name domain website phone'],
  ['deals', { dealname: 'D' }, 'amount closedate createdate dealname dealstage hs_lastmodifieddate hs_object_id pipeline', 'dealname description'],
  ['tickets', { subject: 'S', hs_pipeline_stage: '1' }, 'content createdate hs_lastmodifieddate hs_object_id hs_pipeline hs_pipeline_stage hs_ticket_category hs_ticket_priority subject', 'subject content'],
  ['products', { name: 'P' }, 'createdate description hs_lastmodifieddate hs_object_id name price', 'name description hs_sku'],
  ['line_items', {}, 'amount createdate hs_lastmodifieddate hs_object_id price quantity', 'name'],
  ['quotes', { hs_title: 'Q', hs_expiration_date: '2027-01-01' }, 'hs_createdate hs_expiration_date hs_lastmodifieddate hs_object_id hs_public_url_key hs_status hs_title', 'hs_title hs_sender_firstname hs_sender_lastname hs_sender_email hs_sender_company_name'],
  ['carts', {}, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['discounts', {}, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['fees', {}, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['taxes', {}, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['orders', { hs_order_name: 'O' }, 'createdate hs_lastmodifieddate hs_object_id', 'hs_order_name'],
  ['invoices', { hs_currency: 'USD' }, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['commerce_payments', { hs_initial_amount: '1', hs_initiated_date: NOW }, 'createdate hs_lastmodifieddate hs_object_id', ''],
  ['subscriptions', { hs_name: 'S' }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_name'],
  ['listings', { hs_name: 'L' }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_name'],
  ['courses', { hs_course_name: 'C' }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_course_name'],
  ['calls', { hs_timestamp: NOW }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_call_title'],
  ['emails', { hs_timestamp: NOW, hs_email_direction: 'EMAIL' }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_email_subject'],
  ['meetings', { hs_timestamp: NOW }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_meeting_title hs_meeting_body'],
  ['notes', { hs_timestamp: NOW }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_note_body'],
  ['tasks', { hs_timestamp: NOW }, 'hs_createdate hs_lastmodifieddate hs_object_id', 'hs_task_subject hs_task_body'],
];

/** Properties that take no other text. */
const FORMS: Record<string, (word: string) => string> = { email: (word) => `${word}@x.test`, domain: (word) => `${word}.test` };

test.each(TYPES)('%s', async (type, base, defaults, searched) => {
  const path = `/crm/v3/objects/${type}`;
  const make = async (properties: Record<string, string>): Promise<string> => {
    const answer = await spoke.post(path, { properties: { ...base, ...properties } });
    expect([answer.status, answer.body.message]).toEqual([201, undefined]);
    return answer.body.id;
  };
  const first = await make({});
  const all = await spoke.post(`${path}/search`, {});
  expect(all.body.results.map((record: { id: string }) => record.id)).toEqual([first]);
  expect(Object.keys(all.body.results[0].properties)).toEqual(defaults.split(' '));
  for (const [i, property] of searched.split(' ').filter(Boolean).entries()) {
    const word = `quill${i}feather`;
    const id = await make({ [property]: FORMS[property]?.(word) ?? word });
    const answer = await spoke.post(`${path}/search`, { query: word.toUpperCase() });
    expect([property, answer.body.results.map((record: { id: string }) => record.id)]).toEqual([property, [id]]);
  }
});
