// Searches: a plan as statements, and what they find. A search for words asks lists of them where there are some
// (search-lists.ts) and looks at what is not in them yet (search-tail.ts); any other, and any word without a list, is a
// condition over the records.

import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import type { Queryable } from './db.ts';
import type { RecordRow } from './records.ts';
import { whereOf } from './search-conditions.ts';
import { firstOfWords, hasFewWords, wordsOf } from './search-few-words.ts';
import type { FindList } from './search-lists.ts';
import type { SearchPlan } from './search-plan.ts';
import { rowsOf, sourcesOf, type Source, type Sources } from './search-sources.ts';
import { changedIds, tailRecords } from './search-tail.ts';
import { keyOf } from './search-values.ts';

/** So many matches are counted; more are estimated. */
export const COUNTED_MATCHES = 10_000;
/** With so many it is known that there are more. */
const ENOUGH = COUNTED_MATCHES + 1;
/** Those of a few words, for that takes 0.1 µs each. */
export const COUNTED_OF_WORDS = 50_000;

interface Found { total: number; rows: RecordRow[] }

/**
 * A page of live records, and how many there are in all: exactly up to COUNTED_MATCHES, beyond that as Postgres estimates
 * it. A client can reach no more of them, and sees from the estimate how far more there are.
 */
export async function searchRecords(db: Queryable, placement: Placement, plan: SearchPlan, find: FindList = () => undefined): Promise<Found> {
  const sources = looksForWords(plan) ? sourcesOf(placement, plan, find) : undefined;
  const where = whereOf(placement, plan);
  const { limit, offset } = plan;
  if (looksForWords(plan) && limit > 0) {
    const [only] = sources?.any ?? [];
    if (only && !plan.sort && await hasFewWords(db, placement, only)) return await readByWords(db, placement, plan, where, sources!);
    const matches = sources ? matchesOf(placement, plan, where, sources) : matchingRecords(placement, plan, where);
    const found = await readMatches(db, placement, plan, matches);
    // Of a page beyond the last one nothing is known.
    if (found.rows.length > 0 || offset === 0) {
      return found.total <= COUNTED_MATCHES ? found : { total: await estimate(db, where, sources), rows: await readManyMatches(db, placement, plan, where, sources) };
    }
  }
  const rows = limit === 0 ? [] : await readPage(db, placement, plan, where);
  // A page that is not full says how many there are.
  if (rows.length < limit && (rows.length > 0 || offset === 0)) return { total: offset + rows.length, rows };
  const matches = sources ? matchesOf(placement, plan, where, sources) : sql`select 1 from record r where ${where} limit ${ENOUGH}::int`;
  const [counted] = await db.query<{ total: number }>(sql`select count(*)::int as total from (${matches}) matches`);
  return { total: counted!.total <= COUNTED_MATCHES ? counted!.total : await estimate(db, where, sources), rows };
}

const COLUMNS = raw('r.id, r.properties, r.version, r.created_at, r.updated_at, r.archived_at');

async function readPage(db: Queryable, placement: Placement, plan: SearchPlan, where: Sql): Promise<RecordRow[]> {
  const { key, direction } = orderOf(placement, plan);
  return await db.query<RecordRow>(sql`
    select ${COLUMNS} from record r where ${where} order by ${key}${direction}, r.id limit ${plan.limit}::int offset ${plan.offset}::int`);
}

/** Where a record that matches is, and what it is sorted by. */
function matchingRecords(placement: Placement, plan: SearchPlan, where: Sql): Sql {
  return sql`select r.bucket, r.id, ${orderOf(placement, plan).key} as key from record r where ${where} limit ${ENOUGH}::int`;
}

/** The same by lists: records that lists have as they are, and those of the tail. */
function matchesOf(placement: Placement, plan: SearchPlan, where: Sql, sources: Sources): Sql {
  const { key } = orderOf(placement, plan);
  const [only] = sources.any;
  const unchanged = (id: Sql): Sql => sql`${id} not in (${changedIds(placement, plan.objectType)})`;
  const listed = only!.exact && !plan.sort
    ? sql`select s.bucket, s.id, s.created_at as key from ${rowsOf(only!)} where ${only!.where} and ${unchanged(sql`s.id`)}`
    : sql`select r.bucket, r.id, ${key} as key from record r where ${where} and ${unchanged(sql`r.id`)} and (r.bucket, r.id) in (
        ${join(sources.any.map((source) => sql`select s.bucket, s.id from ${rowsOf(source)} where ${source.where}`), ' union all ')})`;
  const ofTail = tailRecords(placement, plan.objectType, sql`r.bucket, r.id, ${key} as key`, where, sources.held);
  // Where the lists have enough nobody looks into the tail: such a page is read in another way.
  return sql`select * from ((${listed} limit ${ENOUGH}::int) union all (${ofTail} limit ${ENOUGH}::int)) m limit ${ENOUGH}::int`;
}

