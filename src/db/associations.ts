// Reading association rows: one per direction, in the bucket of its from-record, read by from_* only. They lead between live
// records.

import sql, { type Sql } from 'sql-template-tag';
import { bucketOfId, type Placement } from './buckets.ts';
import { integers, prepared, type Queryable } from './db.ts';
import { modelVersion } from './portals.ts';

/** One direction of one association type between two records. */
export interface AssociationRow {
  fromType: string;
  fromId: number;
  toType: string;
  toId: number;
  /** 0 HUBSPOT_DEFINED, 1 USER_DEFINED, 2 INTEGRATOR_DEFINED, 3 WORK */
  category: number;
  typeId: number;
}

interface StoredRow {
  from_id: number;
  to_id: number;
  category: number;
  type_id: number;
}

/**
 * Of one type, as a condition that no index is asked for. The type stands behind to_id in the key, and Postgres 18 thinks of jumping
 * there from one to_id to the next: it expected so much of it that it read the whole table instead, for each record, 60 s a batch.
 */
export const isOfType = ({ category, typeId }: { category: number; typeId: number }): Sql => sql`(category = ${category}::smallint and type_id = ${typeId}::int) is true`;

/**
 * How many associations of one type records have, by record; those without any are left out. A statement per bucket and a
 * count per record: counted together, Postgres reads the whole table when it believes that the records have much of it.
 */
export async function countAssociations(
  db: Queryable, placement: Placement, of: { fromType: string; toType: string; category: number; typeId: number }, fromIds: number[],
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const [bucket, some] of Map.groupBy(new Set(fromIds), bucketOfId)) {
    const rows = await db.query<{ from_id: number; count: number }>(prepared('count-associations', sql`
      with kept as materialized (
        select from_id, count from association_count
        where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and from_type = ${of.fromType}
          and from_id = any(${integers(some)}::bigint[]) and to_type = ${of.toType} and category = ${of.category}::smallint and type_id = ${of.typeId}::int)
      select from_id, count from kept
      union all
      select f.id, c.count
      from unnest(${integers(some)}::bigint[]) as f (id)
      cross join lateral (
        select count(*)::int as count from association
        where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and from_type = ${of.fromType} and from_id = f.id
          and to_type = ${of.toType} and ${isOfType(of)}) c
      where f.id not in (select from_id from kept) and c.count > 0`));
    for (const row of rows) counts.set(row.from_id, row.count);
  }
  return counts;
}

/** Every row between the pairs, seen from their from-records. */
export async function readPairs(
  db: Queryable, placement: Placement, fromType: string, toType: string, pairs: { fromId: number; toId: number }[],
): Promise<AssociationRow[]> {
  if (pairs.length === 0) return [];
  const rows = await db.query<StoredRow>(prepared('read-pairs', sql`
    select a.from_id, a.to_id, a.category, a.type_id
    from unnest(${integers(pairs.map((p) => bucketOfId(p.fromId)))}::int[], ${integers(pairs.map((p) => p.fromId))}::bigint[], ${integers(pairs.map((p) => p.toId))}::bigint[])
      as p (bucket, from_id, to_id)
    join association a on a.bucket = p.bucket and a.portal_id = ${placement.portalId}::bigint and a.from_type = ${fromType}
      and a.from_id = p.from_id and a.to_type = ${toType} and a.to_id = p.to_id`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

/** Rows of certain types that lead from the records to any record of `toType`. */
export async function readRowsOfTypes(
  db: Queryable, placement: Placement, fromType: string, toType: string, fromIds: number[], typeIds: number[],
): Promise<AssociationRow[]> {
  if (fromIds.length === 0 || typeIds.length === 0) return [];
  const rows = await db.query<StoredRow>(prepared('read-rows-of-types', sql`
    select from_id, to_id, category, type_id from association
    where bucket = any(${[...new Set(fromIds.map(bucketOfId))]}::int[]) and portal_id = ${placement.portalId}::bigint
      and from_type = ${fromType} and from_id = any(${fromIds}::bigint[]) and to_type = ${toType}
      and (category = 0 and type_id = any(${typeIds}::int[])) is true`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

/** A row as it was read, with the version that the portal's model had at that moment. */
export interface ReadAssociation extends AssociationRow {
  modelVersion: number;
}

/**
 * The associations of records with `toType`: of each, every row of the first `limit` far records after its cursor. A
 * statement per bucket (mostly one). Far records are ranked within a lateral subquery of each record: there Postgres goes
 * along the index and stops at the limit, whatever it believes of the table (50,000 rows behind one record: 0.3 ms, against
 * 60 ms of one window over them all).
 */
export async function readFirstAssociations(
  db: Queryable, placement: Placement, fromType: string, from: { id: number; afterId: number }[], toType: string, limit: number,
): Promise<ReadAssociation[]> {
  const found: ReadAssociation[] = [];
  for (const [bucket, some] of Map.groupBy(from, (one) => bucketOfId(one.id))) {
    const rows = await db.query<StoredRow & { model_version: number }>(prepared('read-first-associations', sql`
      select f.id as from_id, page.to_id, page.category, page.type_id, ${modelVersion(placement)}
      from unnest(${integers(some.map((one) => one.id))}::bigint[], ${integers(some.map((one) => one.afterId))}::bigint[]) as f (id, after_id)
      cross join lateral (
        select * from (
          select to_id, category, type_id, dense_rank() over (order by to_id) as place from association
          where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and from_type = ${fromType}
            and from_id = f.id and to_type = ${toType} and to_id > f.after_id) ranked
        where place <= ${limit}::int) page
      order by f.id, page.to_id, page.category, page.type_id`));
    for (const row of rows) found.push({ ...fromStored(row, fromType, toType), modelVersion: row.model_version });
  }
  return found;
}

/** The records of certain types that records are associated with, by any association type. */
export async function readAssociatedOfTypes(
  db: Queryable, placement: Placement, fromType: string, fromIds: number[], toTypes: string[],
): Promise<{ fromId: number; toType: string; toId: number }[]> {
  if (fromIds.length === 0) return [];
  return await db.query(prepared('read-associated-of-types', sql`
    select distinct from_id as "fromId", to_type as "toType", to_id as "toId" from association
    where bucket = any(${[...new Set(fromIds.map(bucketOfId))]}::int[]) and portal_id = ${placement.portalId}::bigint
      and from_type = ${fromType} and from_id = any(${fromIds}::bigint[]) and to_type = any(${toTypes}::text[])`));
}

function fromStored(row: StoredRow, fromType: string, toType: string): AssociationRow {
  return { fromType, fromId: row.from_id, toType, toId: row.to_id, category: row.category, typeId: row.type_id };
}
