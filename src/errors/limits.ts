// Errors of calling too often (platform.md 6.3). Clients match on policyName, and of searches on the whole message.

import { entry, type ProblemBody } from './problem.ts';

const limited = (limit: string, policyName: string): ProblemBody => ({ message: `You have reached your ${limit} limit.`, errorType: 'RATE_LIMIT', more: { policyName } });

/** Where the app stands, and when to try again. */
type Headers = Record<string, string>;

export const limitsErrors = {
  burstLimit: entry({
    status: 429, when: 'more calls within ten seconds than the app may make', source: 'platform.md 6.3 [D, O]',
    make: (_headers: Headers) => limited('ten_secondly_rolling', 'TEN_SECONDLY_ROLLING'), example: [{}], headers: (headers) => headers,
  }),
  searchLimit: entry({
    status: 429, when: 'more searches within a second than the account may make', source: 'platform.md 6.3 [O]; category beside errorType [I]',
    make: (_headers: Headers) => ({ ...limited('secondly', 'SECONDLY'), category: 'RATE_LIMITS' }), example: [{}], headers: (headers) => headers,
  }),
  dailyLimit: entry({
    status: 429, when: 'more calls on a day than the private apps of the account may make', source: 'platform.md 6.3 [D]',
    make: (_headers: Headers) => limited('daily', 'DAILY'), example: [{}], headers: (headers) => headers,
  }),
};
