// Emails that a GDPR delete put on the blocklist are refused for contacts (objects.md 4.7). A portal without such a list,
// which its snapshot says, pays nothing.

import type { ObjectType } from '../catalogue/types.ts';
import { findBlockedEmails } from '../db/purges.ts';
import { propertyProblem } from '../errors.ts';
import type { Context } from './context.ts';
import { isContactEmail, type Claiming } from './unique-values.ts';

/** Fails the plans that give a contact a blocked email. */
export async function failBlockedEmails(ctx: Context, type: ObjectType, plans: Claiming[]): Promise<void> {
  if (!ctx.portal.blocksEmails) return;
  const emailsOf = (plan: Claiming): string[] => (plan.failure ? [] : plan.claims.filter((c) => isContactEmail(type, c.property)).map((c) => c.value));
  const emails = plans.flatMap(emailsOf);
  if (emails.length === 0) return;
  const blocked = await findBlockedEmails(ctx.db, ctx.portal.portalId, emails);
  for (const plan of plans) {
    const email = emailsOf(plan).find((value) => blocked.has(value));
    if (email === undefined) continue;
    plan.failure = { values: [propertyProblem.blockedEmail('email', plan.set.email ?? email)] };
    // Nothing is claimed any more, so no conflict can take the place of this failure.
    plan.claims = [];
  }
}
