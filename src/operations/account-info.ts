// Account information: what kind of account a portal is, how much it is called (platform.md 6.4). Declarations only.

import { operation, RECORD_VERSIONS } from './operation.ts';
import { DetailsReply, presentDetails, presentUsage, UsageReply } from './wire/account-info.ts';

const shared = { area: 'accountInfo', tag: 'Account information', method: 'GET', versions: RECORD_VERSIONS, statuses: [200] } as const;

/** The scope of every app (platform.md 5.6). */
const ANY = ['oauth'];

const details = operation({
  ...shared, id: 'accountInfo.details', path: '/details', summary: 'Read what kind of account the portal is', scopes: ANY, response: DetailsReply,
  run: async (ctx, { version }) => ({ status: 200, body: presentDetails(ctx.portal, ctx.at, version.startsWith('2026-09')) }),
});

const usage = operation({
  ...shared, id: 'accountInfo.usage', path: '/api-usage/daily/private-apps', summary: 'Count the calls that private apps made today', scopes: ANY, response: UsageReply,
  run: async (ctx) => ({ status: 200, body: presentUsage('private-apps-api-calls-daily', await ctx.callsToday(), ctx.at) }),
});

/** What usage was called before. */
const usageBefore = operation({
  ...shared, id: 'accountInfo.usageBefore', path: '/api-usage/daily', summary: 'Count the calls that were made today', versions: ['v3'], scopes: ANY, response: UsageReply,
  run: async (ctx) => ({ status: 200, body: presentUsage('api-calls-daily', await ctx.callsToday(), ctx.at) }),
});

export const accountInfoOperations = [details, usage, usageBefore];
