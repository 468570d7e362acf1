// What each version offers for each object type (objects.md 1.4 [D]): types that are only read, types that lack some
// operations, and types that a later version opens. That a refusal is a 405, its text and its Allow are ours [I].
// Proves: records.create, records.update, records.archive, records.batchCreate, records.batchUpdate, records.batchUpsert, records.batchArchive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { operations } from '../../src/operations/index.ts';
import { RECORD_VERSIONS } from '../../src/operations/operation.ts';
import { batch, batchError, clockOf, created, idsOf, invalid, refusal } from '../support/expect.ts';
import { startSpoke, type Spoke } from '../support/spoke.ts';

let spoke: Spoke;
const { now } = clockOf(() => spoke);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());

const rootOf = (version: string): string => (version === 'v3' ? '/crm/v3/objects' : `/crm/objects/${version}`);

/** Requests by operation, below the type. */
const WRITES: Record<string, [request: string, body?: object]> = {
  'records.create': ['POST ', { properties: {} }],
  'records.update': ['PATCH /1', { properties: { hs_all_team_ids: '1' } }],
  'records.archive': ['DELETE /1'],
  'records.batchCreate': ['POST /batch/create', { inputs: [{ properties: {} }] }],
  'records.batchUpdate': ['POST /batch/update', { inputs: [{ id: '1', properties: {} }] }],
  'records.batchUpsert': ['POST /batch/upsert', { inputs: [] }],
  'records.batchArchive': ['POST /batch/archive', { inputs: [] }],
};
const call = (version: string, type: string, operation: string) => {
  const [request, body] = WRITES[operation]!;
  const [method, path] = request.split(' ');
  return spoke.call(`${method} ${rootOf(version)}/${type}${path}`, { body });
};

describe('types that are only read', () => {
  const cases = ['feedback_submissions', 'deal_splits'].flatMap((type) => RECORD_VERSIONS.map((version) => ({ type, version })));
  cases.push(...['v3', '2025-09', '2026-03'].map((version) => ({ type: 'contracts', version }) as (typeof cases)[number]));

  test.each(cases)('$type in $version', async ({ type, version }) => {
    for (const [operation, allow] of [
      ['records.create', 'GET, HEAD'], ['records.update', 'GET, HEAD'], ['records.archive', 'GET, HEAD'], ['records.batchCreate', ''],
      ['records.batchUpdate', ''], ['records.batchUpsert', ''], ['records.batchArchive', ''],
    ] as const) {
      const answer = await call(version, type, operation);
      expect(answer).toMatchObject({ status: 405, headers: { allow } });
      expect(answer.body).toEqual(invalid(`Records of ${type} can only be read through this API`));
    }
    expect(await spoke.get(`${rootOf(version)}/${type}`)).toMatchObject({ status: 200, body: { results: [] } });
    expect(await spoke.post(`${rootOf(version)}/${type}/batch/read`, { inputs: [] })).toMatchObject({ status: 200 });
    expect(await spoke.get(`${rootOf(version)}/${type}/1`)).toMatchObject({ status: 404 });
  });

  test.each(['2026-09', '2026-09-beta'])('contracts are written from %s on', async (version) => {
    const answer = await call(version, 'contracts', 'records.batchCreate');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(batch(now(), [created('0-9001', idsOf(answer)[0]!, now(), {}, {}, 'hs_createdate')]));
    expect(await call(version, 'contracts', 'records.batchUpdate')).toMatchObject({ status: 207 });
    expect(await call(version, 'contracts', 'records.archive')).toMatchObject({ status: 204 });
  });
});

describe('types that lack some operations', () => {
  const cases = ['partner_clients', 'partner_services'].flatMap((type) => RECORD_VERSIONS.map((version) => ({ type, version })));

  test.each(cases)('$type in $version: updates, but nothing that makes or archives', async ({ type, version }) => {
    for (const [operation, allow] of [
      ['records.create', 'GET, HEAD'], ['records.archive', 'GET, HEAD, PATCH'], ['records.batchCreate', ''], ['records.batchUpsert', ''], ['records.batchArchive', ''],
    ] as const) {
      const answer = await call(version, type, operation);
      expect(answer).toMatchObject({ status: 405, headers: { allow } });
      expect(answer.body).toEqual(invalid(`This operation is not offered for records of ${type} in version ${version}`));
    }
    const update = await call(version, type, 'records.update');
    expect(update.status).toBe(404);
    expect(update.body).toEqual(refusal('resource not found'));
    const batchUpdate = await call(version, type, 'records.batchUpdate');
    expect(batchUpdate.status).toBe(207);
    const legacyName = type === 'partner_clients' ? 'PARTNER_CLIENT' : 'PARTNER_SERVICE';
    expect(batchUpdate.body).toEqual(batch(now(), [], [batchError(
      'OBJECT_NOT_FOUND', `Could not get some ${legacyName} objects, they may be deleted or not exist. Check that ids are valid.`, { ids: ['1'] },
    )]));
  });

  test('goal_targets have no upsert in 2026-09, and have it elsewhere', async () => {
    const refused = await call('2026-09', 'goal_targets', 'records.batchUpsert');
    expect(refused).toMatchObject({ status: 405, headers: { allow: '' } });
    expect(refused.body).toEqual(invalid('This operation is not offered for records of goal_targets in version 2026-09'));
    for (const version of ['v3', '2025-09', '2026-03', '2026-09-beta']) {
      const answer = await call(version, 'goal_targets', 'records.batchUpsert');
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(batch(now(), []));
    }
    expect(await call('2026-09', 'goal_targets', 'records.batchCreate')).toMatchObject({ status: 201 });
  });

  test('one object type of a path is refused by any of its names', async () => {
    for (const name of ['0-145', 'partner_client', 'PARTNER_CLIENT']) expect(await call('v3', name, 'records.create')).toMatchObject({ status: 405 });
  });
});

describe('the data', () => {
  test('names operations and versions that exist', () => {
    const ids = new Set(operations.map((operation) => operation.id));
    for (const lack of loadCatalogue().objectTypes.flatMap((type) => type.lacks ?? [])) {
      if (lack.operations !== 'writes') for (const id of lack.operations) expect(ids).toContain(id);
      for (const version of lack.versions ?? []) expect(RECORD_VERSIONS).toContain(version);
    }
  });
});
