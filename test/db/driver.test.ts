// What the rest of the program may count on from either driver: types on the way in and out, transactions, retries.

import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { errorCode, isUnreachable, parseTimestamp, prepared, toJsonb, type Db, type Queryable } from '../../src/db/db.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  await db.script('create table note (id bigint primary key, text text); create table other (id int); insert into note values (1, null), (2, null);');
});
afterAll(() => database.close());

const notes = async (at: Queryable = db): Promise<unknown> => await at.query(sql`select id, text from note order by id`);

describe('values', () => {
  test('int8 comes back as a number, up to 2^53 - 1', async () => {
    const rows = await db.query(sql`select ${Number.MAX_SAFE_INTEGER}::bigint as big, count(*) as count, 7::int as small, -1::bigint as negative, null::bigint as none from note`);
    expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER, count: 2, small: 7, negative: -1, none: null }]);
  });

  test('timestamptz comes back in UTC with three decimals, whatever was written', async () => {
    const [row] = await db.query(sql`select ${'2026-10-02T09:00:00.000Z'}::timestamptz as whole, ${'2026-03-29T03:30:00.120+02:00'}::timestamptz as offset,
      '1969-12-31 23:59:59.999+00'::timestamptz as before, '2026-10-02 09:00:00.123456+00'::timestamptz as micro, null::timestamptz as none`);
    expect(row).toEqual({
      whole: '2026-10-02T09:00:00.000Z', offset: '2026-03-29T01:30:00.120Z', before: '1969-12-31T23:59:59.999Z', micro: '2026-10-02T09:00:00.123Z', none: null,
    });
    expect(parseTimestamp('2026-11-21 08:15:30.12+00')).toBe('2026-11-21T08:15:30.120Z');
  });

  test('jsonb goes in as text and comes back as a value', async () => {
    const value = { text: 'é😀 "quoted" \\ \n', number: 1.5, list: [1, null, { deep: true }], empty: {} };
    const [row] = await db.query(sql`select ${JSON.stringify(value)}::jsonb as value, ${toJsonb({ a: 'x\0y', b: '\uD800' })}::jsonb as odd`);
    expect(row).toEqual({ value, odd: { a: 'x\uFFFDy', b: '\uFFFD' } });
  });

  test('arrays go in and come back', async () => {
    const texts = ['plain', '', 'with, comma', '{"}', 'NULL', 'back\\slash', 'é😀'];
    const [row] = await db.query(sql`select ${texts}::text[] as texts, ${[1, 2]}::bigint[] as ids, ${[3]}::int[] as ints, ${[]}::bigint[] as none`);
    expect(row).toEqual({ texts, ids: [1, 2], ints: [3], none: [] });
  });

  test('booleans and small integers', async () => {
    expect(await db.query(sql`select true as yes, 3::smallint as small`)).toEqual([{ yes: true, small: 3 }]);
  });

  test('a named statement takes other values each time', async () => {
    const named = async (id: number) => await db.query(prepared('driver-test', sql`select id from note where id = ${id}::bigint`));
    expect([await named(1), await named(2), await named(3), await named(1)]).toEqual([[{ id: 1 }], [{ id: 2 }], [], [{ id: 1 }]]);
  });

  test('a failure carries its SQLSTATE', async () => {
    expect(errorCode(await db.query(sql`select 1 / 0`).catch((error: unknown) => error))).toBe('22012');
    expect(errorCode(await db.query(sql`insert into note values (1, '')`).catch((error: unknown) => error))).toBe('23505');
    expect(errorCode(new Error('x'))).toBeUndefined();
    expect(errorCode(null)).toBeUndefined();
  });
});

