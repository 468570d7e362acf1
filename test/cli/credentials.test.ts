// `spoke app ...` and `spoke token ...` as somebody who runs Spoke knows them, while it runs.

import { describe, expect, test } from 'vitest';
import { admin } from '../../src/cli/admin.ts';
import { readConfig } from '../../src/config.ts';
import { formOf, type Fields } from '../support/oauth.ts';
import { ownProgram } from '../support/own-program.ts';
import { request, runProgram } from '../support/program.ts';

const own = ownProgram();

const spoke = async (...args: string[]) => await runProgram(args, own.settings);
/** For commands whose words are not what a test is about. */
const config = () => readConfig({}, own.settings);
const done = (stdout: unknown): object => ({ code: 0, stdout, stderr: '' });
const refused = (stderr: string): object => ({ code: 1, stdout: '', stderr });
const ISO = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

// Every command is a process of its own.
describe('app', { timeout: 90_000 }, () => {
  const ask = async (fields: Fields): Promise<number> => (await fetch(`${own.program.url}/oauth/v3/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: formOf({ grant_type: 'client_credentials', ...fields }),
  })).status;

  test('create, list, rotate, delete', async () => {
    const made = await spoke('app', 'create', '--name', 'Sync it', '--redirect-uri', 'https://app.example/back', '--redirect-uri', 'http://localhost:3000/back',
      '--scopes', 'crm.objects.contacts.read,crm.objects.contacts.write', '--optional-scopes', 'tickets');
    expect(made).toMatchObject(done(expect.stringMatching(/^app id {9}1000001\nclient id {6}[0-9a-f-]{36}\nclient secret {2}[\w-]{43} {2}\(shown this once\)\n$/)));
    const [, client_id, client_secret] = /client id +(\S+)\nclient secret +(\S+)/.exec(made.stdout)!;
    expect(await ask({ client_id, client_secret })).toBe(200);

    const { stdout: list } = await spoke('app', 'list');
    expect(list).toMatch(new RegExp(`1000001 .*'Sync it' .*'${client_id}' .*'https://app.example/back http://localhost:3000/back' .*`
      + `'crm.objects.contacts.read crm.objects.contacts.write' .*'tickets' .*'${ISO}'`));
    expect(list).not.toContain(client_secret);

    const rotated = await spoke('app', 'rotate', '1000001', '--overlap', '12h');
    expect(rotated).toMatchObject(done(expect.stringMatching(new RegExp(`^[\\w-]{43}\n\nclient secret of app 1000001, shown this once. The one before ends at ${ISO}.\n$`))));
    const fresh = rotated.stdout.split('\n')[0]!;
    expect([await ask({ client_id, client_secret }), await ask({ client_id, client_secret: fresh })]).toEqual([200, 200]);
    const again = (await admin(config(), { name: 'app.rotate', appId: 1_000_001, overlapMs: 0 }))!.clientSecret;
    expect([await ask({ client_id, client_secret }), await ask({ client_id, client_secret: fresh }), await ask({ client_id, client_secret: again })]).toEqual([400, 400, 200]);

    expect(await spoke('app', 'delete', '1000001')).toMatchObject(done('App 1000001 is deleted.\n'));
    expect(await ask({ client_id, client_secret: again })).toBe(400);
    expect(await admin(config(), { name: 'app.list' })).toEqual([]);
  });

  test('what is wrong is one line', async () => {
    const create = (...args: string[]) => spoke('app', 'create', '--name', 'X', ...args);
    const [http, scope, all, noUri, noName, id, gone, overlap] = await Promise.all([
      create('--redirect-uri', 'http://app.example/'), create('--redirect-uri', 'https://app.example/', '--optional-scopes', 'crm.objects.unicorns.read'),
      create('--redirect-uri', 'https://app.example/', '--scopes', 'all'), create(), spoke('app', 'create', '--name', ' ', '--redirect-uri', 'https://app.example/'),
      spoke('app', 'delete', 'first'), spoke('app', 'delete', '1000001'), spoke('app', 'rotate', '1000001', '--overlap', 'week'),
    ]);
    expect(http).toMatchObject(refused('The redirect URI "http://app.example/" must be https, or http on localhost.\n'));
    expect(scope).toMatchObject(refused('No such scope: crm.objects.unicorns.read. `npm run spoke -- scopes` lists them.\n'));
    expect(all).toMatchObject(refused('No such scope: all. `npm run spoke -- scopes` lists them.\n'));
    expect(noUri).toMatchObject(refused("error: required option '--redirect-uri <uri>' not specified\n(--help shows what there is)\n"));
    expect(noName).toMatchObject(refused('Name the app with --name.\n'));
    expect(id).toMatchObject(refused('"first" is no app id. `npm run spoke -- app list` shows them.\n'));
    expect(gone).toMatchObject(refused('There is no app with id 1000001. `npm run spoke -- app list` shows them.\n'));
    expect(overlap).toMatchObject(refused('--overlap is "week", but must be a number of days, hours or minutes such as 30d, 12h or 15m.\n'));
  });
});

describe('token', { timeout: 90_000 }, () => {
  const works = async (token: string): Promise<number> => (await request(own.program, token, 'GET', '/crm/v3/objects/contacts')).status;

  test('create with an end, rotate, list', async () => {
    const made = await spoke('token', 'create', '--scopes', 'crm.objects.contacts.read', '--name', 'reader', '--expires', '30d');
    const [, old, id] = /^(pat-na1-\S+)\n\nid (\d+), shown this once\n$/.exec(made.stdout)!;
    expect((await spoke('token', 'list')).stdout.split('\n').find((line) => line.includes(`…${old!.slice(-4)}`))).toMatch(new RegExp(`'reader' .*'${ISO}' +│ '${ISO}' +│ '' +│ '' +│$`));
    const rotated = await spoke('token', 'rotate', id!);
    expect(rotated).toMatchObject(done(expect.stringMatching(new RegExp(`^pat-na1-[0-9a-f-]{36}\n\nid ${id}, shown this once. The one before ends at ${ISO}.\n$`))));
    const fresh = rotated.stdout.split('\n')[0]!;
    expect([await works(old!), await works(fresh)]).toEqual([200, 200]);
    const rows = await admin(config(), { name: 'token.list', portalId: 1 });
    expect(rows.find((row) => row.hint === old!.slice(-4))!.expiresAt).toBe(/ends at (\S+)\.\n/.exec(rotated.stdout)![1]!);

    const last = (await admin(config(), { name: 'token.rotate', portalId: 1, appId: Number(id), overlapMs: 0 }))!.token;
    // Within a second, as every process remembers callers that long.
    await expect.poll(() => works(fresh), { timeout: 5_000 }).toBe(401);
    expect([await works(old!), await works(last)]).toEqual([401, 200]);
  });

  test('what is wrong is one line', async () => {
    const [expires, zero, id, gone] = await Promise.all([
      spoke('token', 'create', '--scopes', 'all', '--expires', '30'), spoke('token', 'create', '--scopes', 'all', '--expires', '0d'), spoke('token', 'rotate', 'first'),
      spoke('token', 'rotate', '1000001'),
    ]);
    expect(expires).toMatchObject(refused('--expires is "30", but must be a number of days, hours or minutes such as 30d, 12h or 15m.\n'));
    expect(zero.stderr).toContain('--expires is "0d"');
    expect(gone).toMatchObject(refused('There is no live token with id 1000001. `npm run spoke -- token list` shows them.\n'));
    expect(id).toMatchObject(refused('"first" is no token id. `npm run spoke -- token list` shows them.\n'));
  });

  test('twenty are the most of a portal (platform.md 5.5 [D])', async () => {
    const create = () => admin(config(), { name: 'token.create', portalId: 81, label: 'one of many', scopes: ['oauth'], lifetimeMs: null });
    for (let n = 1; n <= 20; n++) expect(await create()).toEqual({ token: expect.any(String), appId: n });
    expect(await spoke('token', 'create', '--scopes', 'all', '--portal-id', '81')).toMatchObject(
      refused('The portal has 20 tokens, which is the most. `npm run spoke -- token revoke` makes room.\n'));
    // One that is rotated is still one.
    expect(await admin(config(), { name: 'token.rotate', portalId: 81, appId: 7, overlapMs: 60_000 })).not.toBeNull();
    expect(await admin(config(), { name: 'token.revoke', portalId: 81, appId: 3 })).toEqual({ revoked: true });
    expect(await create()).toMatchObject({ appId: 21 });
    // An embedded database is the program's alone while it runs.
    if (!own.database) return;
    // Who looks after the portal's safety can read of it.
    const log = await own.database.db.query<{ details: { type: string; objectId: string } }>({ text: `select details from activity where portal_id = 81 and kind = 'security' order by id`, values: [] });
    expect(log.slice(19).map(({ details: { type, objectId } }) => `${type} ${objectId}`)).toEqual([
      'PRIVATE_APP_ACCESS_TOKEN_CREATE 20', 'PRIVATE_APP_ACCESS_TOKEN_ROTATE 7', 'PRIVATE_APP_ACCESS_TOKEN_DEACTIVATE 3', 'PRIVATE_APP_ACCESS_TOKEN_CREATE 21',
    ]);
  });
});
