// Limits on how often something may happen, counted in the database and so right across all processes that use it: the
// Postgres limiter of rate-limiter-flexible over our own connections, in the table rate_limit.

import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import sql from 'sql-template-tag';
import type { Queryable } from './db.ts';

export interface LimitOptions {
  /** Keeps the keys of one limiter apart from another's. */
  keyPrefix: string;
  /** How much may be consumed within a window. */
  points: number;
  /** How long a window is, from the first that is consumed. */
  durationSeconds: number;
  /** For how long a key is refused once it had too much; the rest of its window when not given. */
  blockSeconds?: number;
}

/** Where a key stands. */
export interface Usage {
  /** False when more was consumed than there is. */
  allowed: boolean;
  consumed: number;
  remaining: number;
  /** Until the window, or the block, ends. */
  msBeforeNext: number;
}

export interface Limiter {
  /** Takes points from a key. What is refused counts too. A window that begins with it may last for seconds of its own. */
  consume: (key: string, points?: number, seconds?: number) => Promise<Usage>;
  /** Where a key stands, without taking anything. */
  look: (key: string) => Promise<Usage>;
  /** Gives points back: what was consumed for it turned out well. */
  giveBack: (key: string, points?: number) => Promise<void>;
  /** Forgets what a key has consumed, and its block. */
  reset: (key: string) => Promise<void>;
}

/** Windows that have ended are removed with each so many that are counted. */
const CLEARS_EVERY = 1_000;

/** Makes a limiter. Keys are at most 200 characters; for what is longer or secret take a hash. */
export function createLimiter(db: Queryable, { keyPrefix, points, durationSeconds, blockSeconds = 0 }: LimitOptions): Limiter {
  const client = {
    async query(statement: { name?: string; text: string; values: unknown[] }) {
      const rows = await db.query(statement);
      return { rows, rowCount: rows.length };
    },
  };
  const library = new RateLimiterPostgres({
    storeClient: client, storeType: 'client', tableName: 'rate_limit', tableCreated: true, clearExpiredByTimeout: false,
    keyPrefix, points, duration: durationSeconds, blockDuration: blockSeconds,
  });
  let counted = 0;
  return {
    async consume(key, taken = 1, seconds = durationSeconds) {
      if (++counted % CLEARS_EVERY === 0) await clearEnded(db);
      try {
        return usage(await library.consume(key, taken, { customDuration: seconds }), true);
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return usage(refused, false);
        throw refused;
      }
    },
    async look(key) {
      const res = await library.get(key);
      return res ? usage(res, res.consumedPoints <= points) : { allowed: true, consumed: 0, remaining: points, msBeforeNext: 0 };
    },
    giveBack: async (key, given = 1) => void await library.reward(key, given),
    reset: async (key) => void await library.delete(key),
  };
}

/** The library's own clearing runs on a timer that nothing ends. */
async function clearEnded(db: Queryable): Promise<void> {
  await db.query(sql`delete from rate_limit where expire < ${Date.now()}::bigint`);
}

const usage = (res: RateLimiterRes, allowed: boolean): Usage => ({
  allowed, consumed: res.consumedPoints, remaining: res.remainingPoints, msBeforeNext: res.msBeforeNext,
});
