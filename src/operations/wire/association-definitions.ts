// Association types and their maxima on the wire (schema.md 1.2, 1.4 to 1.6).

import { Type } from 'typebox';
import { ASSOCIATION_CATEGORIES } from '../../catalogue/types.ts';
import { BatchBody } from './records.ts';

const TypeId = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const MaybeText = Type.Union([Type.String(), Type.Null()]);

export const LabelCreateBody = Type.Object({
  name: Type.String({ description: 'Without hyphens, not starting with a digit; it never changes' }),
  label: Type.String(),
  inverseLabel: Type.Optional(MaybeText),
});

export const LabelUpdateBody = Type.Object({ associationTypeId: TypeId, label: Type.String(), inverseLabel: Type.Optional(MaybeText) });

export const LabelListBody = Type.Object({
  results: Type.Array(Type.Object({ category: Type.String(), typeId: Type.Integer(), label: MaybeText })),
});

export const TypeListBody = Type.Object({ results: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) });

const Spec = { category: Type.Union(ASSOCIATION_CATEGORIES.map((name) => Type.Literal(name))), typeId: TypeId };

export const LimitBatchBody = Type.Object({ inputs: Type.Array(Type.Object({ ...Spec, maxToObjectIds: Type.Integer() })) });

export const LimitPurgeBody = Type.Object({ inputs: Type.Array(Type.Object(Spec)) });

const Limit = { category: Type.String(), typeId: Type.Integer(), userEnforcedMaxToObjectIds: Type.Integer() };

export const LimitListBody = Type.Object({ results: Type.Array(Type.Object({ ...Limit, label: MaybeText })) });
export const LimitCreatedBody = BatchBody(Type.Object({ ...Limit, label: MaybeText }));
export const LimitUpdatedBody = BatchBody(Type.Object(Limit));
export const PurgedBody = BatchBody(Type.Object({}));

export const UsageReportBody = Type.Object({
  userId: Type.Integer(), userEmail: Type.String(),
  enqueueTime: Type.Object({ value: Type.Integer(), dateOnly: Type.Boolean(), timeZoneShift: Type.Integer() }),
});
