// Several processes that answer on one port, on a Postgres server: to a client they are one, whichever of them dies.

import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, startProgram } from '../support/program.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const TOKEN = 'several-processes';

// Processes are looked up where Linux has them.
describe.runIf(inject('database') === 'postgres' && process.platform === 'linux')('several processes', () => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await openTestDatabase();
    settings = { SPOKE_DATABASE_URL: database.url!, SPOKE_TOKEN: TOKEN, SPOKE_PROCESSES: '2' };
  });
  afterAll(async () => await database.close());

  /** Over a connection of its own: they go to the processes in turn. */
  async function send(program: Program, method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const agent = new Agent({ keepAlive: false });
    return await new Promise((resolve, reject) => {
      const sent = ask(`${program.url}${path}`, { method, agent, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode!, body: text && JSON.parse(text) }));
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** What a process started; of one that is gone, nothing. */
  const startedBy = (pid: number): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((one) => {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state !== 'Z' && Number(parent) === pid;
    } catch {
      return false;
    }
  });
  const isThere = (pid: number): boolean => readdirSync('/proc').includes(String(pid));
  const statuses = async (program: Program): Promise<Set<number>> => new Set((await Promise.all(Array.from({ length: 8 }, () => send(program, 'GET', CONTACTS)))).map(({ status }) => status));

  test('make records with ascending ids, whoever makes them, and find at once what another has written', async () => {
    const program = await startProgram(settings);
    expect(startedBy(program.pid)).toHaveLength(2);
    const ids: number[] = [];
    for (let n = 0; n < 12; n++) {
      const made = n % 3 === 0 ? await send(program, 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: { lastname: `Byron ${n}` } }, { properties: { lastname: `Byron ${n}` } }] })
        : await send(program, 'POST', CONTACTS, { properties: { lastname: `Byron ${n}` } });
      expect(made.status).toBe(201);
      const results: { id: string }[] = made.body.results ?? [made.body];
      ids.push(...results.map(({ id }) => Number(id)));
      const { body } = await send(program, 'POST', `${CONTACTS}/search`, { filters: [{ propertyName: 'lastname', operator: 'EQ', value: `byron ${n}` }] });
      expect(body.results.map((one: { id: string }) => one.id)).toEqual(results.map(({ id }) => id));
    }
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect((await send(program, 'GET', `${CONTACTS}?limit=100`)).body.results.map((one: { id: string }) => Number(one.id))).toEqual(ids);

    const workers = startedBy(program.pid);
    expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(workers.filter(isThere)).toEqual([]);
    expect(program.stderr()).toBe('');
  });

  test('finish what they are at when they are told to stop, by whatever a terminal tells all of them', async () => {
    const program = await startProgram(settings);
    const sent = Array.from({ length: 6 }, async (_, n) => await send(program, 'POST', `${CONTACTS}/batch/create`, {
      inputs: Array.from({ length: 100 }, (_, i) => ({ properties: { email: `last.${n}.${i}@example.org` } })),
    }));
    await expect.poll(() => database.db.query({ text: `select 1 from unique_value where value like 'last.%' limit 1`, values: [] })).toHaveLength(1);
    for (const pid of startedBy(program.pid)) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
    expect(await program.stop('SIGINT')).toEqual({ code: 0, signal: null });
    // One that had no connection yet hears that nobody is there; none is cut off.
    const ends = await Promise.allSettled(sent);
    expect(ends.filter((end) => end.status === 'fulfilled').map((end) => end.value.status)).toContain(201);
    expect(ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as { code?: string }).code] : [])).filter((code) => code !== 'ECONNREFUSED')).toEqual([]);
  });

  test('take the place of one that died', async () => {
    const program = await startProgram(settings);
    for (let deaths = 1; deaths <= 2; deaths++) {
      const [victim, other] = startedBy(program.pid);
      process.kill(victim!, 'SIGKILL');
      await expect.poll(() => startedBy(program.pid)).toEqual([other]);
      expect(await statuses(program)).toEqual(new Set([200]));
      await expect.poll(() => startedBy(program.pid).length, { timeout: 10_000 }).toBe(2);
    }
    // The new ones listen, and make records too.
    await expect.poll(async () => await statuses(program)).toEqual(new Set([200]));
    for (let n = 0; n < 6; n++) expect((await send(program, 'POST', CONTACTS, { properties: { lastname: 'King' } })).status).toBe(201);
    const lines = program.stderr().trim().split('\n').map((line) => JSON.parse(line) as { msg: string; signal: string });
    expect(lines).toMatchObject([1, 2].map(() => ({ msg: 'a process ended, another takes its place', signal: 'SIGKILL' })));
    expect((await program.stop()).code).toBe(0);
  });

  test('are gone when the one that started them is', async () => {
    const program = await startProgram(settings);
    const workers = startedBy(program.pid);
    expect(workers).toHaveLength(2);
    expect(await program.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await expect.poll(() => workers.filter(isThere), { timeout: 5_000 }).toEqual([]);
    await expect(send(program, 'GET', CONTACTS)).rejects.toThrow('ECONNREFUSED');
  });

  test('answer an error when there are no numbers for records to be had, and go on after it', async () => {
    const program = await startProgram({ ...settings, SPOKE_LOG_LEVEL: 'silent' });
    const create = async (): Promise<number> => (await send(program, 'POST', CONTACTS, { properties: { lastname: 'Babbage' } })).status;
    await database.db.script('alter table counter rename to counter_away');
    expect([await create(), await create()]).toEqual([500, 500]);
    await database.db.script('alter table counter_away rename to counter');
    expect([await create(), await create()]).toEqual([201, 201]);
    await program.stop();
  });

  test('are as many as was said', async () => {
    for (const [said, count] of [['1', 0], ['3', 3]] as const) {
      const program = await startProgram({ ...settings, SPOKE_PROCESSES: said });
      expect(startedBy(program.pid)).toHaveLength(count);
      expect(await statuses(program)).toEqual(new Set([200]));
      expect((await program.stop()).code).toBe(0);
    }
  });
});
