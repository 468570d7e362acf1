// The server's life: settings -> database -> portal and token -> app -> port; and back in reverse when it is told to stop.

import { serve as listen, type ServerType } from '@hono/node-server';
import { type App, createApp } from './app.ts';
import { type AdminCommand, runAdmin } from './cli/admin.ts';
import { type Control, takeFolder } from './cli/control.ts';
import { dataFolder, openDatabase } from './cli/open-database.ts';
import { type Config, servesOwnMachineOnly, SettingError } from './config.ts';
import { ensurePortal } from './crm/portals.ts';
import { isLive } from './crm/private-apps.ts';
import { ALL_SCOPES, createToken, ensureToken, listTokens } from './crm/tokens.ts';
import type { Db } from './db/db.ts';
import { createLog } from './log.ts';

export interface Running {
  /** `http://127.0.0.1:4010` */
  url: string;
  /** What to tell the user about the token. */
  token: TokenNotice;
  stop: () => Promise<void>;
}

/** `made`: shown this once. `given`: the user knows it. `kept`: made earlier, only its end is known. */
export type TokenNotice = { kind: 'made' | 'given'; text: string } | { kind: 'kept'; hint: string };

/** Starts the server and answers once it takes requests. Throws SettingError for what the user can mend. */
export async function start(config: Config): Promise<Running> {
  const log = createLog(config.logLevel);
  const folder = dataFolder(config);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step().catch((error: Error) => log.error({ err: error }, 'stopping'));
  };

  try {
    // Commands that come before the database is open wait for it.
    const opened = Promise.withResolvers<{ db: Db; app: App }>();
    opened.promise.catch(() => {});
    if (folder !== undefined) {
      const control: Control = await takeFolder(folder, async (command) => await runBeside(await opened.promise, command));
      stops.push(control.close);
    }
    const db = await openDatabase(config, (error) => log.warn({ err: error }, 'a database connection broke'))
      .catch((error) => {
        opened.reject(error);
        throw error;
      });
    stops.push(db.close);

    const at = new Date().toISOString();
    await ensurePortal(db, config.portalId, at);
    const token = await prepareToken(db, config, at);

    const { maxAssociations, rateLimits } = config;
    const app = createApp({ db, log, maxAssociations, rateLimits, needsNoSignIn: servesOwnMachineOnly(config) });
    opened.resolve({ db, app });
    stops.push(app.close);
    const server = await openPort(app.fetch, config);
    stops.push(() => closePort(server));
    const address = server.address() as { port: number };
    log.debug({ host: config.host, port: address.port, database: config.databaseUrl ? 'postgres' : 'embedded' }, 'started');
    stops.push(async () => log.debug('stopping'));
    return { url: `http://${printableHost(config.host)}:${address.port}`, token, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a command of another process on the database of this one. */
async function runBeside({ db, app }: { db: Db; app: App }, command: AdminCommand): Promise<unknown> {
  const result = await runAdmin(db, command);
  if ('portalId' in command) app.forgetPortal(command.portalId);
  return result;
}

async function prepareToken(db: Db, config: Config, at: string): Promise<TokenNotice> {
  const { portalId, token } = config;
  if (token) {
    await ensureToken(db, { portalId, token, at });
    return { kind: 'given', text: token };
  }
  const newest = (await listTokens(db, portalId)).findLast((row) => isLive(row, at));
  if (newest) return { kind: 'kept', hint: newest.hint };
  const made = await createToken(db, { portalId, name: 'first', scopes: [ALL_SCOPES], at });
  return { kind: 'made', text: made.token };
}

async function openPort(fetch: App['fetch'], config: Config): Promise<ServerType> {
  return await new Promise((resolve, reject) => {
    // Long lists of properties make long addresses: Node's own limit of 16 KiB would answer 431 before ours answers 414.
    const server = listen({ fetch, hostname: config.host, port: config.port, serverOptions: { maxHeaderSize: 65_536 } }, () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => reject(
      error.code === 'EADDRINUSE' ? new SettingError(`Port ${config.port} on ${config.host} is in use. Set SPOKE_PORT to another one, or to 0 for any free one.`)
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' ? new SettingError(`SPOKE_HOST is "${config.host}", which is no address of this machine.`)
          : error.code === 'EACCES' ? new SettingError(`Port ${config.port} may not be used by this user. Set SPOKE_PORT to one above 1023.`) : error,
    ));
  });
}

/** Lets running requests finish, for five seconds at most. */
async function closePort(server: ServerType): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const timer = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(timer);
}

const printableHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
