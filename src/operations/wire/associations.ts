// Associations on the wire (schema.md 1.3, 1.4).

import { Type } from 'typebox';
import { AssociationSpec, BatchBody, Id } from './records.ts';

export const BatchAssociateBody = Type.Object({
  inputs: Type.Array(Type.Object({
    from: Type.Object({ id: Id }), to: Type.Object({ id: Id }), types: Type.Array(AssociationSpec),
  })),
});

const Ref = Type.Object({ id: Id });

export const PairBatchBody = Type.Object({ inputs: Type.Array(Type.Object({ from: Ref, to: Ref })) });

export const AssociationArchiveBody = Type.Object({ inputs: Type.Array(Type.Object({ from: Ref, to: Type.Array(Ref) })) });

export const AssociationReadBody = Type.Object({ inputs: Type.Array(Type.Object({ id: Id, after: Type.Optional(Type.String()) })) });

export const SpecsBody = Type.Array(AssociationSpec);

/** v3 names the type in a text: its name, or its number (schema.md 1.2). */
export const NamedPairBatchBody = Type.Object({
  inputs: Type.Array(Type.Object({ from: Ref, to: Ref, type: Type.String({ description: '`contact_to_company`, or the number of the type' }) })),
});

/** v3 takes no cursors here (schema.md 1.2 [O]). */
export const AssociationReadBodyV3 = Type.Object({ inputs: Type.Array(Ref) });

export const AssociationPageQuery = Type.Object({
  after: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 500 })),
});

const AnyId = Type.Union([Type.String(), Type.Integer()], { description: 'A number in v4, text in the other versions' });

export const LabelledPairBody = Type.Object({
  fromObjectTypeId: Type.String(), fromObjectId: AnyId, toObjectTypeId: Type.String(), toObjectId: AnyId, labels: Type.Array(Type.String()),
});

export const LabelledPairBatchBody = BatchBody(LabelledPairBody);

const TextRef = Type.Object({ id: Type.String() });

export const DefaultPairBatchBody = BatchBody(Type.Object({ from: TextRef, to: TextRef, associationSpec: AssociationSpec }));

export const NoResultsBody = BatchBody(Type.Object({}));

const Paging = Type.Object({ next: Type.Object({ after: Type.String(), link: Type.Optional(Type.String()) }) });

const AssociatedRecord = Type.Object({
  toObjectId: AnyId,
  associationTypes: Type.Array(Type.Object({ category: Type.String(), typeId: Type.Integer(), label: Type.Union([Type.String(), Type.Null()]) })),
});

export const AssociationPageBody = Type.Object({ results: Type.Array(AssociatedRecord), paging: Type.Optional(Paging) });

export const AssociationReadBatchBody = BatchBody(Type.Object({ from: TextRef, to: Type.Array(AssociatedRecord), paging: Type.Optional(Paging) }));

const NamedAssociation = Type.Object({ id: Type.String(), type: Type.String() });

export const AssociationPageBodyV3 = Type.Object({ results: Type.Array(NamedAssociation), paging: Type.Optional(Paging) });

export const AssociationReadBatchBodyV3 = BatchBody(Type.Object({ from: TextRef, to: Type.Array(NamedAssociation), paging: Type.Optional(Paging) }));

export const NamedPairBatchReply = BatchBody(Type.Object({ from: TextRef, to: TextRef, type: Type.String() }));