/** The same of a few words. */
async function readByWords(db: Queryable, placement: Placement, plan: SearchPlan, where: Sql, sources: Sources): Promise<Found> {
  const [source] = sources.any as [Source];
  const { objectType } = plan;
  const ofSource = sql`${rowsOf(source)} where ${source.where}`;
  const unchanged = sql`s.id not in (select id from changed)`;
  // Those that changed are taken off, for asking each row about them would take half as long again.
  const counted = sql`(select count(*)::int from (select 1 from ${ofSource} limit ${COUNTED_OF_WORDS + 1}::int) c)`;
  const changed = sql`(select count(*)::int from ${ofSource} and s.id in (select id from changed))`;
  const rows = await db.query<RecordRow & { total: number }>(sql`
    with recursive ${wordsOf(source)},
    changed as materialized (${changedIds(placement, objectType)}),
    tail as materialized (${tailRecords(placement, objectType, sql`r.bucket, r.id, r.created_at as key`, where, sources.held)} limit ${COUNTED_OF_WORDS + 1}::int),
    matches as (select * from (${firstOfWords(source, unchanged, plan)}) f union all select * from tail),
    ${pageOf(plan, sql``)}
    ${recordsOfPage(placement, plan, sql`, ${counted} - ${changed} + (select count(*)::int from tail) as total`)}`);
  // Of a page beyond the last one nothing is known.
  if (rows.length === 0 && plan.offset > 0) return { ...await readByWords(db, placement, { ...plan, offset: 0, limit: 1 }, where, sources), rows: [] };
  const total = rows[0]?.total ?? 0;
  return { total: total <= COUNTED_OF_WORDS ? total : Math.max(total, await estimate(db, where, sources)), rows: rows.map(withoutTotal) };
}

/** A page of matches with their number, and the records of the page. No index has matches of words in an order, so a page alone takes as long. */
async function readMatches(db: Queryable, placement: Placement, plan: SearchPlan, matches: Sql): Promise<Found> {
  const { direction } = orderOf(placement, plan);
  const rows = await db.query<RecordRow & { total: number }>(sql`
    with matches as materialized (${matches}),
    ${pageOf(plan, direction)}
    ${recordsOfPage(placement, plan, sql`, (select count(*)::int from matches) as total`)}`);
  return { total: rows[0]?.total ?? 0, rows: rows.map(withoutTotal) };
}

/** Matches are cut before they are numbered, so that Postgres does not put all of them in order. */
const pageOf = ({ limit, offset }: SearchPlan, direction: Sql): Sql => sql`
    page as (
      select bucket, id, row_number() over (order by key${direction}, id) as place
      from (select bucket, id, key from matches order by key${direction}, id limit ${limit}::int offset ${offset}::int) m)`;

const recordsOfPage = (placement: Placement, { objectType }: SearchPlan, more: Sql): Sql => sql`
    select ${COLUMNS}${more}
    from page p join record r on r.bucket = p.bucket and r.portal_id = ${placement.portalId}::bigint and r.object_type = ${objectType} and r.id = p.id
    order by p.place`;

const withoutTotal = ({ id, properties, version, created_at, updated_at, archived_at }: RecordRow): RecordRow => ({ id, properties, version, created_at, updated_at, archived_at });

/** A page of more matches than are counted: so many that going through records in order soon comes upon enough of them. */
async function readManyMatches(db: Queryable, placement: Placement, plan: SearchPlan, where: Sql, sources: Sources | undefined): Promise<RecordRow[]> {
  const [only] = sources?.any ?? [];
  if (!only?.exact || plan.sort) return await readPage(db, placement, plan, where);
  const { objectType } = plan;
  const reach = plan.offset + plan.limit;
  const first = sql`order by key, id limit ${reach}::int`;
  // What was made after the last one of as many as the page reaches to is not on it.
  const until = sql`(select case when count(*) < ${reach}::int then 'infinity' else max(key) end from listed)`;
  return await db.query<RecordRow>(sql`
    with listed as materialized (select s.bucket, s.id, s.created_at as key from ${rowsOf(only)} where ${only.where} and s.id not in (${changedIds(placement, objectType)}) ${first}),
    matches as (
      select * from listed union all
      (select * from (${tailRecords(placement, objectType, sql`r.bucket, r.id, r.created_at as key`, where, sources!.held, until)}) t ${first})),
    ${pageOf(plan, sql``)}
    ${recordsOfPage(placement, plan, sql``)}`);
}

const looksForWords = ({ text, groups }: SearchPlan): boolean =>
  text.terms.length > 0 || groups.some((group) => group.some((condition) => condition.test === 'matches' && !condition.not));

/** How many matches Postgres expects, where there are more than are counted. */
async function estimate(db: Queryable, where: Sql, sources: Sources | undefined): Promise<number> {
  const [only] = sources?.any ?? [];
  const rows = only?.exact ? sql`${rowsOf(only)} where ${only.where}` : sql`record r where ${where}`;
  const [row] = await db.query<{ 'QUERY PLAN': unknown }>(sql`explain (format json) select 1 from ${rows}`);
  return Math.max(COUNTED_MATCHES + 1, rowsOfPlan(row!['QUERY PLAN']));
}

function rowsOfPlan(plan: unknown): number {
  const [{ Plan: top }] = (typeof plan === 'string' ? JSON.parse(plan) : plan) as [{ Plan: { 'Plan Rows': number } }];
  return top['Plan Rows'];
}

/** What a search is sorted by, missing values last; an index made of the same text gives the order. */
function orderOf(placement: Placement, { objectType, sort }: SearchPlan): { key: Sql; direction: Sql } {
  if (!sort) return { key: sql`r.created_at`, direction: sql`` };
  const { of, as, descending } = sort;
  // The record's own times and id are never missing.
  const last = of.in === 'created' || of.in === 'updated' || of.in === 'id' ? sql`` : sql` nulls last`;
  return { key: keyOf(placement, objectType, of, as), direction: descending ? sql` desc${last}` : sql`` };
}
