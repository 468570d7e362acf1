// The authorize page (platform.md 5.1): signing in, choosing an account, granting and not granting; what apps may ask for.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/crm/apps.ts';
import { setPassword } from '../../src/crm/logins.ts';
import { addOwner, archiveOwner } from '../../src/crm/owners.ts';
import { hashPassword } from '../../src/crm/passwords.ts';
import { hashSecret } from '../../src/crm/tokens.ts';
import { readActivityPage } from '../../src/db/activity.ts';
import { CHEAP, NOW, PORTAL_ID, startSpoke, type Spoke } from '../support/spoke.ts';
import { createVisitor, type Page, type Visitor } from '../support/visitor.ts';

const PASSWORD = 'correct horse battery';
const REDIRECT = 'https://app.example/callback?from=spoke&x=%20';
const OTHER_PORTAL = 2002;
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

let spoke: Spoke;
let clientId: string;
beforeAll(async () => {
  spoke = await startSpoke();
  await spoke.addPortal(OTHER_PORTAL);
  const people = [['ana@example.com', PORTAL_ID], ['ana@example.com', OTHER_PORTAL], ['bo@example.com', PORTAL_ID], ['cy@example.com', PORTAL_ID]] as const;
  for (const [email, portalId] of people) await addOwner(spoke.db, portalId, { email, firstName: 'A', lastName: 'B' }, NOW);
  // A cheap hash, which the first sign-in replaces.
  for (const email of ['ana@example.com', 'bo@example.com', 'cy@example.com']) await setPassword(spoke.db, email, await hashPassword(PASSWORD, CHEAP), NOW);
  ({ clientId } = await createApp(spoke.db, {
    name: 'Sync & <Co>', redirectUris: [REDIRECT, 'http://localhost:3000', 'https://bücher.example/zurück'], requiredScopes: ['oauth', 'crm.objects.contacts.read'],
    optionalScopes: ['crm.objects.deals.read', 'crm.objects.deals.write'], at: NOW,
  }));
});
afterAll(() => spoke.close());

const address = (query: Record<string, string> = {}, path = '/oauth/authorize'): string =>
  `${path}?${new URLSearchParams({ client_id: clientId, redirect_uri: REDIRECT, scope: 'oauth crm.objects.contacts.read', ...query })}`;

/** Signing in takes its time: once for each person. */
const sessions = new Map<string, string>();

async function signIn(email: string, path = address()): Promise<{ visitor: Visitor; page: Page }> {
  const visitor = createVisitor(spoke);
  visitor.session = sessions.get(email);
  if (visitor.session === undefined) {
    await visitor.open(path);
    const answer = await visitor.submit({ action: 'sign-in', email, password: PASSWORD });
    expect([answer.status, answer.location]).toEqual([303, path]);
    sessions.set(email, visitor.session!);
  }
  return { visitor, page: await visitor.open(path) };
}

const scopesOf = (page: Page): string[] => [...page.html.matchAll(/<code>([^<]*)<\/code>/g)].map(([, scope]) => scope!);
const accountsOf = (page: Page): string[] => [...page.html.matchAll(/name="portal" value="(\d+)"/g)].map(([, id]) => id!);
async function codeRow(code: string) {
  const [row] = await spoke.db.query({ text: `select portal_id, user_id, redirect_uri, scopes, challenge, expires_at, used_at from oauth_code where code_hash = $1`, values: [hashSecret(code)] });
  return row;
}

