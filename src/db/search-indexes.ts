// Indexes for searches, made when one first wants them and the type has many records: until then a search reads all of
// them, which is as right and slower. Each is for one expression of one portal's object type, so a write pays only for
// what somebody searches by. Made beside the requests; nobody waits for them.

import { createHash } from 'node:crypto';
import sql, { type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import type { Db } from './db.ts';
import { inPortal, isMissing, keyOf, textOf, wordsWith, type KnownWords } from './search.ts';
import type { Kind, Reference, SearchPlan } from './search-plan.ts';
import { learnWords } from './search-words.ts';
import type { CommonTrigrams } from './trigrams.ts';

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
  /** The texts whose trigrams are in it, of an index for words. */
  words: Reference[] | undefined;
}

/** Fewer records than this are read as they are. */
export const WORTH_AN_INDEX = 10_000;

/** The indexes that would help the plan: of its sort, of what it compares, and of the words that it looks for. */
export function wantedIndexes(placement: Placement, plan: SearchPlan): WantedIndex[] {
  const { objectType } = plan;
  const wanted = new Map<string, WantedIndex>();
  const want = (index: WantedIndex): void => void wanted.set(index.name, index);
  if (plan.sort) for (const index of orderedBy(placement, objectType, plan.sort.of, plan.sort.as, plan.sort.descending)) want(index);
  if (!plan.sort) for (const index of orderedBy(placement, objectType, { in: 'created' }, 'instant')) want(index);
  for (const group of plan.groups) {
    // A few records that are known by their ids are looked at one by one.
    if (group.some((condition) => condition.test === 'ids' && !condition.not)) continue;
    for (const condition of group) {
      if (!('of' in condition)) continue;
      const { of } = condition;
      if (condition.test === 'compare' && condition.by !== '<>') orderedBy(placement, objectType, of, condition.as).forEach(want);
      if (condition.test === 'in' && !condition.not) orderedBy(placement, objectType, of, condition.as).forEach(want);
      if (condition.test === 'unknown' && of.in === 'properties') want(missing(placement, objectType, of));
      // Words of one or two letters have no trigrams.
      const hasLong = condition.test === 'matches' && !condition.not && condition.patterns.some(({ holds }) => holds.some((part) => part.length > 2));
      if (hasLong && of.in === 'properties') want(wordsIndex(placement, objectType, wordsWith(plan, of)));
    }
  }
  const hasLongTerm = plan.text.terms.some((term) => term.length > 2);
  if (hasLongTerm && plan.text.of.every((of) => of.in === 'properties')) want(wordsIndex(placement, objectType, plan.text.of));
  return [...wanted.values()];
}

function indexOf(placement: Placement, objectType: string, columns: string, more: Partial<WantedIndex> = {}): WantedIndex {
  const name = `search_${createHash('sha256').update(`${placement.portalId} ${objectType} ${columns} ${more.only ?? ''}`).digest('hex').slice(0, 24)}`;
  return { portalId: placement.portalId, objectType, name, columns, expression: undefined, only: undefined, words: undefined, ...more };
}

/** For comparing and sorting: a record's own times are columns, of which Postgres knows enough. */
function orderedBy(placement: Placement, objectType: string, of: Reference, as: Kind, descending = false): WantedIndex[] {
  if (of.in === 'created' || of.in === 'updated') return [indexOf(placement, objectType, `using btree (${of.in}_at, id)`)];
  if (of.in !== 'properties') return [];
  const expression = inline(keyOf(placement, objectType, of, as));
  return [indexOf(placement, objectType, `using btree ((${expression})${descending ? ' desc nulls last' : ''}, id)`, { expression })];
}

/** What is missing is in no index of what is there. */
const missing = (placement: Placement, objectType: string, of: Reference): WantedIndex =>
  indexOf(placement, objectType, 'using btree (created_at, id)', { only: inline(isMissing(placement, objectType, of)) });

