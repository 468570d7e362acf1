// 100 contacts of 12 properties a call over HTTP, at 1, 4 and 16 connections, beside the floor: the very rows that Spoke
// writes, put into the same table by one `insert ... returning` per 100 through node-postgres, without HTTP or Spoke.
// Then at 4 connections again, with every index and list of words in place that the searches of searches.ts ask for of contacts;
// what was written goes into the lists beside and after it, which no turn of the floor is burdened with, and which is told by
// itself; and once more what Spoke sends to Postgres then, without HTTP. All in one run on one machine, in turns. Spoke has a process per core, or `--processes N`. `--profile` says where Spoke's time goes. `--seconds N` per measurement, `--rounds N`.
// `--model` measures something else: the same load for a portal with 300 properties of its own, twenty of them calculated
// or bound by rules, beside one without any, on the same server in turns.

import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { defineModel } from './model.ts';
import { BUCKETS } from '../src/db/buckets.ts';
import { migrate } from '../src/db/migrate.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { readTextLists } from '../src/db/search-tail.ts';
import { openMemory } from '../src/db/template.ts';
import { writeRecords } from '../src/db/write-records.ts';
import { summarise } from './profile.ts';
import { BADGE, indexesMade, searchesFor } from './searches.ts';
import {
  countedProcesses, createDatabase, findPlace, inTurns, medianCpu, medianRate, medianRatio, openPool, perSecond, send, withServer, type Finding, type Pair, type PostgresServer,
} from './setup.ts';
import { measure, median, openConnection, printTable, processTree, startProgram, type Program } from './support.ts';

interface Options { seconds: number; rounds: number; connections: number[]; profile: boolean; processes?: number }

const PATH = '/crm/v3/objects/contacts';
const BATCH = 100;
/** Before each turn. */
const REST_MS = 300;
/** Until V8 has compiled what is measured: after searches for words it makes the path of writes anew, at twice the time a batch. */
const WARM_UP = 3;

let serial = 0;

/** A contact of 12 properties, unlike any other: the text of its JSON without the braces. The load must cost little. */
function contact(): string {
  const n = ++serial;
  return `"email":"contact.${n}@customer-${n % 997}.example.com","firstname":"Ada ${n}","lastname":"Lovelace","phone":"+41 44 123 ${n % 10_000}",`
    + `"company":"Analytical Engines","jobtitle":"Engineer","website":"https://www.example.com/people/${n}","address":"Bahnhofstrasse ${n % 100}",`
    + `"city":"Zurich","state":"ZH","zip":"${8000 + (n % 100)}","country":"Switzerland"`;
}

function batchBody(): string {
  let inputs = '';
  for (let i = 0; i < BATCH; i++) inputs += `${i === 0 ? '' : ','}{"properties":{${contact()}}}`;
  return `{"inputs":[${inputs}]}`;
}

async function callSpoke(program: Program, count: number): Promise<(worker: number) => Promise<void>> {
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(program.url)));
  return async (worker) => {
    const status = await connections[worker]!.send('POST', `${PATH}/batch/create`, batchBody());
    if (status !== 201) throw new Error(`batch create answered ${status}`);
  };
}

/** What Spoke stores beyond the written properties, so that the floor writes the same bytes. */
async function addedProperties(program: Program, databaseUrl: string): Promise<string> {
  const written = JSON.parse(`{${contact()}}`) as Record<string, string>;
  await send(program, 'POST', `${PATH}/batch/create`, { inputs: [{ properties: written }] }, 201);
  const pool = openPool(databaseUrl, 1);
  const { rows } = await pool.query<{ properties: Record<string, string> }>(`select properties from record where properties->>'email' = $1`, [written.email]);
  await pool.end();
  return JSON.stringify(Object.fromEntries(Object.entries(rows[0]!.properties).filter(([name]) => !(name in written)))).slice(1, -1);
}

const FLOOR_COLUMNS = 'insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at) values ';
const FLOOR_TEXT = `${FLOOR_COLUMNS}${Array.from({ length: BATCH }, (_, i) => `($1, $2, $3, $${5 + 2 * i}, $${6 + 2 * i}, 1, $4, $4)`).join(', ')} returning id`;
let floorId = 1;

function floorValues(added: string): unknown[] {
  const values: unknown[] = [7, 1, '0-1', new Date().toISOString()];
  for (let i = 0; i < BATCH; i++) values.push(floorId++ * 4096 + 7, `{${contact()},${added}}`);
  return values;
}

/** Searches contacts as searches.ts does, and waits for the indexes that this makes. */
async function makeSearchIndexes(program: Program, databaseUrl: string, forWords: boolean): Promise<string> {
  const pool = openPool(databaseUrl, 1);
  for (const { name, path, body } of searchesFor(10_000, (n) => n)) {
    if (body && path.includes('contacts') && /CONTAINS|query/.test(name) === forWords) await send(program, 'POST', path, body(1), 200);
  }
  const { count, megabytes } = await indexesMade(pool);
  await pool.end();
  return `${count} search indexes of ${megabytes} MB`;
}

