// What the command line can do to a portal. Commands are plain values, so that they run the same in this process and in
// a Spoke that is already running.

import { loadCatalogue } from '../catalogue/load.ts';
import { type Config, SettingError } from '../config.ts';
import { ensurePortal } from '../crm/portals.ts';
import { ALL_SCOPES, createToken, listTokens, revokeToken, type TokenRow } from '../crm/tokens.ts';
import type { Db } from '../db/db.ts';
import { askRunning, type Control, FolderInUseError, takeFolder } from './control.ts';
import { dataFolder, openDatabase } from './open-database.ts';

export type AdminCommand =
  | { name: 'ping' }
  | { name: 'token.create'; portalId: number; label: string; scopes: string[] }
  | { name: 'token.list'; portalId: number }
  | { name: 'token.revoke'; portalId: number; appId: number };

/** What each command answers. */
export interface AdminResults {
  ping: 'pong';
  'token.create': { token: string; appId: number };
  'token.list': Pick<TokenRow, 'appId' | 'name' | 'hint' | 'scopes' | 'createdAt' | 'revokedAt'>[];
  'token.revoke': { revoked: boolean };
}

/** Runs a command on an open database. Throws SettingError with one line for the user. */
export async function runAdmin(db: Db, command: AdminCommand): Promise<unknown> {
  const at = new Date().toISOString();
  switch (command.name) {
    case 'ping': return 'pong';
    case 'token.create': {
      checkScopes(command.scopes);
      await ensurePortal(db, command.portalId, at);
      return await createToken(db, { portalId: command.portalId, name: command.label, scopes: command.scopes, at });
    }
    case 'token.list': {
      const rows = await listTokens(db, command.portalId);
      return rows.map(({ appId, name, hint, scopes, createdAt, revokedAt }) => ({ appId, name, hint, scopes, createdAt, revokedAt }));
    }
    case 'token.revoke': return { revoked: await revokeToken(db, command.portalId, command.appId, at) };
    default: return command satisfies never;
  }
}

/** Runs a command where the settings say the data is: through the Spoke that has the folder, or on the database itself. */
export async function admin<Name extends AdminCommand['name']>(config: Config, command: AdminCommand & { name: Name }): Promise<AdminResults[Name]> {
  const folder = dataFolder(config);
  if (!config.databaseUrl && folder === undefined) throw new SettingError('A database in memory has no tokens to manage. Name its folder with SPOKE_DATA_DIR.');
  let control: Control | undefined;
  for (let attempt = 1; folder !== undefined && !control; attempt++) {
    const answered = await askRunning(folder, command);
    if (answered) return answered.result as AdminResults[Name];
    try {
      // Nobody else may open the folder meanwhile. A command that asks is not answered, and cut off when we are done.
      control = await takeFolder(folder, () => new Promise(() => {}));
    } catch (error) {
      if (!(error instanceof FolderInUseError) || attempt === 5) throw error;
    }
  }
  try {
    const db = await openDatabase(config, () => {});
    try {
      return await runAdmin(db, command) as AdminResults[Name];
    } finally {
      await db.close();
    }
  } finally {
    await control?.close();
  }
}

function checkScopes(scopes: string[]): void {
  const known = new Set([...loadCatalogue().scopes, ALL_SCOPES]);
  const unknown = scopes.filter((scope) => !known.has(scope));
  if (scopes.length === 0) throw new SettingError('Name at least one scope with --scopes, or --scopes all.');
  if (unknown.length > 0) throw new SettingError(`No such scope: ${unknown.join(', ')}. \`npm run spoke -- scopes\` lists them.`);
}
