// Records on the wire: the bodies that clients send and get. Property names are HubSpot's (objects.md 1.7).

import { Type } from 'typebox';
import { ASSOCIATION_CATEGORIES } from '../../catalogue/types.ts';

/** HubSpot takes ids as text; numbers are accepted too (objects.md 3.9 [O]). */
export const Id = Type.Union([Type.String(), Type.Integer()], { description: 'A record id, or the value of a unique property' });

/** Values are text; numbers and booleans are taken in their text form, null clears (objects.md 5.1). */
export const PropertyValues = Type.Record(
  Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), { description: 'Values by property name' },
);

export const AssociationSpec = Type.Object({
  associationCategory: Type.Union(ASSOCIATION_CATEGORIES.map((name) => Type.Literal(name))),
  associationTypeId: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
});

const TraceId = Type.Optional(Type.String({ description: 'On every input of a batch, it makes good inputs succeed although others fail' }));

export const CreateInput = Type.Object({
  properties: PropertyValues,
  associations: Type.Optional(Type.Array(Type.Object({ to: Type.Object({ id: Id }), types: Type.Array(AssociationSpec) }))),
  objectWriteTraceId: TraceId,
});

export const BatchCreateBody = Type.Object({ inputs: Type.Array(CreateInput) });

export const UpdateBody = Type.Object({ properties: PropertyValues });

export const UpdateQuery = Type.Object({ idProperty: Type.Optional(Type.String()) });

export const BatchArchiveBody = Type.Object({ inputs: Type.Array(Type.Object({ id: Id })) });

export const BatchChangeBody = Type.Object({
  inputs: Type.Array(Type.Object({
    id: Id, properties: PropertyValues, idProperty: Type.Optional(Type.String()), objectWriteTraceId: TraceId,
  })),
});

export const BatchReadBody = Type.Object({
  inputs: Type.Array(Type.Object({ id: Id })),
  properties: Type.Optional(Type.Array(Type.String())),
  propertiesWithHistory: Type.Optional(Type.Array(Type.String())),
  idProperty: Type.Optional(Type.String()),
});

const Names = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));

const reads = {
  properties: Names('Properties to return instead of the default ones'),
  propertiesWithHistory: Names('Properties to return with their past values'),
  associations: Names('Object types whose associated records to return'),
  archived: Type.Optional(Type.Boolean({ default: false })),
};

export const GetQuery = Type.Object({ ...reads, idProperty: Type.Optional(Type.String()) });

export const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  after: Type.Optional(Type.String()),
  ...reads,
});

export const BatchReadQuery = Type.Object({ archived: Type.Optional(Type.Boolean({ default: false })) });

// ---- answers: for the reference, not checked at run time

const DateTime = Type.String({ format: 'date-time' });
export const Paging = Type.Object({ next: Type.Object({ after: Type.String(), link: Type.String() }) });

const HistoryValue = Type.Object({
  value: Type.String(), timestamp: DateTime, sourceType: Type.String(), sourceId: Type.Optional(Type.String()),
});

export const RecordBody = Type.Object({
  id: Type.String(),
  properties: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
  propertiesWithHistory: Type.Optional(Type.Record(Type.String(), Type.Array(HistoryValue))),
  createdAt: DateTime,
  updatedAt: DateTime,
  archived: Type.Boolean(),
  archivedAt: Type.Optional(DateTime),
  associations: Type.Optional(Type.Record(Type.String(), Type.Object({
    results: Type.Array(Type.Object({ id: Type.String(), type: Type.String() })), paging: Type.Optional(Paging),
  }))),
  new: Type.Optional(Type.Boolean()),
  objectWriteTraceId: Type.Optional(Type.String()),
  warnings: Type.Optional(Type.Array(Type.Object({
    category: Type.String(), message: Type.String(), context: Type.Record(Type.String(), Type.String()),
  }))),
  url: Type.String(),
});

export const RecordPageBody = Type.Object({ results: Type.Array(RecordBody), paging: Type.Optional(Paging) });

/** The frame of every batch answer (objects.md 3.2). */
export const BatchBody = (result: ReturnType<typeof Type.Object>) => Type.Object({
  status: Type.Literal('COMPLETE'),
  results: Type.Array(result),
  numErrors: Type.Optional(Type.Integer()),
  errors: Type.Optional(Type.Array(Type.Object({
    status: Type.Literal('error'), category: Type.String(), message: Type.String(),
    context: Type.Record(Type.String(), Type.Array(Type.String())),
  }))),
  startedAt: DateTime,
  completedAt: DateTime,
});

export const RecordBatchBody = BatchBody(RecordBody);
