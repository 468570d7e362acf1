// Indexes for searches, made when one first wants them and the type has many records: until then a search reads all of
// them, which is as right and slower. Each is for one expression of one portal's object type, so a write pays only for
// what somebody searches by. Made beside the requests; nobody waits for them.

import { createHash } from 'node:crypto';
import sql, { type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import type { Db } from './db.ts';
import { expressionOf, inPortal, textOf, type Kind, type Reference, type SearchPlan } from './search.ts';

/** An index that a search would like to have. */
export interface WantedIndex {
  portalId: number;
  objectType: string;
  name: string;
  /** What the index is of, when that is no column; Postgres is told to gather statistics of it too. */
  expression: string | undefined;
  /** A condition on the records that are in it. */
  only: string | undefined;
  /** `using btree (...)` or `using gin (...)`, as it stands in the statement that makes the index. */
  columns: string;
  trigrams: boolean;
}

/** Fewer records than this are read as they are. */
export const WORTH_AN_INDEX = 10_000;

/** The indexes that would help the plan: of its sort, of what it compares, and of the words that it looks for. */
export function wantedIndexes(placement: Placement, plan: SearchPlan): WantedIndex[] {
  const wanted = new Map<string, WantedIndex>();
  const want = (columns: string, of: { expression?: string; only?: string; trigrams?: boolean } = {}): void => {
    const name = `search_${createHash('sha256').update(`${placement.portalId} ${plan.objectType} ${columns} ${of.only ?? ''}`).digest('hex').slice(0, 24)}`;
    wanted.set(name, { portalId: placement.portalId, objectType: plan.objectType, name, columns, expression: of.expression, only: of.only, trigrams: of.trigrams ?? false });
  };
  const textFor = (of: Reference, as: Kind, ordered = true): string => inline(expressionOf(placement, plan.objectType, of, as, ordered));
  /** For comparing and sorting: a record's own times are columns, of which Postgres knows enough. */
  const wantOrdered = (of: Reference, as: Kind, descending = false): void => {
    if (of.in !== 'properties') {
      if (of.in === 'created' || of.in === 'updated') want(`using btree (${of.in}_at, id)`);
      return;
    }
    const expression = textFor(of, as);
    want(`using btree ((${expression})${descending ? ' desc nulls last' : ''}, id)`, { expression });
  };
  const wantTrigrams = (expression: string): void => want(`using gin ((${expression}) gin_trgm_ops)`, { expression, trigrams: true });

  if (plan.sort) wantOrdered(plan.sort.of, plan.sort.as, plan.sort.descending);
  else wantOrdered({ in: 'created' }, 'instant');
  for (const condition of plan.groups.flat()) {
    if (!('of' in condition)) continue;
    const { of } = condition;
    // What is missing is in no index of what is there.
    if (condition.test === 'unknown' && of.in === 'properties') want('using btree (created_at, id)', { only: `${textFor(of, 'exact')} is null` });
    if (condition.test === 'compare' && condition.by !== '<>') wantOrdered(of, condition.as);
    if (condition.test === 'in' && !condition.not) wantOrdered(of, condition.as);
    if (condition.test === 'matches' && !condition.not && of.in === 'properties') wantTrigrams(textFor(of, condition.as, false));
  }
  const searchable = plan.text.of.every((of) => of.in === 'properties');
  // Words of one or two letters have no trigrams.
  if (searchable && plan.text.terms.some((term) => term.length > 2)) wantTrigrams(inline(textOf(placement, plan.objectType, plan.text.of)));
  return [...wanted.values()];
}

/** A statement's text with its values in it: an index cannot have parameters. */
function inline({ text, values }: Sql): string {
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  }).replaceAll(/\br\./g, '');
}

