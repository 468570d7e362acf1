// What associations mean beyond the pair: leads that go with their last primary, line items with one parent, companies with
// one parent company, ends that are archived or merged (schema.md 1.7 rules 6, 8, 9, 10, 17).
// Proves: associations.batchCreate, associations.batchArchive, associations.batchArchiveLabels, associations.create,
// associations.archive, associations.list, records.archive, records.merge, records.gdprDelete.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { associationsIn, defined, frame, invalidObjects, pair, type } from '../support/associations.ts';
import { invalid, told } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { post, make, associate, shown, archive, merge } = associationsIn(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const V3 = '/crm/v3/objects';
const exists = async (typeName: string, id: string): Promise<boolean> => (await spoke.get(`${V3}/${typeName}/${id}`)).status === 200;
const link = (id: string, ...types: number[]): object => ({ to: { id }, types: defined(...types) });
const create = (typeName: string, properties: object, ...associations: object[]): Promise<Answer> => spoke.post(`${V3}/${typeName}`, { properties, associations });
const put = (from: string, id: string, to: string, toId: string, ...types: number[]): Promise<Answer> =>
  spoke.call(`PUT /crm/v4/objects/${from}/${id}/associations/${to}/${toId}`, { body: defined(...types) });
const remove = (from: string, id: string, to: string, toId: string): Promise<Answer> => spoke.call(`DELETE /crm/v4/objects/${from}/${id}/associations/${to}/${toId}`);

describe('a lead goes with its last primary (1.7.9 [D])', () => {
  async function lead(...associations: object[]): Promise<string> {
    const answer = await create('leads', { hs_lead_name: 'Warm' }, ...associations);
    expect(answer.status).toBe(201);
    return answer.body.id;
  }
  const contact = async (): Promise<string> => (await make('contacts', 1))[0]!;
  const company = async (): Promise<string> => (await make('companies', 1))[0]!;

  test.each<[string, (lead: string, contact: string) => Promise<Answer>]>([
    ['DELETE of the pair', (id, of) => remove('leads', id, 'contacts', of)],
    ['DELETE of the pair from the other side', (id, of) => remove('contacts', of, 'leads', id)],
    ['batch/archive', (id, of) => post('leads/contacts', 'batch/archive', [{ from: { id }, to: [{ id: of }] }])],
    ['labels/archive of Primary', (id, of) => post('leads/contacts', 'batch/labels/archive', [pair(id, of, defined(578))])],
    ['labels/archive of Primary from the other side', (id, of) => post('contacts/leads', 'batch/labels/archive', [pair(of, id, defined(579))])],
    ['labels/archive of the unlabeled type', (id, of) => post('leads/contacts', 'batch/labels/archive', [pair(id, of, defined(608))])],
    ['the old archive by name', (id, of) => spoke.post('/crm/v3/associations/leads/contacts/batch/archive', { inputs: [{ ...pair(id, of), type: 'lead_to_primary_contact' }] })],
    ['archiving the contact', (_, of) => spoke.call(`DELETE ${V3}/contacts/${of}`)],
    ['archiving the contact in a batch', (_, of) => spoke.post(`${V3}/contacts/batch/archive`, { inputs: [{ id: of }] })],
    ['deleting the contact for good', (_, of) => spoke.post(`${V3}/contacts/gdpr-delete`, { objectId: of })],
  ])('%s', async (_, work) => {
    const of = await contact();
    const [alone, accompanied] = [await lead(link(of, 578)), await lead(link(of, 578), link(await company(), 580))];
    expect((await work(alone, of)).status).toBe(204);
    expect(await exists('leads', alone)).toBe(false);
    const archived = await spoke.get(`${V3}/leads/${alone}?archived=true`);
    expect(archived).toMatchObject({ status: 200, body: { id: alone, archived: true } });
    // With a primary company it stays, whatever happens to the contact.
    if (await exists('contacts', of)) expect((await work(accompanied, of)).status).toBe(204);
    expect(await exists('leads', accompanied)).toBe(true);
  });

  test('the company alone keeps it, and it goes with the company', async () => {
    const [of, at] = [await contact(), await company()];
    const id = await lead(link(of, 578), link(at, 580));
    await remove('leads', id, 'contacts', of);
    expect(await exists('leads', id)).toBe(true);
    await archive('companies', at);
    expect(await exists('leads', id)).toBe(false);
  });

  test('a contact that is not primary does not keep it, and losing one does no harm', async () => {
    const [of, other] = await make('contacts', 2) as [string, string];
    const id = await lead(link(of, 578));
    await associate('leads/contacts', pair(id, other, defined(608)));
    await remove('leads', id, 'contacts', other);
    expect(await exists('leads', id)).toBe(true);
    await associate('leads/contacts', pair(id, other, defined(608)));
    await remove('leads', id, 'contacts', of);
    expect(await exists('leads', id)).toBe(false);
    expect(await shown('contacts', other, 'leads')).toEqual({});
  });

  test('a primary that is replaced does not take it away (1.7.6 [D])', async () => {
    const [of, other] = await make('contacts', 2) as [string, string];
    const id = await lead(link(of, 578));
    expect((await put('leads', id, 'contacts', other, 578)).status).toBe(201);
    expect(await shown('leads', id, 'contacts')).toEqual({ [of]: [[608, null]], [other]: [[578, 'Primary'], [608, null]] });
    await archive('contacts', of);
    expect(await exists('leads', id)).toBe(true);
  });

  test('the primary is merged: the lead stays with the survivor (1.7.17 [I])', async () => {
    const [a, b] = await make('contacts', 2) as [string, string];
    const id = await lead(link(b, 578));
    const survivor = await merge('contacts', a, b);
    expect(await shown('leads', id, 'contacts')).toEqual({ [survivor]: [[578, 'Primary'], [608, null]] });
    await archive('contacts', survivor);
    expect(await exists('leads', id)).toBe(false);
  });

  test('with a lead that goes, its other associations are gone too', async () => {
    const of = await contact();
    const [deal] = await make('deals', 1) as [string];
    const ids = [await lead(link(of, 578), link(deal, 1037)), await lead(link(of, 578))];
    expect(Object.keys(await shown('deals', deal, 'leads'))).toEqual([ids[0]]);
    await archive('contacts', of);
    for (const id of ids) expect(await exists('leads', id)).toBe(false);
    expect(await shown('deals', deal, 'leads')).toEqual({});
  });
});

describe('a line item has one parent (1.7.10 [D]; that a second is refused, and the text [I])', () => {
  const second = (item: string, parentType: string, parent: string, more: object = {}): { message: string; context: object } =>
    ({ message: `LINE_ITEM ${item} already belongs to ${parentType} ${parent}. Make a copy of it for another record`, context: { objectId: [item], parentObjectId: [parent] }, ...more });

  test.each([
    ['deals', 'DEAL', 20, 19], ['quotes', 'QUOTE', 68, 67], ['invoices', 'INVOICE', 410, 409], ['subscriptions', 'SUBSCRIPTION', 302, 301],
    ['orders', 'ORDER', 514, 513], ['carts', 'CART', 591, 590],
  ] as const)('%s: a second one is refused from both sides, the same one again is not', async (parents, legacyName, up, down) => {
    const [[a, b], [item]] = [await make(parents, 2), await make('line_items', 1)] as [[string, string], [string]];
    expect((await put('line_items', item, parents, a, up)).status).toBe(201);
    const { message, context } = second(item, legacyName, a);
    expect(told(await put('line_items', item, parents, b, up))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect(told(await put(parents, b, 'line_items', item, down))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect((await put(parents, a, 'line_items', item, down)).status).toBe(201);
    expect(await shown('line_items', item, parents)).toEqual({ [a]: [[up, null]] });
  });

  test('a parent of another type is a second one too', async () => {
    const [[deal], [quote], [item]] = [await make('deals', 1), await make('quotes', 1), await make('line_items', 1)] as [[string], [string], [string]];
    await associate('line_items/deals', pair(item, deal, defined(20)));
    const { message, context } = second(item, 'DEAL', deal);
    expect(told(await put('quotes', quote, 'line_items', item, 67))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect(await shown('quotes', quote, 'line_items')).toEqual({});
  });

  test('in a batch the others are written: 207', async () => {
    const [[a, b], [one, two, three]] = [await make('deals', 2), await make('line_items', 3)] as [[string, string], [string, string, string]];
    await associate('deals/line_items', pair(a, one, defined(19)));
    const answer = await post('deals/line_items', 'batch/create', [pair(b, one, defined(19)), pair(b, two, defined(19)), pair(a, three, defined(19)), pair(b, three, defined(19))]);
    const entry = (item: string, parent: string): object => ({ status: 'error', category: 'VALIDATION_ERROR', ...second(item, 'DEAL', parent) });
    const made = (from: string, to: string): object => ({ fromObjectTypeId: '0-3', fromObjectId: Number(from), toObjectTypeId: '0-8', toObjectId: Number(to), labels: [] });
    expect(told(answer)).toEqual({ status: 207, body: frame([made(b, two), made(a, three)], [entry(one, a), entry(three, a)]) });
    expect(Object.keys(await shown('deals', b, 'line_items'))).toEqual([two]);
  });

  test('by default and by name too', async () => {
    const [[a, b], [item]] = [await make('deals', 2), await make('line_items', 1)] as [[string, string], [string]];
    expect((await spoke.call(`PUT /crm/v4/objects/line_items/${item}/associations/default/deals/${a}`)).status).toBe(200);
    const { message, context } = second(item, 'DEAL', a);
    expect(told(await spoke.call(`PUT /crm/v4/objects/line_items/${item}/associations/default/deals/${b}`))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect(told(await spoke.call(`PUT ${V3}/deals/${b}/associations/line_items/${item}/deal_to_line_item`))).toEqual({ status: 400, body: invalid(message, { context }) });
  });

  test('a new one with two parents, and a new parent for one that has one, are refused and not made', async () => {
    const [[a, b], [quote], [item]] = [await make('deals', 2), await make('quotes', 1), await make('line_items', 1)] as [[string, string], [string], [string]];
    const refused = await create('line_items', { name: 'Bolt' }, link(a, 20), link(quote, 68));
    expect(told(refused)).toEqual({ status: 400, body: invalid(`A LINE_ITEM can belong to one record only, and this one belongs to DEAL ${a}`, { context: { objectId: [], parentObjectId: [a] } }) });
    expect((await create('line_items', { name: 'Bolt' }, link(b, 20), link(b, 20))).status).toBe(201);
    expect(await shown('deals', a, 'line_items')).toEqual({});
    await associate('line_items/deals', pair(item, a, defined(20)));
    const { message, context } = second(item, 'DEAL', a);
    expect(told(await create('deals', { dealname: 'New' }, link(item, 19)))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect(Object.keys(await shown('line_items', item, 'deals'))).toEqual([a]);
  });

  test('two new parents of one batch want one line item: the second is refused, with trace ids alone', async () => {
    const [item] = await make('line_items', 1) as [string];
    const answer = await spoke.post(`${V3}/deals/batch/create`, { inputs: ['a', 'b'].map((objectWriteTraceId) => ({ objectWriteTraceId, properties: { dealname: objectWriteTraceId }, associations: [link(item, 19)] })) });
    expect(answer).toMatchObject({ status: 207, body: { numErrors: 1, results: [{ objectWriteTraceId: 'a' }], errors: [{ context: { objectWriteTraceId: ['b'] } }] } });
    expect(Object.keys(await shown('line_items', item, 'deals'))).toEqual([answer.body.results[0].id]);
  });

  test('it is free again when it is taken from its parent, or the parent is archived', async () => {
    const [[a, b, c], [item]] = [await make('deals', 3), await make('line_items', 1)] as [[string, string, string], [string]];
    await associate('line_items/deals', pair(item, a, defined(20)));
    await remove('deals', a, 'line_items', item);
    await associate('line_items/deals', pair(item, b, defined(20)));
    await archive('deals', b);
    await associate('line_items/deals', pair(item, c, defined(20)));
    expect(Object.keys(await shown('line_items', item, 'deals'))).toEqual([c]);
  });

  test('two of them are merged: the parent of the primary one stays', async () => {
    const [[a], [b], [one, two, three]] = [await make('deals', 1), await make('quotes', 1), await make('line_items', 3)] as [[string], [string], [string, string, string]];
    await associate('line_items/deals', pair(one, a, defined(20)));
    await associate('line_items/quotes', pair(two, b, defined(68)));
    const survivor = await merge('line_items', one, two);
    expect(Object.keys(await shown('line_items', survivor, 'deals'))).toEqual([a]);
    expect(await shown('quotes', b, 'line_items')).toEqual({});
    const last = await merge('line_items', three, survivor);
    expect(Object.keys(await shown('deals', a, 'line_items'))).toEqual([last]);
  });

  test('its parents are merged: it has the survivor', async () => {
    const [[a, b], [one, two]] = [await make('deals', 2), await make('line_items', 2)] as [[string, string], [string, string]];
    await associate('line_items/deals', pair(one, a, defined(20)), pair(two, b, defined(20)));
    const survivor = await merge('deals', a, b);
    expect(Object.keys(await shown('deals', survivor, 'line_items'))).toEqual([one, two]);
    expect((await put('line_items', one, 'deals', b, 20)).status).toBe(201);
  });
});

describe('a company has one parent company (1.7.8 [I])', () => {
  const PARENT = [[14, 'Parent Company'], [450, null]];
  const CHILD = [[13, 'Child Company'], [450, null]];

  test.each<[string, (child: string, parent: string) => Promise<Answer>]>([
    ['from the child, by 14', (child, parent) => put('companies', child, 'companies', parent, 14)],
    ['from the parent, by 13', (child, parent) => put('companies', parent, 'companies', child, 13)],
    ['in a batch', (child, parent) => post('companies/companies', 'batch/create', [pair(child, parent, defined(14))])],
    ['by name', (child, parent) => spoke.call(`PUT ${V3}/companies/${child}/associations/companies/${parent}/child_to_parent_company`)],
  ])('another one takes its place, the old one stays associated: %s', async (_, work) => {
    const [child, old, fresh] = await make('companies', 3) as [string, string, string];
    for (const parent of [old, fresh]) expect((await work(child, parent)).status).toBeLessThan(300);
    expect(await shown('companies', child, 'companies')).toEqual({ [old]: [[450, null]], [fresh]: PARENT });
    expect(await shown('companies', old, 'companies')).toEqual({ [child]: [[450, null]] });
    expect(await shown('companies', fresh, 'companies')).toEqual({ [child]: CHILD });
  });

  test('a parent has many children; the last of two parents in a batch stays', async () => {
    const [a, b, one, two] = await make('companies', 4) as [string, string, string, string];
    await associate('companies/companies', pair(a, one, defined(13)), pair(a, two, defined(13)), pair(b, two, defined(13)));
    expect(await shown('companies', a, 'companies')).toEqual({ [one]: CHILD, [two]: [[450, null]] });
    expect(await shown('companies', two, 'companies')).toEqual({ [a]: [[450, null]], [b]: PARENT });
  });

  test('a new company that is the parent of one that had another', async () => {
    const [old, child] = await make('companies', 2) as [string, string];
    await associate('companies/companies', pair(old, child, defined(13)));
    const { body } = await create('companies', { name: 'New' }, link(child, 13));
    expect(await shown('companies', child, 'companies')).toEqual({ [old]: [[450, null]], [body.id]: PARENT });
  });

  test('the two turn around: each is what was written last', async () => {
    const [a, b] = await make('companies', 2) as [string, string];
    await put('companies', a, 'companies', b, 13);
    await post('companies/companies', 'batch/labels/archive', [pair(a, b, defined(13))]);
    expect(await shown('companies', a, 'companies')).toEqual({ [b]: [[450, null]] });
    await put('companies', a, 'companies', b, 14);
    expect(await shown('companies', a, 'companies')).toEqual({ [b]: PARENT });
    expect(await shown('companies', b, 'companies')).toEqual({ [a]: CHILD });
  });

  test('merging two that both have one: the parent of the primary record stays; a parent that is merged in is none (1.7.17 [I])', async () => {
    const [a, b, x, y] = await make('companies', 4) as [string, string, string, string];
    await associate('companies/companies', pair(a, x, defined(14)), pair(b, y, defined(14)));
    const survivor = await merge('companies', a, b);
    expect(await shown('companies', survivor, 'companies')).toEqual({ [x]: PARENT, [y]: [[450, null]] });
    const [p, q, z] = await make('companies', 3) as [string, string, string];
    await associate('companies/companies', pair(p, q, defined(14)), pair(q, z, defined(14)));
    expect(await shown('companies', await merge('companies', p, q), 'companies')).toEqual({ [z]: PARENT });
  });
});

describe('archived and merged ends (1.7.17 [I])', () => {
  test('an archived record is in no list, and nothing can be associated with it', async () => {
    const [[contact], [gone, stays], [deal]] = [await make('contacts', 1), await make('companies', 2), await make('deals', 1)] as [[string], [string, string], [string]];
    await associate('contacts/companies', pair(contact, gone, defined(1)), pair(contact, stays, defined(279)));
    await associate('deals/companies', pair(deal, gone, defined(5)));
    await archive('companies', gone);
    expect(await shown('contacts', contact, 'companies')).toEqual({ [stays]: [[279, null]] });
    expect(await shown('deals', deal, 'companies')).toEqual({});
    expect((await spoke.get(`${V3}/contacts/${contact}?associations=companies`)).body.associations).toEqual({ companies: { results: [{ id: stays, type: 'contact_to_company_unlabeled' }] } });
    expect((await post('contacts/companies', 'batch/read', [{ id: contact }])).body).toEqual(frame([{ from: { id: contact }, to: [{ toObjectId: Number(stays), associationTypes: [type(279, null)] }] }]));
    const refused = await post('contacts/companies', 'batch/create', [pair(contact, gone, defined(1))]);
    expect(told(refused)).toEqual({ status: 400, body: invalidObjects(['COMPANY', gone]) });
    // Its place is free for another primary.
    expect((await put('contacts', contact, 'companies', stays, 1)).body.labels).toEqual(['Primary']);
  });

  test('with a neighbour of a type that another process has just made', async () => {
    const [contact] = await make('contacts', 1) as [string];
    const values = [Number(contact) % 4096, PORTAL_ID, contact, String(4096 * 9_000_000 + (Number(contact) % 4096))];
    await spoke.db.query({ text: `insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      values ($1::int, $2::bigint, '0-1', $3::bigint, '2-999999', $4::bigint, 1, 900, now()), ($1::int, $2::bigint, '2-999999', $4::bigint, '0-1', $3::bigint, 1, 901, now())`, values });
    await archive('contacts', contact);
    expect(await exists('contacts', contact)).toBe(false);
    expect(await spoke.db.query({ text: `select 1 from association where to_type = '2-999999' or from_type = '2-999999'`, values: [] })).toEqual([]);
  });

  test('of two merged records the neighbours show the survivor once, with the types of both', async () => {
    const [[a, b], [company, other]] = [await make('contacts', 2), await make('companies', 2)] as [[string, string], [string, string]];
    await associate('contacts/companies', pair(a, company, defined(279)), pair(b, company, defined(1)), pair(b, other, defined(279)));
    await associate('contacts/contacts', pair(a, b, defined(449)));
    const survivor = await merge('contacts', a, b);
    expect(await shown('companies', company, 'contacts')).toEqual({ [survivor]: [[2, 'Contact with Primary Company'], [280, null]] });
    expect(await shown('companies', other, 'contacts')).toEqual({ [survivor]: [[280, null]] });
    expect(await shown('contacts', survivor, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null]], [other]: [[279, null]] });
    expect(await shown('contacts', survivor, 'contacts')).toEqual({});
    // Old names write the survivor; two names of one record are one record (1.7.16 [O]).
    expect((await put('contacts', a, 'companies', other, 1)).body).toMatchObject({ fromObjectId: Number(survivor), labels: ['Primary'] });
    expect(told(await put('contacts', a, 'contacts', b, 449))).toEqual({ status: 400, body: invalid(`Object ${survivor} cannot be associated to itself (${survivor})`, { context: {} }) });
  });
});
