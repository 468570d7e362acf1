// The portal's model changed by many at once, and labels given to records while they are deleted: the rules hold, and no
// association has a type that is not there.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockLabels } from '../../src/db/association-types.ts';
import { idsOf } from '../support/expect.ts';
import { PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const LABELS = '/crm/v4/associations';
const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const statuses = (answers: Answer[]): number[] => answers.map((answer) => answer.status).sort((a, b) => a - b);
const add = (pair: string, n: number, name = `label_${n}`): Promise<Answer> => spoke.post(`${LABELS}/${pair}/labels`, { name, label: `Label ${n}` });

test('of sixteen labels made at once for a pair there are ten', async () => {
  const answers = await together(16, (n) => add(n % 2 ? 'contacts/deals' : 'deals/contacts', n));
  expect(statuses(answers)).toEqual([...Array(10).fill(200), ...Array(6).fill(400)]);
  const { body } = await spoke.get(`${LABELS}/contacts/deals/labels`);
  expect(body.results.filter((type: { category: string }) => type.category === 'USER_DEFINED')).toHaveLength(10);
});

test('of labels of one name made at once there is one', async () => {
  expect(statuses(await together(8, (n) => add('contacts/tickets', n, 'same')))).toEqual([200, ...Array(7).fill(400)]);
});

test('of labels renamed at once to one text, one is; of deletes of one label, one succeeds', async () => {
  const made = await together(6, (n) => add('deals/tickets', n));
  const ids = made.map((answer) => answer.body.results[1].typeId);
  expect(statuses(await together(6, (n) => spoke.call(`PUT ${LABELS}/deals/tickets/labels`, { body: { associationTypeId: ids[n], label: 'Only one' } })))).toEqual([204, ...Array(5).fill(400)]);
  expect(statuses(await together(6, () => spoke.call(`DELETE ${LABELS}/deals/tickets/labels/${ids[0]}`)))).toEqual([204, ...Array(5).fill(400)]);
});

test('of maxima set at once for one type there is one, and no label has more than its pair', async () => {
  const [inverse, forward] = (await spoke.post(`${LABELS}/contacts/companies/labels`, { name: 'bounded', label: 'Bounded' })).body.results.map((type: { typeId: number }) => type.typeId);
  expect(inverse).toBe(forward + 1);
  const create = (category: string, typeId: number, maxToObjectIds: number) =>
    spoke.post('/crm/v4/associations/definitions/configurations/contacts/companies/batch/create', { inputs: [{ category, typeId, maxToObjectIds }] });
  const answers = await together(12, (n) => (n % 2 ? create('USER_DEFINED', forward, 10 + n) : create('HUBSPOT_DEFINED', 279, 10 + n)));
  for (const answer of answers) expect([201, 207]).toContain(answer.status);
  const { body } = await spoke.get('/crm/v4/associations/definitions/configurations/contacts/companies');
  const [pair, label] = body.results;
  expect(pair).toMatchObject({ category: 'HUBSPOT_DEFINED' });
  if (label) expect(label.userEnforcedMaxToObjectIds).toBeLessThanOrEqual(pair.userEnforcedMaxToObjectIds);
});

test('a label that is deleted while records get it is either kept or given to none', async () => {
  const [contact] = idsOf(await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { firstname: 'A' } }] }));
  const [row] = await spoke.db.query<{ bucket: number }>({ text: 'select bucket from record where id = $1::bigint', values: [contact] });
  const placement = { portalId: PORTAL_ID, bucketHome: row!.bucket, bucketSpread: 1 };
  /** Gives the label to a record, as a write of associations does: the lock, a look, the row. */
  const give = (typeId: number, toId: number): Promise<boolean> => spoke.db.transaction(async (tx) => {
    if (!(await lockLabels(tx, placement, [{ category: 1, typeId }, { category: 0, typeId: 279 }])).has(typeId)) return false;
    await tx.query({
      text: `insert into association select $1, $2, '0-1', $3, '0-2', $4, 1, $5, now()`, values: [placement.bucketHome, PORTAL_ID, contact, toId, typeId],
    });
    return true;
  });

  for (let round = 0; round < 10; round++) {
    const typeId: number = (await spoke.post(`${LABELS}/contacts/companies/labels`, { name: `race_${round}`, label: `Race ${round}` })).body.results[1].typeId;
    const remove = (): Promise<Answer> => spoke.call(`DELETE ${LABELS}/contacts/companies/labels/${typeId}`);
    const [deleted, ...given] = round % 2
      ? await Promise.all([remove(), ...[1, 2, 3].map((to) => give(typeId, round * 10 + to))])
      : (await Promise.all([give(typeId, round * 10), give(typeId, round * 10 + 1), remove()])).reverse() as [Answer, ...boolean[]];
    expect(given.some(Boolean)).toBe(deleted.status === 400);
    const left = await spoke.db.query({
      text: 'select 1 from association a where category = 1 and not exists (select 1 from association_type t where t.portal_id = a.portal_id and t.category = 1 and t.type_id = a.type_id)', values: [],
    });
    expect(left).toEqual([]);
    // Ten are the most for a pair.
    await spoke.db.query({ text: 'delete from association where category = 1 and type_id = $1', values: [typeId] });
    if (deleted.status === 400) expect((await remove()).status).toBe(204);
  }
});

test('locking tells which labels exist, and only of labels', async () => {
  const placement = { portalId: PORTAL_ID, bucketHome: 0, bucketSpread: 1 };
  const [, { typeId }] = (await spoke.post(`${LABELS}/companies/tickets/labels`, { name: 'locked', label: 'Locked' })).body.results;
  const lock = (...types: { category: number; typeId: number }[]) => spoke.db.transaction((tx) => lockLabels(tx, placement, types));
  expect(await lock({ category: 1, typeId }, { category: 1, typeId: 99_999 }, { category: 1, typeId }, { category: 0, typeId: 1 })).toEqual(new Set([typeId]));
  expect(await lock({ category: 0, typeId: 279 })).toEqual(new Set());
  expect(await lock()).toEqual(new Set());
});
