// Puts every operation on its routes and runs the checks in their one order: route (404, 405), token (401), limits (429),
// address (414), object type (400), what the version and the portal offer for it (405, 403), scope (403), query (400, 403), JSON and
// body (400); then the rules. ARCHITECTURE.md draws it and tests hold it.

import { Hono } from 'hono';
import type { TSchema } from 'typebox';
import type { Lack, ObjectType } from '../catalogue/types.ts';
import { type Access, checkEnabled, checkOneOf, checkRecordAccess } from '../crm/access.ts';
import type { Context, ServerContext } from '../crm/context.ts';
import type { Portal, PortalCache } from '../crm/portal.ts';
import type { Quota, QuotaKind } from '../crm/rate-limits.ts';
import { hasAnyScope, type Caller } from '../crm/tokens.ts';
import { isUnreachable } from '../db/db.ts';
import { StaleModelError } from '../db/write-records.ts';
import { Problem, problem } from '../errors.ts';
import type { Operation, OperationReply, PortalOperation, PublicOperation, ScopeRule, VersionName } from '../operations/operation.ts';
import { MAX_PUBLIC_BODY_BYTES, readBody, readForm } from './body.ts';
import { readQuery } from './query.ts';
import { quotaHeaders, refusalOf } from './rate-limits.ts';
import { jsonReply, notFoundReply, problemReply } from './reply.ts';
import { type Version, versions } from './versions.ts';

/** What the routes need from the program around them. */
export interface Services {
  operations: readonly Operation[];
  findCaller: (token: string) => Promise<Caller>;
  portals: Pick<PortalCache, 'get' | 'kept' | 'forget'>;
  /** Notes a call that is let through. */
  countCall: (caller: Caller, portal: Portal) => void;
  /** Takes a call from its app's limits, where there are any. */
  takeQuota: ((caller: Caller, portal: Portal, kind: QuotaKind | undefined) => Promise<Quota>) | undefined;
  makeContext: (request: { caller: Caller; portal: Portal; isModelChecked: boolean; version: Version; linkRoot: string }) => Context;
  makeServerContext: () => ServerContext;
  newCorrelationId: () => string;
  log: {
    debug: (fields: object, message: string) => void;
    error: (fields: object, message: string) => void;
  };
}

/** One route: a method and a path of one operation in one version. */
export interface Route<O extends Operation = Operation> {
  operation: O;
  version: Version;
  /** `/crm/v3/objects/{objectType}`, of the area's main root or an alias of it. */
  path: string;
  /** The area's root that the path is under. */
  root: string;
  alias: boolean;
}

/** Every route there is: operations times the versions that have them times the roots of the version. */
export function routesOf(operations: readonly Operation[]): Route[] {
  return operations.flatMap((operation) => versions
    .filter((version) => operation.versions.includes(version.name))
    .flatMap((version) => (version.roots[operation.area] ?? []).map((root, i): Route => ({
      operation, version, path: `${root}${operation.path}`, root, alias: i > 0,
    }))));
}

