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

const NONE: readonly string[] = [];

/** The emails that a contact has beside its own since it was merged: as unique as that one, and found like it (objects.md 4.6 [D]). */
export function additionalEmails(type: ObjectType, properties: Record<string, string>): readonly string[] {
  const emails = type.id === '0-1' ? properties.hs_additional_emails : undefined;
  return emails ? emails.split(';') : NONE;
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
  for (const email of additionalEmails(type, set)) claims.push({ property: 'email', value: uniqueForm(email), id });
  return claims;
}

/** Another record has the value: 409 when a contact is made with a taken email, else 400 (objects.md 6.7). */
function valueTaken(portal: Portal, type: ObjectType, plan: Claiming, claim: UniqueValue, holder: number): Failure {
  if (isContactEmail(type, claim.property) && !plan.updating) {
    return { values: [], problem: problem.emailTaken(String(holder)), context: { existingId: [String(holder)] } };
  }
  const token = type.id.startsWith('0-') ? `legacyObjectType=${type.legacyName}` : `metaTypeId=2, innerId=${type.id.slice(2)}`;
  const value = plan.set[claim.property] ?? claim.value;
  return { values: [], problem: problem.uniqueValueTaken(portal.portalId, token, claim.property, value, String(claim.id), String(holder)) };
}

/** A planned write with the unique values it takes: none when it fails for another reason than a conflict. */
export interface Claiming {
  claims: UniqueValue[];
  /** The unique values that it gives up. */
  releases?: UniqueValue[];
  /** The values as they will be stored: the conflict shows them, not the form they are compared in. */
  set: Record<string, string>;
  /** True when the record is there already: its conflicts are told differently. */
  updating?: boolean;
  id: number;
  failure?: Failure;
}

const keyOf = (claim: { property: string; value: string }): string => `${claim.property} ${claim.value}`;

/** Of two inputs of one batch that take the same value the later fails (objects.md 3.7). True when one did. */
export function failDoubleClaims(portal: Portal, type: ObjectType, plans: Claiming[]): boolean {
  // A map for each property, for keys made of both cost more than all the rest of this.
  const holders = new Map<string, Map<string, number>>();
  const holderOf = ({ property, value }: UniqueValue): number | undefined => holders.get(property)?.get(value);
  let failed = false;
  for (const plan of plans) {
    if (plan.failure) continue;
    const double = plan.claims.find((claim) => holderOf(claim) !== undefined);
    failed ||= double !== undefined;
    if (double) plan.failure = doubled(portal, type, plan, double, holderOf(double)!);
    else for (const { property, value } of plan.claims) {
      const ofProperty = holders.get(property);
      if (ofProperty) ofProperty.set(value, plan.id);
      else holders.set(property, new Map([[value, plan.id]]));
    }
  }
  return failed;
}

/** The first holder may not be written either, so the text does not name it (objects.md 3.7 [O]). */
function doubled(portal: Portal, type: ObjectType, plan: Claiming, claim: UniqueValue, holder: number): Failure {
  const failure = valueTaken(portal, type, plan, claim, holder);
  return failure.problem?.id === 'emailTaken' ? { ...failure, problem: problem.emailTaken(null) } : failure;
}

/**
 * Judges all conflicts anew: first with what other records hold, then within the batch among the plans that are left. A value
 * that its holder gives up in the same batch is free, so records may swap values or hand them on; when the holder's own plan
 * fails it is taken after all, which is why this goes round until nothing more fails.
 */
export async function failTakenClaims(ctx: Context, type: ObjectType, plans: Claiming[]): Promise<void> {
  const claiming = plans.filter((plan) => plan.claims.length > 0);
  const taken = await findUniqueValues(ctx.db, ctx.portal.placement, type.id, claiming.flatMap((plan) => plan.claims));
  const holders = new Map(taken.map((row) => [keyOf(row), row.id]));
  for (const plan of claiming) delete plan.failure;
  for (let failed = true; failed;) {
    failed = false;
    const given = new Set(plans.flatMap((plan) => (plan.failure ? [] : plan.releases?.map((release) => `${plan.id} ${keyOf(release)}`) ?? [])));
    for (const plan of claiming.filter((one) => !one.failure)) {
      const claim = plan.claims.find((c) => {
        const holder = holders.get(keyOf(c));
        return holder !== undefined && holder !== plan.id && !given.has(`${holder} ${keyOf(c)}`);
      });
      if (!claim) continue;
      plan.failure = valueTaken(ctx.portal, type, plan, claim, holders.get(keyOf(claim))!);
      failed = true;
    }
    if (!failed) failed = failDoubleClaims(ctx.portal, type, plans);
  }
}
