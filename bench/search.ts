// Searches at size: p50 and p95 of the answer over HTTP on one connection, over ten thousand contacts and over a million; the
// indexes that searches ask for are made before anything is measured. `--contacts N` (1,000,000), `--runs N`, `--only TEXT`;
// `--keep postgres://user@host:port` uses a server that stays, so that the next run need not load it.

import { parseArgs } from 'node:util';
import { BADGE, indexesMade, loadRecords, searchesFor, type Search } from './searches.ts';
import { createDatabase, describeMachine, findPlace, openPool, withServer, type Finding } from './setup.ts';
import { openConnection, printTable, startProgram, TOKEN } from './support.ts';

/** What everything is compared with. */
const SMALL = 10_000;

interface Times { p50: number; p95: number }
interface Options { contacts: number; runs: number; only: string; reuse: boolean }

const quantile = (sorted: number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

async function run(address: string, contacts: number, { runs, only, reuse }: Options): Promise<Map<Search, Times>> {
  const databaseUrl = await createDatabase(address, `search_${contacts}`, reuse);
  const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl });
  const pool = openPool(databaseUrl, 2);
  await fetch(`${program.url}/crm/v3/properties/contacts`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify(BADGE),
  });
  const place = await findPlace(program, pool);
  const startedAt = performance.now();
  await loadRecords(pool, place, contacts);
  const loaded = Math.round((performance.now() - startedAt) / 1000);
  const connection = await openConnection(program.url);
  const time = async ({ method = 'POST', path, body, query }: Search, n: number): Promise<number> => {
    const sentAt = performance.now();
    const status = await connection.send(method, query ? `${path}?${query(n)}` : path, body && JSON.stringify(body(n)));
    if (status !== 200) throw new Error(`a search answered ${status}`);
    return performance.now() - sentAt;
  };
  const searches = searchesFor(contacts, place.idOf).filter(({ name }) => name.includes(only));
  const indexedAt = performance.now();
  for (const search of searches) await time(search, 0);
  const { count, megabytes } = await indexesMade(pool);
  console.log(`${contacts} contacts loaded in ${loaded} s; ${count} search indexes of ${megabytes} MB made in ${Math.round((performance.now() - indexedAt) / 1000)} s`);
  const results = new Map<Search, Times>();
  for (const search of searches) {
    for (let n = 0; n < 5; n++) await time(search, n + 1_000);
    const times: number[] = [];
    for (let n = 1; n <= runs; n++) times.push(await time(search, n));
    times.sort((a, b) => a - b);
    results.set(search, { p50: quantile(times, 0.5), p95: quantile(times, 0.95) });
  }
  connection.close();
  await pool.end();
  await program.stop();
  return results;
}

/** Prints the table of searches; hands on how much longer they take over many records than over few. */
export async function benchSearch(address: string, options: Options): Promise<Finding[]> {
  const small = [...(await run(address, SMALL, options)).values()];
  const large = [...await run(address, options.contacts, options)];
  console.log(`\nSearches: ms over HTTP, ${options.runs} each, one connection`);
  printTable(['', `p50 at ${SMALL}`, `p50 at ${options.contacts}`, 'times', `p95 at ${options.contacts}`, 'goal'],
    large.map(([{ name, goal }, { p50, p95 }], i) => [name, small[i]!.p50.toFixed(1), p50.toFixed(1), (p50 / small[i]!.p50).toFixed(1), p95.toFixed(1), goal]));
  return large.map(([{ name }, { p50 }], i) => ({ what: name, floor: `${small[i]!.p50.toFixed(1)} ms`, spoke: `${p50.toFixed(1)} ms`, ratio: p50 / small[i]!.p50, goal: '<= 2' }));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { contacts: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '30' }, only: { type: 'string', default: '' }, keep: { type: 'string' } } });
  const options = { contacts: Number(values.contacts), runs: Number(values.runs), only: values.only, reuse: values.keep !== undefined };
  if (values.keep !== undefined) {
    console.log(describeMachine());
    await benchSearch(values.keep, options);
  } else await withServer((server) => benchSearch(server.address, options), '2GB');
}
