// Properties that place an association when they are written: a contact's `associatedcompanyid` is its primary company
// (schema.md 1.7 rule 7 [I]). What they show is read from the associations (association-properties.ts); the value written
// is only kept for the history.

import type { ObjectType } from '../catalogue/types.ts';
import { readPairs, readRowsOfTypes } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { countIds, lockRecords } from '../db/records.ts';
import { StaleWriteError } from '../db/write-records.ts';
import { problem, type Problem } from '../errors.ts';
import { findLiveIds, keyText } from './aliases.ts';
import { linkProperty, linkSource } from './association-properties.ts';
import { bothDirections, findDemoted, rowKey, rowsOfPair } from './association-rules.ts';
import type { Context } from './context.ts';
import { recordId } from './find-records.ts';
import { saveAssociations } from './save-associations.ts';
import type { WireValue } from './values.ts';

/** A record and what it is to lead to, by the property's association type: null for nothing. */
export interface Link {
  fromId: number;
  toId: number | null;
}

/** What the written values say of the type's link property; undefined when they do not. */
export function writtenLink(ctx: Context, type: ObjectType, properties: Record<string, WireValue>): number | null | undefined {
  const property = linkProperty(ctx.portal, type);
  const value = property && properties[property];
  if (value === undefined) return undefined;
  return value === null || value === '' ? null : recordId(String(value)) ?? 0;
}

/** Puts what records were merged into in their place; answers the problem of each link that leads to no live record. */
export async function resolveLinks<L extends Link>(ctx: Context, type: ObjectType, links: L[]): Promise<Map<L, Problem>> {
  const refused = new Map<L, Problem>();
  const { toType } = linkSource(ctx.portal, type)!;
  const live = await findLiveIds(ctx, links.flatMap((link) => (link.toId === null ? [] : [{ objectType: toType, id: link.toId }])));
  for (const link of links) {
    if (link.toId === null) continue;
    const id = live.get(keyText({ objectType: toType, id: link.toId }));
    if (id === undefined) refused.set(link, problem.invalidAssociationObjects([{ legacyName: ctx.portal.objectType(toType)!.legacyName, id: String(link.toId) }]));
    else link.toId = id;
  }
  return refused;
}

/**
 * Makes the links true, in the transaction that writes the records. `existing` are the records among them that were there
 * before. Throws StaleWriteError when an end was archived or merged meanwhile.
 */
export async function writeLinks(ctx: Context, tx: Queryable, type: ObjectType, links: Link[], existing: number[], write: () => Promise<void>): Promise<void> {
  const { portal } = ctx;
  const { toType, associationType } = linkSource(portal, type)!;
  const ends = new Map([[type.id, new Set(existing)], [toType, new Set(links.flatMap((link) => link.toId ?? []))]]);
  if (await lockRecords(tx, portal.placement, ends) !== countIds(ends)) throw new StaleWriteError('a record was archived or merged meanwhile');
  const set = links.filter((link): link is { fromId: number; toId: number } => link.toId !== null);
  const rows = set.flatMap((link) => rowsOfPair(portal, [associationType], link.fromId, link.toId));
  const there = new Set((await readPairs(tx, portal.placement, type.id, toType, set)).flatMap((row) => bothDirections(portal, row)).map(rowKey));
  const cleared = await readRowsOfTypes(tx, portal.placement, type.id, toType, links.filter((link) => link.toId === null).map((link) => link.fromId), [associationType.typeId]);
  const demoted = [...await findDemoted(tx, portal, rows), ...cleared.flatMap((row) => bothDirections(portal, row))];
  await write();
  await saveAssociations(ctx, tx, rows.filter((row) => !there.has(rowKey(row))), demoted);
}
