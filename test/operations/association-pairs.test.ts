// One pair of records: PUT with labels, PUT default and DELETE below a record's path, in v4 and the dated versions
// (schema.md 1.1, 1.3, 1.7, 1.9). The list of one record's associations is proved in list-associations.test.ts.
// Proves: associations.create, associations.createDefault, associations.archive, associations.list.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { associationsIn, defined, frame, invalidObjects, own, pair, refusedId, type, VERSIONS } from '../support/associations.ts';
import { invalid, refusal, told } from '../support/expect.ts';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { make, associate, shown, label, archive, merge } = associationsIn(() => spoke);
let champion: number;
let blocker: number;
let contact: string;
let company: string;
let contacts: string[];
let companies: string[];
beforeAll(async () => {
  spoke = await startSpoke();
  champion = await label('contacts/companies', 'Champion', 'Has champion');
  blocker = await label('contacts/companies', 'Blocker');
  contacts = await make('contacts', 40);
  companies = await make('companies', 40);
  [contact, company] = fresh();
});
afterAll(() => spoke.close());

/** A contact and a company that are not associated. */
const fresh = (): [string, string] => [contacts.pop()!, companies.pop()!];

const V4 = '/crm/v4/objects';
const put = (path: string, specs: unknown, root = V4): Promise<Answer> => spoke.call(`PUT ${root}/${path}`, { body: specs });
const between = (from: string, to: string): string => `contacts/${from}/associations/companies/${to}`;

/** The answer of a PUT in a version that prints ids so. */
const labelled = (from: string, to: string, labels: string[], print: (id: string) => unknown = Number): object =>
  ({ fromObjectTypeId: '0-1', fromObjectId: print(from), toObjectTypeId: '0-2', toObjectId: print(to), labels });