test('the whole way: sign in, see, grant, go back with a code and the state', async () => {
  const visitor = createVisitor(spoke);
  const path = `${address({ optional_scope: 'crm.objects.deals.read crm.lists.read', code_challenge: CHALLENGE, code_challenge_method: 'S256' })}&state=a+b%20c%2Bd%FF/?=e`;
  const first = await visitor.open(path);
  expect([first.status, first.heading, first.headers.get('content-type')]).toEqual([200, 'Sign in', 'text/html; charset=UTF-8']);
  expect(first.html).toContain('<strong>Sync &amp; &lt;Co&gt;</strong> asks for access');
  expect(first.html).not.toContain('crm.objects');

  const signedIn = await visitor.submit({ action: 'sign-in', email: ' BO@Example.com', password: PASSWORD });
  expect([signedIn.status, signedIn.location]).toEqual([303, path]);

  const page = await visitor.open(path);
  expect([page.status, page.heading]).toEqual([200, 'Sync & <Co> asks for access to your account']);
  // The optional one that the app has not declared is dropped silently [D].
  expect(scopesOf(page)).toEqual(['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read']);
  expect(page.html).toContain('<li>See contacts<code>');
  expect(page.html).toContain('Signed in as bo@example.com');
  expect(accountsOf(page)).toEqual([String(PORTAL_ID)]);

  const granted = await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) });
  expect(granted.status).toBe(302);
  const [, code] = /^https:\/\/app\.example\/callback\?from=spoke&x=%20&code=([\w-]+)&state=a\+b%20c%2Bd%FF\/\?=e$/.exec(granted.location!)!;
  expect(await codeRow(code!)).toEqual({
    portal_id: PORTAL_ID, user_id: expect.any(Number), redirect_uri: REDIRECT, scopes: ['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read'],
    challenge: CHALLENGE, expires_at: '2026-10-02T09:10:00.000Z', used_at: null,
  });
  const [entry] = await readActivityPage<object>(spoke.db, PORTAL_ID, ['security'], { limit: 1, newestFirst: true });
  expect(entry).toMatchObject({ at: NOW, userId: expect.any(Number), details: { type: 'INSTALL_INTEGRATION', userEmail: 'bo@example.com' } });

  // Who stays signed in is asked again all the same.
  expect((await visitor.open(path)).heading).toBe('Sync & <Co> asks for access to your account');
});

test('without a state there is none; an empty one is none', async () => {
  const { visitor } = await signIn('bo@example.com', address({ state: '' }));
  expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) })).location).toMatch(/^https:\/\/app\.example\/callback\?from=spoke&x=%20&code=[\w-]+$/);
});

test.each([
  ['http://localhost:3000', /^http:\/\/localhost:3000\?code=[\w-]+&state=1$/],
  // A header has no letters but ASCII.
  ['https://bücher.example/zurück', /^https:\/\/xn--bcher-kva\.example\/zur%C3%BCck\?code=[\w-]+&state=1$/],
])('back to %s', async (redirectUri, expected) => {
  const { visitor } = await signIn('bo@example.com', address({ redirect_uri: redirectUri, state: '1' }));
  expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) })).location).toMatch(expected);
});

test('Cancel goes back with access_denied, signed in or not (5.1 [D])', async () => {
  const path = address({ state: 'x y' });
  const expected = 'https://app.example/callback?from=spoke&x=%20&error=access_denied&error_description=The+user+did+not+grant+the+access.&state=x+y';
  expect((await createVisitor(spoke).open(path)).cancelHref).toBe(expected);
  expect((await signIn('bo@example.com', path)).page.cancelHref).toBe(expected);
});

describe('the account', () => {
  test('is chosen by a user of several', async () => {
    const { visitor, page } = await signIn('ana@example.com');
    expect(accountsOf(page)).toEqual([String(OTHER_PORTAL), String(PORTAL_ID)]);
    const { location } = await visitor.submit({ action: 'grant', portal: String(OTHER_PORTAL) });
    expect(await codeRow(new URL(location!).searchParams.get('code')!)).toMatchObject({ portal_id: OTHER_PORTAL });
  });

  test('is the one that the path names (5.1 [D])', async () => {
    const { visitor, page } = await signIn('ana@example.com', address({}, `/oauth/${PORTAL_ID}/authorize`));
    expect(accountsOf(page)).toEqual([String(PORTAL_ID)]);
    expect((await visitor.submit({ action: 'grant', portal: String(OTHER_PORTAL) })).status).toBe(400);
    const { location } = await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) });
    expect(await codeRow(new URL(location!).searchParams.get('code')!)).toMatchObject({ portal_id: PORTAL_ID });
  });

  test.each([String(OTHER_PORTAL), '404404', '99999999999999999999'])('%s is not for who is no user of it', async (hubId) => {
    const { visitor, page } = await signIn('bo@example.com', address({}, `/oauth/${hubId}/authorize`));
    expect([page.status, page.heading]).toEqual([403, 'No access to this account']);
    expect((await visitor.submit({ action: 'grant', portal: hubId })).status).toBe(403);
    // So that somebody else may sign in.
    expect(page.html).toContain('name="action" value="sign-out"');
  });

  test.each(['', String(OTHER_PORTAL), '1e6', 'x'])('that is granted for must be one of the user: %j', async (portal) => {
    const { visitor } = await signIn('bo@example.com');
    const answer = await visitor.submit({ action: 'grant', portal });
    expect([answer.status, answer.heading, answer.location]).toEqual([400, 'Sync & <Co> asks for access to your account', null]);
  });

  test('of a user who is archived meanwhile is no longer one', async () => {
    const { visitor } = await signIn('cy@example.com');
    const { body } = await spoke.get('/crm/v3/owners?email=cy@example.com');
    await archiveOwner(spoke.db, PORTAL_ID, Number(body.results[0].id), NOW);
    expect((await visitor.submit({ action: 'grant', portal: String(PORTAL_ID) })).status).toBe(403);
    const again = createVisitor(spoke);
    await again.open(address());
    expect((await again.submit({ action: 'sign-in', email: 'cy@example.com', password: PASSWORD })).status).toBe(401);
  });
});

