// `spoke user ...` as somebody who runs Spoke knows it: passwords are given on standard input, kept as hashes, and taken away.

import { expect, test } from 'vitest';
import { checkPassword } from '../../src/crm/passwords.ts';
import { ownProgram } from '../support/own-program.ts';
import { runProgram } from '../support/program.ts';

const PASSWORD = 'correct horse battery';
const own = ownProgram({ SPOKE_LOG_LEVEL: 'trace' });

const user = async (args: string[], input?: string) => await runProgram(['user', ...args], own.settings, input);

test('a password is set, listed as set, and taken away, while Spoke runs', async () => {
  expect(await user(['password', 'Owner@Example.com', '--password-stdin'], `${PASSWORD}\n`)).toMatchObject({
    code: 0, stdout: 'Owner@Example.com can sign in with the new password.\n', stderr: '',
  });
  expect((await user(['list'])).stdout).toMatch(/│ 1 +│ 'owner@example.com' │ 'Portal Owner' │ '20\d\d-.*Z' +│/);
  // An embedded database is the program's alone while it runs.
  if (own.database) {
    const rows = await own.database.db.query<{ email: string; hash: string }>({ text: 'select email, password_hash as hash from login', values: [] });
    expect(rows).toEqual([{ email: 'owner@example.com', hash: expect.stringMatching(/^\$scrypt\$/) }]);
    expect(await checkPassword(PASSWORD, rows[0]!.hash)).toBe(true);
  }
  expect(await user(['lock', 'owner@example.com'])).toMatchObject({ code: 0, stdout: 'owner@example.com can no longer sign in.\n', stderr: '' });
  expect((await user(['list'])).stdout).toMatch(/'Portal Owner' │ '' +│/);
  expect(own.program.stderr()).not.toContain(PASSWORD);
});

test('what is wrong is one line', async () => {
  const refused = await Promise.all([
    user(['password', 'nobody@example.com', '--password-stdin'], PASSWORD),
    user(['password', 'owner@example.com', '--password-stdin'], 'too short\nthe second line is none of it\n'),
    user(['password', 'owner@example.com']),
    user(['lock', 'owner@example.com']),
    runProgram(['user', 'list', '--portal-id', '404'], own.settings),
  ]);
  expect(refused.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
    [1, '', 'There is no user with the email nobody@example.com. `npm run spoke -- owner add` adds one.\n'],
    [1, '', 'A password has at least 12 characters.\n'],
    [1, '', 'There is no terminal to ask for the password in. Give it on standard input with --password-stdin.\n'],
    [1, '', 'owner@example.com has no password. `npm run spoke -- user list` shows who has.\n'],
    [1, '', 'There is no portal 404. Start Spoke with it once, or name another SPOKE_PORTAL_ID.\n'],
  ]);
});
