// POST .../batch/create of associations on the wire: v4 and the dated versions (schema.md 1.3 to 1.9).
// Proves: associations.batchCreate.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const PROPERTIES: Record<string, object> = {
  contacts: { firstname: 'Ada' }, companies: { name: 'Acme' }, deals: { dealname: 'Big' }, tickets: { hs_pipeline_stage: '1' },
  orders: { hs_order_name: 'One' }, leads: { hs_lead_name: 'Warm' },
};

/** Ids of new records. */
async function make(type: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const inputs = Array.from({ length: Math.min(100, count - ids.length) }, () => ({ properties: PROPERTIES[type] }));
    const answer = await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs });
    expect(answer.status).toBe(201);
    ids.push(...answer.body.results.map((record: { id: string }) => record.id));
  }
  return ids;
}

const defined = (...ids: number[]) => ids.map((associationTypeId) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }));
const own = (...ids: number[]) => ids.map((associationTypeId) => ({ associationCategory: 'USER_DEFINED', associationTypeId }));
const input = (from: string, to: string, types: object[]) => ({ from: { id: from }, to: { id: to }, types });

const associate = (path: string, ...inputs: object[]): Promise<Answer> => spoke.post(`/crm/v4/associations/${path}/batch/create`, { inputs });

/** What a record shows of a type: `{id of the other: [[type id, label], ...]}`. */
async function shown(from: string, id: string, to: string): Promise<Record<string, [number, string | null][]>> {
  const { body } = await spoke.get(`/crm/v4/objects/${from}/${id}/associations/${to}`);
  return Object.fromEntries(body.results.map((row: { toObjectId: number; associationTypes: { typeId: number; label: string | null }[] }) => [
    String(row.toObjectId), row.associationTypes.map(({ typeId, label }) => [typeId, label]),
  ]));
}

/** The whole answer of a batch whose only results are these pairs, in v4. */
const created = (fromType: string, toType: string, ...pairs: [from: string, to: string, labels: string[]][]) => ({
  status: 'COMPLETE',
  results: pairs.map(([from, to, labels]) => ({
    fromObjectTypeId: fromType, fromObjectId: Number(from), toObjectTypeId: toType, toObjectId: Number(to), labels,
  })),
  startedAt: NOW, completedAt: NOW,
});

const refused = (message: string, more: object = {}) => ({
  status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID), ...more, category: 'VALIDATION_ERROR',
});

const invalidObjects = (...objects: [type: string, id: string][]) => refused('One or more associations are invalid', {
  context: {
    INVALID_OBJECT_IDS: objects.map(([type, id]) => `${type}=${id} is not valid`),
    objectId: objects.map(([, id]) => id), objectType: objects.map(([type]) => type),
  },
});

describe('versions', () => {
  const versions = [
    { name: 'v4', root: '/crm/v4/associations', print: Number, ok: 201, partial: 207 },
    { name: 'v4 by its other path', root: '/crm/associations/v4', print: Number, ok: 201, partial: 207 },
    { name: '2025-09', root: '/crm/associations/2025-09', print: String, ok: 201, partial: 207 },
    { name: '2026-03', root: '/crm/associations/2026-03', print: String, ok: 201, partial: 207 },
    { name: '2026-09', root: '/crm/associations/2026-09', print: String, ok: 200, partial: 200 },
    { name: '2026-09-beta', root: '/crm/associations/2026-09-beta', print: String, ok: 201, partial: 207 },
  ];
  let contact: string;
  let company: string;
  beforeAll(async () => {
    [contact] = await make('contacts', 1) as [string];
    [company] = await make('companies', 1) as [string];
  });

  test.each(versions)('$name answers $ok with the labels of the pair (schema 1.1, 1.3, 1.4 [D])', async ({ root, print, ok }) => {
    const answer = await spoke.post(`${root}/contacts/companies/batch/create`, { inputs: [input(contact, company, defined(1))] });
    expect(answer.status).toBe(ok);
    expect(answer.body).toEqual({
      status: 'COMPLETE',
      results: [{ fromObjectTypeId: '0-1', fromObjectId: print(contact), toObjectTypeId: '0-2', toObjectId: print(company), labels: ['Primary'] }],
      startedAt: NOW, completedAt: NOW,
    });
  });

  test.each(versions)('$name answers $partial with errors inside when some inputs fail (schema 1.1 [D], 1.4 [O])', async ({ root, print, partial }) => {
    const answer = await spoke.post(`${root}/contacts/companies/batch/create`, { inputs: [input('abc', company, defined(1)), input(contact, company, defined(1))] });
    expect(answer.status).toBe(partial);
    expect(answer.body).toEqual({
      status: 'COMPLETE',
      results: [{ fromObjectTypeId: '0-1', fromObjectId: print(contact), toObjectTypeId: '0-2', toObjectId: print(company), labels: ['Primary'] }],
      numErrors: 1,
      errors: [{
        status: 'error', category: 'VALIDATION_ERROR', subCategory: 'crm.associations.INVALID_IDENTIFIER', message: 'abc is not a valid ID', context: { id: ['abc'] },
      }],
      startedAt: NOW, completedAt: NOW,
    });
  });
});

