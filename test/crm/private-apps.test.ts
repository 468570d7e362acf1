// Tokens of private apps that end and are rotated, when tokens were last used, and what is removed in the end.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { rotateToken } from '../../src/crm/private-apps.ts';
import { createTokenUpkeep } from '../../src/crm/token-upkeep.ts';
import { createToken, ensureToken, hashSecret, listTokens } from '../../src/crm/tokens.ts';
import { countingDb } from '../support/database.ts';
import { refusal } from '../support/expect.ts';
import { oauthIn } from '../support/oauth.ts';
import { NOW, PORTAL_ID, startSpoke, type Answer, type Spoke } from '../support/spoke.ts';

const DAY = 86_400_000;
const later = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString();

let spoke: Spoke;
let passed = 0;
const oauth = oauthIn(() => spoke, () => NOW);
beforeAll(async () => {
  spoke = await startSpoke();
});
afterAll(() => spoke.close());
afterEach(() => tick(-passed));

/** Moves the clock on until the end of the test. */
function tick(ms: number): void {
  spoke.tick(ms);
  passed += ms;
}

const contacts = (token: string): Promise<Answer> => spoke.get('/crm/v3/objects/contacts', { token });
const silent = { error: (fields: object) => expect(fields).toBeUndefined() };
const SCOPE = 'crm.objects.contacts.read';

describe('a token that ends', () => {
  test('answers as an expired one from that instant on (platform.md 5.4 [O])', async () => {
    const { token } = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'x', scopes: [SCOPE], at: NOW, expiresAt: later(DAY) });
    tick(DAY - 1);
    expect((await contacts(token)).status).toBe(200);
    tick(1);
    const answer = await contacts(token);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(refusal('The OAuth token used to make this call expired 0 second(s) ago.', {
      category: 'EXPIRED_AUTHENTICATION', context: { 'expire time': ['2026-10-03T09:00:00Z'] },
    }));
    const told = await spoke.post('/oauth/v2/private-apps/get/access-token-info', { tokenKey: token }, { token: null });
    expect([told.status, told.body.category]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
  });

  test('is good again when it is given as SPOKE_TOKEN', async () => {
    const given = { portalId: PORTAL_ID, token: 'given-by-the-user' };
    await createToken(spoke.db, { ...given, name: 'x', scopes: ['*'], at: NOW, expiresAt: later(DAY) });
    tick(2 * DAY);
    expect((await contacts(given.token)).status).toBe(401);
    await ensureToken(spoke.db, { ...given, at: later(2 * DAY) });
    expect((await contacts(given.token)).status).toBe(200);
  });
});

describe('a rotation', () => {
  const make = async (more = {}) => await createToken(spoke.db, { portalId: PORTAL_ID, name: 'x', scopes: [SCOPE], at: NOW, ...more });
  const rotate = async (appId: number, at: string, overlapMs = 7 * DAY) => await rotateToken(spoke.db, { portalId: PORTAL_ID, appId, overlapMs, at });

  test('makes another token of the same app and scopes; the one before is good for the overlap', async () => {
    const { token, appId } = await make();
    const fresh = (await rotate(appId, NOW))!.token;
    expect(fresh).not.toBe(token);
    expect([(await contacts(token)).status, (await contacts(fresh)).status]).toEqual([200, 200]);
    const told = await spoke.post('/oauth/v2/private-apps/get/access-token-info', { tokenKey: fresh });
    expect(told.body).toMatchObject({ appId, scopes: [SCOPE] });
    tick(7 * DAY);
    expect([(await contacts(token)).status, (await contacts(fresh)).status]).toEqual([401, 200]);
  });

  test('lives as long as the one before was made for, and never prolongs it', async () => {
    const { token, appId } = await make({ expiresAt: later(5 * DAY) });
    await rotate(appId, later(DAY));
    const rows = (await listTokens(spoke.db, PORTAL_ID)).filter((row) => row.appId === appId);
    expect(rows.map((row) => [row.hint === token.slice(-4), row.createdAt, row.expiresAt])).toEqual([[true, NOW, later(5 * DAY)], [false, later(DAY), later(6 * DAY)]]);
  });

  test('is not there for what is revoked, another portal\'s or no private app', async () => {
    const { accessToken } = await oauth.install(await oauth.app());
    await spoke.addPortal(42);
    for (const appId of [999, 1_000_001]) expect(await rotate(appId, NOW)).toBeUndefined();
    expect(await rotateToken(spoke.db, { portalId: 43, appId: 1, overlapMs: 0, at: NOW })).toBeUndefined();
    expect([(await contacts(accessToken)).status, (await contacts(spoke.token)).status]).toEqual([200, 200]);
  });
});

