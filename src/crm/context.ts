// What every rule is handed: whose portal, who writes, how the version at hand behaves, and the tools to do it with.

import type { Db } from '../db/db.ts';
import type { IdSource } from '../db/ids.ts';
import type { WriteSource } from '../db/records.ts';
import type { FindList } from '../db/search-lists.ts';
import type { SearchPlan } from '../db/search-plan.ts';
import type { TailWords } from '../db/search-tail.ts';
import type { DailyCalls } from './api-usage.ts';
import type { Portal, PortalCache } from './portal.ts';

/** Where API versions differ in behaviour rather than in paths. One value per row of http/versions.ts. */
export interface VersionTraits {
  /** Near-dates become dates with a warning instead of INVALID_DATE (objects.md 5.6). */
  normalisesDates: boolean;
  /** The version's date, `2025-09`, or `v3`/`v4`: for types that are read-only before one. */
  name: string;
}

/** What operations are handed that no portal's token is needed for. */
export interface ServerContext {
  db: Db;
  /** The time of this request. */
  at: string;
}

export interface Context {
  db: Db;
  ids: IdSource;
  portal: Portal;
  /** False when nobody has looked yet whether `portal` is still the model: confirmModel does. */
  isModelChecked: boolean;
  portals: PortalCache;
  /** Who writes, as revisions and hs_object_source* keep it. */
  source: WriteSource;
  /** The user who granted the caller access; null for tokens made on the command line. */
  userId: number | null;
  /** Whether the caller has one of the scopes: for what depends on more than the operation. */
  hasAnyScope: (scopes: readonly string[]) => boolean;
  traits: VersionTraits;
  /** How many records of a type one record may be associated with, where the portal sets no maximum; Infinity for any number. */
  maxAssociations: number;
  /** Brings records up to date after the portal's formulas changed (recomputation.ts). */
  recompute: () => Promise<void>;
  log: { info: (fields: object, message: string) => void };
  /** How often the portal's private apps have called today, this call included, and how often they may. */
  callsToday: () => Promise<DailyCalls & { limit: number }>;
  /** Takes note of a search, for the indexes and lists that would help it, and tells which lists there are. */
  noticeSearch: (plan: SearchPlan) => Promise<FindList>;
  /** What new records of a type tell along for lists of words. */
  searchWords: (objectType: string) => TailWords | undefined;
  /** The time of this request: one instant for all it writes. */
  at: string;
  /** The time right now, for startedAt and completedAt. */
  clock: () => string;
  /** An absolute link to a page under the same version's object routes: `link('/contacts/1', {after: '2'})`. */
  link: (path: string, query?: Record<string, string>) => string;
}
