// What keeps the authorize page safe: forged forms, frames, what browsers are told, and a server of one's own machine.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/crm/apps.ts';
import { setPassword } from '../../src/crm/logins.ts';
import { addOwner, archiveOwner } from '../../src/crm/owners.ts';
import { hashPassword } from '../../src/crm/passwords.ts';
import { readActivityPage } from '../../src/db/activity.ts';
import { CHEAP, NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';
import { createVisitor, type Page, type Visitor } from '../support/visitor.ts';

const PASSWORD = 'correct horse battery';
const EMAIL = 'owner@example.com';

async function makePath(spoke: Spoke): Promise<string> {
  const { clientId } = await createApp(spoke.db, { name: 'Sync', redirectUris: ['http://localhost:3000/cb'], requiredScopes: ['oauth'], optionalScopes: [], at: NOW });
  return `/oauth/authorize?${new URLSearchParams({ client_id: clientId, redirect_uri: 'http://localhost:3000/cb', scope: 'oauth', state: '1' })}`;
}

const installs = async (spoke: Spoke): Promise<number> => (await readActivityPage<{ type: string }>(spoke.db, PORTAL_ID, ['security'], { limit: 100, newestFirst: false }))
  .filter(({ details }) => details.type === 'INSTALL_INTEGRATION').length;

describe('where people sign in', () => {
  let spoke: Spoke;
  let path: string;
  let visitor: Visitor;
  beforeAll(async () => {
    spoke = await startSpoke();
    path = await makePath(spoke);
    await setPassword(spoke.db, EMAIL, await hashPassword(PASSWORD, CHEAP), NOW);
    visitor = createVisitor(spoke);
    await visitor.open(path);
    expect((await visitor.submit({ action: 'sign-in', email: EMAIL, password: PASSWORD })).status).toBe(303);
    await visitor.open(path);
  });
  afterAll(() => spoke.close());

  const GRANT = { action: 'grant', portal: String(PORTAL_ID) };
  const refused = async (answer: Page, status: number, heading: string): Promise<void> => {
    expect([answer.status, answer.heading, answer.location]).toEqual([status, heading, null]);
    expect(await installs(spoke)).toBe(0);
  };

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another site that browsers mark', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://spoke.test:81' }],
    ['a site with our name in its own', { origin: 'http://spoke.test.evil.example' }],
    ['a frame without an origin', { origin: 'null' }],
    ['a subdomain', { origin: 'http://x.spoke.test', 'sec-fetch-site': 'same-site' }],
    ['nowhere', {}],
  ])('a form from %s is refused, token or not', async (_name, headers) => {
    await refused(await visitor.submit(GRANT, { headers: headers as Record<string, string> }), 403, 'Not from this page');
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=x', ''])('what is sent as %j is no form', async (type) => {
    await refused(await visitor.submit({}, { headers: { 'content-type': type, origin: 'http://spoke.test' }, body: JSON.stringify(GRANT) }), 415, 'No form');
  });

  test.each([
    ['without the token', { ...GRANT, form_token: '' }], ['with another token', { ...GRANT, form_token: 'x'.repeat(43) }],
  ])('a form %s has expired', async (_name, fields) => {
    await refused(await visitor.submit(fields), 403, 'This form has expired');
  });

  test('a token belongs to a session: that of another, or of before the sign-in, is none', async () => {
    const other = createVisitor(spoke);
    const { formToken } = await other.open(path);
    await refused(await visitor.submit({ ...GRANT, form_token: formToken! }), 403, 'This form has expired');
    const none = createVisitor(spoke);
    await refused(await none.submit({ ...GRANT, form_token: formToken! }, {}, path), 403, 'This form has expired');
  });

  test('signing in is protected too: nobody can be signed in as somebody else from outside', async () => {
    const victim = createVisitor(spoke);
    await victim.open(path);
    await refused(await victim.submit({ action: 'sign-in', email: EMAIL, password: PASSWORD }, { headers: { origin: 'https://evil.example' } }), 403, 'Not from this page');
    await refused(await victim.submit({ action: 'sign-in', email: EMAIL, password: PASSWORD, form_token: '' }), 403, 'This form has expired');
  });

  test('what the form is to do must be said', async () => {
    await refused(await visitor.submit({ action: 'delete-everything' }), 400, 'Nothing to do');
    await refused(await visitor.submit({}), 400, 'Nothing to do');
  });

  test('a form is not longer than ours', async () => {
    await refused(await visitor.submit({ ...GRANT, more: 'x'.repeat(65_536) }), 413, 'Too long');
  });

  test('a form sent by HTTPS to a proxy is ours', async () => {
    const answer = await visitor.submit(GRANT, { headers: { origin: 'https://spoke.test', 'x-forwarded-proto': 'https' } });
    expect([answer.status, answer.location]).toEqual([302, expect.stringMatching(/^http:\/\/localhost:3000\/cb\?code=[\w-]+&state=1$/)]);
  });

  describe('what browsers are told', () => {
    const policy = (formAction: string): unknown =>
      expect.stringMatching(new RegExp(`^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'$`));
    const always = {
      'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cache-control': 'no-store',
    };

    test('on every page', async () => {
      const stranger = createVisitor(spoke);
      const pages = [
        await visitor.open(path), await stranger.open(path), await stranger.open('/oauth/authorize'), await stranger.submit({ action: 'sign-in' }, { headers: {} }, path),
        await stranger.open(path.replace('scope=oauth', 'scope=tickets')),
      ];
      expect(pages.map(({ status }) => status)).toEqual([200, 200, 400, 403, 302]);
      for (const { headers } of pages) expect(Object.fromEntries(headers)).toMatchObject(always);
      // Only the form that leads back to the app may leave; Chromium counts the app's own redirects too.
      expect(pages.map(({ headers }) => headers.get('content-security-policy'))).toEqual([policy("'self' http: https:"), ...Array.from({ length: 4 }, () => policy("'self'"))]);
    });

    test('over HTTPS, also through a proxy: to stay with it, in header and cookie', async () => {
      expect((await createVisitor(spoke).open(path)).headers.get('strict-transport-security')).toBeNull();
      for (const page of [await createVisitor(spoke, { origin: 'https://spoke.test' }).open(path), await createVisitor(spoke).open(path, { 'x-forwarded-proto': 'https' })]) {
        expect(page.headers.get('strict-transport-security')).toBe('max-age=31536000');
        expect(page.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
      }
    });

    test('pages load nothing and have no scripts', async () => {
      const { html } = await visitor.open(path);
      expect(html).not.toMatch(/<(script|img|link|iframe|object)|\son\w+=|url\(|@import/i);
    });
  });

  test('a database that does not answer is a page too', async () => {
    const broken = await startSpoke({
      wrapDb: (db) => ({ ...db, query: (statement) => (/from app\b/.test(statement.text) ? Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })) : db.query(statement)) }),
    });
    const answer = await createVisitor(broken).open(path);
    expect([answer.status, answer.heading]).toEqual([503, 'Not available']);
    await broken.close();
  });
});

