// What was done in a portal and is to be answered for, in three feeds: audit, login, security. Rows are added, never changed.

import sql, { join } from 'sql-template-tag';
import { integers, prepared, texts, toJsonb, type Queryable } from './db.ts';

export type ActivityKind = 'audit' | 'login' | 'security';

export interface ActivityRow<Details> {
  /** Ascending in the order of writing. */
  id: number;
  at: string;
  userId: number | null;
  details: Details;
}

/** Adds entries of one time and one user. */
export async function insertActivities(
  db: Queryable, portalId: number, by: { at: string; userId: number | null }, rows: readonly { kind: ActivityKind; id: number; details: object }[],
): Promise<void> {
  await db.query(prepared('insert-activities', sql`
    insert into activity (portal_id, kind, id, at, user_id, details)
    select ${portalId}::bigint, kind, id, ${by.at}::timestamptz, ${by.userId}::bigint, details::jsonb
    from unnest(${texts(rows.map((row) => row.kind))}::text[], ${integers(rows.map((row) => row.id))}::bigint[], ${texts(rows.map((row) => toJsonb(row.details)))}::text[])
      as r (kind, id, details)`));
}

export interface ActivityFilter {
  limit: number;
  newestFirst: boolean;
  /** The last id of the page before. */
  after?: number | undefined;
  /** Of any of these users; 0 stands for none. */
  userIds?: readonly number[] | undefined;
  /** Entries at or after this time, and at or before that one. */
  from?: string | undefined;
  to?: string | undefined;
}

/** A page of one or several feeds in the order of writing, or the other way round. */
export async function readActivityPage<Details>(
  db: Queryable, portalId: number, kinds: readonly ActivityKind[], { limit, newestFirst, after, userIds, from, to }: ActivityFilter,
): Promise<(ActivityRow<Details> & { kind: ActivityKind })[]> {
  const order = newestFirst ? sql`desc` : sql`asc`;
  const pages = kinds.map((kind) => sql`(
    select kind, id, at, user_id as "userId", details from activity
    where portal_id = ${portalId}::bigint and kind = ${kind}
      and (${after ?? null}::bigint is null or ${newestFirst ? sql`id < ${after ?? null}::bigint` : sql`id > ${after ?? null}::bigint`})
      and (${userIds ?? null}::bigint[] is null or coalesce(user_id, 0) = any(${userIds ?? null}::bigint[]))
      and (${from ?? null}::timestamptz is null or at >= ${from ?? null}::timestamptz)
      and (${to ?? null}::timestamptz is null or at <= ${to ?? null}::timestamptz)
    order by id ${order} limit ${limit}::int)`);
  return await db.query<ActivityRow<Details> & { kind: ActivityKind }>(sql`
    select * from (${join(pages, ' union all ')}) as page order by id ${order} limit ${limit}::int`);
}
