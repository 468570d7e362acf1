// How a portal's model is changed: one change after the other, each over the model as it is in the database, not as the
// snapshot remembers it. Rules that count (ten labels for a pair) hold so whoever changes it at the same time.

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { bumpModelVersion, lockModel, readModelVersion } from '../db/portals.ts';
import { StaleModelError } from '../db/write-records.ts';
import { notingActivity, type Actor, type Note } from './activity.ts';
import type { Context } from './context.ts';
import type { Portal } from './portal.ts';

/**
 * Runs `change` in a transaction that nobody else changes the model in, hands it the model of that moment, and writes down
 * what it notes for the audit. Records that
 * it marked (recomputation.ts) are brought up to date before this answers, when they are few.
 */
export async function changeModel<T>(ctx: Context, change: (tx: Queryable, portal: Portal, note: Note) => Promise<T>): Promise<T> {
  const { portalId } = ctx.portal;
  let result: T;
  try {
    result = await ctx.db.transaction(async (tx) => {
      await lockModel(tx, portalId);
      const portal = await ctx.portals.read(tx, portalId);
      const result = await notingActivity(tx, portalId, ctx.at, actorOf(ctx, portal), (note) => change(tx, portal, note));
      await bumpModelVersion(tx, portalId);
      return result;
    });
  } finally {
    // After a refusal too: what was refused may be news to the snapshot.
    ctx.portals.forget(portalId);
  }
  await ctx.recompute();
  return result;
}

/** Who is calling, for the audit. Every user is an owner, as long as it is there. */
export function actorOf({ userId }: Context, { owners }: Portal): Actor {
  return { userId, userEmail: userId === null ? null : [...owners.values()].find((owner) => owner.userId === userId)?.email ?? null };
}

/** A type as audit entries name it: `CONTACT`, `LINE_ITEM`. */
export const auditName = (type: ObjectType): string => type.singular.toUpperCase();

/**
 * Throws StaleModelError when the request began with a snapshot that nobody had checked, and the model is not that one any
 * more: so says `read`, the version that came with the rows that it read, or the database where there are none. For
 * operations with `confirmsModel`.
 */
export async function confirmModel(ctx: Context, read?: number): Promise<void> {
  if (ctx.isModelChecked) return;
  const version = read ?? (await ctx.portals.get(ctx.portal.portalId))?.modelVersion;
  if (version !== ctx.portal.modelVersion) throw new StaleModelError('the model has changed');
}

/**
 * Throws StaleModelError when the model is no longer that of the request's snapshot. For those who take a record away and
 * must know all its unique values: call it when the record is locked, for a change that makes a property unique again
 * waits for that lock, or is done by then.
 */
export async function checkModel(ctx: Context, tx: Queryable): Promise<void> {
  if (await readModelVersion(tx, ctx.portal.portalId) !== ctx.portal.modelVersion) throw new StaleModelError('the model has changed');
}