/** What Spoke sends to Postgres for a batch, by itself: with its note for lists, without HTTP, rules and answers. */
async function writeAlone(program: Program, pool: pg.Pool, databaseUrl: string, added: string): Promise<{ write: () => Promise<void>; close: () => Promise<void> }> {
  const db = openPostgres({ url: databaseUrl });
  const { portalId, bucket } = await findPlace(program, pool);
  const placement = { portalId: Number(portalId), bucketHome: bucket, bucketSpread: 1 };
  const searchWords = (await readTextLists(db)).get(`${portalId} 0-1`);
  const more = JSON.parse(`{${added}}`) as Record<string, string>;
  // Far from those that Spoke gives.
  let id = 1_000_000_000 * BUCKETS + bucket;
  const write = async (): Promise<void> => {
    const { inputs } = JSON.parse(batchBody()) as { inputs: { properties: Record<string, string> }[] };
    const creates = inputs.map(({ properties }) => ({ id: (id += BUCKETS), properties: Object.assign(properties, more) }));
    await writeRecords(db, placement, {
      objectType: '0-1', at: new Date().toISOString(), source: { type: 'INTEGRATION', id: '1' }, creates, updates: [],
      claims: creates.map((one) => ({ property: 'email', value: one.properties.email!, id: one.id })), releases: [], searchWords,
    });
  };
  return { write, close: () => db.close() };
}