describe('a request that cannot go back to the app is a page', () => {
  const page = async (path: string): Promise<Page> => await createVisitor(spoke).open(path);
  test.each<[string, Record<string, string>, string]>([
    ['no client_id', { client_id: '' }, 'The client_id is missing.'],
    ['no such app', { client_id: '0e1f0c5e-3a35-4a5c-9d7e-9a1d1f5ab001' }, 'There is no app with this client_id.'],
    ['a client_id that is none', { client_id: "';\0" }, 'There is no app with this client_id.'],
    ['no redirect_uri', { redirect_uri: '' }, 'The redirect_uri is missing.'],
    ...[
      'https://evil.example/', `${REDIRECT}&more=1`, 'https://app.example/callback', 'https://app.example/callback?from=spoke&x= ', 'https://APP.example/callback?from=spoke&x=%20',
      'http://app.example/callback?from=spoke&x=%20', `${REDIRECT}#f`, '//app.example/callback', 'javascript:alert(1)', `https://evil.example/?u=${REDIRECT}`,
      'http://localhost:3000/', 'http://localhost:3000@evil.example/', 'http://localhost:3001',
    ].map((uri) => [`redirect_uri ${uri}`, { redirect_uri: uri }, 'The redirect_uri is none of those that the app has registered.'] as [string, Record<string, string>, string]),
  ])('%s', async (_name, query, text) => {
    const answer = await page(address(query));
    expect([answer.status, answer.heading, answer.location]).toEqual([400, 'This link does not work', null]);
    expect(answer.html).toContain(`<p>${text}</p>`);
  });

  test.each(['client_id', 'redirect_uri', 'scope', 'state'])('%s twice', async (name) => {
    const answer = await page(`${address({ state: '1' })}&${name}=https%3A%2F%2Fevil.example`);
    expect([answer.status, answer.location]).toEqual([400, null]);
    expect(answer.html).toContain(`<p>The parameter ${name} is there more than once.</p>`);
  });

  test('nothing from the address gets into the page as markup', async () => {
    const answer = await page(`${address({ client_id: '"><script>alert(1)</script>' })}&"><script>alert(2)</script>`);
    expect(answer.html).not.toContain('<script');
  });
});

describe('what else is wrong is told to the app, with the state (5.1 [D])', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['a required scope is missing', { scope: 'oauth' }, 'invalid_scope', 'The scope parameter lacks scopes that the app requires: crm.objects.contacts.read'],
    ['no scope at all', { scope: '' }, 'invalid_scope', 'The scope parameter lacks scopes that the app requires: crm.objects.contacts.read'],
    ['a scope that the app does not declare', { scope: 'crm.objects.contacts.read tickets' }, 'invalid_scope', 'The app does not declare these scopes: tickets'],
    ['PKCE by plain', { code_challenge: CHALLENGE, code_challenge_method: 'plain' }, 'invalid_request', 'The code_challenge_method must be S256'],
    ['PKCE without a method, which means plain', { code_challenge: CHALLENGE }, 'invalid_request', 'The code_challenge_method must be S256'],
    ['no challenge that is one', { code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request', 'The code_challenge is no S256 challenge'],
  ])('%s', async (_name, query, error, description) => {
    const { status, location } = await createVisitor(spoke).open(address({ ...query, state: 's&1' }));
    expect(status).toBe(302);
    expect(location).toBe(`https://app.example/callback?from=spoke&x=%20&${new URLSearchParams({ error, error_description: description })}&state=s%261`);
  });
});

test('the page is there with a slash at its end and for HEAD, and for no other method', async () => {
  const visitor = createVisitor(spoke);
  expect((await visitor.open(address({}, '/oauth/authorize/'))).heading).toBe('Sign in');
  expect((await spoke.call(`HEAD ${address()}`, { token: null })).status).toBe(200);
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await spoke.call(`${method} ${address()}`, { token: null });
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'GET, HEAD, POST']);
  }
  expect((await visitor.open(address({}, '/oauth/none/authorize'))).status).toBe(404);
});
