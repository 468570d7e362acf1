// Deal splits: how the owners of a deal share it, read and replaced as a set (schema.md 7.4 [D], objects.md 2.6 [D]). The
// texts of refusals are ours [I].
// Proves: dealSplits.batchRead, dealSplits.batchUpsert.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOwner } from '../../src/db/portals.ts';
import { batch, batchError, clockOf, invalid, refusal } from '../support/expect.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now, tick } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
  // Owner 1 is there in every portal; two more share deals with it.
  for (const id of [41629779, 41629780]) await insertOwner(spoke.db, PORTAL_ID, { id, userId: id, email: `${id}@example.org`, firstName: 'O', lastName: String(id) }, NOW);
});
afterAll(() => spoke.close());

const ROOTS = ['/crm/objects/v3/deals/splits', '/crm/v3/objects/deals/splits', ...['2025-09', '2026-03', '2026-09', '2026-09-beta'].map((version) => `/deal-splits/${version}`)];
const [V3] = ROOTS as [string];

const makeDeal = async (properties: object = {}): Promise<string> => (await spoke.post('/crm/v3/objects/deals', { properties: { dealname: 'Big', ...properties } })).body.id;
const read = (...ids: (string | number)[]): Promise<Answer> => spoke.post(`${V3}/batch/read`, { inputs: ids.map((id) => ({ id })) });
const shares = (id: string | number, ...pairs: [ownerId: number | string, percentage: number | string][]): object =>
  ({ id, splits: pairs.map(([ownerId, percentage]) => ({ ownerId, percentage })) });
const upsert = (...inputs: object[]): Promise<Answer> => spoke.post(`${V3}/batch/upsert`, { inputs });

const split = (id: string, ownerId: number, percentage: string, createdAt: string, updatedAt = createdAt): object => ({
  id, properties: { hs_deal_split_percentage: percentage, hubspot_owner_id: String(ownerId) }, createdAt, updatedAt, archived: false,
});
const splitIds = (answer: Answer, n = 0): string[] => answer.body.results[n].splits.map((one: { id: string }) => one.id);

describe('replacing and reading', () => {
  test.each(ROOTS)('%s: number in, text out', async (root) => {
    const id = await makeDeal();
    const made = await spoke.post(`${root}/batch/upsert`, { inputs: [shares(Number(id), [41629779, 0.6], [41629780, 0.4])] });
    expect(made.status).toBe(200);
    const [first, second] = splitIds(made);
    const deal = { id, splits: [split(first!, 41629779, '0.6', now()), split(second!, 41629780, '0.4', now())] };
    expect(made.body).toEqual(batch(now(), [deal]));
    const found = await spoke.post(`${root}/batch/read`, { inputs: [{ id }] });
    expect(found.status).toBe(200);
    expect(found.body).toEqual(batch(now(), [deal]));
  });

  test('the set is replaced: an owner who stays keeps the split [I], one who goes loses it', async () => {
    const id = await makeDeal();
    const made = await upsert(shares(id, [1, 0.5], [41629779, 0.5]));
    const [kept] = splitIds(made);
    const createdAt = now();
    const updatedAt = tick();
    const replaced = await upsert(shares(id, ['41629780', '0.75'], ['1', '0.25']));
    expect(replaced.status).toBe(200);
    const [fresh] = splitIds(replaced);
    expect(replaced.body).toEqual(batch(updatedAt, [{ id, splits: [split(fresh!, 41629780, '0.75', updatedAt), split(kept!, 1, '0.25', createdAt, updatedAt)] }]));
    expect((await read(id)).body).toEqual(batch(updatedAt, [{ id, splits: [split(kept!, 1, '0.25', createdAt, updatedAt), split(fresh!, 41629780, '0.75', updatedAt)] }]));
    // The same again changes nothing.
    tick();
    await upsert(shares(id, [1, 0.25], [41629780, 0.75]));
    expect((await read(id)).body.results).toEqual([{ id, splits: [split(kept!, 1, '0.25', createdAt, updatedAt), split(fresh!, 41629780, '0.75', updatedAt)] }]);
    expect((await spoke.get(`/crm/v4/objects/deals/${id}/associations/deal_splits`)).body.results.map((row: { toObjectId: number }) => String(row.toObjectId))).toEqual([kept, fresh]);
  });

  test('splits are records that are only read, under their own scope', async () => {
    const id = await makeDeal();
    const [one] = splitIds(await upsert(shares(id, [1, 1])));
    const answer = await spoke.get(`/crm/v3/objects/deal_splits/${one}?properties=hs_deal_split_percentage,hubspot_owner_id`);
    expect(answer).toMatchObject({ status: 200, body: { id: one, properties: { hs_deal_split_percentage: '1', hubspot_owner_id: '1' } } });
  });

  test('several deals at once, exact to eight decimals', async () => {
    const [one, two] = [await makeDeal(), await makeDeal({ hubspot_owner_id: '1' })];
    const answer = await upsert(shares(one, [1, 0.33333333], [41629779, 0.33333333], [41629780, 0.33333334]), shares(two, [1, '1.0']));
    expect(answer.status).toBe(200);
    expect(answer.body.results.map((deal: { id: string; splits: { properties: object }[] }) => [deal.id, deal.splits.map((s) => Object.values(s.properties))])).toEqual([
      [one, [['0.33333333', '1'], ['0.33333333', '41629779'], ['0.33333334', '41629780']]], [two, [['1.0', '1']]],
    ]);
  });

  test('a deal without splits has none [I]; ids of no deal are one entry of errors[]', async () => {
    const id = await makeDeal();
    const message = 'Could not get some DEAL objects, they may be deleted or not exist. Check that ids are valid.';
    const answer = await read(id, '999', 'abc');
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual(batch(now(), [{ id, splits: [] }], [batchError('OBJECT_NOT_FOUND', message, { ids: ['999', 'abc'] })]));
    for (const version of ['2025-09', '2026-09']) expect(await spoke.post(`/deal-splits/${version}/batch/read`, { inputs: [{ id: '999' }] })).toMatchObject({ status: 200, body: { numErrors: 1 } });
    expect(await spoke.post('/deal-splits/2026-03/batch/read', { inputs: [{ id: '999' }] })).toMatchObject({ status: 207 });
  });
});

