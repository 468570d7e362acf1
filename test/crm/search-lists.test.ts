// Searches for words while records come, change and go, with lists of words in place: at every moment they find what plain
// loops over the records find, whether the lists have taken in what was written, a part of it, or nothing.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { containsTokens, lower, WORDS } from '../support/search-loops.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

const SEED = 20_261_122;
const ROUNDS = 60;
const SEARCHES = 12;
const COMPANIES = '/crm/v3/objects/companies';

let spoke: Spoke;
/** Names by id. */
const names = new Map<string, string>();
/** When records were made, by id. */
const madeAt = new Map<string, number>();
beforeAll(async () => {
  spoke = await startSpoke({ indexedFrom: 0 });
});
afterAll(() => spoke.close());

const name = fc.array(fc.constantFrom(...WORDS, 'adam', 'Adair', 'loving', 'x.org', 'eclipse'), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const operand = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('ad*', 'a*', 'A*', '*a', '*.org', '*@x.org', 'lo*ce', '*e*', 'lace love', 'ada adam', 'ad* lov*', '*', 'ÉC*', '*éclair', '日*', '*日本', 'neil', '100*', 'under_*'));
const query = fc.oneof(fc.constantFrom('ada', 'x.org', 'ÉCL', 'a', 'love lace', 'o', '100%', 'under_', '日', 'adam x.org', 'star', 'ecl'));
const tokens = operand.map((value) => ({ propertyName: 'name', operator: 'CONTAINS_TOKEN', value }));
const known = fc.constantFrom({ propertyName: 'name', operator: 'HAS_PROPERTY' }, { propertyName: 'name', operator: 'NOT_CONTAINS_TOKEN', value: 'ada' });
interface Filter { propertyName: string; operator: string; value?: string }
const group: fc.Arbitrary<Filter[]> = fc.oneof(tokens.map((one) => [one]), fc.tuple(tokens, fc.oneof(tokens, known)));
const search = fc.record({
  groups: fc.array(group, { maxLength: 2 }),
  query: fc.option(query, { nil: undefined }),
  sort: fc.constantFrom(undefined, 'ASCENDING', 'DESCENDING'), limit: fc.constantFrom(1, 5, 200), offset: fc.constantFrom(0, 0, 3),
});
const write = fc.record({
  create: fc.array(name, { maxLength: 6 }), change: fc.array(fc.tuple(fc.nat(), fc.option(name, { nil: '' })), { maxLength: 4 }), archive: fc.array(fc.nat(), { maxLength: 2 }),
  merge: fc.boolean(), isTakenIn: fc.boolean(),
});

const holds = (value: string, filter: Filter): boolean => {
  if (value === '') return false;
  if (filter.operator === 'HAS_PROPERTY') return true;
  // An operand without words stands for any value.
  return containsTokens('name_text', value, filter.value!) !== (filter.operator === 'NOT_CONTAINS_TOKEN');
};

async function compare({ groups, query: text, sort, limit, offset }: typeof search extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  const isFound = ([, value]: [string, string]): boolean =>
    (groups.length === 0 || groups.some((group) => group.every((one) => holds(value, one)))) && (text ?? '').split(' ').every((term) => lower(value).includes(lower(term)));
  const found = [...names].filter(isFound).sort(([a], [b]) => madeAt.get(a)! - madeAt.get(b)! || Number(a) - Number(b));
  // By name, none last; alike ones by id.
  if (sort) {
    found.sort(([a, x], [b, y]) => (x === '' || y === '' ? Number(x === '') - Number(y === '') : (sort === 'DESCENDING' ? -1 : 1) * Buffer.compare(Buffer.from(lower(x)), Buffer.from(lower(y)))) || Number(a) - Number(b));
  }
  const answer = await spoke.post(`${COMPANIES}/search`, {
    filterGroups: groups.map((filters) => ({ filters })), ...(text ? { query: text } : {}), ...(sort ? { sorts: [{ propertyName: 'name', direction: sort }] } : {}), limit, after: String(offset), properties: ['name'],
  });
  expect(answer.status).toBe(200);
  expect({ total: answer.body.total, ids: answer.body.results.map((record: { id: string }) => record.id) })
    .toEqual({ total: found.length, ids: found.slice(offset, offset + limit).map(([id]) => id) });
}

let time = 0;
const pick = (n: number): string | undefined => [...names.keys()][n % Math.max(1, names.size)];

