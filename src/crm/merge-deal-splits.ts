// What becomes of the splits of two deals that are merged. The splits of a deal are one set, which makes 1: two sets are
// never mixed. How HubSpot does it is not known; this is our choice [I].

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { archiveAssociations, readNeighbours } from '../db/move-associations.ts';
import { idsByType, lockRecords } from '../db/records.ts';
import { writeRecords } from '../db/write-records.ts';
import type { Context } from './context.ts';
import { DEALS, readSplits, SPLITS } from './deal-splits.ts';

/**
 * Archives the splits of the other deal, unless the primary one has none and they fit the survivor's owner, who must be one
 * of theirs: then they move along with its associations. Call it before those move, with both deals locked.
 */
export async function mergeDealSplits(ctx: Context, tx: Queryable, type: ObjectType, primary: number, other: number, owner: string | undefined): Promise<void> {
  if (type.id !== DEALS) return;
  const { placement } = ctx.portal;
  const sets = await readSplits(ctx, tx, [primary, other]);
  const theirs = (sets.get(other) ?? []).map((split) => split.row);
  const fits = owner === undefined || theirs.some((row) => row.properties.hubspot_owner_id === owner);
  if (theirs.length === 0 || (!sets.has(primary) && fits)) return;
  const ids = theirs.map((row) => row.id);
  await lockRecords(tx, placement, idsByType([...ids.map((id) => ({ objectType: SPLITS, id })), ...await readNeighbours(tx, placement, SPLITS, ids)]));
  await writeRecords(tx, placement, {
    objectType: SPLITS, at: ctx.at, source: ctx.source, creates: [], updates: [], claims: [], releases: [],
    archives: theirs.map((row) => ({ id: row.id, version: row.version })),
  });
  await archiveAssociations(tx, placement, SPLITS, ids);
}
