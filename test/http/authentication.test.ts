// Who is calling, and what the token may do (objects.md 2.1, 2.7, 6.4, 6.5; platform.md 5.6).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../support/expect.ts';
import { NOW, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const NOBODY = refusal(
  'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  { category: 'INVALID_AUTHENTICATION' },
);

const missing = (...scopes: string[]): object => refusal(
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
  {
    errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } }],
    links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
  },
);

describe('the Authorization header', () => {
  const get = (authorization?: string) => spoke.get('/crm/v3/objects/carts', { token: null, headers: authorization === undefined ? {} : { authorization } });

  test.each([
    ['is missing', undefined], ['is empty', ''], ['has another scheme', 'Basic YTpi'], ['has no scheme', 'pat-na1-00000000-0000-0000-0000-000000000000'],
    ['has no token', 'Bearer'], ['has an empty token', 'Bearer '], ['has an unknown token', 'Bearer pat-na1-00000000-0000-0000-0000-000000000000'],
    ['has two tokens', 'Bearer a b'],
  ])('%s: 401 (6.4 [O])', async (_, authorization) => {
    const answer = await get(authorization);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(NOBODY);
  });

  test.each([['Bearer'], ['bearer'], ['BEARER'], ['Bearer ']])('the scheme %j in any case is taken [I]', async (scheme) => {
    const answer = await get(`${scheme} ${spoke.token}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [] });
  });

  test('the token itself is letter for letter', async () => {
    expect((await get(`Bearer ${spoke.token.toUpperCase()}`)).status).toBe(401);
  });

  test('a key in the address is no token', async () => {
    expect((await spoke.get(`/crm/v3/objects/carts?hapikey=${spoke.token}`, { token: null })).status).toBe(401);
  });
});

test('a revoked token stops working within a second (6.4 [I])', async () => {
  const token = await spoke.tokenWith(['crm.objects.carts.read']);
  expect((await spoke.get('/crm/v3/objects/carts', { token })).status).toBe(200);
  await spoke.db.script(`update token set revoked_at = '${NOW}' where hint = '${token.slice(-4)}' and scopes ? 'crm.objects.carts.read'`);
  spoke.tick(1_001);
  const answer = await spoke.get('/crm/v3/objects/carts', { token });
  expect(answer.status).toBe(401);
  expect(answer.body).toEqual(NOBODY);
  spoke.tick(-1_001);
});

interface TypeRow {
  type: string;
  read: string[];
  write: string[];
  /** What a record needs. */
  properties: Record<string, string>;
}

/** `crm.objects.contacts.read` and `.write` in short. */
const of = (name: string, ...more: string[]) => ({ read: [`crm.objects.${name}.read`, ...more], write: [`crm.objects.${name}.write`, ...more] });

/** platform.md 5.6 and the required properties of objects.md 2.1. */
const TYPES: TypeRow[] = [
  { type: 'contacts', ...of('contacts'), properties: { firstname: 'Ada' } },
  { type: 'companies', ...of('companies'), properties: { name: 'Acme' } },
  { type: 'deals', ...of('deals'), properties: { dealname: 'Big', dealstage: 'appointmentscheduled', pipeline: 'default' } },
  { type: 'tickets', read: ['tickets'], write: ['tickets'], properties: { subject: 'Help', hs_pipeline: '0', hs_pipeline_stage: '1' } },
  { type: 'products', ...of('products', 'e-commerce'), properties: { name: 'Thing' } },
  { type: 'line_items', ...of('line_items', 'e-commerce'), properties: { name: 'Thing', price: '5', quantity: '1' } },
  { type: 'quotes', ...of('quotes', 'e-commerce'), properties: { hs_title: 'Offer', hs_expiration_date: '2026-12-31' } },
  { type: 'communications', ...of('contacts'), properties: { hs_timestamp: NOW, hs_communication_channel_type: 'SMS' } },
  { type: 'tasks', ...of('contacts'), properties: { hs_timestamp: NOW } },
  { type: 'notes', ...of('contacts'), properties: { hs_timestamp: NOW } },
  { type: 'meetings', ...of('contacts'), properties: { hs_timestamp: NOW } },
  { type: 'calls', ...of('contacts'), properties: { hs_timestamp: NOW } },
  { type: 'emails', ...of('contacts', 'sales-email-read'), properties: { hs_timestamp: NOW, hs_email_direction: 'EMAIL' } },
  { type: 'invoices', ...of('invoices'), properties: { hs_currency: 'EUR' } },
  { type: 'marketing_events', ...of('marketing_events'), properties: { hs_event_name: 'Fair' } },
  { type: 'subscriptions', ...of('subscriptions'), properties: { hs_name: 'Monthly' } },
  { type: 'goal_targets', ...of('goals'), properties: { hs_goal_name: 'More' } },
  { type: 'discounts', ...of('line_items', 'e-commerce'), properties: { hs_label: 'Less' } },
  { type: 'fees', ...of('line_items', 'e-commerce'), properties: { hs_label: 'More' } },
  // Not e-commerce: objects.md 2.1 has it in passing, the matrix of platform.md 5.6 leaves it out.
  { type: 'taxes', ...of('line_items'), properties: { hs_label: 'VAT' } },
  { type: 'commerce_payments', ...of('commercepayments'), properties: { hs_initial_amount: '5', hs_initiated_date: NOW } },
  { type: 'users', ...of('users'), properties: {} },
  { type: 'postal_mail', ...of('contacts'), properties: { hs_timestamp: NOW } },
  { type: 'orders', ...of('orders'), properties: { hs_order_name: 'One' } },
  { type: 'leads', ...of('leads'), properties: {} },
  { type: 'carts', ...of('carts'), properties: {} },
  {
    type: 'services', ...of('services'),
    properties: { hs_name: 'Care', hs_pipeline: 'ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6', hs_pipeline_stage: '8e2b21d0-7a90-4968-8f8c-a8525cc49c70' },
  },
  { type: 'courses', ...of('courses'), properties: { hs_course_name: 'One' } },
  { type: 'listings', ...of('listings'), properties: { hs_name: 'House' } },
  { type: 'appointments', ...of('appointments'), properties: { hs_appointment_name: 'At nine' } },
  { type: 'projects', ...of('projects'), properties: {} },
];
/** What their records need comes from elsewhere (users, leads) or is not known (stages of projects): an empty batch shows the scope. */
const EMPTY_BATCH = new Set(['users', 'projects', 'leads']);

const READ_ONLY: Pick<TypeRow, 'type' | 'read'>[] = [
  { type: 'feedback_submissions', read: ['crm.objects.feedback_submissions.read', 'crm.objects.contacts.read'] },
  { type: 'contracts', read: ['crm.objects.contracts.read'] },
  { type: 'partner_clients', read: ['crm.objects.partner-clients.read'] },
  { type: 'partner_services', read: ['crm.objects.partner-services.read'] },
];

describe.each(TYPES)('$type', ({ type, read, write, properties }) => {
  const inputs = EMPTY_BATCH.has(type) ? [] : [{ properties }];
  const readers = [(token: string) => spoke.get(`/crm/v3/objects/${type}`, { token }), (token: string) => spoke.post(`/crm/v3/objects/${type}/batch/read`, { inputs: [] }, { token })];
  const writers = [(token: string) => spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs }, { token }), (token: string) => spoke.post(`/crm/v3/objects/${type}/batch/upsert`, { inputs: [] }, { token })];

  test.each(write)('%s writes (2.1, 2.7 [D], platform 5.6 [D])', async (scope) => {
    const token = await spoke.tokenWith([scope]);
    const answer = await writers[0]!(token);
    expect(answer.status).toBe(201);
    expect(answer.body.results).toHaveLength(inputs.length);
    expect((await writers[1]!(token)).status).toBe(200);
    // Alone it does not read, unless it is for both.
    for (const reader of readers) {
      const refused = await reader(token);
      expect(refused.status).toBe(read.includes(scope) ? 200 : 403);
      if (!read.includes(scope)) expect(refused.body).toEqual(missing(...read));
    }
  });

  test.each(read)('%s reads, also by batch/read (2.1, 2.7 [D], platform 5.6 [D])', async (scope) => {
    const token = await spoke.tokenWith([scope]);
    for (const reader of readers) expect((await reader(token)).status).toBe(200);
    for (const writer of writers) {
      const refused = await writer(token);
      expect(refused.status).toBe(write.includes(scope) ? (writer === writers[0] ? 201 : 200) : 403);
      if (!write.includes(scope)) expect(refused.body).toEqual(missing(...write));
    }
  });

  test('scopes of other types do not count (6.5 [O])', async () => {
    const others = ['crm.objects.owners.read', 'crm.lists.read', `crm.objects.${type === 'carts' ? 'orders' : 'carts'}.read`];
    const answer = await readers[0]!(await spoke.tokenWith(others));
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(missing(...read));
  });
});

describe.each(READ_ONLY)('$type, which is only read', ({ type, read }) => {
  test.each(read)('%s reads (platform 5.6 [D])', async (scope) => {
    expect((await spoke.get(`/crm/v3/objects/${type}`, { token: await spoke.tokenWith([scope]) })).body).toEqual({ results: [] });
  });

  test('nothing else does', async () => {
    const answer = await spoke.get(`/crm/v3/objects/${type}`, { token: await spoke.tokenWith(['crm.objects.deals.read']) });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(missing(...read));
  });

  test('nobody writes, whatever the token may do (objects 1.4 [D], answer [I])', async () => {
    expect((await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: [] })).status).toBe(405);
  });
});

test('contracts can be written from 2026-09 on (objects 1.4 [D])', async () => {
  for (const version of ['2025-09', '2026-03']) expect((await spoke.post(`/crm/objects/${version}/contracts/batch/create`, { inputs: [] })).status).toBe(405);
  for (const version of ['2026-09', '2026-09-beta']) expect((await spoke.post(`/crm/objects/${version}/contracts/batch/create`, { inputs: [] })).status).toBe(201);
});

describe('associations need both types (platform 5.6 [I])', () => {
  const write = (token: string, path = 'contacts/companies') => spoke.post(`/crm/v4/associations/${path}/batch/create`, { inputs: [] }, { token });
  const read = (token: string) => spoke.get('/crm/v4/objects/contacts/999/associations/companies', { token });
  const scopes = { contacts: 'crm.objects.contacts', companies: 'crm.objects.companies' };

  test('writing', async () => {
    expect((await write(await spoke.tokenWith([`${scopes.contacts}.write`, `${scopes.companies}.write`]))).status).toBe(201);
    expect((await write(await spoke.tokenWith([`${scopes.contacts}.write`]))).body).toEqual(missing(`${scopes.companies}.write`));
    expect((await write(await spoke.tokenWith([`${scopes.companies}.write`]))).body).toEqual(missing(`${scopes.contacts}.write`));
    expect((await write(await spoke.tokenWith([`${scopes.contacts}.write`]), 'companies/contacts')).body).toEqual(missing(`${scopes.companies}.write`));
    expect((await write(await spoke.tokenWith([`${scopes.contacts}.read`, `${scopes.companies}.read`]))).body).toEqual(missing(`${scopes.contacts}.write`));
  });

  test('reading', async () => {
    // There is no such contact: who gets that far may read.
    expect((await read(await spoke.tokenWith([`${scopes.contacts}.read`, `${scopes.companies}.read`]))).status).toBe(404);
    expect((await read(await spoke.tokenWith([`${scopes.contacts}.read`]))).body).toEqual(missing(`${scopes.companies}.read`));
    expect((await read(await spoke.tokenWith([`${scopes.companies}.read`]))).body).toEqual(missing(`${scopes.contacts}.read`));
    expect((await read(await spoke.tokenWith([`${scopes.contacts}.write`, `${scopes.companies}.write`]))).body).toEqual(missing(`${scopes.contacts}.read`));
  });

  test('a type with itself needs one', async () => {
    expect((await write(await spoke.tokenWith([`${scopes.contacts}.write`]), 'contacts/contacts')).status).toBe(201);
  });
});

describe('the model (platform 5.6 [D])', () => {
  const property = { name: 'x', label: 'X', type: 'string', fieldType: 'text', groupName: 'contactinformation' };
  const label = { name: 'x', label: 'X' };

  test.each([
    'crm.schemas.contacts.read', 'crm.objects.contacts.sensitive.read.v2', 'crm.objects.contacts.read', 'crm.objects.contacts.highly_sensitive.read.v2',
  ])('%s reads properties and pipelines (objects 2.7 [O])', async (scope) => {
    const token = await spoke.tokenWith([scope]);
    for (const path of ['properties/contacts', 'properties/contacts/email', 'pipelines/contacts', 'property-validations/0-1']) {
      expect((await spoke.get(`/crm/v3/${path}`, { token })).status).toBe(200);
    }
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token })).body).toEqual(missing('crm.schemas.contacts.write'));
  });

  test('crm.schemas.contacts.write adds to them', async () => {
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token: await spoke.tokenWith(['crm.schemas.contacts.write']) })).status).toBe(201);
  });

  test('who may write records may not change their model', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.write']);
    expect((await spoke.post('/crm/v3/properties/contacts', property, { token })).body).toEqual(missing('crm.schemas.contacts.write'));
  });

  test.each<[type: string, scopes: string[]]>([
    ['tickets', [
      'crm.schemas.tickets.write', 'crm.objects.tickets.sensitive.write', 'tickets.sensitive.v2', 'tickets', 'crm.objects.tickets.highly_sensitive.write',
      'tickets.highly_sensitive.v2',
    ]],
    ['orders', ['crm.schemas.orders.write', 'crm.objects.orders.write', 'crm.pipelines.orders.write']],
    ['carts', ['crm.schemas.carts.write', 'crm.objects.carts.write']], ['users', ['crm.objects.users.write']], ['quotes', ['crm.schemas.quotes.write', 'e-commerce']],
    ...['products', 'line_items', 'discounts', 'fees', 'taxes'].map((type): [string, string[]] => [type, ['e-commerce']]),
    ...['emails', 'notes', 'feedback_submissions'].map((type): [string, string[]] => [type, ['crm.schemas.contacts.write']]),
  ])('%s: any of %j changes it, of the 26 that the documentation names', async (type, scopes) => {
    for (const scope of scopes) expect((await spoke.post(`/crm/v3/properties/${type}/groups`, {}, { token: await spoke.tokenWith([scope]) })).status).toBe(400);
    const others = ['automation', 'timeline', 'crm.objects.owners.read', 'crm.schemas.deals.write', 'crm.objects.products.write', 'crm.objects.line_items.write', 'sales-email-read'];
    expect((await spoke.post(`/crm/v3/properties/${type}/groups`, {}, { token: await spoke.tokenWith(others) })).body).toEqual(missing(...scopes));
  });

  test('labels and maxima are of those who read and write records of both types [I]', async () => {
    const path = '/crm/v4/associations/contacts/contacts/labels';
    const [model, reader, writer] = [
      await spoke.tokenWith(['crm.schemas.contacts.read', 'crm.schemas.contacts.write']), await spoke.tokenWith(['crm.objects.contacts.read']), await spoke.tokenWith(['crm.objects.contacts.write']),
    ];
    expect((await spoke.get(path, { token: model })).body).toEqual(missing('crm.objects.contacts.read'));
    expect((await spoke.get(path, { token: reader })).status).toBe(200);
    expect((await spoke.post(path, label, { token: model })).body).toEqual(missing('crm.objects.contacts.write'));
    expect((await spoke.post(path, label, { token: reader })).body).toEqual(missing('crm.objects.contacts.write'));
    expect((await spoke.post(path, label, { token: writer })).status).toBe(200);
  });
});
