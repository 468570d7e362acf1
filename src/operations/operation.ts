// What an operation is: one declaration from which routes, checks, OpenAPI, coverage and tests are made.

import type { Static, TSchema } from 'typebox';
import type { ObjectType } from '../catalogue/types.ts';
import type { Context, ServerContext } from '../crm/context.ts';
import type { QuotaKind } from '../crm/rate-limits.ts';

/** Parts of the API that live under a root of their own in each version (http/versions.ts). */
export const AREAS = [
  'objects', 'associations', 'properties', 'dealSplits', 'subscriptions', 'objectLibrary', 'schemas', 'pipelines', 'owners', 'users',
  'propertyValidations', 'limits', 'oauth', 'privateApps', 'appInstalls', 'accountInfo',
] as const;
export type Area = (typeof AREAS)[number];

export const VERSIONS = ['v1', 'v2', 'v3', 'v4', '2025-09', '2026-03', '2026-09', '2026-09-beta'] as const;
export type VersionName = (typeof VERSIONS)[number];
/** v4 is associations only, v1 and v2 old single routes: records have every other version (objects.md 1.1). */
export const RECORD_VERSIONS: readonly VersionName[] = VERSIONS.filter((name) => !['v1', 'v2', 'v4'].includes(name));
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

/** What every operation declares. */
interface Declared {
  /** `records.batchCreate`: the name in logs, OpenAPI and coverage. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  area: Area;
  /** Below the area's root; `{objectType}`, `{fromObjectType}` and `{toObjectType}` are resolved to types, `{objectTypeId}` to the one of that id. */
  path: string;
  summary: string;
  /** Heading in the reference. */
  tag: string;
  query?: TSchema;
  body?: TSchema;
  response?: TSchema;
  /** Success statuses, the usual one first. */
  statuses: readonly number[];
  /** The versions whose success statuses are others. */
  statusesByVersion?: Partial<Record<VersionName, readonly number[]>>;
  versions: readonly VersionName[];
}

/** An operation on a portal, for the holder of one of its tokens. */
export interface PortalOperation extends Declared {
  scopes: ScopeRule;
  /** The id of the object type whose scopes they are, of operations whose path names none. */
  scopesOf?: string;
  /** Is about the model of the types, which types that the portal has switched off have too. */
  ofModel?: true;
  /** The limit that its calls count for; else that of all calls of the app. */
  quota?: QuotaKind;
  /** Refused for types that the version only reads. */
  writesRecords?: true;
  /**
   * It calls confirmModel with what it reads, or writes only over the model that it knows: the request then begins without
   * asking for the model's version.
   */
  confirmsModel?: true;
  run: (ctx: Context, input: OperationInput<never, never>) => Promise<OperationReply>;
}

/** An operation that needs no token, such as getting one. */
export interface PublicOperation extends Declared {
  scopes: 'public';
  /** The body is a form, `application/x-www-form-urlencoded`: every field a text, and one in the query counts too. */
  form?: true;
  run: (ctx: ServerContext, input: PublicInput<never, never>) => Promise<OperationReply>;
}

export type Operation = PortalOperation | PublicOperation;

/** What run() of a public operation is handed. */
export interface PublicInput<Query, Body> extends Omit<OperationInput<Query, Body>, 'types'> {
  /** The Authorization header. */
  authorization: string | undefined;
}

interface PortalDeclaration<Query extends TSchema, Body extends TSchema> extends Omit<PortalOperation, 'query' | 'body' | 'run'> {
  query?: Query;
  body?: Body;
  run: (ctx: Context, input: OperationInput<Static<Query>, Static<Body>>) => Promise<OperationReply>;
}

/** Declares an operation; query and body of run() have the types of their schemas. */
export function operation<Query extends TSchema, Body extends TSchema>(declaration: PortalDeclaration<Query, Body>): PortalOperation {
  return declaration as unknown as PortalOperation;
}

interface PublicDeclaration<Query extends TSchema, Body extends TSchema> extends Omit<PublicOperation, 'scopes' | 'query' | 'body' | 'run'> {
  query?: Query;
  body?: Body;
  run: (ctx: ServerContext, input: PublicInput<Static<Query>, Static<Body>>) => Promise<OperationReply>;
}

/** Declares an operation that needs no token. */
export function publicOperation<Query extends TSchema, Body extends TSchema>(declaration: PublicDeclaration<Query, Body>): PublicOperation {
  return { ...declaration, scopes: 'public' } as unknown as PublicOperation;
}
