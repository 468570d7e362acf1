// How many calls private apps made, by app and day.

import sql from 'sql-template-tag';
import { integers, prepared, texts, type Queryable } from './db.ts';

export interface CallCount {
  portalId: number;
  appId: number;
  /** `2026-10-02`, of the portal's time zone. */
  day: string;
  calls: number;
}

/** Adds counts to what is there, all in one statement. Each portal, app and day comes once. */
export async function addCalls(db: Queryable, counts: readonly CallCount[], at: string): Promise<void> {
  // In one order, so that processes that add at once wait for each other instead of deadlocking.
  const sorted = counts.toSorted((a, b) => a.portalId - b.portalId || a.appId - b.appId || (a.day < b.day ? -1 : 1));
  await db.query(prepared('add-calls', sql`
    insert into api_usage (portal_id, app_id, day, calls, collected_at)
    select portal_id, app_id, day, calls, ${at}::timestamptz
    from unnest(${integers(sorted.map((c) => c.portalId))}::bigint[], ${integers(sorted.map((c) => c.appId))}::bigint[],
      ${texts(sorted.map((c) => c.day))}::date[], ${integers(sorted.map((c) => c.calls))}::bigint[]) as c (portal_id, app_id, day, calls)
    on conflict (portal_id, app_id, day) do update set calls = api_usage.calls + excluded.calls, collected_at = excluded.collected_at`));
}

/** The calls of all private apps of a portal on a day. */
export async function readCalls(db: Queryable, portalId: number, day: string): Promise<number> {
  const [row] = await db.query<{ calls: number }>(sql`
    select coalesce(sum(calls), 0)::bigint as calls from api_usage where portal_id = ${portalId}::bigint and day = ${day}::date`);
  return row!.calls;
}
