// Which properties of a type have unique values, which of them a write takes, and how a conflict is told.

import type { ObjectType } from '../catalogue/types.ts';
import { findUniqueValues, type UniqueValue } from '../db/records.ts';
import { problem } from '../errors.ts';
import type { Failure } from './batch.ts';
import type { Context } from './context.ts';
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

/** A planned write with the unique values it takes. */
export interface Claiming {
  claims: UniqueValue[];
  /** True when the record is there already: its conflicts are told differently. */
  updating?: boolean;
  id: number;
  failure?: Failure;
}

const keyOf = (claim: { property: string; value: string }): string => `${claim.property} ${claim.value}`;

/** Of two inputs of one batch that take the same value the later fails (objects.md 3.7). */
export function failDoubleClaims(portal: Portal, type: ObjectType, plans: Claiming[]): void {
  const holders = new Map<string, number>();
  for (const plan of plans) {
    if (plan.failure) continue;
    const double = plan.claims.find((claim) => holders.has(keyOf(claim)));
    if (double) plan.failure = valueTaken(portal, type, double, holders.get(keyOf(double))!, plan.updating);
    else for (const claim of plan.claims) holders.set(keyOf(claim), plan.id);
  }
}

/** Fails the plans whose values other records hold. */
export async function failTakenClaims(ctx: Context, type: ObjectType, plans: Claiming[]): Promise<void> {
  const good = plans.filter((plan) => !plan.failure);
  const taken = await findUniqueValues(ctx.db, ctx.portal.placement, type.id, good.flatMap((plan) => plan.claims));
  const holders = new Map(taken.map((row) => [keyOf(row), row.id]));
  for (const plan of good) {
    const claim = plan.claims.find((c) => holders.has(keyOf(c)) && holders.get(keyOf(c)) !== plan.id);
    if (claim) plan.failure = valueTaken(ctx.portal, type, claim, holders.get(keyOf(claim))!, plan.updating);
  }
}
