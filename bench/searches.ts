// The searches that are measured, and the records that they go over: contacts of 15 properties and what follows from them, a fifth
// as many deals, each with a contact. Made in SQL, for a million of them is a matter of a minute then.

import type pg from 'pg';

export interface Search {
  name: string;
  method?: 'GET' | 'POST';
  path: string;
  /** Another one for each n. */
  body?: (n: number) => object;
  query?: (n: number) => string;
  /** Milliseconds that 95 of 100 stay under; times are of the answer over HTTP. */
  goal: number;
}

const FIRST_NAMES = [
  'Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Niklaus', 'Radia', 'Tony', 'Lynn', 'Alan', 'Karen', 'John', 'Adele', 'Ken', 'Shafi', 'Dennis', 'Hedy', 'Bjarne', 'Mary',
  'Leslie', 'Joan', 'Robin', 'Jean', 'Peter', 'Kathleen', 'Butler', 'Betty', 'Fernando', 'Marlyn', 'Ivan', 'Ruth', 'Douglas', 'Evelyn', 'Vint', 'Annie', 'Manuel', 'Margaret', 'Michael', 'Sophie',
  'Judea', 'Dana', 'Amir', 'Nancy', 'Juris', 'Cynthia', 'Stephen', 'Irene', 'Richard', 'Wendy',
];
const SECOND = 1_000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** A unique property of the portal's own. */
export const BADGE = { name: 'badge', label: 'Badge', type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true };

const filters = (...some: object[]): object => ({ filterGroups: [{ filters: some }] });
const eq = (propertyName: string, value: string): object => ({ propertyName, operator: 'EQ', value });
const token = (propertyName: string, value: string): object => filters({ propertyName, operator: 'CONTAINS_TOKEN', value });

/** The searches over so many contacts. */
export function searchesFor(contacts: number, idOf: (n: number) => number): Search[] {
  const any = (n: number): number => (n * 7_919 + 13) % contacts;
  const at = (n: number): number => START + n * SECOND;
  const [people, deals] = ['contacts', 'deals'].map((type) => `/crm/v3/objects/${type}/search`) as [string, string];
  const since = (n: number): object => ({ ...filters({ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(at(any(n) / 2)) }), sorts: ['lastmodifieddate'], limit: 100 });
  const list = '/crm/v3/objects/contacts';
  return [
    { name: 'email EQ', path: people, goal: 50, body: (n) => filters(eq('email', emailOf(any(n)))) },
    { name: 'hs_object_id IN 100', path: people, goal: 50, body: (n) => ({ ...filters({ propertyName: 'hs_object_id', operator: 'IN', values: Array.from({ length: 100 }, (_, i) => String(idOf(any(n + i)))) }), limit: 100 }) },
    { name: 'custom unique EQ', path: people, goal: 50, body: (n) => filters(eq('badge', `b-${any(n)}`)) },
    { name: 'lastmodifieddate GTE, sorted, page 1', path: people, goal: 50, body: since },
    { name: 'lastmodifieddate GTE, sorted, page 50', path: people, goal: 50, body: (n) => ({ ...since(n), after: 4_900 }) },
    { name: 'createdate BETWEEN', path: people, goal: 50, body: (n) => ({ ...filters({ propertyName: 'createdate', operator: 'BETWEEN', value: String(at(any(n))), highValue: String(at(any(n) + 1_000)) }), limit: 100 }) },
    { name: 'amount BETWEEN, sorted by amount', path: deals, goal: 50, body: (n) => ({ ...filters({ propertyName: 'amount', operator: 'BETWEEN', value: String(any(n) % 90_000), highValue: String((any(n) % 90_000) + 500) }), sorts: ['amount'], limit: 100 }) },
    { name: 'dealstage EQ and owner EQ', path: deals, goal: 50, body: (n) => ({ ...filters(eq('dealstage', 'contractsent'), eq('hubspot_owner_id', String(1 + (n % 40)))), limit: 100 }) },
    { name: 'CONTAINS_TOKEN *@example.com (1 of 200)', path: people, goal: 50, body: () => ({ ...token('email', '*@example.com'), limit: 100 }) },
    { name: 'CONTAINS_TOKEN *@customer7.test (1 of 1,000)', path: people, goal: 50, body: (n) => ({ ...token('email', `*@customer${n % 997}.test`), limit: 100 }) },
    { name: 'CONTAINS_TOKEN ada* (1 of 50)', path: people, goal: 50, body: () => ({ ...token('firstname', 'ada*'), limit: 100 }) },
    { name: 'CONTAINS_TOKEN quillfeather123* (1 of 450)', path: people, goal: 50, body: (n) => ({ ...token('lastname', `quillfeather${100 + n % 400}*`), limit: 100 }) },
    { name: 'query, one rare word', path: people, goal: 50, body: (n) => ({ query: `contact.${any(n)}@` }) },
    { name: 'query, two words', path: people, goal: 50, body: (n) => ({ query: `quillfeather${1_000 + n} ${FIRST_NAMES[(1_000 + n) % FIRST_NAMES.length]}` }) },
    { name: 'query, a word of all records', path: people, goal: 200, body: () => ({ query: 'engines' }) },
    { name: 'NOT_HAS_PROPERTY', path: people, goal: 50, body: () => filters({ propertyName: 'jobtitle', operator: 'NOT_HAS_PROPERTY' }) },
    { name: 'associations.contact EQ', path: deals, goal: 50, body: (n) => filters(eq('associations.contact', String(idOf(any(n))))) },
    { name: 'half of all, sorted by another property', path: people, goal: 200, body: () => ({ ...filters(eq('city', 'Zurich')), sorts: ['company'], limit: 100 }) },
    { name: 'list, page 1 of 100', method: 'GET', path: list, goal: 50, query: () => 'limit=100' },
    { name: 'list, page 9,000 of 100 (90 of ten thousand)', method: 'GET', path: list, goal: 50, query: () => `limit=100&after=${idOf(Math.round(contacts * 0.9))}` },
  ];
}

