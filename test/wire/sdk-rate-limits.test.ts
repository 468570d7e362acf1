// The official Node client against limits: it waits and tries again after a 429 of ten seconds or of searches, and gives up
// on that of the day (platform.md 7.1 [O]). Its waits are of whole seconds: whenever it waits, the machine's clock is put
// forward by as much, for the client and for Spoke alike.

import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ensurePortal } from '../../src/crm/portals.ts';
import { createToken } from '../../src/crm/tokens.ts';
import { type Served, serveSpoke } from '../support/server.ts';

let served: Served;
let client: Client;
let portalId = 700;
/** Every wait of the client, in milliseconds. */
let waits: number[];
const setTimer = globalThis.setTimeout;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-02T09:00:00.000Z') });
  served = await serveSpoke({ rateLimits: { burst: 3, search: 2, daily: 6 } });
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms = 0, ...rest: []) => {
    if (!new Error().stack!.includes('RetryDecorator')) return setTimer(run, ms, ...rest);
    waits.push(ms);
    vi.setSystemTime(Date.now() + ms);
    return setTimer(run, 0);
  }) as typeof setTimeout);
  // The client tells of every retry.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
beforeEach(async () => {
  waits = [];
  const at = new Date().toISOString();
  await ensurePortal(served.db, ++portalId, at);
  const { token } = await createToken(served.db, { portalId, name: 'sync', scopes: ['*'], at });
  client = new Client({ basePath: served.url, accessToken: token, numberOfApiCallRetries: 3 });
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await served.stop();
});

const list = () => client.crm.contacts.basicApi.getPage();
const search = () => client.crm.contacts.searchApi.doSearch({});
const inTurn = async (times: number, call: () => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < times; i++) await call();
};

test('burst: it waits ten seconds, tries again and gets its answer', async () => {
  await inTurn(3, list);
  expect(waits).toEqual([]);
  expect((await list()).results).toEqual([]);
  expect(waits).toEqual([10_000]);
});

test('searches: it waits a second', async () => {
  await inTurn(2, search);
  expect(waits).toEqual([]);
  expect((await search()).total).toBe(0);
  expect(waits).toEqual([1_000]);
});

test('the day: it throws at once, with the body', async () => {
  await inTurn(6, list);
  expect(waits).toEqual([10_000]);
  vi.setSystemTime(Date.now() + 10_000);
  const refused = { code: 429, body: { status: 'error', message: 'You have reached your daily limit.', errorType: 'RATE_LIMIT', policyName: 'DAILY' } };
  await expect(list()).rejects.toMatchObject(refused);
  await expect(search()).rejects.toMatchObject(refused);
  expect(waits).toEqual([10_000]);
});
