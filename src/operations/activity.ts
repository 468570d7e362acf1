// What was done in a portal: its audit, sign-ins, security (platform.md 6.4). Declarations only.

import { listAudit, listLogins, listSecurityActivity } from '../crm/activity-feeds.ts';
import { parseIso } from '../crm/property-types/iso-time.ts';
import { problem } from '../errors.ts';
import { paging } from './objects.ts';
import { operation, RECORD_VERSIONS } from './operation.ts';
import { AuditQuery, AuditReply, LoginQuery, LoginReply, presentAudit, presentLogin, presentSecurity, SecurityQuery, SecurityReply } from './wire/activity.ts';

const shared = {
  area: 'accountInfo', tag: 'Account information', method: 'GET', versions: RECORD_VERSIONS, statuses: [200], scopes: ['account-info.security.read'],
} as const;

const DEFAULT_PAGE = 100;

const pageOf = ({ after, limit = DEFAULT_PAGE }: { after?: string; limit?: number }): { after: number | undefined; limit: number } =>
  ({ limit, after: after === undefined ? undefined : readNumber('after', after, 'must be what paging.next.after was') });

function readNumber(name: string, text: string, hint: string): number {
  if (!/^\d{1,15}$/.test(text)) throw problem.invalidParameter(name, hint);
  return Number(text);
}

function readTime(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = parseIso(text);
  if (at === null) throw problem.invalidParameter(name, 'must be a time such as 2026-10-02T09:00:00Z');
  return new Date(at).toISOString();
}

const timeOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

const cursor = (after: number | undefined): string | undefined => (after === undefined ? undefined : String(after));

/** In order of time, up or down; the rest is not known to sort by [I]. */
function isNewestFirst(sort: string[] = []): boolean {
  if (sort.some((one) => one !== 'occurredAt' && one !== '-occurredAt')) throw problem.invalidParameter('sort', 'must be occurredAt or -occurredAt');
  return sort[0] === '-occurredAt';
}

const audit = operation({
  ...shared, id: 'activity.audit', path: '/activity/audit-logs', summary: 'List what was changed, and by whom', query: AuditQuery, response: AuditReply,
  run: async (ctx, { query }) => {
    // Lists of the query are texts.
    const userIds = query.actingUserId?.map((id) => readNumber('actingUserId', String(id), 'must be whole numbers'));
    const page = await listAudit(ctx, {
      ...pageOf(query), userIds, from: readTime('occurredAfter', query.occurredAfter), to: readTime('occurredBefore', query.occurredBefore),
      newestFirst: isNewestFirst(query.sort),
    });
    return { status: 200, body: { results: page.entries.map(presentAudit), ...paging(ctx, '/activity/audit-logs', query, cursor(page.after)) } };
  },
});

const logins = operation({
  ...shared, id: 'activity.logins', path: '/activity/login', summary: 'List sign-ins of the past 90 days', query: LoginQuery, response: LoginReply,
  run: async (ctx, { query }) => {
    const page = await listLogins(ctx, { ...pageOf(query), userIds: query.userId === undefined ? undefined : [query.userId] });
    return { status: 200, body: { results: page.entries.map(presentLogin), ...paging(ctx, '/activity/login', query, cursor(page.after)) } };
  },
});

const security = operation({
  ...shared, id: 'activity.security', path: '/activity/security', summary: 'List what matters for the safety of the portal', query: SecurityQuery, response: SecurityReply,
  run: async (ctx, { query }) => {
    const page = await listSecurityActivity(ctx, {
      ...pageOf(query), userIds: query.userId === undefined ? undefined : [query.userId], from: timeOf(query.fromTimestamp), to: timeOf(query.toTimestamp),
    });
    return { status: 200, body: { results: page.entries.map(presentSecurity), ...paging(ctx, '/activity/security', query, cursor(page.after)) } };
  },
});

export const activityOperations = [audit, logins, security];
