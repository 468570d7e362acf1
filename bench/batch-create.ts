// 100 contacts of 12 properties a call over HTTP, at 1, 4 and 16 connections, beside the floor: the very rows that Spoke
// writes, put into the same table by one `insert ... returning` per 100 through node-postgres, without HTTP or Spoke.
// Both in one run on one machine, in turns. `--profile` says where Spoke's time goes. `--seconds N` per measurement.
// `--model` measures something else: the same load for a portal with 300 properties of its own, twenty of them calculated
// or bound by rules, beside one without any, on the same server in turns.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { defineModel } from './model.ts';
import { migrate } from '../src/db/migrate.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { openMemory } from '../src/db/template.ts';
import { startPostgres } from '../test/support/postgres-runner.ts';
import { summarise } from './profile.ts';
import { measure, median, openConnection, printTable, processTree, startProgram, TOKEN, type Program, type Rate } from './support.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' }, profile: { type: 'boolean', default: false }, model: { type: 'boolean', default: false } } });
const SECONDS = Number(options.seconds);
const ROUNDS = Number(options.rounds);
const BATCH = 100;

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
    const status = await connections[worker]!.send('POST', '/crm/v3/objects/contacts/batch/create', batchBody());
    if (status !== 201) throw new Error(`batch create answered ${status}`);
  };
}

/** What Spoke stores beyond the written properties, so that the floor writes the same bytes. */
async function addedProperties(program: Program, databaseUrl: string): Promise<string> {
  const written = JSON.parse(`{${contact()}}`) as Record<string, string>;
  await fetch(`${program.url}/crm/v3/objects/contacts/batch/create`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [{ properties: written }] }),
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ properties: Record<string, string> }>(`select properties from record where properties->>'email' = $1`, [written.email]);
  await client.end();
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

async function benchPostgres(): Promise<void> {
  const server = await startPostgres({ max_wal_size: '4GB', checkpoint_timeout: '30min' });
  try {
    const admin = openPostgres({ url: `${server.address}/postgres`, connections: 1 });
    await admin.script('create database spoke');
    await admin.script('create database floor');
    await admin.close();
    const floorUrl = `${server.address}/floor`;
    const floorDb = openPostgres({ url: floorUrl });
    await migrate(floorDb, new Date().toISOString());
    await floorDb.close();

    const databaseUrl = `${server.address}/spoke`;
    const folder = mkdtempSync(join(tmpdir(), 'spoke-profile-'));
    const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl }, options.profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);
    const added = await addedProperties(program, databaseUrl);
    const pids = { postgres: () => processTree(server.process.pid!), spoke: () => [program.pid], client: () => [process.pid] };

    const rows: (string | number)[][] = [];
    for (const connections of [1, 4, 16]) {
      const pool = new pg.Pool({ connectionString: floorUrl, max: connections });
      const floor = async (): Promise<void> => {
        await pool.query({ name: 'floor', text: FLOOR_TEXT, values: floorValues(added) });
      };
      const spoke = await callSpoke(program, connections);
      await measure(connections, 1, BATCH, floor);
      await measure(connections, 2, BATCH, spoke);
      const pairs: { floor: Rate; spoke: Rate }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        pairs.push({ floor: await measure(connections, SECONDS, BATCH, floor, pids), spoke: await measure(connections, SECONDS, BATCH, spoke, pids) });
      }
      await pool.end();
      const rate = (of: 'floor' | 'spoke'): number => median(pairs.map((pair) => pair[of].perSecond));
      const cpu = pairs.at(-1)!.spoke.cpu;
      rows.push([
        connections, Math.round(rate('floor')), Math.round(rate('spoke')), median(pairs.map((p) => p.spoke.perSecond / p.floor.perSecond)).toFixed(2),
        cpu.postgres!.toFixed(1), cpu.spoke!.toFixed(1), cpu.client!.toFixed(1), pairs.at(-1)!.floor.cpu.postgres!.toFixed(1),
      ]);
    }
    console.log(`\nPostgres: records a second, median of ${ROUNDS} rounds of ${SECONDS} s; CPU ms per batch of ${BATCH}`);
    printTable(['connections', 'floor', 'spoke', 'ratio', 'cpu postgres', 'cpu spoke', 'cpu client', 'floor cpu postgres'], rows);
    await program.stop();
    if (options.profile) {
      console.log('\nWhere Spoke\'s own time goes (CPU profile of the whole run)');
      summarise(join(folder, readdirSync(folder)[0]!));
    }
    rmSync(folder, { recursive: true, force: true });
  } finally {
    await server.stop();
  }
}

