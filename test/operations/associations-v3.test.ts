// Associations of v3: types are named, and one pair has a row for each of its types (schema.md 1.1, 1.2, 1.7).
// Proves: associations.batchCreateV3, associations.batchReadV3, associations.batchArchiveV3, associations.createV3,
// associations.archiveV3, associations.listV3.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { associationsIn, badId, defined, frame, invalidObjects, noneFound, own, pair, refusedId } from '../support/associations.ts';
import { invalid, record, told } from '../support/expect.ts';
import { NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { make, associate, shown, label, archive, merge } = associationsIn(() => spoke);
/** Labels have numbers of their own, so the first is a 1 beside HubSpot's (schema.md 1.5 [D]). */
let first: number;
let champion: number;
let contacts: string[];
let companies: string[];
beforeAll(async () => {
  spoke = await startSpoke();
  first = await label('contacts/companies', 'First', 'Has first');
  champion = await label('contacts/companies', 'Champion', 'Has champion');
  contacts = await make('contacts', 60);
  companies = await make('companies', 60);
});
afterAll(() => spoke.close());

const fresh = (): [string, string] => [contacts.pop()!, companies.pop()!];
const V3 = '/crm/v3/associations';
const post = (path: string, inputs: unknown[]): Promise<Answer> => spoke.post(`${V3}/${path}`, { inputs });
const named = (from: string, to: string, type: string) => ({ from: { id: from }, to: { id: to }, type });

const unknownName = (name: string, from: string, to: string) =>
  ({ category: 'VALIDATION_ERROR', message: `${name} is not an association type between ${from} and ${to}`, context: { type: [name] } });

describe('batch/create', () => {
  test('201 with the pairs and their types as they were named (schema 1.2 [D])', async () => {
    const [[a, x], [b, y]] = [fresh(), fresh()];
    const answer = await post('contacts/companies/batch/create', [named(a, x, 'contact_to_company'), named(b, y, 'contact_to_company_unlabeled')]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(frame([named(a, x, 'contact_to_company'), named(b, y, 'contact_to_company_unlabeled')]));
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[1, 'Primary'], [279, null]] });
    expect(await shown('companies', x, 'contacts')).toEqual({ [a]: [[2, 'Contact with Primary Company'], [280, null]] });
    expect(await shown('contacts', b, 'companies')).toEqual({ [y]: [[279, null]] });
  });

  test('the number of a type as text (schema 1.2 [O]); ids may be numbers, and are answered as text', async () => {
    const [a, x] = fresh();
    const answer = await post('contacts/companies/batch/create', [{ from: { id: Number(a) }, to: { id: x }, type: '1' }]);
    expect(told(answer)).toEqual({ status: 201, body: frame([named(a, x, '1')]) });
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[1, 'Primary'], [279, null]] });
  });

  test('labels by their number and by their name (schema 1.2 [O], name [I])', async () => {
    const [a, x] = fresh();
    const [b, y] = fresh();
    const answer = await post('contacts/companies/batch/create', [named(a, x, String(champion)), named(b, y, 'champion')]);
    expect(told(answer)).toEqual({ status: 201, body: frame([named(a, x, String(champion)), named(b, y, 'champion')]) });
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[279, null], [champion, 'Champion']] });
    expect(await shown('contacts', b, 'companies')).toEqual({ [y]: [[279, null], [champion, 'Champion']] });
  });

  test("a number that both have is HubSpot's; the label is reached by its name [I]", async () => {
    const [a, x] = fresh();
    expect(first).toBe(1);
    await post('contacts/companies/batch/create', [named(a, x, '1')]);
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[1, 'Primary'], [279, null]] });
    await post('contacts/companies/batch/create', [named(a, x, 'first')]);
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[1, 'Primary'], [279, null], [1, 'First']] });
  });

  test.each([
    ['contacts/deals', 'contact_to_deal', 4], ['deals/contacts', 'deal_to_contact', 3], ['tickets/companies', 'ticket_to_company', 26],
    ['companies/companies', 'parent_to_child_company', 13], ['contacts/contacts', 'contact_to_contact', 449], ['deals/line_items', 'deal_to_line_item', 19],
  ])('%s by %s: type %i (schema 1.2 [O])', async (path, name, typeId) => {
    const [from, to] = path.split('/') as [string, string];
    const [[a], b] = [await make(from, 1), (await make(to, 2))[1]] as [[string], string];
    expect(told(await post(`${path}/batch/create`, [named(a, b, name)]))).toEqual({ status: 201, body: frame([named(a, b, name)]) });
    expect((await shown(from, a, to))[b]!.map(([id]) => id)).toContain(typeId);
  });

  test('a primary that is replaced: both are answered, the last one stays (schema 1.7.6 [D], order [I])', async () => {
    const [[a, x], [, y]] = [fresh(), fresh()];
    const inputs = [named(a, x, 'contact_to_company'), named(a, y, 'contact_to_company')];
    expect(told(await post('contacts/companies/batch/create', inputs))).toEqual({ status: 201, body: frame(inputs) });
    expect((await post('contacts/companies/batch/create', inputs.slice(1))).status).toBe(201);
    expect(await shown('contacts', a, 'companies')).toEqual(Object.fromEntries([[x, [[279, null]]], [y, [[1, 'Primary'], [279, null]]]]));
  });

  test('what cannot be resolved does not refuse the others: 207 (schema 1.1 [D], 1.2 [O]; that it is told [I])', async () => {
    const [a, x] = fresh();
    const answer = await post('contacts/companies/batch/create', [
      named(a, x, 'contact_to_ocelot'), named('abc', x, '1'), named('888', x, '279'), named(a, '999', '279'), named(a, x, '279'), named(a, x, 'company_to_contact'),
    ]);
    expect(answer.status).toBe(207);
    const missing = (type: string, id: string): object => ({ status: 'error', category: 'VALIDATION_ERROR', message: 'One or more associations are invalid', context: {
      INVALID_OBJECT_IDS: [`${type}=${id} is not valid`], objectId: [id], objectType: [type],
    } });
    expect(answer.body).toEqual(frame([named(a, x, '279')], [
      { status: 'error', ...unknownName('contact_to_ocelot', 'contact', 'company') }, { status: 'error', ...unknownName('company_to_contact', 'contact', 'company') },
      badId('abc'), missing('CONTACT', '888'), missing('COMPANY', '999'),
    ]));
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[279, null]] });
  });

  test('when none can be resolved: 207 with no results (schema 1.2 [O]; status [I])', async () => {
    const answer = await post('contacts/companies/batch/create', [named('888', '999', 'contact_to_company')]);
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ status: 'COMPLETE', results: [], numErrors: 1 });
  });

  test('2,001 inputs are refused (schema 1.8, v3 [I])', async () => {
    const answer = await post('contacts/companies/batch/create', Array.from({ length: 2_001 }, () => named('1', '2', '279')));
    expect(told(answer)).toEqual({ status: 400, body: invalid('The maximum number of inputs supported in a batch is 2000. Please reduce the number of items and try again') });
  });
});

