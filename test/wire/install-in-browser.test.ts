// What a developer of an app does to try its install: starts Spoke, makes the app, opens the authorize page in a browser, grants,
// and finds the app with tokens. On the machine's own database it is one click; on a Postgres server the user signs in.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findBrowser, startBrowser } from '../support/browser.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, request, runProgram, startProgram, temporaryFolder } from '../support/program.ts';

const PASSWORD = 'correct horse battery';
const embedded = inject('database') === 'pglite';
const chromium = findBrowser();

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe.skipIf(chromium === undefined)('an app is installed in a browser', () => {
  const folder = temporaryFolder();
  let database: TestDatabase | undefined;
  let settings: Record<string, string>;
  let program: Program;
  let browser: Browser;
  let page: Page;
  /** The app's server, and a page of another host that it leads to afterwards. */
  let callback: Server;
  let welcome: Server;
  let returned: URL | undefined;
  let redirectUri: string;
  let credentials: { client_id: string; client_secret: string };
  const complaints: string[] = [];

  beforeAll(async () => {
    database = embedded ? undefined : await openTestDatabase();
    settings = database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: folder.path };
    program = await startProgram(settings);
    welcome = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'));
    const welcomePort = await listen(welcome);
    callback = createServer((request, response) => {
      returned = new URL(request.url!, 'http://localhost');
      response.writeHead(302, { location: `http://127.0.0.1:${welcomePort}/` }).end();
    });
    redirectUri = `http://localhost:${await listen(callback)}/oauth-callback`;
    const { stdout, stderr } = await runProgram([
      'app', 'create', '--name', 'Sync', '--redirect-uri', redirectUri, '--scopes', 'crm.objects.contacts.read,crm.objects.contacts.write',
      '--optional-scopes', 'crm.objects.deals.read',
    ], settings);
    expect(stderr).toBe('');
    credentials = { client_id: /client id +(\S+)/.exec(stdout)![1]!, client_secret: /client secret +(\S+)/.exec(stdout)![1]! };

    browser = await startBrowser(chromium!);
    const context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of [callback, welcome]) await new Promise((resolve) => server.close(resolve));
    await program.stop();
    await database?.close();
    folder.remove();
  });

  const authorizeUrl = (more: Record<string, string> = {}): string => `${program.url}/oauth/authorize?${new URLSearchParams({
    client_id: credentials.client_id, redirect_uri: redirectUri, scope: 'crm.objects.contacts.read crm.objects.contacts.write', ...more,
  })}`;

  const token = async (fields: Record<string, string>) => {
    const response = await fetch(`${program.url}/oauth/v1/token`, { method: 'POST', body: new URLSearchParams({ ...credentials, ...fields }) });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: response.status, body: await response.json() as any };
  };

  test.runIf(!embedded)('nobody signs in before there is a password; a wrong one is told', async () => {
    await page.goto(authorizeUrl());
    await page.getByLabel('Email').fill('owner@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('The email or the password is wrong.');
    const seen = await database!.db.query({ text: "select user_id, details from activity where kind = 'login'", values: [] });
    expect(seen).toEqual([{ user_id: 1, details: { email: 'owner@example.com', ipAddress: '127.0.0.1', userAgent: expect.stringContaining('Chrome'), loginSucceeded: false } }]);
    // The refusal is a 401, which browsers note.
    expect(complaints.splice(0)).toEqual(['Failed to load resource: the server responded with a status of 401 (Unauthorized)']);
    expect((await runProgram(['user', 'password', 'owner@example.com', '--password-stdin'], settings, PASSWORD)).code).toBe(0);
  });

  test('granted: the app gets a code, and with it tokens that work', async () => {
    await page.goto(authorizeUrl({ optional_scope: 'crm.objects.deals.read', state: 'a+b %c' }));
    if (!embedded) {
      await page.getByLabel('Email').fill('owner@example.com');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('heading', { name: 'Sync asks for access to your account' }).waitFor();
    expect(await page.getByRole('listitem').allTextContents()).toEqual([
      'Know which account this is, and who granted the accessoauth', 'See contactscrm.objects.contacts.read',
      'Create, change and delete contactscrm.objects.contacts.write', 'See dealscrm.objects.deals.read',
    ]);
    await page.getByRole('button', { name: 'Grant access' }).click();
    // Through the app's own redirect, to another host: the page's policy does not stand in its way.
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    expect([...returned!.searchParams.keys()]).toEqual(['code', 'state']);
    expect(returned!.searchParams.get('state')).toBe('a+b %c');

    const code = returned!.searchParams.get('code')!;
    const made = await token({ grant_type: 'authorization_code', redirect_uri: redirectUri, code });
    expect(made).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 1_800 } });
    const email = 'ada@example.org';
    expect((await request(program, made.body.access_token, 'POST', '/crm/v3/objects/contacts', { properties: { email } })).status).toBe(201);
    expect((await request(program, made.body.access_token, 'GET', '/crm/v3/objects/deals')).status).toBe(200);
    expect((await request(program, made.body.access_token, 'GET', '/crm/v3/objects/companies')).status).toBe(403);
    expect(await token({ grant_type: 'authorization_code', redirect_uri: redirectUri, code })).toMatchObject({ status: 400, body: { status: 'BAD_AUTH_CODE' } });

    const refreshed = await token({ grant_type: 'refresh_token', refresh_token: made.body.refresh_token });
    expect(refreshed).toMatchObject({ status: 200, body: { refresh_token: made.body.refresh_token } });
    expect((await request(program, refreshed.body.access_token, 'GET', '/crm/v3/objects/contacts')).body.results[0].properties.email).toBe(email);
    expect(complaints).toEqual([]);
  });

  test('cancelled: the app is told', async () => {
    await page.goto(authorizeUrl({ state: '7' }));
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    expect(Object.fromEntries(returned!.searchParams)).toEqual({ error: 'access_denied', error_description: 'The user did not grant the access.', state: '7' });
  });

  test.runIf(!embedded)('signed out: the next one signs in', async () => {
    await page.goto(authorizeUrl());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).search).toBe(new URL(authorizeUrl()).search);
  });

  test('by another name than its own there is no one click, and everywhere else there is a password', async () => {
    // The browser is told that the name is this machine, as an attacker's name server could.
    const other = await startBrowser(chromium!, ['--host-resolver-rules=MAP rebound.example 127.0.0.1']);
    const tab = await other.newPage();
    await tab.goto(authorizeUrl().replace('127.0.0.1', 'rebound.example'));
    expect(await tab.getByRole('heading').textContent()).toBe(embedded ? 'Not by this name' : 'Sign in');
    await other.close();
  });

  test('nothing of the password is in the log', () => {
    expect(program.stderr()).not.toContain(PASSWORD);
  });
});
