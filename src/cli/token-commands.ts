// `spoke token ...`: private apps and their tokens.

import type { Command } from 'commander';
import { type Flags, readConfig, SettingError } from '../config.ts';
import { ALL_SCOPES } from '../crm/tokens.ts';
import { admin } from './admin.ts';
import { readDuration, readOverlap } from './durations.ts';

const LIST_HINT = '`npm run spoke -- token list` shows them.';

/** Adds the commands to the program; `withSettings` gives each the flags of all settings. */
export function addTokenCommands(program: Command, withSettings: (command: Command) => Command): void {
  const token = program.command('token').description("access tokens of the portal's private apps");

  withSettings(token.command('create').description('make a token and show it once'))
    .requiredOption('--scopes <scopes>', 'comma-separated scopes, or all')
    .option('--name <name>', 'what the token is for', 'token')
    .option('--expires <time>', 'when it ends, such as 30d; never unless told')
    .action(async (flags: Flags & { scopes: string; name: string; expires?: string }) => {
      const config = readConfig(flags);
      const scopes = flags.scopes === 'all' ? [ALL_SCOPES] : readWords(flags.scopes);
      const lifetimeMs = flags.expires === undefined ? null : readDuration('--expires', flags.expires);
      const made = await admin(config, { name: 'token.create', portalId: config.portalId, label: flags.name, scopes, lifetimeMs });
      console.log(`${made.token}\n\nid ${made.appId}, shown this once`);
    });

  withSettings(token.command('list').description('list the tokens; when one was last used is known to the minute'))
    .action(async (flags: Flags) => {
      const config = readConfig(flags);
      const rows = await admin(config, { name: 'token.list', portalId: config.portalId });
      console.table(rows.map((row) => ({
        id: row.appId, name: row.name, token: `…${row.hint}`, scopes: row.scopes.includes(ALL_SCOPES) ? 'all' : row.scopes.join(' '),
        created: row.createdAt, expires: row.expiresAt ?? '', 'last used': row.lastUsedAt ?? '', revoked: row.revokedAt ?? '',
      })));
    });

  withSettings(token.command('rotate <id>').description('make another token for the same private app and show it once, by the id that list shows'))
    .option('--overlap <time>', 'how long the one before stays good, or 0', '7d')
    .action(async (id: string, flags: Flags & { overlap: string }) => {
      const config = readConfig(flags);
      const made = await admin(config, { name: 'token.rotate', portalId: config.portalId, appId: readId(id, 'token', LIST_HINT), overlapMs: readOverlap(flags.overlap) });
      if (!made) throw new SettingError(`There is no live token with id ${id}. ${LIST_HINT}`);
      console.log(`${made.token}\n\nid ${id}, shown this once. The one before ends at ${made.oldUntil}.`);
    });

  withSettings(token.command('revoke <id>').description('revoke a token, by the id that list shows'))
    .action(async (id: string, flags: Flags) => {
      const config = readConfig(flags);
      const { revoked } = await admin(config, { name: 'token.revoke', portalId: config.portalId, appId: readId(id, 'token', LIST_HINT) });
      if (!revoked) throw new SettingError(`There is no live token with id ${id}. ${LIST_HINT}`);
      console.log(`Token ${id} is revoked.`);
    });
}

/** Words with commas or spaces between them. */
export const readWords = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** The number of a private app or an app. Throws SettingError. */
export function readId(text: string, what: string, hint: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new SettingError(`"${text}" is no ${what} id. ${hint}`);
  return Number(text);
}
