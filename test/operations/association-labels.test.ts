// Association labels on the wire (schema.md 1.5), and the type names of v3 (1.2): listed, made, renamed, deleted.
// Proves: associations.listLabels, associations.createLabel, associations.updateLabel, associations.deleteLabel, associations.listTypes.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idsOf, invalid } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/v4/associations', '/crm/associations/v4', '/crm/associations/2025-09', '/crm/associations/2026-03', '/crm/associations/2026-09', '/crm/associations/2026-09-beta'];
const [V4] = ROOTS as [string];
const hubspot = (typeId: number, label: string | null) => ({ category: 'HUBSPOT_DEFINED', typeId, label });
const own = (typeId: number, label: string) => ({ category: 'USER_DEFINED', typeId, label });

const list = async (pair: string): Promise<object[]> => (await spoke.get(`${V4}/${pair}/labels`)).body.results;
const add = (pair: string, body: unknown): Promise<Answer> => spoke.post(`${V4}/${pair}/labels`, body);
const rename = (pair: string, body: unknown): Promise<Answer> => spoke.call(`PUT ${V4}/${pair}/labels`, { body });
const remove = (pair: string, typeId: number | string): Promise<Answer> => spoke.call(`DELETE ${V4}/${pair}/labels/${typeId}`);

/** Makes a label and answers its ids, the forward one first. */
async function newLabel(pair: string, body: object): Promise<number[]> {
  const answer = await add(pair, body);
  expect(answer.status).toBe(200);
  return answer.body.results.map((type: { typeId: number }) => type.typeId).reverse();
}

const labelFault = (reason: string): object => invalid(`The association label is not valid: ${reason}`);
const unknownType = (typeId: number | string): object => invalid('One or more associations are invalid', {
  context: { INVALID_ASSOCIATION_TYPE_ID: [`USER_DEFINED=${typeId} is not a valid association definition id`], associationSpec: [`USER_DEFINED=${typeId}`] },
});
const otherPair = (typeId: number, its: string, asked: string): object => invalid(`The association type USER_DEFINED=${typeId} leads ${its}, not ${asked}`, {
  context: { associationSpec: [`USER_DEFINED=${typeId}`] },
});
const fixed = (typeId: number): object => invalid(`The association type HUBSPOT_DEFINED=${typeId} is defined by HubSpot and cannot be changed or deleted`, {
  context: { associationTypeId: [String(typeId)] },
});
const inUse = (typeId: number, label: string): object => invalid(`The association label "${label}" (USER_DEFINED=${typeId}) is in use: remove it from all records first`, {
  context: { associationTypeId: [String(typeId)] },
});

