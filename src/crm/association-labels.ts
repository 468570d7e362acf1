// Labels: the association types that a portal makes itself, one id per direction (schema.md 1.5).

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { toJsonb } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';
import { bumpModelVersion, insertAssociationTypes } from '../db/portals.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';

export interface LabelInput {
  name: string;
  label: string;
  /** Makes a pair: the text seen from the other side. */
  inverseLabel?: string | null;
}

const MAX_LABELS = 10;
const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');

/** Adds a label and its inverse; the inverse comes first in the answer [D]. Throws invalidLabel. */
export async function createLabel(ctx: Context, from: ObjectType, to: ObjectType, given: LabelInput): Promise<AssociationType[]> {
  // Texts in the form in which they are stored, so that this answer is the one that reads give.
  const input = JSON.parse(toJsonb(given)) as LabelInput;
  const existing = ctx.portal.associationTypes(from.id, to.id).filter((type) => type.category === 'USER_DEFINED');
  if (!/^[^\d-][^-]{0,99}$/.test(input.name)) throw problem.invalidLabel(`name "${input.name}" must not start with a digit or hold a hyphen`);
  if (input.label.trim() === '' || input.label.length > 255) throw problem.invalidLabel('label must have 1 to 255 characters');
  if (existing.some((type) => type.name === input.name)) throw problem.invalidLabel(`name "${input.name}" is in use`);
  if (existing.length >= MAX_LABELS) throw problem.invalidLabel(`at most ${MAX_LABELS} labels between two object types`);

  // A single label of a type with itself is its own inverse; any other label takes two ids.
  const symmetric = from.id === to.id && !input.inverseLabel;
  const count = symmetric ? 1 : 2;
  const rows = await ctx.db.transaction(async (tx) => {
    const first = await takeBlock(tx, ctx.portal.portalId, 'association_type', count) - count;
    const forward = {
      category: USER_DEFINED, typeId: first, fromType: from.id, toType: to.id, name: input.name, label: input.label,
      inverseTypeId: symmetric ? first : first + 1,
    };
    const inverse = {
      ...forward, typeId: first + 1, fromType: to.id, toType: from.id, label: input.inverseLabel || input.label, inverseTypeId: first,
    };
    const all = symmetric ? [forward] : [inverse, forward];
    await insertAssociationTypes(tx, ctx.portal.portalId, all);
    await bumpModelVersion(tx, ctx.portal.portalId);
    return all;
  });
  ctx.portals.forget(ctx.portal.portalId);
  return rows.map((row) => ({ ...row, category: 'USER_DEFINED', primary: false, confidence: 'D' }));
}
