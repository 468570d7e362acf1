// How much of its limits a portal uses (schema.md 7.3). Records and associations are counted in the database, the model is
// what the snapshot of it has.

import { ASSOCIATION_CATEGORIES, type ObjectType } from '../catalogue/types.ts';
import { countNearLimits, countRecordsByType, findNearLimit, type PairLimit } from '../db/limits.ts';
import { readRecords } from '../db/records.ts';
import type { Context } from './context.ts';
import { CALCULATED_PROPERTIES, CUSTOM_OBJECTS, CUSTOM_RECORDS, LABELS_PER_PAIR, NEAR, PIPELINES_PER_TYPE, PROPERTIES_PER_TYPE, RECORDS_PER_TYPE } from './limits.ts';
import type { Portal } from './portal.ts';
import { requireObjectType } from './portal/object-types.ts';

export interface Usage {
  limit: number;
  usage: number;
}

export interface TypeUsage {
  type: ObjectType;
  usage: number;
}

/** Of types of HubSpot each has its limit; custom objects share one. */
export interface SplitUsage {
  hubspotDefined: (TypeUsage & Usage)[];
  custom: Usage & { byType: TypeUsage[] };
}

/** Live records of every type. */
export async function recordUsage(ctx: Context): Promise<SplitUsage> {
  const counts = new Map((await countRecordsByType(ctx.db, ctx.portal.placement)).map((row) => [row.objectType, row.count]));
  return splitUsage(ctx.portal, ctx.portal.objectTypes, (type) => counts.get(type.id) ?? 0, RECORDS_PER_TYPE, CUSTOM_RECORDS);
}

/** Live pipelines of every type that has them. */
export function pipelineUsage({ portal }: Context): SplitUsage {
  const types = portal.objectTypes.filter((type) => type.pipelineProperty !== undefined);
  return splitUsage(portal, types, (type) => portal.pipelines(type.id).length, PIPELINES_PER_TYPE, PIPELINES_PER_TYPE * CUSTOM_OBJECTS);
}

function splitUsage(portal: Portal, types: readonly ObjectType[], count: (type: ObjectType) => number, limit: number, customLimit: number): SplitUsage {
  const isCustom = (type: ObjectType): boolean => portal.customObjects.has(type.id);
  const byType = types.filter(isCustom).map((type) => ({ type, usage: count(type) }));
  return {
    hubspotDefined: types.filter((type) => !isCustom(type)).map((type) => ({ type, usage: count(type), limit })),
    custom: { limit: customLimit, usage: total(byType), byType },
  };
}

const total = (some: readonly { usage: number }[]): number => some.reduce((sum, { usage }) => sum + usage, 0);

/** Properties that the portal made, of every type. */
export function customPropertyUsage({ portal }: Context): Usage & { byType: (TypeUsage & Usage)[] } {
  const byType = portal.objectTypes.map((type) => ({
    type, limit: PROPERTIES_PER_TYPE, usage: [...portal.properties(type.id).values()].filter((definition) => !definition.hubspotDefined).length,
  }));
  return { limit: PROPERTIES_PER_TYPE * byType.length, usage: total(byType), byType };
}

/** Properties with a formula that the portal made: the types that have some. */
export function calculatedPropertyUsage({ portal }: Context): Usage & { byType: TypeUsage[] } {
  const byType = portal.objectTypes.map((type) => ({
    type, usage: [...portal.properties(type.id).values()].filter((definition) => !definition.hubspotDefined && definition.calculated).length,
  })).filter(({ usage }) => usage > 0);
  return { limit: CALCULATED_PROPERTIES, usage: total(byType), byType };
}

/** Custom objects, archived ones too: they count until they are purged (schema.md 5.4). */
export function customObjectUsage({ portal }: Context): Usage {
  return { limit: CUSTOM_OBJECTS, usage: portal.customObjects.size };
}

export interface LabelUsage extends Usage {
  from: ObjectType;
  to: ObjectType;
  labels: string[];
}

/**
 * Labels per ordered pair of object types: those that have some, or the one pair that both filters name. Both ids of a pair
 * of labels count once. Throws as a path with an unknown type does.
 */