/** Mounts all routes; what reaches none is a 405 with Allow, where the path has other methods, or a page. */
export function mountOperations(app: Hono, services: Services): void {
  const routes = routesOf(services.operations);
  for (const route of routes) {
    const run = isPublic(route) ? runPublic : runForPortal;
    app.on(route.operation.method, honoPath(route.path), (c) => handle(services, route, (headers) => run(services, route as never, c.req.raw, c.req.param(), headers)));
  }
  // Apart from the routes: Hono calls the only handler of a request directly, and several through a chain of promises.
  const others = new Hono({ strict: false });
  for (const [path, some] of Map.groupBy(routes, (route) => honoPath(route.path))) {
    const methods = new Set(some.flatMap(({ operation }) => (operation.method === 'GET' ? ['GET', 'HEAD'] : [operation.method])));
    others.all(path, () => problemReply(services.newCorrelationId(), problem.methodNotAllowed([...methods].sort().join(', '))));
  }
  others.notFound(() => notFoundReply(services.newCorrelationId()));
  app.notFound((c) => others.fetch(c.req.raw));
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** Longer addresses are refused (objects.md 4.2 [O]: somewhere between 8,000 and 16,200 characters). */
const MAX_URL = 16_000;

const isPublic = (route: Route): route is Route<PublicOperation> => route.operation.scopes === 'public';

/** `run` is handed the headers of every answer, a refusal's too, to add to. */
async function handle(services: Services, route: Route, run: (headers: Record<string, string>) => Promise<OperationReply>): Promise<Response> {
  const correlationId = services.newCorrelationId();
  const startedAt = performance.now();
  const { operation, version } = route;
  const headers: Record<string, string> = {};
  let response: Response;
  try {
    const reply = await run(headers);
    response = jsonReply(correlationId, reply.status, reply.body, Object.assign(headers, reply.headers));
  } catch (error) {
    const refusal = error instanceof Problem ? error : isUnreachable(error) ? problem.unavailable() : problem.internal();
    if (refusal.status >= 500) services.log.error({ err: error, operation: operation.id, correlationId }, 'request failed');
    response = problemReply(correlationId, refusal, headers);
  }
  services.log.debug(
    { operation: operation.id, version: version.name, status: response.status, ms: Math.round(performance.now() - startedAt), correlationId }, 'request',
  );
  return response;
}

async function runPublic(services: Services, route: Route<PublicOperation>, request: Request, params: Record<string, string>): Promise<OperationReply> {
  const { operation, version } = route;
  if (request.url.length > MAX_URL) throw problem.uriTooLong(MAX_URL);
  const query = operation.query ? readQuery(request.url, operation.query) : {};
  const body = operation.form ? await readForm(request) : operation.body ? await readBody(request, operation.body, MAX_PUBLIC_BODY_BYTES) : undefined;
  const authorization = request.headers.get('authorization') ?? undefined;
  return await operation.run(services.makeServerContext(), { params, query: query as never, body: body as never, version: version.name, authorization });
}

async function runForPortal(
  services: Services, route: Route<PortalOperation>, request: Request, params: Record<string, string>, headers: Record<string, string>,
): Promise<OperationReply> {
  const caller = await authenticate(services, request);
  await admit(services, caller, route.operation.quota, headers);
  let body: Promise<unknown> | undefined;
  const readOnce = (schema: TSchema): Promise<unknown> => (body ??= readBody(request, schema));
  const over = (portal: Portal, isModelChecked: boolean): Promise<OperationReply> =>
    runOver(services, route, request, params, { caller, portal, isModelChecked }, readOnce);

  const kept = route.operation.confirmsModel && services.portals.kept(caller.portalId);
  let refusal: Problem | undefined;
  if (kept) {
    try {
      return await over(kept, false);
    } catch (error) {
      if (error instanceof Problem) refusal = error;
      else if (!(error instanceof StaleModelError)) throw error;
    }
  }
  for (let attempt = 1; ; attempt++) {
    const portal = await services.portals.get(caller.portalId);
    if (!portal) throw problem.missingCredentials();
    // What an old model refuses, the one of now may allow.
    if (refusal && portal === kept) throw refusal;
    try {
      return await over(portal, true);
    } catch (error) {
      if (!(error instanceof StaleModelError)) throw error;
      if (attempt === MAX_ATTEMPTS) throw problem.locked();
      services.portals.forget(caller.portalId);
    }
  }
}

/** Counts the call, unless it is one too many. The snapshot at hand says well enough when the portal's day ends. */
async function admit(services: Services, caller: Caller, kind: QuotaKind | undefined, headers: Record<string, string>): Promise<void> {
  const portal = services.portals.kept(caller.portalId) ?? await services.portals.get(caller.portalId);
  if (!portal) throw problem.missingCredentials();
  if (services.takeQuota) {
    const quota = await services.takeQuota(caller, portal, kind);
    Object.assign(headers, quotaHeaders(quota));
    if (quota.refused) throw refusalOf(quota.refused);
  }
  services.countCall(caller, portal);
}

/** A request is planned by a snapshot of the portal's model; when the model has moved before it is done, it begins anew. */
const MAX_ATTEMPTS = 10;

async function runOver(
  services: Services, route: Route<PortalOperation>, request: Request, params: Record<string, string>,
  { caller, portal, isModelChecked }: { caller: Caller; portal: Portal; isModelChecked: boolean }, readOnce: (schema: TSchema) => Promise<unknown>,
): Promise<OperationReply> {
  const { operation, version } = route;
  if (request.url.length > MAX_URL) throw problem.uriTooLong(MAX_URL);

  const types = resolveTypes(portal, params);
  for (const type of Object.values(types)) checkOffered(services, operation, type, version);
  const access: Access = { portal, hasAnyScope: (scopes) => hasAnyScope(caller, scopes) };
  checkScopes(operation, access, Object.values(types));

  const query = operation.query ? readQuery(request.url, operation.query) : {};
  checkAssociated(access, query);
  const body = operation.body ? await readOnce(operation.body) : undefined;

  const ctx = services.makeContext({ caller, portal, isModelChecked, version, linkRoot: `${originOf(request.url)}${route.root}` });
  return await operation.run(ctx, { params, types, query: query as never, body: body as never, version: version.name });
}

/** `http://127.0.0.1:4010`: a request's address is always whole. */
const originOf = (url: string): string => url.slice(0, url.indexOf('/', url.indexOf('//') + 2));

async function authenticate(services: Services, request: Request): Promise<Caller> {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined) throw problem.missingCredentials();
  return await services.findCaller(token);
}

