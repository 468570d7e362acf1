// Which properties of a type have unique values, which of them a write takes, and how a conflict is told.

import type { ObjectType } from '../catalogue/types.ts';
import type { UniqueValue } from '../db/records.ts';
import { problem } from '../errors.ts';
import type { Failure } from './batch.ts';
import type { Portal } from './portal.ts';

const perSnapshot = new WeakMap<Portal, Map<string, readonly string[]>>();

/** The properties of the type whose values no two live records share: contact email and those with hasUniqueValue. */
export function uniqueProperties(portal: Portal, type: ObjectType): readonly string[] {
  let types = perSnapshot.get(portal);
  if (!types) perSnapshot.set(portal, (types = new Map()));
  let names = types.get(type.id);
  if (!names) {
    names = [...portal.properties(type.id).values()].filter((p) => p.hasUniqueValue || isContactEmail(type, p.name)).map((p) => p.name);
    types.set(type.id, names);
  }
  return names;
}

/** Contact email is enforced unique although its definition does not say so (schema.md section 4 [O]). */
export function isContactEmail(type: ObjectType, property: string): boolean {
  return type.id === '0-1' && property === 'email';
}

/** Unique values are compared trimmed and without case (schema.md 3.6 [I]). */
export function uniqueForm(value: string): string {
  return value.trim().toLowerCase();
}

/** The unique values among those that a record is given. */
export function claimsOf(portal: Portal, type: ObjectType, set: Record<string, string>, id: number): UniqueValue[] {
  const claims: UniqueValue[] = [];
  for (const property of uniqueProperties(portal, type)) {
    const value = set[property];
    if (value !== undefined) claims.push({ property, value: uniqueForm(value), id });
  }
  return claims;
}

/** Another record has the value: 409 when a contact is made with a taken email, else 400 (objects.md 6.7). */
export function valueTaken(portal: Portal, type: ObjectType, claim: UniqueValue, holder: number, updating = false): Failure {
  if (isContactEmail(type, claim.property) && !updating) {
    return { values: [], problem: problem.emailTaken(String(holder)), context: { existingId: [String(holder)] } };
  }
  const token = type.id.startsWith('0-') ? `legacyObjectType=${type.legacyName}` : `metaTypeId=2, innerId=${type.id.slice(2)}`;
  return {
    values: [],
    problem: problem.uniqueValueTaken(portal.portalId, token, claim.property, claim.value, String(claim.id), String(holder)),
  };
}
