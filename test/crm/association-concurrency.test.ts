// Associations written by many at once, with archives, merges and deletes of their ends between them: what is left is what
// some order of one after the other would have left, and nobody is told of a deadlock.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { COUNTED_UP_TO, keepCount } from '../../src/db/write-associations.ts';
import { associationsIn, defined, own, pair } from '../support/associations.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { post, make, associate, shown, label } = associationsIn(() => spoke);
const labels: number[] = [];
beforeAll(async () => {
  spoke = await startSpoke();
  for (const text of ['Champion', 'Blocker', 'Payer']) labels.push(await label('contacts/companies', text, `Has ${text}`));
});
afterAll(() => spoke.close());
/** Whatever a test did, this holds after it. */
afterEach(async () => await checkAll());

const V3 = '/crm/v3/objects';
const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const statusesIn = (answers: Answer[], ...allowed: number[]): void => {
  for (const answer of answers) expect(allowed, JSON.stringify(answer.body)).toContain(answer.status);
};
const query = async <T>(text: string): Promise<T[]> => await spoke.db.query<T>({ text, values: [] });

/** Associations are whole, lead between live records, are counted right, and there is one of what there may be one of. */
async function checkAll(): Promise<void> {
  const inverses = [
    ...loadCatalogue().associationTypes.map((type) => [0, type.typeId, type.inverseTypeId]),
    ...(await query<{ type_id: number; inverse_type_id: number }>('select type_id, inverse_type_id from association_type where category = 1')).map((row) => [1, row.type_id, row.inverse_type_id]),
  ].filter(([, , inverse]) => inverse !== null);
  const halves = await spoke.db.query({
    text: `select a.* from association a join unnest($1::int[], $2::int[], $3::int[]) as i (category, type_id, inverse) on i.category = a.category and i.type_id = a.type_id
      where not exists (select 1 from association b where b.from_type = a.to_type and b.from_id = a.to_id and b.to_type = a.from_type and b.to_id = a.from_id
        and b.category = a.category and b.type_id = i.inverse and b.bucket = a.to_id % 4096)`,
    values: [0, 1, 2].map((column) => inverses.map((row) => row[column])),
  });
  expect(halves, 'rows without their inverse').toEqual([]);
  expect(await query(`select a.* from association a left join record r on r.bucket = a.bucket and r.object_type = a.from_type and r.id = a.from_id
    where r.id is null or r.archived_at is not null or r.merged_into is not null`), 'rows of records that are not live').toEqual([]);
  const single = loadCatalogue().associationTypes.filter((type) => type.primary || type.onlyOne).map((type) => type.typeId).join(',');
  expect(await query(`select from_id, type_id, count(*) from association where category = 0 and type_id in (${single}) group by 1, 2 having count(*) > 1`), 'second primaries').toEqual([]);
  expect(await query(`select from_id from association where from_type = '0-8' and to_type in ('0-3', '0-14', '0-123') group by 1 having count(distinct to_id) > 1`), 'second parents').toEqual([]);
  expect(await query(`select k.*, (select count(*) from association a where a.bucket = k.bucket and a.from_type = k.from_type and a.from_id = k.from_id and a.to_type = k.to_type
      and a.category = k.category and a.type_id = k.type_id) as rows from association_count k
    where k.count <> (select count(*) from association a where a.bucket = k.bucket and a.from_type = k.from_type and a.from_id = k.from_id and a.to_type = k.to_type
      and a.category = k.category and a.type_id = k.type_id)`), 'wrong counts').toEqual([]);
  expect(await query(`select l.id from record l where l.object_type = '0-136' and l.archived_at is null
    and not exists (select 1 from association a where a.from_type = '0-136' and a.from_id = l.id and a.category = 0 and a.type_id in (578, 580))`), 'leads of nobody').toEqual([]);
}

const put = (from: string, id: string, to: string, toId: string, types: object[]): Promise<Answer> =>
  spoke.call(`PUT /crm/v4/objects/${from}/${id}/associations/${to}/${toId}`, { body: types });
const remove = (from: string, id: string, to: string, toId: string): Promise<Answer> => spoke.call(`DELETE /crm/v4/objects/${from}/${id}/associations/${to}/${toId}`);
const archive = (type: string, id: string): Promise<Answer> => spoke.call(`DELETE ${V3}/${type}/${id}`);
const merge = (type: string, primaryObjectId: string, objectIdToMerge: string): Promise<Answer> => spoke.post(`${V3}/${type}/merge`, { primaryObjectId, objectIdToMerge });

