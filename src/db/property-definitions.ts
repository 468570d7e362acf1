// The definitions of the properties and property groups that a portal made itself, live and archived. They are written in
// the transaction of a change of the model. What happens to the values of records is in property-values.ts.

import sql from 'sql-template-tag';
import { toJsonb, type Queryable } from './db.ts';

export interface StoredProperty {
  objectType: string;
  name: string;
  definition: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}

/** The live properties that the portal made itself. */
export async function readProperties(db: Queryable, portalId: number): Promise<StoredProperty[]> {
  return await db.query<StoredProperty>(sql`
    select object_type as "objectType", name, definition, created_at as "createdAt", updated_at as "updatedAt"
    from property where portal_id = ${portalId}::bigint and archived_at is null order by object_type, name`);
}

/** Adds properties to an object type. Their names are free: whoever adds them changes the model alone. */
export async function insertProperties(
  tx: Queryable, portalId: number, objectType: string, properties: { name: string }[], at: string,
): Promise<void> {
  if (properties.length === 0) return;
  await tx.query(sql`
    insert into property (portal_id, object_type, name, definition, created_at, updated_at)
    select ${portalId}::bigint, ${objectType}::text, e->>'name', e, ${at}::timestamptz, ${at}::timestamptz
    from jsonb_array_elements(${toJsonb(properties)}::jsonb) e`);
}

/** Waits for everybody who is writing values of the property, and keeps others from it until the end of the transaction. */
export async function lockProperty(tx: Queryable, portalId: number, objectType: string, name: string): Promise<void> {
  await tx.query(sql`select 1 from property where portal_id = ${portalId}::bigint and object_type = ${objectType} and name = ${name} for update`);
}

/** Gives a property another definition. */
export async function updateProperty(tx: Queryable, portalId: number, objectType: string, property: { name: string }, at: string): Promise<void> {
  await tx.query(sql`
    update property set definition = ${toJsonb(property)}::jsonb, updated_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and object_type = ${objectType} and name = ${property.name}`);
}

export interface ArchivedProperty {
  name: string;
  archivedAt: string;
  definition: Record<string, unknown>;
}

/** Archived definitions of an object type, all or those of some names: by name, the latest of a name first. */
export async function readArchivedProperties(db: Queryable, portalId: number, objectType: string, names?: string[]): Promise<ArchivedProperty[]> {
  return await db.query<ArchivedProperty>(sql`
    select name, archived_at as "archivedAt", definition from archived_property
    where portal_id = ${portalId}::bigint and object_type = ${objectType} and (${names ?? null}::text[] is null or name = any(${names ?? null}::text[]))
    order by name, archived_at desc`);
}

/** Archives properties: the names are free, the definitions stay listed, the values in records stay where they are. */
export async function archiveProperties(tx: Queryable, portalId: number, objectType: string, names: string[], at: string): Promise<void> {
  // One that is archived twice within a millisecond is listed once.
  await tx.query(sql`
    with gone as (
      delete from property where portal_id = ${portalId}::bigint and object_type = ${objectType} and name = any(${names}::text[])
      returning name, definition)
    insert into archived_property (portal_id, object_type, name, archived_at, definition)
    select ${portalId}::bigint, ${objectType}::text, name, ${at}::timestamptz, definition from gone
    on conflict (portal_id, object_type, name, archived_at) do update set definition = excluded.definition`);
}

export interface GroupChange {
  name: string;
  label: string;
  displayOrder: number;
  at: string;
}

/** Makes a property group, or changes it. */
export async function writeGroup(tx: Queryable, portalId: number, objectType: string, group: GroupChange): Promise<void> {
  await tx.query(sql`
    insert into property_group (portal_id, object_type, name, label, display_order, created_at, updated_at)
    values (${portalId}::bigint, ${objectType}, ${group.name}, ${group.label}, ${group.displayOrder}::int, ${group.at}::timestamptz, ${group.at}::timestamptz)
    on conflict (portal_id, object_type, name) do update
    set label = excluded.label, display_order = excluded.display_order, updated_at = excluded.updated_at, archived_at = null`);
}

/** Archives a property group of the portal's own. */
export async function archiveGroup(tx: Queryable, portalId: number, objectType: string, name: string, at: string): Promise<void> {
  await tx.query(sql`
    update property_group set archived_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and object_type = ${objectType} and name = ${name}`);
}
