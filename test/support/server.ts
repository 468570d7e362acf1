// Spoke on a port of its own within the test's process: for clients that need an address, where the test needs the database.

import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app.ts';
import { ensurePortal } from '../../src/crm/portals.ts';
import type { RateLimits } from '../../src/crm/rate-limits.ts';
import type { Db } from '../../src/db/db.ts';
import { openTestDatabase } from './database.ts';
import { PORTAL_ID } from './spoke.ts';

export interface Served {
  /** `http://127.0.0.1:34567` */
  url: string;
  db: Db;
  stop: () => Promise<void>;
}

/** Serves a fresh database with the portal of all tests. */
export async function serveSpoke(options: { rateLimits?: RateLimits } = {}): Promise<Served> {
  const database = await openTestDatabase();
  await ensurePortal(database.db, PORTAL_ID, new Date().toISOString());
  const app = createApp({ db: database.db, ...options });
  const server = await new Promise<ServerType>((resolve) => {
    const made = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(made));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, db: database.db,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      await database.close();
    },
  };
}
