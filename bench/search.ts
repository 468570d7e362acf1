// Searches at size: a portal with many contacts of 15 properties and a fifth as many deals, made in SQL. For each search p50
// and p95 of the answer over HTTP on one connection, at a hundredth of the size and at the whole; the indexes that
// searches ask for are made before anything is measured. `--contacts N` (1,000,000), `--runs N`, `--keep URL` uses a database
// that stays, so that the next run need not load it.

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openPostgres } from '../src/db/postgres.ts';
import { startPostgres } from '../test/support/postgres-runner.ts';
import { openConnection, printTable, startProgram, TOKEN } from './support.ts';

const { values: options } = parseArgs({ options: { contacts: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '30' }, keep: { type: 'string' } } });
const RUNS = Number(options.runs);

interface Search { name: string; type: string; body: (n: number) => object; goal: number }

const filters = (...some: object[]): object => ({ filterGroups: [{ filters: some }] });
const eq = (propertyName: string, value: string): object => ({ propertyName, operator: 'EQ', value });

function searchesFor(contacts: number, id: (n: number) => string): Search[] {
  const any = (n: number): number => (n * 7_919 + 13) % contacts;
  const day = (n: number): number => Date.parse('2026-01-01T00:00:00Z') + n * 1_000;
  return [
    { name: 'email EQ', type: 'contacts', goal: 50, body: (n) => filters(eq('email', `contact.${any(n)}@customer${any(n) % 997}.example.com`)) },
    { name: 'hs_object_id IN 100', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'hs_object_id', operator: 'IN', values: Array.from({ length: 100 }, (_, i) => id(any(n + i))) }), limit: 100 }) },
    { name: 'lastmodifieddate GTE, sorted, page 1', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(day(any(n) / 2)) }), sorts: ['lastmodifieddate'], limit: 100 }) },
    { name: 'lastmodifieddate GTE, sorted, page 50', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(day(any(n) / 2)) }), sorts: ['lastmodifieddate'], limit: 100, after: 4_900 }) },
    { name: 'createdate BETWEEN', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'createdate', operator: 'BETWEEN', value: String(day(any(n))), highValue: String(day(any(n) + 1_000)) }), limit: 100 }) },
    { name: 'amount BETWEEN sorted by amount', type: 'deals', goal: 50, body: (n) => ({ ...filters({ propertyName: 'amount', operator: 'BETWEEN', value: String(any(n) % 90_000), highValue: String((any(n) % 90_000) + 500) }), sorts: ['amount'], limit: 100 }) },
    { name: 'dealstage EQ and owner EQ', type: 'deals', goal: 50, body: (n) => ({ ...filters(eq('dealstage', 'contractsent'), eq('hubspot_owner_id', String(1 + (n % 40)))), limit: 100 }) },
    { name: 'email CONTAINS_TOKEN *@customer7.example.com', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'email', operator: 'CONTAINS_TOKEN', value: `*@customer${n % 997}.example.com` }), limit: 100 }) },
    { name: 'lastname CONTAINS_TOKEN quillfeather*', type: 'contacts', goal: 50, body: (n) => ({ ...filters({ propertyName: 'lastname', operator: 'CONTAINS_TOKEN', value: `quillfeather${100 + n % 400}*` }), limit: 100 }) },
    { name: 'query, rare word', type: 'contacts', goal: 50, body: (n) => ({ query: `contact.${any(n)}@`, limit: 10 }) },
    { name: 'query, two words', type: 'contacts', goal: 50, body: (n) => ({ query: `quillfeather${1_000 + n} ada${n}`, limit: 10 }) },
    { name: 'query, common word', type: 'contacts', goal: 200, body: () => ({ query: 'example', limit: 10 }) },
    { name: 'NOT_HAS_PROPERTY', type: 'contacts', goal: 50, body: () => filters({ propertyName: 'jobtitle', operator: 'NOT_HAS_PROPERTY' }) },
    { name: 'associations.contact EQ', type: 'deals', goal: 50, body: (n) => filters(eq('associations.contact', id(any(n)))) },
    { name: 'half of all, sorted by another property', type: 'contacts', goal: 200, body: () => ({ ...filters(eq('city', 'Zurich')), sorts: ['company'], limit: 100 }) },
  ];
}