describe('batch/read', () => {
  test('a row for each type: a primary company is there twice (schema 1.2 [D, O])', async () => {
    const [[a, x], [, y]] = [fresh(), fresh()];
    await associate('contacts/companies', pair(a, x, [...defined(1), ...own(champion)]), pair(a, y, defined(279)));
    const answer = await post('contacts/companies/batch/read', [{ id: a }]);
    expect(answer.status).toBe(200);
    const rows = [[x, 'contact_to_company'], [x, 'contact_to_company_unlabeled'], [x, 'champion'], [y, 'contact_to_company_unlabeled']].map(([id, type]) => ({ id, type }));
    expect(answer.body).toEqual(frame([{ from: { id: a }, to: rows.toSorted((p, q) => Number(p.id) - Number(q.id)) }]));
  });

  test('records that have none are errors: 207 (schema 1.1, 1.2 [D], 1.4 [O])', async () => {
    const [[a, x], [b]] = [fresh(), fresh()];
    await associate('contacts/companies', pair(a, x, defined(279)));
    const answer = await post('companies/contacts/batch/read', [{ id: 'abc' }, { id: '888' }, { id: x }]);
    expect(told(answer)).toEqual({ status: 207, body: frame(
      [{ from: { id: x }, to: [{ id: a, type: 'company_to_contact_unlabeled' }] }], [badId('abc'), noneFound('company', '888', 'contact')],
    ) });
    expect((await post('contacts/companies/batch/read', [{ id: b }])).status).toBe(207);
  });

  test('at most 100 records of each, with paging; an after that is sent is ignored (schema 1.2 [O])', async () => {
    const [hub] = await make('companies', 1) as [string];
    const all = await make('contacts', 101);
    await associate('companies/contacts', ...all.map((id) => pair(hub, id, defined(280))), pair(hub, all[0]!, defined(2)));
    const first = await post('companies/contacts/batch/read', [{ id: hub }]);
    const { after } = first.body.results[0].paging.next;
    expect(told(first)).toEqual({ status: 200, body: frame([{
      from: { id: hub },
      to: [{ id: all[0], type: 'company_to_contact' }, ...all.slice(0, 100).map((id) => ({ id, type: 'company_to_contact_unlabeled' }))],
      paging: { next: { after } },
    }]) });
    expect(told(await post('companies/contacts/batch/read', [{ id: hub, after }]))).toEqual(told(first));
    // One record's own list goes on where this one ends [I].
    const rest = await spoke.get(`/crm/v3/objects/companies/${hub}/associations/contacts?after=${after}`);
    expect(rest.body).toEqual({ results: [{ id: all[100], type: 'company_to_contact_unlabeled' }] });
  });

  test('merged ids are answered as they were asked for (objects 4.6 [D]); 1,001 inputs are refused (schema 1.8 [D])', async () => {
    const [[a, x], [b]] = [fresh(), fresh()];
    await associate('contacts/companies', pair(a, x, defined(279)));
    await merge('contacts', b, a);
    expect((await post('contacts/companies/batch/read', [{ id: a }])).body).toEqual(frame([{ from: { id: a }, to: [{ id: x, type: 'contact_to_company_unlabeled' }] }]));
    expect(told(await post('contacts/companies/batch/read', Array.from({ length: 1_001 }, () => ({ id: a }))))).toEqual({
      status: 400, body: invalid('The maximum number of inputs supported in a batch is 1000. Please reduce the number of items and try again'),
    });
  });
});

