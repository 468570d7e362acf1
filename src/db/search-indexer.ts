// What goes on beside searches: the indexes and lists of words that they ask for are made once a type has many records, until
// then a search reads all of them, which is as right and slower; and lists take in what was written. Nobody waits for it.

import sql from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import type { Db } from './db.ts';
import { claimList, dropLists, makeList, readListState, type ListState } from './make-list.ts';
import { readPortal } from './portals.ts';
import { claimIndex, dropIndexes, keepIndex, makeIndex, wantedIndexes, type WantedIndex } from './search-indexes.ts';
import { wantedLists, type FindList, type ReadyList, type WantedList } from './search-lists.ts';
import type { SearchPlan } from './search-plan.ts';
import { readTails, readTextLists, takeIn, type TailSize, type TailWords } from './search-tail.ts';
import { inPortal } from './search-values.ts';
import { sampleTexts } from './search-words.ts';
import { commonTrigrams } from './trigrams.ts';

/** So many records are worth an index. */
export const WORTH_AN_INDEX = 10_000;

export interface SearchIndexer {
  /** Takes note of what a search would like to have. Answers which lists there are for it. */
  notice: (placement: Placement, plan: SearchPlan) => Promise<FindList>;
  /** Takes note that requests come, which may write. */
  stir: () => void;
  /** What new records of a type tell along for its lists. */
  tailWords: (portalId: number, objectType: string) => TailWords | undefined;
  /** Waits for what is being made, and until every record that was written is in its lists. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
}

interface Options {
  db: Db;
  now: () => number;
  log: { info: (fields: object, message: string) => void; error: (fields: object, message: string) => void };
  /** Fewer records than this are read as they are. */
  worthAnIndex?: number | undefined;
}

/** How long a type that is too small is not looked at again. */
const LOOK_AGAIN_MS = 60_000;
/** How long a list that another process is making is not looked for again. */
const BEING_MADE_MS = 2_000;
/** How long what was learnt of an index or a list is good: of common words that is no longer true makes searches slower, never wrong. */
const LEARN_AGAIN_MS = 3_600_000;
/** What nobody has wanted for so long is dropped: much longer than anybody believes in it. */
const UNWANTED_AFTER_MS = 30 * 86_400_000;
/** How often somebody looks for that. */
const DROP_EVERY_MS = 86_400_000;
/** How often, while requests come, somebody looks for what was written. */
const LOOK_FOR_TAILS_MS = 500;
/** A tail that costs searches more than so many microseconds is taken in although more is being written. */
const LONG_TAIL_US = 20_000;
/** Measured: a note is found, a text told along is looked through, or a record is fetched and looked at. */
const weightOf = ({ entries, told, untold }: TailSize): number => entries + 0.1 * told + 6 * untold;

type Known = { state: ListState | 'unknown'; list?: ReadyList; until: number };

