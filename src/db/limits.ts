// How much of its limits a portal uses: counts of records, and of associations near what a record may have.

import sql, { type Sql } from 'sql-template-tag';
import { SURELY_KEPT } from './association-limits.ts';
import { bucketsOf, type Placement } from './buckets.ts';
import type { Queryable } from './db.ts';

/** Live records by object type; types without any are not there. Reads the portal's index entries once. */
export async function countRecordsByType(db: Queryable, placement: Placement): Promise<{ objectType: string; count: number }[]> {
  return await db.query<{ objectType: string; count: number }>(sql`
    select object_type as "objectType", count(*) as count from record
    where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and archived_at is null
    group by object_type`);
}

/** The association type that every associated pair of two object types has, with how many a record may have. */
export interface PairLimit {
  fromType: string;
  toType: string;
  category: number;
  typeId: number;
  max: number;
  /** From here on a record is near its limit. */
  near: number;
}

/**
 * The records that are near a limit or at it, with how many associations they have. Many have a row in association_count;
 * few are counted, which reads every association of the type: only of types whose limit is low.
 */
function nearLimits(placement: Placement, limits: readonly PairLimit[]): Sql {
  const columns = (some: readonly PairLimit[]): Sql => sql`
    unnest(${some.map((l) => l.fromType)}::text[], ${some.map((l) => l.toType)}::text[], ${some.map((l) => l.category)}::smallint[],
      ${some.map((l) => l.typeId)}::int[], ${some.map((l) => l.max)}::bigint[], ${some.map((l) => l.near)}::bigint[]) as l (from_type, to_type, category, type_id, max, near)`;
  return sql`(
    select c.from_type, c.from_id, c.to_type, c.count::bigint as count, l.max from association_count c join ${columns(limits.filter((l) => l.near > SURELY_KEPT))}
      on c.from_type = l.from_type and c.to_type = l.to_type and c.category = l.category and c.type_id = l.type_id
    where c.bucket = any(${bucketsOf(placement)}::int[]) and c.portal_id = ${placement.portalId}::bigint and c.count >= l.near
    union all
    select a.from_type, a.from_id, a.to_type, count(*) as count, l.max from association a join ${columns(limits.filter((l) => l.near <= SURELY_KEPT))}
      on a.from_type = l.from_type and a.to_type = l.to_type and a.category = l.category and a.type_id = l.type_id
    where a.bucket = any(${bucketsOf(placement)}::int[]) and a.portal_id = ${placement.portalId}::bigint
    group by a.from_type, a.from_id, a.to_type, l.max, l.near having count(*) >= l.near) as usage`;
}

/** How many records of each pair are at the limit, and how many near it; pairs with neither are not there. */
export async function countNearLimits(db: Queryable, placement: Placement, limits: readonly PairLimit[]): Promise<{ fromType: string; toType: string; at: number; near: number }[]> {
  return await db.query<{ fromType: string; toType: string; at: number; near: number }>(sql`
    select from_type as "fromType", to_type as "toType", count(*) filter (where count >= max) as at, count(*) filter (where count < max) as near
    from ${nearLimits(placement, limits)} group by from_type, to_type`);
}

/** Some of the records at the limit, or of those near it: those with the most associations first. */
export async function findNearLimit(db: Queryable, placement: Placement, limit: PairLimit, at: boolean, count: number): Promise<{ id: number; count: number }[]> {
  return await db.query<{ id: number; count: number }>(sql`
    select from_id as id, count from ${nearLimits(placement, [limit])}
    where (count >= max) = ${at}::boolean order by count desc, from_id limit ${count}::int`);
}
