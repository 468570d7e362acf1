// Plans the change of one record that is there: what is set and cleared, which unique values move, what is answered.

import type { ObjectType } from '../catalogue/types.ts';
import type { RecordRow, UniqueValue } from '../db/records.ts';
import type { RecordChange } from '../db/write-records.ts';
import type { Failure } from './batch.ts';
import type { Context } from './context.ts';
import { additionalEmails, isContactEmail, uniqueForm, uniqueProperties } from './unique-values.ts';
import { planValues, type Warning, type WireValue } from './values.ts';
import { updatedProperties, viewRecord, type RecordView } from './views.ts';

export interface UpdatePlan {
  id: number;
  row: RecordRow;
  updating: true;
  /** Names that the client wrote, changed or not: the answer shows them. */
  written: string[];
  set: Record<string, string>;
  removed: Set<string>;
  claims: UniqueValue[];
  releases: UniqueValue[];
  warnings: Warning[];
  failure?: Failure;
}

/** Plans an update of `row`. Values equal to the stored ones are no change. */
export function planUpdate(ctx: Context, type: ObjectType, row: RecordRow, properties: Record<string, WireValue>): UpdatePlan {
  const values = planValues(ctx, type, properties, row.properties, row.created_at);
  const plan: UpdatePlan = {
    id: row.id, row, updating: true, written: Object.keys(properties), set: values.set, removed: values.removed,
    claims: [], releases: [], warnings: values.warnings,
  };
  if (values.problems.length > 0) {
    plan.failure = { values: values.problems };
    return plan;
  }
  for (const property of uniqueProperties(ctx.portal, type)) {
    const before = row.properties[property];
    const after = plan.set[property];
    if (after === undefined && !plan.removed.has(property)) continue;
    if (after !== undefined && before !== undefined && uniqueForm(after) === uniqueForm(before)) continue;
    if (isContactEmail(type, property) && after !== undefined && takeAdditional(type, plan, row.properties, after)) continue;
    if (after !== undefined) plan.claims.push({ property, value: uniqueForm(after), id: row.id });
    if (before !== undefined) plan.releases.push({ property, value: uniqueForm(before), id: row.id });
  }
  return plan;
}

/** A contact's own additional email can become its email: the email so far is then an additional one [I]. Nothing is claimed. */
function takeAdditional(type: ObjectType, plan: UpdatePlan, current: Record<string, string>, email: string): boolean {
  const emails = additionalEmails(type, current);
  if (!emails.some((other) => uniqueForm(other) === uniqueForm(email))) return false;
  const others = [...emails.filter((other) => uniqueForm(other) !== uniqueForm(email)), ...(current.email === undefined ? [] : [current.email])];
  if (others.length > 0) plan.set.hs_additional_emails = others.join(';');
  else plan.removed.add('hs_additional_emails');
  return true;
}

/** True when there is something to write. */
export function changesAnything(plan: UpdatePlan): boolean {
  return plan.removed.size > 0 || Object.keys(plan.set).length > 0;
}

/** The change as the database takes it. */
export function toChange(plan: UpdatePlan): RecordChange {
  return { id: plan.id, version: plan.row.version, set: plan.set, remove: [...plan.removed] };
}

/** The answer for an updated record. updatedAt stays where it was when nothing changed [I]. */
export function viewUpdated(ctx: Context, type: ObjectType, plan: UpdatePlan): RecordView {
  const row = { ...plan.row, updated_at: changesAnything(plan) ? ctx.at : plan.row.updated_at };
  const view = viewRecord(ctx, type, row, updatedProperties(type, row, plan));
  if (plan.warnings.length > 0) view.warnings = plan.warnings;
  return view;
}
