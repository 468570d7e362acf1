// What the benches share beyond load and clocks: a Postgres server with its databases, where a portal's rows are, Spoke and its
// floor in turns, and what a bench hands to the common table.

import { cpus } from 'node:os';
import pg from 'pg';
import { openPostgres } from '../src/db/postgres.ts';
import { startPostgres, type PostgresServer } from '../test/support/postgres-runner.ts';
import { measure, median, processTree, TOKEN, type Program, type Rate } from './support.ts';

export type { PostgresServer } from '../test/support/postgres-runner.ts';

/** A line of the table of all benches. */
export interface Finding {
  what: string;
  floor: string;
  spoke: string;
  ratio: number;
  /** `>= 0.5`, empty for none. */
  goal: string;
}

export const describeMachine = (): string => `${cpus().length} cores, ${cpus()[0]!.model}, Node ${process.version}`;

/**
 * Says what machine this is and runs a bench with a server of its own: durable as Postgres is by default, with room for its log. Its
 * shared memory is small, for each page of it costs the system a page of memory when it is first written: with 2 GB a batch of
 * records took 2.9 to 3.3 ms of Postgres's CPU where that memory had been used before, and 3.7 to 4.6 where not.
 */
export async function withServer<T>(run: (server: PostgresServer) => Promise<T>, sharedBuffers = '512MB'): Promise<T> {
  console.log(describeMachine());
  const server = await startPostgres({ max_wal_size: '8GB', checkpoint_timeout: '30min', shared_buffers: sharedBuffers, maintenance_work_mem: '512MB' });
  try {
    return await run(server);
  } finally {
    await server.stop();
  }
}

/** The address of a new database; of one that is there when `reuse` is set. */
export async function createDatabase(address: string, name: string, reuse = false): Promise<string> {
  const admin = openPostgres({ url: `${address}/postgres`, connections: 1 });
  await admin.script(`create database ${name}`).catch((error: Error) => {
    if (!reuse) throw error;
  });
  await admin.close();
  return `${address}/${name}`;
}

/** A pool that does not mind the server's end. */
export function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => {});
  return pool;
}

/** Sends a request that must be answered with the status. */
export async function send<T>(program: Program, method: string, path: string, body: unknown, status: number): Promise<T> {
  const response = await fetch(`${program.url}${path}`, {
    method, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (status === 204 ? undefined : await response.json()) as T;
}

/** Where the portal's rows are: one record made through the API tells, others can then be made in SQL. */
export async function findPlace(program: Program, pool: pg.Pool): Promise<{ bucket: number; portalId: string; idOf: (n: number) => number }> {
  const { id } = await send<{ id: string }>(program, 'POST', '/crm/v3/objects/contacts', { properties: { firstname: 'first' } }, 201);
  const bucket = Number(id) % 4096;
  const { rows } = await pool.query<{ portal_id: string }>('select portal_id from record limit 1');
  return { bucket, portalId: rows[0]!.portal_id, idOf: (n) => (1_000_000 + n) * 4096 + bucket };
}

export interface Pair { floor: Rate; spoke: Rate }

export interface Turns {
  connections: number;
  /** Records of a call. */
  units: number;
  rounds: number;
  seconds: number;
  floor: (worker: number) => Promise<void>;
  spoke: (worker: number) => Promise<void>;
  /** Runs before each of them. */
  clear?: () => Promise<void>;
  /** For so many seconds Spoke's work does not count at first; two at most unless said. */
  warmUp?: number;
}

/** Spoke and its floor in turns, after a while of each that does not count. */
export async function inTurns({ connections, units, rounds, seconds, floor, spoke, clear, warmUp = Math.min(2, seconds) }: Turns, pids: Record<string, () => number[]>): Promise<Pair[]> {
  await clear?.();
  await measure(connections, Math.min(1, seconds), units, floor);
  await clear?.();
  await measure(connections, warmUp, units, spoke);
  const turn = async (work: (worker: number) => Promise<void>): Promise<Rate> => {
    await clear?.();
    return await measure(connections, seconds, units, work, pids);
  };
  const pairs: Pair[] = [];
  // Each is the first one of every other round: what a turn leaves behind burdens both alike.
  for (let round = 0; round < rounds; round++) {
    const isFloorFirst = round % 2 === 0;
    const first = await turn(isFloorFirst ? floor : spoke);
    const second = await turn(isFloorFirst ? spoke : floor);
    pairs.push(isFloorFirst ? { floor: first, spoke: second } : { floor: second, spoke: first });
  }
  await clear?.();
  return pairs;
}

export const medianRate = (pairs: Pair[], of: 'floor' | 'spoke'): number => median(pairs.map((pair) => pair[of].perSecond));
export const medianRatio = (pairs: Pair[]): number => median(pairs.map((pair) => pair.spoke.perSecond / pair.floor.perSecond));
export const medianCpu = (pairs: Pair[], of: 'floor' | 'spoke', process: string): string => median(pairs.map((pair) => pair[of].cpu[process]!)).toFixed(2);

/** The processes whose time is counted. */
export const countedProcesses = (server: PostgresServer, program: Program): Record<string, () => number[]> =>
  ({ postgres: () => processTree(server.process.pid!), spoke: () => processTree(program.pid), client: () => [process.pid] });

export const perSecond = (pairs: Pair[], what: string, goal: string): Finding => ({
  what, floor: `${Math.round(medianRate(pairs, 'floor'))}/s`, spoke: `${Math.round(medianRate(pairs, 'spoke'))}/s`, ratio: medianRatio(pairs), goal,
});
