// Batches of associations beside create: read, archive, labels/archive and associate/default, in v4 and the dated versions
// (schema.md 1.1, 1.4, 1.7 to 1.9).
// Proves: associations.batchRead, associations.batchArchive, associations.batchArchiveLabels, associations.batchCreateDefault.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { associationsIn, badId, defined, frame, invalidObjects, noneFound, own, pair, refusedId, type, VERSIONS } from '../support/associations.ts';
import { invalid, told } from '../support/expect.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { post, make, associate, shown, label, archive, merge } = associationsIn(() => spoke);
/** Numbers of labels, seen from contacts. */
let champion: number;
let blocker: number;
/** A contact whose primary company is the first, the champion of the second. */
let contact: string;
let companies: string[];
let lonely: string;
beforeAll(async () => {
  spoke = await startSpoke();
  champion = await label('contacts/companies', 'Champion', 'Has champion');
  blocker = await label('contacts/companies', 'Blocker');
  [contact, lonely] = await make('contacts', 2) as [string, string];
  companies = await make('companies', 2);
  await associate('contacts/companies', pair(contact, companies[1]!, own(champion)), pair(contact, companies[0]!, defined(1)));
});
afterAll(() => spoke.close());

const PRIMARY = type(1, 'Primary');
const UNLABELED = type(279, null);
const tooMany = (limit: number): object => invalid(`The maximum number of inputs supported in a batch is ${limit}. Please reduce the number of items and try again`);

/** A contact and a company, associated by primary, label and default. */
async function fullPair(): Promise<[string, string]> {
  const [[one], [other]] = [await make('contacts', 1), await make('companies', 1)] as [[string], [string]];
  await associate('contacts/companies', pair(one, other, [...defined(1), ...own(champion, blocker)]));
  return [one, other];
}

