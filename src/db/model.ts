// The rows of what a portal adds to the catalogue: read whole, for a snapshot of the portal. Writing them is next to the
// rules that change them: property-definitions.ts, pipelines.ts, object-types.ts, ...

import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';

/** One row of the model, its content as the program wrote it. */
export interface ModelRow<Definition = Record<string, unknown>> {
  objectType: string;
  name: string;
  definition: Definition;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
}

export interface GroupRow {
  objectType: string;
  name: string;
  label: string;
  displayOrder: number;
  archivedAt: string | null;
}

export interface ValidationRow {
  objectType: string;
  property: string;
  ruleType: string;
  arguments: string[];
  normalises: boolean;
}

/** Property groups that the portal made or renamed, archived ones too. */
export async function readGroups(db: Queryable, portalId: number): Promise<GroupRow[]> {
  return await db.query<GroupRow>(sql`
    select object_type as "objectType", name, label, display_order as "displayOrder", archived_at as "archivedAt"
    from property_group where portal_id = ${portalId}::bigint order by object_type, name`);
}

/** Pipelines that the portal made or changed, archived ones too. */
export async function readPipelines<Definition>(db: Queryable, portalId: number): Promise<ModelRow<Definition>[]> {
  return await db.query<ModelRow<Definition>>(sql`
    select object_type as "objectType", pipeline_id as name, definition, created_at as "createdAt", updated_at as "updatedAt", archived_at as "archivedAt"
    from pipeline where portal_id = ${portalId}::bigint order by object_type, pipeline_id`);
}

/** Custom objects, archived ones too; `objectType` is the id, `2-N`. */
export async function readObjectTypes<Definition>(db: Queryable, portalId: number): Promise<ModelRow<Definition>[]> {
  return await db.query<ModelRow<Definition>>(sql`
    select id as "objectType", name, definition, created_at as "createdAt", updated_at as "updatedAt", archived_at as "archivedAt"
    from object_type where portal_id = ${portalId}::bigint order by id`);
}

/** Property validation rules. */
export async function readValidations(db: Queryable, portalId: number): Promise<ValidationRow[]> {
  return await db.query<ValidationRow>(sql`
    select object_type as "objectType", property, rule_type as "ruleType", arguments, normalises
    from property_validation where portal_id = ${portalId}::bigint order by object_type, property, rule_type`);
}
