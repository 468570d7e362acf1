// The server's life: settings -> database -> portal and token -> app -> port; and back in reverse when it is told to stop.

import { type AdminCommand, runAdmin } from './cli/admin.ts';
import { type Control, takeFolder } from './cli/control.ts';
import { dataFolder, openDatabase } from './cli/open-database.ts';
import { countProcesses, type Config } from './config.ts';
import { ensurePortal } from './crm/portals.ts';
import { isLive } from './crm/private-apps.ts';
import { ALL_SCOPES, createToken, ensureToken, listTokens } from './crm/tokens.ts';
import type { Db } from './db/db.ts';
import { createSequences } from './db/ids.ts';
import { createLog } from './log.ts';
import type { Answering } from './serving/answering.ts';
import { openPort } from './serving/port.ts';

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
    const opened = Promise.withResolvers<{ db: Db; forgetPortal: Answering['forgetPortal'] }>();
    opened.promise.catch(() => {});
    if (folder !== undefined) {
      const control: Control = await takeFolder(folder, async (command) => await runBeside(await opened.promise, command));
      stops.push(control.close);
    }
    let db: Db | undefined;
    stops.push(async () => await db?.close());
    // They load while the database is prepared.
    const processes = countProcesses(config);
    const workers = processes > 1 ? (await import('./serving/workers.ts')).launchWorkers(processes, config, log) : undefined;
    if (workers) stops.push(workers.stop);
    db = await openDatabase(config, (error) => log.warn({ err: error }, 'a database connection broke'))
      .catch((error) => {
        opened.reject(error);
        throw error;
      });

    const at = new Date().toISOString();
    await ensurePortal(db, config.portalId, at);
    const token = await prepareToken(db, config, at);

    const port = workers ? await workers.begin(createSequences(db)) : await serveAlone(db);
    log.debug({ host: config.host, port, processes, database: config.databaseUrl ? 'postgres' : 'embedded' }, 'started');
    stops.push(async () => log.debug('stopping'));
    return { url: `http://${printableHost(config.host)}:${port}`, token, stop };

    async function serveAlone(db: Db): Promise<number> {
      // Three quarters of the program: who has workers does without.
      const { answerRequests } = await import('./serving/answering.ts');
      const { server, forgetPortal, stop: stopAnswering } = answerRequests({ config, db, log });
      stops.push(stopAnswering);
      const port = await openPort(server, config);
      opened.resolve({ db, forgetPortal });
      return port;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a command of another process on the database of this one. */
async function runBeside({ db, forgetPortal }: { db: Db; forgetPortal: Answering['forgetPortal'] }, command: AdminCommand): Promise<unknown> {
  const result = await runAdmin(db, command);
  if ('portalId' in command) forgetPortal(command.portalId);
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

const printableHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
