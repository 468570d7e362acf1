// Users of the portal: made, listed, changed and deleted. Each has an owner and a record of the type `users` (objects.md 2.4);
// the three come and go together, only the record of a deleted user stays and says so. Spoke knows no roles: everybody's
// permissions are those of the token.

import { toJsonb, type Queryable } from '../db/db.ts';
import { archiveUser, readTeamMembers, readTeams, readUser, readUserPage, updateUser as writeUser, type UserDetails, type UserRow } from '../db/owners.ts';
import { findUniqueValues, readRecords } from '../db/records.ts';
import { writeRecords } from '../db/write-records.ts';
import { problem } from '../errors.ts';
import { retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { changeModel } from './model-changes.ts';
import { addPerson, isEmail } from './owners.ts';
import type { Portal } from './portal.ts';
import { claimsOf } from './unique-values.ts';
import { planValues } from './values.ts';

export type { UserRow } from '../db/owners.ts';

export interface UserUpdate {
  firstName?: string | null;
  lastName?: string | null;
  primaryTeamId?: string | null;
  secondaryTeamIds?: string[] | null;
  roleId?: string | null;
}

export interface UserInput extends UserUpdate {
  email: string;
}

/** How a path names a user. */
export type UserKey = 'USER_ID' | 'EMAIL';

/** A page of live users in order of id. */
export async function listUsers(ctx: Context, page: { after: number; limit: number }): Promise<{ users: UserRow[]; after: number | undefined }> {
  const rows = await readUserPage(ctx.db, ctx.portal.portalId, { ...page, limit: page.limit + 1 });
  const users = rows.slice(0, page.limit);
  return { users, after: rows.length > page.limit ? users.at(-1)!.id : undefined };
}

/** One live user. Throws userNotFound. */
export async function getUser(ctx: Context, by: UserKey, name: string): Promise<UserRow> {
  return await findUser(ctx.db, ctx.portal.portalId, by, name);
}

async function findUser(db: Queryable, portalId: number, by: UserKey, name: string): Promise<UserRow> {
  const isKey = by === 'EMAIL' ? !name.includes('\0') : /^\d{1,15}$/.test(name);
  const user = isKey ? await readUser(db, portalId, by === 'EMAIL' ? { email: name } : { id: Number(name) }) : undefined;
  if (!user) throw problem.userNotFound(name);
  return user;
}

/** Makes a user, the owner and the record; nobody is sent a mail. Throws invalidUser, userExists. */
export async function createUser(ctx: Context, given: UserInput): Promise<UserRow> {
  const input = JSON.parse(toJsonb(given)) as UserInput;
  if (!isEmail(input.email)) throw problem.invalidUser(`"${input.email}" is no email address`);
  // Before the transaction: ids come over a connection of their own, and the embedded database has one in all.
  const [recordId] = await ctx.ids.take(ctx.portal.placement, 1);
  return await retryingStale(async () => await changeModel(ctx, async (tx, portal, note) => {
    const person = { email: input.email, firstName: input.firstName ?? '', lastName: input.lastName ?? '', details: await toDetails(tx, portal, input, {}) };
    const made = await addPerson(tx, portal.portalId, person, ctx.at);
    note('security', { type: 'ADD_USER', objectId: String(made.userId) });
    await writeUserRecord(ctx, tx, portal, { id: made.userId, ...person }, recordId!);
    return { id: made.userId, ...person };
  }));
}

/** Changes what is sent of a user. Throws userNotFound, invalidUser. */
export async function updateUser(ctx: Context, by: UserKey, name: string, given: UserUpdate): Promise<UserRow> {
  const input = JSON.parse(toJsonb(given)) as UserUpdate;
  return await retryingStale(async () => await changeModel(ctx, async (tx, portal, note) => {
    const before = await findUser(tx, portal.portalId, by, name);
    const user = {
      ...before, firstName: input.firstName ?? before.firstName, lastName: input.lastName ?? before.lastName,
      details: await toDetails(tx, portal, input, before.details),
    };
    await writeUser(tx, portal.portalId, user, ctx.at);
    note('audit', { category: 'USER', action: 'UPDATE', targetObjectId: String(user.id) });
    await changeUserRecord(ctx, tx, portal, user, names(user));
    return user;
  }));
}

/** Archives a user and the owner; the record says hs_deactivated. Throws userNotFound. */
export async function deleteUser(ctx: Context, by: UserKey, name: string): Promise<void> {
  await retryingStale(async () => await changeModel(ctx, async (tx, portal, note) => {
    const user = await findUser(tx, portal.portalId, by, name);
    await archiveUser(tx, portal.portalId, user.id, ctx.at);
    note('security', { type: 'REMOVE_USER', objectId: String(user.id) });
    await changeUserRecord(ctx, tx, portal, user, { hs_deactivated: 'true' });
  }));
}

export interface Team {
  id: number;
  name: string;
  userIds: number[];
  secondaryUserIds: number[];
}

/** The teams of the portal with who is in them. */
export async function listTeams(ctx: Context): Promise<Team[]> {
  const [teams, members] = [await readTeams(ctx.db, ctx.portal.portalId), await readTeamMembers(ctx.db, ctx.portal.portalId)];
  const membersOf = (id: number, primary: boolean): number[] =>
    members.filter((member) => member.teamId === String(id) && member.primary === primary).map((member) => member.userId);
  return teams.map(({ id, name }) => ({ id, name, userIds: membersOf(id, true), secondaryUserIds: membersOf(id, false) }));
}

/** Teams and roles as they are kept: there must be such teams, and there are no roles. */
async function toDetails(tx: Queryable, portal: Portal, input: UserUpdate, before: UserDetails): Promise<UserDetails> {
  if (input.roleId) throw problem.invalidUser(`there is no role ${input.roleId}`);
  const { primaryTeamId, secondaryTeamIds, ...others } = before;
  const primary = input.primaryTeamId === undefined ? primaryTeamId : input.primaryTeamId;
  const secondary = [...new Set(input.secondaryTeamIds === undefined ? secondaryTeamIds : input.secondaryTeamIds ?? [])];
  const named = [...(primary ? [primary] : []), ...secondary];
  if (named.length > 0) {
    const known = new Set((await readTeams(tx, portal.portalId)).map((team) => String(team.id)));
    const missing = named.find((id) => !known.has(id));
    if (missing !== undefined) throw problem.invalidUser(`there is no team ${missing}`);
  }
  return { ...others, ...(primary ? { primaryTeamId: primary } : {}), ...(secondary.length > 0 ? { secondaryTeamIds: secondary } : {}) };
}

const USERS = '0-115';

const names = ({ firstName, lastName }: UserRow): Record<string, string> => ({ hs_given_name: firstName, hs_family_name: lastName });

/** The record of a new user. One that a client has made for this id is taken [I]. */
async function writeUserRecord(ctx: Context, tx: Queryable, portal: Portal, user: UserRow, id: number): Promise<void> {
  if (await changeUserRecord(ctx, tx, portal, user, { hs_email: user.email, ...names(user) })) return;
  const type = portal.objectType(USERS)!;
  const { set } = planValues(ctx, type, { hs_internal_user_id: user.id, hs_email: user.email }, null);
  for (const [name, value] of Object.entries(names(user))) if (value !== '') set[name] = value;
  await writeRecords(tx, portal.placement, {
    objectType: USERS, at: ctx.at, source: ctx.source, creates: [{ id, properties: set }], updates: [],
    claims: claimsOf(portal, type, set, id), releases: [],
  });
}

/** Writes values, none of them unique, of the record of a user. False when the user has none. */
async function changeUserRecord(ctx: Context, tx: Queryable, portal: Portal, user: UserRow, values: Record<string, string>): Promise<boolean> {
  const [held] = await findUniqueValues(tx, portal.placement, USERS, [{ property: 'hs_internal_user_id', value: String(user.id) }]);
  if (!held) return false;
  const [row] = await readRecords(tx, portal.placement, USERS, [held.id]);
  if (!row) return false;
  const changed = Object.entries(values).filter(([name, value]) => (row.properties[name] ?? '') !== value);
  if (changed.length === 0) return true;
  await writeRecords(tx, portal.placement, {
    objectType: USERS, at: ctx.at, source: ctx.source, creates: [], claims: [], releases: [],
    updates: [{
      id: row.id, version: row.version, set: Object.fromEntries(changed.filter(([, value]) => value !== '')),
      remove: changed.filter(([, value]) => value === '').map(([name]) => name),
    }],
  });
  return true;
}
