// The maxima that a portal sets itself on association types, and how many records come near one.

import sql from 'sql-template-tag';
import { COUNTED_UP_TO } from './write-associations.ts';
import { bucketsOf, type Placement } from './buckets.ts';
import type { Queryable } from './db.ts';

export interface StoredLimit {
  category: number;
  typeId: number;
  /** How many records one record may reach by the type. */
  max: number;
}

/** The maxima that the portal has set, in order of category and id. */
export async function readAssociationLimits(db: Queryable, portalId: number): Promise<StoredLimit[]> {
  return await db.query<StoredLimit>(sql`
    select category, type_id as "typeId", max_to_ids as max from association_limit
    where portal_id = ${portalId}::bigint order by category, type_id`);
}

/** Sets maxima, those that are there too. */
export async function writeAssociationLimits(tx: Queryable, portalId: number, limits: StoredLimit[], at: string): Promise<void> {
  await tx.query(sql`
    insert into association_limit (portal_id, category, type_id, max_to_ids, created_at)
    select ${portalId}::bigint, category, type_id, max_to_ids, ${at}::timestamptz
    from unnest(${limits.map((l) => l.category)}::smallint[], ${limits.map((l) => l.typeId)}::int[], ${limits.map((l) => l.max)}::int[])
      as l (category, type_id, max_to_ids)
    on conflict (portal_id, category, type_id) do update set max_to_ids = excluded.max_to_ids`);
}

/** Takes maxima away. */
export async function deleteAssociationLimits(tx: Queryable, portalId: number, types: { category: number; typeId: number }[]): Promise<void> {
  await tx.query(sql`
    delete from association_limit l using unnest(${types.map((t) => t.category)}::smallint[], ${types.map((t) => t.typeId)}::int[]) as t (category, type_id)
    where l.portal_id = ${portalId}::bigint and l.category = t.category and l.type_id = t.type_id`);
}

/** Counts are kept from somewhere above COUNTED_UP_TO on, surely from here (db/write-associations.ts looks at a sample). */
export const SURELY_KEPT = 10 * COUNTED_UP_TO;

/**
 * How many times a record has at least `threshold` associations of a type. Many of a type that is `counted` have a row in
 * association_count; the others are counted, which reads every association: for a report that is asked for rarely.
 */
export async function countRecordsNear(
  db: Queryable, placement: Placement, types: { fromType: string; toType: string; category: number; typeId: number; threshold: number; counted: boolean }[],
): Promise<number> {
  const [many = [], few = []] = [true, false].map((kept) => types.filter((type) => (type.counted && type.threshold > SURELY_KEPT) === kept));
  const columns = (some: typeof types) => sql`
    unnest(${some.map((t) => t.fromType)}::text[], ${some.map((t) => t.toType)}::text[], ${some.map((t) => t.category)}::smallint[],
      ${some.map((t) => t.typeId)}::int[], ${some.map((t) => t.threshold)}::bigint[]) as t (from_type, to_type, category, type_id, threshold)`;
  const near = few.length === 0 ? [] : await db.query<{ count: number }>(sql`
    select count(*) as count from (
      select 1 from association a join ${columns(few)}
        on a.from_type = t.from_type and a.to_type = t.to_type and a.category = t.category and a.type_id = t.type_id
      where a.bucket = any(${bucketsOf(placement)}::int[]) and a.portal_id = ${placement.portalId}::bigint
      group by a.from_type, a.from_id, a.to_type, a.category, a.type_id, t.threshold
      having count(*) >= t.threshold) records`);
  const far = many.length === 0 ? [] : await db.query<{ count: number }>(sql`
    select count(*) as count from association_count c join ${columns(many)}
      on c.from_type = t.from_type and c.to_type = t.to_type and c.category = t.category and c.type_id = t.type_id
    where c.bucket = any(${bucketsOf(placement)}::int[]) and c.portal_id = ${placement.portalId}::bigint and c.count >= t.threshold`);
  return (near[0]?.count ?? 0) + (far[0]?.count ?? 0);
}