describe('PUT with types', () => {
  test.each(VERSIONS)('$version: 201 with the labels that the pair now has (schema 1.1, 1.3 [D])', async ({ objects, print }) => {
    const [one, other] = fresh();
    const answer = await put(between(one, other), [...own(champion), ...defined(1)], objects);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(labelled(one, other, ['Primary', 'Champion'], print));
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[1, 'Primary'], [279, null], [champion, 'Champion']] });
    expect((await shown('companies', other, 'contacts'))[one]!.map(([, text]) => text)).toEqual(['Contact with Primary Company', null, 'Has champion']);
  });

  test('the unlabeled type has no label (schema 1.3 [D]); from the other side the labels are of that side', async () => {
    const [one, other] = fresh();
    expect(told(await put(between(one, other), defined(279)))).toEqual({ status: 201, body: labelled(one, other, []) });
    const back = await put(`companies/${other}/associations/contacts/${one}`, defined(2));
    expect(told(back)).toEqual({ status: 201, body: {
      fromObjectTypeId: '0-2', fromObjectId: Number(other), toObjectTypeId: '0-1', toObjectId: Number(one), labels: ['Contact with Primary Company'],
    } });
  });

  test('labels are replaced; Primary and unlabeled stay; to append, the old are sent along (schema 1.7.3 [D])', async () => {
    const [one, other] = fresh();
    await put(between(one, other), [...defined(1), ...own(champion)]);
    expect((await put(between(one, other), own(blocker))).body).toEqual(labelled(one, other, ['Primary', 'Blocker']));
    expect((await put(between(one, other), own(blocker, champion))).body.labels.toSorted()).toEqual(['Blocker', 'Champion', 'Primary']);
    // Without labels nothing is replaced [I].
    expect((await put(between(one, other), defined(279))).body.labels.toSorted()).toEqual(['Blocker', 'Champion', 'Primary']);
  });

  test('again it says the same and changes nothing (schema 1.7.11 [O])', async () => {
    const [one, other] = fresh();
    const first = await put(between(one, other), own(champion));
    expect(told(await put(between(one, other), own(champion)))).toEqual(told(first));
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[279, null], [champion, 'Champion']] });
  });

  test('another primary takes the place of the first (schema 1.7.6 [D])', async () => {
    const [one, other] = fresh();
    const [, second] = fresh();
    await put(between(one, other), defined(1));
    expect((await put(between(one, second), defined(1))).body).toEqual(labelled(one, second, ['Primary']));
    expect(Object.fromEntries(Object.entries(await shown('contacts', one, 'companies')).map(([id, types]) => [id, types.length]))).toEqual({ [other]: 1, [second]: 2 });
  });

  test('ids of merged records reach the survivor, which is named (objects 4.6 [D])', async () => {
    const [[a, x], [b]] = [fresh(), fresh()];
    const survivor = await merge('contacts', a, b);
    expect(told(await put(between(b, x), own(champion)))).toEqual({ status: 201, body: labelled(survivor, x, ['Champion']) });
  });

  test('an empty list is refused (schema 1.7.12 [O])', async () => {
    expect(told(await put(between(contact, company), []))).toEqual({
      status: 400, body: invalid('One or more associations are invalid', { context: { objectId: [company], types: ['must not be empty'] } }),
    });
  });

  test.each<[string, () => string, () => object]>([
    ['the from record', () => between('888', company), () => invalidObjects(['CONTACT', '888'])],
    ['the to record', () => between(contact, '999'), () => invalidObjects(['COMPANY', '999'])],
    ['both', () => between('888', '999'), () => invalidObjects(['CONTACT', '888'], ['COMPANY', '999'])],
    ['a record of the other type', () => between(company, company), () => invalidObjects(['CONTACT', company])],
  ])('%s does not exist (schema 1.9 [O])', async (_, path, body) => {
    expect(told(await put(path(), defined(279)))).toEqual({ status: 400, body: body() });
  });

  test('an archived record does not exist; a merged one whose survivor is archived is named as it was called [I]', async () => {
    const [[a, x], [b]] = [fresh(), fresh()];
    const survivor = await merge('contacts', a, b);
    await archive('contacts', survivor);
    for (const id of [survivor, a]) expect(told(await put(between(id, x), defined(279)))).toEqual({ status: 400, body: invalidObjects(['CONTACT', id]) });
  });

  test.each([['abc', () => between('abc', company)], ['1.5', () => between(contact, '1.5')], ['-1', () => between(contact, '-1')]])('%s is no id (schema 1.9 [O], status [I])', async (id, path) => {
    expect(told(await put(path(), defined(279)))).toEqual({ status: 400, body: refusedId(id) });
  });

  test('a record with itself (schema 1.7.16, 1.9 [O])', async () => {
    expect(told(await put(`contacts/${contact}/associations/contacts/${contact}`, defined(449)))).toEqual({
      status: 400, body: invalid(`Object ${contact} cannot be associated to itself (${contact})`, { context: {} }),
    });
  });

  test('types of the other direction, of another pair, of nobody (schema 1.7.13, 1.9 [O])', async () => {
    const at = between(contact, company);
    const direction = (end: string, got: string, expected: string, id: number) =>
      ({ status: 400, body: invalid(`invalid ${end} object type ${got} for associations to be created. expected: ${expected}. For definition 0-${id}`) });
    expect(told(await put(at, defined(280)))).toEqual(direction('from', '0-1', '0-2', 280));
    expect(told(await put(at, defined(279, 4)))).toEqual(direction('to', '0-2', '0-3', 4));
    expect(told(await put(at, [...defined(279), ...own(999)]))).toEqual({ status: 400, body: invalid('One or more associations are invalid', {
      context: { INVALID_ASSOCIATION_TYPE_ID: ['USER_DEFINED=999 is not a valid association definition id'], associationSpec: ['USER_DEFINED=999'] },
    }) });
    expect(await shown('contacts', contact, 'companies')).toEqual({});
  });

  test('bodies of another form (schema 1.9 [O])', async () => {
    const at = between(contact, company);
    expect(told(await spoke.call(`PUT ${V4}/${at}`))).toEqual({ status: 400, body: invalid('Invalid JSON input: a request body was expected, but none found') });
    const message = expect.stringMatching(/^Invalid input JSON on line 1, column \d+/) as unknown as string;
    for (const body of [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }, [{ associationTypeId: 279 }], [{ associationCategory: 'MINE', associationTypeId: 279 }], ['279']]) {
      expect(told(await put(at, body))).toEqual({ status: 400, body: invalid(message) });
    }
  });
});

