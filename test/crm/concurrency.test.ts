// Many writers at once: what they leave behind is what some order of one after the other would have left, and no client
// ever sees a deadlock.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OBJECTS = '/crm/v3/objects';
const WRITERS = 16;

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));

const create = async (type: string, all: Record<string, string>[]): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: all.map((properties) => ({ properties })) });

const upsert = async (inputs: { id: string; idProperty?: string; properties: Record<string, string> }[], type = 'contacts'): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/${type}/batch/upsert`, { inputs });

const update = async (inputs: { id: string; properties: Record<string, string> }[], type = 'contacts'): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/${type}/batch/update`, { inputs });

const patch = async (id: string, properties: Record<string, string>): Promise<Answer> => await spoke.call(`PATCH ${OBJECTS}/contacts/${id}`, { body: { properties } });

async function newIds(type: string, count: number): Promise<string[]> {
  const made = await create(type, Array.from({ length: count }, () => ({ [type === 'companies' ? 'name' : 'firstname']: 'x' })));
  expect(made.status).toBe(201);
  return made.body.results.map((record: { id: string }) => record.id);
}

/** Every live record of the type whose property has the value. */
async function holding(objectType: string, property: string, value: string): Promise<{ id: number }[]> {
  return await spoke.db.query({ text: `select id from record where object_type = $1 and properties->>$2 = $3`, values: [objectType, property, value] });
}

