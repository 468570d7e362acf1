// `spoke app ...`: OAuth apps, for all portals of the database.

import type { Command } from 'commander';
import { type Flags, readConfig, SettingError } from '../config.ts';
import { admin } from './admin.ts';
import { readOverlap } from './durations.ts';
import { readId, readWords } from './token-commands.ts';

const LIST_HINT = '`npm run spoke -- app list` shows them.';

/** Adds the commands to the program; `withSettings` gives each the flags of all settings. */
export function addAppCommands(program: Command, withSettings: (command: Command) => Command): void {
  const app = program.command('app').description('OAuth apps, which portals install');

  withSettings(app.command('create').description('make an app and show its secret once'))
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--redirect-uri <uri>', 'where codes may be sent: https, or http on localhost; may be repeated', (uri: string, others: string[] = []) => [...others, uri])
    .option('--scopes <scopes>', 'comma-separated scopes that every install grants', '')
    .option('--optional-scopes <scopes>', 'comma-separated scopes that an install may grant as well', '')
    .action(async (flags: Flags & { name: string; redirectUri: string[]; scopes: string; optionalScopes: string }) => {
      const config = readConfig(flags);
      const made = await admin(config, {
        name: 'app.create', label: flags.name, redirectUris: flags.redirectUri, requiredScopes: readWords(flags.scopes), optionalScopes: readWords(flags.optionalScopes),
      });
      console.log(`app id         ${made.appId}\nclient id      ${made.clientId}\nclient secret  ${made.clientSecret}  (shown this once)`);
    });

  withSettings(app.command('list').description('list the apps'))
    .action(async (flags: Flags) => {
      const rows = await admin(readConfig(flags), { name: 'app.list' });
      console.table(rows.map((row) => ({
        id: row.appId, name: row.name, 'client id': row.clientId, 'redirect URIs': row.redirectUris.join(' '), scopes: row.requiredScopes.join(' '),
        'optional scopes': row.optionalScopes.join(' '), created: row.createdAt,
      })));
    });

  withSettings(app.command('rotate <id>').description('give an app another secret and show it once, by the id that list shows'))
    .option('--overlap <time>', 'how long the one before stays good, or 0', '7d')
    .action(async (id: string, flags: Flags & { overlap: string }) => {
      const overlapMs = readOverlap(flags.overlap);
      const made = await admin(readConfig(flags), { name: 'app.rotate', appId: readId(id, 'app', LIST_HINT), overlapMs });
      if (!made) throw new SettingError(`There is no app with id ${id}. ${LIST_HINT}`);
      console.log(`${made.clientSecret}\n\nclient secret of app ${id}, shown this once. The one before ends at ${made.oldUntil}.`);
    });

  withSettings(app.command('delete <id>').description('delete an app and end its tokens in all portals, by the id that list shows'))
    .action(async (id: string, flags: Flags) => {
      const { deleted } = await admin(readConfig(flags), { name: 'app.delete', appId: readId(id, 'app', LIST_HINT) });
      if (!deleted) throw new SettingError(`There is no app with id ${id}. ${LIST_HINT}`);
      console.log(`App ${id} is deleted.`);
    });
}
