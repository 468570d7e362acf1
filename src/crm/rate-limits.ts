// How often an app may call (platform.md 6.1), counted in the database and so right across all processes on it. A call
// takes from the window of its interval, and from its day unless an OAuth app makes it; what the first refuses does not count
// for the second.

import type { Queryable } from '../db/db.ts';
import { createLimiter, type Limiter, type Usage } from '../db/limiter-store.ts';
import type { Portal } from './portal.ts';
import type { Calendar } from './time-zones.ts';
import type { Caller } from './tokens.ts';

/** The limits there are; what has no number is not limited. */
export interface RateLimits {
  /** Calls of a private app within ten seconds. */
  burst?: number;
  /** Searches of an account within a second. */
  search?: number;
  /** Calls of all private apps of an account on a day. */
  daily?: number;
  /** Calls of an app to the associations API within ten seconds: they do not count for `burst` and `oauth`. */
  associations?: number;
  /** Calls of all private apps to the associations API on a day, where these have a number of their own. */
  associationsDaily?: number;
  /** Calls of an OAuth app to one account within ten seconds. */
  oauth?: number;
}

/** Which calls have windows of their own; the others share their app's. */
export type QuotaKind = 'search' | 'associations';

export type Policy = 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY';

export interface Share {
  max: number;
  remaining: number;
}

/** Where an app stands after a call. */
export interface Quota {
  /** Of ten seconds. Searches have none that is told. */
  interval?: Share;
  /** Of the day. OAuth apps have none. */
  daily?: Share;
  refused?: { policy: Policy; retryAfterMs: number };
}

export interface RateLimiter {
  /** Takes one call of the caller from its windows, unless one of them is used up. */
  take: (caller: Caller, portal: Portal, kind: QuotaKind | undefined) => Promise<Quota>;
}

/** A limit of the settings with its counter. */
interface Window {
  max: number;
  limiter: Limiter;
}

/** Makes the one of this process; all on one database count together. */
export function createRateLimiter({ db, limits, now, calendar }: { db: Queryable; limits: RateLimits; now: () => number; calendar: Calendar }): RateLimiter {
  const windowOf = (name: keyof RateLimits, durationSeconds: number): Window | undefined => {
    const max = limits[name];
    return max === undefined ? undefined : { max, limiter: createLimiter(db, { keyPrefix: name, points: max, durationSeconds }) };
  };
  const [burst, oauth, associations] = [windowOf('burst', 10), windowOf('oauth', 10), windowOf('associations', 10)];
  const search = windowOf('search', 1);
  const [daily, associationsDaily] = [windowOf('daily', DAY_SECONDS), windowOf('associationsDaily', DAY_SECONDS)];

  return {
    async take({ kind: token, portalId, appId }, { account }, kind) {
      const quota: Quota = {};
      const interval = kind === 'search' ? search : kind === 'associations' ? associations : token === 'private' ? burst : oauth;
      if (interval) {
        const usage = await interval.limiter.consume(kind === 'search' ? String(portalId) : `${portalId}:${appId}`);
        if (kind !== 'search') quota.interval = shareOf(interval, usage);
        if (!usage.allowed) quota.refused = { policy: kind === 'search' ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING', retryAfterMs: usage.msBeforeNext };
      }
      if (token !== 'private') return quota;

      const day = calendar.dayAt(account.timeZone, now());
      const key = `${portalId}:${day.date}`;
      const left = day.endsAt - now();
      for (const window of [kind === 'associations' ? associationsDaily : undefined, daily]) {
        if (!window) continue;
        const usage = quota.refused ? await window.limiter.look(key) : await window.limiter.consume(key, 1, Math.ceil(left / 1_000));
        const share = shareOf(window, usage);
        // Of two the narrower is told.
        if (!quota.daily || share.remaining < quota.daily.remaining) quota.daily = share;
        if (!usage.allowed) quota.refused ??= { policy: 'DAILY', retryAfterMs: left };
      }
      return quota;
    },
  };
}

const DAY_SECONDS = 86_400;

const shareOf = ({ max }: Window, { remaining }: Usage): Share => ({ max, remaining });
