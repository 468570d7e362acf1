// Properties whose value follows from associations: primary companies, parents, counts and what associated records are called
// (schema.md 1.7 rules 7 and 8, objects.md 5.5 [D]; what each of them counts [I]).
// Proves: records.get, records.list, records.batchRead, records.archive, records.merge, records.gdprDelete.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { associationsIn, defined, pair } from '../support/associations.ts';
import { countingDb } from '../support/database.ts';
import { invalidValues, told } from '../support/expect.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
let counting: ReturnType<typeof countingDb>;
const { post, make, associate, archive, merge } = associationsIn(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke({ wrapDb: (db) => (counting = countingDb(db)) });
});
afterAll(() => spoke.close());

const V3 = '/crm/v3/objects';

/** What the three reads of a record say of some properties: the same. */
async function values(typeName: string, id: string, ...names: string[]): Promise<Record<string, string | null>> {
  const one = (await spoke.get(`${V3}/${typeName}/${id}?properties=${names.join(',')}`)).body.properties;
  const page = await spoke.get(`${V3}/${typeName}?limit=1&after=${id}&properties=${names.join(',')}`);
  const batch = await spoke.post(`/crm/objects/2026-09/${typeName}/batch/read`, { inputs: [{ id }], properties: names });
  expect(page.body.results[0].properties).toEqual(one);
  expect(Object.fromEntries(names.map((name) => [name, batch.body.results[0].properties[name]]))).toEqual(Object.fromEntries(names.map((name) => [name, one[name]])));
  return Object.fromEntries(names.map((name) => [name, one[name]]));
}

const PARENT = ['hs_parent_company_id', 'hs_num_child_companies'];
const put = (path: string, ...types: number[]) => spoke.call(`PUT /crm/v4/objects/${path}`, { body: defined(...types) });

test('a contact: its primary company and the number of its deals (1.7.7 [O])', async () => {
  const [[contact], [a, b], deals] = [await make('contacts', 1), await make('companies', 2), await make('deals', 3)] as [[string], [string, string], string[]];
  const now = () => values('contacts', contact, 'associatedcompanyid', 'num_associated_deals');
  expect(await now()).toEqual({ associatedcompanyid: null, num_associated_deals: '0' });
  await associate('contacts/companies', pair(contact, a, defined(279)));
  await associate('contacts/deals', ...deals.map((deal) => pair(contact, deal, defined(4))));
  expect(await now()).toEqual({ associatedcompanyid: null, num_associated_deals: '3' });
  await put(`companies/${a}/associations/contacts/${contact}`, 2);
  expect(await now()).toEqual({ associatedcompanyid: a, num_associated_deals: '3' });
  await put(`contacts/${contact}/associations/companies/${b}`, 1);
  await archive('deals', deals[0]!);
  expect(await now()).toEqual({ associatedcompanyid: b, num_associated_deals: '2' });
  await post('contacts/companies', 'batch/labels/archive', [pair(contact, b, defined(1))]);
  await post('deals/contacts', 'batch/archive', [{ from: { id: deals[1] }, to: [{ id: contact }] }]);
  expect(await now()).toEqual({ associatedcompanyid: null, num_associated_deals: '1' });
});

test('a company: contacts, deals, children and its parent (1.7.8 [I])', async () => {
  const [[parent, child, other], contacts, [deal]] = [await make('companies', 3), await make('contacts', 3), await make('deals', 1)] as [[string, string, string], string[], [string]];
  const now = (id: string) => values('companies', id, 'num_associated_contacts', 'num_associated_deals', ...PARENT);
  await associate('companies/companies', pair(parent, child, defined(13)), pair(parent, other, defined(450)));
  await associate('companies/contacts', pair(parent, contacts[0]!, defined(2)), pair(parent, contacts[1]!, defined(280)), pair(child, contacts[2]!, defined(2)));
  await associate('deals/companies', pair(deal, parent, defined(5)));
  expect(await now(parent)).toEqual({ num_associated_contacts: '2', num_associated_deals: '1', hs_parent_company_id: null, hs_num_child_companies: '1' });
  expect(await now(child)).toEqual({ num_associated_contacts: '1', num_associated_deals: '0', hs_parent_company_id: parent, hs_num_child_companies: '0' });
  await put(`companies/${child}/associations/companies/${other}`, 14);
  expect(await values('companies', child, ...PARENT)).toEqual({ hs_parent_company_id: other, hs_num_child_companies: '0' });
  expect(await values('companies', parent, ...PARENT)).toEqual({ hs_parent_company_id: null, hs_num_child_companies: '0' });
  await archive('companies', other);
  expect(await values('companies', child, ...PARENT)).toEqual({ hs_parent_company_id: null, hs_num_child_companies: '0' });
});

test('a deal: contacts, line items, splits and its primary company', async () => {
  const [[deal], [company], contacts, items] = [await make('deals', 1), await make('companies', 1), await make('contacts', 2), await make('line_items', 2)] as [[string], [string], string[], string[]];
  const names = ['num_associated_contacts', 'hs_num_of_associated_line_items', 'hs_num_associated_deal_splits', 'hs_primary_associated_company'];
  expect(Object.values(await values('deals', deal, ...names))).toEqual(['0', '0', '0', null]);
  await associate('deals/contacts', ...contacts.map((id) => pair(deal, id, defined(3))));
  await associate('deals/line_items', ...items.map((id) => pair(deal, id, defined(19))));
  await associate('deals/companies', pair(deal, company, defined(5)));
  expect(Object.values(await values('deals', deal, ...names))).toEqual(['2', '2', '0', company]);
  await archive('line_items', items[0]!);
  await archive('companies', company);
  expect(Object.values(await values('deals', deal, ...names))).toEqual(['2', '1', '0', null]);
});

