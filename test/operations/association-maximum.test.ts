// 50,000 associations of a record with records of one type, and how many it has (schema.md 1.8: the documentation's example
// [D]; category and text [I]). Rows and their kept count are put into the database: what is near the maximum takes long to make.
// Proves: associations.batchCreate, associations.create, associations.createDefault, records.create.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { associationsIn, defined, pair } from '../support/associations.ts';
import { invalid, told } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const MAXIMUM = 50_000;

let spoke: Spoke;
const { post, make, associate, archive, merge } = associationsIn(() => spoke);
/** A company with 49,999 contacts, of which four are records. */
let hub: string;
let known: string[];
let contacts: string[];
beforeAll(async () => {
  spoke = await startSpoke();
  [hub] = await make('companies', 1) as [string];
  contacts = await make('contacts', 20);
  known = contacts.splice(0, 4);
  await associate('companies/contacts', ...known.map((id) => pair(hub, id, defined(280))));
  await spoke.db.query({
    text: `insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      select bucket, portal_id, from_type, from_id, to_type, 4096::bigint * (10000000 + n) + bucket, category, type_id, created_at
      from (select * from association where from_type = '0-2' and from_id = $1::bigint limit 1) a, generate_series(1, $2::int) n`,
    values: [hub, MAXIMUM - 1 - known.length],
  });
  await spoke.db.query({
    text: `insert into association_count (bucket, portal_id, from_type, from_id, to_type, category, type_id, count) values ($1::int, $2::bigint, '0-2', $3::bigint, '0-1', 0, 280, $4::int)`,
    values: [Number(hub) % 4096, PORTAL_ID, hub, MAXIMUM - 1],
  });
});
afterAll(() => spoke.close());

const full = (): object => invalid(`COMPANY ${hub} can be associated with at most 50000 CONTACT records by HUBSPOT_DEFINED=280`, {
  context: { objectId: [hub], associationSpec: ['HUBSPOT_DEFINED=280'], limit: ['50000'] },
});
const put = (from: string, id: string, to: string, toId: string, types: object[]): Promise<Answer> =>
  spoke.call(`PUT /crm/objects/2026-03/${from}/${id}/associations/${to}/${toId}`, { body: types });
const count = async (): Promise<string> => (await spoke.get(`/crm/v3/objects/companies/${hub}?properties=num_associated_contacts`)).body.properties.num_associated_contacts;

test('the 50,000th is taken, one more is refused from either side and in every way', async () => {
  expect((await post('companies/contacts', 'batch/create', [pair(hub, contacts[0]!, defined(280)), pair(hub, contacts[1]!, defined(280))])).body).toEqual(full());
  expect(await count()).toBe(String(MAXIMUM - 1));
  expect((await put('companies', hub, 'contacts', contacts[0]!, defined(280))).status).toBe(201);
  expect(await count()).toBe(String(MAXIMUM));

  const other = contacts[1]!;
  const ways: Promise<Answer>[] = [
    put('companies', hub, 'contacts', other, defined(280)), put('contacts', other, 'companies', hub, defined(1)),
    spoke.call(`PUT /crm/v4/objects/contacts/${other}/associations/default/companies/${hub}`),
    post('contacts/companies', 'batch/create', [pair(other, hub, defined(279))]), post('companies/contacts', 'batch/associate/default', [pair(hub, other)]),
    spoke.post('/crm/v3/associations/contacts/companies/batch/create', { inputs: [{ ...pair(other, hub), type: 'contact_to_company' }] }),
    spoke.call(`PUT /crm/v3/objects/contacts/${other}/associations/companies/${hub}/279`),
    spoke.post('/crm/v3/objects/contacts', { properties: { firstname: 'Late' }, associations: [{ to: { id: hub }, types: defined(279) }] }),
  ];
  for (const answer of await Promise.all(ways)) expect(told(answer)).toEqual({ status: 400, body: full() });
  expect(await count()).toBe(String(MAXIMUM));
});

test('what is there may be written again, with another type too', async () => {
  expect((await put('companies', hub, 'contacts', known[0]!, defined(280))).status).toBe(201);
  expect((await put('contacts', known[0]!, 'companies', hub, defined(1))).body.labels).toEqual(['Primary']);
  expect(await count()).toBe(String(MAXIMUM));
});

test('what goes makes room: by removal, by archive, by a merge of two of them', async () => {
  const others = contacts.slice(2);
  for (const makeRoom of [
    () => spoke.call(`DELETE /crm/v4/objects/companies/${hub}/associations/contacts/${known[0]}`), () => archive('contacts', known[1]!), () => merge('contacts', known[2]!, known[3]!),
  ]) {
    await makeRoom();
    expect(await count()).toBe(String(MAXIMUM - 1));
    // A merge forgets what was kept: a batch finds out anew.
    expect((await put('companies', hub, 'contacts', others.pop()!, defined(280))).status).toBe(201);
    expect(await count()).toBe(String(MAXIMUM));
  }
});

test('counts that a batch brings above a thousand are kept and exact from then on', async () => {
  const [big] = await make('companies', 1) as [string];
  const all = await make('contacts', 1_100);
  const kept = async (): Promise<unknown> => await spoke.db.query({ text: 'select type_id, count from association_count where from_id = $1::bigint', values: [big] });
  await associate('companies/contacts', ...all.slice(0, 1_000).map((id) => pair(big, id, defined(280))));
  expect(await kept()).toEqual([]);
  await associate('companies/contacts', ...all.slice(1_000, 1_050).map((id) => pair(big, id, defined(280))));
  expect(await kept()).toEqual([{ type_id: 280, count: 1_050 }]);
  await associate('companies/contacts', ...all.slice(1_040).map((id) => pair(big, id, defined(2))));
  expect(await kept()).toEqual([{ type_id: 280, count: 1_100 }]);
  await post('contacts/companies', 'batch/archive', all.slice(0, 200).map((id) => ({ from: { id }, to: [{ id: big }] })));
  await post('contacts/companies', 'batch/labels/archive', all.slice(1_090).map((id) => pair(id, big, defined(1))));
  expect(await kept()).toEqual([{ type_id: 280, count: 900 }]);
  await spoke.post('/crm/v3/objects/contacts/batch/archive', { inputs: all.slice(300, 400).map((id) => ({ id })) });
  expect(await kept()).toEqual([{ type_id: 280, count: 800 }]);
  expect((await spoke.get(`/crm/v3/objects/companies/${big}?properties=num_associated_contacts`)).body.properties.num_associated_contacts).toBe('800');
});
