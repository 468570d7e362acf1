// Writing property validation rules. They are read with the rest of the model, in model.ts.

import sql from 'sql-template-tag';
import { toJsonb, type Queryable } from './db.ts';
import type { ValidationRow } from './model.ts';

/** Sets a rule, in place of one of the same type for the same property. */
export async function writeValidation(tx: Queryable, portalId: number, rule: ValidationRow): Promise<void> {
  await tx.query(sql`
    insert into property_validation (portal_id, object_type, property, rule_type, arguments, normalises)
    values (${portalId}::bigint, ${rule.objectType}, ${rule.property}, ${rule.ruleType}, ${toJsonb(rule.arguments)}::jsonb, ${rule.normalises})
    on conflict (portal_id, object_type, property, rule_type) do update set arguments = excluded.arguments, normalises = excluded.normalises`);
}

/** Takes every rule of properties away. */
export async function deleteValidations(tx: Queryable, portalId: number, objectType: string, properties: string[]): Promise<void> {
  if (properties.length === 0) return;
  await tx.query(sql`
    delete from property_validation where portal_id = ${portalId}::bigint and object_type = ${objectType} and property = any(${properties}::text[])`);
}
