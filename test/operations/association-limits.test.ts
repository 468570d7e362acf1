// Maxima of associations on the wire: set, changed and taken away for an association type (schema.md 1.6), and the report
// on records near one (1.4). That they hold is shown where associations are written.
// Proves: associationLimits.list, associationLimits.listPair, associationLimits.batchCreate, associationLimits.batchUpdate,
// associationLimits.batchPurge, associationLimits.report.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { batch, idsOf, invalid, refusal } from '../support/expect.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
/** A label contact -> company and its inverse. */
let label: number;
let inverse: number;
beforeAll(async () => {
  spoke = await startSpoke();
  const made = await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'advisor', label: 'Advisor', inverseLabel: 'Advised' });
  [inverse, label] = made.body.results.map((type: { typeId: number }) => type.typeId);
});
afterAll(() => spoke.close());

interface Version {
  name: string;
  root: string;
  create: number[];
  update: number[];
  purge: number;
}
const VERSIONS: Version[] = [
  { name: 'v4', root: '/crm/v4/associations', create: [201, 207], update: [200, 207], purge: 204 },
  { name: 'v4 by its other path', root: '/crm/associations/v4', create: [201, 207], update: [200, 207], purge: 204 },
  { name: '2025-09', root: '/crm/associations/2025-09', create: [200, 200], update: [200, 200], purge: 200 },
  { name: '2026-03', root: '/crm/associations/2026-03', create: [201, 207], update: [200, 207], purge: 200 },
  { name: '2026-09', root: '/crm/associations/2026-09', create: [200, 200], update: [200, 200], purge: 200 },
  { name: '2026-09-beta', root: '/crm/associations/2026-09-beta', create: [201, 207], update: [200, 207], purge: 200 },
];
const CONFIGURATIONS = '/crm/associations/v4/definitions/configurations';

const hubspot = (typeId: number, maxToObjectIds?: number) => ({ category: 'HUBSPOT_DEFINED', typeId, ...(maxToObjectIds === undefined ? {} : { maxToObjectIds }) });
const own = (typeId: number, maxToObjectIds?: number) => ({ ...hubspot(typeId, maxToObjectIds), category: 'USER_DEFINED' });
const set = (category: string, typeId: number, text: string | null, max: number) => ({ category, typeId, label: text, userEnforcedMaxToObjectIds: max });

const send = (step: 'create' | 'update' | 'purge', pair: string, ...inputs: object[]): Promise<Answer> => spoke.post(`${CONFIGURATIONS}/${pair}/batch/${step}`, { inputs });
const all = async (): Promise<object[]> => (await spoke.get(`${CONFIGURATIONS}/all`)).body.results;

/** What is left over of a scenario is taken away. */
afterEach(async () => {
  await spoke.db.script(`delete from association_limit; update portal set model_version = model_version + 1`);
  spoke.forgetPortal();
});
const now = (): unknown => expect.any(String);
const done = (results: object[], errors: object[] = []): object => ({ ...batch(NOW, results, errors), startedAt: now(), completedAt: now() });

const fault = (message: string, context: object): object => ({ status: 'error', category: 'VALIDATION_ERROR', message, context });
const outOfRange = (spec: string, given: number, min: number, max: number): object =>
  fault(`The limit ${given} for ${spec} is out of range: it must be between ${min} and ${max}`, { associationSpec: [spec], min: [String(min)], max: [String(max)] });