describe('object types in the path', () => {
  test.each(['contacts/companies', 'contact/company', '0-1/0-2', 'CONTACT/COMPANY'])('%s (schema 0 [D], objects 2.3 [O])', async (path) => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate(path, input(contact, company, defined(279)));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, []]));
  });

  test.each([
    ['butterflies/companies', 'Unable to infer object type from: butterflies'],
    ['contacts/butterflies', 'Unable to infer object type from: butterflies'],
    ['contacts/0-9999', 'Invalid object or event type id: 0-9999'],
  ])('%s is refused without a category (schema 0, 1.9 [O])', async (path, message) => {
    const answer = await associate(path, input('1', '2', defined(279)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID) });
  });
});

describe('what a pair has', () => {
  test('the unlabeled type alone has no label in the answer (schema 1.3 [D])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate('contacts/companies', input(contact, company, defined(279)));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, []]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[279, null]] });
    expect(await shown('companies', company, 'contacts')).toEqual({ [contact]: [[280, null]] });
  });

  test.each([
    { from: 'contacts', to: 'companies', type: 1, unlabeled: 279, inverse: 2, inverseUnlabeled: 280, inverseLabel: 'Contact with Primary Company' },
    { from: 'deals', to: 'companies', type: 5, unlabeled: 341, inverse: 6, inverseUnlabeled: 342, inverseLabel: 'Deal with Primary Company' },
    { from: 'tickets', to: 'companies', type: 26, unlabeled: 339, inverse: 25, inverseUnlabeled: 340, inverseLabel: 'Ticket with Primary Company' },
  ])('primary $type of $from adds the unlabeled type and both directions (schema 1.7.1, 1.7.2 [D], 1.5 [O])', async (row) => {
    const [[a], [b]] = [await make(row.from, 1), await make(row.to, 1)] as [[string], [string]];
    const answer = await associate(`${row.from}/${row.to}`, input(a, b, defined(row.type)));
    expect(answer.body.results).toMatchObject([{ labels: ['Primary'] }]);
    const low = (pairs: [number, string | null][]) => pairs.toSorted(([x], [y]) => x - y);
    expect(await shown(row.from, a, row.to)).toEqual({ [b]: low([[row.type, 'Primary'], [row.unlabeled, null]]) });
    expect(await shown(row.to, b, row.from)).toEqual({ [a]: low([[row.inverse, row.inverseLabel], [row.inverseUnlabeled, null]]) });
  });

  test('a type without labels between contact and deal: 4 one way, 3 the other (schema 2 [D])', async () => {
    const [[contact], [deal]] = [await make('contacts', 1), await make('deals', 1)] as [[string], [string]];
    expect((await associate('contacts/deals', input(contact, deal, defined(4)))).body).toEqual(created('0-1', '0-3', [contact, deal, []]));
    expect(await shown('contacts', contact, 'deals')).toEqual({ [deal]: [[4, null]] });
    expect(await shown('deals', deal, 'contacts')).toEqual({ [contact]: [[3, null]] });
  });

  test.each([['contacts', '0-1', 449], ['companies', '0-2', 450], ['deals', '0-3', 451], ['tickets', '0-5', 452]] as const)(
    '%s with each other: %s %i is its own inverse (schema 1.7.15 [D])', async (type, id, typeId) => {
      const [a, b] = await make(type, 2) as [string, string];
      const answer = await associate(`${type}/${type}`, input(a, b, defined(typeId)));
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(created(id, id, [a, b, []]));
      expect(await shown(type, a, type)).toEqual({ [b]: [[typeId, null]] });
      expect(await shown(type, b, type)).toEqual({ [a]: [[typeId, null]] });
    });

  test('parent and child companies: 13 down, 14 up, 450 both ways (schema 1.5 [I], 1.7.2 [D])', async () => {
    const [parent, child] = await make('companies', 2) as [string, string];
    const answer = await associate('companies/companies', input(parent, child, defined(13)));
    expect(answer.body).toEqual(created('0-2', '0-2', [parent, child, ['Child Company']]));
    expect(await shown('companies', parent, 'companies')).toEqual({ [child]: [[13, 'Child Company'], [450, null]] });
    expect(await shown('companies', child, 'companies')).toEqual({ [parent]: [[14, 'Parent Company'], [450, null]] });
  });

  test('the same from the child: 14 (schema 1.5 [I])', async () => {
    const [parent, child] = await make('companies', 2) as [string, string];
    expect((await associate('companies/companies', input(child, parent, defined(14)))).body).toEqual(created('0-2', '0-2', [child, parent, ['Parent Company']]));
    expect(await shown('companies', parent, 'companies')).toEqual({ [child]: [[13, 'Child Company'], [450, null]] });
  });

  test('writing what is there changes nothing and answers the same (schema 1.7.11 [O])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const first = await associate('contacts/companies', input(contact, company, defined(1)));
    const second = await associate('contacts/companies', input(contact, company, defined(1)));
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null]] });
  });

  test('the same pair twice in a batch is answered twice and written once [I]', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate('contacts/companies', input(contact, company, defined(279)), input(contact, company, defined(1)));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Primary']], [contact, company, ['Primary']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null]] });
  });

  test('ids may be numbers (objects 3.9 [O])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate('contacts/companies', { from: { id: Number(contact) }, to: { id: Number(company) }, types: defined(279) });
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, []]));
  });
});

