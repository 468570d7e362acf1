// What the command line can do to a portal. Commands are plain values, so that they run the same in this process and in
// a Spoke that is already running.

import { loadCatalogue, resolveObjectType } from '../catalogue/load.ts';
import { type Config, SettingError } from '../config.ts';
import { changeAccount, readAccount, type Account, type AccountSettings } from '../crm/account.ts';
import { listLogins, lockUser, setPassword } from '../crm/logins.ts';
import { listSwitchableTypes, switchType } from '../crm/object-types.ts';
import { addOwner, addTeam, archiveOwner, isEmail, listAllOwners } from '../crm/owners.ts';
import type { Db } from '../db/db.ts';
import { runCredentials, type CredentialCommand, type CredentialResults } from './credentials.ts';
import { askRunning, type Control, FolderInUseError, takeFolder } from './control.ts';
import { dataFolder, openDatabase } from './open-database.ts';

export type AdminCommand =
  | { name: 'ping' }
  | CredentialCommand
  | { name: 'owner.add'; portalId: number; email: string; firstName: string; lastName: string }
  | { name: 'owner.list'; portalId: number }
  | { name: 'owner.archive'; portalId: number; ownerId: number }
  | { name: 'team.add'; portalId: number; label: string }
  | { name: 'portal.show'; portalId: number }
  | { name: 'portal.set'; portalId: number; change: Partial<AccountSettings & { name: string }> }
  | { name: 'user.list'; portalId: number }
  | { name: 'user.password'; email: string; passwordHash: string }
  | { name: 'user.lock'; email: string }
  | { name: 'objectType.list'; portalId: number }
  | { name: 'objectType.switch'; portalId: number; typeName: string; enabled: boolean };

/** What each command answers. */
export interface AdminResults extends CredentialResults {
  ping: 'pong';
  'owner.add': { ownerId: number; userId: number };
  'owner.list': { id: number; userId: number; email: string; name: string; archived: string }[];
  'owner.archive': { archived: boolean };
  'team.add': { id: number };
  'portal.show': Account;
  'portal.set': Account;
  'user.list': { id: number; email: string; name: string; passwordSince: string }[];
  'user.password': { set: true };
  'user.lock': { locked: boolean };
  'objectType.list': { id: string; name: string; enabled: boolean }[];
  'objectType.switch': { id: string; name: string };
}

/** Runs a command on an open database. Throws SettingError with one line for the user. */
export async function runAdmin(db: Db, command: AdminCommand): Promise<unknown> {
  const at = new Date().toISOString();
  switch (command.name) {
    case 'ping': return 'pong';
    case 'owner.add': {
      const { portalId, email, firstName, lastName } = command;
      if (!isEmail(email)) throw new SettingError(`"${email}" is no email address.`);
      const made = await addOwner(db, portalId, { email, firstName, lastName }, at) ?? fail(noPortal(portalId));
      return made === 'taken' ? fail(new SettingError(`There is a user with the email ${email} already.`)) : made;
    }
    case 'owner.list': {
      const rows = await listAllOwners(db, command.portalId);
      if (!rows) throw noPortal(command.portalId);
      return rows.map(({ id, userId, email, firstName, lastName, archivedAt }) => ({ id, userId, email, name: `${firstName} ${lastName}`.trim(), archived: archivedAt ?? '' }));
    }
    case 'owner.archive': return { archived: await archiveOwner(db, command.portalId, command.ownerId, at) ?? fail(noPortal(command.portalId)) };
    case 'team.add': return await addTeam(db, command.portalId, command.label, at) ?? fail(noPortal(command.portalId));
    case 'portal.show': return await readAccount(db, command.portalId) ?? fail(noPortal(command.portalId));
    case 'portal.set': return await changeAccount(db, command.portalId, command.change, at) ?? fail(noPortal(command.portalId));
    case 'user.list': {
      const rows = await listLogins(db, command.portalId) ?? fail(noPortal(command.portalId));
      return rows.map(({ userId, email, firstName, lastName, passwordSince }) => ({ id: userId, email, name: `${firstName} ${lastName}`.trim(), passwordSince: passwordSince ?? '' }));
    }
    case 'user.password': {
      const isSet = await setPassword(db, command.email, command.passwordHash, at);
      return isSet ? { set: true } : fail(new SettingError(`There is no user with the email ${command.email}. \`npm run spoke -- owner add\` adds one.`));
    }
    case 'user.lock': return { locked: await lockUser(db, command.email) };
    case 'objectType.list': {
      const types = await listSwitchableTypes(db, loadCatalogue(), command.portalId);
      if (!types) throw noPortal(command.portalId);
      return types.map(({ type: { id, name }, enabled }) => ({ id, name, enabled }));
    }
    case 'objectType.switch': {
      const { id, name } = findSwitchable(command.typeName);
      if (!(await switchType(db, command.portalId, id, command.enabled, at))) throw noPortal(command.portalId);
      return { id, name };
    }
    default: return await runCredentials(db, command, at);
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

const noPortal = (portalId: number): SettingError => new SettingError(`There is no portal ${portalId}. Start Spoke with it once, or name another SPOKE_PORTAL_ID.`);

function findSwitchable(name: string): { id: string; name: string } {
  const catalogue = loadCatalogue();
  const type = resolveObjectType(catalogue, name);
  if (type?.switchable) return type;
  const names = catalogue.objectTypes.filter((one) => one.switchable).map((one) => one.name);
  throw new SettingError(`"${name}" is no object type that can be switched off. Those that can are ${names.join(', ')}.`);
}

function fail(error: Error): never {
  throw error;
}
