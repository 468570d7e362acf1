// kill -9 in the middle of batch creates: what was answered is there, whole, and no batch is there in part.

import { afterAll, describe, expect, inject, test } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-runner.ts';
import { type Program, request, startProgram, temporaryFolder } from '../support/program.ts';

const CONTACTS = '/crm/v3/objects/contacts';
const SIZE = 100;
const CONNECTIONS = 4;

const emailOf = (batch: string, n: number): string => `${batch}-${n}@example.org`;

interface Sent {
  batch: string;
  /** Undefined when no answer came. */
  answer: { status: number; body: { status: string; message: string; correlationId: string } } | undefined;
}

/** Sends batches over several connections until told to stop; `onAnswer` hears of each answer. */
async function stream(program: Program, token: string, name: string, goOn: () => boolean, onAnswer: (sent: Sent) => void): Promise<Sent[]> {
  const all: Sent[] = [];
  await Promise.all(Array.from({ length: CONNECTIONS }, async (_, connection) => {
    for (let n = 0; goOn(); n++) {
      const sent: Sent = { batch: `${name}-${connection}-${n}`, answer: undefined };
      all.push(sent);
      const inputs = Array.from({ length: SIZE }, (_, i) => ({ properties: { email: emailOf(sent.batch, i), company: sent.batch, firstname: `contact ${i}` } }));
      sent.answer = await request(program, token, 'POST', `${CONTACTS}/batch/create`, { inputs }).catch(() => undefined);
      onAnswer(sent);
    }
  }));
  return all;
}

/** How many contacts of each batch the list operation shows. */
async function countByBatch(program: Program, token: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (let after: string | undefined = ''; after !== undefined;) {
    const { body } = await request(program, token, 'GET', `${CONTACTS}?limit=100&properties=company${after}`);
    for (const { id, properties } of body.results as { id: string; properties: { company: string } }[]) {
      expect(seen.has(id)).toBe(false);
      seen.add(id);
      counts.set(properties.company, (counts.get(properties.company) ?? 0) + 1);
    }
    after = body.paging && `&after=${body.paging.next.after}`;
  }
  return counts;
}

/** Every answered batch is there whole, none in part; unique values say the same as records. */
async function expectWhole(program: Program, token: string, sent: Sent[]): Promise<void> {
  const counts = await countByBatch(program, token);
  for (const [batch, count] of counts) expect({ batch, count }).toEqual({ batch, count: SIZE });
  const answered = sent.filter((one) => one.answer?.status === 201);
  for (const { batch } of answered) expect(counts.get(batch), batch).toBe(SIZE);

  for (const { batch } of sent.slice(-2 * CONNECTIONS)) {
    const again = await request(program, token, 'POST', `${CONTACTS}/batch/create`, { inputs: [{ properties: { email: emailOf(batch, 50) } }] });
    expect({ batch, status: again.status }).toEqual({ batch, status: counts.has(batch) ? 409 : 201 });
  }
  // Ids are not given out twice either.
  let enough = false;
  const more = await stream(program, token, 'after', () => !enough, () => (enough = true));
  expect(more.map((one) => one.answer?.status)).toEqual(more.map(() => 201));
}

async function killSpokeAndLook(settings: Record<string, string>): Promise<void> {
  const first = await startProgram(settings);
  const { token } = first;
  let answers = 0;
  let cut = false;
  const sent = await stream(first, token, 'batch', () => !cut, (one) => {
    if (one.answer?.status === 201 && ++answers === 8) void first.stop('SIGKILL');
    if (!one.answer) cut = true;
  });
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

  const second = await startProgram(settings);
  await expectWhole(second, token, sent);
  expect(await second.stop()).toEqual({ code: 0, signal: null });
}

describe.runIf(inject('database') === 'pglite')('an embedded database', () => {
  test('keeps what it answered when the program is killed', async () => {
    const folder = temporaryFolder();
    await killSpokeAndLook({ SPOKE_DATA_DIR: folder.path });
    folder.remove();
  });
});

describe.runIf(inject('database') === 'postgres')('a Postgres server', () => {
  let server: PostgresServer | undefined;
  afterAll(async () => await server?.stop());

  async function newDatabase(name: string): Promise<Record<string, string>> {
    // With fsync: what it answers, it has.
    server ??= await startPostgres();
    const admin = openPostgres({ url: `${server.address}/postgres`, connections: 1 });
    await admin.script(`create database ${name}`);
    await admin.close();
    return { SPOKE_DATABASE_URL: `${server.address}/${name}` };
  }

  test('keeps what Spoke answered when Spoke is killed', async () => {
    await killSpokeAndLook(await newDatabase('killed_spoke'));
  });

  test('keeps it when the server is killed; Spoke says 503 meanwhile and recovers by itself', async () => {
    const program = await startProgram(await newDatabase('killed_server'));
    const { token } = program;
    let created = 0;
    let refused = 0;
    const sent = await stream(program, token, 'batch', () => refused < 20, (one) => {
      if (one.answer?.status === 201 && ++created === 8) void server!.kill();
      if (one.answer?.status !== 201) refused++;
    });
    const others = sent.flatMap(({ answer }) => (answer?.status === 201 ? [] : [answer]));
    for (const answer of others) {
      expect(answer).toMatchObject({ status: 503, body: { status: 'error', message: 'The service is temporarily unavailable, try again', correlationId: expect.any(String) } });
    }
    expect((await fetch(`${program.url}/health`)).status).toBe(503);

    await server!.restart();
    await expect.poll(async () => (await request(program, token, 'GET', CONTACTS)).status, { timeout: 15_000 }).toBe(200);
    await expectWhole(program, token, sent);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
  });
});
