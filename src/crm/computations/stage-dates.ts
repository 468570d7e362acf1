// When a record came into each stage and left it, for records in pipelines and for lifecycle stages: a family of
// properties per stage (schema.md section 4 [O]; when they are written [I]). Only those of the stages that a write touches
// are looked at. No captured answer of a write shows them (objects.md 3.10), so views.ts leaves them out of those.

import type { ObjectType } from '../../catalogue/types.ts';
import type { Portal } from '../portal.ts';
import { stageSlug, stagePropertiesOf } from '../portal/stage-properties.ts';
import { valueOf, type Write } from './computation.ts';

/** The properties of one stage that the type really has. */
interface StageFamily {
  entered?: string;
  exited?: string;
  /** Milliseconds of the last stay, and of all. */
  latest?: string;
  cumulative?: string;
  /** Contacts only: the first time. */
  became?: string;
}

export interface StageDates {
  /** `dealstage`, `hs_pipeline_stage`, `lifecyclestage` */
  stageProperty: string;
  families: ReadonlyMap<string, StageFamily>;
}

/** The stage properties of a type, undefined when it has none. */
export function stageDatesOf(portal: Portal, type: ObjectType): StageDates | undefined {
  const definitions = portal.properties(type.id);
  const stageProperty = stagePropertiesOf(type, definitions)?.stage;
  if (stageProperty === undefined) return undefined;
  const existing = (name: string): string | undefined => (definitions.has(name) ? name : undefined);
  const families = new Map<string, StageFamily>();
  for (const { id } of portal.pipelines(type.id).flatMap((pipeline) => pipeline.stages)) {
    const slug = stageSlug(id);
    const family = {
      entered: existing(`hs_v2_date_entered_${slug}`), exited: existing(`hs_v2_date_exited_${slug}`),
      latest: existing(`hs_v2_latest_time_in_${slug}`), cumulative: existing(`hs_v2_cumulative_time_in_${slug}`),
      became: existing(`hs_lifecyclestage_${slug}_date`),
    };
    if (Object.values(family).some(Boolean)) families.set(id, family as StageFamily);
  }
  return families.size === 0 ? undefined : { stageProperty, families };
}

/** Hands `put` the values of the stage that is entered and of the one that is left. */
export function applyStageDates({ stageProperty, families }: StageDates, write: Write, put: (write: Write, property: string, value: string) => void): void {
  const before = write.current?.[stageProperty] ?? null;
  const after = valueOf(write, stageProperty);
  if (before === after) return;
  const left = before === null ? undefined : families.get(before);
  const entered = after === null ? undefined : families.get(after);

  if (left?.exited) put(write, left.exited, write.at);
  const since = left?.entered && (valueOf(write, left.entered) ?? (left.became ? valueOf(write, left.became) : null));
  if (left && since) {
    const stay = Math.max(0, Date.parse(write.at) - Date.parse(since));
    if (left.latest) put(write, left.latest, String(stay));
    if (left.cumulative) put(write, left.cumulative, String(Number(valueOf(write, left.cumulative) ?? 0) + stay));
  }
  if (!entered) return;
  // The first time is one value for both properties: reads find it by the other name.
  if (entered.became && valueOf(write, entered.became) === null) put(write, entered.became, write.at);
  else if (entered.entered) put(write, entered.entered, write.at);
}

/** True for the properties of a stage that answers of writes leave out. */
export const isStageFigure = (property: string): boolean => property.startsWith('hs_v2_');

/**
 * The property that a value is kept under when it is not kept under its own name: the older names of the stage dates, and
 * of contacts the date of the first time. Search asks here as well as reads do.
 */
export function keptUnder(type: ObjectType, property: string): string | undefined {
  if (property.startsWith('hs_date_')) return `hs_v2_${property.slice('hs_'.length)}`;
  if (type.id === '0-1' && property.startsWith(ENTERED)) return `hs_lifecyclestage_${property.slice(ENTERED.length)}_date`;
  return undefined;
}

const ENTERED = 'hs_v2_date_entered_';