async function versionsOf(id: string): Promise<number[]> {
  const rows = await spoke.db.query<{ version: number }>({ text: 'select version from record_revision where id = $1::bigint order by version', values: [id] });
  return rows.map((row) => row.version);
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('unique values', () => {
  test('parallel upserts of one email make one contact, told once to be new', async () => {
    const answers = await together(WRITERS, (n) => upsert([{ id: n % 2 ? 'One@example.org' : 'one@example.org', idProperty: 'email', properties: { firstname: `writer ${n}` } }]));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    expect(answers.filter((answer) => answer.body.results[0].new)).toHaveLength(1);
    const ids = new Set(answers.map((answer) => answer.body.results[0].id));
    expect(ids.size).toBe(1);
    expect(await holding('0-1', 'email', 'one@example.org')).toEqual([{ id: Number([...ids][0]) }]);
    expect(await versionsOf([...ids][0]!)).toEqual(upTo(WRITERS));
  });

  test('parallel upserts by a property of the portal make one company', async () => {
    await spoke.post('/crm/v3/properties/companies', { name: 'vat', label: 'VAT', type: 'string', fieldType: 'text', groupName: 'companyinformation', hasUniqueValue: true });
    const answers = await together(WRITERS, (n) => upsert([{ id: 'DE 1', idProperty: 'vat', properties: { name: `writer ${n}` } }], 'companies'));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    expect(await holding('0-2', 'vat', 'DE 1')).toHaveLength(1);
  });

  test('parallel creates with the same emails make each once; the others are told, all or nothing', async () => {
    const emails = Array.from({ length: 20 }, (_, n) => `c${n}@example.org`);
    // Everybody wants a window of the emails, in an order of their own, two in three with trace ids.
    const answers = await together(24, async (n) => await spoke.post(`${OBJECTS}/contacts/batch/create`, {
      inputs: Array.from({ length: 8 }, (_, i) => ({
        properties: { email: emails[(n * 3 + (n % 2 ? i : 7 - i)) % 20]!, company: `writer ${n}` }, ...(n % 3 ? { objectWriteTraceId: `${n}-${i}` } : {}),
      })),
    }));
    for (const [n, answer] of answers.entries()) expect(n % 3 ? [201, 207] : [201, 409]).toContain(answer.status);
    for (const email of emails) expect((await holding('0-1', 'email', email)).length, email).toBe(1);
    for (const [n, answer] of answers.entries()) {
      const told = (answer.body.results ?? []).map((record: { id: string }) => Number(record.id));
      expect((await holding('0-1', 'company', `writer ${n}`)).map((row) => row.id).sort()).toEqual(told.sort());
    }
  });

  test('a value that moves between two records is never with both', async () => {
    const ids = await newIds('contacts', 2);
    const answers = await together(12, (n) => upsert([{ id: ids[n % 2]!, properties: { email: n % 4 < 2 ? 'moving@example.org' : '' } }]));
    for (const answer of answers) expect([200, 400]).toContain(answer.status);
    const holders = await holding('0-1', 'email', 'moving@example.org');
    expect(await spoke.db.query({ text: `select id from unique_value where value = 'moving@example.org'`, values: [] })).toEqual(holders);
    expect(holders.length).toBeLessThanOrEqual(1);
  });
});

describe('updates', () => {
  test('writers of different properties of one record lose nothing, and its revisions have no gap', async () => {
    const names = ['firstname', 'lastname', 'company', 'phone', 'city', 'zip', 'address', 'jobtitle', 'website', 'state', 'fax', 'industry'];
    await upsert([{ id: 'busy@example.org', idProperty: 'email', properties: {} }]);
    const answers = await together(names.length, (n) => upsert([{ id: 'busy@example.org', idProperty: 'email', properties: { [names[n]!]: `by ${n}` } }]));
    expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 200));
    const { id } = answers[0]!.body.results[0];
    const read = await spoke.get(`${OBJECTS}/contacts/${id}?properties=${names.join(',')}`);
    expect(read.body.properties).toMatchObject(Object.fromEntries(names.map((name, n) => [name, `by ${n}`])));
    expect(await versionsOf(id)).toEqual(upTo(names.length + 1));
    const [row] = await spoke.db.query<{ version: number }>({ text: 'select version from record where id = $1::bigint', values: [id] });
    expect(row!.version).toBe(names.length + 1);
  });

  test('overlapping batches in opposite order get through, whole', async () => {
    const ids = await newIds('contacts', 60);
    const answers = await together(8, (n) => upsert((n % 2 ? ids.toReversed() : ids).map((id) => ({ id, properties: { company: `round ${n}` } }))));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    const last = await spoke.db.query<{ company: string; count: number }>({
      text: `select properties->>'company' as company, count(*) from record where id = any($1::bigint[]) group by 1`, values: [ids],
    });
    expect(last).toEqual([{ company: expect.stringMatching(/^round \d$/), count: 60 }]);
    for (const id of [ids[0]!, ids[59]!]) expect(await versionsOf(id)).toEqual(upTo(9));
  });

  test('PATCHes of different properties of one record lose nothing, and its history has each', async () => {
    const names = ['firstname', 'lastname', 'company', 'phone', 'city', 'zip', 'address', 'jobtitle'];
    const [id] = await newIds('contacts', 1);
    const answers = await together(2 * names.length, (n) => patch(id!, { [names[n % names.length]!]: `by ${n}` }));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    const { body } = await spoke.get(`${OBJECTS}/contacts/${id}?propertiesWithHistory=${names.join(',')}`);
    for (const [n, name] of names.entries()) {
      const values = body.propertiesWithHistory[name].map((past: { value: string }) => past.value);
      expect([`by ${n}`, `by ${n + names.length}`]).toContain(body.properties[name]);
      expect(values[0]).toBe(body.properties[name]);
      expect(values.slice(0, 2).sort()).toEqual([`by ${n}`, `by ${n + names.length}`].sort());
    }
    expect(await versionsOf(id!)).toEqual(upTo(2 * names.length + 1));
  });

  test('batch updates of 100 records in opposite order get through, whole, and lose nothing', async () => {
    const ids = await newIds('companies', 100);
    const answers = await together(8, (n) => update((n % 2 ? ids.toReversed() : ids).map((id) => ({ id, properties: { city: `round ${n}`, [n % 2 ? 'phone' : 'zip']: `${n}` } })), 'companies'));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    const left = await spoke.db.query<{ city: string; odd: string; even: string; version: number; count: number }>({
      text: `select properties->>'city' as city, properties->>'phone' as odd, properties->>'zip' as even, version, count(*) from record
        where object_type = '0-2' and id = any($1::bigint[]) group by 1, 2, 3, 4`, values: [ids],
    });
    expect(left).toEqual([{ city: expect.stringMatching(/^round \d$/), odd: expect.stringMatching(/^[1357]$/), even: expect.stringMatching(/^[0246]$/), version: 9, count: 100 }]);
    expect([`round ${left[0]!.odd}`, `round ${left[0]!.even}`]).toContain(left[0]!.city);
    for (const id of [ids[0]!, ids[99]!]) expect(await versionsOf(id)).toEqual(upTo(9));
  });

  test('an update and an archive of one record: either order, and no unique value stays behind', async () => {
    const ids = await newIds('contacts', 12);
    const answers = await together(ids.length * 3, async (n) => {
      const id = ids[Math.floor(n / 3)]!;
      if (n % 3 === 1) return await spoke.call(`DELETE ${OBJECTS}/contacts/${id}`);
      return await patch(id, { email: `race${n}@example.org`, [n % 3 ? 'city' : 'zip']: 'x' });
    });
    for (const [n, answer] of answers.entries()) expect(n % 3 === 1 ? [204] : [200, 404]).toContain(answer.status);
    for (const [i, id] of ids.entries()) {
      const written = answers.filter((answer, n) => Math.floor(n / 3) === i && answer.status === 200);
      expect((await spoke.get(`${OBJECTS}/contacts/${id}`)).status).toBe(404);
      const { body } = await spoke.get(`${OBJECTS}/contacts/${id}?archived=true&properties=city,zip`);
      expect([body.properties.city, body.properties.zip].filter((value) => value === 'x')).toHaveLength(written.length);
      if (written.length > 0) expect(await versionsOf(id)).toEqual(upTo(written.length + 1));
    }
    expect(await spoke.db.query({ text: `select id from unique_value where value like 'race%'`, values: [] })).toEqual([]);
  });

  test('batch updates and batch archives of the same records in opposite order get through', async () => {
    const ids = await newIds('companies', 100);
    const answers = await together(8, (n) => {
      const some = n % 2 ? ids.toReversed() : ids;
      if (n % 4 < 2) return update(some.map((id) => ({ id, properties: { city: `${n}` } })), 'companies');
      return spoke.post(`${OBJECTS}/companies/batch/archive`, { inputs: some.slice(n * 5).map((id) => ({ id })) });
    });
    for (const [n, answer] of answers.entries()) expect(n % 4 < 2 ? [200, 207] : [204]).toContain(answer.status);
    // Of each update all that was answered was written, in one piece.
    for (const [n, answer] of answers.entries()) {
      if (n % 4 >= 2) continue;
      const told = answer.body.results.map((record: { id: string }) => Number(record.id));
      const rows = await spoke.db.query<{ id: number }>({
        text: `select id from record_revision where object_type = '0-2' and id = any($1::bigint[]) and changes->>'city' = $2`, values: [ids, `${n}`],
      });
      expect(rows.map((row) => row.id).sort()).toEqual(told.sort());
    }
  });

  test('values that records give up and take from each other are with one record each', async () => {
    const ids = await newIds('contacts', 4);
    const emails = ids.map((_, n) => `swap${n}@example.org`);
    await update(ids.map((id, n) => ({ id, properties: { email: emails[n]! } })));
    // Everybody moves values on by one or two records; two of three writers free their own records' values first.
    const answers = await together(WRITERS, async (n) => {
      const [a, b] = [n % 4, (n + 1 + (n % 2)) % 4];
      if (n % 3 > 0) await update([{ id: ids[a]!, properties: { email: '' } }, { id: ids[b]!, properties: { email: '' } }]);
      return await update([{ id: ids[a]!, properties: { email: emails[b]! } }, { id: ids[b]!, properties: { email: emails[a]! } }]);
    });
    for (const answer of answers) expect([200, 400]).toContain(answer.status);
    const kept = await spoke.db.query<{ value: string; id: number }>({ text: `select value, id from unique_value where value like 'swap%' order by value`, values: [] });
    const shown = await spoke.db.query<{ value: string; id: number }>({
      text: `select properties->>'email' as value, id from record where object_type = '0-1' and id = any($1::bigint[]) and properties ? 'email' order by 1`, values: [ids],
    });
    expect(shown).toEqual(kept);
    expect(new Set(kept.map((row) => row.value)).size).toBe(kept.length);
  });

  test('swaps of the same two values at once leave each with one record', async () => {
    const ids = await newIds('contacts', 2);
    const emails = ['this-way@example.org', 'that-way@example.org'];
    await update(ids.map((id, n) => ({ id, properties: { email: emails[n]! } })));
    const answers = await together(WRITERS, (n) => update(ids.map((id, i) => ({ id, properties: { email: emails[(i + n) % 2]! } }))));
    for (const answer of answers) expect(answer.status).toBe(200);
    const shown = await Promise.all(ids.map(async (id) => (await spoke.get(`/crm/v3/objects/contacts/${id}?properties=email`)).body.properties.email));
    expect(shown.toSorted()).toEqual(emails.toSorted());
    const kept = await Promise.all(shown.map(async (email) => (await spoke.get(`/crm/v3/objects/contacts/${email}?idProperty=email`)).body.id));
    expect(kept).toEqual(ids);
  });

  test('overlapping upserts by email in opposite order, of which some are new, get through', async () => {
    const emails = Array.from({ length: 40 }, (_, n) => `opposite${n}@example.org`);
    await upsert(emails.slice(0, 20).map((id) => ({ id, idProperty: 'email', properties: {} })));
    const answers = await together(8, (n) => upsert((n % 2 ? emails.toReversed() : emails).map((id) => ({ id, idProperty: 'email', properties: { company: `n ${n}` } }))));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    for (const email of [emails[0]!, emails[39]!]) expect(await holding('0-1', 'email', email)).toHaveLength(1);
  });
});

