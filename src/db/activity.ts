// What was done in a portal and is to be answered for, in three feeds: audit, login, security. Rows are added, never changed.

import sql from 'sql-template-tag';
import { prepared, toJsonb, type Queryable } from './db.ts';

export type ActivityKind = 'audit' | 'login' | 'security';

export interface ActivityRow<Details> {
  /** Ascending in the order of writing. */
  id: number;
  at: string;
  userId: number | null;
  details: Details;
}

/** Adds an entry. */
export async function insertActivity(db: Queryable, portalId: number, kind: ActivityKind, row: ActivityRow<object>): Promise<void> {
  await db.query(prepared('insert-activity', sql`
    insert into activity (portal_id, kind, id, at, user_id, details)
    values (${portalId}::bigint, ${kind}, ${row.id}::bigint, ${row.at}::timestamptz, ${row.userId}::bigint, ${toJsonb(row.details)}::jsonb)`));
}

export interface ActivityFilter {
  limit: number;
  newestFirst: boolean;
  /** The last id of the page before. */
  after?: number | undefined;
  userId?: number | undefined;
  /** Entries at or after this time, and at or before that one. */
  from?: string | undefined;
  to?: string | undefined;
}

/** A page of a feed in the order of writing, or the other way round. */
export async function readActivityPage<Details>(
  db: Queryable, portalId: number, kind: ActivityKind, { limit, newestFirst, after, userId, from, to }: ActivityFilter,
): Promise<ActivityRow<Details>[]> {
  return await db.query<ActivityRow<Details>>(sql`
    select id, at, user_id as "userId", details from activity
    where portal_id = ${portalId}::bigint and kind = ${kind}
      and (${after ?? null}::bigint is null or ${newestFirst ? sql`id < ${after ?? null}::bigint` : sql`id > ${after ?? null}::bigint`})
      and (${userId ?? null}::bigint is null or user_id = ${userId ?? null}::bigint)
      and (${from ?? null}::timestamptz is null or at >= ${from ?? null}::timestamptz)
      and (${to ?? null}::timestamptz is null or at <= ${to ?? null}::timestamptz)
    order by id ${newestFirst ? sql`desc` : sql`asc`} limit ${limit}::int`);
}
