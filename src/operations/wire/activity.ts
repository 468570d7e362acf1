// The feeds of a portal's activity on the wire, by the field's specs: what Spoke does not know, such as the place of an
// address, is left out. Where nobody is known to have done it, the user is 0 [I].

import { Type } from 'typebox';
import type { AuditEntry, LoginEntry, SecurityEntry } from '../../crm/activity-feeds.ts';
import { Paging } from './records.ts';

const MAX_PAGE = 200;
/** 9999-12-31T23:59:59.999Z */
const LAST_MS = 253_402_300_799_999;

const page = {
  after: Type.Optional(Type.String({ description: 'paging.next.after of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: '100 unless told' })),
};
const UserId = Type.Optional(Type.Integer({ description: 'Only what this user did; 0 for what no user did' }));

export const AuditQuery = Type.Object({
  ...page, actingUserId: Type.Optional(Type.Array(Type.Integer(), { description: 'Only what these users did; 0 for what no user did' })),
  occurredAfter: Type.Optional(Type.String({ format: 'date-time' })), occurredBefore: Type.Optional(Type.String({ format: 'date-time' })),
  sort: Type.Optional(Type.Array(Type.String(), { description: 'occurredAt, or -occurredAt for the newest first' })),
});
export const LoginQuery = Type.Object({ ...page, userId: UserId });
export const SecurityQuery = Type.Object({
  ...page, userId: UserId, fromTimestamp: Type.Optional(Type.Integer({ minimum: 0, maximum: LAST_MS, description: 'Milliseconds since 1970' })),
  toTimestamp: Type.Optional(Type.Integer({ minimum: 0, maximum: LAST_MS })),
});

const reply = <T extends Parameters<typeof Type.Array>[0]>(entry: T) => Type.Object({ results: Type.Array(entry), paging: Type.Optional(Paging) });

export const AuditReply = reply(Type.Object({
  id: Type.String(), category: Type.String(), subCategory: Type.Optional(Type.String()), action: Type.String(), targetObjectId: Type.String(), occurredAt: Type.String(),
  actingUser: Type.Object({ userId: Type.Integer(), userEmail: Type.Optional(Type.String()) }),
}));
export const LoginReply = reply(Type.Object({
  id: Type.String(), loginAt: Type.String(), userId: Type.Optional(Type.Integer()), email: Type.String(), loginSucceeded: Type.Boolean(),
  ipAddress: Type.Optional(Type.String()), userAgent: Type.Optional(Type.String()),
}));
export const SecurityReply = reply(Type.Object({
  id: Type.String(), createdAt: Type.String(), userId: Type.Integer(), type: Type.String(), actingUser: Type.Optional(Type.String()), objectId: Type.String(),
}));

/** Members that are null are left out. */
const known = (members: Record<string, unknown>): object => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

export function presentAudit({ id, at, userId, details: { category, subCategory, action, targetObjectId, userEmail } }: AuditEntry): object {
  return {
    id: String(id), category, ...(subCategory === undefined ? {} : { subCategory }), action, targetObjectId, occurredAt: at,
    actingUser: { userId: userId ?? 0, ...known({ userEmail }) },
  };
}

export function presentLogin({ id, at, userId, details: { email, loginSucceeded, ipAddress, userAgent } }: LoginEntry): object {
  return { id: String(id), loginAt: at, ...known({ userId }), email, loginSucceeded, ...known({ ipAddress, userAgent }) };
}

export function presentSecurity({ id, at, userId, details: { type, objectId, userEmail } }: SecurityEntry): object {
  return { id: String(id), createdAt: at, userId: userId ?? 0, type, ...known({ actingUser: userEmail }), objectId };
}