describe('batch/archive', () => {
  test.each(['contact_to_company', 'contact_to_company_unlabeled', '1', '279'])('%s takes the whole association: 204 (schema 1.2 [D], whole [I])', async (type) => {
    const [a, x] = fresh();
    await associate('contacts/companies', pair(a, x, [...defined(1), ...own(champion)]));
    expect(told(await post('contacts/companies/batch/archive', [named(a, x, type)]))).toEqual({ status: 204, body: undefined });
    expect(await shown('contacts', a, 'companies')).toEqual({});
    expect(await shown('companies', x, 'contacts')).toEqual({});
  });

  test('a label takes itself only (schema 1.7.4 [D])', async () => {
    const [a, x] = fresh();
    await associate('contacts/companies', pair(a, x, [...defined(1), ...own(champion)]));
    expect((await post('contacts/companies/batch/archive', [named(a, x, String(champion))])).status).toBe(204);
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[1, 'Primary'], [279, null]] });
  });

  test('pairs and records that are not there: 204 (schema 1.4 [I])', async () => {
    const [a, x] = fresh();
    expect(told(await post('contacts/companies/batch/archive', [named(a, x, '1'), named('888', '999', '279')]))).toEqual({ status: 204, body: undefined });
  });

  test('a type that the pair cannot have, and what is no id, refuse all [I]', async () => {
    const [a, x] = fresh();
    await associate('contacts/companies', pair(a, x, defined(279)));
    const { message, context } = unknownName('company_to_contact', 'contact', 'company');
    expect(told(await post('contacts/companies/batch/archive', [named(a, x, '279'), named(a, x, 'company_to_contact')]))).toEqual({ status: 400, body: invalid(message, { context }) });
    expect(told(await post('contacts/companies/batch/archive', [named(a, x, '279'), named(a, 'abc', '279')]))).toEqual({ status: 400, body: refusedId('abc') });
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[279, null]] });
  });
});