test('primaries from both sides, one by one and in batches in every order: each contact has one', async () => {
  const [contacts, companies] = [await make('contacts', 6), await make('companies', 6)];
  const answers = await together(24, async (n) => {
    const [contact, company] = [contacts[n % 6]!, companies[(n * 5 + 1) % 6]!];
    if (n % 4 === 0) return await put('contacts', contact, 'companies', company, defined(1));
    if (n % 4 === 1) return await put('companies', company, 'contacts', contact, defined(2));
    const all = (n % 4 === 2 ? contacts : contacts.toReversed()).map((id, i) => ({ id, company: companies[(n + i) % 6]! }));
    return await (n % 8 < 4 ? post('contacts/companies', 'batch/create', all.map(({ id, company: to }) => pair(id, to, defined(1))))
      : post('companies/contacts', 'batch/create', all.map(({ id, company: from }) => pair(from, id, defined(2)))));
  });
  statusesIn(answers, 201);
  for (const contact of contacts) {
    expect(Object.values(await shown('contacts', contact, 'companies')).filter((types) => types.some(([id]) => id === 1))).toHaveLength(1);
  }
});

test('a company has one parent, whoever writes it, and circles of writers get through', async () => {
  const companies = await make('companies', 5);
  const answers = await together(20, (n) => (n % 2 ? put('companies', companies[n % 5]!, 'companies', companies[(n + 1 + n % 3) % 5]!, defined(14))
    : put('companies', companies[(n + 1 + n % 3) % 5]!, 'companies', companies[n % 5]!, defined(13))));
  statusesIn(answers, 201);
});

test('labels of one pair: those of one writer are left, not a mixture', async () => {
  const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
  const sets = [[labels[0]!], [labels[1]!, labels[2]!], [labels[2]!], [labels[0]!, labels[1]!]];
  const answers = await together(16, (n) => put('contacts', contact, 'companies', company, own(...sets[n % 4]!)));
  statusesIn(answers, 201);
  const left = (await shown('contacts', contact, 'companies'))[company]!.filter(([, text]) => text !== null).map(([id]) => id);
  expect(sets).toContainEqual(left);
  for (const [n, answer] of answers.entries()) expect(answer.body.labels).toHaveLength(sets[n % 4]!.length);
});

test('a line item that many want has one of them, the others are told so', async () => {
  const [items, deals, [quote]] = [await make('line_items', 4), await make('deals', 4), await make('quotes', 1)] as [string[], string[], [string]];
  const answers = await together(16, async (n) => {
    if (n % 4 === 3) return await put('quotes', quote, 'line_items', items[n >> 2]!, defined(67));
    if (n % 4 === 2) return await spoke.post(`${V3}/deals`, { properties: { dealname: 'n' }, associations: [{ to: { id: items[n >> 2] }, types: defined(19) }] });
    return await (n % 2 ? put('line_items', items[n >> 2]!, 'deals', deals[n % 4]!, defined(20)) : put('deals', deals[n % 4]!, 'line_items', items[n >> 2]!, defined(19)));
  });
  statusesIn(answers, 201, 400);
  for (let item = 0; item < 4; item++) expect(answers.slice(item * 4, item * 4 + 4).filter((answer) => answer.status === 201)).toHaveLength(1);
});

test('removal against creation of the same pairs', async () => {
  const [contacts, companies] = [await make('contacts', 4), await make('companies', 4)];
  const answers = await together(24, async (n) => {
    const [contact, company] = [contacts[n % 4]!, companies[(n >> 2) % 4]!];
    const all = contacts.flatMap((from) => companies.map((to) => pair(from, to, defined(n % 2 ? 1 : 279))));
    switch (n % 6) {
      case 0: return await remove('contacts', contact, 'companies', company);
      case 1: return await post('contacts/companies', 'batch/create', all);
      case 2: return await post('companies/contacts', 'batch/archive', companies.map((id) => ({ from: { id }, to: contacts.map((to) => ({ id: to })) })));
      case 3: return await post('contacts/companies', 'batch/labels/archive', all);
      case 4: return await put('companies', company, 'contacts', contact, defined(2));
      default: return await post('contacts/companies', 'batch/create', all.toReversed());
    }
  });
  statusesIn(answers, 201, 204);
});

