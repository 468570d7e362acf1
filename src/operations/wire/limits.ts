// Limits on the wire (schema.md 7.3): O names a type, U adds what is used, L also the limit. Percentages are of 100 [I].

import { Type } from 'typebox';
import type { ObjectType } from '../../catalogue/types.ts';
import type { LabelUsage, RecordsNearLimit, SplitUsage, TypeNearLimit, TypeUsage, Usage } from '../../crm/limit-usage.ts';

const O = { objectTypeId: Type.String(), singularLabel: Type.String(), pluralLabel: Type.String() };
const U = { ...O, usage: Type.Integer() };
const L = { ...U, limit: Type.Integer(), percentage: Type.Number() };
const overall = { overallLimit: Type.Integer(), overallUsage: Type.Integer(), overallPercentage: Type.Number() };

export const SplitReply = Type.Object({
  hubspotDefinedObjectTypes: Type.Array(Type.Object(L)), customObjectTypes: Type.Object({ ...overall, byObjectType: Type.Array(Type.Object(U)) }),
});
export const CustomPropertiesReply = Type.Object({ ...overall, byObjectType: Type.Array(Type.Object(L)) });
export const CalculatedPropertiesReply = Type.Object({ ...overall, byObjectType: Type.Array(Type.Object(U)) });
export const UsageReply = Type.Object({ limit: Type.Integer(), usage: Type.Integer(), percentage: Type.Number() });

export const LabelsQuery = Type.Object({
  fromObjectTypeId: Type.Optional(Type.String({ description: 'Only labels from this object type' })),
  toObjectTypeId: Type.Optional(Type.String({ description: 'Only labels to this object type' })),
});
export const LabelsReply = Type.Object({
  results: Type.Array(Type.Object({
    fromObjectType: Type.Object(O), toObjectType: Type.Object(O), allLabels: Type.Array(Type.String()), limit: Type.Integer(), usage: Type.Integer(), percentage: Type.Number(),
  })),
});
export const TypesReply = Type.Object({ results: Type.Array(Type.Object({ ...O, hasRecordsAtLimit: Type.Boolean(), hasRecordsNearLimit: Type.Boolean() })) });
const sample = { objectId: Type.Integer(), label: Type.String() };
export const RecordsReply = Type.Object({
  limit: Type.Integer(), totalRecordsAtLimit: Type.Integer(), totalRecordsNearLimit: Type.Integer(),
  atLimitFromRecordSamples: Type.Array(Type.Object(sample)),
  nearLimitFromRecordSamples: Type.Array(Type.Object({ ...sample, usage: Type.Integer(), percentage: Type.Number() })),
});

/** Of 100, to two decimals. */
const percentage = (usage: number, limit: number): number => Math.round((usage / limit) * 10_000) / 100;

const presentType = (type: ObjectType) => ({ objectTypeId: type.id, singularLabel: type.labels.singular, pluralLabel: type.labels.plural });
const presentUsed = ({ type, usage }: TypeUsage) => ({ ...presentType(type), usage });
const presentLimited = (one: TypeUsage & Usage) => ({ ...presentUsed(one), ...presentUsage(one) });

export const presentUsage = ({ limit, usage }: Usage) => ({ limit, usage, percentage: percentage(usage, limit) });

export function presentOverall<T extends TypeUsage>({ limit, usage, byType }: Usage & { byType: T[] }, present: (one: T) => object): object {
  return { overallLimit: limit, overallUsage: usage, overallPercentage: percentage(usage, limit), byObjectType: byType.map(present) };
}

export const presentWithLimits = (usage: Usage & { byType: (TypeUsage & Usage)[] }): object => presentOverall(usage, presentLimited);
export const presentWithoutLimits = (usage: Usage & { byType: TypeUsage[] }): object => presentOverall(usage, presentUsed);

export function presentSplit({ hubspotDefined, custom }: SplitUsage): object {
  return { hubspotDefinedObjectTypes: hubspotDefined.map(presentLimited), customObjectTypes: presentWithoutLimits(custom) };
}

export function presentLabels({ from, to, labels, ...usage }: LabelUsage): object {
  return { fromObjectType: presentType(from), toObjectType: presentType(to), allLabels: labels, ...presentUsage(usage) };
}

export function presentNear({ type, hasRecordsAtLimit, hasRecordsNearLimit }: TypeNearLimit): object {
  return { ...presentType(type), hasRecordsAtLimit, hasRecordsNearLimit };
}

export function presentRecords({ limit, totalAt, totalNear, at, near }: RecordsNearLimit): object {
  return {
    limit, totalRecordsAtLimit: totalAt, totalRecordsNearLimit: totalNear,
    atLimitFromRecordSamples: at.map(({ id, label }) => ({ objectId: id, label })),
    nearLimitFromRecordSamples: near.map(({ id, label, usage }) => ({ objectId: id, label, usage, percentage: percentage(usage, limit) })),
  };
}
