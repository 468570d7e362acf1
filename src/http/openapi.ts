// The OpenAPI description of what is mounted, made from the operations: nothing in it is written by hand.

import type { TSchema } from 'typebox';
import { catalogue } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { routesOf, type Route } from './mount.ts';

const ENVELOPE = {
  type: 'object',
  required: ['status', 'message', 'correlationId'],
  properties: {
    status: { type: 'string', description: '`error`; the token endpoints name the kind of error' },
    message: { type: 'string' },
    correlationId: { type: 'string', format: 'uuid' },
    category: { type: 'string' },
    subCategory: { type: 'string' },
    errors: { type: 'array', items: { type: 'object' } },
    context: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    links: { type: 'object', additionalProperties: { type: 'string' } },
    errorType: { type: 'string', description: 'Of a 429' },
    policyName: { type: 'string', description: 'Of a 429: DAILY, TEN_SECONDLY_ROLLING, SECONDLY' },
    requestId: { type: 'string', description: 'Of a 429: the correlation id' },
  },
};

/** Describes every route but the aliases. */
export function describeApi(operations: readonly Operation[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routesOf(operations)) {
    if (!route.alias) (paths[route.path] ??= {})[route.operation.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spoke', version,
      description: 'A CRM record server that speaks the HubSpot CRM API. Not affiliated with HubSpot. '
        + 'Object types are named by plural (`contacts`), singular, id (`0-1`) or legacy name.',
    },
    tags: [...new Set(routesOf(operations).map((route) => tagOf(route)))].map((name) => ({ name })),
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ENVELOPE },
    },
    paths,
  };
}

const tagOf = (route: Route): string => `${route.operation.tag} ${route.version.name}`;

function describeRoute(route: Route): object {
  const { operation, version } = route;
  const parameters = [
    ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name, in: 'path', required: true, schema: { type: 'string', ...(/objecttype$/i.test(name!) ? { examples: ['contacts'] } : {}) },
    })),
    ...queryParameters(operation.query),
  ];
  return {
    operationId: `${operation.id}:${version.name}`,
    summary: operation.summary,
    tags: [tagOf(route)],
    parameters,
    ...(operation.body ? { requestBody: { required: true, content: { [bodyTypeOf(operation)]: { schema: operation.body } } } } : {}),
    ...(operation.scopes === 'public' ? { security: [] } : {}),
    responses: {
      ...Object.fromEntries((operation.statusesByVersion?.[version.name] ?? operation.statuses).map((status) => [status, {
        description: status === 207 ? 'Some inputs failed' : 'Done',
        ...(operation.response ? { content: { 'application/json': { schema: operation.response } } } : {}),
      }])),
      default: { description: describeErrors(), content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

const bodyTypeOf = (operation: Operation): string => ('form' in operation && operation.form ? 'application/x-www-form-urlencoded' : 'application/json');

function queryParameters(schema: TSchema | undefined): object[] {
  if (!schema) return [];
  const { properties } = schema as unknown as { properties: Record<string, { description?: string }> };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name, in: 'query', ...(description ? { description } : {}), schema: rest,
    ...((rest as { type?: string }).type === 'array' ? { style: 'form', explode: false } : {}),
  }));
}

const describeErrors = (): string => {
  const statuses = [...new Set(Object.values(catalogue).map((entry) => entry.status))].filter((status) => status !== 207).sort();
  return `An error envelope: ${statuses.join(', ')}`;
};
