// A company with 1, 100 or 50,000 contacts, over HTTP at 4 connections: batches of 100 and of 2,000 new ones, a page of 100, a
// batch read of 4 companies (500 of each at most). Creation is measured beside its floor, the same rows of the same table by one
// insert through node-postgres, in turns, in one run. What must hold: time per new association does not grow with what is there.
// `--large N` in place of 50,000, `--seconds N`, `--rounds N`.

import { parseArgs } from 'node:util';
import { countedProcesses, createDatabase, findPlace, inTurns, medianCpu, medianRate, medianRatio, openPool, perSecond, withServer, type Finding, type PostgresServer } from './setup.ts';
import { measure, median, openConnection, printTable, startProgram, type Rate } from './support.ts';

interface Options {
  seconds: number;
  rounds: number;
  /** How many contacts the large companies have. */
  large: number;
}

const CONNECTIONS = 4;
const TO_COMPANY = 279;
const TO_CONTACT = 280;

/** Prints the table of associations; hands on the rates of making them, and how they change with what is there. */
export async function benchAssociations(server: PostgresServer, { seconds, rounds, large: LARGE }: Options): Promise<Finding[]> {
  /** Contacts that no company has before: more than any floor associates in a round. */
  const SPARE = 250_000 * Math.ceil(seconds);
  /** Companies with so many contacts: of the small ones each takes one new batch, of the large one per connection. */
  const SIZES = [{ size: 1, companies: 400 }, { size: 100, companies: 400 }, { size: LARGE, companies: CONNECTIONS }];
  const databaseUrl = await createDatabase(server.address, 'associations');
  const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl, SPOKE_MAX_ASSOCIATIONS: 'off' });
  const pool = openPool(databaseUrl, CONNECTIONS);
  const { bucket, portalId, idOf } = await findPlace(program, pool);
  const makeRecords = async (type: string, from: number, count: number): Promise<void> => {
    await pool.query(`insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
      select $1::int, $2::bigint, $3, (1000000 + n)::bigint * 4096 + $1::int, '{"name": "x"}', 1, now(), now() from generate_series($4::int, $5::int) n`, [bucket, portalId, type, from, from + count - 1]);
  };
  const associate = async (company: number, contactFrom: number, count: number): Promise<void> => {
    await pool.query(`insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
      select $1::int, $2::bigint, '0-2', $3::bigint, '0-1', (1000000 + n)::bigint * 4096 + $1::int, 0, ${TO_CONTACT}, now() from generate_series($4::int, $5::int) n
      union all
      select $1::int, $2::bigint, '0-1', (1000000 + n)::bigint * 4096 + $1::int, '0-2', $3::bigint, 0, ${TO_COMPANY}, now() from generate_series($4::int, $5::int) n`,
    [bucket, portalId, company, contactFrom, contactFrom + count - 1]);
  };

  const CONTACTS = LARGE + SPARE;
  await makeRecords('0-1', 0, CONTACTS);
  let next = CONTACTS;
  const companies = new Map<number, number[]>();
  for (const { size, companies: count } of SIZES) {
    await makeRecords('0-2', next, count);
    const ids = Array.from({ length: count }, (_, i) => idOf(next + i));
    next += count;
    for (const id of ids) await associate(id, 0, size);
    companies.set(size, ids);
  }
  await pool.query('vacuum analyze record');
  await pool.query('vacuum analyze association');

  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(program.url)));
  const pids = countedProcesses(server, program);
  const send = async (worker: number, method: string, path: string, body?: unknown): Promise<void> => {
    const status = await connections[worker]!.send(method, path, body === undefined ? undefined : JSON.stringify(body));
    if (status !== 200 && status !== 201) throw new Error(`${method} ${path} answered ${status}`);
  };

  // Each batch takes contacts that no company has, and that no other connection takes: it would wait for their locks.
  const taken = Array.from({ length: CONNECTIONS }, () => 0);
  const spareContacts = (worker: number, count: number): number[] => {
    const at = taken[worker]!;
    taken[worker] = at + count;
    return Array.from({ length: count }, (_, i) => idOf(LARGE + worker * (SPARE / CONNECTIONS) + (at + i) % (SPARE / CONNECTIONS)));
  };
  let turn = 0;
  const companyOf = (size: number, worker: number): number => {
    const all = companies.get(size)!;
    return size === LARGE ? all[worker]! : all[turn++ % all.length]!;
  };
  const clear = async (): Promise<void> => {
    await pool.query(`delete from association where bucket = $1 and (to_id >= $2 and to_type = '0-1' or from_id >= $2 and from_type = '0-1')`, [bucket, idOf(LARGE)]);
    await pool.query('delete from association_count');
    await pool.query('vacuum association');
    await pool.query('checkpoint');
    taken.fill(0);
  };

  const floorCreate = (size: number, batch: number) => async (worker: number): Promise<void> => {
    const company = companyOf(size, worker);
    const contacts = spareContacts(worker, batch);
    const { rowCount } = await pool.query({
      name: 'floor-associate',
      text: `insert into association (bucket, portal_id, from_type, from_id, to_type, to_id, category, type_id, created_at)
        select $1::int, $2::bigint, '0-2', $3::bigint, '0-1', n, 0, ${TO_CONTACT}, $5::timestamptz from unnest($4::bigint[]) n
        union all select $1::int, $2::bigint, '0-1', n, '0-2', $3::bigint, 0, ${TO_COMPANY}, $5::timestamptz from unnest($4::bigint[]) n`,
      values: [bucket, portalId, company, `{${contacts.join()}}`, new Date().toISOString()],
    });
    if (rowCount !== 2 * batch) throw new Error(`the floor wrote ${rowCount} rows`);
  };
  const create = (size: number, batch: number) => async (worker: number): Promise<void> => {
    const company = companyOf(size, worker);
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: TO_CONTACT }];
    await send(worker, 'POST', '/crm/v4/associations/companies/contacts/batch/create', {
      inputs: spareContacts(worker, batch).map((id) => ({ from: { id: String(company) }, to: { id: String(id) }, types })),
    });
  };
  const list = (size: number) => (worker: number) => send(worker, 'GET', `/crm/v4/objects/companies/${companyOf(size, worker)}/associations/contacts?limit=100`);
  const batchRead = (size: number) => (worker: number) => send(worker, 'POST', '/crm/v4/associations/companies/contacts/batch/read', {
    inputs: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: String(companies.get(size)![i]) })),
  });

  const table: (string | number)[][] = [];
  const findings: Finding[] = [];
  const perThing = new Map<string, number[]>();
  for (const batch of [100, 2_000]) {
    for (const { size } of SIZES) {
      const pairs = await inTurns({ connections: CONNECTIONS, units: batch, rounds, seconds, floor: floorCreate(size, batch), spoke: create(size, batch), clear }, pids);
      perThing.set(`create ${batch}`, [...(perThing.get(`create ${batch}`) ?? []), medianRate(pairs, 'spoke')]);
      findings.push(perSecond(pairs, `associations, ${batch} a batch, ${size} there`, '>= 0.4'));
      table.push([`create ${batch}`, size, Math.round(medianRate(pairs, 'floor')), Math.round(medianRate(pairs, 'spoke')), medianRatio(pairs).toFixed(2),
        medianCpu(pairs, 'spoke', 'postgres'), medianCpu(pairs, 'spoke', 'spoke'), medianCpu(pairs, 'floor', 'postgres')]);
    }
  }
  for (const [name, work] of [['list page', list], ['batch read', batchRead]] as const) {
    for (const { size } of SIZES) {
      await measure(CONNECTIONS, 0.5, 1, work(size));
      const rates: Rate[] = [];
      for (let round = 0; round < rounds; round++) rates.push(await measure(CONNECTIONS, seconds, 1, work(size), pids));
      perThing.set(name, [...(perThing.get(name) ?? []), median(rates.map((rate) => rate.perSecond))]);
      table.push([name, size, '', Math.round(median(rates.map((rate) => rate.perSecond))), '', median(rates.map((r) => r.cpu.postgres!)).toFixed(2), median(rates.map((r) => r.cpu.spoke!)).toFixed(2), '']);
    }
  }
  console.log(`\nAssociations (calls, for reads) a second at ${CONNECTIONS} connections, median of ${rounds} rounds of ${seconds} s; CPU ms per call`);
  printTable(['', 'there before', 'floor', 'spoke', 'ratio', 'cpu postgres', 'cpu spoke', 'floor cpu postgres'], table);
  for (const [name, [, hundred, large]] of perThing) {
    const goal = name === 'create 100' ? '<= 1.5' : '';
    findings.push({ what: `associations, ${name}: time at ${LARGE} and at 100`, floor: `${Math.round(hundred!)}/s`, spoke: `${Math.round(large!)}/s`, ratio: hundred! / large!, goal });
    console.log(`${name}: time at ${LARGE} is ${(hundred! / large!).toFixed(2)} of the time at 100`);
  }
  connections.forEach((connection) => connection.close());
  await pool.end();
  await program.stop();
  return findings;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '3' }, large: { type: 'string', default: '50000' } } });
  await withServer((server) => benchAssociations(server, { seconds: Number(values.seconds), rounds: Number(values.rounds), large: Number(values.large) }));
}