function wordsIndex(placement: Placement, objectType: string, of: Reference[]): WantedIndex {
  const expression = inline(textOf(placement, objectType, of));
  return indexOf(placement, objectType, `using gin ((${expression}) gin_trgm_ops)`, { expression, words: of });
}

/** A statement's text with its values in it: an index cannot have parameters. */
function inline({ text, values }: Sql): string {
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  }).replaceAll(/\br\./g, '');
}

export interface SearchIndexer {
  /** Takes note of what a search would like to have. Answers what is known of the words that it looks for. */
  notice: (placement: Placement, plan: SearchPlan) => Promise<KnownWords>;
  /** Waits for what is being made. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
}

/** How long a type that is too small is not looked at again. */
const LOOK_AGAIN_MS = 60_000;
/** How long what was learnt of words is good: no longer true, it makes searches slower, never wrong. */
const LEARN_AGAIN_MS = 3_600_000;
/** A maker that was not done by then has died. */
const GIVEN_UP_AFTER_MS = 3_600_000;

export function createSearchIndexer({ db, now, log }: { db: Db; now: () => number; log: { info: (fields: object, message: string) => void; error: (fields: object, message: string) => void } }): SearchIndexer {
  const known = new Set<string>();
  const learnt = new Map<string, { common: CommonTrigrams; at: number }>();
  const lookedUp = new Set<string>();
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
    if (wanted.words && !await haveTrigrams()) {
      known.add(wanted.name);
      return;
    }
    if (await claim(db, wanted, new Date(now()))) await build(wanted);
    await learn(wanted, placement);
    known.add(wanted.name);
  }

  async function learn({ name, objectType, words }: WantedIndex, placement: Placement): Promise<void> {
    if (words) learnt.set(name, { common: await learnWords(db, placement, objectType, words), at: now() });
  }

  /** An index for words that was there before this process is learnt of at once: without, its first search would read all records. */
  async function learnMade(wanted: WantedIndex, placement: Placement): Promise<void> {
    lookedUp.add(wanted.name);
    const ready = await db.query(sql`
      select 1 from search_index
      where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name} and ready_at is not null`);
    if (ready.length > 0) await learn(wanted, placement);
  }

  async function build(wanted: WantedIndex): Promise<void> {
    const startedAt = performance.now();
    try {
      await db.maintain([`create index ${db.concurrent ? 'concurrently ' : ''}if not exists ${wanted.name} on record ${wanted.columns}
        where portal_id = ${wanted.portalId} and object_type = '${wanted.objectType}' and archived_at is null${wanted.only === undefined ? '' : ` and ${wanted.only}`}`]);
    } catch (error) {
      await db.maintain([`drop index if exists ${wanted.name}`]).catch(() => {});
      await db.query(sql`delete from search_index where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name}`);
      throw error;
    }
    // Those of an index with a condition are not asked; without any, Postgres takes every value for a rare one, and read and
    // sorted 50,000 matches (140 ms) where the first hundred in order were enough (0.7 ms). Citus refuses them.
    if (wanted.expression !== undefined) {
      await db.maintain([`create statistics if not exists ${wanted.name}_values on (${wanted.expression}) from record`])
        .catch((error: Error) => log.info({ err: error, index: wanted.name }, 'a search index has no statistics'));
    }
    await db.maintain(['analyze record']);
    await db.query(sql`
      update search_index set ready_at = ${new Date(now()).toISOString()}::timestamptz
      where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name}`);
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
    async notice(placement, plan) {
      for (const wanted of closed ? [] : wantedIndexes(placement, plan)) {
        if (wanted.words && !lookedUp.has(wanted.name)) await learnMade(wanted, placement);
        if ((learnt.get(wanted.name)?.at ?? Infinity) + LEARN_AGAIN_MS < now()) known.delete(wanted.name);
        if (!known.has(wanted.name) && !queue.has(wanted.name)) queue.set(wanted.name, { wanted, placement });
      }
      if (queue.size > 0) working ??= work().finally(() => (working = undefined));
      return (of) => (learnt.size === 0 ? undefined : learnt.get(wordsIndex(placement, plan.objectType, of).name)?.common);
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
