// Account information: what kind of account a portal is (platform.md 6.4). Declarations only.

import { operation, RECORD_VERSIONS } from './operation.ts';
import { DetailsReply, presentDetails } from './wire/account-info.ts';

const shared = { area: 'accountInfo', tag: 'Account information', method: 'GET', versions: RECORD_VERSIONS, statuses: [200] } as const;

/** The scope of every app (platform.md 5.6). */
const ANY = ['oauth'];

const details = operation({
  ...shared, id: 'accountInfo.details', path: '/details', summary: 'Read what kind of account the portal is', scopes: ANY, response: DetailsReply,
  run: async (ctx, { version }) => ({ status: 200, body: presentDetails(ctx.portal, ctx.at, version.startsWith('2026-09')) }),
});

export const accountInfoOperations = [details];