describe('one primary per record (schema 1.7.6 [D])', () => {
  test('written from the contact side, type 1: the old primary becomes unlabeled', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    await associate('contacts/companies', input(contact, a, defined(1)));
    const answer = await associate('contacts/companies', input(contact, b, defined(1)));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, b, ['Primary']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[279, null]], [b]: [[1, 'Primary'], [279, null]] });
    expect(await shown('companies', a, 'contacts')).toEqual({ [contact]: [[280, null]] });
  });

  test('written from the company side, type 2: the same', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    await associate('companies/contacts', input(a, contact, defined(2)));
    const answer = await associate('companies/contacts', input(b, contact, defined(2)));
    expect(answer.body).toEqual(created('0-2', '0-1', [b, contact, ['Contact with Primary Company']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[279, null]], [b]: [[1, 'Primary'], [279, null]] });
    expect(await shown('companies', a, 'contacts')).toEqual({ [contact]: [[280, null]] });
  });

  test('a company may be the primary one of many contacts', async () => {
    const [[c1, c2], [company]] = [await make('contacts', 2), await make('companies', 1)] as [[string, string], [string]];
    await associate('companies/contacts', input(company, c1, defined(2)), input(company, c2, defined(2)));
    expect(await shown('contacts', c1, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null]] });
    expect(await shown('contacts', c2, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null]] });
  });

  test.each([['deals', 5, 341], ['tickets', 26, 339]] as const)('%s too, with type %i', async (type, primary, unlabeled) => {
    const [[record], [a, b]] = [await make(type, 1), await make('companies', 2)] as [[string], [string, string]];
    await associate(`${type}/companies`, input(record, a, defined(primary)));
    await associate(`${type}/companies`, input(record, b, defined(primary)));
    const all = await shown(type, record, 'companies');
    expect(all[a]).toEqual([[unlabeled, null]]);
    expect(all[b]).toContainEqual([primary, 'Primary']);
  });

  test('orders too, with type 509 [I]', async () => {
    const [[order], [a, b]] = [await make('orders', 1), await make('companies', 2)] as [[string], [string, string]];
    await associate('orders/companies', input(order, a, defined(509)));
    await associate('orders/companies', input(order, b, defined(509)));
    expect(await shown('orders', order, 'companies')).toEqual({ [a]: [[934, null]], [b]: [[509, 'Primary'], [934, null]] });
  });

  test('two primaries for one contact in a batch: the last one stays [I]', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    const answer = await associate('contacts/companies', input(contact, a, defined(1)), input(contact, b, defined(1)));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, a, []], [contact, b, ['Primary']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[279, null]], [b]: [[1, 'Primary'], [279, null]] });
  });

  test('and when the first is asked for again at the end, it is the one [I]', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    const answer = await associate('contacts/companies', input(contact, a, defined(1)), input(contact, b, defined(1)), input(contact, a, defined(1)));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, a, ['Primary']], [contact, b, []], [contact, a, ['Primary']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[1, 'Primary'], [279, null]], [b]: [[279, null]] });
  });

  test('the unlabeled type alone does not make a primary and does not take it away (schema 1.7.7 [I])', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    await associate('contacts/companies', input(contact, a, defined(279)));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[279, null]] });
    await associate('contacts/companies', input(contact, a, defined(1)));
    await associate('contacts/companies', input(contact, b, defined(279)));
    await associate('contacts/companies', input(contact, a, defined(279)));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[1, 'Primary'], [279, null]], [b]: [[279, null]] });
  });
});