const emailOf = (n: number): string => (n % 200 === 5 ? `contact.${n}@example.com` : `contact.${n}@customer${n % 997}.test`);

/** Makes the records, unless they are there. */
export async function loadRecords(pool: pg.Pool, { bucket, portalId }: { bucket: number; portalId: string }, contacts: number): Promise<void> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from record where object_type = '0-3'`);
  if (rows[0]!.n >= contacts / 5) return;
  const at = `timestamptz '${new Date(START).toISOString()}' + n * interval '1 second'`;
  const names = `array[${FIRST_NAMES.map((name) => `'${name}'`).join()}]`;
  const rowsOf = (type: string, firstId: string, count: number, properties: string): string => `
    insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
    select ${bucket}, ${portalId}, '${type}', (${firstId} + n)::bigint * 4096 + ${bucket}, ${properties}, 1, ${at}, ${at} from generate_series(0, ${count - 1}) n on conflict do nothing`;
  await pool.query(rowsOf('0-1', '1000000', contacts, `jsonb_build_object(
    'email', 'contact.' || n || case when n % 200 = 5 then '@example.com' else '@customer' || n % 997 || '.test' end, 'firstname', (${names})[1 + n % ${FIRST_NAMES.length}],
    'lastname', 'Quillfeather' || n % 5000, 'phone', '+41 44 ' || n, 'company', 'Analytical Engines ' || n % 20000, 'website', 'https://www.customer' || n % 997 || '.test/' || n,
    'address', 'Bahnhofstrasse ' || n % 100, 'city', case when n % 2 = 0 then 'Zurich' else 'Bern' end, 'zip', (8000 + n % 100)::text, 'country', 'Switzerland', 'badge', 'B-' || n,
    'lifecyclestage', 'lead', 'hs_object_source', 'INTEGRATION', 'hs_object_source_label', 'INTEGRATION', 'hs_searchable_calculated_phone_number', '44' || n)
    || case when n % 1000 = 7 then '{}'::jsonb else jsonb_build_object('jobtitle', 'Engineer') end`));
  for (const property of ['email', 'badge']) {
    await pool.query(`insert into unique_value select bucket, portal_id, object_type, '${property}', lower(properties->>'${property}'), id from record
      where object_type = '0-1' and properties ? '${property}' on conflict do nothing`);
  }
  await pool.query(`insert into association select ${bucket}, ${portalId}, f.t, f.f, f.u, f.o, 0, f.k, now() from generate_series(0, ${contacts / 5 - 1}) n cross join lateral (values
    ('0-3', (900000000 + n)::bigint * 4096 + ${bucket}, '0-1', (1000000 + n)::bigint * 4096 + ${bucket}, 3), ('0-1', (1000000 + n)::bigint * 4096 + ${bucket}, '0-3', (900000000 + n)::bigint * 4096 + ${bucket}, 4)) f (t, f, u, o, k) on conflict do nothing`);
  await pool.query(rowsOf('0-3', '900000000', contacts / 5, `jsonb_build_object('dealname', 'Deal ' || n, 'amount', (n % 100000)::text, 'pipeline', 'default',
    'dealstage', (array['appointmentscheduled','qualifiedtobuy','presentationscheduled','decisionmakerboughtin','contractsent','closedwon','closedlost'])[1 + n % 7], 'hubspot_owner_id', (1 + n % 200)::text)`));
  for (const table of ['record', 'unique_value', 'association']) await pool.query(`vacuum analyze ${table}`);
}

/** Waits until no index or list of words that a search asked for is still being made. */
export async function indexesMade(pool: pg.Pool): Promise<{ count: number; megabytes: number }> {
  // Between two of them none is on its way: only when it stays so, all are there.
  for (let calm = 0; calm < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { rows } = await pool.query<{ n: number }>(`select (select count(*) from search_index where ready_at is null)::int + (select count(*) from search_list where state in ('new', 'full'))::int as n`);
    calm = rows[0]!.n === 0 ? calm + 1 : 0;
  }
  const { rows: [size] } = await pool.query<{ n: number; bytes: string }>(`select (select count(*) from search_index)::int + (select count(*) from search_list)::int as n,
    (select coalesce(sum(pg_relation_size(name::regclass)), 0) from search_index) + pg_total_relation_size('search_text') + pg_total_relation_size('search_word') as bytes`);
  return { count: size!.n, megabytes: Math.round(Number(size!.bytes) / 1e6) };
}