describe.each(['/crm/v3/objects', '/crm/objects/v3'])('below a record, %s', (root) => {
  const at = (from: string, to: string, type: string | number): string => `${root}/contacts/${from}/associations/companies/${to}/${type}`;

  test.each(['279', 'contact_to_company_unlabeled'])('PUT by %s: 200 with the from record and its associations (schema 1.2 [D])', async (type) => {
    const [a, x] = fresh();
    const answer = await spoke.call(`PUT ${at(a, x, type)}`);
    expect(told(answer)).toEqual({ status: 200, body: record('0-1', { id: a, createdAt: NOW }, {
      createdate: NOW, email: null, firstname: null, hs_object_id: a, lastmodifieddate: NOW, lastname: null,
    }, { associations: { companies: { results: [{ id: x, type: 'contact_to_company_unlabeled' }] } } }) });
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[279, null]] });
  });

  test('PUT of a second one shows both; again it says the same (schema 1.2 [D], 1.7.11 [O])', async () => {
    const [[a, x], [, y]] = [fresh(), fresh()];
    await spoke.call(`PUT ${at(a, x, 'contact_to_company')}`);
    const second = await spoke.call(`PUT ${at(a, y, 1)}`);
    expect(second.body.associations).toEqual({ companies: { results: [
      { id: x, type: 'contact_to_company_unlabeled' }, { id: y, type: 'contact_to_company' }, { id: y, type: 'contact_to_company_unlabeled' },
    ].toSorted((p, q) => Number(p.id) - Number(q.id)) } });
    expect(told(await spoke.call(`PUT ${at(a, y, 1)}`))).toEqual(told(second));
  });

  test('GET lists a row for each type (schema 1.2 [D, O])', async () => {
    const [a, x] = fresh();
    await spoke.call(`PUT ${at(a, x, 1)}`);
    expect(told(await spoke.get(`${root}/contacts/${a}/associations/companies`))).toEqual({
      status: 200, body: { results: [{ id: x, type: 'contact_to_company' }, { id: x, type: 'contact_to_company_unlabeled' }] },
    });
  });

  test.each(['contact_to_company', '279'])('DELETE by %s takes the association away: 204, and again (schema 1.2 [D], again [I])', async (type) => {
    const [a, x] = fresh();
    await associate('contacts/companies', pair(a, x, defined(1)));
    for (let i = 0; i < 2; i++) expect(told(await spoke.call(`DELETE ${at(a, x, type)}`))).toEqual({ status: 204, body: undefined });
    expect(await shown('companies', x, 'contacts')).toEqual({});
  });

  test('DELETE by a label leaves the pair (schema 1.7.4 [D])', async () => {
    const [a, x] = fresh();
    await associate('contacts/companies', pair(a, x, own(champion)));
    expect((await spoke.call(`DELETE ${at(a, x, champion)}`)).status).toBe(204);
    expect(await shown('contacts', a, 'companies')).toEqual({ [x]: [[279, null]] });
  });

  test('what is refused: types, ids and records that are not there (schema 1.9 [O], types [I])', async () => {
    const [a, x] = fresh();
    const { message, context } = unknownName('contact_to_ocelot', 'contact', 'company');
    for (const method of ['PUT', 'DELETE']) {
      expect(told(await spoke.call(`${method} ${at(a, x, 'contact_to_ocelot')}`))).toEqual({ status: 400, body: invalid(message, { context }) });
      expect(told(await spoke.call(`${method} ${at('abc', x, 279)}`))).toEqual({ status: 400, body: refusedId('abc') });
    }
    expect(told(await spoke.call(`PUT ${at('888', x, 279)}`))).toEqual({ status: 400, body: invalidObjects(['CONTACT', '888']) });
    await archive('companies', x);
    expect(told(await spoke.call(`PUT ${at(a, x, 279)}`))).toEqual({ status: 400, body: invalidObjects(['COMPANY', x]) });
    expect(told(await spoke.call(`DELETE ${at('888', x, 279)}`))).toEqual({ status: 204, body: undefined });
    const get = await spoke.get(at(a, x, 279));
    expect(get.status).toBe(405);
    expect(get.headers.allow!.split(', ').sort()).toEqual(['DELETE', 'PUT']);
  });

  test('PUT by a merged id answers the survivor (objects 4.6 [D])', async () => {
    const [[a, x], [b]] = [fresh(), fresh()];
    const survivor = await merge('contacts', a, b);
    const answer = await spoke.call(`PUT ${at(b, x, 279)}`);
    expect(answer).toMatchObject({ status: 200, body: { id: survivor, associations: { companies: { results: [{ id: x, type: 'contact_to_company_unlabeled' }] } } } });
  });
});
