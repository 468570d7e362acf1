// Reads of records on the wire: one, a page, a batch (objects.md 1.3, 2.8, 3.1, 3.5, 3.6, 4.1, 4.2, 4.5).
// Proves: records.get, records.list, records.batchRead.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const LATER = '2026-10-02T09:00:05.000Z';

/** Ids by name. */
const id: Record<string, string> = {};

async function make(type: string, ...all: object[]): Promise<string[]> {
  const answer = await spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs: all.map((properties) => ({ properties })) });
  expect(answer.status).toBe(201);
  return answer.body.results.map((record: { id: string }) => record.id);
}

beforeAll(async () => {
  spoke = await startSpoke();
  [id.ada, id.bob, id.cleo] = await make('contacts', { email: 'ada@example.org', firstname: 'Ada', lastname: 'L' }, { firstname: 'Bob' }, { email: 'cleo@example.org' }) as [string, string, string];
  [id.acme, id.globex] = await make('companies', { name: 'Acme', domain: 'acme.test' }, { name: 'Globex' }) as [string, string];
  [id.gone] = await make('contacts', { email: 'gone@example.org' }) as [string];
  spoke.tick(5_000);
  await spoke.call(`DELETE /crm/v3/objects/contacts/${id.gone}`);
  spoke.tick(-5_000);
});
afterAll(() => spoke.close());