export function createSearchIndexer({ db, now, log, worthAnIndex = WORTH_AN_INDEX }: Options): SearchIndexer {
  /** Indexes that are made, or cannot be, and until when that is taken for granted. */
  const indexes = new Map<string, number>();
  const lists = new Map<string, Known>();
  const tooSmallUntil = new Map<string, number>();
  const queue = new Map<string, () => Promise<void>>();
  let texts = new Map<string, TailWords>();
  let tails = new Map<string, TailSize>();
  let trigrams: Promise<boolean> | undefined;
  let closed = false;
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let dropAgainAt = 0;
  const clock = (): string => new Date(now()).toISOString();
  const listKey = (portalId: number, { id }: WantedList): string => `${portalId} ${id}`;

  async function work(): Promise<void> {
    for (const [name, make] of queue) {
      if (closed) break;
      try {
        await make();
      } catch (error) {
        log.error({ err: error, index: name }, 'a search index could not be made');
      }
      queue.delete(name);
    }
  }

  async function isLarge(placement: Placement, objectType: string): Promise<boolean> {
    const sizeKey = `${placement.portalId} ${objectType}`;
    if ((tooSmallUntil.get(sizeKey) ?? 0) > now()) return false;
    const [row] = await db.query<{ count: number }>(sql`
      select count(*)::int as count from (
        select 1 from record r where ${inPortal(placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null limit ${worthAnIndex + 1}::int) some_records`);
    if (row!.count <= worthAnIndex) tooSmallUntil.set(sizeKey, now() + LOOK_AGAIN_MS);
    return row!.count > worthAnIndex;
  }

  async function makeWantedIndex(placement: Placement, wanted: WantedIndex): Promise<void> {
    if (!await isLarge(placement, wanted.objectType)) return;
    indexes.set(wanted.name, now() + LEARN_AGAIN_MS);
    if (await keepIndex(db, wanted, clock())) return;
    // Two that are made at once, on one table, wait for each other.
    await db.alone(async () => {
      const startedAt = performance.now();
      if (!await claimIndex(db, wanted, new Date(now()))) return;
      await makeIndex(db, wanted, clock, log);
      log.info({ index: wanted.name, objectType: wanted.objectType, ms: Math.round(performance.now() - startedAt) }, 'search index made');
    }, () => closed);
  }

  async function makeWantedList(placement: Placement, wanted: WantedList): Promise<void> {
    const { kind, objectType } = wanted;
    if (!await isLarge(placement, objectType)) return;
    await db.alone(async () => {
      const startedAt = performance.now();
      if (!await claimList(db, placement, wanted, new Date(now()))) return;
      const state = await makeList(db, placement, wanted, await haveTrigrams());
      await learn(placement, wanted, state);
      log.info({ index: wanted.id, kind, objectType, ms: Math.round(performance.now() - startedAt) }, state === 'ready' ? 'search index made' : 'texts too long for a list of words');
    }, () => closed);
  }

  async function learn(placement: Placement, wanted: WantedList, state: ListState | 'unknown'): Promise<void> {
    const until = now() + (state === 'ready' || state === 'refused' ? LEARN_AGAIN_MS : state === 'unknown' ? LOOK_AGAIN_MS : BEING_MADE_MS);
    const sample = state === 'ready' ? await sampleTexts(db, placement, wanted.objectType, wanted.of) : [];
    const common = wanted.kind === 'text' ? commonTrigrams(sample) : new Map<string, number>();
    const hasRepeats = new Set(sample).size * 2 < sample.length;
    lists.set(listKey(placement.portalId, wanted), { state, until, ...(state === 'ready' ? { list: { ...wanted, common, hasRepeats } } : {}) });
  }

  /** pg_trgm finds parts of words; without it they are looked for in all texts of a list, which is ten times as fast as in all records. */
  async function tryTrigrams(): Promise<boolean> {
    try {
      await db.query(sql`create extension if not exists pg_trgm`);
      return true;
    } catch (error) {
      log.info({ err: error }, 'pg_trgm is not available: searches for parts of words read all texts');
      return false;
    }
  }
  const haveTrigrams = (): Promise<boolean> => (trigrams ??= tryTrigrams());

  /** The lists that a plan wants, each looked up in the database when nothing is known of it. */
  async function noticeLists(placement: Placement, plan: SearchPlan): Promise<void> {
    const find = (wanted: WantedList): Known | undefined => lists.get(listKey(placement.portalId, wanted));
    const isRefused = (wanted: WantedList): boolean => find(wanted)?.state === 'refused';
    // Whether a list is refused says which others are wanted.
    for (let before = -1; before !== lists.size;) {
      before = lists.size;
      for (const wanted of wantedLists(plan, isRefused)) {
        if ((find(wanted)?.until ?? 0) > now()) continue;
        const state = await readListState(db, placement, wanted, clock());
        await learn(placement, wanted, state ?? 'unknown');
        if (state !== 'ready' && state !== 'refused') queue.set(listKey(placement.portalId, wanted), () => makeWantedList(placement, wanted));
      }
    }
  }

  function arm(): void {
    if (!timer && !looking && !closed) timer = setTimeout(() => void look(), LOOK_FOR_TAILS_MS).unref();
  }

  async function look(): Promise<void> {
    timer = undefined;
    looking ??= lookForTails().catch((error: unknown) => log.error({ err: error }, 'what was written could not be taken into lists')).finally(() => (looking = undefined));
    await looking;
    if (tails.size > 0) arm();
  }

  /** Takes in the tails that nobody adds to, and those that are long. */
  async function lookForTails(): Promise<void> {
    if (now() >= dropAgainAt) await dropUnwanted();
    texts = await readTextLists(db);
    const seen = new Map((await readTails(db)).map((tail) => [`${tail.portalId} ${tail.objectType}`, tail]));
    for (const [key, tail] of seen) {
      const isCalm = tails.get(key)?.entries === tail.entries;
      if (closed || !(isCalm || weightOf(tail) > LONG_TAIL_US)) continue;
      const left = await takeInTail(tail);
      if (left) seen.set(key, left);
      else seen.delete(key);
    }
    tails = seen;
  }

  async function dropUnwanted(): Promise<void> {
    dropAgainAt = now() + DROP_EVERY_MS;
    const since = new Date(now() - UNWANTED_AFTER_MS).toISOString();
    await db.alone(async () => {
      for (const name of [...await dropIndexes(db, since), ...await dropLists(db, since)]) log.info({ index: name }, 'search index dropped: nobody has asked for it lately');
    }, () => closed);
  }

  /** Takes in a tail until it grows meanwhile. Returns what is left of it. */
  async function takeInTail(tail: TailSize): Promise<TailSize | undefined> {
    const { portalId, objectType } = tail;
    const portal = await readPortal(db, portalId);
    if (!portal) return undefined;
    for (let left: TailSize | undefined = tail; ;) {
      const taken = await takeIn(db, portal, objectType);
      const next = (await readTails(db)).find((one) => one.portalId === portalId && one.objectType === objectType);
      const grows = (next?.entries ?? 0) > left.entries - taken;
      if (closed || taken === 0 || !next || (grows && weightOf(next) < LONG_TAIL_US)) return next;
      left = next;
    }
  }

  return {
    async notice(placement, plan) {
      if (!closed) {
        for (const wanted of wantedIndexes(placement, plan)) {
          if ((indexes.get(wanted.name) ?? 0) <= now() && !queue.has(wanted.name)) queue.set(wanted.name, () => makeWantedIndex(placement, wanted));
        }
        await noticeLists(placement, plan);
      }
      if (queue.size > 0) working ??= work().finally(() => (working = undefined));
      return (wanted) => lists.get(listKey(placement.portalId, wanted))?.list;
    },
    stir: arm,
    tailWords: (portalId, objectType) => texts.get(`${portalId} ${objectType}`),
    async settled() {
      while (working) await working;
      do {
        await looking;
        await look();
      } while (tails.size > 0 && !closed);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await Promise.all([working, looking]);
    },
  };
}
