// Reads and updates over HTTP at 4 connections: get, batch read of 100, a list page of 100, batch update of 100 (two
// properties changed), batch upsert of 100 that are there, by email. Beside each its floor: the same rows of the same
// table by one select, or the same change by one `update ... from`, through node-postgres, without HTTP or Spoke. In
// turns, in one run; last, what authentication adds to a get. `--only NAME` runs one of them, `--profile` says where Spoke's
// time goes, `--seconds N` per measurement.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { measureAuthentication } from './authentication.ts';
import { summarise } from './profile.ts';
import { countedProcesses, createDatabase, inTurns, medianCpu, medianRate, medianRatio, openPool, perSecond, send, withServer, type Finding, type PostgresServer } from './setup.ts';
import { openConnection, printTable, startProgram, type Connection, type Program } from './support.ts';

interface Options { seconds: number; rounds: number; only: string | undefined; profile: boolean }

const CONNECTIONS = 4;
const RECORDS = 20_000;
const BATCH = 100;

const PATH = '/crm/v3/objects/contacts';
const NAMES = ['email', 'firstname', 'lastname', 'phone', 'company', 'jobtitle', 'website', 'address', 'city', 'state', 'zip', 'country'];
const QUERY = `properties=${NAMES.join(',')}`;
const emailOf = (n: number): string => `contact.${n}@customer-${n % 997}.example.com`;

const contact = (n: number): object => ({
  email: emailOf(n), firstname: `Ada ${n}`, lastname: 'Lovelace', phone: `+41 44 123 ${n % 10_000}`, company: 'Analytical Engines', jobtitle: 'Engineer',
  website: `https://www.example.com/people/${n}`, address: `Bahnhofstrasse ${n % 100}`, city: 'Zurich', state: 'ZH', zip: `${8000 + (n % 100)}`, country: 'Switzerland',
});

/** A contact that is there: its place among all, and its id. */
interface Made { n: number; id: string }

async function makeContacts(program: Program): Promise<Made[]> {
  const made: Made[] = [];
  for (let at = 0; at < RECORDS; at += BATCH) {
    const inputs = Array.from({ length: BATCH }, (_, i) => ({ properties: contact(at + i) }));
    const { results } = await send<{ results: { id: string }[] }>(program, 'POST', `${PATH}/batch/create`, { inputs }, 201);
    made.push(...results.map(({ id }, i) => ({ n: at + i, id })));
  }
  return made;
}

let serial = 0;

/** Picks at random among the worker's own contacts, so that no two workers want one at once. */
const pickOne = (all: Made[], worker: number): Made => all[Math.floor(Math.random() * (all.length / CONNECTIONS)) * CONNECTIONS + worker]!;

function pickMany(all: Made[], worker: number): Made[] {
  const places = all.length / CONNECTIONS;
  const first = Math.floor(Math.random() * places);
  // Spread over the table, each once.
  return Array.from({ length: BATCH }, (_, i) => all[((first + i * 37) % places) * CONNECTIONS + worker]!);
}

interface Case {
  name: string;
  /** Records of a call. */
  units: number;
  spoke: (send: Connection['send'], worker: number) => Promise<number>;
  floor: (pool: pg.Pool, worker: number) => Promise<{ rowCount: number | null }>;
}

const COLUMNS = 'select id, properties, version, created_at, updated_at, archived_at from record';
const OF_CONTACTS = `portal_id = $1 and object_type = '0-1' and archived_at is null`;

