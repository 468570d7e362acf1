// Counts the calls of private apps. A call costs a step in memory; what came together goes to the database about once a
// second, before a count is read, and when the program stops. A program that is killed loses a second's counts.

import { addCalls, readCalls, type CallCount } from '../db/api-usage.ts';
import type { Queryable } from '../db/db.ts';
import type { Portal } from './portal.ts';
import type { Calendar } from './time-zones.ts';
import type { Caller } from './tokens.ts';

export interface ApiUsage {
  /** Counts one call. OAuth apps have no count (platform.md 6.4 [I]). */
  count: (caller: Caller, portal: Portal) => void;
  /** The calls of the portal's private apps today; those that other processes counted within the last second may be missing. */
  readToday: (portal: Portal) => Promise<DailyCalls>;
  /** Writes down what is counted. */
  close: () => Promise<void>;
}

export interface DailyCalls {
  calls: number;
  /** When the next day begins where the portal is. */
  resetsAt: string;
}

/** The daily limit that is told where there is none (platform.md 6.1 [D]). */
export const DAILY_CALLS = 250_000;

const FLUSH_AFTER_MS = 1_000;

/** Makes the one of this process. */
export function createApiUsage({ db, now, calendar, log }: {
  db: Queryable; now: () => number; calendar: Calendar; log: { error: (fields: object, message: string) => void };
}): ApiUsage {
  let counts = new Map<string, CallCount>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();

  const add = (count: CallCount): void => {
    const key = `${count.portalId} ${count.appId} ${count.day}`;
    const known = counts.get(key);
    if (known) known.calls += count.calls;
    else counts.set(key, count);
    timer ??= setTimeout(() => void flush().catch((error: unknown) => log.error({ err: error }, 'counting calls')), FLUSH_AFTER_MS).unref();
  };

  const flushNow = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (counts.size === 0) return;
    const taken = [...counts.values()];
    counts = new Map();
    try {
      await addCalls(db, taken, new Date(now()).toISOString());
    } catch (error) {
      // Another time: the database may come back.
      taken.forEach(add);
      throw error;
    }
  };

  /** One after the other: who waits for it finds everything counted before written down. */
  const flush = async (): Promise<void> => await (flushing = flushing.catch(() => {}).then(flushNow));

  return {
    count({ kind, portalId, appId }, { account }) {
      if (kind === 'private') add({ portalId, appId, day: calendar.dayAt(account.timeZone, now()).date, calls: 1 });
    },
    async readToday({ portalId, account }) {
      await flush();
      const day = calendar.dayAt(account.timeZone, now());
      return { calls: await readCalls(db, portalId, day.date), resetsAt: new Date(day.endsAt).toISOString() };
    },
    async close() {
      await flush().catch((error: unknown) => log.error({ err: error }, 'counting calls'));
      clearTimeout(timer);
    },
  };
}
