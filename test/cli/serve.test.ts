// The program from the command line: its banner, its one-line refusals, its tokens, and how it stops.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { admin, type AdminCommand } from '../../src/cli/admin.ts';
import { askRunning, takeFolder } from '../../src/cli/control.ts';
import { readConfig, SettingError } from '../../src/config.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, request, runProgram, startProgram, temporaryFolder } from '../support/program.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const ONE_LINE = /^[^\n]+\n$/;
const embedded = inject('database') === 'pglite';

let database: TestDatabase | undefined;
beforeAll(async () => {
  database = embedded ? undefined : await openTestDatabase();
});
afterAll(async () => await database?.close());

describe('serve', () => {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const lock = join(dataDir, 'spoke.lock');
  let settings: Record<string, string>;
  let token: string;
  beforeAll(() => {
    settings = database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: dataDir };
  });
  afterAll(folder.remove);

  test('the first start shows a token once, and it works; SIGINT ends it with 0', async () => {
    const program = await startProgram(settings);
    token = program.token;
    expect(token).toMatch(/^pat-na1-[0-9a-f-]{36}$/);
    expect(program.banner).toContain(`Token      ${token}  (shown this once)`);
    expect(program.banner).toContain(`Data       ${database?.url ?? dataDir}\n`);
    expect(program.banner).toContain(`Authorization: Bearer ${token}`);
    expect(existsSync(lock)).toBe(embedded);
    const made = await request(program, token, 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: { email: 'ada@example.org' } }] });
    expect(made.status).toBe(201);
    expect((await request(program, 'pat-na1-wrong', 'GET', CONTACTS)).status).toBe(401);

    // Another terminal.
    const second = embedded ? await runProgram(['serve', '--port', '0'], settings) : undefined;
    if (second) {
      expect(second).toMatchObject({ code: 1, stdout: '', stderr: `Another Spoke (process ${program.pid}) is using this data folder. Stop it, or name another SPOKE_DATA_DIR.\n` });
      expect((await request(program, token, 'GET', CONTACTS)).status).toBe(200);
    }
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(program.stderr()).toBe('');
    expect(existsSync(lock)).toBe(false);
  });

  test('the next start shows the end of the token, and finds the data', async () => {
    const program = await startProgram(settings);
    expect(program.token).toBe(`…${token.slice(-4)}`);
    expect(program.banner).toContain('made earlier');
    expect(program.banner).not.toContain(token);
    const { body } = await request(program, token, 'GET', CONTACTS);
    expect(body.results.map((record: { properties: { email: string } }) => record.properties.email)).toEqual(['ada@example.org']);
    expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  // A Postgres server does not mind whether Spoke runs.
  test.runIf(embedded)('token: create and list, while the server is stopped', async () => {
    const cli = async (...args: string[]) => await runProgram(['token', ...args], settings);
    // At once: the second finds the folder in use, and waits for the first.
    const [made, other] = await Promise.all([
      cli('create', '--scopes', 'crm.objects.contacts.read, crm.objects.companies.read', '--name', 'reader'), cli('create', '--scopes', 'all', '--name', 'other'),
    ]);
    expect([made, other]).toMatchObject([{ code: 0, stderr: '' }, { code: 0, stderr: '' }]);
    const texts = [made, other].map(({ stdout }) => /^(pat-na1-\S+)\n\nid \d+, shown this once\n$/.exec(stdout)![1]!);
    const listed = await cli('list');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    for (const text of texts) {
      expect(listed.stdout).toContain(`…${text.slice(-4)}`);
      expect(listed.stdout).not.toContain(text);
    }
    expect(listed.stdout).toContain('crm.objects.contacts.read crm.objects.companies.read');
  });

  describe('while it runs', () => {
    let program: Program;
    beforeAll(async () => {
      program = await startProgram({ ...settings, SPOKE_TOKEN: 'given-by-the-user', SPOKE_PORTAL_ID: '77' });
    });
    afterAll(async () => void await program?.stop());
    const cli = async (...args: string[]) => await runProgram([...args, '--portal-id', '77'], settings);
    const refused = (stderr: string): object => ({ code: 1, stdout: '', stderr });

    test('token: create, list and revoke', async () => {
      expect(program.banner).toContain('given-by-the-user  (from SPOKE_TOKEN)');
      expect((await request(program, 'given-by-the-user', 'GET', CONTACTS)).status).toBe(200);

      const made = await cli('token', 'create', '--scopes', 'crm.objects.contacts.read');
      const [, text, id] = /^(pat-na1-\S+)\n\nid (\d+)/.exec(made.stdout)!;
      expect((await request(program, text!, 'GET', CONTACTS)).status).toBe(200);
      expect((await request(program, text!, 'GET', '/crm/v3/objects/companies')).status).toBe(403);
      expect((await cli('token', 'list')).stdout).toContain(`…${text!.slice(-4)}`);
      expect(await cli('token', 'revoke', id!)).toMatchObject({ code: 0, stdout: `Token ${id} is revoked.\n`, stderr: '' });
      // Within a second, as every process remembers callers that long.
      await expect.poll(async () => (await request(program, text!, 'GET', CONTACTS)).status, { timeout: 5_000 }).toBe(401);

      expect(await cli('token', 'revoke', id!)).toMatchObject(refused(`There is no live token with id ${id}. \`npm run spoke -- token list\` shows them.\n`));
    });

    test('object-type: disable, list and enable', async () => {
      const status = async (): Promise<number> => (await request(program, 'given-by-the-user', 'GET', '/crm/v3/objects/appointments')).status;
      expect(await status()).toBe(200);
      expect(await cli('object-type', 'disable', 'appointments')).toMatchObject({ code: 0, stdout: 'appointments (0-421) is disabled.\n', stderr: '' });
      expect(await status()).toBe(403);
      expect((await cli('object-type', 'list')).stdout).toMatch(/'0-421' .*'appointments' .*false/);
      expect(await cli('object-type', 'enable', '0-421')).toMatchObject({ code: 0, stdout: 'appointments (0-421) is enabled.\n', stderr: '' });
      expect(await status()).toBe(200);
    });

    test('owner and team: add, list, archive', async () => {
      expect(await cli('owner', 'add', 'ana@example.com', '--first-name', 'Ana', '--last-name', 'Diaz')).toMatchObject({ code: 0, stdout: 'ana@example.com is owner 2, user 3.\n', stderr: '' });
      expect(await cli('team', 'add', 'Sales EMEA')).toMatchObject({ code: 0, stdout: 'Sales EMEA is team 1.\n', stderr: '' });
      expect((await request(program, 'given-by-the-user', 'GET', '/crm/v3/owners/2')).body).toMatchObject({ email: 'ana@example.com', userId: 3 });
      expect((await request(program, 'given-by-the-user', 'GET', '/settings/v3/users/teams')).body.results).toMatchObject([{ id: '1', name: 'Sales EMEA' }]);
      expect(await cli('owner', 'archive', '2')).toMatchObject({ code: 0, stdout: 'Owner 2 is archived.\n' });
      expect((await cli('owner', 'list')).stdout).toMatch(/'owner@example.com' .*''[^]*'ana@example.com' .*'Ana Diaz' .*'20/);
      const wrong = await Promise.all([cli('owner', 'add', 'OWNER@example.com'), cli('owner', 'add', 'x'), cli('owner', 'archive', '2')]);
      expect(wrong.map(({ code, stderr }) => [code, stderr])).toEqual([
        [1, 'There is a user with the email OWNER@example.com already.\n'], [1, '"x" is no email address.\n'], [1, 'There is no live owner with id 2. `npm run spoke -- owner list` shows them.\n'],
      ]);
    });

    test.runIf(!embedded)('token: what is wrong is one line', async () => {
      const [unknown, none, noId, missing] = await Promise.all([
        cli('token', 'create', '--scopes', 'all,crm.objects.unicorns.read'), cli('token', 'create', '--scopes', ','), cli('token', 'revoke', 'first'), cli('token', 'create'),
      ]);
      expect(unknown).toMatchObject(refused('No such scope: all, crm.objects.unicorns.read. `npm run spoke -- scopes` lists them.\n'));
      expect(none).toMatchObject(refused('Name at least one scope with --scopes, or --scopes all.\n'));
      expect(noId).toMatchObject(refused('"first" is no token id. `npm run spoke -- token list` shows them.\n'));
      expect(missing).toMatchObject(refused("error: required option '--scopes <scopes>' not specified\n(--help shows what there is)\n"));
    });

    test.runIf(!embedded)('object-type: what is wrong is one line', async () => {
      const [fixed, unknown, nowhere] = await Promise.all([
        cli('object-type', 'disable', 'contacts'), cli('object-type', 'enable', 'unicorns'), runProgram(['object-type', 'list', '--portal-id', '79'], settings),
      ]);
      const names = 'Those that can are services, courses, listings, appointments.';
      expect(fixed).toMatchObject(refused(`"contacts" is no object type that can be switched off. ${names}\n`));
      expect(unknown).toMatchObject(refused(`"unicorns" is no object type that can be switched off. ${names}\n`));
      expect(nowhere).toMatchObject(refused('There is no portal 79. Start Spoke with it once, or name another SPOKE_PORTAL_ID.\n'));
    });
  });

  test.runIf(!embedded)('SPOKE_TOKEN is not made again by the next start, and can be taken back', async () => {
    for (const email of ['one@example.org', 'two@example.org']) {
      const program = await startProgram({ ...settings, SPOKE_TOKEN: 'given-by-the-user', SPOKE_PORTAL_ID: '77' });
      const { body } = await request(program, 'given-by-the-user', 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: { email } }] });
      expect(body.results[0].url).toContain('/contacts/77/');
      await program.stop();
    }
    const { stdout } = await runProgram(['token', 'list', '--portal-id', '77'], settings);
    expect(stdout.match(/SPOKE_TOKEN/g)).toHaveLength(1);
  });
});

