// Several processes that answer requests on one port, as the process sees them that started them. One thread computes all that a
// process answers: on a machine of several cores a Postgres server is served by several. This process accepts connections and
// hands them out in turn, hands out the numbers of new records, so that records made one after the other have ascending ids whoever
// makes them, and puts another in the place of a process that ends. Node's own cluster does the like, but a connection that was on its
// way to a process that dies is neither answered nor closed there.

import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Config, SettingError } from '../config.ts';
import { errorCode } from '../db/db.ts';
import type { Sequences } from '../db/ids.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { openPort } from './port.ts';

export interface Workers {
  /** To be called when the database is prepared. Gives the port once all answer requests; throws SettingError when they cannot. */
  begin: (sequences: Sequences) => Promise<number>;
  /** Lets running requests finish. */
  stop: () => Promise<void>;
}

const WORKER = fileURLToPath(new URL('worker-process.ts', import.meta.url));
/**
 * What each of several is started with besides what this process was: half the nursery of `npm start`. Measured, two processes on two cores: 1.85 ms of
 * CPU for a batch of 100 records instead of 2.05. For one alone the larger one is the better.
 */
const FLAGS = ['--max-semi-space-size=16'];
/** Before another takes the place of one that ended: what ends at once must not keep the machine busy. */
const PAUSE_MS = 1_000;
/** They give running requests five seconds. */
const STOP_MS = 8_000;

interface Worker {
  process: ChildProcess;
  isReady: boolean;
  /** Connections that are on their way to it. */
  sent: Map<number, Socket>;
}

/** Starts processes that load the program, and wait. */
export function launchWorkers(count: number, config: Config, log: Logger): Workers {
  const prepared = Promise.withResolvers<Sequences>();
  const workers = new Map<Worker, Promise<void>>();
  const pauses = new Set<NodeJS.Timeout>();
  let isStarted = false;
  let isStopping = false;
  let connections = 0;
  /** Connections that came while nobody was there to take them. */
  const unclaimed: Socket[] = [];

  // What comes is read by whoever takes the connection.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    handOut(socket);
  });

  function handOut(socket: Socket): void {
    const ready = [...workers.keys()].filter((worker) => worker.isReady);
    const worker = ready[++connections % ready.length];
    if (!worker) return void unclaimed.push(socket);
    const connection = connections;
    worker.sent.set(connection, socket);
    tell(worker, { say: 'connection', connection }, socket);
  }

  function launch(): Promise<void> {
    const child = fork(WORKER, { serialization: 'advanced', execArgv: [...process.execArgv, ...FLAGS] });
    const worker: Worker = { process: child, isReady: false, sent: new Map() };
    const started = Promise.withResolvers<void>();
    child.on('message', (message: FromWorker) => {
      if (message.say === 'loaded') void prepared.promise.then(() => tell(worker, { say: 'begin', config }), () => {});
      if (message.say === 'failed') started.reject(message.isSetting ? new SettingError(message.message) : new Error(message.message));
      if (message.say === 'take') void prepared.promise.then(async (take) => tell(worker, await answer(take, message)));
      if (message.say === 'took') {
        // Theirs alone from now on: this process's end of it is closed, the connection is not.
        worker.sent.get(message.connection)?.destroy();
        worker.sent.delete(message.connection);
      }
      if (message.say === 'ready') {
        worker.isReady = true;
        unclaimed.splice(0).forEach(handOut);
        started.resolve();
      }
    });
    const ended = new Promise<void>((resolve) => child.once('exit', (code, signal) => {
      workers.delete(worker);
      started.reject(new Error(`a process ended with ${signal ?? code}`));
      // Nobody has read from them. What it said before its end may come after it, and is no longer about these.
      const sent = [...worker.sent.values()];
      worker.sent.clear();
      sent.forEach(handOut);
      if (isStarted && !isStopping) replace({ worker: child.pid, code, signal });
      resolve();
    }));
    workers.set(worker, ended);
    return started.promise;
  }

  function replace(ended: object): void {
    log.error(ended, 'a process ended, another takes its place');
    const pause = setTimeout(() => {
      pauses.delete(pause);
      launch().catch((error: Error) => log.error({ err: error }, 'a process cannot take the place of one that ended'));
    }, PAUSE_MS);
    pauses.add(pause);
  }

  const launched = Array.from({ length: count }, launch);
  // Whoever begins hears of it.
  launched.forEach((one) => one.catch(() => {}));

  return {
    async begin(sequences) {
      prepared.resolve(sequences);
      await Promise.all(launched);
      const port = await openPort(server, config);
      isStarted = true;
      return port;
    },
    async stop() {
      isStopping = true;
      server.close();
      pauses.forEach((pause) => clearTimeout(pause));
      for (const worker of workers.keys()) if (worker.isReady) tell(worker, { say: 'stop' }); else worker.process.kill('SIGKILL');
      const timer = setTimeout(() => [...workers.keys()].forEach((worker) => worker.process.kill('SIGKILL')), STOP_MS);
      await Promise.all(workers.values());
      clearTimeout(timer);
      unclaimed.splice(0).forEach((socket) => socket.destroy());
    },
  };
}

/** One that has gone meanwhile does not hear it. A connection is kept until it says that it has it. */
function tell({ process }: Worker, message: ToWorker, socket?: Socket): void {
  if (process.connected) process.send(message, socket, { keepOpen: true }, () => {});
}

async function answer(take: Sequences, { call, portalId, count }: Extract<FromWorker, { say: 'take' }>): Promise<ToWorker> {
  try {
    return { say: 'taken', call, ranges: await take(portalId, count) };
  } catch (error) {
    return { say: 'notTaken', call, message: (error as Error).message, code: errorCode(error) };
  }
}
