// What an operation is: one declaration from which routes, checks, OpenAPI, coverage and tests are made.

import type { Static, TSchema } from 'typebox';
import type { ObjectType } from '../catalogue/types.ts';
import type { Context } from '../crm/context.ts';

/** Parts of the API that live under a root of their own in each version (http/versions.ts). */
export const AREAS = [
  'objects', 'associations', 'properties', 'dealSplits', 'subscriptions', 'objectLibrary', 'schemas', 'pipelines', 'owners', 'users',
  'propertyValidations', 'limits',
] as const;
export type Area = (typeof AREAS)[number];

export const VERSIONS = ['v1', 'v3', 'v4', '2025-09', '2026-03', '2026-09', '2026-09-beta'] as const;
export type VersionName = (typeof VERSIONS)[number];
/** v4 is associations only, v1 old single routes: records have every other version (objects.md 1.1). */
export const RECORD_VERSIONS: readonly VersionName[] = VERSIONS.filter((name) => name !== 'v1' && name !== 'v4');
export const DATED_VERSIONS: readonly VersionName[] = RECORD_VERSIONS.filter((name) => name !== 'v3');

/** Which scopes let a caller through: those of the object types in the path, for their records or for their model; or of any type; or any one of a list. */
export type ScopeRule = 'read' | 'write' | 'schema-read' | 'schema-write' | 'any-schema-read' | readonly string[];

/** What run() is handed, checked against the declaration. */
export interface OperationInput<Query, Body> {
  /** Path parameters as text, decoded. */
  params: Record<string, string>;
  /** The object types that the path names, by parameter. */
  types: Record<string, ObjectType>;
  query: Query;
  body: Body;
  version: VersionName;
}

/** What run() answers. No body means an empty answer. */
export interface OperationReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Operation {
  /** `records.batchCreate`: the name in logs, OpenAPI and coverage. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  area: Area;
  /** Below the area's root; `{objectType}`, `{fromObjectType}` and `{toObjectType}` are resolved to types, `{objectTypeId}` to the one of that id. */
  path: string;
  summary: string;
  /** Heading in the reference. */
  tag: string;
  scopes: ScopeRule;
  /** The id of the object type whose scopes they are, of operations whose path names none. */
  scopesOf?: string;
  query?: TSchema;
  body?: TSchema;
  response?: TSchema;
  /** Success statuses, the usual one first. */
  statuses: readonly number[];
  /** The versions whose success statuses are others. */
  statusesByVersion?: Partial<Record<VersionName, readonly number[]>>;
  versions: readonly VersionName[];
  /** Refused for types that the version only reads. */
  writesRecords?: true;
  run: (ctx: Context, input: OperationInput<never, never>) => Promise<OperationReply>;
}

interface Declaration<Query extends TSchema, Body extends TSchema> extends Omit<Operation, 'query' | 'body' | 'run'> {
  query?: Query;
  body?: Body;
  run: (ctx: Context, input: OperationInput<Static<Query>, Static<Body>>) => Promise<OperationReply>;
}

/** Declares an operation; query and body of run() have the types of their schemas. */
export function operation<Query extends TSchema, Body extends TSchema>(declaration: Declaration<Query, Body>): Operation {
  return declaration as unknown as Operation;
}
