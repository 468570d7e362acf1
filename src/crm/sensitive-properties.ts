// Sensitive properties (schema.md 3.9, objects.md 2.7): who lacks their scopes reads records as if they were not there
// [I], and cannot write them. A portal without any pays one look at an empty map.

import type { ObjectType, Sensitivity } from '../catalogue/types.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';

const hidden = new WeakMap<Context, Map<string, ReadonlyMap<string, Sensitivity>>>();
const NONE: ReadonlyMap<string, Sensitivity> = new Map();

/** The properties of the type whose values the caller may not see, by name. */
export function hiddenProperties(ctx: Context, type: ObjectType): ReadonlyMap<string, Sensitivity> {
  const sensitive = ctx.portal.sensitiveProperties(type.id);
  if (sensitive.size === 0) return NONE;
  let types = hidden.get(ctx);
  if (!types) hidden.set(ctx, (types = new Map()));
  let names = types.get(type.id);
  if (!names) types.set(type.id, (names = new Map([...sensitive].filter(([, level]) => !mayAccess(ctx, type, level, 'read')))));
  return names;
}

/** Throws missingScopes when one of the values is that of a sensitive property and the caller may not write it. */
export function checkSensitiveValues(ctx: Context, type: ObjectType, values: Record<string, unknown>): void {
  const sensitive = ctx.portal.sensitiveProperties(type.id);
  if (sensitive.size === 0) return;
  for (const name in values) checkSensitivity(ctx, type, sensitive.get(name), 'write');
}

/** Throws missingScopes when the caller may not do that with properties of the level; those of none are everybody's. */
export function checkSensitivity(ctx: Context, type: ObjectType, level: Sensitivity | undefined, action: 'read' | 'write'): void {
  if (level && !mayAccess(ctx, type, level, action)) throw problem.missingScopes(type.sensitiveScopes[level][action]);
}

/** Nobody has to be kept from properties that a type cannot have. */
function mayAccess(ctx: Context, type: ObjectType, level: Sensitivity, action: 'read' | 'write'): boolean {
  const scopes = type.sensitiveScopes[level][action];
  return scopes.length === 0 || ctx.hasAnyScope(scopes);
}