/** The path parameters that name object types; which of the two texts refuses one depends on its form (objects.md 2.3). */
function resolveTypes(portal: Portal, params: Record<string, string>): Record<string, ObjectType> {
  const types: Record<string, ObjectType> = {};
  for (const [name, segment] of Object.entries(params)) {
    if (!/objecttype(id)?$/i.test(name)) continue;
    const isId = /^\d+-\d+$/.test(segment);
    // A parameter that is called an id takes no name (schema.md 3.8 [D]).
    const type = isId || !name.endsWith('Id') ? portal.objectType(segment) : undefined;
    if (!type) throw isId || name.endsWith('Id') ? problem.unknownObjectTypeId(segment) : problem.unknownObjectTypeName(segment);
    types[name] = type;
  }
  return types;
}

/** Refuses what the version does not offer for the type; Allow names the methods that the path has for it (objects.md 1.4). */
function checkOffered(services: Services, operation: Operation, type: ObjectType, version: Version): void {
  const lack = lackOf(operation, type, version.name);
  if (!lack) return;
  const methods = services.operations
    .filter((o) => o.area === operation.area && o.path === operation.path && o.versions.includes(version.name) && !lackOf(o, type, version.name))
    .flatMap((o) => (o.method === 'GET' ? ['GET', 'HEAD'] : [o.method]));
  const allow = [...new Set(methods)].sort().join(', ');
  throw lack.operations === 'writes' ? problem.readOnlyObjectType(type.name, allow) : problem.operationNotOffered(type.name, version.name, allow);
}

function lackOf(operation: Operation, type: ObjectType, version: VersionName): Lack | undefined {
  return type.lacks?.find((lack) => (lack.versions === undefined || lack.versions.includes(version))
    && (lack.operations === 'writes' ? 'writesRecords' in operation && operation.writesRecords : lack.operations.includes(operation.id)));
}

/** One scope of a list is enough; every type of the path needs one of its own (objects.md 2.7, platform.md 5.6). */
function checkScopes({ scopes, scopesOf, ofModel }: PortalOperation, access: Access, ofPath: ObjectType[]): void {
  if (typeof scopes === 'object') return checkOneOf(access, scopes);
  if (scopes === 'any-schema-read') return checkAnyScope(access);
  // What a portal has switched off still has its model: properties, labels.
  if (!ofModel && (scopes === 'read' || scopes === 'write')) checkEnabled(access.portal, ofPath);
  const types = scopesOf ? [access.portal.objectType(scopesOf)!] : ofPath;
  for (const type of types) checkOneOf(access, scopesFor(scopes, type));
}

/**
 * Ids of associated records are shown to those who may read those records, as the routes of associations have it [I].
 * Names of no type are refused later.
 */
function checkAssociated(access: Access, query: { associations?: string[] }): void {
  checkRecordAccess(access, 'read', (query.associations ?? []).flatMap((name) => access.portal.objectType(name) ?? []));
}

/** Where the path names no type, one scope over the model of any type is enough (platform.md 5.6). */
function checkAnyScope(access: Access): void {
  checkOneOf(access, [...new Set(access.portal.objectTypes.flatMap((type) => type.schemaReadScopes))].sort());
}

function scopesFor(rule: Exclude<ScopeRule, 'any-schema-read' | readonly string[]>, type: ObjectType): readonly string[] {
  switch (rule) {
    case 'read': return type.readScopes;
    case 'write': return type.writeScopes;
    case 'schema-read': return type.schemaReadScopes;
    case 'schema-write': return type.schemaWriteScopes;
    default: return rule satisfies never;
  }
}