describe.each(VERSIONS)('$name', ({ root, create, update, purge }) => {
  const at = `${root}/definitions/configurations`;

  test('set, changed, listed and taken away (1.1, 1.6 [D])', async () => {
    const made = await spoke.post(`${at}/contacts/companies/batch/create`, { inputs: [hubspot(279, 5), own(label, 2)] });
    expect(made.status).toBe(create[0]);
    expect(made.body).toEqual(done([set('HUBSPOT_DEFINED', 279, null, 5), set('USER_DEFINED', label, 'Advisor', 2)]));

    const changed = await spoke.post(`${at}/contacts/companies/batch/update`, { inputs: [own(label, 3)] });
    expect(changed.status).toBe(update[0]);
    expect(changed.body).toEqual(done([{ category: 'USER_DEFINED', typeId: label, userEnforcedMaxToObjectIds: 3 }]));

    const results = [set('HUBSPOT_DEFINED', 279, null, 5), set('USER_DEFINED', label, 'Advisor', 3)];
    for (const path of [`${at}/contacts/companies`, `${at}/all`, `${at}/0-1/company`]) expect(await spoke.get(path)).toMatchObject({ status: 200, body: { results } });
    expect((await spoke.get(`${at}/companies/contacts`)).body).toEqual({ results: [] });

    const gone = await spoke.post(`${at}/contacts/companies/batch/purge`, { inputs: [own(label), hubspot(279)] });
    expect(gone.status).toBe(purge);
    expect(gone.body).toEqual(purge === 204 ? undefined : done([]));
    expect((await spoke.get(`${at}/all`)).body).toEqual({ results: [] });
  });

  test('an input that is refused is an entry of errors[], the others are written ([D] statuses, [I])', async () => {
    const made = await spoke.post(`${at}/contacts/companies/batch/create`, { inputs: [hubspot(279, 50_001), own(label, 2)] });
    expect(made.status).toBe(create[1]);
    expect(made.body).toEqual(done([set('USER_DEFINED', label, 'Advisor', 2)], [outOfRange('HUBSPOT_DEFINED=279', 50_001, 1, 50_000)]));

    const changed = await spoke.post(`${at}/contacts/companies/batch/update`, { inputs: [own(label, 0), own(label, 4)] });
    expect(changed.status).toBe(update[1]);
    expect(changed.body).toEqual(done([{ category: 'USER_DEFINED', typeId: label, userEnforcedMaxToObjectIds: 4 }], [outOfRange(`USER_DEFINED=${label}`, 0, 1, 50_000)]));
  });

  test('the report: the user and when (1.4 [D])', async () => {
    const answer = await spoke.call(`POST ${root}/usage/high-usage-report/1`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ userId: 1, userEmail: 'owner@example.com', enqueueTime: { value: expect.any(Number), dateOnly: false, timeZoneShift: 0 } });
  });
});

describe('the range', () => {
  const spec = () => `USER_DEFINED=${label}`;

  test('of a pair: from 1 to what the subscription allows (1.6 [D], text [I])', async () => {
    const answer = await send('create', 'deals/contacts', hubspot(3, 0));
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(done([], [outOfRange('HUBSPOT_DEFINED=3', 0, 1, 50_000)]));
    expect((await send('create', 'deals/contacts', hubspot(3, 50_001))).body.errors).toEqual([outOfRange('HUBSPOT_DEFINED=3', 50_001, 1, 50_000)]);
    expect((await send('create', 'deals/contacts', hubspot(3, 50_000))).status).toBe(201);
  });

  test("of a label: at most the pair's (1.6 [D], text [I])", async () => {
    await send('create', 'contacts/companies', hubspot(279, 5));
    expect((await send('create', 'contacts/companies', own(label, 6))).body.errors).toEqual([outOfRange(spec(), 6, 1, 5)]);
    expect((await send('create', 'contacts/companies', own(label, 5))).status).toBe(201);
    expect((await send('update', 'contacts/companies', own(label, 6))).body.errors).toEqual([outOfRange(spec(), 6, 1, 5)]);
    // Without the pair's maximum, the subscription's bounds it.
    await send('purge', 'contacts/companies', hubspot(279));
    expect((await send('update', 'contacts/companies', own(label, 50_000))).status).toBe(200);
  });

  test("of a pair: at least what its labels have ([I]: a label's may not exceed it)", async () => {
    await send('create', 'contacts/companies', own(label, 5));
    expect((await send('create', 'contacts/companies', hubspot(279, 4))).body.errors).toEqual([outOfRange('HUBSPOT_DEFINED=279', 4, 5, 50_000)]);
    expect((await send('create', 'contacts/companies', hubspot(279, 5))).status).toBe(201);
    expect((await send('update', 'contacts/companies', hubspot(279, 4))).body.errors).toEqual([outOfRange('HUBSPOT_DEFINED=279', 4, 5, 50_000)]);
  });

  test('inputs of one batch see what those before them did', async () => {
    const answer = await send('create', 'contacts/companies', hubspot(279, 3), own(label, 4), own(label, 3));
    expect(answer.body.results).toHaveLength(2);
    expect(answer.body.errors).toEqual([outOfRange(spec(), 4, 1, 3)]);
  });

  test('each direction has its own', async () => {
    await send('create', 'contacts/companies', hubspot(279, 1));
    expect((await send('create', 'companies/contacts', hubspot(280, 100), own(inverse, 50))).status).toBe(201);
    expect(await all()).toEqual([set('HUBSPOT_DEFINED', 279, null, 1), set('HUBSPOT_DEFINED', 280, null, 100), set('USER_DEFINED', inverse, 'Advised', 50)]);
  });

  test('fewer than records have already is no fault [I]', async () => {
    const [contact] = idsOf(await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { firstname: 'A' } }] }));
    const companies = idsOf(await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'A' } }, { properties: { name: 'B' } }] }));
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: companies.map((id) => ({ from: { id: contact }, to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] })),
    });
    expect((await send('create', 'contacts/companies', hubspot(279, 1))).status).toBe(201);
    expect((await spoke.get(`/crm/v4/objects/contacts/${contact}/associations/companies`)).body.results).toHaveLength(2);
  });
});