function casesFor(all: Made[], portalId: number): Case[] {
  const bucket = Number(all[0]!.id) % 4096;
  const pageable = all.slice(0, -BATCH);
  const change = (): string => `"jobtitle":"Engineer ${++serial}","city":"Zurich ${serial}"`;
  const floorUpdate = async (pool: pg.Pool, worker: number): Promise<{ rowCount: number | null }> => {
    const some = pickMany(all, worker);
    return await pool.query({
      name: 'floor-update',
      text: `update record r set properties = r.properties || u.changes, version = r.version + 1, updated_at = $4
        from rows from (unnest($3::bigint[]), jsonb_array_elements($5::jsonb)) as u (id, changes) where r.bucket = $2 and r.id = u.id and r.${OF_CONTACTS}`,
      values: [portalId, bucket, `{${some.map(({ id }) => id).join()}}`, new Date().toISOString(), `[${some.map(() => `{${change()}}`).join()}]`],
    });
  };
  return [
    {
      name: 'get', units: 1,
      spoke: (send, worker) => send('GET', `${PATH}/${pickOne(all, worker).id}?${QUERY}`),
      floor: (pool, worker) => pool.query({
        name: 'floor-get', text: `${COLUMNS} where bucket = $2 and id = $3 and ${OF_CONTACTS}`, values: [portalId, bucket, pickOne(all, worker).id],
      }),
    },
    {
      name: 'batch read', units: BATCH,
      spoke: (send, worker) => send('POST', `${PATH}/batch/read`, `{"properties":${JSON.stringify(NAMES)},"inputs":[${pickMany(all, worker).map(({ id }) => `{"id":"${id}"}`).join()}]}`),
      floor: (pool, worker) => pool.query({
        name: 'floor-read', text: `${COLUMNS} where bucket = $2 and id = any($3::bigint[]) and ${OF_CONTACTS}`,
        values: [portalId, bucket, `{${pickMany(all, worker).map(({ id }) => id).join()}}`],
      }),
    },
    {
      name: 'list', units: BATCH,
      spoke: (send, worker) => send('GET', `${PATH}?limit=${BATCH}&after=${pickOne(pageable, worker).id}&${QUERY}`),
      floor: (pool, worker) => pool.query({
        name: 'floor-list', text: `${COLUMNS} where bucket = $2 and id >= $3 and ${OF_CONTACTS} order by id limit ${BATCH}`,
        values: [portalId, bucket, pickOne(pageable, worker).id],
      }),
    },
    {
      name: 'batch update', units: BATCH,
      spoke: (send, worker) => send('POST', `${PATH}/batch/update`, `{"inputs":[${pickMany(all, worker).map(({ id }) => `{"id":"${id}","properties":{${change()}}}`).join()}]}`),
      floor: floorUpdate,
    },
    {
      name: 'batch upsert', units: BATCH,
      spoke: (send, worker) => send('POST', `${PATH}/batch/upsert`,
        `{"inputs":[${pickMany(all, worker).map(({ n }) => `{"id":"${emailOf(n)}","idProperty":"email","properties":{${change()}}}`).join()}]}`),
      floor: floorUpdate,
    },
  ];
}

const GOALS: Record<string, string> = { get: '>= 0.5', 'batch read': '>= 0.6', 'batch update': '>= 0.4', 'batch upsert': '>= 0.4' };

/** Prints the table of reads and updates; hands on the rates. */
export async function benchRecords(server: PostgresServer, { seconds, rounds, only, profile }: Options): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spoke-profile-'));
  const databaseUrl = await createDatabase(server.address, 'records');
  const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl }, profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);
  const all = await makeContacts(program);
  const pool = openPool(databaseUrl, CONNECTIONS);
  await pool.query('vacuum analyze record');
  const { rows: [first] } = await pool.query<{ portal_id: string }>('select portal_id from record limit 1');
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(program.url)));

  const table: (string | number)[][] = [];
  const findings: Finding[] = [];
  for (const { name, units, spoke, floor } of casesFor(all, Number(first!.portal_id))) {
    if (only !== undefined && only !== name) continue;
    const callSpoke = async (worker: number): Promise<void> => {
      const status = await spoke(connections[worker]!.send, worker);
      if (status !== 200) throw new Error(`${name} answered ${status}`);
    };
    const callFloor = async (worker: number): Promise<void> => {
      const { rowCount } = await floor(pool, worker);
      if (rowCount !== units) throw new Error(`the floor of ${name} met ${rowCount} rows`);
    };
    const pairs = await inTurns({ connections: CONNECTIONS, units, rounds, seconds, floor: callFloor, spoke: callSpoke }, countedProcesses(server, program));
    findings.push(perSecond(pairs, name, GOALS[name] ?? ''));
    table.push([
      name, Math.round(medianRate(pairs, 'floor')), Math.round(medianRate(pairs, 'spoke')), medianRatio(pairs).toFixed(2),
      ...['postgres', 'spoke', 'client'].map((process) => medianCpu(pairs, 'spoke', process)), ...['postgres', 'client'].map((process) => medianCpu(pairs, 'floor', process)),
    ]);
  }
  console.log(`\nRecords a second at ${CONNECTIONS} connections, median of ${rounds} rounds of ${seconds} s; CPU ms per call`);
  printTable(['', 'floor', 'spoke', 'ratio', 'cpu postgres', 'cpu spoke', 'cpu client', 'floor cpu postgres', 'floor cpu client'], table);
  if (only === undefined || only === 'get') {
    const share = await measureAuthentication(databaseUrl, Number(first!.portal_id), () => `${PATH}/${pickOne(all, 0).id}?${QUERY}`, seconds, rounds);
    console.log(`\nA get without HTTP: ${share.getMicroseconds.toFixed(0)} µs, of them ${share.addedMicroseconds.toFixed(1)} µs (${share.percent.toFixed(1)} %) `
      + 'to know the caller and to count the call');
  }
  connections.forEach((connection) => connection.close());
  await pool.end();
  await program.stop();
  if (profile) {
    console.log('\nWhere Spoke\'s own time goes (CPU profile of the whole run)');
    summarise(folder);
  }
  rmSync(folder, { recursive: true, force: true });
  return findings;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '3' }, only: { type: 'string' }, profile: { type: 'boolean', default: false } } });
  await withServer((server) => benchRecords(server, { seconds: Number(values.seconds), rounds: Number(values.rounds), only: values.only, profile: values.profile }));
}
