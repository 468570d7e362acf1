// Properties changed by one process while another still plans by its snapshot of before, and by many at once: no value is
// stored that the property as it is would refuse, and rules that count hold. The other process is a second app over the
// same database that takes it for its own, so that it only sees a change where writes themselves find out: its
// requests are like those that began before the change.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { createPortalCache } from '../../src/crm/portal.ts';
import type { Statement } from '../../src/db/db.ts';
import { writeRecords } from '../../src/db/write-records.ts';
import { invalidValues } from '../support/expect.ts';
import { text } from '../support/properties.ts';
import { correlationId, NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const ROOT = '/crm/v3/properties/contacts';
const OBJECTS = '/crm/v3/objects/contacts';
const together = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => await Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const statuses = (answers: Answer[]): number[] => answers.map((answer) => answer.status).sort((a, b) => a - b);

let spoke: Spoke;
/** Another process: its own snapshot. */
let other: { call: (request: string, body?: unknown, token?: string) => Promise<Answer>; forget: () => void };
beforeAll(async () => {
  spoke = await startSpoke();
  const app = createApp({ db: { ...spoke.db, shared: false }, now: () => Date.parse(NOW), newCorrelationId: () => correlationId(0) });
  other = {
    async call(line, body, token = spoke.token) {
      const [method, path] = line.split(/ (.*)/s) as [string, string];
      const response = await app.fetch(new Request(`http://other.test${path}`, {
        method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }));
      const answer = await response.text();
      return { status: response.status, headers: {}, body: answer === '' ? undefined : JSON.parse(answer) };
    },
    forget: () => app.forgetPortal(PORTAL_ID),
  };
});
afterAll(() => spoke.close());

const add = async (body: { name: string }): Promise<void> => expect((await spoke.post(ROOT, body)).status).toBe(201);
const archive = async (name: string): Promise<void> => expect((await spoke.call(`DELETE ${ROOT}/${name}`)).status).toBe(204);
const valuesOf = async (name: string): Promise<string[]> => (await spoke.db.query<{ value: string }>({
  text: 'select properties->>$1::text as value from record where properties ? $1::text order by 1', values: [name],
})).map((row) => row.value);
/** Has the other process read the model, which it then keeps. */
async function remember(): Promise<void> {
  other.forget();
  expect((await other.call(`GET ${ROOT}/email`)).status).toBe(200);
}

describe('another process', () => {
  test('cannot write a property that was archived a moment ago', async () => {
    await add(text('gone'));
    await remember();
    await archive('gone');
    const refusal = { ...invalidValues(['gone', 'PROPERTY_DOESNT_EXIST', 'Property "gone" does not exist']) };
    for (const [line, body] of [
      [`POST ${OBJECTS}`, { properties: { gone: 'x' } }], [`POST ${OBJECTS}/batch/create`, { inputs: [{ properties: { firstname: 'A' } }, { properties: { gone: 'x' } }] }],
    ] as const) {
      const answer = await other.call(line, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(refusal);
    }
    expect(await valuesOf('gone')).toEqual([]);
  });

  test('cannot update one either', async () => {
    const { id } = (await spoke.post(OBJECTS, { properties: { firstname: 'Ada' } })).body;
    await add(text('left'));
    await remember();
    await archive('left');
    expect((await other.call(`PATCH ${OBJECTS}/${id}`, { properties: { left: 'x' } })).status).toBe(400);
    expect((await other.call(`POST ${OBJECTS}/batch/upsert`, { inputs: [{ id, properties: { left: 'x' } }] })).status).toBe(400);
    expect(await valuesOf('left')).toEqual([]);
  });

  test('writes by the type that the property has now', async () => {
    await add(text('count'));
    await remember();
    expect((await spoke.call(`PATCH ${ROOT}/count`, { body: { type: 'number', fieldType: 'number' } })).status).toBe(200);
    const answer = await other.call(`POST ${OBJECTS}`, { properties: { count: 'many' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(invalidValues(['count', 'INVALID_LONG', 'many was not a valid long.']));
    expect((await other.call(`POST ${OBJECTS}`, { properties: { count: '5' } })).status).toBe(201);
  });

  test('holds to unique values of a property that was made again with them', async () => {
    await add(text('plate'));
    await spoke.post(OBJECTS, { properties: { plate: 'A 1' } });
    await remember();
    await archive('plate');
    await add(text('plate', { hasUniqueValue: true }));
    const answer = await other.call(`POST ${OBJECTS}`, { properties: { plate: 'A 1' } });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('already has that value');
    expect(await valuesOf('plate')).toEqual(['A 1']);
  });

  test('asks for the scope of a property that has become sensitive', async () => {
    const token = await spoke.tokenWith(['crm.objects.contacts.write']);
    await add(text('health'));
    await remember();
    await archive('health');
    await add(text('health', { dataSensitivity: 'sensitive' }));
    expect((await other.call(`POST ${OBJECTS}`, { properties: { health: 'x' } }, token)).status).toBe(403);
    expect(await valuesOf('health')).toEqual([]);
  });

  test.each([
    ['archives', (id: string) => other.call(`DELETE ${OBJECTS}/${id}`), 204],
    ['deletes for good', (id: string) => other.call(`POST ${OBJECTS}/gdpr-delete`, { objectId: id }), 204],
  ])('that %s a record gives back values that are unique again', async (kind, remove, status) => {
    const name = `key_${kind.replaceAll(' ', '_')}`;
    await add(text(name, { hasUniqueValue: true }));
    const { id } = (await spoke.post(OBJECTS, { properties: { [name]: 'K' } })).body;
    await archive(name);
    await remember();
    await add(text(name, { hasUniqueValue: true }));
    expect((await remove(id)).status).toBe(status);
    expect(await spoke.db.query({ text: 'select 1 from unique_value where property = $1', values: [name] })).toEqual([]);
    expect((await spoke.post(OBJECTS, { properties: { [name]: 'k' } })).status).toBe(201);
  });

  test('that merges records hands on values that are unique again', async () => {
    await add(text('merged_key', { hasUniqueValue: true }));
    const { id } = (await spoke.post(OBJECTS, { properties: { merged_key: 'K' } })).body;
    const second = (await spoke.post(OBJECTS, { properties: { firstname: 'B' } })).body.id;
    await archive('merged_key');
    await remember();
    await add(text('merged_key', { hasUniqueValue: true }));
    const merged = await other.call(`POST ${OBJECTS}/merge`, { primaryObjectId: second, objectIdToMerge: id });
    expect(merged.status).toBe(200);
    expect(await spoke.db.query({ text: 'select id from unique_value where property = $1', values: ['merged_key'] })).toEqual([{ id: Number(merged.body.id) }]);
  });
});

describe('at once', () => {
  test('of properties of one name there is one', async () => {
    expect(statuses(await together(8, (n) => (n % 2 ? spoke.post(ROOT, text('same')) : other.call(`POST ${ROOT}`, text('same')))))).toEqual([201, ...Array(7).fill(409)]);
  });

  test('of groups of one name there is one; a group is deleted or gets a property', async () => {
    expect(statuses(await together(6, () => spoke.post(`${ROOT}/groups`, { name: 'same', label: 'Same' })))).toEqual([201, ...Array(5).fill(409)]);
    for (let round = 0; round < 6; round++) {
      await spoke.post(`${ROOT}/groups`, { name: `g_${round}`, label: 'G' });
      const [deleted, added] = await Promise.all([other.call(`DELETE ${ROOT}/groups/g_${round}`), spoke.post(ROOT, text(`in_${round}`, { groupName: `g_${round}` }))]);
      expect([[204, 400], [400, 201]]).toContainEqual([deleted.status, added.status]);
    }
  });

  test('of sixteen unique properties of a type there are ten', async () => {
    const body = (n: number) => text(`u_${n}`, { groupName: 'dealinformation', hasUniqueValue: true });
    const answers = await together(16, (n) => (n % 2 ? spoke.post('/crm/v3/properties/deals', body(n)) : other.call('POST /crm/v3/properties/deals', body(n))));
    expect(statuses(answers)).toEqual([...Array(10).fill(201), ...Array(6).fill(400)]);
  });

  test('a property is archived and made again with another type while values are written: none of the first type is left', async () => {
    const { id } = (await spoke.post(OBJECTS, { properties: { firstname: 'Ada' } })).body;
    for (let round = 0; round < 8; round++) {
      const name = `race_${round}`;
      await add(text(name));
      await remember();
      const change = async (): Promise<void> => {
        await archive(name);
        await add(text(name, { type: 'number', fieldType: 'number' }));
      };
      const [, ...answers] = await Promise.all([change(), ...[1, 2, 3, 4, 5, 6].map(async (n) => (n % 3 === 0
        ? await other.call(`PATCH ${OBJECTS}/${id}`, { properties: { [name]: `word ${n}` } })
        : await (n % 2 ? spoke.post(OBJECTS, { properties: { [name]: 'word' } }) : other.call(`POST ${OBJECTS}/batch/create`, { inputs: [{ properties: { [name]: '7' } }] }))))]);
      for (const answer of answers) expect([200, 201, 400]).toContain(answer.status);
      expect((await valuesOf(name)).filter((value) => value !== '7')).toEqual([]);
    }
  });

  test('a property changes its type while values are written: either it has none yet, or it keeps its type', async () => {
    for (let round = 0; round < 8; round++) {
      const name = `typed_${round}`;
      await add(text(name));
      await remember();
      const [changed, ...writes] = await Promise.all([
        spoke.call(`PATCH ${ROOT}/${name}`, { body: { type: 'number', fieldType: 'number' } }),
        ...[1, 2, 3].map(() => other.call(`POST ${OBJECTS}`, { properties: { [name]: 'word' } })),
      ]);
      expect([200, 400]).toContain(changed.status);
      expect(statuses(writes)).toEqual(Array(3).fill(changed.status === 200 ? 400 : 201));
      expect(await valuesOf(name)).toEqual(changed.status === 200 ? [] : Array(3).fill('word'));
    }
  });

  test('a change of type waits for a write that is under way, and then knows its value', async () => {
    await add(text('slow'));
    const id = Number(spoke.recordId(900_000));
    const { pending } = await spoke.db.transaction(async (tx) => {
      await writeRecords(tx, { portalId: PORTAL_ID, bucketHome: id % 4096, bucketSpread: 1 }, {
        objectType: '0-1', at: NOW, source: { type: 'INTEGRATION', id: '1' }, creates: [{ id, properties: { slow: 'word' } }], updates: [], claims: [], releases: [],
        expects: [{ name: 'slow', kind: 'string|false|' }],
      });
      const change = other.call(`PATCH ${ROOT}/slow`, { type: 'number', fieldType: 'number' });
      // It comes to wait for the write's lock; an embedded database has it wait by itself.
      const waiting = async () => (await spoke.db.query({ text: "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", values: [] })).length > 0;
      if (spoke.db.concurrent) await vi.waitUntil(waiting, { timeout: 10_000 });
      return { pending: change };
    });
    expect((await pending).status).toBe(400);
    expect((await spoke.get(`${ROOT}/slow`)).body.type).toBe('string');
  });

  test('a snapshot that was read before a change is not kept after it', async () => {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const cache = createPortalCache({
      shared: true,
      async query<Row>(statement: Statement) {
        const rows = await spoke.db.query<Row>(statement);
        // The last of a snapshot's statements.
        if (statement.text.includes('from owner')) {
          reached.resolve();
          await gate.promise;
        }
        return rows;
      },
    }, loadCatalogue(), () => {});
    const before = cache.get(PORTAL_ID);
    await reached.promise;
    await add(text('late'));
    cache.forget(PORTAL_ID);
    gate.resolve();
    expect((await before)!.properties('0-1').has('late')).toBe(false);
    expect((await cache.get(PORTAL_ID))!.properties('0-1').has('late')).toBe(true);
  });

  test('a unique property is archived and made again while its values are written: no two records have one', async () => {
    for (let round = 0; round < 6; round++) {
      const name = `again_${round}`;
      await add(text(name, { hasUniqueValue: true }));
      await remember();
      const change = async (): Promise<void> => {
        await archive(name);
        await add(text(name, { hasUniqueValue: true }));
      };
      await Promise.all([change(), ...[1, 2, 3, 4].map((n) => (n % 2 ? spoke.post(OBJECTS, { properties: { [name]: 'one' } }) : other.call(`POST ${OBJECTS}`, { properties: { [name]: 'one' } })))]);
      expect((await valuesOf(name)).length).toBeLessThanOrEqual(1);
      expect(await spoke.db.query({ text: 'select 1 from unique_value where property = $1', values: [name] })).toHaveLength((await valuesOf(name)).length);
      await archive(name);
    }
  });
});