async function benchPglite(): Promise<void> {
  const program = await startProgram({ SPOKE_DATA_DIR: 'memory:' });
  const spoke = await callSpoke(program, 4);
  const db = await openMemory();
  const added = '"hs_email_domain":"customer-1.example.com","hs_full_name_or_email":"Ada Lovelace","hs_lifecyclestage_lead_date":"2026-10-02T08:15:30.123Z",'
    + '"hs_object_source":"INTEGRATION","hs_object_source_id":"1","hs_object_source_label":"INTEGRATION","lifecyclestage":"lead"';
  const floor = async (): Promise<void> => {
    await db.query({ text: FLOOR_TEXT, values: floorValues(added) });
  };
  await measure(1, 1, BATCH, floor);
  await measure(4, 2, BATCH, spoke);
  const pairs: { floor: Rate; spoke: Rate }[] = [];
  for (let round = 0; round < ROUNDS; round++) pairs.push({ floor: await measure(1, SECONDS, BATCH, floor), spoke: await measure(4, SECONDS, BATCH, spoke) });
  await db.close();
  await program.stop();
  console.log('\nPGlite in memory: one database in one process, 4 connections to Spoke');
  printTable(['', 'floor', 'spoke', 'ratio'], [[
    'records/s', Math.round(median(pairs.map((p) => p.floor.perSecond))), Math.round(median(pairs.map((p) => p.spoke.perSecond))),
    median(pairs.map((p) => p.spoke.perSecond / p.floor.perSecond)).toFixed(2),
  ]]);
}

/** The ratio of a portal with a large model to one without, for the same load. */
async function benchModel(): Promise<void> {
  const server = await startPostgres({ max_wal_size: '4GB', checkpoint_timeout: '30min' });
  try {
    const admin = openPostgres({ url: `${server.address}/postgres`, connections: 1 });
    const names = ['plain', 'model'] as const;
    for (const name of names) await admin.script(`create database ${name}`);
    await admin.close();
    const folder = mkdtempSync(join(tmpdir(), 'spoke-profile-'));
    const flags = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
    const plain = await startProgram({ SPOKE_DATABASE_URL: `${server.address}/plain` });
    const model = await startProgram({ SPOKE_DATABASE_URL: `${server.address}/model` }, flags);
    await defineModel(model);

    const rows: (string | number)[][] = [];
    for (const connections of [1, 4]) {
      const [callPlain, callModel] = [await callSpoke(plain, connections), await callSpoke(model, connections)];
      for (const call of [callPlain, callModel]) await measure(connections, 2, BATCH, call);
      const pairs: { plain: Rate; model: Rate }[] = [];
      const pids = (program: Program) => ({ postgres: () => processTree(server.process.pid!), spoke: () => [program.pid] });
      for (let round = 0; round < ROUNDS; round++) {
        pairs.push({ plain: await measure(connections, SECONDS, BATCH, callPlain, pids(plain)), model: await measure(connections, SECONDS, BATCH, callModel, pids(model)) });
      }
      const rate = (of: 'plain' | 'model'): number => Math.round(median(pairs.map((pair) => pair[of].perSecond)));
      const cpu = (of: 'plain' | 'model', process: string): string => pairs.at(-1)![of].cpu[process]!.toFixed(1);
      rows.push([
        connections, rate('plain'), rate('model'), median(pairs.map((pair) => pair.model.perSecond / pair.plain.perSecond)).toFixed(2),
        cpu('plain', 'spoke'), cpu('model', 'spoke'), cpu('plain', 'postgres'), cpu('model', 'postgres'),
      ]);
    }
    console.log(`\n300 properties, 10 of them formulas, rules for 10: records a second, median of ${ROUNDS} rounds of ${SECONDS} s; CPU ms per batch of ${BATCH}`);
    printTable(['connections', 'plain', 'model', 'ratio', 'cpu spoke plain', 'model', 'cpu postgres plain', 'model'], rows);
    await plain.stop();
    await model.stop();
    if (options.profile) summarise(join(folder, readdirSync(folder)[0]!));
    rmSync(folder, { recursive: true, force: true });
  } finally {
    await server.stop();
  }
}

console.log(`${cpus().length} cores, ${cpus()[0]!.model}, Node ${process.version}`);
if (options.model) await benchModel();
else {
  await benchPostgres();
  await benchPglite();
}
