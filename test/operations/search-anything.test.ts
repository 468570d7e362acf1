// Any operator with any operand on any property: an answer or the one refusal, never a 5xx, and nothing that a statement
// cannot take. What is found is the matter of test/crm/search-reference.test.ts.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSpoke, type Spoke } from '../support/spoke.ts';

const SEED = 20_261_003;
const RUNS = 800;

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
  const contact = (await spoke.post('/crm/v3/objects/contacts', { properties: { email: 'ada@example.org', firstname: 'Ada', phone: '+41 44 1' } })).body.id;
  const company = (await spoke.post('/crm/v3/objects/companies', { properties: { name: 'Acme' } })).body.id;
  await spoke.call(`PUT /crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`);
  await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'D', amount: '10', dealstage: 'closedwon' } });
});
afterAll(() => spoke.close());

/** Of every kind, and of every place where a value is kept. */
const PROPERTIES: Record<string, string[]> = {
  contacts: ['email', 'firstname', 'lifecyclestage', 'hs_object_id', 'createdate', 'lastmodifieddate', 'hs_email_domain', 'num_notes', 'associatedcompanyid', 'hs_buying_role', 'hs_searchable_calculated_phone_number', 'hs_all_contact_vids', 'associations.company', 'associations.0-3'],
  companies: ['name', 'domain', 'num_associated_contacts', 'hs_num_child_companies', 'hs_parent_company_id', 'is_public', 'numberofemployees', 'hs_lastmodifieddate', 'associations.contacts'],
  deals: ['amount', 'closedate', 'dealstage', 'pipeline', 'hs_v2_date_entered_closedwon', 'hs_date_entered_closedwon', 'hs_is_closed', 'days_to_close', 'num_associated_contacts', 'hubspot_owner_id', 'associations.deal'],
};
const OPERATORS = ['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'];

const operand = fc.oneof(
  fc.constantFrom<unknown>(
    '', ' ', '*', '**', '%', '_', '\\', '\\%', "'", '"', '$1', '(', '[', '(?:', '.*', '\0', '\uD800', '😀', 'É', 'a*b*c', '-', '--', 'true', 'TRUE', 'null', 'NaN', 'Infinity',
    '0', '-0', '1e3', '1e999', '1e-999', '9'.repeat(400), '0x10', '1,000', '٣', '2026-02-30', '2026-02-22', '0000-01-01', '-0001-01-01', '+275760-09-13', '294277-01-01', '9999-12-31T23:59:59.999Z',
    '2026-02-22T25:00:00Z', '2026-02-22T10:00:00+99:99', '8640000000000001', '-62135596800001', '1e12', 'closedwon', 'ada@example.org', '4096', '9007199254740993', '99999999999999999999',
    'x'.repeat(3_000), `${'é'.repeat(499)}x`, '*'.repeat(600), '{"a":1}', 0, -1, 1.5, 1e300, true, false, null,
  ),
  fc.string({ unit: 'binary', maxLength: 30 }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const search = fc.constantFrom(...Object.keys(PROPERTIES)).chain((type) => {
  const property = fc.constantFrom(...PROPERTIES[type]!);
  const filter = fc.record({
    propertyName: property, operator: fc.constantFrom(...OPERATORS), value: operand, highValue: operand, values: fc.array(operand.filter((one) => one !== null), { maxLength: 3 }),
  }).map((one) => (one.operator.endsWith('HAS_PROPERTY') ? { propertyName: one.propertyName, operator: one.operator } : one));
  return fc.record({
    type: fc.constant(type), filterGroups: fc.array(fc.record({ filters: fc.array(filter, { maxLength: 2 }) }), { maxLength: 2 }), query: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, operand.map(String)),
    sorts: fc.option(fc.oneof(property, property.map((name) => `-${name}`), operand.map(String)).map((one) => [one]), { nil: [] }), limit: fc.constantFrom(0, 1, 200), after: fc.constantFrom('0', '1', ''),
  });
});

test(`${RUNS} searches for anything`, async () => {
  const answers = { found: 0, refused: 0 };
  await fc.assert(fc.asyncProperty(search, async ({ type, ...body }) => {
    // An answer with status 500 throws.
    const answer = await spoke.post(`/crm/v3/objects/${type}/search`, body);
    expect([200, 400]).toContain(answer.status);
    if (answer.status === 200) answers.found++;
    else {
      answers.refused++;
      expect(answer.body).toMatchObject({ status: 'error', message: expect.any(String), correlationId: expect.any(String) });
    }
  }), { seed: SEED, numRuns: RUNS });
  // Both happen often, or it tries too little.
  expect(answers.found).toBeGreaterThan(RUNS / 5);
  expect(answers.refused).toBeGreaterThan(RUNS / 5);
}, 120_000);
