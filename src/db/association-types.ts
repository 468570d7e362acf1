// The association types that a portal made itself: its labels, a row per direction. Who deletes one and who gives one to
// records meet here: the row is locked before anybody looks whether it is used, and before anybody uses it.

import sql from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import { prepared, toJsonb, type Queryable } from './db.ts';

export interface StoredAssociationType {
  category: number;
  typeId: number;
  fromType: string;
  toType: string;
  name: string;
  label: string | null;
  inverseTypeId: number;
}

/** The number of USER_DEFINED in rows: the category of every label. */
const USER_DEFINED = 1;

/** The association types (labels) that the portal made itself. */
export async function readAssociationTypes(db: Queryable, portalId: number): Promise<StoredAssociationType[]> {
  return await db.query<StoredAssociationType>(sql`
    select category, type_id as "typeId", from_type as "fromType", to_type as "toType", name, label, inverse_type_id as "inverseTypeId"
    from association_type where portal_id = ${portalId}::bigint order by type_id`);
}

/** Adds association types: the two directions of a label, or the one of a symmetric label. */
export async function insertAssociationTypes(tx: Queryable, portalId: number, rows: StoredAssociationType[]): Promise<void> {
  await tx.query(sql`
    insert into association_type (portal_id, category, type_id, from_type, to_type, name, label, inverse_type_id)
    select ${portalId}::bigint, (e->>'category')::smallint, (e->>'typeId')::int, e->>'fromType', e->>'toType', e->>'name', e->>'label',
      (e->>'inverseTypeId')::int
    from jsonb_array_elements(${toJsonb(rows)}::jsonb) e`);
}

/** Gives labels new texts, by type id. */
export async function renameLabels(tx: Queryable, portalId: number, texts: { typeId: number; label: string }[]): Promise<void> {
  await tx.query(sql`
    update association_type t set label = n.label
    from unnest(${texts.map((t) => t.typeId)}::int[], ${texts.map((t) => t.label)}::text[]) as n (type_id, label)
    where t.portal_id = ${portalId}::bigint and t.category = ${USER_DEFINED}::smallint and t.type_id = n.type_id`);
}

/**
 * Keeps labels from being deleted until the end of the transaction; many writers may hold one at once. Rows of other
 * categories are passed over. Call it before writing rows of the types: what it does not return is gone, or was never there.
 * @returns the ids of the labels that exist
 */
export async function lockLabels(tx: Queryable, placement: Placement, types: readonly { category: number; typeId: number }[]): Promise<Set<number>> {
  const typeIds = [...new Set(types.filter((type) => type.category === USER_DEFINED).map((type) => type.typeId))];
  if (typeIds.length === 0) return new Set();
  const rows = await tx.query<{ typeId: number }>(prepared('lock-labels', sql`
    select type_id as "typeId" from association_type
    where portal_id = ${placement.portalId}::bigint and category = 1 and type_id = any(${typeIds}::int[])
    order by type_id for key share`));
  return new Set(rows.map((row) => row.typeId));
}

/** Waits for everybody who is giving the labels to records, and keeps others from it until the end of the transaction. */
export async function lockLabelsAlone(tx: Queryable, placement: Placement, typeIds: number[]): Promise<void> {
  await tx.query(sql`
    select 1 from association_type
    where portal_id = ${placement.portalId}::bigint and category = ${USER_DEFINED}::smallint and type_id = any(${typeIds}::int[])
    order by type_id for update`);
}

/**
 * True when a live association has the label. Every association has both its directions, so one is looked for; the rows
 * of all records of the from-type are read until one is found.
 */
export async function isLabelUsed(tx: Queryable, placement: Placement, label: { fromType: string; toType: string; typeId: number }): Promise<boolean> {
  const [row] = await tx.query<{ used: boolean }>(sql`
    select exists (
      select 1 from association
      where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint
        and from_type = ${label.fromType} and to_type = ${label.toType}
        and category = ${USER_DEFINED}::smallint and type_id = ${label.typeId}::int) as used`);
  return row!.used;
}

/** Deletes both directions of a label, its configured maxima, and what archived records remember of it. */
export async function deleteLabel(
  tx: Queryable, placement: Placement, directions: { fromType: string; toType: string; typeId: number }[],
): Promise<void> {
  const { portalId } = placement;
  const typeIds = directions.map((direction) => direction.typeId);
  await tx.query(sql`
    delete from association_type where portal_id = ${portalId}::bigint and category = ${USER_DEFINED}::smallint and type_id = any(${typeIds}::int[])`);
  await tx.query(sql`
    delete from association_limit where portal_id = ${portalId}::bigint and category = ${USER_DEFINED}::smallint and type_id = any(${typeIds}::int[])`);
  for (const { fromType, toType, typeId } of directions) {
    await tx.query(sql`
      delete from archived_association
      where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${portalId}::bigint and from_type = ${fromType} and to_type = ${toType}
        and category = ${USER_DEFINED}::smallint and type_id = ${typeId}::int`);
    await tx.query(sql`
      delete from association_count
      where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${portalId}::bigint and from_type = ${fromType} and to_type = ${toType}
        and category = ${USER_DEFINED}::smallint and type_id = ${typeId}::int`);
  }
}
