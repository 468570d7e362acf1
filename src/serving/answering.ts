// The app behind a server for HTTP, over a database that is open: all that a process needs in order to answer requests, but for
// the port or whoever else hands it connections.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Logger } from 'pino';
import { type App, createApp } from '../app.ts';
import { type Config, servesOwnMachineOnly } from '../config.ts';
import type { Db } from '../db/db.ts';
import type { Sequences } from '../db/ids.ts';

export interface Answering {
  server: Server;
  /** To be called when something else has changed the portal's model. */
  forgetPortal: App['forgetPortal'];
  /** Lets running requests finish, for five seconds at most, and ends what goes on beside them. */
  stop: () => Promise<void>;
}

const STOP_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/** Answers what comes over the server's connections; `sequences` are the process's own unless given. */
export function answerRequests({ config, db, log, sequences }: { config: Config; db: Db; log: Logger; sequences?: Sequences }): Answering {
  const { maxAssociations, rateLimits } = config;
  const app = createApp({ db, log, maxAssociations, rateLimits, needsNoSignIn: servesOwnMachineOnly(config), sequences });
  // Long lists of properties make long addresses: Node's own limit of 16 KiB would answer 431 before ours answers 414.
  const server = createAdaptorServer({ fetch: app.fetch, hostname: config.host, serverOptions: { maxHeaderSize: 65_536 } }) as Server;
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    server, forgetPortal: app.forgetPortal,
    async stop() {
      server.close();
      const until = Date.now() + STOP_MS;
      while (open.size > 0 && Date.now() < until) {
        server.closeIdleConnections();
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
      server.closeAllConnections();
      await app.close();
    },
  };
}
