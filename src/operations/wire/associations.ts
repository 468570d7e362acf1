// Associations on the wire (schema.md 1.3, 1.4).

import { Type } from 'typebox';
import { AssociationSpec, BatchBody, Id } from './records.ts';

export const BatchAssociateBody = Type.Object({
  inputs: Type.Array(Type.Object({
    from: Type.Object({ id: Id }), to: Type.Object({ id: Id }), types: Type.Array(AssociationSpec),
  })),
});

export const AssociationPageQuery = Type.Object({
  after: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 500 })),
});

const AnyId = Type.Union([Type.String(), Type.Integer()], { description: 'A number in v4, text in the other versions' });

export const LabelledPairBatchBody = BatchBody(Type.Object({
  fromObjectTypeId: Type.String(), fromObjectId: AnyId, toObjectTypeId: Type.String(), toObjectId: AnyId, labels: Type.Array(Type.String()),
}));

const Paging = Type.Object({ next: Type.Object({ after: Type.String(), link: Type.String() }) });

export const AssociationPageBody = Type.Object({
  results: Type.Array(Type.Object({
    toObjectId: AnyId,
    associationTypes: Type.Array(Type.Object({ category: Type.String(), typeId: Type.Integer(), label: Type.Union([Type.String(), Type.Null()]) })),
  })),
  paging: Type.Optional(Paging),
});

export const AssociationPageBodyV3 = Type.Object({
  results: Type.Array(Type.Object({ id: Type.String(), type: Type.String() })),
  paging: Type.Optional(Paging),
});
