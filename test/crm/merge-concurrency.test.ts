// Merges at once with merges, updates, creates and deletes of the same records: what is left is what some order of one
// after the other would have left, and nobody is told of a deadlock.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const OBJECTS = '/crm/v3/objects';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));

async function newIds(type: string, count: number, properties: (n: number) => object = () => ({})): Promise<string[]> {
  const made = await spoke.post(`${OBJECTS}/${type}/batch/create`, { inputs: Array.from({ length: count }, (_, n) => ({ properties: properties(n) })) });
  expect(made.status).toBe(201);
  return made.body.results.map((record: { id: string }) => record.id);
}

const merge = async (type: string, primaryObjectId: string, objectIdToMerge: string): Promise<Answer> =>
  await spoke.post(`${OBJECTS}/${type}/merge`, { primaryObjectId, objectIdToMerge });
const patch = async (type: string, id: string, properties: object): Promise<Answer> => await spoke.call(`PATCH ${OBJECTS}/${type}/${id}`, { body: { properties } });

/** The revisions of a record are numbered without a gap up to its version, and nobody else has any. */
async function checkRevisions(id: string, ...old: string[]): Promise<void> {
  const revisions = await spoke.db.query<{ version: number }>({ text: 'select version from record_revision where id = $1::bigint order by version', values: [id] });
  const [row] = await spoke.db.query<{ version: number }>({ text: 'select version from record where id = $1::bigint', values: [id] });
  expect(revisions.map((r) => r.version)).toEqual(Array.from({ length: row!.version }, (_, i) => i + 1));
  expect(await spoke.db.query({ text: 'select 1 from record_revision where id = any($1::bigint[])', values: [old] })).toEqual([]);
}

test('of merges of the same two records at once one succeeds, the others find one record', async () => {
  const [a, b] = await newIds('contacts', 2, (n) => ({ email: `twice-${n}@example.org` }));
  const answers = await together(8, (n) => (n % 2 ? merge('contacts', a!, b!) : merge('contacts', b!, a!)));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 400)]);
  const survivor = answers.find((answer) => answer.status === 200)!.body;
  for (const id of [a, b]) expect((await spoke.get(`${OBJECTS}/contacts/${id}`)).body.id).toBe(survivor.id);
  expect(survivor.properties.hs_merged_object_ids.split(';').sort()).toEqual([a, b].sort());
  await checkRevisions(survivor.id, a!, b!);
});

test('merges over the same records in every order end in one record, without an error of ours', async () => {
  const ids = await newIds('contacts', 8, (n) => ({ email: `ring-${n}@example.org` }));
  const answers = await together(24, (n) => merge('contacts', ids[n % 8]!, ids[(n * 3 + 1) % 8]!));
  for (const answer of answers) expect([200, 400]).toContain(answer.status);
  for (const id of ids.slice(1)) expect([200, 400]).toContain((await merge('contacts', ids[0]!, id)).status);
  const { body } = await spoke.get(`${OBJECTS}/contacts/${ids[0]}?properties=hs_additional_emails,email,hs_merged_object_ids`);
  expect([body.properties.email, ...body.properties.hs_additional_emails.split(';')].sort()).toEqual(ids.map((_, n) => `ring-${n}@example.org`));
  for (const id of ids) expect((await spoke.get(`${OBJECTS}/contacts/${id}`)).body.id).toBe(body.id);
  const holders = await spoke.db.query<{ id: number }>({ text: `select distinct id from unique_value where value like 'ring-%'`, values: [] });
  expect(holders.map((row) => String(row.id))).toEqual([body.id]);
  expect(body.properties.hs_merged_object_ids.split(';')).toHaveLength(14);
  await checkRevisions(body.id, ...ids);
});

test('no update is lost to a merge', async () => {
  const names = ['firstname', 'lastname', 'company', 'phone', 'city', 'zip', 'address', 'jobtitle', 'website', 'state', 'fax', 'industry'];
  const [a, b] = await newIds('contacts', 2);
  const answers = await together(names.length + 1, (n) => (n === 5 ? merge('contacts', a!, b!) : patch('contacts', n % 2 ? a! : b!, { [names[n > 5 ? n - 1 : n]!]: `by ${n}` })));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  const { body } = await spoke.get(`${OBJECTS}/contacts/${a}?properties=${names.join(',')}`);
  expect(body.properties).toMatchObject(Object.fromEntries(names.map((name, n) => [name, `by ${n >= 5 ? n + 1 : n}`])));
  await checkRevisions(body.id, a!, b!);
});

test('upserts by an email that moves make no second contact', async () => {
  const [a, b] = await newIds('contacts', 2, (n) => ({ email: `moves-${n}@example.org` }));
  const answers = await together(12, (n) => (n === 4 ? merge('contacts', a!, b!)
    : spoke.post(`${OBJECTS}/contacts/batch/upsert`, { inputs: [{ id: `moves-${n % 2}@example.org`, idProperty: 'email', properties: { company: `by ${n}` } }] })));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  for (const answer of answers) if (answer.body.results) expect(answer.body.results[0].new).toBe(false);
  expect(await spoke.db.query({ text: `select distinct id from unique_value where value like 'moves-%'`, values: [] })).toHaveLength(1);
});

test('batches over records that are being merged go on', async () => {
  const ids = await newIds('contacts', 40);
  const answers = await together(12, async (n) => {
    if (n % 2) return await merge('contacts', ids[n]!, ids[n + 1]!);
    return await spoke.post(`${OBJECTS}/contacts/batch/update`, { inputs: (n % 4 ? ids : ids.toReversed()).filter((_, i) => i % 2 === 0).map((id) => ({ id, properties: { company: `by ${n}` } })) });
  });
  for (const answer of answers) expect([200, 400]).toContain(answer.status);
  for (const id of ids) expect((await spoke.get(`${OBJECTS}/contacts/${id}`)).status).toBe(200);
});

test('a GDPR delete at once with merges and updates leaves nothing behind', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = await newIds('contacts', 2, (n) => ({ email: `gone-${round}-${n}@example.org` }));
    const answers = await together(8, (n) => (n === 2 ? spoke.post(`${OBJECTS}/contacts/gdpr-delete`, { objectId: a })
      : n === 3 ? merge('contacts', b!, a!) : patch('contacts', a!, { company: `by ${n}`, email: n > 5 ? `gone-${round}-${n}@example.org` : `gone-${round}-0@example.org` })));
    expect(answers[2]!.status).toBe(204);
    for (const answer of answers) expect([200, 204, 400, 404]).toContain(answer.status);
    const alive = (await spoke.get(`${OBJECTS}/contacts/${b}`)).status === 200 ? [Number(b)] : [];
    for (const table of ['record', 'record_revision', 'unique_value']) {
      const rows = await spoke.db.query<{ id: number }>({ text: `select distinct id from ${table} where id >= $1::bigint`, values: [a] });
      expect(rows.map((row) => row.id).filter((id) => !alive.includes(id)), table).toEqual([]);
    }
  }
});
