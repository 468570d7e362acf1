// What is secret stays so: the program at its most talkative writes down no token, secret or password, neither in its log nor
// in its data. And what is revoked ends on every process of a database within a second.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test, vi } from 'vitest';
import { createToken, revokeToken } from '../../src/crm/tokens.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, request, runProgram, startProgram, temporaryFolder } from '../support/program.ts';
import { PORTAL_ID } from '../support/spoke.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** Settings of programs that share one database, which the test reaches too where it is a server. */
async function settingsOf(): Promise<{ settings: Record<string, string>; database?: TestDatabase; folder?: string }> {
  if (inject('database') === 'postgres') {
    const database = await openTestDatabase();
    closing.push(database.close);
    return { settings: { SPOKE_DATABASE_URL: database.url! }, database };
  }
  const folder = temporaryFolder();
  closing.push(folder.remove);
  // Not there yet: the program makes it.
  const data = join(folder.path, 'data');
  return { settings: { SPOKE_DATA_DIR: data }, folder: data };
}

async function startOne(settings: Record<string, string>): Promise<Program> {
  const program = await startProgram(settings);
  closing.push(program.stop);
  return program;
}

/** Sends text as it is and answers the status line. */
const sendRaw = async (program: Program, text: string): Promise<string> => await new Promise((resolve, reject) => {
  const { hostname, port } = new URL(program.url);
  let answer = '';
  const socket = connect(Number(port), hostname, () => socket.write(text)).setEncoding('latin1').on('data', (part: string) => (answer += part)).on('error', reject);
  socket.on('close', () => resolve(answer));
});

test('no token, secret or password is in the log or in the data', async () => {
  const { settings, database, folder } = await settingsOf();
  const program = await startOne({ ...settings, SPOKE_LOG_LEVEL: 'trace' });
  const cli = async (args: string[], input?: string): Promise<string> => {
    const ended = await runProgram(args, settings, input);
    expect(ended.stderr).toBe('');
    return ended.stdout;
  };
  const password = 'a password nobody knows';
  const given = /^(pat-\S+)/.exec(await cli(['token', 'create', '--scopes', 'crm.objects.contacts.read']))![1]!;
  const app = await cli(['app', 'create', '--name', 'An app', '--redirect-uri', 'https://app.example.org/back', '--scopes', 'crm.objects.contacts.read']);
  const [clientId, clientSecret] = ['client id', 'client secret'].map((name) => new RegExp(`^${name} +(\\S+)`, 'm').exec(app)![1]!);
  await cli(['user', 'password', 'owner@example.com', '--password-stdin'], `${password}\n`);
  const guessed = 'pat-na1-guessed-by-somebody';

  const form = (fields: Record<string, string>, path = '/oauth/v3/token') => fetch(`${program.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
  const ok = await request(program, program.token, 'POST', CONTACTS, { properties: { firstname: 'Ada' } });
  expect(ok.status).toBe(201);
  for (const [token, path, body] of [
    [given, CONTACTS], [given, '/crm/v3/objects/deals'], [guessed, CONTACTS], [`${guessed} ${given}`, CONTACTS], [program.token, `${CONTACTS}/${given}`],
    [program.token, `${CONTACTS}?hapikey=${given}`], [program.token, `/oauth/v1/access-tokens/${given}`], [program.token, '/oauth/v2/private-apps/get/access-token-info', { tokenKey: given }],
    [program.token, '/oauth/v2/private-apps/get/access-token-info', { tokenKey: guessed }], [program.token, `${CONTACTS}/batch/create`, { inputs: given }],
  ] as [string, string, unknown?][]) expect((await request(program, token, body === undefined ? 'GET' : 'POST', path, body)).status).not.toBe(500);
  await fetch(`${program.url}/nowhere/${given}`, { headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` } });
  const granted = await form({ grant_type: 'client_credentials', client_id: clientId!, client_secret: clientSecret!, scope: 'crm.objects.contacts.read' });
  expect(granted.status).toBe(200);
  const { access_token: accessToken } = await granted.json() as { access_token: string };
  await form({ grant_type: 'refresh_token', client_id: clientId!, client_secret: clientSecret!, refresh_token: guessed });
  await form({ client_id: clientId!, client_secret: clientSecret!, token: accessToken }, '/oauth/v3/token/introspect');
  await form({ client_id: clientId!, client_secret: clientSecret!, token: accessToken }, '/oauth/v3/token/revoke');
  await program.stop();

  const secrets = [given, program.token, guessed, clientSecret!, accessToken, password];
  expect(program.stderr()).toContain('"level"');
  for (const secret of secrets) expect(program.stderr()).not.toContain(secret);
  // A folder that it makes is this user's alone.
  if (folder !== undefined) expect(statSync(folder).mode & 0o777).toBe(0o700);
  const isKept = folder === undefined ? await rowsOf(database!) : filesOf(folder);
  expect(isKept('An app')).toBe(true);
  for (const secret of secrets) expect(isKept(secret), secret).toBe(false);
});

/** Whether a text is in any file of the folder. */
function filesOf(folder: string): (text: string) => boolean {
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))).filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));
  return (text) => files.some((bytes) => bytes.includes(text));
}

/** Whether a text is in any row of the database. */
async function rowsOf({ db }: TestDatabase): Promise<(text: string) => boolean> {
  const tables = await db.query<{ name: string }>({ text: 'select table_name as name from information_schema.tables where table_schema = current_schema()', values: [] });
  const rows = await Promise.all(tables.map(async ({ name }) => JSON.stringify(await db.query({ text: `select * from ${name}`, values: [] }))));
  return (text) => rows.some((row) => row.includes(text));
}

test('odd Host headers are refused or taken, and never break anything', async () => {
  const { settings } = await settingsOf();
  const program = await startOne(settings);
  await request(program, program.token, 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: {} }, { properties: {} }] });
  for (const host of ['', 'a b', 'a/b', 'a@b', 'a?b', 'a#b', '[::1', 'é', 'a:99999', '"><script>', `${'x'.repeat(5_000)}`, 'evil.example', '%0d%0aset-cookie: a=b']) {
    const answer = await sendRaw(program, `GET ${CONTACTS}?limit=1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${program.token}\r\nConnection: close\r\n\r\n`);
    expect(answer, `Host: ${host}`).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(answer.toLowerCase(), host).not.toContain('\nset-cookie');
    expect(answer, host).not.toContain('<script>');
  }
  expect((await request(program, program.token, 'GET', CONTACTS)).status).toBe(200);
});

describe('a token that is revoked', () => {
  const statuses = async (programs: Program[], token: string): Promise<number[]> => await Promise.all(programs.map(async (program) => (await request(program, token, 'GET', CONTACTS)).status));

  test('ends on every process within a second', async ({ skip }) => {
    const { settings, database } = await settingsOf();
    if (!database) return skip('an embedded database has one process');
    const programs = await Promise.all([1, 2].map(() => startOne({ ...settings, SPOKE_PORTAL_ID: String(PORTAL_ID) })));
    const { token, appId } = await createToken(database.db, { portalId: PORTAL_ID, name: 'to revoke', scopes: ['crm.objects.contacts.read'], at: new Date().toISOString() });
    // Both remember it from now on.
    expect(await statuses(programs, token)).toEqual([200, 200]);
    expect(await revokeToken(database.db, PORTAL_ID, appId, new Date().toISOString())).toBe(true);
    // A second, and what a busy machine takes to answer.
    await vi.waitUntil(async () => (await statuses(programs, token)).every((status) => status === 401), { timeout: 1_500, interval: 20 });
  });
});
