// Which object types of a portal have records whose calculated values are not up to date: marks in the portal's settings,
// set in the transaction that changes a formula and taken away once every record is right. A restart finds them there.

import sql, { join } from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import { toJsonb, type Queryable } from './db.ts';
import type { RecordRow } from './records.ts';

export interface RecomputationMark {
  /** Another one for every change: who takes a mark away must have worked for the last of them. */
  run: number;
  /** ISO time of the change. */
  at: string;
}

/** The marks of a portal, by object type. */
export async function readRecomputations(db: Queryable, portalId: number): Promise<Record<string, RecomputationMark>> {
  const [row] = await db.query<{ marks: Record<string, RecomputationMark> | null }>(sql`
    select settings->'recomputing' as marks from portal where portal_id = ${portalId}::bigint`);
  return row?.marks ?? {};
}

/** Marks a type. Call it in a transaction that holds lockModel. */
export async function writeRecomputation(tx: Queryable, portalId: number, objectType: string, mark: RecomputationMark): Promise<void> {
  await tx.query(sql`
    update portal set settings = settings || jsonb_build_object('recomputing', coalesce(settings->'recomputing', '{}'::jsonb) || ${toJsonb({ [objectType]: mark })}::jsonb)
    where portal_id = ${portalId}::bigint`);
}

/** Takes a mark away, unless a later change has set it anew. */
export async function clearRecomputation(db: Queryable, portalId: number, objectType: string, run: number): Promise<void> {
  await db.query(sql`
    update portal set settings = settings #- array['recomputing', ${objectType}::text]
    where portal_id = ${portalId}::bigint and settings->'recomputing'->${objectType}::text->>'run' = ${String(run)}`);
}

/** A page of live records with ids from `fromId` on, in order of id, as listRecords; only those written at `since` or later. */
export async function listWrittenSince(
  db: Queryable, placement: Placement, objectType: string, page: { fromId: number; limit: number; since: string },
): Promise<RecordRow[]> {
  const parts = bucketsOf(placement).map((bucket) => sql`(
    select id, properties, version, created_at, updated_at, archived_at from record
    where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and id >= ${page.fromId}::bigint and archived_at is null and updated_at >= ${page.since}::timestamptz
    order by id limit ${page.limit}::int)`);
  // A single part has its order already, and Postgres takes no second one.
  if (parts.length === 1) return await db.query<RecordRow>(parts[0]!);
  return await db.query<RecordRow>(sql`${join(parts, ' union all ')} order by id limit ${page.limit}::int`);
}