describe('batch/read', () => {
  test.each(VERSIONS)('$version: every associated record with its types; ids as the version prints them (schema 1.1, 1.4 [D])', async ({ batch, print }) => {
    const answer = await post('contacts/companies', 'batch/read', [{ id: contact }], batch);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(frame([{ from: { id: contact }, to: [
      { toObjectId: print(companies[0]), associationTypes: [PRIMARY, UNLABELED] },
      { toObjectId: print(companies[1]), associationTypes: [UNLABELED, type(champion, 'Champion', 'USER_DEFINED')] },
    ] }]));
  });

  test.each(VERSIONS)('$version: $partial with errors for records that have none (schema 1.1 [D], 1.4 [O])', async ({ batch, print, partial }) => {
    const answer = await post('companies/contacts', 'batch/read', [{ id: '888' }, { id: companies[0] }, { id: contact }], batch);
    expect(answer.status).toBe(partial);
    expect(answer.body).toEqual(frame(
      [{ from: { id: companies[0] }, to: [{ toObjectId: print(contact), associationTypes: [type(2, 'Contact with Primary Company'), type(280, null)] }] }],
      [noneFound('company', '888', 'contact'), noneFound('company', contact, 'contact')],
    ));
  });

  test.each([
    ['a record without associations', () => lonely], ['an id that never was', () => '888'], ['an id of another type', () => companies[0]!], ['the id 0', () => '0'],
  ])('%s: only errors (schema 1.4 [O])', async (_, id) => {
    const answer = await post('contacts/companies', 'batch/read', [{ id: id() }]);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(frame([], [noneFound('contact', id(), 'company')]));
  });

  test('an archived record has none (schema 1.7.17 [I])', async () => {
    const [one] = await fullPair();
    await archive('contacts', one);
    expect((await post('contacts/companies', 'batch/read', [{ id: one }])).body).toEqual(frame([], [noneFound('contact', one, 'company')]));
  });

  test('what is no id is told as that, the others are read (schema 1.4, 1.9 [O])', async () => {
    const answer = await post('contacts/companies', 'batch/read', [{ id: 'abc' }, { id: contact }, { id: '' }]);
    expect(answer.status).toBe(207);
    expect(answer.body.errors).toEqual([badId('abc'), badId('')]);
    expect(answer.body.results).toHaveLength(1);
  });

  test('ids may be numbers (objects 3.9 [O]); the same id twice is answered twice [I]', async () => {
    const answer = await post('contacts/companies', 'batch/read', [{ id: Number(contact) }, { id: contact }]);
    expect(answer.status).toBe(200);
    expect(answer.body.results).toHaveLength(2);
    expect(answer.body.results[0]).toEqual(answer.body.results[1]);
    expect(answer.body.results[0].from).toEqual({ id: contact });
  });

  test('ids of merged records read the survivor, under the id that was asked for (objects 4.6 [D])', async () => {
    const [a, b] = await make('contacts', 2) as [string, string];
    await associate('contacts/companies', pair(a, companies[0]!, defined(279)), pair(b, companies[1]!, defined(279)));
    const survivor = await merge('contacts', a, b);
    const answer = await post('contacts/companies', 'batch/read', [{ id: b }, { id: survivor }, { id: a, after: companies[0] }, { id: a }]);
    const both = companies.map((id) => ({ toObjectId: Number(id), associationTypes: [UNLABELED] }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(frame([
      { from: { id: b }, to: both }, { from: { id: survivor }, to: both }, { from: { id: a }, to: both.slice(1) }, { from: { id: a }, to: both },
    ]));
  });

  test('500 of each record; each goes on from its own after (schema 1.4 [D], 1.8; size of a page [I])', async () => {
    const [hub, small] = await make('companies', 2) as [string, string];
    const all = await make('contacts', 502);
    await associate('companies/contacts', ...all.map((id) => pair(hub, id, defined(280))), pair(small, all[0]!, defined(280)), pair(small, all[1]!, defined(280)));
    const to = (some: string[]): object[] => some.map((id) => ({ toObjectId: id, associationTypes: [type(280, null)] }));
    const read = (...inputs: object[]) => post('companies/contacts', 'batch/read', inputs, '/crm/associations/2026-03');

    const first = await read({ id: hub }, { id: small });
    expect(first.status).toBe(200);
    const after = first.body.results[0].paging?.next.after;
    expect(first.body).toEqual(frame([{ from: { id: hub }, to: to(all.slice(0, 500)), paging: { next: { after } } }, { from: { id: small }, to: to(all.slice(0, 2)) }]));
    expect(Buffer.from(after, 'base64').toString()).toBe(`0-280-${all[499]}`);

    const second = await read({ id: hub, after }, { id: small, after: all[0] }, { id: hub, after: all[500] });
    expect(second.body).toEqual(frame([
      { from: { id: hub }, to: to(all.slice(500)) }, { from: { id: small }, to: to([all[1]!]) }, { from: { id: hub }, to: to([all[501]!]) },
    ]));
    // Nothing behind the cursor is none found [I].
    expect((await read({ id: small, after: all[1] })).body).toEqual(frame([], [noneFound('company', small, 'contact')]));
  });

  test('a cursor that is none refuses the batch [I]', async () => {
    const answer = await post('contacts/companies', 'batch/read', [{ id: contact, after: '!!' }]);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('Invalid value for query parameter after: is not a cursor of this list', {
      errors: [{ message: 'is not a cursor of this list', in: 'after' }], context: { after: ['is not a cursor of this list'] },
    }));
  });

  test('1,000 inputs are read, 1,001 are refused (schema 1.8 [D], text [I]); none is done at once [I]', async () => {
    const answer = await post('contacts/companies', 'batch/read', Array.from({ length: 1_000 }, (_, n) => ({ id: n % 2 ? contact : '888' })));
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ numErrors: 500, results: { length: 500 } });
    const refused = await post('contacts/companies', 'batch/read', Array.from({ length: 1_001 }, () => ({ id: '1' })));
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(tooMany(1_000));
    expect(told(await post('contacts/companies', 'batch/read', []))).toEqual({ status: 200, body: frame([]) });
  });
});