describe('what is there and what is not', () => {
  const spec = () => `USER_DEFINED=${label}`;
  const exists = () => fault(`There is a limit for ${spec()} already`, { associationSpec: [spec()] });
  const missing = () => fault(`There is no limit for ${spec()}`, { associationSpec: [spec()] });

  test('create where there is one, also by the same batch ([I])', async () => {
    await send('create', 'contacts/companies', own(label, 5));
    expect((await send('create', 'contacts/companies', own(label, 6))).body.errors).toEqual([exists()]);
    await send('purge', 'contacts/companies', own(label));
    const twice = await send('create', 'contacts/companies', own(label, 5), own(label, 6));
    expect(twice.body).toEqual(done([set('USER_DEFINED', label, 'Advisor', 5)], [exists()]));
  });

  test('update where there is none ([I]); twice in one batch, the last counts', async () => {
    expect((await send('update', 'contacts/companies', own(label, 5))).body).toEqual(done([], [missing()]));
    await send('create', 'contacts/companies', own(label, 5));
    expect((await send('update', 'contacts/companies', own(label, 6), own(label, 7))).status).toBe(200);
    expect(await all()).toEqual([set('USER_DEFINED', label, 'Advisor', 7)]);
  });

  test('purge where there is none: 400, and nothing is taken away ([I])', async () => {
    await send('create', 'contacts/companies', hubspot(279, 5));
    const answer = await send('purge', 'contacts/companies', hubspot(279), own(label));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`There is no limit for ${spec()}`, { context: { associationSpec: [spec()] } }));
    expect(await all()).toEqual([set('HUBSPOT_DEFINED', 279, null, 5)]);
  });

  test('a type that does not exist, or of another pair (1.9 [O], text [I])', async () => {
    const unknown = fault('One or more associations are invalid', {
      INVALID_ASSOCIATION_TYPE_ID: ['USER_DEFINED=77 is not a valid association definition id'], associationSpec: ['USER_DEFINED=77'],
    });
    const other = fault('The association type HUBSPOT_DEFINED=280 leads from 0-2 to 0-1, not from 0-1 to 0-2', { associationSpec: ['HUBSPOT_DEFINED=280'] });
    expect((await send('create', 'contacts/companies', own(77, 5), hubspot(280, 5))).body).toEqual(done([], [unknown, other]));
    expect((await send('update', 'contacts/companies', own(77, 5), hubspot(280, 5))).body).toEqual(done([], [unknown, other]));
    expect(await send('purge', 'contacts/companies', own(77))).toMatchObject({ status: 400, body: unknown });
    expect(await send('purge', 'contacts/companies', hubspot(280))).toMatchObject({ status: 400, body: other });
  });

  test('of a label that is deleted, they go with it', async () => {
    const made = await spoke.post('/crm/v4/associations/tickets/contacts/labels', { name: 'short_lived', label: 'Short-lived' });
    const [back, there] = made.body.results.map((type: { typeId: number }) => type.typeId);
    await send('create', 'tickets/contacts', own(there, 5));
    await send('create', 'contacts/tickets', own(back, 5));
    expect((await spoke.call(`DELETE /crm/v4/associations/tickets/contacts/labels/${there}`)).status).toBe(204);
    expect(await all()).toEqual([]);
    expect(await spoke.db.query({ text: 'select * from association_limit', values: [] })).toEqual([]);
  });

  test('they are the portal\'s own', async () => {
    const token = await spoke.addPortal(7_654_321);
    await send('create', 'contacts/companies', hubspot(279, 5));
    expect((await spoke.get(`${CONFIGURATIONS}/all`, { token })).body).toEqual({ results: [] });
    expect((await spoke.post(`${CONFIGURATIONS}/contacts/companies/batch/create`, { inputs: [hubspot(279, 9)] }, { token })).status).toBe(201);
    expect(await all()).toEqual([set('HUBSPOT_DEFINED', 279, null, 5)]);
  });

  test('no inputs, and too many', async () => {
    expect((await send('create', 'contacts/companies')).body).toEqual(done([]));
    expect((await send('purge', 'contacts/companies')).status).toBe(204);
    for (const step of ['create', 'update', 'purge'] as const) {
      const answer = await send(step, 'contacts/companies', ...Array.from({ length: 101 }, () => hubspot(279, 5)));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(invalid('The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'));
    }
  });

  test.each([['a max that is text', { ...own(1), maxToObjectIds: '5' }], ['a fraction', own(1, 1.5)], ['an unknown category', { category: 'OTHER', typeId: 1, maxToObjectIds: 5 }]])('%s is refused', async (_, input) => {
    const answer = await send('create', 'contacts/companies', input);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(/^Invalid input JSON on line 1, column \d+: Cannot deserialize value/);
  });

  test('v3 has none', async () => {
    expect((await spoke.get('/crm/v3/associations/definitions/configurations/all')).status).toBe(404);
  });
});

