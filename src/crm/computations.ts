// Values that follow from other values of the same record. One row per computed property: what it depends on and how it
// is made; a write runs the rows whose dependencies it changed. Everything here is stored with the record.

import type { ObjectType } from '../catalogue/types.ts';

/** Reads a value as it will be after the write, null when empty. */
export type ReadValue = (property: string) => string | null;

export interface Computation {
  property: string;
  dependsOn: readonly string[];
  /** The new value, null for none. `at` is the time of the write; `own` the value so far. */
  compute: (read: ReadValue, at: string, own: string | null) => string | null;
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

const TICKET: Computation[] = [
  { property: 'hs_helpdesk_sort_timestamp', dependsOn: [], onCreate: true, compute: (_read, at, own) => own ?? at },
];

const TABLE: Record<string, readonly Computation[]> = { '0-1': CONTACT, '0-2': COMPANY, '0-5': TICKET };
const NONE: readonly Computation[] = [];

/**
 * Runs the type's computations over a write. `set` holds the values being written (computed ones are added to it),
 * `removed` the names being cleared, `current` the record before, null on create.
 */
export function applyComputations(
  type: ObjectType, set: Record<string, string>, removed: Set<string>, current: Record<string, string> | null, at: string,
): void {
  const read: ReadValue = (property) => set[property] ?? (removed.has(property) ? null : current?.[property] ?? null);
  for (const computation of TABLE[type.id] ?? NONE) {
    const due = (current === null && computation.onCreate) || computation.dependsOn.some((name) => name in set || removed.has(name));
    if (!due || (current !== null && computation.onCreate)) continue;
    const own = read(computation.property);
    const value = computation.compute(read, at, own);
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