describe('batch/archive', () => {
  const remove = (path: string, ...inputs: object[]) => post(path, 'batch/archive', inputs);

  test.each(VERSIONS)('$version: all types of a pair go, on both sides; 204 in v4, an empty batch in the others (schema 1.1, 1.4, 1.7.5 [D])', async ({ version, batch }) => {
    const [one, other] = await fullPair();
    const answer = await post('contacts/companies', 'batch/archive', [{ from: { id: one }, to: [{ id: other }] }], batch);
    if (version.startsWith('v4')) expect(told(answer)).toEqual({ status: 204, body: undefined });
    else {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(frame([]));
    }
    expect(await shown('contacts', one, 'companies')).toEqual({});
    expect(await shown('companies', other, 'contacts')).toEqual({});
  });

  test('several to-records of each from-record; the others stay (schema 1.4 [D])', async () => {
    const [[a, b], [x, y, z]] = [await make('contacts', 2), await make('companies', 3)] as [string[], string[]];
    await associate('contacts/companies', ...[a, b].flatMap((from) => [x, y, z].map((to) => pair(from!, to!, defined(279)))));
    const answer = await remove('companies/contacts', { from: { id: x }, to: [{ id: a }, { id: Number(b) }] }, { from: { id: z }, to: [{ id: b }] }, { from: { id: y }, to: [] });
    expect(answer.status).toBe(204);
    expect(Object.keys(await shown('contacts', a!, 'companies'))).toEqual([y, z]);
    expect(Object.keys(await shown('contacts', b!, 'companies'))).toEqual([y]);
  });

  test('pairs that never were, records that are not there, a record with itself: passed over (schema 1.4 [I])', async () => {
    const [one, other] = await fullPair();
    const [gone] = await make('companies', 1) as [string];
    await archive('companies', gone);
    expect(told(await remove('contacts/companies', { from: { id: lonely }, to: [{ id: other }, { id: '999' }, { id: gone }] }, { from: { id: '888' }, to: [{ id: other }] },
      { from: { id: one }, to: [{ id: other }, { id: other }] }))).toEqual({ status: 204, body: undefined });
    expect(told(await remove('contacts/contacts', { from: { id: one }, to: [{ id: one }] }))).toEqual({ status: 204 });
    expect(await shown('contacts', one, 'companies')).toEqual({});
  });

  test('ids of merged records take from the survivor (objects 4.6 [D])', async () => {
    const [[a, b], [x, y]] = [await make('contacts', 2), await make('companies', 2)] as [[string, string], [string, string]];
    await associate('contacts/companies', pair(a, x, defined(1)), pair(b, y, defined(279)));
    const survivor = await merge('contacts', a, b);
    expect((await remove('contacts/companies', { from: { id: b }, to: [{ id: x }] })).status).toBe(204);
    expect(await shown('contacts', survivor, 'companies')).toEqual({ [y]: [[279, null]] });
    expect((await remove('companies/contacts', { from: { id: y }, to: [{ id: a }] })).status).toBe(204);
    expect(await shown('contacts', survivor, 'companies')).toEqual({});
  });

  test('what is no id refuses the batch, for its answer has no place for errors [I]', async () => {
    const [one, other] = await fullPair();
    for (const bad of [{ from: { id: 'abc' }, to: [{ id: other }] }, { from: { id: one }, to: [{ id: other }, { id: 'abc' }] }]) {
      const answer = await remove('contacts/companies', { from: { id: one }, to: [{ id: other }] }, bad);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refusedId('abc'));
    }
    expect(Object.keys(await shown('contacts', one, 'companies'))).toEqual([other]);
  });

  test('to is an array: one record alone is refused (schema 1.4 [D], 1.9 [O])', async () => {
    const answer = await remove('contacts/companies', pair(contact, companies[0]!));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(expect.stringMatching(/^Invalid input JSON on line 1, column \d+: Cannot deserialize /) as unknown as string));
  });

  test('2,000 pairs are taken, 2,001 are refused, however they are written (schema 1.8 [I])', async () => {
    const [[a, b], all] = [await make('companies', 2), await make('contacts', 1_000)] as [[string, string], string[]];
    await associate('companies/contacts', ...[a, b].flatMap((from) => all.map((to) => pair(from, to, defined(280)))));
    const to = all.map((id) => ({ id }));
    const refused = await remove('companies/contacts', { from: { id: a }, to }, { from: { id: b }, to: [...to, { id: contact }] });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual(tooMany(2_000));
    expect((await remove('companies/contacts', ...Array.from({ length: 2_001 }, () => ({ from: { id: a }, to: [] })))).body).toEqual(tooMany(2_000));
    expect((await remove('companies/contacts', { from: { id: a }, to }, { from: { id: b }, to })).status).toBe(204);
    expect(await shown('companies', b, 'contacts')).toEqual({});
    expect(await shown('contacts', all[0]!, 'companies')).toEqual({});
  });
});

