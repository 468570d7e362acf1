// Signing in to the pages: what is answered, what is remembered of it, how often it may be tried, and how a session ends.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createApp as createOauthApp } from '../../src/crm/apps.ts';
import { lockUser, setPassword } from '../../src/crm/logins.ts';
import { addOwner } from '../../src/crm/owners.ts';
import { COST, hashPassword } from '../../src/crm/passwords.ts';
import { hashSecret } from '../../src/crm/tokens.ts';
import { readActivityPage } from '../../src/db/activity.ts';
import { readPasswordHash } from '../../src/db/logins.ts';
import { CHEAP, NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';
import { createVisitor, type Page, type Visitor } from '../support/visitor.ts';

const PASSWORD = 'correct horse battery';
const WRONG = 'incorrect horse battery';
const OTHER_PORTAL = 2002;

let spoke: Spoke;
let path: string;
beforeAll(async () => {
  spoke = await startSpoke();
  await spoke.addPortal(OTHER_PORTAL);
  const { clientId } = await createOauthApp(spoke.db, { name: 'Sync', redirectUris: ['https://app.example/'], requiredScopes: ['oauth'], optionalScopes: [], at: NOW });
  path = `/oauth/authorize?${new URLSearchParams({ client_id: clientId, redirect_uri: 'https://app.example/', scope: 'oauth' })}`;
});
afterAll(() => spoke.close());
afterEach(() => void vi.useRealTimers());

/** A user whose password costs little to look at. */
async function addUser(email: string, portals = [PORTAL_ID]): Promise<void> {
  for (const portalId of portals) await addOwner(spoke.db, portalId, { email, firstName: '', lastName: '' }, NOW);
  await setPassword(spoke.db, email, await hashPassword(PASSWORD, CHEAP), NOW);
}

async function trySignIn(email: string, password: string, options?: { address?: string; visitor?: Visitor }): Promise<{ answer: Page; visitor: Visitor }> {
  const visitor = options?.visitor ?? createVisitor(spoke, options?.address === undefined ? {} : { address: options.address });
  await visitor.open(path);
  return { answer: await visitor.submit({ action: 'sign-in', email, password }), visitor };
}

const logins = async (portalId = PORTAL_ID) => (await readActivityPage<{ email: string; loginSucceeded: boolean }>(spoke.db, portalId, ['login'], { limit: 50, newestFirst: false }));

describe('a sign-in', () => {
  test('that is right gives a session and leads back; each, right or wrong, is written down in every portal of the user', async () => {
    await addUser('ana@example.com', [PORTAL_ID, OTHER_PORTAL]);
    const { answer: wrong, visitor } = await trySignIn('Ana@Example.com', WRONG, { address: '192.0.2.9' });
    expect([wrong.status, wrong.heading, wrong.alert]).toEqual([401, 'Sign in', 'The email or the password is wrong.']);
    expect(wrong.html).toContain('value="Ana@Example.com"');
    expect(wrong.html).not.toContain(WRONG);
    const { answer: right } = await trySignIn('Ana@Example.com', PASSWORD, { visitor });
    expect([right.status, right.location, right.html]).toEqual([303, path, '']);

    for (const portalId of [PORTAL_ID, OTHER_PORTAL]) {
      expect((await logins(portalId)).map(({ at, userId, details }) => ({ at, userId, details }))).toEqual([false, true].map((loginSucceeded) => ({
        at: NOW, userId: expect.any(Number), details: { email: 'ana@example.com', ipAddress: '192.0.2.9', userAgent: 'Test/1.0', loginSucceeded },
      })));
    }
  });

  test('raises what the hash costs, when that is less than today', async () => {
    await addUser('bo@example.com');
    // As the program has it: passwords cost what they really do.
    const app = createApp({ db: spoke.db, now: () => Date.parse(NOW) });
    const visitor = (): Visitor => createVisitor(app);
    await trySignIn('bo@example.com', WRONG, { visitor: visitor() });
    expect(await readPasswordHash(spoke.db, 'bo@example.com')).toMatch(/^\$scrypt\$ln=10,/);
    await trySignIn('bo@example.com', PASSWORD, { visitor: visitor() });
    const raised = await readPasswordHash(spoke.db, 'bo@example.com');
    expect(raised).toMatch(new RegExp(`^\\$scrypt\\$ln=${COST.ln},`));
    expect((await trySignIn('bo@example.com', PASSWORD, { visitor: visitor() })).answer.status).toBe(303);
    expect(await readPasswordHash(spoke.db, 'bo@example.com')).toBe(raised);
    await app.close();
  });

  test('with what is nobody is answered as one with a wrong password, and written down nowhere', async () => {
    await addUser('cy@example.com');
    const { answer: expected } = await trySignIn('cy@example.com', WRONG);
    const before = (await logins()).length;
    const seen = (page: Page, email: string): unknown[] => [page.status, page.alert, page.html.replace(`value="${email}"`, '').replace(/value="[\w-]{43}"/, '').replaceAll(' autofocus', '')];
    for (const email of ['nobody@example.com', '', 'a\0b@example.com', `${'x'.repeat(300)}@example.com`]) {
      expect(seen((await trySignIn(email, WRONG)).answer, email)).toEqual(seen(expected, 'cy@example.com'));
    }
    expect((await logins()).length).toBe(before);
  });

  test('without a password to compare with is wrong, and written down', async () => {
    await addOwner(spoke.db, PORTAL_ID, { email: 'no-password@example.com', firstName: '', lastName: '' }, NOW);
    expect((await trySignIn('no-password@example.com', '')).answer.status).toBe(401);
    expect((await logins()).at(-1)!.details).toMatchObject({ email: 'no-password@example.com', loginSucceeded: false });
  });
});

describe('a session', () => {
  test('is a cookie that scripts and other sites do not get, and a hash in the database', async () => {
    await addUser('dee@example.com');
    const { answer, visitor } = await trySignIn('dee@example.com', PASSWORD);
    expect(answer.headers.get('set-cookie')).toMatch(/^spoke_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    const rows = await spoke.db.query({ text: 'select * from login_session where email = $1', values: ['dee@example.com'] });
    expect(rows).toEqual([{
      session_hash: hashSecret(visitor.session!), email: 'dee@example.com', created_at: NOW, expires_at: '2026-10-02T21:00:00.000Z',
    }]);
  });

  test('is another one than before: what somebody has put into the browser is worth nothing', async () => {
    await addUser('eve@example.com');
    const planted = 'A'.repeat(43);
    const visitor = createVisitor(spoke);
    visitor.session = planted;
    await trySignIn('eve@example.com', PASSWORD, { visitor });
    expect(visitor.session).not.toBe(planted);
    const thief = createVisitor(spoke);
    thief.session = planted;
    expect((await thief.open(path)).heading).toBe('Sign in');
    expect((await visitor.open(path)).heading).toBe('Sync asks for access to your account');

    // Nor is what comes in another form.
    visitor.session = 'not a session';
    expect((await visitor.open(path)).heading).toBe('Sign in');
    expect(visitor.session).toMatch(/^[\w-]{43}$/);
  });

  test('ends by signing out, for every copy of the cookie', async () => {
    await addUser('fay@example.com');
    const { visitor } = await trySignIn('fay@example.com', PASSWORD);
    const copy = createVisitor(spoke);
    copy.session = visitor.session;
    expect((await copy.open(path)).heading).toBe('Sync asks for access to your account');
    const { status, location } = await visitor.submit({ action: 'sign-out' });
    // The form was from before the sign-in.
    expect([status, location]).toEqual([403, null]);
    await visitor.open(path);
    const out = await visitor.submit({ action: 'sign-out' });
    expect([out.status, out.location]).toEqual([303, path]);
    expect((await visitor.open(path)).heading).toBe('Sign in');
    expect((await copy.open(path)).heading).toBe('Sign in');
    const refused = await copy.submit({ action: 'grant', portal: String(PORTAL_ID) });
    expect([refused.status, refused.alert]).toEqual([401, 'Your session has ended. Sign in again.']);
  });

  test('ends after twelve hours, with a new password, and when the password is taken away', async () => {
    await addUser('gus@example.com');
    const { visitor } = await trySignIn('gus@example.com', PASSWORD);
    spoke.tick(12 * 3_600_000 - 1);
    expect((await visitor.open(path)).heading).toBe('Sync asks for access to your account');
    spoke.tick(1);
    expect((await visitor.open(path)).heading).toBe('Sign in');
    // The one that has ended is cleared away with the next that begins.
    await trySignIn('gus@example.com', PASSWORD);
    expect(await spoke.db.query({ text: 'select 1 from login_session where email = $1', values: ['gus@example.com'] })).toHaveLength(1);

    for (const end of [async () => await setPassword(spoke.db, 'gus@example.com', await hashPassword(PASSWORD, CHEAP), NOW), async () => await lockUser(spoke.db, 'GUS@example.com')]) {
      await trySignIn('gus@example.com', PASSWORD, { visitor });
      expect((await visitor.open(path)).heading).toBe('Sync asks for access to your account');
      await end();
      expect((await visitor.open(path)).heading).toBe('Sign in');
    }
    expect((await trySignIn('gus@example.com', PASSWORD)).answer.status).toBe(401);
  });
});

describe('attempts are limited', () => {
  test('to ten wrong passwords of an email in a quarter of an hour, from wherever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await addUser('hal@example.com');
    for (let i = 0; i < 10; i++) expect((await trySignIn('hal@example.com', WRONG, { address: `198.51.100.${i}` })).answer.status).toBe(401);
    const before = (await logins()).length;
    for (const password of [WRONG, PASSWORD]) {
      const { answer } = await trySignIn('HAL@example.com', password, { address: '198.51.100.77' });
      expect([answer.status, answer.alert, answer.headers.get('retry-after')]).toEqual([429, 'Too many attempts. Try again in 15 minutes.', '900']);
    }
    // What is not looked at is no sign-in.
    expect((await logins()).length).toBe(before);
    vi.setSystemTime(Date.now() + 14 * 60_000 + 30_000);
    expect((await trySignIn('hal@example.com', PASSWORD)).answer).toMatchObject({ status: 429, alert: 'Too many attempts. Try again in a minute.' });
    vi.setSystemTime(Date.now() + 30_000);
    expect((await trySignIn('hal@example.com', PASSWORD)).answer.status).toBe(303);
  });

  test('and a right one starts the count anew', async () => {
    await addUser('ida@example.com');
    for (let i = 0; i < 9; i++) expect((await trySignIn('ida@example.com', WRONG)).answer.status).toBe(401);
    expect((await trySignIn('ida@example.com', PASSWORD)).answer.status).toBe(303);
    await setPassword(spoke.db, 'ida@example.com', await hashPassword(PASSWORD, CHEAP), NOW);
    for (let i = 0; i < 10; i++) expect((await trySignIn('ida@example.com', WRONG)).answer.status).toBe(401);
    expect((await trySignIn('ida@example.com', WRONG)).answer.status).toBe(429);
  });

  test('to a hundred wrong ones from an address, whoever they are for', async () => {
    const address = '203.0.113.5';
    for (let i = 0; i < 10; i++) await addUser(`many-${i}@example.com`);
    const attempts = Array.from({ length: 100 }, (_, i) => trySignIn(`many-${i % 10}@example.com`, WRONG, { address }));
    expect(new Set((await Promise.all(attempts)).map(({ answer }) => answer.status))).toEqual(new Set([401]));
    expect((await trySignIn('owner@example.com', PASSWORD, { address })).answer.status).toBe(429);
    expect((await trySignIn('owner@example.com', PASSWORD, { address: '203.0.113.6' })).answer.status).toBe(401);
  });
});
