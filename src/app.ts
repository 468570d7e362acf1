// The only wiring: a database and a few tools become an app that answers requests. main.ts serves it on a port, tests
// call it directly.

import { Hono } from 'hono';
import { loadCatalogue } from './catalogue/load.ts';
import { createApiUsage, DAILY_CALLS } from './crm/api-usage.ts';
import { MAX_ASSOCIATIONS_PER_RECORD } from './crm/association-limits.ts';
import { findApp } from './crm/apps.ts';
import type { Context } from './crm/context.ts';
import { grantApp } from './crm/grants.ts';
import type { Cost } from './crm/passwords.ts';
import { createPortalCache } from './crm/portal.ts';
import { createRateLimiter, type RateLimits } from './crm/rate-limits.ts';
import { createRecomputer } from './crm/recomputation.ts';
import { createSignIns } from './crm/sign-in.ts';
import { createCalendar } from './crm/time-zones.ts';
import { createTokenUpkeep } from './crm/token-upkeep.ts';
import { createCallers, hasAnyScope } from './crm/tokens.ts';
import type { Db } from './db/db.ts';
import { createIdSource, createSequences, type Sequences } from './db/ids.ts';
import { createSearchIndexer } from './db/search-indexer.ts';
import { mountConsent } from './http/consent/consent.ts';
import type { Connection } from './http/consent/security.ts';
import { createCorrelationIds } from './http/correlation-ids.ts';
import { mountOperations, type Services } from './http/mount.ts';
import { mountPages } from './http/pages.ts';
import { operations } from './operations/index.ts';

export interface AppOptions {
  db: Db;
  /** Milliseconds since 1970. */
  now?: () => number;
  newCorrelationId?: () => string;
  log?: Log;
  /** How many records of a type one record may be associated with; Infinity for any number. */
  maxAssociations?: number;
  /** How often apps may call; as often as they like when it is not given. */
  rateLimits?: RateLimits | undefined;
  /** Apps are granted access with one click, without signing in: for a server that only its own machine reaches. */
  needsNoSignIn?: boolean;
  /** What the hash of a password costs; as much as ours do when it is not given. */
  passwordCost?: Cost | undefined;
  /** Types with more records than this get the indexes that searches ask for. */
  indexedFrom?: number;
  /** Where the numbers of new records come from; this process's own blocks when it is not given. */
  sequences?: Sequences | undefined;
}

type Log = Services['log'] & Context['log'];

export interface App {
  fetch: (request: Request, connection?: Connection) => Response | Promise<Response>;
  /** To be called when something else in this process has changed the portal's model. */
  forgetPortal: (portalId: number) => void;
  /** Waits until the indexes that searches asked for are made and have all that was written. */
  indexed: () => Promise<void>;
  /** Ends what goes on beside requests; to be called before the database is closed. */
  close: () => Promise<void>;
}

const silent: Log = { debug: () => {}, info: () => {}, error: () => {} };

/** Builds the app over a migrated database. */
export function createApp({
  db, now = Date.now, newCorrelationId = createCorrelationIds(), log = silent, maxAssociations = MAX_ASSOCIATIONS_PER_RECORD, rateLimits,
  needsNoSignIn = false, passwordCost, indexedFrom, sequences = createSequences(db),
}: AppOptions): App {
  const catalogue = loadCatalogue();
  const upkeep = createTokenUpkeep({ db, log });
  const callers = createCallers(db, now, upkeep.note);
  const ids = createIdSource(sequences);
  const clock = (): string => new Date(now()).toISOString();
  const portals = createPortalCache(db, catalogue, (portal) => recomputer.notice(portal));
  const recomputer = createRecomputer({ db, getPortal: portals.get, clock, log });
  const calendar = createCalendar();
  const usage = createApiUsage({ db, now, calendar, log });
  const limiter = rateLimits && createRateLimiter({ db, limits: rateLimits, now, calendar });
  const indexer = createSearchIndexer({ db, now, log, worthAnIndex: indexedFrom });

  const makeContext: Services['makeContext'] = ({ caller, portal, isModelChecked, version, linkRoot }): Context => {
    indexer.stir();
    return {
      db, ids, portal, isModelChecked, portals, maxAssociations, log,
      source: { type: 'INTEGRATION', id: String(caller.appId) },
      userId: caller.userId,
      hasAnyScope: (scopes) => hasAnyScope(caller, scopes),
      traits: version.traits,
      at: clock(),
      clock,
      callsToday: async () => ({ ...await usage.readToday(portal), limit: rateLimits?.daily ?? DAILY_CALLS }),
      noticeSearch: (plan) => indexer.notice(portal.placement, plan),
      searchWords: (objectType) => indexer.tailWords(portal.portalId, objectType),
      recompute: async () => await recomputer.follow(portal.portalId),
      link: (path, query) => `${linkRoot}${path}${query ? `?${new URLSearchParams(query)}` : ''}`,
    };
  };

  const makeServerContext: Services['makeServerContext'] = () => ({ db, at: clock() });

  // Not strict: a path with a slash at its end is the same path (platform.md 7.1).
  const app = new Hono({ strict: false });
  mountPages(app, { db, operations });
  mountConsent(app, {
    findApp: async (clientId) => await findApp(db, clientId), scopes: new Set(catalogue.scopes), signIns: createSignIns(db, now, passwordCost), needsNoSignIn, log,
    grant: async (grant) => await grantApp(db, { ...grant, at: clock() }),
  });
  mountOperations(app, {
    operations, findCaller: callers.find, portals, countCall: usage.count, takeQuota: limiter?.take, makeContext, makeServerContext, newCorrelationId, log,
  });
  return {
    fetch: (request, connection) => app.fetch(request, connection),
    forgetPortal: portals.forget,
    indexed: indexer.settled,
    close: async () => void await Promise.all([recomputer.close(), indexer.close(), usage.close(), upkeep.close()]),
  };
}