describe('transactions', () => {
  test('a commit keeps everything and gives the answer', async () => {
    expect(await db.transaction(async (tx) => {
      await tx.query(sql`insert into other values (1)`);
      return await tx.query(sql`select count(*) as count from other`);
    })).toEqual([{ count: 1 }]);
    expect(await db.query(sql`select * from other`)).toEqual([{ id: 1 }]);
  });

  test('a throw, of the program or of Postgres, takes everything back', async () => {
    const before = await notes();
    await expect(db.transaction(async (tx) => {
      await tx.query(sql`update note set text = 'gone'`);
      throw new Error('thought better of it');
    })).rejects.toThrow('thought better of it');
    await expect(db.transaction(async (tx) => {
      await tx.query(sql`update note set text = 'gone'`);
      await tx.query(sql`insert into note values (1, 'double')`);
    })).rejects.toMatchObject({ code: '23505' });
    expect(await notes()).toEqual(before);
  });

  test('many at once, more than there are connections, all get their turn', async () => {
    await Promise.all(Array.from({ length: 40 }, () => db.transaction(async (tx) => {
      await tx.query(sql`update note set text = (coalesce(text, '0')::int + 1)::text where id = 2`);
    })));
    expect(await db.query(sql`select text from note where id = 2`)).toEqual([{ text: '40' }]);
  });
});

describe.runIf(inject('database') === 'postgres')('a server', () => {
  /** Resolves once both have called it. */
  function meeting(): () => Promise<void> {
    const both = Promise.withResolvers<void>();
    let waiting = 0;
    return async () => {
      if (++waiting >= 2) both.resolve();
      await both.promise;
    };
  }

  test('the victim of a deadlock runs again', async () => {
    const met = meeting();
    let attempts = 0;
    const swap = async (first: number, second: number): Promise<void> => await db.transaction(async (tx) => {
      attempts++;
      await tx.query(sql`set local deadlock_timeout = '20ms'`);
      await tx.query(sql`update note set text = ${String(first)} where id = ${first}::bigint`);
      await met();
      await tx.query(sql`update note set text = ${String(first)} where id = ${second}::bigint`);
    });
    await Promise.all([swap(1, 2), swap(2, 1)]);
    expect(attempts).toBe(3);
    expect([[{ id: 1, text: '1' }, { id: 2, text: '1' }], [{ id: 1, text: '2' }, { id: 2, text: '2' }]]).toContainEqual(await notes());
  });

  test('a serialization failure runs again, and sees what the other did', async () => {
    const met = meeting();
    let attempts = 0;
    await db.query(sql`update note set text = '0'`);
    const add = async (): Promise<void> => await db.transaction(async (tx) => {
      attempts++;
      await tx.query(sql`set transaction isolation level repeatable read`);
      const [row] = await tx.query<{ text: string }>(sql`select text from note where id = 1`);
      await met();
      await tx.query(sql`update note set text = ${String(Number(row!.text) + 1)} where id = 1`);
    });
    await Promise.all([add(), add()]);
    expect(attempts).toBe(3);
    expect(await db.query(sql`select text from note where id = 1`)).toEqual([{ text: '2' }]);
  });

  test('what fails every time is given up after five attempts, anything else after one', async () => {
    let attempts = 0;
    const failing = async (state: string): Promise<void> => await db.transaction(async (tx) => {
      attempts++;
      await tx.query({ text: `do $$ begin raise exception 'no' using errcode = '${state}'; end $$`, values: [] });
    });
    await expect(failing('40001')).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(5);
    await expect(failing('23514')).rejects.toMatchObject({ code: '23514' });
    expect(attempts).toBe(6);
  });

  test('a connection that is cut fails as unreachable, and the next statement has another', async () => {
    const told: Error[] = [];
    const one = openPostgres({ url: database.url!, connections: 1, onIdleError: (error) => told.push(error) });
    const cut = one.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await db.query(sql`select pg_terminate_backend(${row!.pid}::int)`);
      // Broken by now, or breaking as it is used: both are met.
      for (let n = 0; n < 100; n++) await tx.query(sql`select 1`);
    });
    expect(isUnreachable(await cut.catch((error: unknown) => error))).toBe(true);
    const idleInTransaction = one.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await db.query(sql`select pg_terminate_backend(${row!.pid}::int)`);
      await expect.poll(async () => await db.query(sql`select 1 from pg_stat_activity where pid = ${row!.pid}::int`)).toEqual([]);
      await new Promise((resolve) => setImmediate(resolve));
      await tx.query(sql`select 1`);
    });
    expect(isUnreachable(await idleInTransaction.catch((error: unknown) => error))).toBe(true);
    expect(await one.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);

    // One that nobody uses.
    const [row] = await one.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await db.query(sql`select pg_terminate_backend(${row!.pid}::int)`);
    await expect.poll(() => told.length).toBeGreaterThan(0);
    expect(await one.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await one.close();
  });

  test('two processes that want to be alone take turns, and who waits may change its mind', async () => {
    const other = openPostgres({ url: database.url!, connections: 2 });
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const log: string[] = [];
    const first = db.alone(async () => {
      begun.resolve();
      await ended.promise;
      log.push('first');
      throw new Error('gone wrong');
    }, () => false);
    await begun.promise;
    let asked = 0;
    await other.alone(async () => void log.push('never'), () => ++asked === 2);
    const second = other.alone(async () => void log.push('second'), () => false);
    expect(log).toEqual([]);
    ended.resolve();
    await expect(first).rejects.toThrow('gone wrong');
    await second;
    expect(log).toEqual(['first', 'second']);
    // Nothing is held any longer.
    await db.alone(async () => void log.push('third'), () => true);
    expect(log).toEqual(['first', 'second', 'third']);
    await other.close();
  });

  test('a server that is not there is unreachable', async () => {
    const nowhere = openPostgres({ url: 'postgres://spoke@127.0.0.1:1/spoke' });
    expect(isUnreachable(await nowhere.query(sql`select 1`).catch((error: unknown) => error))).toBe(true);
    await nowhere.close();
    expect(isUnreachable(new Error('anything else'))).toBe(false);
  });
});