export function labelUsage({ portal }: Context, filter: { from?: string | undefined; to?: string | undefined }): LabelUsage[] {
  const only = (segment: string | undefined): readonly ObjectType[] => (segment === undefined ? portal.objectTypes : [requireObjectType(portal, segment)]);
  const [froms, tos] = [only(filter.from), only(filter.to)];
  const isOnePair = filter.from !== undefined && filter.to !== undefined;
  return froms.flatMap((from) => tos.map((to) => {
    const own = portal.associationTypes(from.id, to.id).filter((type) => type.category === 'USER_DEFINED' && type.label !== null);
    const usage = new Set(own.map((type) => Math.min(type.typeId, type.inverseTypeId ?? type.typeId))).size;
    return { from, to, labels: own.map((type) => type.label!), limit: LABELS_PER_PAIR, usage };
  })).filter(({ usage }) => usage > 0 || isOnePair);
}

export interface TypeNearLimit {
  type: ObjectType;
  hasRecordsAtLimit: boolean;
  hasRecordsNearLimit: boolean;
}

/** The types with records that have all associations that they may have, or nearly; of one `from` type, those that they lead to. */
export async function typesNearLimit(ctx: Context, from?: ObjectType): Promise<TypeNearLimit[]> {
  const { portal } = ctx;
  const limits = (from ? [from] : portal.objectTypes).flatMap((one) => portal.objectTypes.flatMap((to) => limitOf(ctx, one, to) ?? []));
  const rows = await countNearLimits(ctx.db, portal.placement, limits);
  const found = Map.groupBy(rows, (row) => (from ? row.toType : row.fromType));
  return portal.objectTypes.flatMap((type) => {
    const some = found.get(type.id);
    return some ? [{ type, hasRecordsAtLimit: some.some((row) => row.at > 0), hasRecordsNearLimit: some.some((row) => row.near > 0) }] : [];
  });
}

interface Sample {
  id: number;
  label: string;
  usage: number;
}

export interface RecordsNearLimit {
  limit: number;
  totalAt: number;
  totalNear: number;
  at: Sample[];
  near: Sample[];
}

/** So many records are named. */
const SAMPLES = 10;

/** The records of one type that have all the associations with another type that they may have, and those that nearly have. */
export async function recordsNearLimit(ctx: Context, from: ObjectType, to: ObjectType): Promise<RecordsNearLimit> {
  const limit = limitOf(ctx, from, to);
  if (!limit) return { limit: maxOf(ctx), totalAt: 0, totalNear: 0, at: [], near: [] };
  const { placement } = ctx.portal;
  const [totals] = await countNearLimits(ctx.db, placement, [limit]);
  if (!totals) return { limit: limit.max, totalAt: 0, totalNear: 0, at: [], near: [] };
  const [at, near] = [await findNearLimit(ctx.db, placement, limit, true, SAMPLES), await findNearLimit(ctx.db, placement, limit, false, SAMPLES)];
  const rows = new Map((await readRecords(ctx.db, placement, from.id, [...at, ...near].map((one) => one.id))).map((row) => [row.id, row.properties]));
  const sample = ({ id, count }: { id: number; count: number }): Sample => {
    const named = from.displayProperties.find((name) => rows.get(id)?.[name]);
    return { id, usage: count, label: named === undefined ? String(id) : rows.get(id)![named]! };
  };
  return { limit: limit.max, totalAt: totals.at, totalNear: totals.near, at: at.map(sample), near: near.map(sample) };
}

const MOST = 2_147_483_647;
const maxOf = (ctx: Context): number => Math.min(ctx.maxAssociations, MOST);

/** What a record may have by the type that every associated pair has; undefined where the two types have none. */
function limitOf(ctx: Context, from: ObjectType, to: ObjectType): PairLimit | undefined {
  const type = ctx.portal.unlabeledType(from.id, to.id);
  if (!type) return undefined;
  const max = ctx.portal.associationLimit(type.category, type.typeId) ?? maxOf(ctx);
  return { fromType: from.id, toType: to.id, category: ASSOCIATION_CATEGORIES.indexOf(type.category), typeId: type.typeId, max, near: Math.ceil(max * NEAR) };
}