describe('what a deal shows of its splits', () => {
  const shown = async (id: string): Promise<object> =>
    (await spoke.get(`/crm/v3/objects/deals/${id}?properties=hs_num_associated_deal_splits,hs_is_deal_split,hs_all_deal_split_owner_ids`)).body.properties;

  test('how many, whether any, and whose (names [O], values [I])', async () => {
    const id = await makeDeal();
    expect(await shown(id)).toMatchObject({ hs_num_associated_deal_splits: '0', hs_is_deal_split: 'false', hs_all_deal_split_owner_ids: null });
    await upsert(shares(id, [1, 0.5], [41629780, 0.5]));
    expect(await shown(id)).toMatchObject({ hs_num_associated_deal_splits: '2', hs_is_deal_split: 'true', hs_all_deal_split_owner_ids: '1;41629780' });
    await upsert(shares(id, [41629779, 1]));
    expect(await shown(id)).toMatchObject({ hs_num_associated_deal_splits: '1', hs_is_deal_split: 'true', hs_all_deal_split_owner_ids: '41629779' });
  });
});

describe('deals that are merged [I]', () => {
  const merge = async (primaryObjectId: string, objectIdToMerge: string): Promise<string> => {
    const answer = await spoke.post('/crm/v3/objects/deals/merge', { primaryObjectId, objectIdToMerge });
    expect(answer.status).toBe(200);
    return answer.body.id;
  };
  /** The set as `{owner: percentage}`, with the ids of its splits. */
  const setOf = async (id: string): Promise<{ ids: string[]; shares: Record<string, string> }> => {
    const { splits } = (await read(id)).body.results[0] as { splits: { id: string; properties: { hubspot_owner_id: string; hs_deal_split_percentage: string } }[] };
    return { ids: splits.map((one) => one.id), shares: Object.fromEntries(splits.map(({ properties }) => [properties.hubspot_owner_id, properties.hs_deal_split_percentage])) };
  };
  const isArchived = async (id: string): Promise<boolean> =>
    (await spoke.get(`/crm/v3/objects/deal_splits/${id}`)).status === 404 && (await spoke.get(`/crm/v3/objects/deal_splits/${id}?archived=true`)).status === 200;

  test("both have splits: the primary deal's stay, the other's are archived", async () => {
    const [primary, other] = [await makeDeal({ hubspot_owner_id: '1' }), await makeDeal({ hubspot_owner_id: '41629779' })];
    const kept = splitIds(await upsert(shares(primary, [1, 0.7], [41629780, 0.3])));
    const gone = splitIds(await upsert(shares(other, [1, 0.2], [41629779, 0.8])));
    const id = await merge(primary, other);
    expect(await setOf(id)).toEqual({ ids: kept, shares: { 1: '0.7', 41629780: '0.3' } });
    for (const one of gone) expect(await isArchived(one)).toBe(true);
    expect((await spoke.get(`/crm/v4/objects/deals/${id}/associations/deal_splits`)).body.results.map((row: { toObjectId: number }) => String(row.toObjectId))).toEqual(kept);
    expect((await spoke.get(`/crm/v3/objects/deals/${id}?properties=hs_num_associated_deal_splits`)).body.properties.hs_num_associated_deal_splits).toBe('2');
  });

  test("only the other has: they move along when the survivor's owner is among them", async () => {
    const [primary, other] = [await makeDeal({ hubspot_owner_id: '1' }), await makeDeal()];
    const kept = splitIds(await upsert(shares(other, [1, 0.2], [41629779, 0.8])));
    expect(await setOf(await merge(primary, other))).toEqual({ ids: kept, shares: { 1: '0.2', 41629779: '0.8' } });
  });

  test('an owner who comes from the other deal is among its splits', async () => {
    const [primary, other] = [await makeDeal(), await makeDeal({ hubspot_owner_id: '41629779' })];
    await upsert(shares(other, [41629779, 1]));
    expect((await setOf(await merge(primary, other))).shares).toEqual({ 41629779: '1' });
  });

  test("only the other has, without the survivor's owner: they are archived", async () => {
    const [primary, other] = [await makeDeal({ hubspot_owner_id: '41629780' }), await makeDeal()];
    const gone = splitIds(await upsert(shares(other, [1, 1])));
    expect(await setOf(await merge(primary, other))).toEqual({ ids: [], shares: {} });
    expect(await isArchived(gone[0]!)).toBe(true);
  });

  test('neither has any; other types have none to lose', async () => {
    expect(await setOf(await merge(await makeDeal(), await makeDeal()))).toEqual({ ids: [], shares: {} });
  });

  test("the old ids reach the survivor's splits, to read and to replace (objects 4.6 [D])", async () => {
    const [primary, other] = [await makeDeal(), await makeDeal()];
    const id = await merge(primary, other);
    expect((await upsert(shares(primary, [1, 1]))).body.results[0].id).toBe(id);
    for (const name of [primary, other]) expect((await read(name)).body.results).toMatchObject([{ id, splits: [{ properties: { hubspot_owner_id: '1' } }] }]);
    expect((await read(primary, other, id)).body.results).toHaveLength(1);
    expect(await upsert(shares(primary, [1, 1]), shares(other, [1, 1]))).toMatchObject({ status: 400, body: { message: expect.stringMatching(/^Duplicate IDs/) } });
  });
});