describe.runIf(embedded)('an embedded database', () => {
  test('memory: keeps nothing and has no tokens to manage', async () => {
    const program = await startProgram({ SPOKE_DATA_DIR: 'memory:' });
    expect(program.banner).toContain('in memory, gone when Spoke stops');
    expect((await request(program, program.token, 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: { email: 'ada@example.org' } }] })).status).toBe(201);
    await expect(admin(readConfig({ dataDir: 'memory:' }, {}), { name: 'token.list', portalId: 1 })).rejects.toThrow(
      new SettingError('A database in memory has no tokens to manage. Name its folder with SPOKE_DATA_DIR.'),
    );
    expect(await program.stop()).toEqual({ code: 0, signal: null });
  });

  test('a data folder that is a file is one line', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await runProgram(['serve', '--port', '0'], { SPOKE_DATA_DIR: file });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `SPOKE_DATA_DIR is "${file}", which cannot be made a folder (EEXIST). Name another one.\n` });
    await expect(takeFolder(join(file, 'below'), async () => {})).rejects.toThrow(/which cannot be made a folder \(ENOTDIR\)/);
    folder.remove();
  });
});

describe('what a user can mend ends with 1 and one line', () => {
  const refused = async (settings: Record<string, string>, args: string[] = []): Promise<string> => {
    const { code, stdout, stderr } = await runProgram(['serve', ...args], settings);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(ONE_LINE) });
    return stderr.trimEnd();
  };

  test.runIf(!embedded)('wrong settings', async () => {
    const messages = await Promise.all([
      refused({ SPOKE_PORT: '1' }, ['--port', '99999']), refused({ SPOKE_PROT: '1' }),
      refused({ SPOKE_LOG_LEVEL: 'warn', SPOKE_DATABASE_URL: database!.url!, SPOKE_HOST: '203.0.113.1', SPOKE_PORT: '0' }),
    ]);
    expect(messages).toEqual([
      '--port is "99999", but must be a port number from 0 to 65535 (0 picks a free one).',
      expect.stringMatching(/^SPOKE_PROT is not a setting\. /),
      'SPOKE_HOST is "203.0.113.1", which is no address of this machine.',
    ]);
  });

  test('a port in use, which leaves no lock behind', async () => {
    const folder = temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const port = String((other.address() as AddressInfo).port);
    expect(await refused({ SPOKE_LOG_LEVEL: 'warn', SPOKE_DATA_DIR: folder.path, SPOKE_PORT: port, ...(database ? { SPOKE_DATABASE_URL: database.url! } : {}) }))
      .toBe(`Port ${port} on 127.0.0.1 is in use. Set SPOKE_PORT to another one, or to 0 for any free one.`);
    expect(existsSync(join(folder.path, 'spoke.lock'))).toBe(false);
    other.close();
    folder.remove();
  });

  test.runIf(!embedded)('a server that is not there, or has no such database', async () => {
    const messages = await Promise.all([
      refused({ SPOKE_DATABASE_URL: 'postgres://ada:pssst@127.0.0.1:1/spoke' }),
      refused({ SPOKE_DATABASE_URL: `${inject('postgresAddress')}/nowhere` }),
      refused({ SPOKE_DATABASE_URL: 'postgres://spoke.invalid/spoke' }),
    ]);
    expect(messages[0]).toBe('Cannot use the database at postgres://ada:***@127.0.0.1:1/spoke (connect ECONNREFUSED 127.0.0.1:1): is the server running, and reachable from here?');
    expect(messages[1]).toBe(`Cannot use the database at ${inject('postgresAddress')}/nowhere (database "nowhere" does not exist): check the address.`);
    expect(messages[2]).toMatch(/^Cannot use the database at postgres:\/\/spoke\.invalid\/spoke \(.*\): is the server running, and reachable from here\?$/);
  });

  test.runIf(!embedded)('a database of a newer Spoke', async () => {
    const newer = await openTestDatabase();
    await newer.db.script(`insert into schema_migration values (999999, now())`);
    expect(await refused({ SPOKE_DATABASE_URL: newer.url! })).toMatch(/^The database is at version 999999, this Spoke knows up to \d+\. Start the newer Spoke instead\.$/);
    await newer.close();
  });
});

