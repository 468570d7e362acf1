// One of several processes that answer requests on one port. The first process has prepared the database, says when to begin
// and when to stop, and hands out connections and the numbers of new records.

import type { Socket } from 'node:net';
import { openDatabase } from '../cli/open-database.ts';
import { type Config, SettingError } from '../config.ts';
import type { Range, Sequences } from '../db/ids.ts';
import { createLog } from '../log.ts';
import { type Answering, answerRequests } from './answering.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { shareNumbers } from './numbers.ts';

const tell = async (message: FromWorker): Promise<void> => await new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));

/** Answers requests until the first process says otherwise, or is gone. */
export async function work(): Promise<void> {
  // A terminal tells every process of Ctrl-C: the first one decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.once('disconnect', () => process.exit(1));
  const begun = Promise.withResolvers<Config>();
  const stopped = Promise.withResolvers<void>();
  const numbers = shareNumbers(askForSequences());
  let answering: Answering | undefined;
  process.on('message', (message: ToWorker, socket: Socket | undefined) => {
    if (message.say === 'begin') begun.resolve(message.config);
    if (message.say === 'stop') stopped.resolve();
    if (message.say !== 'connection') return;
    void tell({ say: 'took', connection: message.connection });
    numbers.renew();
    // Whoever asked may be gone again.
    if (socket) receive(answering!.server, socket);
  });
  await tell({ say: 'loaded' });
  const config = await begun.promise;
  const log = createLog(config.logLevel);
  try {
    const db = await openDatabase(config, (error) => log.warn({ err: error }, 'a database connection broke'));
    answering = answerRequests({ config, db, log, sequences: numbers.take });
    // It watches over times of requests and idle connections once it listens: here the first process does.
    answering.server.emit('listening');
    await tell({ say: 'ready' });
    await stopped.promise;
    for (const step of [answering.stop, db.close]) await step().catch((error: Error) => log.error({ err: error }, 'stopping'));
    process.exit(0);
  } catch (error) {
    const isSetting = error instanceof SettingError;
    await tell({ say: 'failed', message: isSetting ? error.message : (error as Error).stack!, isSetting });
    process.exit(1);
  }
}

/** A connection that nothing was read from yet. */
function receive(server: Answering['server'], socket: Socket): void {
  server.emit('connection', socket);
  socket.resume();
}

/** Numbers that the first process hands out. One that fails there fails here with the same code. */
function askForSequences(): Sequences {
  let calls = 0;
  const waiting = new Map<number, PromiseWithResolvers<Range[]>>();
  process.on('message', (message: ToWorker) => {
    if (message.say !== 'taken' && message.say !== 'notTaken') return;
    const { resolve, reject } = waiting.get(message.call)!;
    waiting.delete(message.call);
    if (message.say === 'taken') resolve(message.ranges);
    else reject(Object.assign(new Error(message.message), message.code === undefined ? {} : { code: message.code }));
  });
  return async (portalId, count) => {
    const call = ++calls;
    const taken = Promise.withResolvers<Range[]>();
    waiting.set(call, taken);
    await tell({ say: 'take', call, portalId, count });
    return await taken.promise;
  };
}