async function load(pool: pg.Pool, portalId: string, bucket: number, contacts: number): Promise<void> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from record where object_type = '0-1'`);
  if (rows[0]!.n >= contacts) return;
  const at = `timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second'`;
  await pool.query(`insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
    select ${bucket}, ${portalId}, '0-1', (1000000 + n)::bigint * 4096 + ${bucket}, jsonb_build_object(
      'email', 'contact.' || n || '@customer' || n % 997 || '.example.com', 'firstname', 'Ada' || n % 1000, 'lastname', 'Quillfeather' || n % 5000, 'phone', '+41 44 ' || n,
      'company', 'Analytical Engines ' || n % 20000, 'website', 'https://www.example.com/' || n, 'address', 'Bahnhofstrasse ' || n % 100, 'city', case when n % 2 = 0 then 'Zurich' else 'Bern' end,
      'zip', (8000 + n % 100)::text, 'country', 'Switzerland', 'lifecyclestage', 'lead', 'hs_object_source', 'INTEGRATION', 'hs_object_source_label', 'INTEGRATION', 'hs_full_name_or_email', 'Ada' || n % 1000)
      || case when n % 1000 = 7 then '{}'::jsonb else jsonb_build_object('jobtitle', 'Engineer') end, 1, ${at}, ${at}
    from generate_series(0, ${contacts - 1}) n on conflict do nothing`);
  await pool.query(`insert into unique_value select bucket, portal_id, object_type, 'email', properties->>'email', id from record where object_type = '0-1' and properties ? 'email' on conflict do nothing`);
  await pool.query(`insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
    select ${bucket}, ${portalId}, '0-3', (900000000 + n)::bigint * 4096 + ${bucket}, jsonb_build_object('dealname', 'Deal ' || n, 'amount', (n % 100000)::text, 'pipeline', 'default',
      'dealstage', (array['appointmentscheduled','qualifiedtobuy','presentationscheduled','decisionmakerboughtin','contractsent','closedwon','closedlost'])[1 + n % 7], 'hubspot_owner_id', (1 + n % 200)::text), 1, ${at}, ${at}
    from generate_series(0, ${contacts / 5 - 1}) n on conflict do nothing`);
  await pool.query(`insert into association select ${bucket}, ${portalId}, f.t, f.f, f.u, f.o, 0, f.k, now() from generate_series(0, ${contacts / 5 - 1}) n cross join lateral (values
    ('0-3', (900000000 + n)::bigint * 4096 + ${bucket}, '0-1', (1000000 + n)::bigint * 4096 + ${bucket}, 3), ('0-1', (1000000 + n)::bigint * 4096 + ${bucket}, '0-3', (900000000 + n)::bigint * 4096 + ${bucket}, 4)) f (t, f, u, o, k) on conflict do nothing`);
  for (const table of ['record', 'unique_value', 'association']) await pool.query(`vacuum analyze ${table}`);
}

const quantile = (sorted: number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

async function run(databaseUrl: string, contacts: number): Promise<Map<string, { p50: number; p95: number; goal: number }>> {
  const program = await startProgram({ SPOKE_DATABASE_URL: databaseUrl });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => {});
  const made = await fetch(`${program.url}/crm/v3/objects/contacts`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ properties: { firstname: 'first' } }),
  });
  const bucket = Number((await made.json() as { id: string }).id) % 4096;
  const portalId = (await pool.query<{ portal_id: string }>('select portal_id from record limit 1')).rows[0]!.portal_id;
  const startedAt = performance.now();
  await load(pool, portalId, bucket, contacts);
  console.log(`${contacts} contacts loaded in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const connection = await openConnection(program.url);
  const send = async ({ type, body }: Search, n: number): Promise<number> => {
    const sentAt = performance.now();
    const status = await connection.send('POST', `/crm/v3/objects/${type}/search`, JSON.stringify(body(n)));
    if (status !== 200) throw new Error(`a search answered ${status}`);
    return performance.now() - sentAt;
  };
  const searches = searchesFor(contacts, (n) => String((1_000_000 + n) * 4096 + bucket));
  for (const search of searches) await send(search, 0);
  const indexedAt = performance.now();
  for (let ready = false; !ready;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ready = (await pool.query<{ n: number }>('select count(*)::int as n from search_index where ready_at is null')).rows[0]!.n === 0;
  }
  // The last one may be between two.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { rows: [size] } = await pool.query<{ n: number; bytes: string }>(`select count(*)::int as n, coalesce(sum(pg_relation_size(name::regclass)), 0) as bytes from search_index`);
  console.log(`${size!.n} indexes of ${Math.round(Number(size!.bytes) / 1e6)} MB, made in ${Math.round((performance.now() - indexedAt) / 1000)} s`);
  const results = new Map<string, { p50: number; p95: number; goal: number }>();
  for (const search of searches) {
    for (let n = 0; n < 5; n++) await send(search, n + 1_000);
    const times: number[] = [];
    for (let n = 1; n <= RUNS; n++) times.push(await send(search, n));
    times.sort((a, b) => a - b);
    results.set(search.name, { p50: quantile(times, 0.5), p95: quantile(times, 0.95), goal: search.goal });
  }
  connection.close();
  await pool.end();
  await program.stop();
  return results;
}

const server = options.keep ? undefined : await startPostgres({ max_wal_size: '8GB', checkpoint_timeout: '30min', shared_buffers: '2GB', maintenance_work_mem: '512MB' });
try {
  const contacts = Number(options.contacts);
  console.log(`${cpus().length} cores, ${cpus()[0]!.model}, Node ${process.version}`);
  const urls: string[] = [];
  for (const name of ['spoke_small', 'spoke_large']) {
    const base = options.keep ?? `${server!.address}/postgres`;
    const admin = openPostgres({ url: base, connections: 1 });
    await admin.script(`create database ${name}`).catch((error: Error) => { if (!options.keep) throw error; });
    await admin.close();
    urls.push(base.replace(/\/[^/]*$/, `/${name}`));
  }
  const small = await run(urls[0]!, contacts / 100);
  const large = await run(urls[1]!, contacts);
  console.log(`\nms over HTTP, ${RUNS} searches each, one connection`);
  printTable(['', `p50 at ${contacts / 100}`, `p50 at ${contacts}`, 'times', `p95 at ${contacts}`, 'goal'],
    [...large].map(([name, { p50, p95, goal }]) => [name, small.get(name)!.p50.toFixed(1), p50.toFixed(1), (p50 / small.get(name)!.p50).toFixed(1), p95.toFixed(1), goal]));
} finally {
  await server?.stop();
}