export interface SearchIndexer {
  /** Takes note of what a search would like to have. Returns at once. */
  notice: (placement: Placement, plan: SearchPlan) => void;
  /** Waits for what is being made. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
}

/** How long a type that is too small is not looked at again. */
const LOOK_AGAIN_MS = 60_000;
/** A maker that was not done by then has died. */
const GIVEN_UP_AFTER_MS = 3_600_000;

export function createSearchIndexer({ db, now, log }: { db: Db; now: () => number; log: { info: (fields: object, message: string) => void; error: (fields: object, message: string) => void } }): SearchIndexer {
  const known = new Set<string>();
  const tooSmallUntil = new Map<string, number>();
  const queue = new Map<string, { wanted: WantedIndex; placement: Placement }>();
  let trigramsFail = false;
  let closed = false;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (const [name, { wanted, placement }] of queue) {
      if (closed) break;
      try {
        await make(wanted, placement);
      } catch (error) {
        log.error({ err: error, index: name }, 'a search index could not be made');
        known.add(name);
      }
      queue.delete(name);
    }
  }

  async function make(wanted: WantedIndex, placement: Placement): Promise<void> {
    const sizeKey = `${wanted.portalId} ${wanted.objectType}`;
    if ((tooSmallUntil.get(sizeKey) ?? 0) > now()) return;
    if (!await isLarge(db, placement, wanted.objectType)) {
      tooSmallUntil.set(sizeKey, now() + LOOK_AGAIN_MS);
      return;
    }
    if (wanted.trigrams && !await haveTrigrams()) {
      known.add(wanted.name);
      return;
    }
    if (!await claim(db, wanted, new Date(now()))) {
      known.add(wanted.name);
      return;
    }
    const startedAt = performance.now();
    try {
      await db.maintain([
        `create index ${db.concurrent ? 'concurrently ' : ''}if not exists ${wanted.name} on record ${wanted.columns}
          where portal_id = ${wanted.portalId} and object_type = '${wanted.objectType}' and archived_at is null${wanted.only === undefined ? '' : ` and ${wanted.only}`}`,
        // Those of an index with a condition are not asked; without any, Postgres takes every value for a rare one, and read
        // and sorted 50,000 matches (140 ms) where the first hundred in order were enough (0.7 ms).
        ...(wanted.expression === undefined ? [] : [`create statistics if not exists ${wanted.name}_values on (${wanted.expression}) from record`]),
        'analyze record',
      ]);
    } catch (error) {
      await db.maintain([`drop index if exists ${wanted.name}`]).catch(() => {});
      await db.query(sql`delete from search_index where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name}`);
      throw error;
    }
    await db.query(sql`
      update search_index set ready_at = ${new Date(now()).toISOString()}::timestamptz
      where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name}`);
    known.add(wanted.name);
    log.info({ index: wanted.name, objectType: wanted.objectType, ms: Math.round(performance.now() - startedAt) }, 'search index made');
  }

  async function haveTrigrams(): Promise<boolean> {
    if (trigramsFail) return false;
    try {
      await db.query(sql`create extension if not exists pg_trgm`);
      return true;
    } catch (error) {
      trigramsFail = true;
      log.info({ err: error }, 'pg_trgm is not available: searches for words read all records');
      return false;
    }
  }

  return {
    notice(placement, plan) {
      if (closed) return;
      for (const wanted of wantedIndexes(placement, plan)) if (!known.has(wanted.name) && !queue.has(wanted.name)) queue.set(wanted.name, { wanted, placement });
      if (queue.size > 0) working ??= work().finally(() => (working = undefined));
    },
    async settled() {
      while (working) await working;
    },
    async close() {
      closed = true;
      await working;
    },
  };
}

async function isLarge(db: Db, placement: Placement, objectType: string): Promise<boolean> {
  const [row] = await db.query<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from record r where ${inPortal(placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null limit ${WORTH_AN_INDEX + 1}::int) some_records`);
  return row!.count > WORTH_AN_INDEX;
}

/** True for the one process that is to make the index. */
async function claim(db: Db, wanted: WantedIndex, at: Date): Promise<boolean> {
  const rows = await db.query(sql`
    insert into search_index (portal_id, object_type, name, expression, wanted_at)
    values (${wanted.portalId}::bigint, ${wanted.objectType}, ${wanted.name}, ${wanted.columns}, ${at.toISOString()}::timestamptz)
    on conflict (portal_id, object_type, name) do update set wanted_at = excluded.wanted_at
      where search_index.ready_at is null and search_index.wanted_at < ${new Date(at.getTime() - GIVEN_UP_AFTER_MS).toISOString()}::timestamptz
    returning name`);
  return rows.length === 1;
}