/** Waits until lists of words have all that was written; Spoke looks after them while requests come. */
async function listsComplete(program: Program, pool: pg.Pool): Promise<void> {
  for (;;) {
    await send(program, 'GET', `${PATH}?limit=1`, undefined, 200);
    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from search_tail');
    if (rows[0]!.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What it takes to put into the lists what was written. */
async function describeTakingIn(program: Program, complete: () => Promise<void>, seconds: number, pids: Record<string, () => number[]>): Promise<string> {
  const spoke = await callSpoke(program, 4);
  let written = 0;
  const startedAt = performance.now();
  const { perSecond: rate } = await measure(4, seconds, BATCH, async (worker) => {
    await spoke(worker);
    written += BATCH;
  });
  const searches: number[] = [];
  for (let n = 0; n < 5; n++) {
    const sentAt = performance.now();
    await send(program, 'POST', `${PATH}/search`, { query: `contact.${serial - n}@` }, 200);
    searches.push(performance.now() - sentAt);
  }
  const { cpu } = await measure(1, 0.001, BATCH, complete, pids);
  const took = (performance.now() - startedAt) / 1000;
  return `Lists of words: ${Math.round(rate)}/s were written in ${seconds} s and all ${written} in the lists after ${took.toFixed(1)} s, ${Math.round(written / took)}/s in all; `
    + `putting them in took ${(cpu.postgres! / (written / BATCH)).toFixed(1)} ms of Postgres's CPU a batch. `
    + `Before that a search for one of them took ${median(searches).toFixed(0)} ms`;
}

/** Prints the table of batch creates on Postgres; hands on the rates. */
export async function benchBatchCreate(server: PostgresServer, options: Options): Promise<Finding[]> {
  const { seconds, rounds, processes = availableParallelism() } = options;
  const databaseUrl = await createDatabase(server.address, 'batches');
  const floorUrl = await createDatabase(server.address, 'batches_floor');
  const floorDb = openPostgres({ url: floorUrl });
  await migrate(floorDb, new Date().toISOString());
  await floorDb.close();
  const folder = mkdtempSync(join(tmpdir(), 'spoke-profile-'));
  const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl, SPOKE_PROCESSES: String(processes) }, options.profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);
  await send(program, 'POST', '/crm/v3/properties/contacts', BADGE, 201);
  const added = await addedProperties(program, databaseUrl);
  const pids = countedProcesses(server, program);

  const findings: Finding[] = [];
  const rows: (string | number)[][] = [];
  const lists = openPool(databaseUrl, 1);
  // Both begin rested and with log files to use again: what was written before is still being paid for otherwise.
  const clear = async (): Promise<void> => {
    await listsComplete(program, lists);
    await lists.query('checkpoint');
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  };
  const compare = async (connections: number, what: string, goal: string, spoke?: () => Promise<void>): Promise<void> => {
    const pool = openPool(floorUrl, connections);
    const floor = async (): Promise<void> => void await pool.query({ name: 'floor', text: FLOOR_TEXT, values: floorValues(added) });
    const pairs = await inTurns({ connections, units: BATCH, rounds, seconds, floor, spoke: spoke ?? await callSpoke(program, connections), clear, warmUp: WARM_UP }, pids);
    await pool.end();
    findings.push(perSecond(pairs, `batch create, ${what}`, goal));
    rows.push([what, ...rates(pairs), medianCpu(pairs, 'spoke', 'postgres'), medianCpu(pairs, 'spoke', 'spoke'), medianCpu(pairs, 'spoke', 'client'), medianCpu(pairs, 'floor', 'postgres')]);
  };
  for (const connections of options.connections) await compare(connections, `${connections} connections`, connections === 4 ? '>= 0.5' : '');
  // Enough contacts for indexes.
  const create = await callSpoke(program, 1);
  for (let n = 0; n < 10_100; n += BATCH) await create(0);
  await compare(4, `4 connections, ${await makeSearchIndexes(program, databaseUrl, false)}`, '>= 0.4');
  await compare(4, `4 connections, ${await makeSearchIndexes(program, databaseUrl, true)}, words too`, '>= 0.4');
  const alone = await writeAlone(program, lists, databaseUrl, added);
  await compare(4, '4 connections, the statements of the last one alone', '>= 0.4', alone.write);
  await alone.close();
  const takenIn = await describeTakingIn(program, clear, seconds, pids);
  await lists.end();
  console.log(`\nContacts made a second (Spoke's processes: ${processes}), median of ${rounds} rounds of ${seconds} s; CPU ms per batch of ${BATCH}`);
  printTable(['', 'floor', 'spoke', 'ratio', 'cpu postgres', 'cpu spoke', 'cpu client', 'floor cpu postgres'], rows);
  console.log(takenIn);
  await program.stop();
  if (options.profile) {
    console.log('\nWhere Spoke\'s own time goes (CPU profile of the whole run)');
    summarise(folder);
  }
  rmSync(folder, { recursive: true, force: true });
  return findings;
}

const rates = (pairs: Pair[]): (string | number)[] => [Math.round(medianRate(pairs, 'floor')), Math.round(medianRate(pairs, 'spoke')), medianRatio(pairs).toFixed(2)];

/** The same on PGlite in memory: one database in one process, 4 connections to Spoke. */
export async function benchPglite({ seconds, rounds }: Options): Promise<Finding[]> {
  const program = await startProgram({ SPOKE_DATA_DIR: 'memory:' });
  const db = await openMemory();
  const added = '"hs_email_domain":"customer-1.example.com","hs_full_name_or_email":"Ada Lovelace","hs_lifecyclestage_lead_date":"2026-10-02T08:15:30.123Z",'
    + '"hs_object_source":"INTEGRATION","hs_object_source_id":"1","hs_object_source_label":"INTEGRATION","lifecyclestage":"lead"';
  // It answers one statement at a time: four that wait are one.
  const floor = async (): Promise<void> => void await db.query({ text: FLOOR_TEXT, values: floorValues(added) });
  const pairs = await inTurns({ connections: 4, units: BATCH, rounds, seconds, floor, spoke: await callSpoke(program, 4) }, {});
  await db.close();
  await program.stop();
  console.log('\nThe same on PGlite in memory, 4 connections');
  printTable(['', 'floor', 'spoke', 'ratio'], [['contacts/s', ...rates(pairs)]]);
  return [perSecond(pairs, 'batch create, PGlite', '')];
}

/** The ratio of a portal with a large model to one without, for the same load: that one is the floor. */
async function benchModel(server: PostgresServer, { seconds, rounds, profile }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spoke-profile-'));
  const plain = await startProgram({ SPOKE_DATABASE_URL: await createDatabase(server.address, 'plain') });
  const model = await startProgram({ SPOKE_DATABASE_URL: await createDatabase(server.address, 'model') }, profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);
  await defineModel(model);
  const rows: (string | number)[][] = [];
  for (const connections of [1, 4]) {
    const pids = { ...countedProcesses(server, model), plain: () => processTree(plain.pid) };
    const pairs = await inTurns({ connections, units: BATCH, rounds, seconds, floor: await callSpoke(plain, connections), spoke: await callSpoke(model, connections) }, pids);
    rows.push([connections, ...rates(pairs), medianCpu(pairs, 'floor', 'plain'), medianCpu(pairs, 'spoke', 'spoke'), medianCpu(pairs, 'floor', 'postgres'), medianCpu(pairs, 'spoke', 'postgres')]);
  }
  console.log(`\n300 properties, 10 of them formulas, rules for 10: contacts a second, median of ${rounds} rounds of ${seconds} s; CPU ms per batch of ${BATCH}`);
  printTable(['connections', 'plain', 'model', 'ratio', 'cpu spoke plain', 'model', 'cpu postgres plain', 'model'], rows);
  await plain.stop();
  await model.stop();
  if (profile) summarise(folder);
  rmSync(folder, { recursive: true, force: true });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' }, profile: { type: 'boolean', default: false }, model: { type: 'boolean', default: false }, processes: { type: 'string', default: String(availableParallelism()) } } });
  const options = { seconds: Number(values.seconds), rounds: Number(values.rounds), connections: [1, 4, 16], profile: values.profile, processes: Number(values.processes) };
  await withServer(async (server) => {
    if (values.model) return await benchModel(server, options);
    await benchBatchCreate(server, options);
    await benchPglite(options);
  });
}
