// Owners: who records belong to (schema.md 7.1). Each is a user of the portal; one comes and goes with the other (users.ts).

import { takeBlock } from '../db/ids.ts';
import type { Db, Queryable } from '../db/db.ts';
import { archiveUser, insertTeam, insertUser, readOwner, readOwnerPage, readTeams, readUser, type OwnerDetailsRow, type TeamRow, type UserDetails } from '../db/owners.ts';
import { bumpModelVersion, insertOwner, lockModel, readPortal } from '../db/portals.ts';
import { problem } from '../errors.ts';
import { COMMAND_LINE, notingActivity, type Note } from './activity.ts';
import type { Context } from './context.ts';

export type { TeamRow } from '../db/owners.ts';

/** An owner with the teams of the user. */
export interface Owner extends OwnerDetailsRow {
  teams: { id: string; name: string; primary: boolean }[];
}

/** A page of owners in order of id. `after` is the last id of the page before. */
export async function listOwners(
  ctx: Context, asked: { archived: boolean; after: number; limit: number; email?: string | undefined },
): Promise<{ owners: Owner[]; after: number | undefined }> {
  // No address has a NUL, and Postgres takes no text with one.
  if (asked.email?.includes('\0')) return { owners: [], after: undefined };
  const rows = await readOwnerPage(ctx.db, ctx.portal.portalId, { ...asked, limit: asked.limit + 1 });
  const page = rows.slice(0, asked.limit);
  return { owners: await withTeams(ctx, page), after: rows.length > asked.limit ? page.at(-1)!.id : undefined };
}

/** One owner by its id or by that of the user. Throws ownerNotFound. */
export async function getOwner(ctx: Context, by: 'id' | 'userId', id: string, archived: boolean): Promise<Owner> {
  const row = /^\d{1,15}$/.test(id) ? await readOwner(ctx.db, ctx.portal.portalId, by, Number(id), archived) : undefined;
  if (!row) throw problem.ownerNotFound(id);
  return (await withTeams(ctx, [row]))[0]!;
}

async function withTeams(ctx: Context, rows: OwnerDetailsRow[]): Promise<Owner[]> {
  const isInOne = rows.some(({ details }) => details?.primaryTeamId !== undefined || details?.secondaryTeamIds !== undefined);
  const teams = new Map(isInOne ? (await readTeams(ctx.db, ctx.portal.portalId)).map((team) => [String(team.id), team.name]) : []);
  return rows.map((row) => ({
    ...row,
    teams: teamIds(row.details ?? {}).flatMap(({ id, primary }) => (teams.has(id) ? [{ id, name: teams.get(id)!, primary }] : [])),
  }));
}

function teamIds({ primaryTeamId, secondaryTeamIds = [] }: UserDetails): { id: string; primary: boolean }[] {
  return [...(primaryTeamId === undefined ? [] : [{ id: primaryTeamId, primary: true }]), ...secondaryTeamIds.map((id) => ({ id, primary: false }))];
}

export interface Person {
  email: string;
  firstName: string;
  lastName: string;
  details: UserDetails;
}

/** Adds a user and the owner that the user is, in a transaction that holds lockModel. Throws userExists. */
export async function addPerson(tx: Queryable, portalId: number, person: Person, at: string): Promise<{ ownerId: number; userId: number }> {
  if (await readUser(tx, portalId, { email: person.email })) throw problem.userExists(person.email);
  // One counter for both, so that a number that is an owner's is never another one's as a user.
  const end = await takeBlock(tx, portalId, 'owner', 2);
  const [ownerId, userId] = [end - 2, end - 1];
  await insertUser(tx, portalId, { id: userId, ...person }, at);
  await insertOwner(tx, portalId, { id: ownerId, userId, email: person.email, firstName: person.firstName, lastName: person.lastName }, at);
  return { ownerId, userId };
}

/** True for what can be an address; nothing is sent to it. */
export const isEmail = (email: string): boolean => email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);

// ---- for the command line, which has no caller

/** Adds an owner and the user; `taken` when one has the email. Undefined when there is no such portal. */
export async function addOwner(db: Db, portalId: number, person: Omit<Person, 'details'>, at: string): Promise<{ ownerId: number; userId: number } | 'taken' | undefined> {
  return await changePeople(db, portalId, at, async (tx, note) => {
    if (await readUser(tx, portalId, { email: person.email })) return 'taken';
    const made = await addPerson(tx, portalId, { ...person, details: {} }, at);
    note('security', { type: 'ADD_USER', objectId: String(made.userId) });
    return made;
  });
}

/** Archives the owner of the id and the user. False when there is no live one, undefined when there is no such portal. */
export async function archiveOwner(db: Db, portalId: number, ownerId: number, at: string): Promise<boolean | undefined> {
  return await changePeople(db, portalId, at, async (tx, note) => {
    const owner = await readOwner(tx, portalId, 'id', ownerId, false);
    if (!owner) return false;
    await archiveUser(tx, portalId, owner.userId, at);
    note('security', { type: 'REMOVE_USER', objectId: String(owner.userId) });
    return true;
  });
}

/** Every owner, archived ones last. Undefined when there is no such portal. */
export async function listAllOwners(db: Db, portalId: number): Promise<OwnerDetailsRow[] | undefined> {
  if (!(await readPortal(db, portalId))) return undefined;
  const [live, archived] = [false, true].map((archived) => readOwnerPage(db, portalId, { archived, after: 0, limit: 10_000 }));
  return [...await live!, ...await archived!];
}

/** Adds a team. Undefined when there is no such portal. */
export async function addTeam(db: Db, portalId: number, name: string, at: string): Promise<TeamRow | undefined> {
  return await changePeople(db, portalId, at, async (tx, note) => {
    const team = { id: await takeBlock(tx, portalId, 'team', 1) - 1, name };
    await insertTeam(tx, portalId, team, at);
    note('security', { type: 'TEAM_ADDED', objectId: String(team.id) });
    return team;
  });
}

async function changePeople<T>(db: Db, portalId: number, at: string, change: (tx: Queryable, note: Note) => Promise<T>): Promise<T | undefined> {
  return await db.transaction(async (tx) => {
    await lockModel(tx, portalId);
    if (!(await readPortal(tx, portalId))) return undefined;
    const result = await notingActivity(tx, portalId, at, COMMAND_LINE, (note) => change(tx, note));
    await bumpModelVersion(tx, portalId);
    return result;
  });
}

/**
 * The user in whose name the caller changes the portal: who granted the access; for a token of the command line the portal's
 * first one. Null in a portal without any.
 */
export function actingUserId(ctx: Context): number | null {
  return ctx.userId ?? ctx.portal.owners.values().next().value?.userId ?? null;
}
