// Associations inside the inputs of a record batch create (objects.md 3.9, schema.md 1.7, 1.10).
// Proves: records.batchCreate.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_CORRELATION_ID, NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const create = (type: string, ...inputs: object[]): Promise<Answer> => spoke.post(`/crm/v3/objects/${type}/batch/create`, { inputs });

/** The ids of new records of one kind. */
async function make(type: string, count: number, properties: object): Promise<string[]> {
  const answer = await create(type, ...Array.from({ length: count }, () => ({ properties })));
  expect(answer.status).toBe(201);
  return answer.body.results.map((record: { id: string }) => record.id);
}
const contacts = (count: number) => make('contacts', count, { firstname: 'Ada' });
const companies = (count: number) => make('companies', count, { name: 'Acme' });

const types = (...ids: number[]) => ids.map((associationTypeId) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }));
const to = (id: string | number, ...ids: number[]) => ({ to: { id }, types: types(...ids) });

/** The body of a list of associations: `[id of the other, [type id, label], ...]`. */
const list = (...rows: [id: string, ...types: [number, string | null][]][]) => ({
  results: rows.map(([id, ...all]) => ({
    toObjectId: id, associationTypes: all.map(([typeId, label]) => ({ category: 'HUBSPOT_DEFINED', typeId, label })),
  })),
});
const associations = async (path: string) => (await spoke.get(`/crm/objects/2026-03/${path}`)).body;

const countOf = async (type: string): Promise<number> => (await spoke.get(`/crm/v3/objects/${type}?limit=100`)).body.results.length;

const refused = (message: string, context?: object) => ({
  status: 'error', message, correlationId: expect.stringMatching(ANY_CORRELATION_ID), ...(context ? { context } : {}), category: 'VALIDATION_ERROR',
});
const invalidObject = (type: string, id: string) => ({ INVALID_OBJECT_IDS: [`${type}=${id} is not valid`], objectId: [id], objectType: [type] });

describe('good ones', () => {
  test('a note is made with its contact and company; the answer does not show them (3.9 [D], 3.10 [O])', async () => {
    const [[contact], [company]] = [await contacts(1), await companies(1)] as [[string], [string]];
    const answer = await create('notes', { properties: { hs_timestamp: NOW, hs_note_body: 'Hi' }, associations: [to(contact, 202), to(company, 190)] });
    expect(answer.status).toBe(201);
    const id = answer.body.results[0].id;
    expect(answer.body).toEqual({
      status: 'COMPLETE',
      results: [{
        id, properties: expect.objectContaining({ hs_timestamp: NOW, hs_note_body: 'Hi', hs_object_id: id, hs_createdate: NOW, hs_lastmodifieddate: NOW }),
        createdAt: NOW, updatedAt: NOW, archived: false, url: `https://app.hubspot.com/contacts/${PORTAL_ID}/record/0-46/${id}`,
      }],
      startedAt: NOW, completedAt: NOW,
    });
    expect(await associations(`notes/${id}/associations/contacts`)).toEqual(list([contact, [202, null]]));
    expect(await associations(`notes/${id}/associations/companies`)).toEqual(list([company, [190, null]]));
    expect(await associations(`contacts/${contact}/associations/notes`)).toEqual(list([id, [201, null]]));
    expect(await associations(`companies/${company}/associations/notes`)).toEqual(list([id, [189, null]]));
  });

  test('to.id may be a number (3.9 [O])', async () => {
    const [company] = await companies(1) as [string];
    const answer = await create('contacts', { properties: { firstname: 'A' }, associations: [to(Number(company), 279)] });
    expect(answer.status).toBe(201);
    expect(await associations(`contacts/${answer.body.results[0].id}/associations/companies`)).toEqual(list([company, [279, null]]));
  });

  test('a primary adds the unlabeled type, on both sides (schema 1.7.1, 1.7.2 [D])', async () => {
    const [company] = await companies(1) as [string];
    const answer = await create('contacts', { properties: { firstname: 'A' }, associations: [to(company, 1)] });
    const { id } = answer.body.results[0];
    expect(await associations(`contacts/${id}/associations/companies`)).toEqual(list([company, [1, 'Primary'], [279, null]]));
    expect(await associations(`companies/${company}/associations/contacts`)).toEqual(list([id, [2, 'Contact with Primary Company'], [280, null]]));
  });

  test('an empty list of associations is none (1.7 [O])', async () => {
    expect((await create('contacts', { properties: { firstname: 'A' }, associations: [] })).status).toBe(201);
  });

  test('several records of a batch lead to one target', async () => {
    const [company] = await companies(1) as [string];
    const answer = await create('contacts', ...[1, 2, 3].map(() => ({ properties: { firstname: 'A' }, associations: [to(company, 1)] })));
    const ids: string[] = answer.body.results.map((record: { id: string }) => record.id);
    expect(await associations(`companies/${company}/associations/contacts`))
      .toEqual(list(...ids.map((id) => [id, [2, 'Contact with Primary Company'], [280, null]] as [string, ...[number, string | null][]])));
  });

  test('two primaries for one new contact: the last one stays, the other is unlabeled (schema 1.7.6 [D], order [I])', async () => {
    const [a, b] = await companies(2) as [string, string];
    const answer = await create('contacts', { properties: { firstname: 'A' }, associations: [to(a, 1), to(b, 1)] });
    expect(answer.status).toBe(201);
    expect(await associations(`contacts/${answer.body.results[0].id}/associations/companies`)).toEqual(list([a, [279, null]], [b, [1, 'Primary'], [279, null]]));
  });

  test("a company made with type 2 takes the place of a contact's primary (schema 1.7.6 [D])", async () => {
    const [[contact], [before]] = [await contacts(1), await companies(1)] as [[string], [string]];
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', { inputs: [{ from: { id: contact }, to: { id: before }, types: types(1) }] });
    const answer = await create('companies', { properties: { name: 'New' }, associations: [to(contact, 2)] });
    expect(answer.status).toBe(201);
    const { id } = answer.body.results[0];
    expect(await associations(`contacts/${contact}/associations/companies`)).toEqual(list([before, [279, null]], [id, [1, 'Primary'], [279, null]]));
    expect(await associations(`companies/${before}/associations/contacts`)).toEqual(list([contact, [280, null]]));
    expect(await associations(`companies/${id}/associations/contacts`)).toEqual(list([contact, [2, 'Contact with Primary Company'], [280, null]]));
  });

  test('two companies of one batch that want the same contact: the later is its primary [I]', async () => {
    const [contact] = await contacts(1) as [string];
    const answer = await create('companies', { properties: { name: 'A' }, associations: [to(contact, 2)] }, { properties: { name: 'B' }, associations: [to(contact, 2)] });
    const [a, b] = answer.body.results.map((record: { id: string }) => record.id);
    expect(await associations(`contacts/${contact}/associations/companies`)).toEqual(list([a, [279, null]], [b, [1, 'Primary'], [279, null]]));
  });
});