test('archives and deletes of ends against creation and removal', async () => {
  for (let round = 0; round < 3; round++) {
    const [contacts, companies] = [await make('contacts', 5), await make('companies', 5)];
    const all = contacts.flatMap((from) => companies.map((to) => pair(from, to, defined(1))));
    await associate('contacts/companies', ...all);
    const answers = await together(18, async (n) => {
      switch (n % 6) {
        case 0: return await archive('companies', companies[n / 6]!);
        case 1: return await post('contacts/companies', 'batch/create', n % 4 === 1 ? all : all.toReversed());
        case 2: return await put('contacts', contacts[n % 5]!, 'companies', companies[n % 5]!, defined(1));
        case 3: return await spoke.post(`${V3}/contacts/batch/archive`, { inputs: [{ id: contacts[n % 5] }, { id: contacts[(n + 1) % 5] }] });
        case 4: return await spoke.post(`${V3}/companies/gdpr-delete`, { objectId: companies[n % 5] });
        default: return await spoke.post(`${V3}/contacts`, { properties: { firstname: 'n' }, associations: companies.slice(n % 2, 3).map((id) => ({ to: { id }, types: defined(1) })) });
      }
    });
    statusesIn(answers, 201, 204, 400);
  }
});

test('merges of ends against creation: all of it is with the survivor', async () => {
  const [contacts, companies] = [await make('contacts', 6), await make('companies', 4)];
  const answers = await together(20, async (n) => {
    switch (n % 5) {
      case 0: return await merge('contacts', contacts[0]!, contacts[(n / 5) + 1]!);
      case 1: return await merge('companies', companies[0]!, companies[1 + (n % 3)]!);
      case 2: return await post('contacts/companies', 'batch/create', contacts.map((id) => pair(id, companies[n % 4]!, defined(1))));
      case 3: return await put('companies', companies[n % 4]!, 'contacts', contacts[n % 6]!, defined(280));
      default: return await remove('contacts', contacts[n % 6]!, 'companies', companies[(n + 1) % 4]!);
    }
  });
  // A merge of two that have become one is refused.
  statusesIn(answers, 200, 201, 204, 400);
  for (const answer of answers.filter((one) => one.status === 400)) expect(answer.body.message).toMatch(/merge/i);
  for (const [n, answer] of answers.entries()) if (n % 5 === 2) expect(answer.status).toBe(201);
});

test('leads whose contacts go while others come: none is left without', async () => {
  const contacts = await make('contacts', 8);
  const leads = await Promise.all(contacts.slice(0, 6).map(async (id) => (await spoke.post(`${V3}/leads`, { properties: { hs_lead_name: 'n' }, associations: [{ to: { id }, types: defined(578) }] })).body.id as string));
  const answers = await together(24, async (n) => {
    const [lead, contact] = [leads[n % 6]!, contacts[(n * 3) % 8]!];
    switch (n % 4) {
      case 0: return await put('leads', lead, 'contacts', contact, defined(578));
      case 1: return await remove('leads', lead, 'contacts', contact);
      case 2: return n < 12 ? await archive('contacts', contacts[n % 3]!) : await merge('contacts', contacts[3]!, contacts[4]!);
      default: return await post('contacts/leads', 'batch/labels/archive', leads.map((id) => pair(contact, id, defined(579))));
    }
  });
  statusesIn(answers, 200, 201, 204, 400, 404);
});

test('counts that are kept stay right under writers of both sides, archives and merges', async () => {
  const [hub, other] = await make('companies', 2) as [string, string];
  const contacts = await make('contacts', 60);
  // As if it had more than are counted: the count is kept from now on.
  const placement = { portalId: PORTAL_ID, bucketHome: 2343, bucketSpread: 1 };
  await associate('companies/contacts', ...contacts.slice(0, 30).map((id) => pair(hub, id, defined(280))));
  expect(COUNTED_UP_TO).toBeGreaterThan(60);
  await spoke.db.transaction((tx) => keepCount(tx, placement, { fromType: '0-2', fromId: Number(hub), toType: '0-1', category: 0, typeId: 280 }));
  const answers = await together(20, async (n) => {
    const some = contacts.filter((_, i) => i % 4 === n % 4);
    switch (n % 5) {
      case 0: return await post('companies/contacts', 'batch/create', some.map((id) => pair(hub, id, defined(2))));
      case 1: return await post('contacts/companies', 'batch/archive', some.map((id) => ({ from: { id }, to: [{ id: hub }] })));
      case 2: return await archive('contacts', contacts[n]!);
      case 3: return await post('contacts/companies', 'batch/associate/default', some.toReversed().map((id) => pair(id, hub)));
      default: return await put('contacts', contacts[59 - n]!, 'companies', n % 2 ? hub : other, defined(1));
    }
  });
  statusesIn(answers, 200, 201, 204, 400);
  // It is still the kept count that checkAll compares; a merge forgets it, and then rows are counted again.
  expect(await query(`select count from association_count where from_id = ${hub}`)).toHaveLength(1);
  statusesIn(await together(10, (n) => (n % 2 ? merge('contacts', contacts[n + 20]!, contacts[n + 30]!) : post('companies/contacts', 'batch/create', contacts.slice(40).map((id) => pair(hub, id, defined(280)))))), 200, 201, 400);
});
