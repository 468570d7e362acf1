// Brings existing records up to date when a calculated property is made or its formula changes. The change leaves a mark
// in its own transaction. What it marked is done within the request when there are few records, else afterwards, page by
// page; every process that loads a snapshot of a marked portal works on it, so a restart loses nothing, and two at it do
// nothing wrong: a page only writes records that differ, each at the version that it was read in. Such a write is one like
// any other, with a revision of its own.

import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { clearRecomputation, listWrittenSince, readRecomputations, writeRecomputation } from '../db/recomputations.ts';
import { listRecords, readRecords, type RecordRow } from '../db/records.ts';
import { StaleWriteError, writeRecords, type RecordChange } from '../db/write-records.ts';
import { recomputeFormulas } from './computations.ts';
import type { Portal } from './portal.ts';

/** Marks the type's records. Call it within changeModel, whose `portal` is the model before the change. */
export async function markRecomputation(tx: Queryable, portal: Portal, typeId: string, at: string): Promise<void> {
  await writeRecomputation(tx, portal.portalId, typeId, { run: portal.modelVersion, at });
}

export interface Recomputer {
  /** Told of every snapshot that is loaded: starts to work when it is marked. */
  notice: (portal: Portal) => void;
  /** Works on what a change marked: all of it when it is little. Never throws. */
  follow: (portalId: number) => Promise<void>;
  /** Stops at the end of the page at hand. */
  close: () => Promise<void>;
}

interface Tools {
  db: Queryable;
  getPortal: (portalId: number) => Promise<Portal | undefined>;
  clock: () => string;
  log: { info: (fields: object, message: string) => void; error: (fields: object, message: string) => void };
}

const PAGE = 1_000;
/** More records than this are left for after the answer. */
const WITHIN_REQUEST = 2_000;
/** For requests under way, which write by their old snapshot. */
const SETTLE_MS = 2_000;
/** How long before the change a request may have begun that writes after it. */
const LOOK_BACK_MS = 300_000;
const RETRY_MS = 5_000;
/** How often a page is read before it is written in parts. */
const READS = 3;

interface PassResult {
  finished: boolean;
  /** Records that somebody else wrote meanwhile. */
  skipped: number;
  changed: number;
}