describe('bad ones refuse the batch and nothing is written', () => {
  let contact: string;
  let company: string;
  beforeAll(async () => {
    [contact] = await contacts(1) as [string];
    [company] = await companies(1) as [string];
  });

  const cases = [
    { name: 'a target that does not exist (3.9 [O])', association: () => to('999', 279), body: refused('One or more associations are invalid', invalidObject('COMPANY', '999')) },
    { name: 'a target that is no number [I]', association: () => to('abc', 279), body: refused('One or more associations are invalid', invalidObject('COMPANY', 'abc')) },
    {
      name: 'a type of the wrong direction (3.9 [O])', association: () => to(company, 280),
      body: refused('invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280'),
    },
    {
      name: 'a type of another pair (3.9 [O])', association: () => to(company, 190),
      body: refused('invalid from object type 0-1 for associations to be created. expected: 0-46. For definition 0-190'),
    },
    {
      name: 'two types that lead to different object types [I]', association: () => to(company, 279, 4),
      body: refused('invalid to object type 0-2 for associations to be created. expected: 0-3. For definition 0-4'),
    },
    {
      name: 'an unknown type id (schema 1.9 [O])', association: () => to(company, 99_999),
      body: refused('One or more associations are invalid', {
        INVALID_ASSOCIATION_TYPE_ID: ['HUBSPOT_DEFINED=99999 is not a valid association definition id'], associationSpec: ['HUBSPOT_DEFINED=99999'],
      }),
    },
  ];

  test.each(cases)('$name', async ({ association, body }) => {
    const before = await countOf('contacts');
    const answer = await create('contacts', { properties: { firstname: 'Good' } }, { properties: { firstname: 'Bad' }, associations: [association()] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
    expect(await countOf('contacts')).toBe(before);
  });

  test('no types (schema 1.7.12 [O])', async () => {
    const before = await countOf('contacts');
    const answer = await create('contacts', { properties: { firstname: 'Bad' }, associations: [to(company)] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', { objectId: [company], types: ['must not be empty'] }));
    expect(await countOf('contacts')).toBe(before);
  });

  test('two missing targets are told together [I]', async () => {
    const answer = await create('notes', { properties: { hs_timestamp: NOW }, associations: [to('998', 202), to('999', 190), to(contact, 202)] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', {
      INVALID_OBJECT_IDS: ['CONTACT=998 is not valid', 'COMPANY=999 is not valid'], objectId: ['998', '999'], objectType: ['CONTACT', 'COMPANY'],
    }));
  });

  test('a target of another type with that number does not count (3.9 [O])', async () => {
    const answer = await create('contacts', { properties: { firstname: 'Bad' }, associations: [to(contact, 279)] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', invalidObject('COMPANY', contact)));
  });

  test('an archived target does not exist [I]', async () => {
    const [gone] = await companies(1) as [string];
    await spoke.call(`DELETE /crm/v3/objects/companies/${gone}`);
    const answer = await create('contacts', { properties: { firstname: 'Bad' }, associations: [to(gone, 279)] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused('One or more associations are invalid', invalidObject('COMPANY', gone)));
  });

  test('a refused batch leaves the primary of the contact where it was [I]', async () => {
    await create('companies', { properties: { name: 'Taken' }, associations: [to(contact, 2)] });
    const before = await associations(`contacts/${contact}/associations/companies`);
    expect(before.results).toHaveLength(1);
    expect((await create('companies', { properties: { name: 'A' }, associations: [to(contact, 2)] }, { properties: { no_such: 'x' } })).status).toBe(400);
    expect(await associations(`contacts/${contact}/associations/companies`)).toEqual(before);
  });

  test.each([
    ['no to', { types: types(279) }, 'Some required fields were not set: [to]'],
    ['no types', { to: { id: '1' } }, 'Some required fields were not set: [types]'],
    ['no id', { to: {}, types: types(279) }, 'Some required fields were not set: [id]'],
    ['no category', { to: { id: '1' }, types: [{ associationTypeId: 279 }] }, 'Some required fields were not set: [associationCategory]'],
    ['no type id', { to: { id: '1' }, types: [{ associationCategory: 'HUBSPOT_DEFINED' }] }, 'Some required fields were not set: [associationTypeId]'],
  ])('%s (6.2 [O])', async (_, association, ending) => {
    const answer = await create('contacts', { properties: { firstname: 'Bad' }, associations: [association] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(refused(expect.stringMatching(/^Invalid input JSON on line 1, column \d+\. /) as unknown as string));
    expect(answer.body.message.endsWith(ending)).toBe(true);
  });
});

describe('with a trace id on every input', () => {
  test('only the input with the bad association fails (3.3 [D], 3.9 [I])', async () => {
    const [company] = await companies(1) as [string];
    const before = await countOf('contacts');
    const answer = await create('contacts',
      { objectWriteTraceId: 'row-1', properties: { firstname: 'One' }, associations: [to(company, 279)] },
      { objectWriteTraceId: 'row-2', properties: { firstname: 'Two' }, associations: [to('999', 279)] },
      { objectWriteTraceId: 'row-3', properties: { firstname: 'Three' }, associations: [to(company, 280)] },
      { objectWriteTraceId: 'row-4', properties: { firstname: 'Four' } });
    expect(answer.status).toBe(207);
    const [one, four] = answer.body.results.map((record: { id: string }) => record.id);
    const record = (id: string, firstname: string, trace: string) => ({
      id, properties: expect.objectContaining({ firstname, hs_object_id: id }), createdAt: NOW, updatedAt: NOW, archived: false,
      url: `https://app.hubspot.com/contacts/${PORTAL_ID}/record/0-1/${id}`, objectWriteTraceId: trace,
    });
    expect(answer.body).toEqual({
      status: 'COMPLETE', results: [record(one, 'One', 'row-1'), record(four, 'Four', 'row-4')],
      numErrors: 2,
      errors: [
        {
          status: 'error', category: 'VALIDATION_ERROR', message: 'One or more associations are invalid',
          context: { objectWriteTraceId: ['row-2'], ...invalidObject('COMPANY', '999') },
        },
        {
          status: 'error', category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['row-3'] },
          message: 'invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280',
        },
      ],
      startedAt: NOW, completedAt: NOW,
    });
    expect(await countOf('contacts')).toBe(before + 2);
    expect(await associations(`contacts/${one}/associations/companies`)).toEqual(list([company, [279, null]]));
    expect(await associations(`companies/${company}/associations/contacts`)).toEqual(list([one, [280, null]]));
  });
});
