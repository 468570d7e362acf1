// OAuth apps: made, listed, given another secret, deleted. Any portal of this database may install them.

import { randomBytes, randomUUID } from 'node:crypto';
import { insertApp, markAppDeleted, readApp, readApps, replaceSecret, takeAppId, type AppRow } from '../db/apps.ts';
import type { Db } from '../db/db.ts';
import { markAllInstallsRemoved } from '../db/grants.ts';
import { revokeEverywhere } from '../db/tokens.ts';
import { hashSecret } from './tokens.ts';

export type App = AppRow;

export interface NewApp {
  name: string;
  redirectUris: string[];
  /** What every install grants. */
  requiredScopes: string[];
  /** What an install may grant as well. */
  optionalScopes: string[];
  at: string;
}

/** Makes an app. Its secret can be seen this once. */
export async function createApp(db: Db, input: NewApp): Promise<{ appId: number; clientId: string; clientSecret: string }> {
  const [clientId, clientSecret] = [randomUUID(), newSecret()];
  const appId = await takeAppId(db);
  const { name, redirectUris, requiredScopes, optionalScopes, at } = input;
  await insertApp(db, { appId, clientId, name, secretHash: hashSecret(clientSecret), redirectUris, requiredScopes, optionalScopes, createdAt: at });
  return { appId, clientId, clientSecret };
}

/** The app of a client id, undefined when there is none. */
export async function findApp(db: Db, clientId: string): Promise<App | undefined> {
  // Client ids are UUIDs; Postgres takes no text with a NUL.
  return /^[0-9a-f-]{36}$/.test(clientId) ? await readApp(db, { clientId }) : undefined;
}

/** The app of an id, undefined when there is none. */
export async function findAppById(db: Db, appId: number): Promise<App | undefined> {
  return await readApp(db, { appId });
}

/** All apps, oldest first. */
export async function listApps(db: Db): Promise<App[]> {
  return await readApps(db);
}

/** Gives the app another secret, shown this once; the one before stays good for `overlapMs`. Undefined when there is no such app. */
export async function rotateAppSecret(db: Db, appId: number, { at, overlapMs }: { at: string; overlapMs: number }): Promise<{ clientSecret: string } | undefined> {
  const clientSecret = newSecret();
  const replaced = await replaceSecret(db, appId, hashSecret(clientSecret), new Date(Date.parse(at) + overlapMs).toISOString());
  return replaced ? { clientSecret } : undefined;
}

/** Deletes the app: its tokens stop working everywhere. Returns whether there was one. */
export async function deleteApp(db: Db, appId: number, at: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    if (!(await markAppDeleted(tx, appId, at))) return false;
    // In this order: who gives out a token holds the install.
    await markAllInstallsRemoved(tx, appId, at);
    await revokeEverywhere(tx, appId, at);
    return true;
  });
}

const newSecret = (): string => randomBytes(32).toString('base64url');

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What is wrong with an address that codes shall be sent to (platform.md 5.1 [D]), undefined when nothing is. */
export function redirectUriFault(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (!url) return 'is no address';
  if (uri.includes('#')) return 'has a fragment';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))) return undefined;
  return 'must be https, or http on localhost';
}
