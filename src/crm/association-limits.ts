// The maxima of associations: the one that holds for every pair of object types, those that a portal sets for an
// association type, and the report on who is near one (schema.md 1.4, 1.6). They are enforced where associations are written.

import { ASSOCIATION_CATEGORIES, type AssociationCategory, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { countRecordsNear, deleteAssociationLimits, writeAssociationLimits } from '../db/association-limits.ts';
import type { OwnerRow } from '../db/portals.ts';
import { problem, type Problem } from '../errors.ts';
import { checkInputCount, type BatchError, type BatchOutcome } from './batch.ts';
import type { Context } from './context.ts';
import { NEAR } from './limits.ts';
import { auditName, changeModel } from './model-changes.ts';
import type { AssociationLimit, Portal } from './portal.ts';

/** What a subscription allows: the documentation's own example [D]. A setting makes it another one. */
export const MAX_ASSOCIATIONS_PER_RECORD = 50_000;

/** Where nothing else bounds a maximum, its column does. */
const MAX_NUMBER = 2_147_483_647;
const MAX_INPUTS = 100;

export interface AssociationTypeName {
  category: AssociationCategory;
  typeId: number;
}

export interface LimitInput extends AssociationTypeName {
  maxToObjectIds: number;
}

/** The maxima that the portal has set, for all pairs or one. */
export function listAssociationLimits(portal: Portal, from?: ObjectType, to?: ObjectType): AssociationLimit[] {
  return portal.associationLimits().filter(({ type }) => (!from || type.fromType === from.id) && (!to || type.toType === to.id));
}

/** Sets maxima where there are none. Each input that breaks a rule fails alone [I]. */
export async function createAssociationLimits(ctx: Context, from: ObjectType, to: ObjectType, inputs: LimitInput[]): Promise<BatchOutcome<AssociationLimit>> {
  return await setLimits(ctx, from, to, inputs, (limits, input) => (limits.has(keyOf(input)) ? problem.associationLimitExists(input) : undefined));
}

/** Sets other maxima where there are some. Each input that breaks a rule fails alone [I]. */
export async function updateAssociationLimits(ctx: Context, from: ObjectType, to: ObjectType, inputs: LimitInput[]): Promise<BatchOutcome<AssociationLimit>> {
  return await setLimits(ctx, from, to, inputs, (limits, input) => (limits.has(keyOf(input)) ? undefined : problem.noAssociationLimit(input)));
}

/** Takes maxima away, all or none: the answer has no place for errors. Throws noAssociationLimit and what findType gives. */
export async function purgeAssociationLimits(ctx: Context, from: ObjectType, to: ObjectType, inputs: AssociationTypeName[]): Promise<void> {
  checkInputCount(inputs, MAX_INPUTS);
  await changeModel(ctx, async (tx, portal, note) => {
    for (const input of inputs) {
      const type = findType(portal, from, to, input);
      if ('status' in type) throw type;
      if (portal.associationLimit(input.category, input.typeId) === undefined) throw problem.noAssociationLimit(input);
    }
    await deleteAssociationLimits(tx, portal.portalId, inputs.map(toRow));
    for (const { typeId } of inputs) note('audit', auditOf(from, to, 'DELETE', typeId));
  });
}

/**
 * Sets the maxima of one pair, in the order of the inputs. That of the unlabeled type is the pair's: it is at most the
 * subscription's, those of labels are at most the pair's [D]. Records that have more already keep them [I].
 */
async function setLimits(
  ctx: Context, from: ObjectType, to: ObjectType, inputs: LimitInput[], refuse: (limits: Map<string, number>, input: LimitInput) => Problem | undefined,
): Promise<BatchOutcome<AssociationLimit>> {
  checkInputCount(inputs, MAX_INPUTS);
  return await changeModel(ctx, async (tx, portal, note) => {
    const limits = new Map(listAssociationLimits(portal, from, to).map(({ type, max }) => [keyOf(type), max]));
    const results: AssociationLimit[] = [];
    const errors: BatchError[] = [];
    for (const input of inputs) {
      const type = findType(portal, from, to, input);
      const fault = 'status' in type ? type : refuse(limits, input) ?? checkRange(ctx, portal, type, limits, input);
      if (fault) errors.push({ problem: fault, context: {} });
      else {
        limits.set(keyOf(input), input.maxToObjectIds);
        results.push({ type: type as AssociationType, max: input.maxToObjectIds });
      }
    }
    // An update of one twice counts as the last.
    const last = new Map(results.map(({ type, max }) => [keyOf(type), { ...toRow(type), max }]));
    await writeAssociationLimits(tx, portal.portalId, [...last.values()], ctx.at);
    for (const { typeId } of last.values()) note('audit', auditOf(from, to, 'UPDATE', typeId));
    return { results, errors };
  });
}

const auditOf = (from: ObjectType, to: ObjectType, action: 'UPDATE' | 'DELETE', typeId: number) => ({
  category: 'ASSOCIATION_LIMIT', subCategory: `${auditName(from)}_TO_${auditName(to)}`, action, targetObjectId: String(typeId),
});

/** The type that an input names, or why it is none of the pair. */
function findType(portal: Portal, from: ObjectType, to: ObjectType, { category, typeId }: AssociationTypeName): AssociationType | Problem {
  const type = portal.associationType(category, typeId);
  if (!type) return problem.invalidAssociationTypes([{ category, typeId }]);
  return type.fromType === from.id && type.toType === to.id ? type : problem.associationTypeOfOtherPair(type, from.id, to.id);
}

function checkRange(ctx: Context, portal: Portal, type: AssociationType, limits: Map<string, number>, input: LimitInput): Problem | undefined {
  const pair = portal.unlabeledType(type.fromType, type.toType);
  const subscription = Math.min(ctx.maxAssociations, MAX_NUMBER);
  const [min, max] = type === pair
    ? [Math.max(1, ...[...limits].filter(([key]) => key !== keyOf(type)).map(([, of]) => of)), subscription]
    : [1, Math.min(subscription, (pair && limits.get(keyOf(pair))) ?? subscription)];
  // A subscription that became smaller than a label's maximum leaves no lower bound to keep.
  return input.maxToObjectIds < Math.min(min, max) || input.maxToObjectIds > max ? problem.associationLimitOutOfRange(input, Math.min(min, max), max) : undefined;
}

const keyOf = ({ category, typeId }: AssociationTypeName): string => `${category}-${typeId}`;

const toRow = ({ category, typeId }: AssociationTypeName) => ({ category: ASSOCIATION_CATEGORIES.indexOf(category), typeId });

/**
 * Counts the records that have at least 80 % of a maximum, for a user of the portal. HubSpot mails the report; Spoke sends
 * no mail and writes the number to its log. Throws userNotFound.
 */
export async function reportHighUsage(ctx: Context, userId: string): Promise<OwnerRow> {
  const user = [...ctx.portal.owners.values()].find((owner) => String(owner.userId) === userId);
  if (!user) throw problem.userNotFound(userId);
  const maxima = new Map<AssociationType, number>();
  if (ctx.maxAssociations !== Infinity) for (const type of unlabeledTypes(ctx.portal)) maxima.set(type, ctx.maxAssociations);
  for (const { type, max } of ctx.portal.associationLimits()) maxima.set(type, max);
  const types = [...maxima].map(([type, max]) => ({
    fromType: type.fromType, toType: type.toType, ...toRow(type), threshold: Math.ceil(max * NEAR),
    // A label's associations are only counted from the day that it has a maximum.
    counted: type === ctx.portal.unlabeledType(type.fromType, type.toType),
  }));
  const recordsNearLimit = await countRecordsNear(ctx.db, ctx.portal.placement, types);
  ctx.log.info({ portalId: ctx.portal.portalId, userId: user.userId, recordsNearLimit }, 'high usage report');
  return user;
}

function unlabeledTypes(portal: Portal): AssociationType[] {
  const { objectTypes } = portal;
  return objectTypes.flatMap((from) => objectTypes.flatMap((to) => portal.unlabeledType(from.id, to.id) ?? []));
}
