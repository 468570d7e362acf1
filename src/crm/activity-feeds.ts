// The feeds of what was done in a portal, by page: sign-ins, what matters for its safety, and the audit of all. Feeds but the
// audit begin with the newest, as HubSpot's own samples do.

import { readActivityPage, type ActivityFilter, type ActivityKind, type ActivityRow } from '../db/activity.ts';
import type { AuditDetails, LoginDetails, SecurityDetails } from './activity.ts';
import type { Context } from './context.ts';

export interface Page<Entry> {
  entries: Entry[];
  /** The last id of this page, when there are more. */
  after: number | undefined;
}

/** Which entries are asked for, and how many; from the newest on unless told. */
export type FeedQuery = Omit<ActivityFilter, 'newestFirst'>;

export type LoginEntry = ActivityRow<LoginDetails>;
export type SecurityEntry = ActivityRow<SecurityDetails>;

const LOGIN_DAYS_MS = 90 * 86_400_000;

/** Sign-ins and attempts of the past 90 days [D]. */
export async function listLogins(ctx: Context, query: FeedQuery): Promise<Page<LoginEntry>> {
  return await readPage<LoginEntry>(ctx, ['login'], { ...query, newestFirst: true, from: new Date(Date.parse(ctx.at) - LOGIN_DAYS_MS).toISOString() });
}

/** Users who came and went, tokens, apps. */
export async function listSecurityActivity(ctx: Context, query: FeedQuery): Promise<Page<SecurityEntry>> {
  return await readPage<SecurityEntry>(ctx, ['security'], { ...query, newestFirst: true });
}

export type AuditEntry = ActivityRow<AuditDetails>;

/** Everything: changes of the model, and in its terms the entries of the other feeds. The oldest first unless told [D]. */
export async function listAudit(ctx: Context, query: FeedQuery & { newestFirst: boolean }): Promise<Page<AuditEntry>> {
  const { entries, after } = await readPage<ActivityRow<AuditDetails & SecurityDetails & LoginDetails> & { kind: ActivityKind }>(ctx, ['audit', 'login', 'security'], query);
  return { entries: entries.map((entry) => ({ ...entry, details: asAudit(entry.kind, entry.userId, entry.details) })), after };
}

/** HubSpot's words for sign-ins and critical actions in its audit [O]; that for a failed sign-in is ours [I]. */
function asAudit(kind: ActivityKind, userId: number | null, details: AuditDetails & SecurityDetails & LoginDetails): AuditDetails {
  switch (kind) {
    case 'audit': return details;
    case 'security': return { category: 'CRITICAL_ACTION', subCategory: details.type, action: 'PERFORM', targetObjectId: details.objectId, userEmail: details.userEmail };
    case 'login': return {
      category: 'LOGIN', subCategory: details.loginSucceeded ? 'LOGIN_SUCCEEDED' : 'LOGIN_FAILED', action: 'PERFORM', targetObjectId: String(userId ?? 0),
      userEmail: details.email,
    };
    default: return kind satisfies never;
  }
}

async function readPage<Entry extends { id: number }>(ctx: Context, kinds: ActivityKind[], filter: ActivityFilter): Promise<Page<Entry>> {
  const rows = await readActivityPage(ctx.db, ctx.portal.portalId, kinds, { ...filter, limit: filter.limit + 1 }) as unknown as Entry[];
  const entries = rows.slice(0, filter.limit);
  return { entries, after: rows.length > filter.limit ? entries.at(-1)!.id : undefined };
}