describe('labels', () => {
  /** Type ids of the labels, seen from contacts. */
  const ids: Record<string, number> = {};
  beforeAll(async () => {
    for (const label of ['Decision maker', 'Champion', 'Blocker']) {
      const answer = await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: label.toLowerCase().replace(' ', '_'), label, inverseLabel: `Has ${label}` });
      ids[label] = answer.body.results.find((type: { label: string }) => type.label === label).typeId;
    }
  });
  const label = (...names: string[]) => own(...names.map((name) => ids[name]!));

  test('a label adds the unlabeled type, and its inverse on the other side (schema 1.7.1, 1.7.2 [D])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate('contacts/companies', input(contact, company, label('Champion')));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Champion']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[279, null], [ids.Champion, 'Champion']] });
    expect(Object.values(await shown('companies', company, 'contacts'))[0]!.map(([, text]) => text)).toEqual([null, 'Has Champion']);
  });

  test('new labels replace the old ones; primary and unlabeled stay (schema 1.7.3 [D])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    await associate('contacts/companies', input(contact, company, [...defined(1), ...label('Champion', 'Blocker')]));
    const answer = await associate('contacts/companies', input(contact, company, label('Decision maker')));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Primary', 'Decision maker']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[1, 'Primary'], [279, null], [ids['Decision maker'], 'Decision maker']] });
    expect(Object.values(await shown('companies', company, 'contacts'))[0]!.map(([, text]) => text))
      .toEqual(['Contact with Primary Company', null, 'Has Decision maker']);
  });

  test('to append, the old ones are sent along (schema 1.7.3 [D])', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    await associate('contacts/companies', input(contact, company, label('Champion')));
    const answer = await associate('contacts/companies', input(contact, company, label('Champion', 'Blocker')));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Champion', 'Blocker']]));
  });

  test('a write of HubSpot-defined types only leaves labels alone [I]', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    await associate('contacts/companies', input(contact, company, label('Champion')));
    const answer = await associate('contacts/companies', input(contact, company, defined(279)));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Champion']]));
  });

  test('a demoted primary keeps its labels (schema 1.7.6 [D])', async () => {
    const [[contact], [a, b]] = [await make('contacts', 1), await make('companies', 2)] as [[string], [string, string]];
    await associate('contacts/companies', input(contact, a, [...defined(1), ...label('Champion')]));
    await associate('contacts/companies', input(contact, b, defined(1)));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [a]: [[279, null], [ids.Champion, 'Champion']], [b]: [[1, 'Primary'], [279, null]] });
  });

  test('one pair twice in a batch: the later labels replace the earlier [I]', async () => {
    const [[contact], [company]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
    const answer = await associate('contacts/companies', input(contact, company, label('Champion')), input(contact, company, label('Blocker')));
    expect(answer.body).toEqual(created('0-1', '0-2', [contact, company, ['Blocker']], [contact, company, ['Blocker']]));
    expect(await shown('contacts', contact, 'companies')).toEqual({ [company]: [[279, null], [ids.Blocker, 'Blocker']] });
  });

  test('paired labels of one object type: the other record gets the inverse, also when it is written from there [I]', async () => {
    const made = await spoke.post('/crm/v4/associations/contacts/contacts/labels', { name: 'manager_employee', label: 'Manager', inverseLabel: 'Employee' });
    const idOf = (text: string): number => made.body.results.find((type: { label: string }) => type.label === text).typeId;
    const [boss, worker] = await make('contacts', 2) as [string, string];
    expect((await associate('contacts/contacts', input(worker, boss, own(idOf('Manager'))))).body).toEqual(created('0-1', '0-1', [worker, boss, ['Manager']]));
    expect(await shown('contacts', boss, 'contacts')).toEqual({ [worker]: [[449, null], [idOf('Employee'), 'Employee']] });
    // Now the other way round: the pair's labels are replaced on both sides.
    expect((await associate('contacts/contacts', input(boss, worker, own(idOf('Manager'))))).body).toEqual(created('0-1', '0-1', [boss, worker, ['Manager']]));
    expect(await shown('contacts', worker, 'contacts')).toEqual({ [boss]: [[449, null], [idOf('Employee'), 'Employee']] });
  });
});

