// How often apps may call (platform.md 6.1 to 6.3): which calls share a window, what the headers say, the 429s byte by byte.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readRateLimits } from '../../src/config/rate-limits.ts';
import { changeAccount } from '../../src/crm/account.ts';
import type { RateLimits } from '../../src/crm/rate-limits.ts';
import { operations } from '../../src/operations/index.ts';
import { refusal } from '../support/expect.ts';
import { NOW, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const SEARCH = `${CONTACTS}/search`;
const LABELS = '/crm/v4/associations/contacts/companies/labels';

/** Spokes by their limits: each is started once. */
const spokes = new Map<string, Promise<Spoke>>();
let portalId = 200;
/** A portal of its own, with a token, on a Spoke with these limits. */
async function limited(limits?: RateLimits): Promise<{ spoke: Spoke; token: string }> {
  const key = JSON.stringify(limits ?? 'off');
  const start = async (): Promise<Spoke> => {
    const spoke = await startSpoke(limits ? { rateLimits: limits } : {});
    spoke.tick(Date.now() - Date.parse(NOW));
    return spoke;
  };
  if (!spokes.has(key)) spokes.set(key, start());
  const spoke = await spokes.get(key)!;
  return { spoke, token: await spoke.addPortal(++portalId) };
}

// The limiter's library asks the machine for the time: all clocks stand still until they are moved together.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(NOW) }));
afterAll(async () => {
  vi.useRealTimers();
  for (const spoke of spokes.values()) await (await spoke).close();
});
async function wait(ms: number): Promise<void> {
  for (const spoke of spokes.values()) (await spoke).tick(ms);
  vi.setSystemTime(Date.now() + ms);
}

/** Most tests are about these. */
const MANY: RateLimits = { burst: 25, search: 5, daily: 1_000, associations: 4, oauth: 5 };
const FEW: RateLimits = { burst: 5, daily: 7, associationsDaily: 2, oauth: 50 };

/** The headers that say where the app stands, in short. */
const told = ({ headers }: Answer): Record<string, string> => Object.fromEntries(Object.entries(headers)
  .filter(([name]) => name.startsWith('x-hubspot-ratelimit-') || name === 'retry-after').map(([name, value]) => [name.replace('x-hubspot-ratelimit-', ''), value]));
const interval = (max: number, remaining: number): object => ({
  'interval-milliseconds': '10000', max: String(max), remaining: String(remaining), secondly: String(Math.floor(max / 10)), 'secondly-remaining': String(Math.floor(remaining / 10)),
});
const day = (max: number, remaining: number): object => ({ daily: String(max), 'daily-remaining': String(remaining) });

/** How many of so many calls at once were let through; the others answered 429. */
async function admitted(times: number, call: () => Promise<Answer>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, call));
  const refused = answers.filter(({ status }) => status === 429).length;
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(times - refused);
  return times - refused;
}

describe('off', () => {
  test('nothing is limited, and no header says otherwise', async () => {
    const { spoke, token } = await limited();
    expect(told(await spoke.get(CONTACTS, { token }))).toEqual({});
    expect(await admitted(120, () => spoke.get(CONTACTS, { token }))).toBe(120);
    expect(await admitted(10, () => spoke.post(SEARCH, {}, { token }))).toBe(10);
    expect(told(await spoke.get(CONTACTS, { token }))).toEqual({});
  });
});