describe('the report', () => {
  test('counts the records with at least 80 % of a maximum in the log, for no mail is sent (1.4 [D], [I])', async () => {
    const contacts = idsOf(await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: Array.from({ length: 3 }, () => ({ properties: { firstname: 'A' } })) }));
    const companies = idsOf(await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: Array.from({ length: 5 }, () => ({ properties: { name: 'A' } })) }));
    // 3, 4 and 5 companies: two of the three have four of five.
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: contacts.flatMap((from, n) => companies.slice(0, 3 + n).map((to) => ({ from: { id: from }, to: { id: to }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] }))),
    });
    await send('create', 'contacts/companies', hubspot(279, 5));
    await spoke.call('POST /crm/v4/associations/usage/high-usage-report/1');
    expect(spoke.infos.at(-1)).toEqual({ message: 'high usage report', fields: { portalId: PORTAL_ID, userId: 1, recordsNearLimit: 2 } });

    // What has many is kept in a table of counts.
    await spoke.db.query({
      text: `insert into association_count select bucket, portal_id, '0-1', from_id, '0-2', 0, 279, case from_id when $1::bigint then 40000 else 39999 end
        from association where from_id = any($2::bigint[]) group by 1, 2, 4`, values: [contacts[0], contacts],
    });
    await send('update', 'contacts/companies', hubspot(279, 50_000));
    await spoke.call('POST /crm/v4/associations/usage/high-usage-report/1');
    expect(spoke.infos.at(-1)!.fields).toMatchObject({ recordsNearLimit: 1 });
  });

  test.each(['999', '0', '-1', 'abc', '1x'])('for user %s, who is none: 404 [I]', async (user) => {
    const answer = await spoke.call(`POST /crm/v4/associations/usage/high-usage-report/${user}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(refusal(`No user with the ID ${user} exists.`, { context: { userId: [user] }, category: 'OBJECT_NOT_FOUND' }));
  });

  test('GET is no method of it', async () => {
    expect(await spoke.get('/crm/v4/associations/usage/high-usage-report/1')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('scopes (platform 5.6)', () => {
  test('where no type is named, one scope over any type is enough', async () => {
    for (const scope of ['crm.schemas.deals.read', 'tickets', 'crm.objects.contacts.read']) {
      const token = await spoke.tokenWith([scope]);
      expect((await spoke.get(`${CONFIGURATIONS}/all`, { token })).status).toBe(200);
      expect((await spoke.call('POST /crm/v4/associations/usage/high-usage-report/1', { token })).status).toBe(200);
    }
    const none = await spoke.get(`${CONFIGURATIONS}/all`, { token: await spoke.tokenWith(['crm.lists.read']) });
    expect(none.status).toBe(403);
    expect(none.body).toMatchObject({ category: 'MISSING_SCOPES' });
    expect(none.body.errors[0].context.requiredGranularScopes).toEqual(expect.arrayContaining(['crm.objects.contacts.read', 'crm.schemas.contacts.read', 'tickets']));
  });

  test('of a pair, both types count; reading is not changing', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.companies.read']);
    expect((await spoke.get(`${CONFIGURATIONS}/contacts/companies`, { token })).status).toBe(200);
    expect((await spoke.get(`${CONFIGURATIONS}/contacts/deals`, { token })).status).toBe(403);
    for (const step of ['create', 'update', 'purge']) expect((await spoke.post(`${CONFIGURATIONS}/contacts/companies/batch/${step}`, { inputs: [] }, { token })).status).toBe(403);
  });
});

describe('SPOKE_MAX_ASSOCIATIONS', () => {
  test.each([[10, 10], [Infinity, 2_147_483_647]])('%s bounds maxima by %i', async (maxAssociations, bound) => {
    const other = await startSpoke({ maxAssociations });
    try {
      const create = (max: number) => other.post(`${CONFIGURATIONS}/contacts/companies/batch/create`, { inputs: [hubspot(279, max)] });
      expect((await create(bound + 1)).body.errors).toMatchObject([outOfRange('HUBSPOT_DEFINED=279', bound + 1, 1, bound)]);
      expect((await create(bound)).status).toBe(201);
      expect((await other.call('POST /crm/v4/associations/usage/high-usage-report/1')).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});