describe('refusals', () => {
  let contact: string;
  let company: string;
  beforeAll(async () => {
    [contact] = await make('contacts', 1) as [string];
    [company] = await make('companies', 1) as [string];
  });

  test('bad ids and self-associations fail alone, the others are written (schema 1.4, 1.7.16, 1.9 [O])', async () => {
    const [other] = await make('contacts', 1) as [string];
    const answer = await associate('contacts/contacts',
      input('abc', contact, defined(449)), input(contact, contact, defined(449)), input(contact, '', defined(449)), input(contact, other, defined(449)));
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({
      ...created('0-1', '0-1', [contact, other, []]),
      numErrors: 3,
      errors: [
        { status: 'error', category: 'VALIDATION_ERROR', subCategory: 'crm.associations.INVALID_IDENTIFIER', message: 'abc is not a valid ID', context: { id: ['abc'] } },
        { status: 'error', category: 'VALIDATION_ERROR', message: `Object ${contact} cannot be associated to itself (${contact})`, context: {} },
        { status: 'error', category: 'VALIDATION_ERROR', subCategory: 'crm.associations.INVALID_IDENTIFIER', message: ' is not a valid ID', context: { id: [''] } },
      ],
    });
  });

  test.each(['-1', '1.5', '1e3', ' 1', '0x10', '99999999999999999', '١'])('%j is not a valid ID (schema 1.9 [O])', async (id) => {
    const answer = await associate('contacts/companies', input(contact, id, defined(279)));
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({
      status: 'COMPLETE', results: [], numErrors: 1,
      errors: [{ status: 'error', category: 'VALIDATION_ERROR', subCategory: 'crm.associations.INVALID_IDENTIFIER', message: `${id} is not a valid ID`, context: { id: [id] } }],
      startedAt: NOW, completedAt: NOW,
    });
  });

  test('a contact and a company of the same number are not one record', async () => {
    const answer = await associate('contacts/companies', input(contact, contact, defined(279)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidObjects(['COMPANY', contact]));
  });

  test.each([
    ['the from record', () => input('888', company, defined(279)), () => invalidObjects(['CONTACT', '888'])],
    ['the to record', () => input(contact, '999', defined(279)), () => invalidObjects(['COMPANY', '999'])],
    ['both records', () => input('888', '999', defined(279)), () => invalidObjects(['CONTACT', '888'], ['COMPANY', '999'])],
  ])('%s does not exist (schema 1.9 [O])', async (_, body, expected) => {
    const answer = await associate('contacts/companies', body());
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(expected());
  });

  test('one missing record refuses the whole batch; nothing is written (schema 1.9 [O])', async () => {
    const [fresh] = await make('contacts', 1) as [string];
    const answer = await associate('contacts/companies', input(fresh, company, defined(279)), input('888', company, defined(279)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidObjects(['CONTACT', '888']));
    expect(await shown('contacts', fresh, 'companies')).toEqual({});
  });

  test('an archived record does not exist (schema 1.7.17 [I])', async () => {
    const [gone] = await make('contacts', 1) as [string];
    await spoke.call(`DELETE /crm/v3/objects/contacts/${gone}`);
    const answer = await associate('contacts/companies', input(gone, company, defined(279)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidObjects(['CONTACT', gone]));
  });

  test.each([
    ['a label that nobody made', own(300), ['USER_DEFINED=300']],
    ['a number that HubSpot does not use', defined(99_999), ['HUBSPOT_DEFINED=99999']],
    ['another category', [{ associationCategory: 'INTEGRATOR_DEFINED', associationTypeId: 279 }], ['INTEGRATOR_DEFINED=279']],
    ['several beside a good one', [...defined(279, 99_999), ...own(300)], ['HUBSPOT_DEFINED=99999', 'USER_DEFINED=300']],
  ])('unknown type id: %s (schema 1.9 [O])', async (_, types, unknown) => {
    const answer = await associate('contacts/companies', input(contact, company, types));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', {
      context: { INVALID_ASSOCIATION_TYPE_ID: unknown.map((spec) => `${spec} is not a valid association definition id`), associationSpec: unknown },
    }));
  });

  test.each([
    ['280 leads from company to contact', 280, 'invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280'],
    ['190 leads from note to company', 190, 'invalid from object type 0-1 for associations to be created. expected: 0-46. For definition 0-190'],
  ])('wrong direction: %s (objects 3.9, schema 1.9 [O])', async (_, typeId, message) => {
    const answer = await associate('contacts/companies', input(contact, company, defined(typeId)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused(message));
  });

  test('wrong pair: 4 leads from contact to deal [I]', async () => {
    const answer = await associate('contacts/companies', input(contact, company, defined(4)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('invalid to object type 0-2 for associations to be created. expected: 0-3. For definition 0-4'));
  });

  test('no types at all (schema 1.7.12 [O])', async () => {
    const answer = await associate('contacts/companies', input(contact, company, []));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', { context: { objectId: [company], types: ['must not be empty'] } }));
  });

  test('an empty batch is done at once [I]', async () => {
    const answer = await associate('contacts/companies');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-1', '0-2'));
  });
});

describe('2,000 inputs (schema 1.8 [D])', () => {
  test('are taken', async () => {
    const [contacts, companies] = [await make('contacts', 40), await make('companies', 50)];
    const inputs = contacts.flatMap((contact) => companies.map((company) => input(contact, company, defined(279))));
    const answer = await associate('contacts/companies', ...inputs);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(created('0-1', '0-2', ...inputs.map((i): [string, string, string[]] => [i.from.id, i.to.id, []])));
    expect(Object.keys(await shown('contacts', contacts[39]!, 'companies'))).toEqual(companies);
    expect(Object.keys(await shown('companies', companies[49]!, 'contacts'))).toEqual(contacts);
  });

  test('2,001 are refused, text [I]', async () => {
    const answer = await associate('contacts/companies', ...Array.from({ length: 2_001 }, () => input('1', '2', defined(279))));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('The maximum number of inputs supported in a batch is 2000. Please reduce the number of items and try again'));
  });
});