describe('what is refused', () => {
  test.each<[what: string, pairs: [number | string, number | string][], reason: string]>([
    ['less than 1.0', [[1, 0.5], [41629779, 0.4]], 'the percentages add up to 0.9, not to 1.0'],
    ['more than 1.0', [[1, 1], [41629779, 0.00000001]], 'the percentages add up to 1.00000001, not to 1.0'],
    ['nine decimals', [[1, 0.999999999], [41629779, 0.000000001]], '0.999999999 has more than 8 decimals'],
    ['nothing at all', [], 'the percentages add up to 0, not to 1.0'],
    ['a share of nothing [I]', [[1, 1], [41629779, 0]], '0 is not a percentage'],
    ['what is no number', [[1, 'all']], 'all is not a percentage'],
    ['an owner of nobody', [[5, 1]], '5 is not an owner'],
    ['an owner twice [I]', [[1, 0.5], [1, 0.5]], 'owner 1 is named twice'],
    ['a set without the deal owner', [[41629779, 1]], 'the deal owner 1 must have a split'],
  ])('%s', async (_what, pairs, reason) => {
    const id = await makeDeal({ hubspot_owner_id: '1' });
    const answer = await upsert(shares(id, ...pairs));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid(`The splits of deal ${id} are not valid: ${reason}`, { context: { id: [id] } }));
    expect((await read(id)).body.results).toEqual([{ id, splits: [] }]);
  });

  test('one bad deal fails the whole request', async () => {
    const [good, bad] = [await makeDeal(), await makeDeal()];
    expect(await upsert(shares(good, [1, 1]), shares(bad, [1, 0.9]))).toMatchObject({ status: 400 });
    const answer = await upsert(shares(good, [1, 1]), shares('999', [1, 1]));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalid('The splits of deal 999 are not valid: there is no such deal', { context: { id: ['999'] } }));
    expect((await read(good)).body.results).toEqual([{ id: good, splits: [] }]);
  });

  test('a deal twice, and too many [I]', async () => {
    const id = await makeDeal();
    const twice = await upsert(shares(id, [1, 1]), shares(Number(id), [1, 1]));
    expect(twice.body).toEqual(invalid(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`, { context: { ids: [id] } }));
    expect(await read(...Array.from({ length: 101 }, (_, n) => n + 1))).toMatchObject({ status: 400 });
  });

  test('without crm.dealsplits.read_write (7.4)', async () => {
    const token = await spoke.tokenWith(['crm.objects.deals.read', 'crm.objects.deals.write']);
    for (const path of ['read', 'upsert']) {
      const answer = await spoke.post(`${V3}/batch/${path}`, { inputs: [] }, { token });
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual(refusal(
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.", {
          errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: ['crm.dealsplits.read_write'] } }],
          links: { scopes: 'https://developers.hubspot.com/scopes' }, category: 'MISSING_SCOPES',
        }));
    }
    const allowed = await spoke.tokenWith(['crm.dealsplits.read_write']);
    expect(await spoke.post(`${V3}/batch/upsert`, { inputs: [] }, { token: allowed })).toMatchObject({ status: 200 });
  });
});

test('writers of one set take turns', async () => {
  const id = await makeDeal();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => upsert(shares(id, [1, n % 2 ? 0.5 : 0.25], [n % 2 ? 41629779 : 41629780, n % 2 ? 0.5 : 0.75]))));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  const { splits } = (await read(id)).body.results[0];
  expect(splits).toHaveLength(2);
  expect(splits.reduce((total: number, s: { properties: Record<string, string> }) => total + Number(s.properties.hs_deal_split_percentage), 0)).toBe(1);
});