describe('PUT default', () => {
  const at = (from: string, to: string): string => `contacts/${from}/associations/default/companies/${to}`;
  const both = (from: string, to: string): object => frame([
    { from: { id: from }, to: { id: to }, associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 } },
    { from: { id: to }, to: { id: from }, associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 280 } },
  ]);

  test.each(VERSIONS)('$version: 200 with a result per direction, the first time and again (schema 1.1, 1.3 [D], 1.7.11 [O])', async ({ objects }) => {
    const [one, other] = fresh();
    for (let i = 0; i < 2; i++) expect(told(await spoke.call(`PUT ${objects}/${at(one, other)}`))).toEqual({ status: 200, body: both(one, other) });
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[279, null]] });
    expect(await shown('companies', other, 'contacts')).toEqual({ [one]: [[280, null]] });
  });

  test('it makes no primary, the first company neither [I: schema 1.7.7], and takes no label away', async () => {
    const [one, other] = fresh();
    await put(between(one, other), [...defined(1), ...own(champion)]);
    expect(told(await spoke.call(`PUT ${V4}/${at(one, other)}`))).toEqual({ status: 200, body: both(one, other) });
    expect(await shown('contacts', one, 'companies')).toEqual({ [other]: [[1, 'Primary'], [279, null], [champion, 'Champion']] });
  });

  test('what it is refused for (schema 1.9 [O], no default type [I])', async () => {
    const call = async (path: string) => told(await spoke.call(`PUT ${V4}/${path}`));
    expect(await call(at('888', company))).toEqual({ status: 400, body: invalidObjects(['CONTACT', '888']) });
    expect(await call(at(contact, 'abc'))).toEqual({ status: 400, body: refusedId('abc') });
    expect(await call(`contacts/${contact}/associations/default/contacts/${contact}`)).toEqual({
      status: 400, body: invalid(`Object ${contact} cannot be associated to itself (${contact})`, { context: {} }),
    });
    expect(await call(`contacts/${contact}/associations/default/users/1`)).toEqual({ status: 400, body: invalid('There is no default association between contact and user') });
    expect(await call(`contacts/${contact}/associations/default/butterflies/1`)).toEqual({ status: 400, body: refusal('Unable to infer object type from: butterflies') });
  });
});

describe('DELETE', () => {
  test.each(VERSIONS)('$version: all types between the two go, from both sides; 204 again when nothing is there (schema 1.3, 1.7.5 [D], again [I])', async ({ objects }) => {
    const [one, other] = fresh();
    await put(between(one, other), [...defined(1), ...own(champion)]);
    for (let i = 0; i < 2; i++) {
      const answer = await spoke.call(`DELETE ${objects}/companies/${other}/associations/contacts/${one}`);
      expect(told(answer)).toEqual({ status: 204, body: undefined });
      expect(answer.headers['content-type']).toBeUndefined();
    }
    expect(await shown('contacts', one, 'companies')).toEqual({});
    expect(await shown('companies', other, 'contacts')).toEqual({});
  });

  test.each([['the from record', () => between('888', company)], ['the to record', () => between(contact, '999')], ['a record with itself', () => `contacts/${contact}/associations/contacts/${contact}`]])(
    '204 for %s that is not there (schema 1.3 [I])', async (_, path) => {
      expect(told(await spoke.call(`DELETE ${V4}/${path()}`))).toEqual({ status: 204, body: undefined });
    });

  test('other pairs stay', async () => {
    const [[one, x], [, y]] = [fresh(), fresh()];
    await associate('contacts/companies', pair(one, x, defined(1)), pair(one, y, own(champion)));
    await spoke.call(`DELETE ${V4}/${between(one, x)}`);
    expect(await shown('contacts', one, 'companies')).toEqual({ [y]: [[279, null], [champion, 'Champion']] });
  });

  test('what is no id is refused (schema 1.9 [O], status [I])', async () => {
    expect(told(await spoke.call(`DELETE ${V4}/${between('abc', company)}`))).toEqual({ status: 400, body: refusedId('abc') });
  });
});

describe.each(VERSIONS)('$version', ({ objects, print }) => {
  test.each(['GET', 'PATCH', 'POST'])('%s of a pair is 405, PUT and DELETE are allowed (schema 1.3 [O])', async (method) => {
    const answer = await spoke.call(`${method} ${objects}/${between(contact, company)}`, method === 'GET' ? {} : { body: defined(279) });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow!.split(', ').sort()).toEqual(['DELETE', 'PUT']);
  });

  test('the list shows what PUT wrote, with ids as the version prints them (schema 1.3 [D])', async () => {
    const [one, other] = fresh();
    await put(between(one, other), own(champion), objects);
    expect(told(await spoke.get(`${objects}/contacts/${one}/associations/companies`))).toEqual({
      status: 200, body: { results: [{ toObjectId: print(other), associationTypes: [type(279, null), type(champion, 'Champion', 'USER_DEFINED')] }] },
    });
  });
});

describe('scopes: both types must be allowed (platform 5 [D], which [I])', () => {
  test.each([['PUT', '', defined(279)], ['PUT', 'default/', undefined], ['DELETE', '', undefined]] as const)('%s %s', async (method, word, body) => {
    const path = `contacts/${contact}/associations/${word}companies/${company}`;
    const some = await spoke.tokenWith(['crm.objects.contacts.write', 'crm.objects.companies.read']);
    const refused = await spoke.call(`${method} ${V4}/${path}`, { token: some, body });
    expect(refused).toMatchObject({ status: 403, body: { category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['crm.objects.companies.write'] } }] } });
    const all = await spoke.tokenWith(['crm.objects.contacts.write', 'crm.objects.companies.write']);
    expect((await spoke.call(`${method} ${V4}/${path}`, { token: all, body })).status).toBeLessThan(300);
  });
});
