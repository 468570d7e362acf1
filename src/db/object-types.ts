// Custom objects: their definitions, and what belongs to them when one is purged.

import sql from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import { toJsonb, type Queryable } from './db.ts';

/** Adds a custom object; false when the portal has had one of that name that is not purged. */
export async function insertObjectType(tx: Queryable, portalId: number, type: { id: string; name: string; definition: object; at: string }): Promise<void> {
  await tx.query(sql`
    insert into object_type (portal_id, id, name, definition, created_at, updated_at)
    values (${portalId}::bigint, ${type.id}, ${type.name}, ${toJsonb(type.definition)}::jsonb, ${type.at}::timestamptz, ${type.at}::timestamptz)`);
}

export async function updateObjectType(tx: Queryable, portalId: number, type: { id: string; definition: object; at: string }): Promise<void> {
  await tx.query(sql`
    update object_type set definition = ${toJsonb(type.definition)}::jsonb, updated_at = ${type.at}::timestamptz
    where portal_id = ${portalId}::bigint and id = ${type.id}`);
}

export async function archiveObjectType(tx: Queryable, portalId: number, id: string, at: string): Promise<void> {
  await tx.query(sql`update object_type set archived_at = ${at}::timestamptz where portal_id = ${portalId}::bigint and id = ${id} and archived_at is null`);
}

/** True when there is a live record of the type. */
export async function hasLiveRecords(db: Queryable, placement: Placement, objectType: string): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(sql`
    select exists (
      select 1 from record where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint
        and object_type = ${objectType} and archived_at is null) as found`);
  return row!.found;
}

/** True when records are associated by the type, seen from its from-records. */
export async function isAssociationTypeUsed(db: Queryable, placement: Placement, type: { fromType: string; toType: string; category: number; typeId: number }): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(sql`
    select exists (
      select 1 from association where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint
        and from_type = ${type.fromType} and to_type = ${type.toType} and category = ${type.category}::smallint and type_id = ${type.typeId}::int) as found`);
  return row!.found;
}

/** Deletes association types by number, with what archived records remember of them. */
export async function deleteAssociationTypes(tx: Queryable, placement: Placement, category: number, typeIds: number[]): Promise<void> {
  const { portalId } = placement;
  await tx.query(sql`
    delete from archived_association where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${portalId}::bigint
      and category = ${category}::smallint and type_id = any(${typeIds}::int[])`);
  for (const table of [sql`association_type`, sql`association_limit`]) {
    await tx.query(sql`delete from ${table} where portal_id = ${portalId}::bigint and category = ${category}::smallint and type_id = any(${typeIds}::int[])`);
  }
}

/**
 * Deletes a custom object for good: its model, and its records, which are all archived. Association types are
 * deleteAssociationTypes' part.
 */
export async function purgeObjectType(tx: Queryable, placement: Placement, id: string): Promise<void> {
  const { portalId } = placement;
  for (const table of [sql`record`, sql`record_revision`, sql`unique_value`]) {
    await tx.query(sql`delete from ${table} where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${portalId}::bigint and object_type = ${id}`);
  }
  for (const table of [sql`property`, sql`archived_property`, sql`property_group`, sql`property_validation`, sql`pipeline`, sql`pipeline_change`]) {
    await tx.query(sql`delete from ${table} where portal_id = ${portalId}::bigint and object_type = ${id}`);
  }
  await tx.query(sql`delete from object_type where portal_id = ${portalId}::bigint and id = ${id}`);
}