describe('a private app', () => {
  let spoke: Spoke;
  let token: string;
  beforeEach(async () => ({ spoke, token } = await limited(MANY)));

  test('is told where it stands with every answer (6.2 [D])', async () => {
    const first = await spoke.get(CONTACTS, { token });
    expect([first.status, told(first)]).toEqual([200, { ...day(1_000, 999), ...interval(25, 24) }]);
    expect(told(first)).toMatchObject({ secondly: '2', 'secondly-remaining': '2' });
    const refused = [await spoke.get(`${CONTACTS}/1`, { token }), await spoke.get('/crm/v3/objects/widgets', { token }), await spoke.post(`${CONTACTS}/batch/read`, '{', { token })];
    expect(refused.map(({ status }) => status)).toEqual([404, 400, 400]);
    expect(refused.map(told)).toEqual([23, 22, 21].map((remaining) => ({ ...day(1_000, remaining + 975), ...interval(25, remaining) })));
    const made = await spoke.post(CONTACTS, { properties: { lastname: 'Hopper' } }, { token });
    expect([made.status, told(made)]).toEqual([201, { ...day(1_000, 995), ...interval(25, 20) }]);
    const gone = await spoke.call(`DELETE ${CONTACTS}/${made.body.id}`, { token });
    expect([gone.status, told(gone)]).toEqual([204, { ...day(1_000, 994), ...interval(25, 19) }]);
  });

  test('burst: the body byte by byte (6.3 [D, O]), with headers and when to try again', async () => {
    expect(await admitted(25, () => spoke.get(CONTACTS, { token }))).toBe(25);
    await wait(2_500);
    const answer = await spoke.get(CONTACTS, { token });
    const id = answer.headers['x-hubspot-correlation-id'];
    expect([answer.status, answer.headers['content-type']]).toEqual([429, 'application/json;charset=utf-8']);
    expect(JSON.stringify(answer.body)).toBe('{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT",'
      + `"correlationId":"${id}","policyName":"TEN_SECONDLY_ROLLING","requestId":"${id}"}`);
    expect(told(answer)).toEqual({ ...day(1_000, 975), ...interval(25, 0), 'retry-after': '8' });
    await wait(7_499);
    expect(told(await spoke.get(CONTACTS, { token }))).toMatchObject({ remaining: '0', 'retry-after': '1' });
    await wait(1);
    expect(told(await spoke.get(CONTACTS, { token }))).toEqual({ ...day(1_000, 974), ...interval(25, 24) });
  });

  test('each app has its own window, the account one day', async () => {
    const other = await spoke.tokenWith(['crm.objects.contacts.read'], portalId);
    expect(await admitted(30, () => spoke.get(CONTACTS, { token }))).toBe(25);
    expect(told(await spoke.get(CONTACTS, { token: other }))).toEqual({ ...day(1_000, 974), ...interval(25, 24) });
    expect(told(await spoke.get(CONTACTS))).toEqual({ ...day(1_000, 999), ...interval(25, 24) });
  });

  test('however many come at once, no more are let through, and the day agrees with what is counted', async () => {
    expect(await admitted(100, () => spoke.get(CONTACTS, { token }))).toBe(25);
    await wait(10_000);
    const { headers, body } = await spoke.get('/account-info/v3/api-usage/daily/private-apps', { token });
    expect(body.results[0]).toMatchObject({ usageLimit: 1_000, currentUsage: 26 });
    expect(headers['x-hubspot-ratelimit-daily-remaining']).toBe('974');
  });

  test('is limited before anything else about the call is looked at, but not before its token', async () => {
    const powerless = await spoke.tokenWith([], portalId);
    await admitted(25, () => spoke.get('/account-info/v3/details', { token: powerless }));
    for (const call of ['GET /crm/v3/objects/widgets', `GET ${CONTACTS}`, `POST ${CONTACTS}`]) expect((await spoke.call(call, { token: powerless, ...(call.startsWith('POST') ? { body: '{' } : {}) })).status).toBe(429);
    const unknown = await spoke.get(CONTACTS, { token: 'nobody' });
    expect([unknown.status, told(unknown)]).toEqual([401, {}]);
    expect((await spoke.get('/nowhere', { token: powerless })).status).toBe(404);
    expect((await spoke.call(`PUT ${CONTACTS}`, { token: powerless })).status).toBe(405);
  });
});

