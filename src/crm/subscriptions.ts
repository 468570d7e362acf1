// The life of a commerce subscription: pause, unpause, cancel (objects.md 2.4 [D]). hs_status cannot be written otherwise.
// Which status leads to which, and that `paused` is one, is ours [I].

import { readRecords } from '../db/records.ts';
import { writeRecords } from '../db/write-records.ts';
import { problem } from '../errors.ts';
import { retryingStale } from './batch.ts';
import type { Context } from './context.ts';
import { checkRecordName, recordId } from './find-records.ts';
import { readValue } from './views.ts';

const SUBSCRIPTIONS = '0-69';

const STEPS = {
  pause: { from: ['active', 'past_due'], to: 'paused' },
  unpause: { from: ['paused'], to: 'active' },
  cancel: { from: ['active', 'past_due', 'scheduled', 'paused'], to: 'canceled' },
} as const;
export type SubscriptionStep = keyof typeof STEPS;

/** Takes one step. Throws recordIdNotNumeric, recordNotFound, and impossibleStep when the status does not allow it. */
export async function changeSubscription(ctx: Context, id: string, step: SubscriptionStep): Promise<void> {
  checkRecordName(id, undefined);
  const type = ctx.portal.objectType(SUBSCRIPTIONS)!;
  await retryingStale(async () => {
    const [row] = await readRecords(ctx.db, ctx.portal.placement, type.id, [recordId(id) ?? 0]);
    if (!row) throw problem.recordNotFound();
    const status = readValue(type, row, row.properties, 'hs_status') ?? '';
    const { from, to } = STEPS[step];
    if (!from.some((allowed) => allowed === status)) throw problem.impossibleStep(id, step, status);
    const set = { hs_status: to, ...(step === 'cancel' ? { hs_canceled_date: ctx.at } : {}) };
    await writeRecords(ctx.db, ctx.portal.placement, {
      objectType: type.id, at: ctx.at, source: ctx.source, creates: [], claims: [], releases: [],
      updates: [{ id: row.id, version: row.version, set, remove: [] }],
    });
  });
}
