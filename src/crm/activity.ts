// What a portal's people and apps did, written down as it happens: the feeds of account information show it.

import { insertActivities } from '../db/activity.ts';
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

/** Of a change: `category` and `subCategory` are HubSpot's words, `PIPELINE` and `DEAL` for example. */
export interface AuditDetails {
  category: string;
  subCategory?: string;
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
  await insertActivities(db, portalId, { at, userId }, [{ kind, id: await takeIds(db, portalId, 1), details }]);
}

/** Notes a change, to be written down in its transaction. */
export type Note = <Kind extends 'audit' | 'security'>(kind: Kind, details: Omit<DetailsByKind[Kind], 'userEmail'>) => void;

/** Who did something: a user, or whoever has the command line or its tokens. */
export interface Actor {
  userId: number | null;
  userEmail: string | null;
}

export const COMMAND_LINE: Actor = { userId: null, userEmail: null };

/** Runs a change, and writes down what it noted with it: two statements, if there is anything. */
export async function notingActivity<T>(tx: Queryable, portalId: number, at: string, actor: Actor, change: (note: Note) => Promise<T>): Promise<T> {
  const noted: { kind: 'audit' | 'security'; details: object }[] = [];
  const result = await change((kind, details) => void noted.push({ kind, details }));
  if (noted.length > 0) {
    const first = await takeIds(tx, portalId, noted.length);
    const { userId, userEmail } = actor;
    await insertActivities(tx, portalId, { at, userId }, noted.map(({ kind, details }, i) => ({ kind, id: first + i, details: { ...details, userEmail } })));
  }
  return result;
}

const takeIds = async (db: Queryable, portalId: number, count: number): Promise<number> => await takeBlock(db, portalId, 'activity', count) - count;
