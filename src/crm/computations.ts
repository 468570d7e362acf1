// Values that follow from other values of the same record: the registry of the tables in computations/, and what runs
// them. A write runs the rows whose dependencies it changed, in the order of the table, so a row may build on one above
// it. Everything here is stored with the record; what follows from other records is not.

import type { ObjectType, PipelineStage } from '../catalogue/types.ts';
import { CALLS, COMMUNICATIONS, EMAILS, MEETINGS, NOTES, POSTAL_MAIL, TASKS } from './computations/activities.ts';
import { LINE_ITEMS } from './computations/commerce.ts';
import { valueOf, type Computation, type Write } from './computations/computation.ts';
import { DEALS } from './computations/deals.ts';
import { COMPANIES, CONTACTS, OWNED } from './computations/people.ts';
import { homeAmount, LEADS, ORDERS, SERVICES, TICKETS } from './computations/pipelines.ts';
import { applyStageDates, stageDatesOf, type StageDates } from './computations/stage-dates.ts';
import { formulaComputations } from './formulas.ts';
import type { Portal } from './portal.ts';

const TABLES: Record<string, readonly Computation[]> = {
  '0-1': CONTACTS, '0-2': COMPANIES, '0-3': DEALS, '0-5': TICKETS, '0-8': LINE_ITEMS, '0-18': COMMUNICATIONS, '0-27': TASKS, '0-46': NOTES,
  '0-47': MEETINGS, '0-48': CALLS, '0-49': EMAILS, '0-116': POSTAL_MAIL, '0-123': ORDERS,
  '0-136': LEADS, '0-142': [homeAmount], '0-162': SERVICES,
};

/** What is computed of one type in one portal. */
interface TypeComputations {
  rows: readonly Computation[];
  stageDates: StageDates | undefined;
  /** The portal's own formulas, in the order in which they build on each other. */
  formulas: readonly Computation[];
}

const perSnapshot = new WeakMap<Portal, Map<string, TypeComputations>>();

/** Made once per snapshot of a portal: only the properties that the type really has. */
function computationsOf(portal: Portal, type: ObjectType): TypeComputations {
  let types = perSnapshot.get(portal);
  if (!types) perSnapshot.set(portal, (types = new Map()));
  let found = types.get(type.id);
  if (!found) {
    const definitions = portal.properties(type.id);
    const rows = [...(TABLES[type.id] ?? []), ...(definitions.has('hubspot_owner_id') ? OWNED : [])].filter((row) => definitions.has(row.property));
    types.set(type.id, (found = { rows, stageDates: stageDatesOf(portal, type), formulas: formulaComputations(type, definitions) }));
  }
  return found;
}

/**
 * Runs the type's computations over a write: computed values are added to `set`, those that fall away to `removed`.
 * @param current the record before, null when it is being made
 * @param times ISO times of the write and of the record's making
 */
export function applyComputations(
  portal: Portal, type: ObjectType, set: Record<string, string>, removed: Set<string>, current: Record<string, string> | null,
  times: { at: string; createdAt: string },
): void {
  const { rows, stageDates, formulas } = computationsOf(portal, type);
  if (rows.length === 0 && !stageDates && formulas.length === 0) return;
  const write: Write = { portal, type, set, removed, current, at: times.at, createdAt: times.createdAt, stage: undefined };
  if (type.stageProperty) write.stage = findStage(write);
  for (const row of rows) if (isDue(row, write)) put(write, row.property, row.compute(write));
  if (stageDates) applyStageDates(stageDates, write, put);
  // A new record has them all: one may have a value without any operand.
  for (const formula of formulas) {
    if (current !== null) {
      if (isDue(formula, write)) put(write, formula.property, formula.compute(write));
      continue;
    }
    // Nothing was there that could be kept.
    const value = formula.compute(write);
    if (value !== null) set[formula.property] = value;
    else if (formula.property in set) delete set[formula.property];
  }
}

/** What the portal's formulas make of a record that was written before they were: the values to set and those to remove. */
export function recomputeFormulas(
  portal: Portal, type: ObjectType, current: Record<string, string>, times: { at: string; createdAt: string },
): { set: Record<string, string>; removed: Set<string> } {
  const write: Write = { portal, type, set: {}, removed: new Set(), current, at: times.at, createdAt: times.createdAt, stage: undefined };
  for (const formula of computationsOf(portal, type).formulas) put(write, formula.property, formula.compute(write));
  return write;
}

function isDue(row: Computation, { set, removed, current }: Write): boolean {
  if (row.onCreate) return current === null;
  for (const name of row.dependsOn) if (set[name] !== undefined || removed.has(name)) return true;
  return false;
}

function put({ set, removed, current }: Write, property: string, value: string | null): void {
  const before = removed.has(property) ? undefined : current?.[property];
  if (value === (set[property] ?? before ?? null)) return;
  if (value === null) {
    delete set[property];
    if (current?.[property] !== undefined) removed.add(property);
    return;
  }
  set[property] = value;
  removed.delete(property);
}

function findStage(write: Write): PipelineStage | undefined {
  const pipelineId = valueOf(write, write.type.pipelineProperty!);
  const stageId = valueOf(write, write.type.stageProperty!);
  // Of archived ones too: a deal that was won in a stage that is gone stays won.
  return write.portal.allPipelines(write.type.id).find((pipeline) => pipeline.id === pipelineId)?.stages.find((stage) => stage.id === stageId);
}
