// Account information on the wire (platform.md 6.4).

import { Type } from 'typebox';
import type { DailyCalls } from '../../crm/api-usage.ts';
import type { Portal } from '../../crm/portal.ts';
import { offsetAt } from '../../crm/time-zones.ts';

export const DetailsReply = Type.Object({
  portalId: Type.Integer(), accountType: Type.String(), timeZone: Type.String(), companyCurrency: Type.String(), additionalCurrencies: Type.Array(Type.String()),
  utcOffset: Type.String(), utcOffsetMilliseconds: Type.Integer(), uiDomain: Type.String(), dataHostingLocation: Type.String(),
  portalName: Type.Optional(Type.String({ description: 'Since 2026-09' })), createdAt: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970, since 2026-09' })),
});

/** The portal's account at a time; from 2026-09 on with its name and age. */
export function presentDetails({ portalId, account }: Portal, at: string, named: boolean): object {
  const { name, createdAt, timeZone, companyCurrency, additionalCurrencies, accountType, dataHostingLocation, uiDomain } = account;
  const offset = offsetAt(timeZone, Date.parse(at));
  return {
    portalId, accountType, timeZone, companyCurrency, additionalCurrencies, utcOffset: printOffset(offset), utcOffsetMilliseconds: offset, uiDomain, dataHostingLocation,
    ...(named ? { portalName: name, createdAt: Date.parse(createdAt) } : {}),
  };
}

/** `+02:00` */
function printOffset(ms: number): string {
  const minutes = Math.abs(Math.trunc(ms / 60_000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export const UsageReply = Type.Object({
  results: Type.Array(Type.Object({
    name: Type.String(), usageLimit: Type.Integer(), currentUsage: Type.Integer(), collectedAt: Type.String(), fetchStatus: Type.String(), resetsAt: Type.String(),
  })),
});

/** What the portal's private apps have called today, counted up to `at`. */
export function presentUsage(name: string, { calls, limit, resetsAt }: DailyCalls & { limit: number }, at: string): object {
  return { results: [{ name, usageLimit: limit, currentUsage: calls, collectedAt: at, fetchStatus: 'SUCCESS', resetsAt }] };
}
