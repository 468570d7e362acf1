// Which object types a caller reaches beside those of the path, which http/mount.ts checks by the same rules: types named in
// queries and bodies. A type must be on, and the token must have one of its scopes.

import type { ObjectType } from '../catalogue/types.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';

/** Who asks, of which portal. */
export type Access = Pick<Context, 'portal' | 'hasAnyScope'>;

/** Throws objectTypeDisabled or missingScopes when records of one of the types are not the caller's to read or write. */
export function checkRecordAccess(access: Access, action: 'read' | 'write', types: readonly ObjectType[]): void {
  checkEnabled(access.portal, types);
  for (const type of types) checkOneOf(access, action === 'read' ? type.readScopes : type.writeScopes);
}

/** Throws objectTypeDisabled for a type that the portal has switched off (schema.md 7.2). */
export function checkEnabled(portal: Access['portal'], types: readonly ObjectType[]): void {
  const off = types.find((type) => !portal.isEnabled(type.id));
  if (off) throw problem.objectTypeDisabled(off.name, off.id);
}

/** Throws missingScopes unless the caller has one of the scopes (objects.md 2.7). */
export function checkOneOf({ hasAnyScope }: Pick<Access, 'hasAnyScope'>, scopes: readonly string[]): void {
  if (!hasAnyScope(scopes)) throw problem.missingScopes([...scopes]);
}