describe('GET and POST', () => {
  test.each(ROOTS)('GET %s: the types that HubSpot defines (1.5 [D])', async (root) => {
    const answer = await spoke.get(`${root}/deals/companies/labels`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [hubspot(5, 'Primary'), hubspot(341, null)] });
  });

  test('from the other side (1.5 [O])', async () => {
    expect(await list('companies/deals')).toEqual([hubspot(6, 'Deal with Primary Company'), hubspot(342, null)]);
  });

  // The order of these scenarios gives the ids: the portal's own start at 1.
  test('POST a single label between two types: 200, two ids with one text, the inverse first (1.5 [D], ids [I])', async () => {
    const answer = await add('contacts/companies', { name: 'advisor', label: 'Advisor' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [own(2, 'Advisor'), own(1, 'Advisor')] });
  });

  test('POST a paired label: the inverse first (1.5 [D])', async () => {
    const answer = await add('contacts/contacts', { name: 'manager_employee', label: 'Manager', inverseLabel: 'Employee' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [own(4, 'Employee'), own(3, 'Manager')] });
  });

  test('POST a single label of a type with itself: one id that is its own inverse (1.5 [I])', async () => {
    const answer = await add('contacts/contacts', { name: 'sibling', label: 'Sibling' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [own(5, 'Sibling')] });
  });

  test.each([
    ['inverseLabel null', { name: 'n1', label: 'N1', inverseLabel: null }], ['inverseLabel empty', { name: 'n2', label: 'N2', inverseLabel: '' }],
    ['the same text for both', { name: 'n3', label: 'N3', inverseLabel: 'N3' }],
  ])('POST with %s is a single label [I]', async (_, body) => {
    const answer = await add('tickets/tickets', body);
    expect(answer.status).toBe(200);
    expect(answer.body.results).toHaveLength(1);
  });

  test('GET shows them at once, each from its side: primary first, unlabeled last, and none of the v1 ids 33 to 46 (1.5 [D], 2 [O])', async () => {
    expect(await list('contacts/companies')).toEqual([hubspot(1, 'Primary'), hubspot(931, 'Billing contact'), own(1, 'Advisor'), hubspot(279, null)]);
    expect(await list('companies/contacts')).toContainEqual(own(2, 'Advisor'));
    expect(await list('contacts/contacts')).toEqual([own(3, 'Manager'), own(4, 'Employee'), own(5, 'Sibling'), hubspot(449, null)]);
  });

  test('a number of the portal is another than the same number of HubSpot (1.5 [D])', async () => {
    const [contact, company] = await newRecords('contacts', 'companies');
    const answer = await associate('contacts', contact!, 'companies', company!, [1]);
    expect(answer.body.results[0].labels).toEqual(['Advisor']);
  });

  test.each([
    ['a hyphen', { name: 'a-b', label: 'X' }, 'name "a-b" must not start with a digit or hold a hyphen'],
    ['a digit first', { name: '2nd', label: 'X' }, 'name "2nd" must not start with a digit or hold a hyphen'],
    ['an empty name', { name: '', label: 'X' }, 'name "" must not start with a digit or hold a hyphen'],
    ['an empty label', { name: 'x', label: ' ' }, 'label must have 1 to 255 characters'],
    ['a label too long', { name: 'x', label: 'x'.repeat(256) }, 'label must have 1 to 255 characters'],
    ['a blank inverse', { name: 'x', label: 'X', inverseLabel: ' ' }, 'inverseLabel must have 1 to 255 characters'],
    ['an inverse too long', { name: 'x', label: 'X', inverseLabel: 'x'.repeat(256) }, 'inverseLabel must have 1 to 255 characters'],
    ['a name in use', { name: 'advisor', label: 'Other' }, 'name "advisor" is in use'],
    ['a name of HubSpot in use', { name: 'contact_to_company', label: 'Other' }, 'name "contact_to_company" is in use'],
    ['a label in use', { name: 'x', label: 'Advisor' }, 'label "Advisor" is in use'],
    ['a label of HubSpot in use', { name: 'x', label: 'Primary' }, 'label "Primary" is in use'],
    ['an inverse in use', { name: 'x', label: 'X', inverseLabel: 'Advisor' }, 'label "Advisor" is in use'],
  ])('POST with %s is refused (1.5 [D], which ones and text [I])', async (_, body, reason) => {
    const answer = await add('contacts/companies', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(labelFault(reason));
  });

  test.each([['{}', 'name, label', 2], ['{"name":"x"}', 'label', 12]])('POST %s: name and label are required (1.5 [D])', async (body, names, column) => {
    const answer = await add('contacts/companies', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line 1, column ${column}. Some required fields were not set: [${names}]`));
  });

  test('ten labels for a pair, not eleven, from whichever side (1.5, 1.8 [D], text [I])', async () => {
    for (let n = 1; n <= 10; n++) expect((await add(n % 2 ? 'deals/tickets' : 'tickets/deals', { name: `label_${n}`, label: `Label ${n}` })).status).toBe(200);
    for (const pair of ['deals/tickets', 'tickets/deals']) {
      const answer = await add(pair, { name: 'label_11', label: 'Label 11' });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(labelFault('at most 10 labels between two object types'));
    }
  });

  test('both directions of a pair between records of one type count once [I]', async () => {
    for (let n = 1; n <= 10; n++) expect((await add('companies/companies', { name: `pair_${n}`, label: `Over ${n}`, inverseLabel: `Under ${n}` })).status).toBe(200);
    expect((await add('companies/companies', { name: 'pair_11', label: 'Over 11', inverseLabel: 'Under 11' })).status).toBe(400);
  });

  test('v3 has no labels: unrouted (1.2 [D], objects 6.10 [O])', async () => {
    expect(await spoke.get('/crm/v3/associations/contacts/companies/labels')).toMatchObject({ status: 404, body: expect.stringContaining('Error 404 Not Found') });
  });
});

describe('PUT', () => {
  test.each(ROOTS)('PUT %s: 204, and the text is the new one, in both directions of a single label (1.5 [D], [I])', async (root) => {
    const [there, back] = await newLabel('deals/contacts', { name: `buyer_${ROOTS.indexOf(root)}`, label: `Buyer ${root}` });
    const answer = await spoke.call(`PUT ${root}/deals/contacts/labels`, { body: { associationTypeId: there, label: `Lead buyer ${root}` } });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(await list('deals/contacts')).toContainEqual(own(there!, `Lead buyer ${root}`));
    expect(await list('contacts/deals')).toContainEqual(own(back!, `Lead buyer ${root}`));
  });

  test('of a pair: the text and the inverse, or the text alone (1.5 [D])', async () => {
    const [boss, report] = await newLabel('contacts/tickets', { name: 'boss_report', label: 'Boss', inverseLabel: 'Report' });
    expect((await rename('contacts/tickets', { associationTypeId: boss, label: 'Chief', inverseLabel: 'Case' })).status).toBe(204);
    expect(await list('contacts/tickets')).toContainEqual(own(boss!, 'Chief'));
    expect(await list('tickets/contacts')).toContainEqual(own(report!, 'Case'));
    expect((await rename('tickets/contacts', { associationTypeId: report, label: 'Matter' })).status).toBe(204);
    expect(await list('tickets/contacts')).toContainEqual(own(report!, 'Matter'));
    expect(await list('contacts/tickets')).toContainEqual(own(boss!, 'Chief'));
  });

  test('a single label becomes a pair by an inverse of its own [I]', async () => {
    const [there, back] = await newLabel('orders/contacts', { name: 'payer', label: 'Payer' });
    expect((await rename('orders/contacts', { associationTypeId: there, label: 'Payer', inverseLabel: 'Paid order' })).status).toBe(204);
    expect(await list('orders/contacts')).toContainEqual(own(there!, 'Payer'));
    expect(await list('contacts/orders')).toContainEqual(own(back!, 'Paid order'));
  });

  test('the name stays as it is, whatever is sent (1.5 [D])', async () => {
    const [there] = await newLabel('notes/contacts', { name: 'first_name', label: 'First' });
    expect((await rename('notes/contacts', { associationTypeId: there, name: 'second_name', label: 'Second' })).status).toBe(204);
    const types = (await spoke.get('/crm/v3/associations/notes/contacts/types')).body.results;
    expect(types).toContainEqual({ id: String(there), name: 'first_name' });
  });

  test('to the text that it has', async () => {
    const [there] = await newLabel('calls/contacts', { name: 'caller', label: 'Caller' });
    expect((await rename('calls/contacts', { associationTypeId: there, label: 'Caller' })).status).toBe(204);
  });

  test('records show the new text', async () => {
    const [there, back] = await newLabel('contacts/companies', { name: 'renamed', label: 'Before' });
    const [contact, company] = await newRecords('contacts', 'companies');
    await associate('contacts', contact!, 'companies', company!, [there!]);
    await rename('contacts/companies', { associationTypeId: there, label: 'After' });
    const seen = await spoke.get(`/crm/v4/objects/companies/${company}/associations/contacts`);
    expect(seen.body.results[0].associationTypes).toContainEqual(own(back!, 'After'));
  });

  test.each([
    ['an empty label', { label: '' }, 'label must have 1 to 255 characters'], ['a label too long', { label: 'x'.repeat(256) }, 'label must have 1 to 255 characters'],
    ['a blank inverse', { label: 'X', inverseLabel: ' ' }, 'inverseLabel must have 1 to 255 characters'],
    ['a label in use', { label: 'Taken' }, 'label "Taken" is in use'], ['an inverse in use', { label: 'X', inverseLabel: 'Taken' }, 'label "Taken" is in use'],
  ])('with %s is refused (text [I])', async (name, texts, reason) => {
    if (name === 'an empty label') {
      await newLabel('emails/contacts', { name: 'taken', label: 'Taken' });
      await newLabel('emails/contacts', { name: 'mine', label: 'Mine' });
    }
    const { typeId } = (await list('emails/contacts') as { typeId: number; label: string }[]).find((type) => type.label === 'Mine')!;
    const answer = await rename('emails/contacts', { associationTypeId: typeId, ...texts });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(labelFault(reason));
    expect(await list('emails/contacts')).toContainEqual(own(typeId, 'Mine'));
  });

  test('a label that is its own inverse has one text, a pair of a type with itself has two [I]', async () => {
    const [sole] = await newLabel('deals/deals', { name: 'sole', label: 'Sole' });
    const both = await rename('deals/deals', { associationTypeId: sole, label: 'One', inverseLabel: 'Two' });
    expect(both.status).toBe(400);
    expect(both.body).toEqual(labelFault('a label that is its own inverse has one text'));
    const [over] = await newLabel('deals/deals', { name: 'over_under', label: 'Over', inverseLabel: 'Under' });
    const same = await rename('deals/deals', { associationTypeId: over, label: 'Under' });
    expect(same.status).toBe(400);
    expect(same.body).toEqual(labelFault('the two texts of a pair must differ'));
    // Swapped, they are as different as before.
    expect((await rename('deals/deals', { associationTypeId: over, label: 'Under', inverseLabel: 'Over' })).status).toBe(204);
  });

  test.each([
    ['an unknown id', 'contacts/companies', 99_999, unknownType(99_999)],
    ['a label of another pair', 'contacts/deals', 1, otherPair(1, 'from 0-1 to 0-2', 'from 0-1 to 0-3')],
    ['a label from the wrong side', 'companies/contacts', 1, otherPair(1, 'from 0-1 to 0-2', 'from 0-2 to 0-1')],
    ['a type of HubSpot', 'contacts/companies', 279, fixed(279)],
    ['a labelled type of HubSpot', 'contacts/companies', 931, fixed(931)],
  ])('%s is refused (1.5 [D], text [I])', async (_, pair, typeId, body) => {
    const answer = await rename(pair, { associationTypeId: typeId, label: 'X' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  test.each([['{}', 'associationTypeId, label', 2], ['{"associationTypeId":1}', 'label', 23]])('PUT %s: id and label are required (1.5 [D])', async (body, names, column) => {
    const answer = await rename('contacts/companies', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`Invalid input JSON on line 1, column ${column}. Some required fields were not set: [${names}]`));
  });
});

describe('DELETE', () => {
  test.each(ROOTS)('DELETE %s: 204, and both directions are gone (1.5 [D])', async (root) => {
    const [there, back] = await newLabel('products/contacts', { name: 'tester', label: 'Tester', inverseLabel: 'Tested' });
    const answer = await spoke.call(`DELETE ${root}/products/contacts/labels/${there}`);
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(await list('products/contacts')).not.toContainEqual(own(there!, 'Tester'));
    expect(await list('contacts/products')).not.toContainEqual(own(back!, 'Tested'));
    const again = await spoke.call(`DELETE ${root}/products/contacts/labels/${there}`);
    expect(again.status).toBe(400);
    expect(again.body).toEqual(unknownType(there!));
  });

  test('by the id of the other direction, and of one that is its own inverse', async () => {
    const [, back] = await newLabel('tasks/contacts', { name: 'doer', label: 'Doer' });
    expect((await remove('contacts/tasks', back!)).status).toBe(204);
    expect(JSON.stringify(await list('tasks/contacts'))).not.toContain('Doer');
    const [peer] = await newLabel('tickets/tickets', { name: 'peer', label: 'Peer' });
    expect((await remove('tickets/tickets', peer!)).status).toBe(204);
  });

  test('its name, its text and its place among the ten are free again', async () => {
    const ids: number[] = [];
    for (let n = 1; n <= 10; n++) ids.push((await newLabel('meetings/contacts', { name: `m_${n}`, label: `M ${n}` }))[0]!);
    expect((await remove('meetings/contacts', ids[4]!)).status).toBe(204);
    const [again] = await newLabel('meetings/contacts', { name: 'm_5', label: 'M 5' });
    expect(ids).not.toContain(again);
  });

  test.each([
    ['an unknown id', 'contacts/companies', 99_999, unknownType(99_999)],
    ['no number', 'contacts/companies', 'abc', unknownType('abc')],
    ['a number too large', 'contacts/companies', '99999999999999999999', unknownType('99999999999999999999')],
    ['a label of another pair', 'contacts/deals', 1, otherPair(1, 'from 0-1 to 0-2', 'from 0-1 to 0-3')],
    ['the unlabeled type', 'contacts/companies', 279, fixed(279)],
    ['a labelled type of HubSpot', 'contacts/companies', 931, fixed(931)],
  ])('%s is refused (1.5, 1.9 [D], text [I])', async (_, pair, typeId, body) => {
    const answer = await remove(pair, typeId);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  test('a label that records have is refused from either side, and kept (1.5 [D], text [I])', async () => {
    const [there, back] = await newLabel('contacts/companies', { name: 'used', label: 'Used', inverseLabel: 'User' });
    const [contact, company] = await newRecords('contacts', 'companies');
    expect((await associate('contacts', contact!, 'companies', company!, [there!])).status).toBe(201);
    for (const [pair, typeId, label] of [['contacts/companies', there, 'Used'], ['companies/contacts', back, 'User']] as const) {
      const answer = await remove(pair, typeId!);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(inUse(typeId!, label));
    }
    expect(await list('contacts/companies')).toContainEqual(own(there!, 'Used'));

    // Another label takes its place: it is in use no longer.
    await associate('contacts', contact!, 'companies', company!, [1]);
    expect((await remove('contacts/companies', there!)).status).toBe(204);
  });

  test('it is no type any more: neither shown nor taken', async () => {
    const [there] = await newLabel('contacts/companies', { name: 'gone', label: 'Gone' });
    await remove('contacts/companies', there!);
    const [contact, company] = await newRecords('contacts', 'companies');
    const answer = await associate('contacts', contact!, 'companies', company!, [there!]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(unknownType(there!));
  });

  test('what archived records remember of it goes with it [I]', async () => {
    const [there] = await newLabel('contacts/companies', { name: 'remembered', label: 'Remembered' });
    const [contact, company] = await newRecords('contacts', 'companies');
    await associate('contacts', contact!, 'companies', company!, [there!]);
    // As an archive puts them aside.
    await spoke.db.query({ text: 'insert into archived_association select * from association where from_id = any($1::bigint[])', values: [[contact, company]] });
    await spoke.db.query({ text: 'delete from association where from_id = any($1::bigint[])', values: [[contact, company]] });
    expect((await remove('contacts/companies', there!)).status).toBe(204);
    const left = await spoke.db.query({ text: 'select distinct category from archived_association where from_id = any($1::bigint[])', values: [[contact, company]] });
    expect(left).toEqual([{ category: 0 }]);
  });
});

describe('scopes', () => {
  test('who reads records of both types lists, but changes nothing (platform 5.6 [I])', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.companies.read']);
    expect((await spoke.get(`${V4}/contacts/companies/labels`, { token })).status).toBe(200);
    expect((await spoke.get('/crm/v3/associations/contacts/companies/types', { token })).status).toBe(200);
    expect((await spoke.post(`${V4}/contacts/companies/labels`, { name: 'x', label: 'X' }, { token })).status).toBe(403);
    expect((await spoke.call(`PUT ${V4}/contacts/companies/labels`, { token, body: { associationTypeId: 1, label: 'X' } })).status).toBe(403);
    expect((await spoke.call(`DELETE ${V4}/contacts/companies/labels/1`, { token })).status).toBe(403);
  });

  test('both types count (platform 5.6 [I])', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.write']);
    const answer = await spoke.post(`${V4}/contacts/companies/labels`, { name: 'x', label: 'X' }, { token });
    expect(answer.status).toBe(403);
    expect(answer.body.errors[0].context.requiredGranularScopes).toEqual(['crm.objects.companies.write']);
  });
});

describe('v3 GET .../types', () => {
  test.each([
    ['deals/companies', [['5', 'deal_to_company'], ['341', 'deal_to_company_unlabeled']]],
    ['companies/deals', [['6', 'company_to_deal'], ['342', 'company_to_deal_unlabeled']]],
    ['0-1/ticket', [['15', 'contact_to_ticket']]],
  ])('%s: ids as text, with the names of v3 (1.2 [D], names [O])', async (pair, types) => {
    const answer = await spoke.get(`/crm/v3/associations/${pair}/types`);
    expect(answer.status).toBe(200);
    expect(answer.body.results).toEqual(expect.arrayContaining(types.map(([id, name]) => ({ id, name }))));
    expect(Object.keys(answer.body)).toEqual(['results']);
  });

  test("the portal's own come along, by their names [I]", async () => {
    expect((await spoke.get('/crm/v3/associations/contacts/companies/types')).body.results).toContainEqual({ id: '1', name: 'advisor' });
  });

  test('other versions have no such list', async () => {
    expect((await spoke.get(`${V4}/contacts/companies/types`)).status).toBe(404);
  });
});

async function newRecords(...types: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const type of types) ids.push(...idsOf(await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: [{ properties: type === 'companies' ? { name: 'A' } : { firstname: 'A' } }] })));
  return ids;
}

async function associate(from: string, fromId: string, to: string, toId: string, labels: number[]): Promise<Answer> {
  return await spoke.post(`${V4}/${from}/${to}/batch/create`, {
    inputs: [{ from: { id: fromId }, to: { id: toId }, types: labels.map((associationTypeId) => ({ associationCategory: 'USER_DEFINED', associationTypeId })) }],
  });
}
