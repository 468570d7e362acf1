// Spoke in a test: an app over a database of its own, with a clock that stands still until told, correlation ids that
// count, and tokens at hand. Requests go through app.fetch, answers come back whole.

import { createApp, type App } from '../../src/app.ts';
import { ensurePortal } from '../../src/crm/portals.ts';
import type { RateLimits } from '../../src/crm/rate-limits.ts';
import { ALL_SCOPES, createToken, hashSecret } from '../../src/crm/tokens.ts';
import type { Db } from '../../src/db/db.ts';
import { insertToken } from '../../src/db/tokens.ts';
import { openTestDatabase } from './database.ts';

export const NOW = '2026-10-02T09:00:00.000Z';
export const PORTAL_ID = 1234567;

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON, the text when it is none, undefined when empty. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface Call {
  /** Undefined sends the all-scopes token, null none. */
  token?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is when a text, else as JSON. */
  body?: unknown;
}

export interface Spoke {
  db: Db;
  /** `postgres://...`, undefined on PGlite. */
  databaseUrl: string | undefined;
  /** With all scopes, for portal 1234567. */
  token: string;
  /** Sends `GET /path`, `POST /path`, ... */
  call: (request: string, options?: Call) => Promise<Answer>;
  /** POST with a JSON body. */
  post: (path: string, body: unknown, options?: Call) => Promise<Answer>;
  get: (path: string, options?: Call) => Promise<Answer>;
  /** The app itself: for requests that are no API calls. */
  fetch: App['fetch'];
  /** A token with these scopes only. */
  tokenWith: (scopes: string[], portalId?: number) => Promise<string>;
  /** A token of an OAuth app with all scopes, that does not expire soon. */
  oauthToken: (appId: number, portalId?: number) => Promise<string>;
  /** Another portal in the same database, with a token of its own. */
  addPortal: (portalId: number) => Promise<string>;
  /** To be called when a test has changed the portal's model in the database itself. */
  forgetPortal: (portalId?: number) => void;
  /** Waits until the indexes that searches asked for are made and have all that was written. */
  indexed: () => Promise<void>;
  /** Moves the clock on. */
  tick: (ms: number) => void;
  /** The id of the n-th record made in portal 1234567, from 1: `recordId(1)`. */
  recordId: (n: number) => string;
  /** What was logged as information: messages with their fields. */
  infos: { message: string; fields: object }[];
  close: () => Promise<void>;
}

/** What passwords cost in a test: the real cost takes a third of a second each time. */
export const CHEAP = { ln: 10, r: 8, p: 1 };

/** The correlation id of the n-th request of a test file, from 0. */
export const correlationId = (n: number): string => `0199f0aa-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Any correlation id: for whole-body comparison where the number of requests before does not matter. */
export const ANY_CORRELATION_ID = /^0199f0aa-0000-7000-8000-\d{12}$/;

/** Starts Spoke over a fresh database. Ids and times are the same in every run. */
export async function startSpoke(options: { wrapDb?: (db: Db) => Db; maxAssociations?: number; rateLimits?: RateLimits; needsNoSignIn?: boolean; indexedFrom?: number } = {}): Promise<Spoke> {
  const database = await openTestDatabase();
  const db = options.wrapDb?.(database.db) ?? database.db;
  let now = Date.parse(NOW);
  let requests = 0;
  const failures: unknown[] = [];
  const infos: Spoke['infos'] = [];
  const app = createApp({
    db, now: () => now, newCorrelationId: () => correlationId(requests++),
    log: { debug: () => {}, info: (fields, message) => infos.push({ message, fields }), error: (fields) => failures.push(fields) },
    ...(options.maxAssociations === undefined ? {} : { maxAssociations: options.maxAssociations }),
    rateLimits: options.rateLimits, needsNoSignIn: options.needsNoSignIn ?? false, passwordCost: CHEAP,
    ...(options.indexedFrom === undefined ? {} : { indexedFrom: options.indexedFrom }),
  });
  const at = (): string => new Date(now).toISOString();
  await ensurePortal(db, PORTAL_ID, NOW);
  const { token } = await createToken(db, { portalId: PORTAL_ID, name: 'all', scopes: [ALL_SCOPES], at: NOW });

  const call: Spoke['call'] = async (request, { token: given, headers, body } = {}) => {
    const [method, path] = request.split(/ (.*)/s) as [string, string];
    const response = await app.fetch(new Request(`http://spoke.test${path}`, {
      method,
      headers: {
        ...(given === null ? {} : { authorization: `Bearer ${given ?? token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }));
    const text = await response.text();
    // A 500 is a bug whatever the test is about: show its cause.
    if (response.status === 500) throw new Error(`${request} answered 500`, { cause: (failures.at(-1) as { err?: unknown })?.err });
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text === '' ? undefined : isJson ? JSON.parse(text) : text };
  };

  return {
    db, databaseUrl: database.url, token, call, infos, fetch: app.fetch,
    post: (path, body, more) => call(`POST ${path}`, { ...more, body }),
    get: (path, more) => call(`GET ${path}`, more),
    tokenWith: async (scopes, portalId = PORTAL_ID) => (await createToken(db, { portalId, name: 'some', scopes, at: at() })).token,
    async oauthToken(appId, portalId = PORTAL_ID) {
      const token = `oauth-${appId}-${portalId}-${requests}`;
      await insertToken(db, {
        tokenHash: hashSecret(token), kind: 'access', portalId, appId, userId: 1, name: '', hint: '', scopes: [ALL_SCOPES], createdAt: at(),
        expiresAt: new Date(now + 30 * 86_400_000).toISOString(),
      });
      return token;
    },
    async addPortal(portalId) {
      await ensurePortal(db, portalId, at());
      return (await createToken(db, { portalId, name: 'all', scopes: [ALL_SCOPES], at: at() })).token;
    },
    forgetPortal: (portalId = PORTAL_ID) => app.forgetPortal(portalId),
    indexed: app.indexed,
    tick: (ms) => (now += ms),
    // Portal 1234567 lives in bucket 2343; ids are sequence * 4096 + bucket.
    recordId: (n) => String(n * 4096 + HOME_BUCKET),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

const HOME_BUCKET = 2343;