describe('a server of its own machine, where nobody signs in', () => {
  let spoke: Spoke;
  let path: string;
  beforeAll(async () => {
    spoke = await startSpoke({ needsNoSignIn: true });
    path = await makePath(spoke);
  });
  afterAll(() => spoke.close());

  test.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://127.8.9.1', 'http://[::1]:4010', 'http://spoke.localhost:4010'])('at %s one click grants', async (origin) => {
    const visitor = createVisitor(spoke, { origin });
    const page = await visitor.open(path);
    expect([page.status, page.heading]).toEqual([200, 'Sync asks for access to your account']);
    expect(page.html).toContain('In the name of owner@example.com. Nobody has to sign in');
    expect(page.html).not.toContain('type="password"');
    const granted = await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) });
    expect([granted.status, granted.location]).toEqual([302, expect.stringMatching(/^http:\/\/localhost:3000\/cb\?code=[\w-]+&state=1$/)]);
  });

  test('the click must be its own', async () => {
    const visitor = createVisitor(spoke, { origin: 'http://localhost:4010' });
    await visitor.open(path);
    const before = await installs(spoke);
    for (const origin of ['https://evil.example', 'http://localhost:3000', 'null']) {
      expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) }, { headers: { origin } })).status).toBe(403);
    }
    expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID), form_token: '' })).status).toBe(403);
    expect(await installs(spoke)).toBe(before);
  });

  test.each(['http://evil.example', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'http://192.0.2.1', 'http://10.0.0.1', 'http://[2001:db8::1]'])(
    'at %s it is not there: a name may lead here that is not ours', async (origin) => {
      const visitor = createVisitor(spoke, { origin });
      expect((await visitor.open(path)).heading).toBe('Not by this name');
      expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) })).status).toBe(403);
    });

  test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host'])('what a proxy hands on, by %s, is not of this machine', async (header) => {
    const visitor = createVisitor(spoke, { origin: 'http://localhost:4010' });
    expect((await visitor.open(path, { [header]: 'x' })).status).toBe(403);
  });

  test('every account is granted for by its first user', async () => {
    await spoke.addPortal(2002);
    const visitor = createVisitor(spoke, { origin: 'http://localhost:4010' });
    const { html } = await visitor.open(path);
    expect([...html.matchAll(/name="portal" value="(\d+)"/g)].map(([, id]) => id)).toEqual(['2002', String(PORTAL_ID)]);
    const made = await addOwner(spoke.db, 2002, { email: 'second@example.com', firstName: '', lastName: '' }, NOW);
    await archiveOwner(spoke.db, 2002, 1, NOW);
    expect((await visitor.open(path.replace('/oauth/', '/oauth/2002/'))).html).toContain('In the name of second@example.com.');
    await archiveOwner(spoke.db, 2002, (made as { ownerId: number }).ownerId, NOW);
    const none = await visitor.open(path.replace('/oauth/', '/oauth/2002/'));
    expect([none.status, none.html.includes('There is no user in the account 2002 who could grant it.')]).toEqual([403, true]);
  });
});
