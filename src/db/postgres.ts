// A Postgres server (15 or newer, or anything that speaks its protocol and SQL) through node-postgres.

import pg from 'pg';
import { parseTimestamp, retryingDeadlocks, type Db, type Queryable, type Statement } from './db.ts';

const INT8 = 20;
const TIMESTAMPTZ = 1184;
const INT8_ARRAY: number = 1016;
/** `{1,2}`: the general parser goes letter by letter, which takes ten times as long. There are no nulls and no arrays of arrays. */
const parseIntegers = (text: string): number[] => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));

const customParsers: Record<number, (text: string) => unknown> = {
  [INT8]: Number, [TIMESTAMPTZ]: parseTimestamp, [INT8_ARRAY]: parseIntegers,
};
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && customParsers[oid]) || pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export interface PostgresOptions {
  url: string;
  /** Connections at most. Ten is enough for one process: Postgres works on a few statements at a time anyway. */
  connections?: number;
  /** Milliseconds to wait for one of them: five seconds. */
  patience?: number;
  /** Told of connections that break while nobody uses them. */
  onIdleError?: (error: Error) => void;
}

/** Opens a pool. The first statement, not this call, finds out whether the server is there. */
export function openPostgres(options: PostgresOptions): Db {
  const { connections: max = 10, patience = 5_000 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    connectionTimeoutMillis: patience,
    application_name: 'spoke',
    options: '-c timezone=UTC -c statement_timeout=60000',
    types,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  const inTurn = takeTurns(Math.ceil(max * BULK_SHARE), patience);

  return {
    query: (statement) => retryingDeadlocks(() => (statement.bulk ? inTurn(() => runAlone(pool, statement)) : runAlone(pool, statement))),
    transaction: (work) => retryingDeadlocks(() => inTransaction(pool, work)),
    maintain: (statements) => maintain(pool, statements),
    alone: (work, isOver) => alone(pool, work, isOver),
    concurrent: true,
    shared: true,
    script: async (text) => {
      await pool.query(text);
    },
    close: () => pool.end(),
  };
}

/**
 * The part of the connections that statements which write a batch may have at once, outside of transactions. With more they write
 * no more records, on two cores, and short statements wait behind all of them: beside 16 clients that create batches a get took 37
 * to 47 ms while they had all ten, 0.5 to 3 ms since they have four (medians; of 95 % up to 90 to 130, now 23 to 32).
 */
const BULK_SHARE = 0.4;

/** Runs at most so many of what it is handed at once, the others in the order in which they came; who has waited too long fails as at the pool. */
function takeTurns(count: number, patience: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting = new Set<() => void>();
  const wait = async (): Promise<void> => await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(go);
      reject(new Error('timeout exceeded when trying to connect'));
    }, patience);
    const go = (): void => {
      clearTimeout(timer);
      waiting.delete(go);
      resolve();
    };
    waiting.add(go);
  });
  return async (work) => {
    if (free > 0) free--;
    else await wait();
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next) next();
      else free++;
    }
  };
}

async function maintain(pool: pg.Pool, statements: string[]): Promise<void> {
  await onConnection(pool, async (client) => {
    await client.query('set statement_timeout = 0');
    for (const statement of statements) await client.query(statement);
  }, 'reset statement_timeout');
}

/** Of whoever works on indexes; any number that nobody else in the database uses. */
const ALONE = 5_704_102_711;
const LOOK_AGAIN_MS = 200;

/** Asked for again and again: a statement that waited for the lock would be waited for by whoever has it and makes an index. */
async function alone(pool: pg.Pool, work: () => Promise<void>, isOver: () => boolean): Promise<void> {
  await onConnection(pool, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [ALONE]);
      if (rows[0]!.mine) return await work();
      if (isOver()) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }, 'select pg_advisory_unlock_all()');
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return await onConnection(pool, async (client) => {
    await client.query('begin');
    const result = await work({ query: (statement) => run(client, statement) });
    await client.query('commit');
    return result;
  }, undefined, 'rollback');
}

/**
 * One connection for several statements. `after` is run at its end, or `instead` when that is an error: a connection that cannot even do that is
 * thrown away instead of going back to the pool.
 */
async function onConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>, after: string | undefined, instead = after): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two statements says so here, and without a listener it would end the program.
  const onBreak = (error: Error): void => void (broken = error);
  client.on('error', onBreak);
  const clean = async (statement: string | undefined): Promise<void> => {
    if (statement !== undefined) await client.query(statement).catch((failure: Error) => (broken = failure));
  };
  try {
    const result = await work(client);
    await clean(after);
    return result;
  } catch (error) {
    await clean(instead);
    throw error;
  } finally {
    if (!broken) client.off('error', onBreak);
    client.release(broken);
  }
}

/** Node-postgres copies a statement that comes as an object property by property, a twentieth of a get; a Query it takes as it is. */
async function runAlone<Row>(pool: pg.Pool, { text, values, name }: Statement): Promise<Row[]> {
  const query = Object.assign(new pg.Query(text, values), { name });
  const result = await (pool.query(query) as unknown as Promise<pg.QueryResult>);
  return result.rows as Row[];
}

async function run<Row>(at: pg.PoolClient, statement: Statement): Promise<Row[]> {
  const result = await at.query(statement);
  return result.rows as Row[];
}
