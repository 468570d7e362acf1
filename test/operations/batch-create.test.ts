// POST .../batch/create on the wire (objects.md 3).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

describe('contacts', () => {
  test('a created contact answers what was set, what is computed and its own data (3.10 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'Ada@Example.org', firstname: 'Ada' } }] });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      status: 'COMPLETE',
      results: [{
        id: spoke.recordId(1),
        properties: {
          createdate: NOW, email: 'ada@example.org', firstname: 'Ada', hs_all_contact_vids: spoke.recordId(1), hs_associated_target_accounts: '0',
          hs_currently_enrolled_in_prospecting_agent: 'false', hs_email_domain: 'example.org', hs_full_name_or_email: 'Ada', hs_is_contact: 'true',
          hs_is_unworked: 'true', hs_lifecyclestage_lead_date: String(Date.parse(NOW)), hs_membership_has_accessed_private_content: '0',
          hs_object_id: spoke.recordId(1), hs_object_source: 'INTEGRATION', hs_object_source_id: '1', hs_object_source_label: 'INTEGRATION',
          hs_pipeline: 'contacts-lifecycle-pipeline', hs_registered_member: '0', hs_sequences_actively_enrolled_count: '0', lastmodifieddate: NOW,
          lifecyclestage: 'lead', num_notes: '0',
        },
        createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/1234567/record/0-1/${spoke.recordId(1)}`,
      }],
      startedAt: NOW, completedAt: NOW,
    });
    const names = Object.keys(answer.body.results[0].properties);
    expect(names).toEqual(names.toSorted());
  });

  test('a taken email refuses the whole batch with 409 and the id that has it (3.3, 6.7 [O])', async () => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'new@example.org' } }, { properties: { email: 'ADA@example.org' } }] });
    expect(answer).toMatchObject({ status: 409, headers: { 'x-should-retry': 'false' } });
    expect(answer.body).toEqual({
      status: 'error', message: `Contact already exists. Existing ID: ${spoke.recordId(1)}`, correlationId: expect.stringMatching(ANY_CORRELATION_ID), category: 'CONFLICT',
    });
    expect((await spoke.get('/crm/v3/objects/contacts')).body.results).toHaveLength(1);
  });
});