test('a ticket: companies, and what its contacts are called, in order of their ids', async () => {
  const [[ticket], companies] = [await make('tickets', 1), await make('companies', 2)] as [[string], string[]];
  const [ada] = await make('contacts', 1, { email: 'ada@example.org', firstname: 'Ada', lastname: 'Moss', phone: '1', mobilephone: '2', company: 'Acme' }) as [string];
  const [bob] = await make('contacts', 1, { email: 'bob@example.org', firstname: 'Bob' }) as [string];
  const names = ['email', 'firstname', 'lastname', 'phone', 'mobilephone', 'companie'].map((name) => `hs_all_associated_contact_${name}s`);
  const now = async () => Object.values(await values('tickets', ticket, 'hs_num_associated_companies', ...names));
  expect(await now()).toEqual(['0', null, null, null, null, null, null]);
  await associate('tickets/contacts', pair(ticket, bob, defined(16)), pair(ticket, ada, defined(16)));
  await associate('tickets/companies', pair(ticket, companies[0]!, defined(26)), pair(ticket, companies[1]!, defined(339)));
  expect(await now()).toEqual(['2', 'ada@example.org;bob@example.org', 'Ada;Bob', 'Moss', '1', '2', 'Acme']);
  await spoke.call(`PATCH ${V3}/contacts/${ada}`, { body: { properties: { firstname: 'Eve', phone: '' } } });
  expect(await now()).toEqual(['2', 'ada@example.org;bob@example.org', 'Eve;Bob', 'Moss', null, '2', 'Acme']);
  expect((await spoke.post(`${V3}/contacts/gdpr-delete`, { objectId: ada })).status).toBe(204);
  expect(await now()).toEqual(['2', 'bob@example.org', 'Bob', null, null, null, null]);
});

test('a lead: its deals, and what its primary contact and company are called', async () => {
  const [ada, bob] = [(await make('contacts', 1, { email: 'ada.l@example.org', firstname: 'Ada', lastname: 'Love' }))[0]!, (await make('contacts', 1, { firstname: 'Bob' }))[0]!];
  const [[acme], [deal]] = [await make('companies', 1, { name: 'Acme', domain: 'acme.test' }), await make('deals', 1)] as [[string], [string]];
  const made = await spoke.post(`${V3}/leads`, { properties: { hs_lead_name: 'Warm' }, associations: [{ to: { id: ada }, types: defined(578) }, { to: { id: acme }, types: defined(580) }] });
  const { id } = made.body;
  const names = ['hs_lead_associated_deals_count', 'hs_associated_contact_email', 'hs_associated_contact_firstname', 'hs_associated_contact_lastname', 'hs_associated_company_name', 'hs_associated_company_domain'];
  expect(Object.values(await values('leads', id, ...names))).toEqual(['0', 'ada.l@example.org', 'Ada', 'Love', 'Acme', 'acme.test']);
  await associate('leads/deals', pair(id, deal, defined(1037)));
  await associate('leads/contacts', pair(id, bob, defined(578)));
  await archive('companies', acme);
  expect(Object.values(await values('leads', id, ...names))).toEqual(['1', null, 'Bob', null, null, null]);
});

describe('after a merge (1.7.17 [I])', () => {
  test('counts are of the survivor, an associated company is called by its new id', async () => {
    const [[a, b], contacts] = [await make('companies', 2), await make('contacts', 3)] as [[string, string], string[]];
    await associate('companies/contacts', pair(a, contacts[0]!, defined(2)), pair(a, contacts[1]!, defined(280)), pair(b, contacts[1]!, defined(2)), pair(b, contacts[2]!, defined(280)));
    const survivor = await merge('companies', a, b);
    expect(await values('companies', survivor, 'num_associated_contacts')).toEqual({ num_associated_contacts: '3' });
    for (const [n, company] of [survivor, survivor, null].entries()) expect(await values('contacts', contacts[n]!, 'associatedcompanyid')).toEqual({ associatedcompanyid: company });
  });
});

describe('how they are read', () => {
  test('they are not shown unless asked for, and no client writes them', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    await associate('contacts/companies', pair(contact, company, defined(1)));
    expect(Object.keys((await spoke.get(`${V3}/companies/${company}`)).body.properties)).not.toContain('num_associated_contacts');
    const refused = await spoke.call(`PATCH ${V3}/companies/${company}`, { body: { properties: { num_associated_contacts: '7' } } });
    expect(told(refused)).toEqual({ status: 400, body: invalidValues(['num_associated_contacts', 'READ_ONLY_VALUE', '"num_associated_contacts" is a read only property; its value cannot be set.']) });
  });

  test('a page of many costs no more statements than a page of one', async () => {
    const [hub, ...rest] = await make('companies', 60) as [string, ...string[]];
    const contacts = await make('contacts', 60);
    await associate('companies/contacts', ...contacts.map((id, n) => pair([hub, ...rest][n]!, id, defined(2))));
    const statementsOf = async (ids: string[]): Promise<number> => {
      const before = counting.statements.length;
      const answer = await spoke.post(`${V3}/companies/batch/read`, { inputs: ids.map((id) => ({ id })), properties: ['num_associated_contacts', ...PARENT] });
      expect(answer.body.results.map((record: { properties: { num_associated_contacts: string } }) => record.properties.num_associated_contacts)).toEqual(ids.map(() => '1'));
      return counting.statements.length - before;
    };
    expect(await statementsOf([hub, ...rest])).toBe(await statementsOf([hub]));
  });
});
