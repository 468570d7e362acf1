// Owners and the users behind them, with their teams: rows of their own, each with its own id.

import sql from 'sql-template-tag';
import { toJsonb, type Queryable } from './db.ts';

/** What a user has beside a name: ids of teams, and whether everything is allowed. */
export interface UserDetails {
  primaryTeamId?: string;
  secondaryTeamIds?: string[];
  superAdmin?: boolean;
}

export interface UserRow {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  details: UserDetails;
}

export interface OwnerDetailsRow extends Omit<UserRow, 'details'> {
  userId: number;
  /** Of the user; null for an owner without one. */
  details: UserDetails | null;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
}

const OWNER = sql`o.id, o.user_id as "userId", o.email, o.first_name as "firstName", o.last_name as "lastName", u.details,
  o.created_at as "createdAt", o.updated_at as "updatedAt", o.archived_at as "archivedAt"`;
const OWNERS = sql`owner o left join portal_user u on u.portal_id = o.portal_id and u.id = o.user_id`;

export interface OwnerFilter {
  archived: boolean;
  /** Owners with a higher id. */
  after: number;
  limit: number;
  /** Any letter case. */
  email?: string | undefined;
}

/** Owners in order of id. */
export async function readOwnerPage(db: Queryable, portalId: number, { archived, after, limit, email }: OwnerFilter): Promise<OwnerDetailsRow[]> {
  return await db.query<OwnerDetailsRow>(sql`
    select ${OWNER} from ${OWNERS}
    where o.portal_id = ${portalId}::bigint and (o.archived_at is not null) = ${archived}::boolean and o.id > ${after}::bigint
      and (${email ?? null}::text is null or fold(o.email) = fold(${email ?? null}::text))
    order by o.id limit ${limit}::int`);
}

/** The owner of an id, or of a user's id: of several the last one. */
export async function readOwner(db: Queryable, portalId: number, by: 'id' | 'userId', id: number, archived: boolean): Promise<OwnerDetailsRow | undefined> {
  const [row] = await db.query<OwnerDetailsRow>(sql`
    select ${OWNER} from ${OWNERS}
    where o.portal_id = ${portalId}::bigint and (case when ${by === 'id'}::boolean then o.id else o.user_id end) = ${id}::bigint
      and (o.archived_at is not null) = ${archived}::boolean
    order by o.id desc limit 1`);
  return row;
}

/** Live users in order of id. */
export async function readUserPage(db: Queryable, portalId: number, page: { after: number; limit: number }): Promise<UserRow[]> {
  return await db.query<UserRow>(sql`
    select ${USER} from portal_user
    where portal_id = ${portalId}::bigint and archived_at is null and id > ${page.after}::bigint
    order by id limit ${page.limit}::int`);
}

const USER = sql`id, email, first_name as "firstName", last_name as "lastName", details`;

/** The live user of an id or of an email, any letter case. */
export async function readUser(db: Queryable, portalId: number, user: { id: number } | { email: string }): Promise<UserRow | undefined> {
  const [row] = await db.query<UserRow>(sql`
    select ${USER} from portal_user
    where portal_id = ${portalId}::bigint and archived_at is null
      and ${'id' in user ? sql`id = ${user.id}::bigint` : sql`fold(email) = fold(${user.email}::text)`}
    order by id limit 1`);
  return row;
}

/** Adds a user. */
export async function insertUser(tx: Queryable, portalId: number, user: UserRow, at: string): Promise<void> {
  await tx.query(sql`
    insert into portal_user (portal_id, id, email, first_name, last_name, details, created_at, updated_at)
    values (${portalId}::bigint, ${user.id}::bigint, ${user.email}, ${user.firstName}, ${user.lastName}, ${toJsonb(user.details)}::jsonb,
      ${at}::timestamptz, ${at}::timestamptz)`);
}

/** Gives a user, and the owner that the user is, these names and details. */
export async function updateUser(tx: Queryable, portalId: number, user: UserRow, at: string): Promise<void> {
  await tx.query(sql`
    update portal_user set first_name = ${user.firstName}, last_name = ${user.lastName}, details = ${toJsonb(user.details)}::jsonb, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and id = ${user.id}::bigint`);
  await tx.query(sql`
    update owner set first_name = ${user.firstName}, last_name = ${user.lastName}, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and user_id = ${user.id}::bigint and archived_at is null`);
}

/** Archives a user and the owner that the user is. */
export async function archiveUser(tx: Queryable, portalId: number, userId: number, at: string): Promise<void> {
  await tx.query(sql`
    update portal_user set archived_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and id = ${userId}::bigint and archived_at is null`);
  await tx.query(sql`
    update owner set archived_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and user_id = ${userId}::bigint and archived_at is null`);
}

export interface TeamRow {
  id: number;
  name: string;
}

/** The teams of a portal, in order of id. */
export async function readTeams(db: Queryable, portalId: number): Promise<TeamRow[]> {
  return await db.query<TeamRow>(sql`select id, name from team where portal_id = ${portalId}::bigint order by id`);
}

/** Adds a team. */
export async function insertTeam(tx: Queryable, portalId: number, team: TeamRow, at: string): Promise<void> {
  await tx.query(sql`insert into team (portal_id, id, name, created_at) values (${portalId}::bigint, ${team.id}::bigint, ${team.name}, ${at}::timestamptz)`);
}

/** Who is in each team: live users, as their primary or as another one. */
export async function readTeamMembers(db: Queryable, portalId: number): Promise<{ teamId: string; userId: number; primary: boolean }[]> {
  return await db.query<{ teamId: string; userId: number; primary: boolean }>(sql`
    select details->>'primaryTeamId' as "teamId", id as "userId", true as primary from portal_user
    where portal_id = ${portalId}::bigint and archived_at is null and details ? 'primaryTeamId'
    union all
    select team, id, false from portal_user, jsonb_array_elements_text(coalesce(details->'secondaryTeamIds', '[]'::jsonb)) team
    where portal_id = ${portalId}::bigint and archived_at is null
    order by "userId"`);
}