/** A record as it is read. */
const record = (typeId: string, recordId: string, properties: Record<string, string | null>, more: object = {}) => ({
  id: recordId, properties, createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/${PORTAL_ID}/record/${typeId}/${recordId}`, ...more,
});
const contact = (recordId: string, values: Record<string, string | null>, more?: object) =>
  record('0-1', recordId, { createdate: NOW, hs_object_id: recordId, lastmodifieddate: NOW, ...values }, more);
const company = (recordId: string, values: Record<string, string | null>, more?: object) =>
  record('0-2', recordId, { createdate: NOW, hs_lastmodifieddate: NOW, hs_object_id: recordId, ...values }, more);

const ada = (): object => contact(id.ada!, { email: 'ada@example.org', firstname: 'Ada', lastname: 'L' });
const bob = (): object => contact(id.bob!, { email: null, firstname: 'Bob', lastname: null });
const cleo = (): object => contact(id.cleo!, { email: 'cleo@example.org', firstname: null, lastname: null });

const bare = (message: string) => ({ status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID) });
const refused = (message: string) => ({ ...bare(message), category: 'VALIDATION_ERROR' });
const badParameter = (name: string, reason: string) => ({
  ...refused(`Invalid value for query parameter ${name}: ${reason}`), errors: [{ message: reason, in: name }], context: { [name]: [reason] },
});

describe('GET one', () => {
  const get = (path: string) => spoke.get(`/crm/v3/objects/${path}`);

  test.each([
    ['/crm/v3/objects'], ['/crm/objects/v3'], ['/crm/objects/2025-09'], ['/crm/objects/2026-03'], ['/crm/objects/2026-09'], ['/crm/objects/2026-09-beta'],
  ])('%s: the default properties, null where there is no value (1.1, 2.8 [D], 4.1 [O])', async (root) => {
    const answer = await spoke.get(`${root}/contacts/${id.bob}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(bob());
  });

  test.each(['contacts', 'contact', 'CONTACT', '0-1'])('under the name %s (2.3 [D], [O])', async (name) => {
    expect((await get(`${name}/${id.ada}`)).body).toEqual(ada());
  });

  test('a company has its own dates (2.8 [D], 4.1 [O])', async () => {
    expect((await get(`companies/${id.acme}`)).body).toEqual(company(id.acme!, { domain: 'acme.test', name: 'Acme' }));
  });

  test.each<[string, string, object, Record<string, string | null>]>([
    ['deals', '0-3', { dealname: 'Big' }, { amount: null, closedate: null, createdate: NOW, dealname: 'Big', dealstage: null, hs_lastmodifieddate: NOW, pipeline: 'default' }],
    ['tickets', '0-5', { subject: 'Help', hs_pipeline_stage: '1' }, {
      content: null, createdate: NOW, hs_lastmodifieddate: NOW, hs_pipeline: '0', hs_pipeline_stage: '1', hs_ticket_category: null, hs_ticket_priority: null, subject: 'Help',
    }],
    ['products', '0-7', { name: 'Thing', price: '5' }, { createdate: NOW, description: null, hs_lastmodifieddate: NOW, name: 'Thing', price: '5' }],
    ['line_items', '0-8', { name: 'Thing', quantity: '2' }, { amount: null, createdate: NOW, hs_lastmodifieddate: NOW, price: null, quantity: '2' }],
    ['orders', '0-123', { hs_order_name: 'One' }, { createdate: NOW, hs_lastmodifieddate: NOW }],
    ['notes', '0-46', { hs_timestamp: NOW }, { hs_createdate: NOW, hs_lastmodifieddate: NOW }],
  ])('%s: the default properties of the type (2.8 [D])', async (type, typeId, values, expected) => {
    const [made] = await make(type, values) as [string];
    const answer = await get(`${type}/${made}`);
    expect(answer.body).toEqual(record(typeId, made, { ...expected, hs_object_id: made }));
  });

  test('named properties replace the defaults; unknown names are left out; id and dates always come (2.8, 4.1 [O])', async () => {
    const answer = await get(`contacts/${id.bob}?properties=firstname,no_such,phone`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(contact(id.bob!, { firstname: 'Bob', phone: null }));
  });

  test('properties are sorted by name (3.10 [O])', async () => {
    const names = Object.keys((await get(`contacts/${id.ada}?properties=phone,lastname,city,firstname`)).body.properties);
    expect(names).toEqual(['city', 'createdate', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname', 'phone']);
  });

  test.each([
    ['properties=firstname,lastname'], ['properties=firstname&properties=lastname'], ['properties=firstname,&properties=lastname'],
    ['properties=firstname%2Clastname'], ['properties=%20firstname%20,lastname'],
  ])('lists by comma or by repeated key: %s (1.3 [D])', async (query) => {
    expect((await get(`contacts/${id.ada}?${query}`)).body).toEqual(contact(id.ada!, { firstname: 'Ada', lastname: 'L' }));
  });

  test('hs_object_source_detail_1 is the name of the app that made the record, the token\'s (5.4 [O])', async () => {
    const token = await spoke.tokenWith(['crm.objects.companies.write']);
    const made = await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: [{ properties: { name: 'Some' } }] }, { token });
    // A create answers the id of the app, not its name (3.10 [O]).
    expect(made.body.results[0].properties).not.toHaveProperty('hs_object_source_detail_1');
    const { id: some } = made.body.results[0];
    const names = ['hs_object_source_detail_1', 'hs_object_source_detail_2'];
    expect((await get(`companies/${some}?properties=${names}`)).body.properties).toMatchObject({ hs_object_source_detail_1: 'some', hs_object_source_detail_2: null });
    const both = await spoke.post('/crm/v3/objects/companies/batch/read', { inputs: [{ id: id.acme }, { id: some }], properties: names });
    expect(both.body.results.map((one: { properties: object }) => one.properties)).toMatchObject([{ hs_object_source_detail_1: 'all' }, { hs_object_source_detail_1: 'some' }]);
    await spoke.call(`DELETE /crm/v3/objects/companies/${some}`);
  });

  test('an empty list asks for the defaults [I]', async () => {
    expect((await get(`contacts/${id.ada}?properties=`)).body).toEqual(ada());
  });

  test('unknown query parameters are ignored [I]', async () => {
    expect((await get(`contacts/${id.ada}?hapikey=x&count=3`)).body).toEqual(ada());
  });

  describe('idProperty', () => {
    test.each(['ada@example.org', 'ADA@Example.ORG', 'ada%40example.org', '%20ada@example.org'])('email %s (2.4, 2.10, 4.1 [D])', async (email) => {
      const answer = await get(`contacts/${email}?idProperty=email`);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(ada());
    });

    test('hs_object_id is the id [I]', async () => {
      expect((await get(`contacts/${id.ada}?idProperty=hs_object_id`)).body).toEqual(ada());
    });

    test('a value that nobody has is a plain 404 (4.5 [I])', async () => {
      const answer = await get('contacts/nobody@example.org?idProperty=email');
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(bare('resource not found'));
    });

    test.each([
      ['companies', 'acme.test', 'domain', 'Unable to perform update/upsert by non-unique 0-2 property domain'],
      ['contacts', 'Ada', 'firstname', 'Unable to perform update/upsert by non-unique 0-1 property firstname'],
      ['contacts', 'Ada', 'no_such', 'Unable to perform update/upsert by non-unique 0-1 property no_such'],
    ])('%s by %s of %s: not unique (3.6 [O], on reads [I])', async (type, value, property, message) => {
      const answer = await get(`${type}/${value}?idProperty=${property}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refused(message));
    });
  });

  describe('not there', () => {
    test.each(['999', '0', '99999999999999999999', '007'])('number %s (4.5 [O])', async (number) => {
      const answer = await get(`contacts/${number}`);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(bare('resource not found'));
    });

    test.each(['abc', '12x', '-1', '1.5', 'ada@example.org'])('%s is no number (4.5 [O])', async (text) => {
      const answer = await get(`contacts/${text}`);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({ ...bare('Object not found.  objectId are usually numeric.'), context: { id: [text] }, category: 'OBJECT_NOT_FOUND' });
    });

    test('the id of another type (4.5 [O])', async () => {
      expect((await get(`companies/${id.ada}`)).body).toEqual(bare('resource not found'));
    });
  });

  describe('archived', () => {
    test('is 404 (4.1 [D])', async () => {
      const answer = await get(`contacts/${id.gone}`);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(bare('resource not found'));
    });

    test('shows with archived=true (4.1 [D])', async () => {
      const answer = await get(`contacts/${id.gone}?archived=true`);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(contact(id.gone!, { email: 'gone@example.org', firstname: null, lastname: null }, { archived: true, archivedAt: LATER }));
    });

    test.each(['1', 'yes', 'TRUE', ''])('archived=%s is not true (1.3 [O])', async (text) => {
      expect((await get(`contacts/${id.gone}?archived=${text}`)).status).toBe(404);
    });

    test('a live record is 404 with archived=true (4.1 [I])', async () => {
      expect((await get(`contacts/${id.ada}?archived=true`)).body).toEqual(bare('resource not found'));
    });
  });

  describe('propertiesWithHistory', () => {
    test('the current value shows too, in place of the defaults; without a value the history is empty (4.1 [O])', async () => {
      const answer = await get(`contacts/${id.bob}?propertiesWithHistory=firstname,phone,no_such`);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(contact(id.bob!, { firstname: 'Bob', phone: null }, {
        propertiesWithHistory: { firstname: [{ value: 'Bob', timestamp: NOW, sourceType: 'INTEGRATION', sourceId: '1' }], phone: [] },
      }));
    });

    test('newest first (4.1 [D])', async () => {
      const [changing] = await make('contacts', { email: 'changing@example.org', firstname: 'Old' }) as [string];
      spoke.tick(5_000);
      const upsert = (firstname: string) => spoke.post('/crm/v3/objects/contacts/batch/upsert', { inputs: [{ id: 'changing@example.org', idProperty: 'email', properties: { firstname } }] });
      expect((await upsert('New')).status).toBe(200);
      // An equal value is no entry (4.3 [I]).
      expect((await upsert('New')).status).toBe(200);
      spoke.tick(-5_000);
      const answer = await get(`contacts/${changing}?properties=email&propertiesWithHistory=firstname`);
      expect(answer.body).toEqual({
        ...contact(changing, { email: 'changing@example.org', firstname: 'New', lastmodifieddate: LATER }), updatedAt: LATER,
        propertiesWithHistory: {
          firstname: [
            { value: 'New', timestamp: LATER, sourceType: 'INTEGRATION', sourceId: '1' },
            { value: 'Old', timestamp: NOW, sourceType: 'INTEGRATION', sourceId: '1' },
          ],
        },
      });
    });
  });

  describe('associations', () => {
    beforeAll(async () => {
      [id.deal] = await make('deals', { dealname: 'Big' }) as [string];
      [id.item] = await make('line_items', { name: 'Thing' }) as [string];
      const link = (path: string, from: string, to: string, typeId: number) => spoke.post(`/crm/v4/associations/${path}/batch/create`, {
        inputs: [{ from: { id: from }, to: { id: to }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }] }],
      });
      await link('contacts/companies', id.ada!, id.acme!, 1);
      await link('contacts/deals', id.ada!, id.deal!, 4);
      await link('deals/line_items', id.deal!, id.item!, 19);
    });

    test('one entry per association type, keyed by the plural name (4.1 [O])', async () => {
      const answer = await get(`contacts/${id.ada}?associations=companies,deals`);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        ...ada(),
        associations: {
          companies: { results: [{ id: id.acme, type: 'contact_to_company' }, { id: id.acme, type: 'contact_to_company_unlabeled' }] },
          deals: { results: [{ id: id.deal, type: 'contact_to_deal' }] },
        },
      });
    });

    test.each(['company', '0-2', 'COMPANY', 'companies,company,0-2'])('the key is the plural name whatever was asked: %s [I]', async (names) => {
      expect((await get(`contacts/${id.ada}?associations=${names}`)).body.associations).toEqual({
        companies: { results: [{ id: id.acme, type: 'contact_to_company' }, { id: id.acme, type: 'contact_to_company_unlabeled' }] },
      });
    });

    test('line_items come under "line items" (4.1 [O])', async () => {
      expect((await get(`deals/${id.deal}?associations=line_items`)).body.associations).toEqual({ 'line items': { results: [{ id: id.item, type: 'deal_to_line_item' }] } });
    });

    test("associatedcompanyid is the primary company, of all reads (schema 1.7.7 [O])", async () => {
      const [person] = await make('contacts', { firstname: 'P' }) as [string];
      const shown = async () => [
        (await get(`contacts/${person}?properties=associatedcompanyid`)).body.properties.associatedcompanyid,
        (await spoke.get(`/crm/v3/objects/contacts?after=${person}&limit=1&properties=associatedcompanyid`)).body.results[0].properties.associatedcompanyid,
        (await spoke.post('/crm/v3/objects/contacts/batch/read', { inputs: [{ id: person }], properties: ['associatedcompanyid'] })).body.results[0].properties.associatedcompanyid,
      ];
      const link = (to: string, typeId: number) => spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
        inputs: [{ from: { id: person }, to: { id: to }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }] }],
      });
      await link(id.globex!, 279);
      expect(await shown()).toEqual([null, null, null]);
      await link(id.acme!, 1);
      expect(await shown()).toEqual([id.acme, id.acme, id.acme]);
      await link(id.globex!, 1);
      expect(await shown()).toEqual([id.globex, id.globex, id.globex]);
    });

    test('ids of associated records want the scope of their type too (platform 5.6 [I])', async () => {
      const token = await spoke.tokenWith(['crm.objects.contacts.read', 'crm.objects.companies.read']);
      expect((await spoke.get(`/crm/v3/objects/contacts/${id.ada}?associations=companies`, { token })).body.associations.companies.results).not.toEqual([]);
      for (const path of [`/crm/v3/objects/contacts/${id.ada}?associations=companies,deals`, '/crm/objects/2026-03/contacts?associations=0-3']) {
        const answer = await spoke.get(path, { token });
        expect(answer.status).toBe(403);
        expect(answer.body).toMatchObject({ category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.objects.deals.read'] } }] });
      }
      // What names no type is still refused as such.
      expect((await spoke.get(`/crm/v3/objects/contacts/${id.ada}?associations=butterflies`, { token })).status).toBe(400);
    });

    test('nothing there: no key, no object (4.1 [O])', async () => {
      expect((await get(`contacts/${id.ada}?associations=tickets,deals`)).body.associations).toEqual({ deals: { results: [{ id: id.deal, type: 'contact_to_deal' }] } });
      expect((await get(`contacts/${id.bob}?associations=companies`)).body).toEqual(bob());
    });

    test.each([
      ['butterflies', 'Unable to infer object type from: butterflies'], ['companies,butterflies', 'Unable to infer object type from: butterflies'],
      ['0-9999', 'Invalid object or event type id: 0-9999'],
    ])('%s: unknown types are refused (2.3 [O])', async (names, message) => {
      const answer = await get(`contacts/${id.ada}?associations=${names}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(bare(message));
    });

    test('more than 100: paging leads to the association list (4.1, schema 1.10 [O])', async () => {
      const [hub] = await make('companies', { name: 'Hub' }) as [string];
      const people = [...await make('contacts', ...Array.from({ length: 100 }, () => ({ firstname: 'P' }))), ...await make('contacts', { firstname: 'P' })];
      await spoke.post('/crm/v4/associations/companies/contacts/batch/create', {
        inputs: people.map((person) => ({ from: { id: hub }, to: { id: person }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 280 }] })),
      });
      const { associations } = (await get(`companies/${hub}?associations=contacts`)).body;
      const after = Buffer.from(`0-280-${people[99]}`).toString('base64');
      const link = `http://spoke.test/crm/v3/objects/companies/${hub}/associations/contacts?after=${encodeURIComponent(after)}`;
      expect(associations).toEqual({
        contacts: { results: people.slice(0, 100).map((person) => ({ id: person, type: 'company_to_contact_unlabeled' })), paging: { next: { after, link } } },
      });
      expect((await spoke.get(link.replace('http://spoke.test', ''))).body).toEqual({ results: [{ id: people[100], type: 'company_to_contact_unlabeled' }] });

      // Archived ones do not show, nor do they take the place of others [I].
      await spoke.post('/crm/v3/objects/contacts/batch/archive', { inputs: people.slice(1, 100).map((person) => ({ id: person })) });
      expect((await get(`companies/${hub}?associations=contacts`)).body.associations).toEqual({
        contacts: { results: [people[0], people[100]].map((id) => ({ id, type: 'company_to_contact_unlabeled' })) },
      });
    });
  });
});