/** Makes the worker of one process. */
export function createRecomputer({ db, getPortal, clock, log }: Tools): Recomputer {
  const jobs = new Map<number, Promise<void>>();
  /** Portals that a request is at: the job for the rest starts after it. */
  const followed = new Set<number>();
  /** The run of which every record has been looked at, by portal and type. */
  const done = new Map<string, number>();
  const stop = new AbortController();
  const stopped = (): boolean => stop.signal.aborted;
  const keyOf = (portalId: number, typeId: string): string => `${portalId} ${typeId}`;

  /** All records of the type, or those written since; at most `most` of them. */
  async function pass(portalId: number, typeId: string, { since, most = Infinity }: { since?: string; most?: number }): Promise<PassResult> {
    const result: PassResult = { finished: false, skipped: 0, changed: 0 };
    for (let fromId = 0, seen = 0; !stopped() && seen < most;) {
      const portal = await getPortal(portalId);
      const type = portal?.objectType(typeId);
      if (!portal || !type) return { ...result, finished: true };
      const rows = since === undefined
        ? await listRecords(db, portal.placement, typeId, { fromId, limit: PAGE, archived: false })
        : await listWrittenSince(db, portal.placement, typeId, { fromId, limit: PAGE, since });
      const changes = rows.flatMap((row) => changeOf(portal, type, row, clock()));
      const skipped = await write(portal, type, changes);
      result.skipped += skipped;
      result.changed += changes.length - skipped;
      if (rows.length < PAGE) return { ...result, finished: true };
      seen += rows.length;
      fromId = rows.at(-1)!.id + 1;
      await setImmediate();
    }
    return result;
  }

  /**
   * Writes what can be. A page that somebody came into is read anew, for they may have brought it up to date; when they keep
   * coming it is halved until only their records are left out. Returns how many those are.
   */
  async function write(portal: Portal, type: ObjectType, updates: RecordChange[], attempt = 1): Promise<number> {
    if (updates.length === 0) return 0;
    try {
      await writeRecords(db, portal.placement, {
        objectType: type.id, at: clock(), source: { type: 'CALCULATED', id: null }, creates: [], updates, claims: [], releases: [],
      });
      return 0;
    } catch (error) {
      if (!(error instanceof StaleWriteError)) throw error;
      if (attempt < READS) {
        const rows = await readRecords(db, portal.placement, type.id, updates.map((update) => update.id));
        return await write(portal, type, rows.flatMap((row) => changeOf(portal, type, row, clock())), attempt + 1);
      }
      if (updates.length === 1) return 1;
      const middle = updates.length >> 1;
      return await write(portal, type, updates.slice(0, middle), attempt) + await write(portal, type, updates.slice(middle), attempt);
    }
  }

  /** Whether this process sees the model as the run made it. */
  const isCurrent = async (portalId: number, run: number): Promise<boolean> => ((await getPortal(portalId))?.modelVersion ?? Infinity) > run;

  async function work(portalId: number): Promise<void> {
    while (!stopped()) {
      const marks = Object.entries(await readRecomputations(db, portalId));
      if (marks.length === 0) return;
      for (const [typeId, { run }] of marks) {
        if (!await isCurrent(portalId, run)) continue;
        const key = keyOf(portalId, typeId);
        if (done.get(key) !== run) {
          const { finished, changed } = await pass(portalId, typeId, {});
          if (!finished) return;
          done.set(key, run);
          log.info({ portalId, objectType: typeId, changed }, 'calculated values are up to date');
        }
      }
      await setTimeout(SETTLE_MS, undefined, { ref: false, signal: stop.signal });
      for (const [typeId, { run, at }] of marks) {
        if (done.get(keyOf(portalId, typeId)) !== run) continue;
        const { finished, skipped } = await pass(portalId, typeId, { since: new Date(Date.parse(at) - LOOK_BACK_MS).toISOString() });
        if (finished && skipped === 0) await clearRecomputation(db, portalId, typeId, run);
      }
    }
  }

  async function workOn(portalId: number): Promise<void> {
    while (!stopped()) {
      try {
        await work(portalId);
        return;
      } catch (error) {
        if (stopped()) return;
        log.error({ err: error, portalId }, 'recomputing calculated values failed, it is tried again');
        await setTimeout(RETRY_MS, undefined, { ref: false, signal: stop.signal }).catch(() => {});
      }
    }
  }

  function start(portalId: number): void {
    if (stopped() || jobs.has(portalId) || followed.has(portalId)) return;
    jobs.set(portalId, workOn(portalId).finally(() => jobs.delete(portalId)));
  }

  return {
    notice(portal) {
      if (portal.isRecomputing) start(portal.portalId);
    },
    async follow(portalId) {
      if (stopped() || followed.has(portalId)) return;
      followed.add(portalId);
      try {
        if (!(await getPortal(portalId))?.isRecomputing) return;
        for (const [typeId, { run }] of Object.entries(await readRecomputations(db, portalId))) {
          const key = keyOf(portalId, typeId);
          if (done.get(key) === run || !await isCurrent(portalId, run)) continue;
          if ((await pass(portalId, typeId, { most: WITHIN_REQUEST })).finished) done.set(key, run);
        }
      } catch (error) {
        // The change itself is made; the job below will see to the rest.
        log.error({ err: error, portalId }, 'recomputing calculated values failed, it is tried again');
      } finally {
        followed.delete(portalId);
        const portal = await getPortal(portalId).catch(() => undefined);
        if (portal?.isRecomputing) start(portalId);
      }
    },
    async close() {
      stop.abort();
      await Promise.all(jobs.values());
    },
  };
}

function changeOf(portal: Portal, type: ObjectType, row: RecordRow, at: string): RecordChange[] {
  const { set, removed } = recomputeFormulas(portal, type, row.properties, { at, createdAt: row.created_at });
  return removed.size === 0 && Object.keys(set).length === 0 ? [] : [{ id: row.id, version: row.version, set, remove: [...removed] }];
}
