// What a computation is, and what one may look at: the record as it will be after the write, its stage, the time. The
// tables beside this file are made of it; ../computations.ts runs them.

import type { ObjectType, PipelineStage } from '../../catalogue/types.ts';
import type { Portal } from '../portal.ts';

/** One write of one record, on its way. */
export interface Write {
  portal: Portal;
  type: ObjectType;
  /** The values being written; computed ones are added. */
  set: Record<string, string>;
  /** The names being cleared. */
  removed: Set<string>;
  /** The record before, null when it is being made. */
  current: Record<string, string> | null;
  /** ISO times: of the write, and of the record's making. */
  at: string;
  createdAt: string;
  /** The stage that the record is in after the write, of types with pipelines. */
  stage: PipelineStage | undefined;
}

/** A property whose value follows from others of the same record. */
export interface Computation {
  property: string;
  /** Written or cleared, any of these makes it run. */
  dependsOn: readonly string[];
  /** Runs when the record is made, whatever is written, and never again. */
  onCreate?: true;
  /** The new value, null for none. */
  compute: (write: Write) => string | null;
}

/** A value as it will be after the write, null when empty. */
export function valueOf({ set, removed, current }: Write, property: string): string | null {
  const written = set[property];
  if (written !== undefined) return written;
  return removed.has(property) ? null : current?.[property] ?? null;
}

/** True when the property of a currency is empty or says the portal's own. */
export function isHomeCurrency(write: Write, property: string): boolean {
  const currency = valueOf(write, property);
  return currency === null || currency === write.portal.account.companyCurrency;
}

export const isClosed = (stage: PipelineStage): boolean => stage.metadata.isClosed === 'true';

const DAY = 86_400_000;

/** Whole days from the record's making to `closedate`, never below 0 [I]. */
export const daysToClose: Computation = {
  property: 'days_to_close', dependsOn: ['closedate'],
  compute(write) {
    const closedAt = valueOf(write, 'closedate');
    return closedAt === null ? null : String(Math.max(0, Math.floor((Date.parse(closedAt) - Date.parse(write.createdAt)) / DAY)));
  },
};
