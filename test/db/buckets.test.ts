// Where rows are: ids that name their bucket, and a portal whose records are spread over several of them.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketOfId, bucketOfKey, BUCKETS, bucketsOf, homeBucket, idOfSequence } from '../../src/db/buckets.ts';
import { PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';

test('an id names the bucket it was made for, and fits a double for 2^41 numbers', () => {
  for (const [bucketHome, bucketSpread] of [[0, 1], [4_095, 1], [2_343, 8], [4_090, 16], [0, 4_096], [4_095, 4_096]] as const) {
    const placement = { portalId: 1, bucketHome, bucketSpread };
    const buckets = bucketsOf(placement);
    expect(new Set(buckets).size).toBe(bucketSpread);
    const seen = new Set<number>();
    let last = 0;
    for (const sequence of [...Array.from({ length: 5_000 }, (_, i) => i + 1), 2 ** 40, 2 ** 41 - 1]) {
      const id = idOfSequence(placement, sequence);
      expect(Number.isSafeInteger(id) && id > last).toBe(true);
      last = id;
      seen.add(bucketOfId(id));
    }
    expect([...seen].sort()).toEqual(buckets.toSorted());
  }
});

test('a text key lies in one of the buckets of its portal, the same every time', () => {
  const placement = { portalId: 1, bucketHome: 4_092, bucketSpread: 8 };
  const seen = new Set(Array.from({ length: 500 }, (_, n) => bucketOfKey(placement, `0-1:email:user${n}@example.org`)));
  expect([...seen].sort()).toEqual(bucketsOf(placement).toSorted());
  expect(bucketOfKey({ ...placement, bucketSpread: 1 }, 'anything')).toBe(4_092);
  // Decides where rows are: these may never change.
  expect([bucketOfKey(placement, 'ada@example.org'), bucketOfKey(placement, 'é😀')]).toEqual([1, 4_093]);
  expect([homeBucket(1), homeBucket(PORTAL_ID), homeBucket(999_999_999_999)]).toEqual([1_820, 2_343, 1_889]);
  expect(BUCKETS).toBe(4_096);
});

describe('a portal that is spread over eight buckets', () => {
  let spoke: Spoke;
  beforeAll(async () => {
    spoke = await startSpoke();
    // Before the first request: the home stays, so the last buckets wrap around.
    await spoke.db.query({ text: 'update portal set bucket_spread = 8, bucket_home = 4092 where portal_id = $1::bigint', values: [PORTAL_ID] });
  });
  afterAll(() => spoke.close());

  test('answers like any other', async () => {
    const emails = Array.from({ length: 24 }, (_, n) => `spread${n}@example.org`);
    const made = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: emails.slice(0, 16).map((email) => ({ properties: { email } })) });
    expect(made.status).toBe(201);
    const ids = made.body.results.map((record: { id: string }) => record.id) as string[];
    expect(new Set(ids.map((id) => bucketOfId(Number(id)))).size).toBe(8);

    const taken = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: 'SPREAD3@example.org' } }] });
    expect(taken.body).toMatchObject({ category: 'CONFLICT', message: `Contact already exists. Existing ID: ${ids[3]}` });

    const upserted = await spoke.post('/crm/v3/objects/contacts/batch/upsert', { inputs: emails.map((id) => ({ id, idProperty: 'email', properties: { firstname: id.slice(0, 8) } })) });
    expect(upserted.status).toBe(200);
    expect(upserted.body.results.map((record: { new: boolean }) => record.new)).toEqual(emails.map((_, n) => n >= 16));
    expect(upserted.body.results.slice(0, 16).map((record: { id: string }) => record.id)).toEqual(ids);

    const moved = await spoke.post('/crm/v3/objects/contacts/batch/upsert', { inputs: [{ id: ids[0], properties: { email: 'moved@example.org' } }] });
    expect(moved.status).toBe(200);
    const again = await spoke.post('/crm/v3/objects/contacts/batch/create', { inputs: [{ properties: { email: emails[0] } }] });
    expect(again.status).toBe(201);

    const read = await spoke.post('/crm/v3/objects/contacts/batch/read', { idProperty: 'email', inputs: emails.slice(1).map((id) => ({ id })), propertiesWithHistory: ['firstname'] });
    expect(read.body.results).toHaveLength(23);

    const listed: string[] = [];
    for (let after = ''; ;) {
      const page = await spoke.get(`/crm/v3/objects/contacts?limit=7${after}`);
      listed.push(...page.body.results.map((record: { id: string }) => record.id));
      if (!page.body.paging) break;
      after = `&after=${page.body.paging.next.after}`;
    }
    expect(listed).toHaveLength(25);
    expect(listed).toEqual(listed.toSorted((a, b) => Number(a) - Number(b)));

    const companies = await spoke.post('/crm/v3/objects/companies/batch/create', { inputs: Array.from({ length: 16 }, (_, n) => ({
      properties: { name: `c${n}` }, associations: [{ to: { id: ids[n] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 2 }] }],
    })) });
    expect(companies.status).toBe(201);
    const targets = companies.body.results.map((record: { id: string }) => record.id) as string[];
    const associated = await spoke.post('/crm/v4/associations/contacts/companies/batch/create', {
      inputs: ids.map((id, n) => ({ from: { id }, to: { id: targets[(n + 1) % 16] }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] })),
    });
    expect(associated.status).toBe(201);
    for (const [n, id] of ids.entries()) {
      const page = await spoke.get(`/crm/v4/objects/contacts/${id}/associations/companies`);
      const primary = page.body.results.filter((to: { associationTypes: { typeId: number }[] }) => to.associationTypes.some((type) => type.typeId === 1));
      expect(primary.map((to: { toObjectId: number }) => String(to.toObjectId))).toEqual([targets[(n + 1) % 16]]);
      expect(page.body.results).toHaveLength(2);
    }
    const seen = await spoke.get(`/crm/v3/objects/companies/${targets[0]}?associations=contacts`);
    expect(new Set(seen.body.associations.contacts.results.map((to: { id: string }) => to.id))).toEqual(new Set([ids[0], ids[15]]));
  });
});
