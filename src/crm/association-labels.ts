// Labels: the association types that a portal makes itself, one id per direction (schema.md 1.5). Listed, made, renamed
// and deleted; given to records elsewhere.

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { deleteLabel as deleteRows, insertAssociationTypes, isLabelUsed, lockLabelsAlone, renameLabels } from '../db/association-types.ts';
import { toJsonb } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { LABELS_PER_PAIR } from './limits.ts';
import { auditName, changeModel } from './model-changes.ts';
import type { Portal } from './portal.ts';

export interface LabelInput {
  name: string;
  label: string;
  /** Makes a pair: the text seen from the other side. */
  inverseLabel?: string | null;
}

export interface LabelTexts {
  associationTypeId: number;
  label: string;
  inverseLabel?: string | null;
}

const USER_DEFINED = ASSOCIATION_CATEGORIES.indexOf('USER_DEFINED');

/** The association types of a pair: the primary first, then the other labels, unlabeled last (schema.md 1.5 [D]). */
export function listLabels(portal: Portal, from: ObjectType, to: ObjectType): AssociationType[] {
  const place = (type: AssociationType): number =>
    type.label === null ? 3 : type.category === 'USER_DEFINED' ? 2 : type.primary ? 0 : 1;
  return [...portal.associationTypes(from.id, to.id)].sort((a, b) => place(a) - place(b) || a.typeId - b.typeId);
}

/**
 * Adds a label and its inverse; the inverse comes first in the answer [D]. Without an inverse text it has the same one in
 * both directions, and for a type with itself one id [I]. Throws invalidLabel.
 */
export async function createLabel(ctx: Context, from: ObjectType, to: ObjectType, given: LabelInput): Promise<AssociationType[]> {
  const input = asStored(given);
  const inverseText = input.inverseLabel || input.label;
  const symmetric = from.id === to.id && inverseText === input.label;
  if (!/^[^\d-][^-]{0,99}$/.test(input.name)) throw problem.invalidLabel(`name "${input.name}" must not start with a digit or hold a hyphen`);
  checkTexts(input);

  return await changeModel(ctx, async (tx, portal, note) => {
    const [there, back] = [portal.associationTypes(from.id, to.id), portal.associationTypes(to.id, from.id)];
    if ([...there, ...back].some((type) => type.name === input.name)) throw problem.invalidLabel(`name "${input.name}" is in use`);
    checkFree(there, input.label, []);
    checkFree(back, inverseText, []);
    // Both ids of a pair count once.
    const labels = new Set(there.filter((type) => type.category === 'USER_DEFINED' && type.label !== null).map((type) => Math.min(type.typeId, type.inverseTypeId!)));
    if (labels.size >= LABELS_PER_PAIR) throw problem.invalidLabel(`at most ${LABELS_PER_PAIR} labels between two object types`);

    const count = symmetric ? 1 : 2;
    const first = await takeBlock(tx, portal.portalId, 'association_type', count) - count;
    const forward = {
      category: USER_DEFINED, typeId: first, fromType: from.id, toType: to.id, name: input.name, label: input.label,
      inverseTypeId: symmetric ? first : first + 1,
    };
    const inverse = { ...forward, typeId: first + 1, fromType: to.id, toType: from.id, label: inverseText, inverseTypeId: first };
    const rows = symmetric ? [forward] : [inverse, forward];
    await insertAssociationTypes(tx, portal.portalId, rows);
    note('audit', auditOf(from, to, 'CREATE', input.label));
    return rows.map((row) => ({ ...row, category: 'USER_DEFINED', primary: false, confidence: 'D' }));
  });
}

/**
 * Gives a label of the pair new texts. One that has the same text in both directions keeps it so when no inverse is given;
 * one that is its own inverse has one text only [I]. Throws what findOwn throws, and invalidLabel.
 */
