// What a portal's people and apps did, written down as it happens: the feeds of account information show it.

import { insertActivity } from '../db/activity.ts';
import type { Queryable } from '../db/db.ts';
import { takeBlock } from '../db/ids.ts';

/** Of a sign-in, successful or not. */
export interface LoginDetails {
  email: string;
  /** Of the client; null when it is not known. */
  ipAddress: string | null;
  userAgent: string | null;
  loginSucceeded: boolean;
}

/** Of a change: `category` and `subCategory` are HubSpot's words, `INTEGRATION` and `APP_INSTALL` for example. */
export interface AuditDetails {
  category: string;
  subCategory: string;
  action: 'CREATE' | 'UPDATE' | 'DELETE' | 'PERFORM';
  targetObjectId: string;
  /** Of who did it. */
  userEmail: string | null;
}

/** Of what matters for the safety of the portal: a new secret, a revoked token. */
export interface SecurityDetails {
  type: string;
  objectId: string;
  userEmail: string | null;
}

interface DetailsByKind {
  login: LoginDetails;
  audit: AuditDetails;
  security: SecurityDetails;
}

/** Adds an entry to one of the portal's feeds. `userId` is who did it, null for the command line. */
export async function recordActivity<Kind extends keyof DetailsByKind>(
  db: Queryable, portalId: number, kind: Kind, { at, userId, details }: { at: string; userId: number | null; details: DetailsByKind[Kind] },
): Promise<void> {
  await insertActivity(db, portalId, kind, { id: await takeBlock(db, portalId, 'activity', 1) - 1, at, userId, details });
}