describe.runIf(embedded)('the lock of a folder', () => {
  const folders: { path: string; remove: () => void }[] = [];
  afterAll(() => folders.forEach((folder) => folder.remove()));
  const newFolder = (lock?: { url: string }): string => {
    const folder = temporaryFolder();
    folders.push(folder);
    if (lock) writeFileSync(join(folder.path, 'spoke.lock'), JSON.stringify({ pid: 1, secret: 'of another time', ...lock }));
    return folder.path;
  };
  const work = async (command: AdminCommand): Promise<string> => `did ${command.name}`;

  test('leads commands to the one that has the folder, and is gone with it', async () => {
    const folder = newFolder();
    expect(await askRunning(folder, { name: 'ping' })).toBeUndefined();
    const control = await takeFolder(folder, work);
    expect(await askRunning(folder, { name: 'ping' })).toEqual({ result: 'pong' });
    expect(await askRunning(folder, { name: 'token.list', portalId: 1 })).toEqual({ result: 'did token.list' });
    await expect(takeFolder(folder, work)).rejects.toThrow(new SettingError(`Another Spoke (process ${process.pid}) is using this data folder. Stop it, or name another SPOKE_DATA_DIR.`));
    await control.close();
    expect(await askRunning(folder, { name: 'ping' })).toBeUndefined();
    await (await takeFolder(folder, work)).close();
  });

  test('is for this user alone, and its address does nothing without the secret', async () => {
    const folder = newFolder();
    const control = await takeFolder(folder, work);
    const path = join(folder, 'spoke.lock');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { url } = JSON.parse(readFileSync(path, 'utf8')) as { url: string };
    expect((await fetch(url, { method: 'POST', body: '{"name":"token.list"}' })).status).toBe(403);
    // Left by another Spoke, whose port this one has got since.
    const other = newFolder({ url });
    expect(await askRunning(other, { name: 'ping' })).toBeUndefined();
    await (await takeFolder(other, work)).close();
    await control.close();
  });

  test('counts for nothing when a stranger has got its port since, or when it cannot be read', async () => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const folder = newFolder({ url: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/` });
    await (await takeFolder(folder, work)).close();
    writeFileSync(join(folder, 'spoke.lock'), '{"pid":');
    await (await takeFolder(folder, work)).close();
    stranger.close();
  });

  test('left behind, goes to one of many that want it', async () => {
    const folder = newFolder({ url: 'http://127.0.0.1:1/' });
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeFolder(folder, work)));
    const controls = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(controls).toHaveLength(1);
    await controls[0]!.close();
  });
});
