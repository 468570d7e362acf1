// `spoke user ...`: who may sign in to the pages of Spoke.

import type { Command } from 'commander';
import { type Flags, readConfig, SettingError } from '../config.ts';
import { hashPassword, passwordFault } from '../crm/passwords.ts';
import { admin } from './admin.ts';
import { readNewPassword } from './read-password.ts';

/** Adds the commands to the program; `withSettings` gives each the flags of all settings. */
export function addUserCommands(program: Command, withSettings: (command: Command) => Command): void {
  const user = program.command('user').description('who may sign in, to grant apps access: users, as `owner add` makes them');

  withSettings(user.command('list').description('list the users of the portal'))
    .action(async (flags: Flags) => {
      const config = readConfig(flags);
      console.table(await admin(config, { name: 'user.list', portalId: config.portalId }));
    });

  withSettings(user.command('password <email>').description('set a password, asked for without an echo; ends all sessions of the user'))
    .option('--password-stdin', 'read the password from standard input instead')
    .action(async (email: string, flags: Flags & { passwordStdin?: true }) => {
      const config = readConfig(flags);
      const password = await readNewPassword(flags.passwordStdin === true);
      const fault = passwordFault(password);
      if (fault !== undefined) throw new SettingError(fault);
      // Hashed here: only the hash goes on, to a Spoke that is running or to the database.
      await admin(config, { name: 'user.password', email, passwordHash: await hashPassword(password) });
      console.log(`${email} can sign in with the new password.`);
    });

  withSettings(user.command('lock <email>').description('take the password away and end all sessions of the user'))
    .action(async (email: string, flags: Flags) => {
      const config = readConfig(flags);
      const { locked } = await admin(config, { name: 'user.lock', email });
      if (!locked) throw new SettingError(`${email} has no password. \`npm run spoke -- user list\` shows who has.`);
      console.log(`${email} can no longer sign in.`);
    });
}