describe('batch/labels/archive', () => {
  const remove = (path: string, ...inputs: object[]) => post(path, 'batch/labels/archive', inputs);

  test.each(VERSIONS)('$version: a custom label goes, the pair stays (schema 1.1, 1.4, 1.7.4 [D])', async ({ version, batch }) => {
    const [one, other] = await fullPair();
    const answer = await post('contacts/companies', 'batch/labels/archive', [pair(one, other, own(champion))], batch);
    if (version.startsWith('v4')) expect(told(answer)).toEqual({ status: 204, body: undefined });
    else {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(frame([]));
    }
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[1, 'Primary'], [279, null], [blocker, 'Blocker']] });
    expect((await shown('companies', other, 'contacts'))[one]!.map(([, text]) => text)).toEqual(['Contact with Primary Company', null, 'Blocker']);
  });

  test('the last label leaves the pair unlabeled (schema 1.7.4 [D])', async () => {
    const [one, other] = await fullPair();
    expect((await remove('contacts/companies', pair(one, other, own(champion)), pair(one, other, [...own(blocker), ...defined(1)]))).status).toBe(204);
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[279, null]] });
    expect(await shown('companies', other, 'contacts')).toEqual({ [one]: [[280, null]] });
  });

  test('Primary is taken away by its type, from either side (schema 1.7.6 [D])', async () => {
    const [one, other] = await fullPair();
    await remove('contacts/companies', pair(one, other, defined(1)));
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[279, null], [champion, 'Champion'], [blocker, 'Blocker']] });
    const [two, second] = await fullPair();
    await remove('companies/contacts', pair(second, two, defined(2)));
    expect((await shown('contacts', two, 'companies'))[second]!.map(([, text]) => text)).toEqual([null, 'Champion', 'Blocker']);
  });

  test('the unlabeled type takes the whole association, from either side (schema 1.7.4 [O])', async () => {
    const [[one, other], [two, second]] = [await fullPair(), await fullPair()];
    await remove('contacts/companies', pair(one, other, defined(279)));
    await remove('companies/contacts', pair(second, two, [...defined(280)]));
    for (const [id, company] of [[one, other], [two, second]] as const) {
      expect(await shown('contacts', id, 'companies')).toEqual({});
      expect(await shown('companies', company, 'contacts')).toEqual({});
    }
  });

  test('labels that a pair does not have, pairs and records that are not there, no types: passed over [I]', async () => {
    const [one, other] = await fullPair();
    await remove('contacts/companies', pair(one, other, own(champion)));
    const answer = await remove('contacts/companies', pair(one, other, own(champion)), pair(lonely, other, defined(279)), pair('888', '999', own(champion)), pair(one, other, []));
    expect(told(answer)).toEqual({ status: 204, body: undefined });
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[1, 'Primary'], [279, null], [blocker, 'Blocker']] });
  });

  test('unknown types, types of the other direction and bad ids refuse the batch, which changes nothing (schema 1.9 [O])', async () => {
    const [one, other] = await fullPair();
    const good = pair(one, other, own(champion));
    expect(told(await remove('contacts/companies', good, pair(one, other, own(300))))).toEqual({ status: 400, body: invalid('One or more associations are invalid', {
      context: { INVALID_ASSOCIATION_TYPE_ID: ['USER_DEFINED=300 is not a valid association definition id'], associationSpec: ['USER_DEFINED=300'] },
    }) });
    expect(told(await remove('contacts/companies', good, pair(one, other, defined(280))))).toEqual({
      status: 400, body: invalid('invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280'),
    });
    expect(told(await remove('contacts/companies', good, pair('abc', other, own(champion))))).toEqual({ status: 400, body: refusedId('abc') });
    expect(told(await remove('contacts/companies', ...Array.from({ length: 2_001 }, () => good)))).toEqual({ status: 400, body: tooMany(2_000) });
    expect((await shown('contacts', one, 'companies'))[other]).toHaveLength(4);
  });
});

