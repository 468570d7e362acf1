// Association rows: one per direction, in the bucket of its from-record, read by from_* only.

import sql from 'sql-template-tag';
import { bucketOfId, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';

export const ASSOCIATION_COLUMNS = sql`bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at`;

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

/** Adds rows that are not there yet and removes others, in one statement. */
export async function writeAssociations(
  db: Queryable, placement: Placement, write: { at: string; add: AssociationRow[]; remove: AssociationRow[] },
): Promise<void> {
  if (write.add.length === 0 && write.remove.length === 0) return;
  await db.query(prepared('write-associations', sql`
    with removed as (
      delete from association a using jsonb_array_elements(${toJson(write.remove)}::jsonb) e
      where a.bucket = ((e->>1)::bigint % 4096)::int and a.portal_id = ${placement.portalId}::bigint
        and a.from_type = e->>0 and a.from_id = (e->>1)::bigint and a.to_type = e->>2 and a.to_id = (e->>3)::bigint
        and a.category = (e->>4)::smallint and a.type_id = (e->>5)::int)
    insert into association (${ASSOCIATION_COLUMNS})
    select ((e->>1)::bigint % 4096)::int, ${placement.portalId}::bigint, e->>0, (e->>1)::bigint, e->>2, (e->>3)::bigint,
      (e->>4)::smallint, (e->>5)::int, ${write.at}::timestamptz
    from jsonb_array_elements(${toJson(write.add)}::jsonb) e
    on conflict do nothing`));
}

/** Every row between the pairs, seen from their from-records. */
export async function readPairs(
  db: Queryable, placement: Placement, fromType: string, toType: string, pairs: { fromId: number; toId: number }[],
): Promise<AssociationRow[]> {
  const rows = await db.query<StoredRow>(prepared('read-pairs', sql`
    select a.from_id, a.to_id, a.category, a.type_id
    from unnest(${pairs.map((p) => bucketOfId(p.fromId))}::int[], ${pairs.map((p) => p.fromId)}::bigint[], ${pairs.map((p) => p.toId)}::bigint[])
      as p (bucket, from_id, to_id)
    join association a on a.bucket = p.bucket and a.portal_id = ${placement.portalId}::bigint and a.from_type = ${fromType}
      and a.from_id = p.from_id and a.to_type = ${toType} and a.to_id = p.to_id`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

/** Rows of certain types (the primary ones) that lead from the records to any record of `toType`. */
export async function readRowsOfTypes(
  db: Queryable, placement: Placement, fromType: string, toType: string, fromIds: number[], typeIds: number[],
): Promise<AssociationRow[]> {
  if (fromIds.length === 0 || typeIds.length === 0) return [];
  const rows = await db.query<StoredRow>(prepared('read-rows-of-types', sql`
    select from_id, to_id, category, type_id from association
    where bucket = any(${[...new Set(fromIds.map(bucketOfId))]}::int[]) and portal_id = ${placement.portalId}::bigint
      and from_type = ${fromType} and from_id = any(${fromIds}::bigint[]) and to_type = ${toType}
      and category = 0 and type_id = any(${typeIds}::int[])`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

/** A page of one record's associations with `toType`: every row of the next `limit` records after `afterId`. */
export async function listAssociations(
  db: Queryable, placement: Placement, fromType: string, fromId: number, toType: string, page: { afterId: number; limit: number },
): Promise<AssociationRow[]> {
  const rows = await db.query<StoredRow>(prepared('list-associations', sql`
    with page as materialized (
      select distinct to_id from association
      where bucket = ${bucketOfId(fromId)}::int and portal_id = ${placement.portalId}::bigint and from_type = ${fromType}
        and from_id = ${fromId}::bigint and to_type = ${toType} and to_id > ${page.afterId}::bigint
      order by to_id limit ${page.limit}::int)
    select from_id, to_id, category, type_id from association
    where bucket = ${bucketOfId(fromId)}::int and portal_id = ${placement.portalId}::bigint and from_type = ${fromType}
      and from_id = ${fromId}::bigint and to_type = ${toType} and to_id in (select to_id from page)
    order by to_id, category, type_id`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

/** The first `limit` associated records of each of many records: what `?associations=` shows. */
export async function readFirstAssociations(
  db: Queryable, placement: Placement, fromType: string, fromIds: number[], toType: string, limit: number,
): Promise<AssociationRow[]> {
  if (fromIds.length === 0) return [];
  const rows = await db.query<StoredRow>(prepared('read-first-associations', sql`
    select from_id, to_id, category, type_id from (
      select from_id, to_id, category, type_id, dense_rank() over (partition by from_id order by to_id) as place from association
      where bucket = any(${[...new Set(fromIds.map(bucketOfId))]}::int[]) and portal_id = ${placement.portalId}::bigint
        and from_type = ${fromType} and from_id = any(${fromIds}::bigint[]) and to_type = ${toType}) ranked
    where place <= ${limit}::int order by from_id, to_id, category, type_id`));
  return rows.map((row) => fromStored(row, fromType, toType));
}

function fromStored(row: StoredRow, fromType: string, toType: string): AssociationRow {
  return { fromType, fromId: row.from_id, toType, toId: row.to_id, category: row.category, typeId: row.type_id };
}

/** Sorted, so that two writers of the same rows wait for each other instead of deadlocking. */
function toJson(rows: AssociationRow[]): string {
  const keys = rows.map((r) => [r.fromType, r.fromId, r.toType, r.toId, r.category, r.typeId]);
  keys.sort((a, b) => {
    const at = a.findIndex((part, i) => part !== b[i]);
    return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
  });
  return JSON.stringify(keys);
}