async function apply({ create, change, archive, merge }: typeof write extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  spoke.tick(1_000);
  time++;
  if (create.length > 0) {
    const { body, status } = await spoke.post(`${COMPANIES}/batch/create`, { inputs: create.map((value) => ({ properties: { name: value } })) });
    expect(status).toBe(201);
    for (const [i, value] of create.entries()) {
      names.set(body.results[i].id, value);
      madeAt.set(body.results[i].id, time);
    }
  }
  const changes = new Map(change.flatMap(([n, value]) => (pick(n) === undefined ? [] : [[pick(n)!, value]])));
  if (changes.size > 0) {
    expect((await spoke.post(`${COMPANIES}/batch/update`, { inputs: [...changes].map(([id, value]) => ({ id, properties: { name: value } })) })).status).toBe(200);
    for (const [id, value] of changes) names.set(id, value);
  }
  for (const n of archive) {
    const id = pick(n);
    if (id === undefined || names.size < 10) continue;
    expect((await spoke.call(`DELETE ${COMPANIES}/${id}`)).status).toBe(204);
    names.delete(id);
  }
  const [one, two] = [...names.keys()];
  if (!merge || names.size < 10) return;
  const { body, status } = await spoke.post(`${COMPANIES}/merge`, { primaryObjectId: one, objectIdToMerge: two });
  expect(status).toBe(200);
  names.set(body.id, names.get(one!) || names.get(two!)!);
  // What they became is as old as the older of them.
  madeAt.set(body.id, Math.min(madeAt.get(one!)!, madeAt.get(two!)!));
  for (const id of [one!, two!]) names.delete(id);
}

test(`${ROUNDS} random writes, each followed by ${SEARCHES} random searches`, async () => {
  const rounds = fc.sample(fc.tuple(write, fc.array(search, { minLength: SEARCHES, maxLength: SEARCHES })), { seed: SEED, numRuns: ROUNDS });
  for (const [changes, searches] of rounds) {
    await apply(changes);
    if (changes.isTakenIn) await spoke.indexed();
    for (const one of searches) await compare(one);
  }
  const lists = await spoke.db.query<{ kind: string; state: string }>({ text: 'select distinct kind, state from search_list order by 1', values: [] });
  expect(lists).toEqual(['ends', 'starts', 'text'].map((kind) => ({ kind, state: 'ready' })));
  // What was written since is still to be taken in, and then nothing is.
  await apply({ create: ['Ada'], change: [], archive: [], merge: false, isTakenIn: false });
  expect(await spoke.db.query({ text: 'select cardinality(ids) as n from search_tail', values: [] })).toEqual(expect.arrayContaining([{ n: 1 }]));
  await spoke.indexed();
  expect(await spoke.db.query({ text: 'select 1 from search_tail', values: [] })).toEqual([]);
}, 120_000);

test('what one process writes another finds at once, whichever of them made the list', async () => {
  const other = createApp({ db: spoke.db, indexedFrom: 0 });
  const byCity = { filterGroups: [{ filters: [{ propertyName: 'city', operator: 'CONTAINS_TOKEN', value: 'zur*' }] }], properties: ['city'] };
  const searchThere = async (): Promise<{ total: number; ids: string[] }> => {
    const answer = await other.fetch(new Request(`http://spoke.test${COMPANIES}/search`, {
      method: 'POST', headers: { authorization: `Bearer ${spoke.token}`, 'content-type': 'application/json' }, body: JSON.stringify(byCity),
    }));
    expect(answer.status).toBe(200);
    const { total, results } = await answer.json() as { total: number; results: { id: string }[] };
    return { total, ids: results.map(({ id }) => id) };
  };
  const searchHere = async (): Promise<{ total: number; ids: string[] }> => {
    const { body } = await spoke.post(`${COMPANIES}/search`, byCity);
    return { total: body.total, ids: body.results.map(({ id }: { id: string }) => id) };
  };
  expect(await searchThere()).toEqual({ total: 0, ids: [] });
  await other.indexed();
  expect(await spoke.db.query({ text: `select state from search_list where kind = 'starts' and refs::text like '%city%'`, values: [] })).toEqual([{ state: 'ready' }]);
  const { body } = await spoke.post(COMPANIES, { properties: { name: 'Acme', city: 'Zurich' } });
  const found = { total: 1, ids: [body.id] };
  expect(await searchThere()).toEqual(found);
  expect(await searchHere()).toEqual(found);
  await other.indexed();
  expect(await searchHere()).toEqual(found);
  expect((await spoke.call(`PATCH ${COMPANIES}/${body.id}`, { body: { properties: { city: 'Bern' } } })).status).toBe(200);
  expect([await searchThere(), await searchHere()]).toEqual([{ total: 0, ids: [] }, { total: 0, ids: [] }]);
  await other.close();
}, 60_000);