describe('an OAuth app (6.1, 6.2 [D])', () => {
  test('has its window per account, and no day', async () => {
    const { spoke, token } = await limited(MANY);
    const [here, there] = [await spoke.oauthToken(7001, portalId), await spoke.oauthToken(7001)];
    expect(await admitted(8, () => spoke.get(CONTACTS, { token: here }))).toBe(5);
    const refused = await spoke.get(CONTACTS, { token: here });
    expect([refused.body.policyName, told(refused)]).toEqual(['TEN_SECONDLY_ROLLING', { ...interval(5, 0), 'retry-after': '10' }]);
    expect(told(await spoke.get(CONTACTS, { token: there }))).toEqual(interval(5, 4));
    expect(told(await spoke.get(CONTACTS, { token: await spoke.oauthToken(7002, portalId) }))).toEqual(interval(5, 4));
    expect(told(await spoke.get(CONTACTS, { token }))).toEqual({ ...day(1_000, 999), ...interval(25, 24) });
  });
});

describe('searches (6.1 [D, O])', () => {
  test('five a second for the account, apart from the burst, counted for the day', async () => {
    const { spoke, token } = await limited(MANY);
    const other = await spoke.tokenWith(['crm.objects.contacts.read'], portalId);
    expect(await admitted(4, () => spoke.post(SEARCH, {}, { token }))).toBe(4);
    const fifth = await spoke.post(SEARCH, {}, { token: other });
    expect([fifth.status, told(fifth)]).toEqual([200, day(1_000, 995)]);
    const sixth = await spoke.post('/crm/objects/2026-09/companies/search', {}, { token });
    const id = sixth.headers['x-hubspot-correlation-id'];
    expect(sixth.status).toBe(429);
    expect(JSON.stringify(sixth.body)).toBe('{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT",'
      + `"correlationId":"${id}","category":"RATE_LIMITS","policyName":"SECONDLY","requestId":"${id}"}`);
    expect(told(sixth)).toEqual({ ...day(1_000, 995), 'retry-after': '1' });
    expect(told(await spoke.get(CONTACTS, { token }))).toEqual({ ...day(1_000, 994), ...interval(25, 24) });
    await wait(1_000);
    expect(await admitted(9, () => spoke.post(SEARCH, {}, { token }))).toBe(5);
  });

  test('an OAuth app\'s too, in the account\'s one window', async () => {
    const { spoke, token } = await limited(MANY);
    const oauth = await spoke.oauthToken(7001, portalId);
    expect(told(await spoke.post(SEARCH, {}, { token: oauth }))).toEqual({});
    expect(await admitted(8, () => spoke.post(SEARCH, {}, { token }))).toBe(4);
    expect((await spoke.post(SEARCH, {}, { token: oauth })).body.policyName).toBe('SECONDLY');
    expect((await spoke.post(SEARCH, {})).status).toBe(200);
  });
});

describe('the associations API (6.1 [D])', () => {
  test('has a window of its own: batches, labels and maxima; pairs count as other calls do', async () => {
    const { spoke, token } = await limited(MANY);
    const made = await spoke.post(CONTACTS, { properties: { lastname: 'Hopper' } }, { token });
    const calls = [
      () => spoke.get(LABELS, { token }), () => spoke.post('/crm/v3/associations/contacts/companies/batch/read', { inputs: [{ id: made.body.id }] }, { token }),
      () => spoke.get('/crm/associations/2026-03/definitions/configurations/contacts/companies', { token }),
      () => spoke.post('/crm/v4/associations/contacts/companies/batch/read', { inputs: [{ id: made.body.id }] }, { token }),
    ];
    for (const [i, call] of calls.entries()) expect(told(await call())).toEqual({ ...day(1_000, 998 - i), ...interval(4, 3 - i) });
    expect((await spoke.get(LABELS, { token })).body).toMatchObject({ policyName: 'TEN_SECONDLY_ROLLING' });
    const pairs = await spoke.get(`/crm/v4/objects/contacts/${made.body.id}/associations/companies`, { token });
    expect([pairs.status, told(pairs)]).toEqual([200, { ...day(1_000, 994), ...interval(25, 23) }]);
  });

  test('and a day of its own, where the tier has one: the narrower is told', async () => {
    const { spoke, token } = await limited(FEW);
    expect(told(await spoke.get(LABELS, { token }))).toEqual(day(2, 1));
    expect(told(await spoke.get(CONTACTS, { token }))).toMatchObject(day(7, 5));
    expect(await admitted(3, () => spoke.get(LABELS, { token }))).toBe(1);
    expect((await spoke.get(LABELS, { token })).body.policyName).toBe('DAILY');
    // The calls that its own day refused are none of the account's.
    expect(told(await spoke.get(CONTACTS, { token }))).toMatchObject(day(7, 3));
  });
});