describe('batch/associate/default', () => {
  const both = (from: string, to: string, there: number, back: number): object[] => [
    { from: { id: from }, to: { id: to }, associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: there } },
    { from: { id: to }, to: { id: from }, associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: back } },
  ];
  const associateDefault = (path: string, ...inputs: object[]) => post(path, 'batch/associate/default', inputs);

  test.each(VERSIONS)('$version: 200 and two results for each input, ids as text (schema 1.1, 1.3, 1.4 [D])', async ({ batch }) => {
    const [[a, b], [x]] = [await make('contacts', 2), await make('companies', 1)] as [[string, string], [string]];
    const answer = await post('contacts/companies', 'batch/associate/default', [pair(a, x), { from: { id: Number(b) }, to: { id: x } }], batch);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(frame([...both(a, x, 279, 280), ...both(b, x, 279, 280)]));
    expect(await shown('companies', x, 'contacts')).toEqual({ [a]: [[280, null]], [b]: [[280, null]] });
  });

  test.each(VERSIONS)('$version: bad ids and self-associations are errors[] of a 200 (schema 1.1 [D], 1.4 [O])', async ({ batch }) => {
    const [other] = await make('contacts', 1) as [string];
    const answer = await post('contacts/contacts', 'batch/associate/default', [pair('abc', other), pair(lonely, lonely), pair(lonely, other)], batch);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(frame(both(lonely, other, 449, 449), [
      badId('abc'), { status: 'error', category: 'VALIDATION_ERROR', message: `Object ${lonely} cannot be associated to itself (${lonely})`, context: {} },
    ]));
  });

  test('a record that does not exist refuses the batch (schema 1.9 [O])', async () => {
    const [fresh] = await make('contacts', 1) as [string];
    const answer = await associateDefault('contacts/companies', pair(fresh, companies[0]!), pair('888', '999'));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidObjects(['CONTACT', '888'], ['COMPANY', '999']));
    expect(await shown('contacts', fresh, 'companies')).toEqual({});
  });

  test('labels and primaries of the pair stay, and none is made (schema 1.7.3, 1.7.7, 1.7.11)', async () => {
    const [one, other] = await fullPair();
    expect((await associateDefault('companies/contacts', pair(other, one))).body).toEqual(frame(both(other, one, 280, 279)));
    expect((await shown('contacts', one, 'companies'))[other]).toHaveLength(4);
  });

  test('types without a default type between them (schema 1.9, text [I])', async () => {
    const answer = await associateDefault('contacts/users', pair(contact, '1'));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('There is no default association between contact and user'));
  });

  test('2,001 inputs are refused (schema 1.8 [I]); none is done at once [I]', async () => {
    expect(told(await associateDefault('contacts/companies', ...Array.from({ length: 2_001 }, () => pair('1', '2'))))).toEqual({ status: 400, body: tooMany(2_000) });
    expect(told(await associateDefault('contacts/companies'))).toEqual({ status: 200, body: frame([]) });
  });
});

test.each(['batch/read', 'batch/archive', 'batch/labels/archive', 'batch/associate/default'])('%s without a body, of unknown types, with another method (schema 1.9 [O])', async (operation) => {
  const path = `/crm/v4/associations/contacts/companies/${operation}`;
  expect(told(await spoke.call(`POST ${path}`))).toEqual({ status: 400, body: invalid('Invalid JSON input: a request body was expected, but none found') });
  const unknown = await post('contacts/butterflies', operation, []);
  expect(unknown.status).toBe(400);
  expect(unknown.body).toEqual({ status: 'error', message: 'Unable to infer object type from: butterflies', correlationId: expect.any(String) });
  const get = await spoke.get(path);
  expect(get.status).toBe(405);
  expect(get.headers.allow).toContain('POST');
});
