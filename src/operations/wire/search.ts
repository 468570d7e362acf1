// Searches on the wire (platform.md 1.1, 1.2). Nothing of the request is required.

import { Type } from 'typebox';
import { OPERATORS } from '../../crm/search/filters.ts';
import { RecordBody } from './records.ts';

const SCALARS = [Type.String(), Type.Number(), Type.Boolean()] as const;
const Scalar = Type.Union([...SCALARS], { description: 'Text; numbers and booleans are taken as their text' });
const Operand = Type.Optional(Type.Union([...SCALARS, Type.Null()]));
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const Filter = Type.Object({
  propertyName: Type.String(), operator: Type.Union(OPERATORS.map((name) => Type.Literal(name))),
  value: Operand, highValue: Operand, values: Type.Optional(orNull(Type.Array(Scalar))),
}, { title: 'Filter' });

export const SearchBody = Type.Object({
  filterGroups: Type.Optional(Type.Array(Type.Object({ filters: Type.Optional(Type.Array(Filter)) }))),
  filters: Type.Optional(Type.Array(Filter)),
  query: Type.Optional(orNull(Type.String())),
  sorts: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Object({ propertyName: Type.String(), direction: Type.Optional(orNull(Type.String())) })]))),
  properties: Type.Optional(Type.Array(Type.String())),
  limit: Type.Optional(orNull(Type.Integer())),
  after: Type.Optional(orNull(Type.Union([Type.String(), Type.Integer()]))),
});

export const SearchPageBody = Type.Object({
  total: Type.Integer(), results: Type.Array(RecordBody),
  paging: Type.Optional(Type.Object({ next: Type.Object({ after: Type.String() }) })),
});