describe('the day (6.1 [D])', () => {
  test('ends at midnight where the portal is; the body byte by byte (6.3 [D])', async () => {
    const { spoke, token } = await limited(FEW);
    await changeAccount(spoke.db, portalId, { timeZone: 'Asia/Tokyo' }, NOW);
    spoke.forgetPortal(portalId);
    // What the window of ten seconds refuses does not count.
    expect(await admitted(20, () => spoke.get(CONTACTS, { token }))).toBe(5);
    await wait(10_000);
    expect(await admitted(4, () => spoke.get(CONTACTS, { token }))).toBe(2);
    const answer = await spoke.get(CONTACTS, { token });
    const id = answer.headers['x-hubspot-correlation-id'];
    expect(answer.status).toBe(429);
    expect(JSON.stringify(answer.body))
      .toBe(`{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","correlationId":"${id}","policyName":"DAILY","requestId":"${id}"}`);
    const midnight = Date.parse('2026-10-02T15:00:00.000Z');
    expect(told(answer)).toEqual({ ...day(7, 0), ...interval(5, 0), 'retry-after': String(Math.ceil((midnight - Date.now()) / 1_000)) });
    expect((await spoke.post(SEARCH, {}, { token })).body.policyName).toBe('DAILY');
    expect((await spoke.get(CONTACTS, { token: await spoke.oauthToken(7001, portalId) })).status).toBe(200);
    await wait(midnight - Date.now() - 1);
    expect((await spoke.get(CONTACTS, { token })).body.policyName).toBe('DAILY');
    await wait(1);
    expect(told(await spoke.get(CONTACTS, { token }))).toMatchObject(day(7, 6));
  });
});

test.each([['free', 100, '10', 250_000], ['professional', 190, '19', 625_000], ['enterprise', 190, '19', 1_000_000]] as const)('the numbers of %s (6.1, 6.2 [D])', async (tier, max, secondly, daily) => {
  const { spoke, token } = await limited(readRateLimits(tier)!);
  const answer = told(await spoke.get(CONTACTS, { token }));
  expect(answer).toMatchObject({ ...day(daily, daily - 1), 'interval-milliseconds': '10000', max: String(max), remaining: String(max - 1), secondly });
  expect(told(await spoke.get(CONTACTS, { token: await spoke.oauthToken(7001, portalId) }))).toEqual(interval(110, 109));
  expect(await admitted(9, () => spoke.post(SEARCH, {}, { token }))).toBe(5);
  const associations = tier === 'free' ? { max: '100', daily: '250000' } : { max: '150', daily: '500000' };
  expect(told(await spoke.get(LABELS, { token }))).toMatchObject(associations);
});

test('a limit that cannot be counted is a 503, not a call let through', async () => {
  let isDown = false;
  const unreachable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const spoke = await startSpoke({
    rateLimits: { burst: 5 }, wrapDb: (db) => ({ ...db, query: (statement) => (isDown && statement.text.includes('rate_limit') ? Promise.reject(unreachable) : db.query(statement)) }),
  });
  spokes.set('unreachable', Promise.resolve(spoke));
  isDown = true;
  const { status, body } = await spoke.get(CONTACTS);
  expect([status, body]).toEqual([503, refusal('The service is temporarily unavailable, try again')]);
  isDown = false;
  expect(told(await spoke.get(CONTACTS))).toEqual(interval(5, 4));
});

test('every search and every route of the associations API says which window it counts for', () => {
  const expected = ({ area, path }: (typeof operations)[number]) => (path.endsWith('/search') ? 'search' : area === 'associations' ? 'associations' : undefined);
  expect(operations.filter((operation) => ('quota' in operation ? operation.quota : undefined) !== expected(operation)).map(({ id }) => id)).toEqual([]);
});