describe('associations', () => {
  const associate = async (pairs: [string, string][], types: { associationCategory: string; associationTypeId: number }[]): Promise<Answer> =>
    await spoke.post('/crm/v4/associations/contacts/companies/batch/create', { inputs: pairs.map(([from, to]) => ({ from: { id: from }, to: { id: to }, types })) });
  const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 };

  const rows = async (typeId: number, category: number, fromIds: string[]): Promise<{ from_id: number; to_id: number }[]> => await spoke.db.query({
    text: 'select from_id, to_id from association where type_id = $1 and category = $2 and from_id = any($3::bigint[]) order by from_id, to_id', values: [typeId, category, fromIds],
  });

  test('writers of primaries leave each contact one, seen alike from both sides', async () => {
    const contacts = await newIds('contacts', 4);
    const companies = await newIds('companies', 6);
    const answers = await together(WRITERS, async (n) => {
      const some = n % 2 ? contacts : contacts.toReversed();
      if (n % 4 < 3) return await associate(some.map((contact) => [contact, companies[n % 6]!]), [PRIMARY]);
      // A new company may come with the contact whose primary it is.
      return await spoke.post(`${OBJECTS}/companies/batch/create`, {
        inputs: [{ properties: { name: 'new' }, associations: some.map((id) => ({ to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 2 }] })) }],
      });
    });
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
    const primaries = await rows(1, 0, contacts);
    expect(primaries.map((row) => row.from_id)).toEqual(contacts.map(Number));
    const all = await spoke.db.query<{ from_id: number; to_id: number }>({
      text: 'select to_id as from_id, from_id as to_id from association where type_id = 2 and category = 0 and to_id = any($1::bigint[]) order by 1, 2', values: [contacts],
    });
    expect(all).toEqual(primaries);
  });

  test("writers of labels leave one writer's set, seen alike from both sides", async () => {
    const label = async (name: string): Promise<number[]> => {
      const made = await spoke.post('/crm/v4/associations/contacts/companies/labels', { name, label: name, inverseLabel: `${name} of` });
      return made.body.results.map((type: { typeId: number }) => type.typeId);
    };
    // The inverse comes first in the answer.
    const labels = [await label('boss'), await label('buyer'), await label('friend'), await label('founder')];
    const [contact] = await newIds('contacts', 1);
    const [company] = await newIds('companies', 1);
    const sets = [[0, 1], [2, 3], [0, 2], [3]];
    const answers = await together(WRITERS, (n) => associate([[contact!, company!]], sets[n % 4]!.map((i) => ({ associationCategory: 'USER_DEFINED', associationTypeId: labels[i]![1]! }))));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
    const left = (side: number, id: string) => Promise.all(labels.map(async (types) => (await rows(types[side]!, 1, [id])).length));
    const forward = await left(1, contact!);
    expect(sets.map((set) => labels.map((_, i) => Number(set.includes(i))))).toContainEqual(forward);
    expect(await left(0, company!)).toEqual(forward);
  });

  test('labels and primaries over the same pairs in opposite order get through', async () => {
    const made = await spoke.post('/crm/v4/associations/contacts/companies/labels', { name: 'mixed', label: 'Mixed', inverseLabel: 'Mixed of' });
    const types = [PRIMARY, { associationCategory: 'USER_DEFINED', associationTypeId: made.body.results[1].typeId }];
    const contacts = await newIds('contacts', 20);
    const companies = await newIds('companies', 20);
    const pairs = contacts.map((contact, i): [string, string] => [contact, companies[i]!]);
    const answers = await together(8, (n) => associate(n % 2 ? pairs.toReversed() : pairs, n % 4 < 2 ? types : types.toReversed().slice(n % 3 ? 0 : 1)));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
    expect(await rows(1, 0, contacts)).toHaveLength(20);
  });
});