describe('when tokens were last used', () => {
  const lastUsed = async (token: string): Promise<string | null> => (await listTokens(spoke.db, PORTAL_ID)).find((row) => row.tokenHash === hashSecret(token))!.lastUsedAt;

  test('is written when Spoke stops: the last call counts, also one that was refused for its scope', async () => {
    const { close, ...app } = await startApp();
    const { token } = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'x', scopes: ['tickets'], at: NOW });
    expect([await app.get(token), await app.get(token)]).toEqual([403, 403]);
    app.tick(5_000);
    expect(await app.get(token)).toBe(403);
    expect(await lastUsed(token)).toBeNull();
    await close();
    expect(await lastUsed(token)).toBe(later(5_000));
    expect(await lastUsed(spoke.token)).toBeNull();
  });

  test('is written a minute after the first use, for all tokens in one', async () => {
    const tokens = await Promise.all([1, 2, 3].map(async (n) => (await createToken(spoke.db, { portalId: PORTAL_ID, name: `${n}`, scopes: [], at: NOW })).token));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const counted = countingDb(spoke.db);
    const upkeep = createTokenUpkeep({ db: counted, log: silent });
    tokens.forEach((token, n) => upkeep.note(hashSecret(token), Date.parse(later(n))));
    vi.advanceTimersByTime(59_999);
    expect(counted.statements).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await expect.poll(() => Promise.all(tokens.map(lastUsed))).toEqual([later(0), later(1), later(2)]);
    await upkeep.close();
    expect(counted.statements.filter(({ text }) => text.includes('last_used_at'))).toHaveLength(1);
  });

  test('an earlier use that is written later changes nothing', async () => {
    for (const ms of [2_000, 1_000]) {
      const upkeep = createTokenUpkeep({ db: spoke.db, log: silent });
      upkeep.note(hashSecret(spoke.token), Date.parse(later(ms)));
      await upkeep.close();
    }
    expect(await lastUsed(spoke.token)).toBe(later(2_000));
  });
});

test('what ended a month ago is removed; refresh tokens and private apps stay', async () => {
  const app = await oauth.app();
  const { accessToken, refreshToken } = await oauth.install(app);
  await oauth.code(app);
  const ended = await createToken(spoke.db, { portalId: PORTAL_ID, name: 'ended', scopes: [], at: NOW, expiresAt: later(1) });
  const upkeep = createTokenUpkeep({ db: spoke.db, log: silent });
  const left = async (): Promise<unknown[]> => {
    upkeep.note(hashSecret(spoke.token), Date.parse(later(passed)));
    await upkeep.close();
    const hashes = [accessToken, refreshToken, ended.token].map(hashSecret);
    return [
      ...await spoke.db.query({ text: 'select kind from token where token_hash = any($1) order by kind', values: [hashes] }),
      ...await spoke.db.query({ text: 'select count(*) as codes from oauth_code where app_id = $1', values: [app.appId] }),
    ];
  };
  tick(30 * DAY);
  expect(await left()).toEqual([{ kind: 'access' }, { kind: 'private' }, { kind: 'refresh' }, { codes: 2 }]);
  tick(DAY);
  expect(await left()).toEqual([{ kind: 'private' }, { kind: 'refresh' }, { codes: 0 }]);
});

/** Another app over the same database, with a clock of its own. */
async function startApp(): Promise<{ get: (token: string) => Promise<number>; tick: (ms: number) => void; close: () => Promise<void> }> {
  let at = Date.parse(NOW);
  const app = createApp({ db: spoke.db, now: () => at });
  return {
    get: async (token) => (await app.fetch(new Request('http://spoke.test/crm/v3/objects/contacts', { headers: { authorization: `Bearer ${token}` } }))).status,
    tick: (ms) => (at += ms),
    close: app.close,
  };
}
