// Values that follow from other values of the same record. One row per computed property: what it depends on and how it
// is made; a write runs the rows whose dependencies it changed. Everything here is stored with the record.

import type { ObjectType, Pipeline, PipelineStage } from '../catalogue/types.ts';

/** Reads a value as it will be after the write, null when empty. */
export type ReadValue = (property: string) => string | null;

export interface Computation {
  property: string;
  dependsOn: readonly string[];
  /** The new value, null for none. `at` is the time of the write; `own` the value so far; `stage` the record's after the write. */
  compute: (read: ReadValue, at: string, own: string | null, stage: PipelineStage | undefined) => string | null;
  /** Runs when the record is made, whatever is written. */
  onCreate?: true;
}

const CONTACT: Computation[] = [
  {
    property: 'hs_email_domain', dependsOn: ['email'],
    compute: (read) => read('email')?.split('@').at(-1) ?? null,
  },
  {
    property: 'hs_full_name_or_email', dependsOn: ['firstname', 'lastname', 'email'],
    compute: (read) => [read('firstname'), read('lastname')].filter(Boolean).join(' ') || read('email'),
  },
  ...['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other'].map((stage): Computation => ({
    property: `hs_lifecyclestage_${stage}_date`, dependsOn: ['lifecyclestage'],
    compute: (read, at, own) => (read('lifecyclestage') === stage ? own ?? at : own),
  })),
];

const COMPANY: Computation[] = [
  // Only when the client gave no website itself (objects.md 2.4 [O]).
  { property: 'website', dependsOn: ['domain'], onCreate: true, compute: (read, _at, own) => own ?? read('domain') },
];

const STAGE = ['pipeline', 'dealstage'];

/** What is computed is documented (objects.md 5.5 [D]), how is our reading of the names [I]. */
const DEAL: Computation[] = [
  { property: 'hs_is_closed', dependsOn: STAGE, compute: (_read, _at, _own, stage) => stage?.metadata.isClosed ?? null },
  {
    property: 'hs_is_closed_won', dependsOn: STAGE,
    compute: (_read, _at, _own, stage) => (stage ? String(stage.metadata.isClosed === 'true' && Number(stage.metadata.probability) === 1) : null),
  },
  // Of an amount in another currency the rate is not known.
  { property: 'amount_in_home_currency', dependsOn: ['amount', 'deal_currency_code'], compute: (read) => (read('deal_currency_code') ? null : read('amount')) },
];

const TICKET: Computation[] = [
  { property: 'hs_helpdesk_sort_timestamp', dependsOn: [], onCreate: true, compute: (_read, at, own) => own ?? at },
];

const MEETING: Computation[] = [
  // Required, and taken from the start when it was not sent (objects.md 2.1 [D]).
  { property: 'hs_timestamp', dependsOn: [], onCreate: true, compute: (read, _at, own) => own ?? read('hs_meeting_start_time') },
];

const TABLE: Record<string, readonly Computation[]> = { '0-1': CONTACT, '0-2': COMPANY, '0-3': DEAL, '0-5': TICKET, '0-47': MEETING };
const NONE: readonly Computation[] = [];

/**
 * Runs the type's computations over a write. `set` holds the values being written (computed ones are added to it),
 * `removed` the names being cleared, `current` the record before, null on create, `pipelines` those of the type.
 */
export function applyComputations(
  type: ObjectType, pipelines: readonly Pipeline[], set: Record<string, string>, removed: Set<string>, current: Record<string, string> | null, at: string,
): void {
  const read: ReadValue = (property) => set[property] ?? (removed.has(property) ? null : current?.[property] ?? null);
  for (const computation of TABLE[type.id] ?? NONE) {
    const due = (current === null && computation.onCreate) || computation.dependsOn.some((name) => name in set || removed.has(name));
    if (!due || (current !== null && computation.onCreate)) continue;
    const own = read(computation.property);
    const value = computation.compute(read, at, own, findStage(type, pipelines, read));
    if (value === own) continue;
    if (value === null) {
      delete set[computation.property];
      if (current?.[computation.property] !== undefined) removed.add(computation.property);
    } else {
      set[computation.property] = value;
      removed.delete(computation.property);
    }
  }
}

function findStage(type: ObjectType, pipelines: readonly Pipeline[], read: ReadValue): PipelineStage | undefined {
  if (!type.pipelineProperty || !type.stageProperty) return undefined;
  const pipelineId = read(type.pipelineProperty);
  const stageId = read(type.stageProperty);
  return pipelines.find((pipeline) => pipeline.id === pipelineId)?.stages.find((stage) => stage.id === stageId);
}
