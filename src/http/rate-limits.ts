// Where an app stands with its limits, as headers say it (platform.md 6.2), and the refusal of a call too many.

import type { Policy, Quota } from '../crm/rate-limits.ts';
import { problem, type Problem } from '../errors.ts';

const INTERVAL_MS = '10000';

/** The headers of every answer to a call that was counted. */
export function quotaHeaders({ interval, daily }: Quota): Record<string, string> {
  const headers: Record<string, string> = {};
  if (daily) {
    headers['x-hubspot-ratelimit-daily'] = String(daily.max);
    headers['x-hubspot-ratelimit-daily-remaining'] = String(daily.remaining);
  }
  if (interval) {
    headers['x-hubspot-ratelimit-interval-milliseconds'] = INTERVAL_MS;
    headers['x-hubspot-ratelimit-max'] = String(interval.max);
    headers['x-hubspot-ratelimit-remaining'] = String(interval.remaining);
    // Not enforced any more, so a tenth of the interval's.
    headers['x-hubspot-ratelimit-secondly'] = String(Math.floor(interval.max / 10));
    headers['x-hubspot-ratelimit-secondly-remaining'] = String(Math.floor(interval.remaining / 10));
  }
  return headers;
}

/** The 429 of a call that was refused. */
export function refusalOf({ policy, retryAfterMs }: NonNullable<Quota['refused']>): Problem {
  return PROBLEMS[policy]({ 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) });
}

const PROBLEMS = { DAILY: problem.dailyLimit, TEN_SECONDLY_ROLLING: problem.burstLimit, SECONDLY: problem.searchLimit } satisfies Record<Policy, unknown>;