export async function renameLabel(ctx: Context, from: ObjectType, to: ObjectType, given: LabelTexts): Promise<void> {
  const input = asStored(given);
  checkTexts(input);
  await changeModel(ctx, async (tx, portal, note) => {
    const type = findOwn(portal, from, to, input.associationTypeId);
    const inverse = portal.associationType('USER_DEFINED', type.inverseTypeId!)!;
    const inverseText = input.inverseLabel || (inverse.label === type.label ? input.label : inverse.label!);
    if (inverse === type && inverseText !== input.label) throw problem.invalidLabel('a label that is its own inverse has one text');
    if (inverse !== type && from.id === to.id && inverseText === input.label) throw problem.invalidLabel('the two texts of a pair must differ');
    checkFree(portal.associationTypes(from.id, to.id), input.label, [type, inverse]);
    checkFree(portal.associationTypes(to.id, from.id), inverseText, [type, inverse]);
    note('audit', auditOf(from, to, 'UPDATE', input.label));
    await renameLabels(tx, portal.portalId, [
      { typeId: type.typeId, label: input.label }, ...(inverse === type ? [] : [{ typeId: inverse.typeId, label: inverseText }]),
    ]);
  });
}

/** Deletes a label of the pair, both directions. Throws what findOwn throws, and labelInUse when records have it [D]. */
export async function deleteLabel(ctx: Context, from: ObjectType, to: ObjectType, typeId: number): Promise<void> {
  await changeModel(ctx, async (tx, portal, note) => {
    const type = findOwn(portal, from, to, typeId);
    const directions = [...new Set([type, portal.associationType('USER_DEFINED', type.inverseTypeId!)!])];
    // First the lock, then the look: whoever is giving the label to a record has done so by then, or finds it gone.
    await lockLabelsAlone(tx, portal.placement, directions.map((direction) => direction.typeId));
    if (await isLabelUsed(tx, portal.placement, type)) throw problem.labelInUse(type.label!, typeId);
    await deleteRows(tx, portal.placement, directions);
    note('audit', auditOf(from, to, 'DELETE', type.label!));
  });
}

const auditOf = (from: ObjectType, to: ObjectType, action: 'CREATE' | 'UPDATE' | 'DELETE', label: string) => ({
  category: 'ASSOCIATION_LABEL', subCategory: `${auditName(from)}_TO_${auditName(to)}`, action, targetObjectId: label,
});

/**
 * The portal's own label of the pair. Throws fixedAssociationType for HubSpot's types and for the unlabeled ones of custom
 * objects, invalidAssociationTypes, associationTypeOfOtherPair.
 */
function findOwn(portal: Portal, from: ObjectType, to: ObjectType, typeId: number): AssociationType {
  const [type, fixed] = [portal.associationType('USER_DEFINED', typeId), portal.associationType('HUBSPOT_DEFINED', typeId)];
  const found = [type, fixed].find((one) => one?.fromType === from.id && one.toType === to.id);
  if (found && found === type && found.label !== null) return found;
  if (found) throw problem.fixedAssociationType(found);
  if (type) throw problem.associationTypeOfOtherPair(type, from.id, to.id);
  throw problem.invalidAssociationTypes([{ category: 'USER_DEFINED', typeId }]);
}

/** Texts in the form in which they are stored, so that the answer is the one that reads give. */
const asStored = <T>(given: T): T => JSON.parse(toJsonb(given)) as T;

function checkTexts({ label, inverseLabel }: { label: string; inverseLabel?: string | null }): void {
  const isText = (text: string): boolean => text.trim() !== '' && text.length <= 255;
  if (!isText(label)) throw problem.invalidLabel('label must have 1 to 255 characters');
  if (inverseLabel && !isText(inverseLabel)) throw problem.invalidLabel('inverseLabel must have 1 to 255 characters');
}

/** One text names one type of a direction [I]: labels are what clients choose a type by. */
function checkFree(types: readonly AssociationType[], label: string, but: AssociationType[]): void {
  if (types.some((type) => type.label === label && !but.includes(type))) throw problem.invalidLabel(`label "${label}" is in use`);
}