describe('list', () => {
  let deals: string[];
  const deal = (n: number, more: Record<string, string | null> = {}) =>
    record('0-3', deals[n]!, { createdate: NOW, dealname: `Deal ${n}`, hs_lastmodifieddate: NOW, hs_object_id: deals[n]!, ...more });
  beforeAll(async () => {
    await spoke.db.script("delete from record where object_type = '0-3'");
    deals = await make('deals', ...Array.from({ length: 12 }, (_, n) => ({ dealname: `Deal ${n}` })));
  });
  const list = (query: string) => spoke.get(`/crm/v3/objects/deals${query}`);

  test('ten by default, ordered by id, with a link to the rest (4.2 [D], [O])', async () => {
    const answer = await list('?properties=dealname');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      results: deals.slice(0, 10).map((_, n) => deal(n)),
      paging: { next: { after: deals[10], link: `http://spoke.test/crm/v3/objects/deals?properties=dealname&after=${deals[10]}` } },
    });
  });

  test('the last page has no paging (4.2 [O])', async () => {
    const answer = await list(`?properties=dealname&after=${deals[10]}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [deal(10), deal(11)] });
  });

  test('link repeats the query, also lists and other parameters; following links reads everything (4.2 [O])', async () => {
    const first = await list('?limit=5&properties=dealname,amount&archived=false');
    expect(first.body.paging).toEqual({
      next: { after: deals[5], link: `http://spoke.test/crm/v3/objects/deals?limit=5&properties=dealname%2Camount&archived=false&after=${deals[5]}` },
    });
    const seen = [first.body];
    while (seen.at(-1).paging) seen.push((await spoke.get(seen.at(-1).paging.next.link.replace('http://spoke.test', ''))).body);
    expect(seen.map((page) => page.results.length)).toEqual([5, 5, 2]);
    expect(seen.flatMap((page) => page.results)).toEqual(deals.map((_, n) => deal(n, { amount: null })));
  });

  test('a page that is exactly full is the last one (4.2 [O])', async () => {
    expect((await list('?limit=12')).body.paging).toBeUndefined();
  });

  test('links stay in the version (1.1 [D])', async () => {
    const answer = await spoke.get('/crm/objects/2026-03/0-3?limit=11');
    expect(answer.body.paging.next.link).toBe(`http://spoke.test/crm/objects/2026-03/deals?limit=11&after=${deals[11]}`);
  });

  test('an empty list (4.2 [O])', async () => {
    const answer = await spoke.get('/crm/v3/objects/carts');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ results: [] });
  });

  test('after may be any id, also one that nobody has [I]', async () => {
    expect((await list(`?properties=dealname&after=${Number(deals[10]) + 1}`)).body).toEqual({ results: [deal(11)] });
    expect((await list('?limit=1&after=1&properties=dealname')).body.results).toEqual([deal(0)]);
    expect((await list('?after=9007199254740991')).body).toEqual({ results: [] });
  });

  test.each(['limit=1', 'limit=100'])('%s is fine (4.2 [D])', async (query) => {
    expect((await list(`?${query}`)).status).toBe(200);
  });

  test.each([
    ['limit=0', 'limit', 'must be between 1 and 100'], ['limit=101', 'limit', 'must be between 1 and 100'], ['limit=-1', 'limit', 'must be between 1 and 100'],
    ['limit=ten', 'limit', 'must be a whole number'], ['limit=1.5', 'limit', 'must be a whole number'], ['limit=', 'limit', 'must be a whole number'],
    ['after=abc', 'after', 'is not a cursor of this list'], ['after=-1', 'after', 'is not a cursor of this list'],
    ['limit=51&propertiesWithHistory=dealname', 'limit', 'must be at most 50 when property histories are requested'],
  ])('%s is refused (4.2 [D], text [I])', async (query, name, reason) => {
    const answer = await list(`?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(badParameter(name, reason));
  });

  test('with histories, 50 at most (4.2 [D])', async () => {
    const answer = await list('?limit=50&propertiesWithHistory=dealname');
    expect(answer.status).toBe(200);
    expect(answer.body.results[11].propertiesWithHistory).toEqual({ dealname: [{ value: 'Deal 11', timestamp: NOW, sourceType: 'INTEGRATION', sourceId: '1' }] });
  });

  test('archived=true lists archived records only (4.2 [D])', async () => {
    const answer = await spoke.get('/crm/v3/objects/contacts?archived=true&limit=1&properties=email');
    expect(answer.status).toBe(200);
    expect(answer.body.results).toEqual([contact(id.gone!, { email: 'gone@example.org' }, { archived: true, archivedAt: LATER })]);
    const live = await spoke.get('/crm/v3/objects/contacts?limit=100');
    expect(live.body.results.map((row: { id: string }) => row.id)).not.toContain(id.gone);
  });

  test('associations look as in GET one (4.2 [D])', async () => {
    const answer = await spoke.get('/crm/v3/objects/contacts?limit=2&associations=companies');
    expect(answer.body.results).toEqual([
      { ...ada(), associations: { companies: { results: [{ id: id.acme, type: 'contact_to_company' }, { id: id.acme, type: 'contact_to_company_unlabeled' }] } } },
      bob(),
    ]);
  });

  test('an unknown type in associations is refused although nothing is listed (2.3 [O])', async () => {
    const answer = await spoke.get('/crm/v3/objects/carts?associations=butterflies');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(bare('Unable to infer object type from: butterflies'));
  });
});

describe('batch read', () => {
  const read = (body: object, query = '') => spoke.post(`/crm/v3/objects/contacts/batch/read${query}`, body);
  const ids = (...all: unknown[]) => all.map((value) => ({ id: value }));
  const done = (...results: object[]) => ({ status: 'COMPLETE', results, startedAt: NOW, completedAt: NOW });
  const missing = (...values: string[]) => ({
    numErrors: 1,
    errors: [{
      status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: values },
      message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
    }],
  });

  test('without properties: the defaults (1.7 [O])', async () => {
    const answer = await read({ inputs: ids(id.ada, id.bob) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(done(ada(), bob()));
  });

  test.each([{ properties: [] }, { properties: [], propertiesWithHistory: [] }])('empty lists are as good as none: %j [I]', async (more) => {
    expect((await read({ inputs: ids(id.ada), ...more })).body).toEqual(done(ada()));
  });

  test('named properties (2.8 [O])', async () => {
    expect((await read({ inputs: ids(id.bob), properties: ['firstname', 'phone', 'no_such'] })).body).toEqual(done(contact(id.bob!, { firstname: 'Bob', phone: null })));
  });

  test('ids may be numbers [I]', async () => {
    expect((await read({ inputs: ids(Number(id.ada)) })).body).toEqual(done(ada()));
  });

  test('some are not there: 207, one entry for all of them (3.3, 3.5 [O])', async () => {
    const answer = await read({ inputs: ids('888', id.ada, '999') });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(ada()), ...missing('888', '999') });
  });

  test('none is there: 207, not 404 (3.3 [O])', async () => {
    const answer = await read({ inputs: ids('888') });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(), ...missing('888') });
  });

  test('an id that is no number is not there [I]', async () => {
    const answer = await read({ inputs: ids('abc', id.ada) });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(ada()), ...missing('abc') });
  });

  test('archived ones are not there (3.5 [I]), but with archived=true (3.5 [D])', async () => {
    expect((await read({ inputs: ids(id.gone) })).body).toEqual({ ...done(), ...missing(id.gone!) });
    const answer = await read({ inputs: ids(id.gone, id.ada), properties: ['email'] }, '?archived=true');
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(contact(id.gone!, { email: 'gone@example.org' }, { archived: true, archivedAt: LATER })), ...missing(id.ada!) });
  });

  test('the same id twice is read once (3.7 [I])', async () => {
    const answer = await read({ inputs: ids(id.ada, Number(id.ada), id.ada) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(done(ada()));
  });

  test('by email, in any case; missing emails are echoed (3.5, 3.6 [D], [O])', async () => {
    const answer = await read({ inputs: ids('CLEO@example.org', 'ada@example.org', 'Nobody@Example.org', 'cleo@example.org'), idProperty: 'email' });
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(cleo(), ada()), ...missing('Nobody@Example.org') });
  });

  test('the property itself shows only when asked for (3.6 [O])', async () => {
    expect((await read({ inputs: ids('ada@example.org'), idProperty: 'email', properties: ['firstname'] })).body).toEqual(done(contact(id.ada!, { firstname: 'Ada' })));
  });

  test('by a custom unique property (2.10 [D])', async () => {
    await spoke.post('/crm/v3/properties/contacts', { name: 'badge', label: 'Badge', type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true });
    const [holder] = await make('contacts', { badge: 'B-1' }) as [string];
    expect((await read({ inputs: ids('B-1'), idProperty: 'badge', properties: ['badge'] })).body).toEqual(done(contact(holder, { badge: 'B-1' })));
    expect((await spoke.get(`/crm/v3/objects/contacts/B-1?idProperty=badge&properties=badge`)).body).toEqual(contact(holder, { badge: 'B-1' }));
  });

  test('by a property without unique values (3.6 [O])', async () => {
    const answer = await read({ inputs: ids('Ada'), idProperty: 'firstname' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('Unable to perform update/upsert by non-unique 0-1 property firstname'));
  });

  test('with histories (3.5 [D])', async () => {
    expect((await read({ inputs: ids(id.bob), propertiesWithHistory: ['firstname'] })).body).toEqual(done(contact(id.bob!, { firstname: 'Bob' }, {
      propertiesWithHistory: { firstname: [{ value: 'Bob', timestamp: NOW, sourceType: 'INTEGRATION', sourceId: '1' }] },
    })));
  });

  const many = (count: number) => Array.from({ length: count }, (_, n) => ({ id: String(n + 1) }));

  test.each([
    ['100 inputs', { inputs: many(100) }], ['100 inputs with an empty history list', { inputs: many(100), propertiesWithHistory: [] }],
    ['50 inputs with history', { inputs: many(50), propertiesWithHistory: ['firstname'] }],
  ])('%s are taken (3.1 [D])', async (_, body) => {
    const answer = await read(body);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({ ...done(), ...missing(...body.inputs.map((input) => input.id)) });
  });

  test.each([
    ['101 inputs', { inputs: many(101) }, 'The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again'],
    ['51 inputs with history', { inputs: many(51), propertiesWithHistory: ['firstname'] },
      'The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again'],
  ])('%s are too many (3.1 [O])', async (_, body, message) => {
    const answer = await read(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused(message));
  });

  test('no inputs (3.1 [I])', async () => {
    const answer = await read({ inputs: [] });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(done());
  });

  test.each([
    ['{}', 'Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]'],
    ['{"inputs":[{}]}', 'Invalid input JSON on line 1, column 13. Some required fields were not set: [id]'],
  ])('%s (6.2 [O])', async (body, message) => {
    const answer = await spoke.post('/crm/v3/objects/contacts/batch/read', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused(message));
  });
});
