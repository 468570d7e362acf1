// Which values a merged record has: the primary's, filled up from the other record, with the exceptions that are known
// (objects.md 4.6). Pure: two rows in, properties and unique values out.

import type { ObjectType } from '../catalogue/types.ts';
import type { RecordRow, UniqueValue } from '../db/records.ts';
import { applyComputations } from './computations.ts';
import type { Context } from './context.ts';
import { additionalEmails, claimsOf, uniqueForm } from './unique-values.ts';

export interface MergedValues {
  properties: Record<string, string>;
  createdAt: string;
  /** Unique values that the merged record keeps, and those that it gives up. */
  kept: UniqueValue[];
  dropped: UniqueValue[];
}

/**
 * Unites the values of two records. The primary's win and its empty ones are filled [D]; what clients cannot write, and
 * the create date, is the older record's [O]; a contact keeps the lifecycle stage that is further on [I] and the other's
 * emails as additional ones [D]. Of another unique property only the value that won stays [I].
 */
export function mergeValues(ctx: Context, type: ObjectType, primary: RecordRow, other: RecordRow): MergedValues {
  const older = other.created_at < primary.created_at ? other : primary;
  const definitions = ctx.portal.properties(type.id);
  const properties: Record<string, string> = { ...other.properties, ...primary.properties };
  for (const name in older.properties) {
    const definition = definitions.get(name);
    if (definition?.readOnly || definition?.calculated) properties[name] = older.properties[name]!;
  }
  mergeStages(type, properties, primary, other);
  if (type.name === 'contacts') mergeContact(ctx, type, properties, primary, other);
  properties.hs_merged_object_ids = mergedIds([primary, other]).join(';');

  const gone = new Set(Object.keys(primary.properties).filter((name) => properties[name] === undefined));
  applyComputations(ctx.portal, type, properties, gone, primary.properties, { at: ctx.at, createdAt: older.created_at });

  const claims = new Set(claimsOf(ctx.portal, type, properties, 0).map((claim) => `${claim.property} ${claim.value}`));
  const held = [primary, other].flatMap((row) => claimsOf(ctx.portal, type, row.properties, row.id));
  const [kept = [], dropped = []] = [true, false].map((keeps) => held.filter((claim) => claims.has(`${claim.property} ${claim.value}`) === keeps));
  return { properties, createdAt: older.created_at, kept, dropped };
}

/** The ids of all records that were merged into these, oldest first, and their own. */
export function mergedIds(rows: RecordRow[]): number[] {
  return [...rows.flatMap((row) => listOf(row.properties.hs_merged_object_ids).map(Number)), ...rows.map((row) => row.id)];
}

/** A stage belongs to its pipeline: an empty one is not filled from a record of another pipeline. */
function mergeStages(type: ObjectType, properties: Record<string, string>, primary: RecordRow, other: RecordRow): void {
  const { pipelineProperty, stageProperty } = type;
  if (!pipelineProperty || !stageProperty || primary.properties[stageProperty] !== undefined) return;
  if (properties[pipelineProperty] !== other.properties[pipelineProperty]) delete properties[stageProperty];
}

function mergeContact(ctx: Context, type: ObjectType, properties: Record<string, string>, primary: RecordRow, other: RecordRow): void {
  const stages = ctx.portal.pipelines(type.id)[0]?.stages.map((stage) => stage.id) ?? [];
  const theirs = other.properties.lifecyclestage;
  if (theirs !== undefined && stages.indexOf(theirs) > stages.indexOf(properties.lifecyclestage ?? '')) properties.lifecyclestage = theirs;

  const emails = [primary, other].flatMap((row) => [...additionalEmails(type, row.properties), ...(row === other ? [row.properties.email ?? ''] : [])]);
  const further = [...new Set(emails)].filter((email) => email !== '' && uniqueForm(email) !== uniqueForm(properties.email ?? ''));
  if (further.length > 0) properties.hs_additional_emails = further.join(';');
  else delete properties.hs_additional_emails;

  const vids = [primary, other].flatMap((row) => [...listOf(row.properties.hs_calculated_merged_vids)]);
  const now = Date.parse(ctx.at);
  properties.hs_calculated_merged_vids = [...vids, `${primary.id}:${now}`, `${other.id}:${now}`].join(';');
}

const listOf = (text: string | undefined): string[] => (text ? text.split(';') : []);