describe.runIf(inject('database') === 'postgres')('bulk statements', () => {
  const insert = async (at: Db, id: number): Promise<unknown> => await at.query({ text: `insert into note values ($1, 'bulk')`, values: [id], bulk: true }).catch((error: unknown) => error);
  const removeBulk = async (): Promise<unknown[]> => await db.query(sql`delete from note where text = 'bulk' returning id`);

  /** Runs it while nobody can write notes. */
  const whileLocked = async (work: () => Promise<void>): Promise<void> => await db.transaction(async (tx) => {
    await tx.query(sql`lock table note`);
    await work();
  });

  test('however many wait, a short statement finds a connection; one that fails gives its turn on', async () => {
    const other = openPostgres({ url: database.url!, connections: 5 });
    let waiting: Promise<unknown>[] = [];
    await whileLocked(async () => {
      waiting = [1, 1, 1, 11, 12, 13, 14, 15].map((id) => insert(other, id));
      expect(await other.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    });
    expect((await Promise.all(waiting)).map((one) => errorCode(one) ?? one)).toEqual(['23505', '23505', '23505', [], [], [], [], []]);
    expect(await removeBulk()).toHaveLength(5);
    await other.close();
  });

  test('who waits too long for a turn is told to come back later, and the others have theirs', async () => {
    const other = openPostgres({ url: database.url!, connections: 1, patience: 300 });
    await other.query(sql`select 1`);
    let first: Promise<unknown> = Promise.resolve();
    await whileLocked(async () => {
      first = insert(other, 21);
      expect((await Promise.all([insert(other, 22), insert(other, 23)])).map(isUnreachable)).toEqual([true, true]);
    });
    expect([await first, await insert(other, 24)]).toEqual([[], []]);
    expect(await removeBulk()).toHaveLength(2);
    await other.close();
  });
});
