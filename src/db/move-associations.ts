// Associations of records that are merged, archived or deleted: all of them at once, both directions. The far side is
// reached through the near one, so that no row is looked for by its to-record. The caller holds the locks of the records
// and of their neighbours; whom these statements met is answered, so that it can make sure.

import sql from 'sql-template-tag';
import type { AssociationRow } from './associations.ts';
import { bucketOfId, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';
import type { RecordKey } from './merges.ts';

/** Every record that is associated with one of the records, but for those themselves. */
export async function readNeighbours(db: Queryable, placement: Placement, objectType: string, ids: number[]): Promise<RecordKey[]> {
  if (ids.length === 0) return [];
  return await db.query<RecordKey>(prepared('read-neighbours', sql`
    select distinct to_type as "objectType", to_id as id from association
    where bucket = any(${bucketsOfIds(ids)}::int[]) and portal_id = ${placement.portalId}::bigint and from_type = ${objectType}
      and from_id = any(${ids}::bigint[]) and not (to_type = ${objectType} and to_id = any(${ids}::bigint[]))`));
}

/** The rows of certain types, to records of any type, that lead from the records. */
export async function readPrimaries(db: Queryable, placement: Placement, objectType: string, ids: number[], typeIds: number[]): Promise<AssociationRow[]> {
  if (typeIds.length === 0 || ids.length === 0) return [];
  return await db.query<AssociationRow>(prepared('read-primaries', sql`
    select from_type as "fromType", from_id as "fromId", to_type as "toType", to_id as "toId", category, type_id as "typeId" from association
    where bucket = any(${bucketsOfIds(ids)}::int[]) and portal_id = ${placement.portalId}::bigint and from_type = ${objectType}
      and from_id = any(${ids}::bigint[]) and (category = 0 and type_id = any(${typeIds}::int[])) is true`));
}

/** Takes the associations of archived records out of reads, counts and maxima. Answers the neighbours that lost some. */
export async function archiveAssociations(tx: Queryable, placement: Placement, objectType: string, ids: number[]): Promise<RecordKey[]> {
  const { portalId } = placement;
  return await tx.query<RecordKey>(prepared('archive-associations', sql`
    with near as materialized (
      delete from association where bucket = any(${bucketsOfIds(ids)}::int[]) and portal_id = ${portalId}::bigint
        and from_type = ${objectType} and from_id = any(${ids}::bigint[])
      returning bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at),
    others as materialized (
      select distinct to_type, to_id from near where not (to_type = ${objectType} and to_id = any(${ids}::bigint[]))),
    far as materialized (
      delete from association a using others o
      where a.bucket = (o.to_id % 4096)::int and a.portal_id = ${portalId}::bigint and a.from_type = o.to_type and a.from_id = o.to_id
        and a.to_type = ${objectType} and a.to_id = any(${ids}::bigint[])
      returning a.bucket, a.portal_id, a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.created_at),
    archived as (
      insert into archived_association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      select * from near union all select * from far
      on conflict do nothing),
    uncounted as (
      delete from association_count where bucket = any(${bucketsOfIds(ids)}::int[]) and portal_id = ${portalId}::bigint
        and from_type = ${objectType} and from_id = any(${ids}::bigint[])),
    fewer as (
      update association_count c set count = c.count - f.n
      from (select bucket, from_type, from_id, to_type, category, type_id, count(*)::int as n from far group by bucket, from_type, from_id, to_type, category, type_id) f
      where c.bucket = f.bucket and c.portal_id = ${portalId}::bigint and c.from_type = f.from_type and c.from_id = f.from_id
        and c.to_type = f.to_type and c.category = f.category and c.type_id = f.type_id)
    select to_type as "objectType", to_id as id from others`));
}

/**
 * Moves all associations of `ids` to the record `to`, or deletes them for good when there is none. Equal ones become one,
 * as old as the oldest; those among `ids` themselves are dropped. Kept counts are forgotten: rows are counted anew when
 * somebody asks. Answers the neighbours.
 */
export async function moveAssociations(tx: Queryable, placement: Placement, objectType: string, ids: number[], to: number | undefined): Promise<RecordKey[]> {
  const { portalId } = placement;
  const buckets = bucketsOfIds(ids);
  return await tx.query<RecordKey>(prepared('move-associations', sql`
    with near as materialized (
      delete from association where bucket = any(${buckets}::int[]) and portal_id = ${portalId}::bigint
        and from_type = ${objectType} and from_id = any(${ids}::bigint[])
      returning to_type, to_id, category, type_id, created_at),
    others as materialized (
      select distinct to_type, to_id from near where not (to_type = ${objectType} and to_id = any(${ids}::bigint[]))),
    far as materialized (
      delete from association a using others o
      where a.bucket = (o.to_id % 4096)::int and a.portal_id = ${portalId}::bigint and a.from_type = o.to_type and a.from_id = o.to_id
        and a.to_type = ${objectType} and a.to_id = any(${ids}::bigint[])
      returning a.from_type, a.from_id, a.category, a.type_id, a.created_at),
    moved as (
      insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      select (m.from_id % 4096)::int, ${portalId}::bigint, m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, min(m.created_at)
      from (
        select ${objectType}::text as from_type, ${to ?? null}::bigint as from_id, to_type, to_id, category, type_id, created_at from near
        where not (to_type = ${objectType} and to_id = any(${ids}::bigint[]))
        union all
        select from_type, from_id, ${objectType}::text, ${to ?? null}::bigint, category, type_id, created_at from far) m
      where ${to !== undefined}::boolean
      group by m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id),
    uncounted as (
      delete from association_count where bucket = any(${buckets}::int[]) and portal_id = ${portalId}::bigint
        and from_type = ${objectType} and from_id = any(${ids}::bigint[])),
    far_uncounted as (
      delete from association_count c using others o
      where c.bucket = (o.to_id % 4096)::int and c.portal_id = ${portalId}::bigint and c.from_type = o.to_type and c.from_id = o.to_id and c.to_type = ${objectType})
    select to_type as "objectType", to_id as id from others`));
}

/** Deletes what was kept of the associations of archived records, or of records with archived ones. */
export async function deleteArchivedAssociations(tx: Queryable, placement: Placement, objectType: string, ids: number[]): Promise<void> {
  const { portalId } = placement;
  await tx.query(prepared('delete-archived-associations', sql`
    with near as materialized (
      delete from archived_association where bucket = any(${bucketsOfIds(ids)}::int[]) and portal_id = ${portalId}::bigint
        and from_type = ${objectType} and from_id = any(${ids}::bigint[])
      returning to_type, to_id)
    delete from archived_association a using (select distinct to_type, to_id from near) o
    where a.bucket = (o.to_id % 4096)::int and a.portal_id = ${portalId}::bigint and a.from_type = o.to_type and a.from_id = o.to_id
      and a.to_type = ${objectType} and a.to_id = any(${ids}::bigint[])`));
}

function bucketsOfIds(ids: number[]): number[] {
  return [...new Set(ids.map(bucketOfId))].sort((a, b) => a - b);
}
