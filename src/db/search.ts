// Searches as SQL: a plan of conditions over references, no property or operator of HubSpot's by name. Values are
// parameters; only property names are in the text, for so an index on an expression is found, and they hold no other
// characters than letters, digits and underscores.

import sql, { join, raw, type Sql } from 'sql-template-tag';
import { isOfType } from './associations.ts';
import { bucketsOf, bucketOfId, type Placement } from './buckets.ts';
import { integers, type Queryable } from './db.ts';
import { fold } from './fold.ts';
import type { RecordRow } from './records.ts';
import type { Condition, Kind, Reference, SearchPlan, WordPattern } from './search-plan.ts';
import { rarePart, type CommonTrigrams } from './trigrams.ts';

/** What is known of the words in texts of records, where an index finds them. */
export type KnownWords = (of: Reference[]) => CommonTrigrams | undefined;

/** So many matches are counted; more are estimated. */
export const COUNTED_MATCHES = 10_000;

/**
 * A page of live records, and how many there are in all: exactly up to COUNTED_MATCHES, beyond that as Postgres estimates
 * it. A client can reach no more of them, and sees from the estimate how far more there are.
 */
export async function searchRecords(
  db: Queryable, placement: Placement, plan: SearchPlan, words: KnownWords = () => undefined,
): Promise<{ total: number; rows: RecordRow[] }> {
  const where = whereOf(placement, plan, words);
  const { limit, offset } = plan;
  if (looksForWords(plan) && limit > 0) {
    const found = await readMatches(db, placement, plan, where);
    // Of a page beyond the last one nothing is known.
    if (found.rows.length > 0 || offset === 0) {
      return found.total <= COUNTED_MATCHES ? found : { total: await estimate(db, where), rows: await readPage(db, placement, plan, where) };
    }
  }
  const rows = limit === 0 ? [] : await readPage(db, placement, plan, where);
  // A page that is not full says how many there are.
  if (rows.length < limit && (rows.length > 0 || offset === 0)) return { total: offset + rows.length, rows };
  const [counted] = await db.query<{ total: number }>(sql`
    select count(*)::int as total from (select 1 from record r where ${where} limit ${COUNTED_MATCHES + 1}::int) matches`);
  return { total: counted!.total <= COUNTED_MATCHES ? counted!.total : await estimate(db, where), rows };
}

const COLUMNS = raw('r.id, r.properties, r.version, r.created_at, r.updated_at, r.archived_at');

async function readPage(db: Queryable, placement: Placement, plan: SearchPlan, where: Sql): Promise<RecordRow[]> {
  const { key, direction } = orderOf(placement, plan);
  return await db.query<RecordRow>(sql`
    select ${COLUMNS} from record r where ${where} order by ${key}${direction}, r.id limit ${plan.limit}::int offset ${plan.offset}::int`);
}

/**
 * A page and the count of all matches in one go, right as long as these are no more than COUNTED_MATCHES. For searches for words: no
 * index has them in an order, so that a page alone takes as long.
 */
async function readMatches(db: Queryable, placement: Placement, plan: SearchPlan, where: Sql): Promise<{ total: number; rows: RecordRow[] }> {
  const { key, direction } = orderOf(placement, plan);
  const rows = await db.query<RecordRow & { total: number }>(sql`
    with matches as materialized (select r.bucket, r.id, ${key} as key from record r where ${where} limit ${COUNTED_MATCHES + 1}::int),
    page as (
      select bucket, id, row_number() over (order by key${direction}, id) as place, (select count(*)::int from matches) as total from matches
      order by key${direction}, id limit ${plan.limit}::int offset ${plan.offset}::int)
    select ${COLUMNS}, p.total
    from page p join record r on r.bucket = p.bucket and r.portal_id = ${placement.portalId}::bigint and r.object_type = ${plan.objectType} and r.id = p.id
    order by p.place`);
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map(({ id, properties, version, created_at, updated_at, archived_at }) => ({ id, properties, version, created_at, updated_at, archived_at })),
  };
}

const looksForWords = ({ text, groups }: SearchPlan): boolean =>
  text.terms.length > 0 || groups.some((group) => group.some((condition) => condition.test === 'matches' && !condition.not));

/** How many matches Postgres expects, where there are more than are counted. */
async function estimate(db: Queryable, where: Sql): Promise<number> {
  const [row] = await db.query<{ 'QUERY PLAN': unknown }>(sql`explain (format json) select 1 from record r where ${where}`);
  return Math.max(COUNTED_MATCHES + 1, rowsOfPlan(row!['QUERY PLAN']));
}

function rowsOfPlan(plan: unknown): number {
  const [{ Plan: top }] = (typeof plan === 'string' ? JSON.parse(plan) : plan) as [{ Plan: { 'Plan Rows': number } }];
  return top['Plan Rows'];
}

function whereOf(placement: Placement, plan: SearchPlan, words: KnownWords): Sql {
  const { objectType, groups, text } = plan;
  const parts = [sql`${inPortal(placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null`];
  if (groups.length > 0) parts.push(sql`(${join(groups.map((group) => sql`(${join(group.map((one) => conditionOf(placement, plan, one, words)), ' and ')})`), ' or ')})`);
  for (const term of text.terms) parts.push(text.of.length === 0 ? sql`false` : holdsWord(placement, objectType, text.of, fold(term), words));
  return join(parts, ' and ');
}

/** A pattern of LIKE: the parts with anything between them. */
const likeParts = (parts: string[]): string => parts.map((part) => part.replaceAll(/[\\%_]/g, '\\$&')).join('%');

/** A pattern of LIKE for texts that hold the part. */
const likeOf = (part: string): string => likeParts(['', part, '']);

/** The word is part of one of the texts: by the index for what is rare in it, then by itself, which is hidden from the index. */
function holdsWord(placement: Placement, objectType: string, of: Reference[], word: string, words: KnownWords): Sql {
  const text = textOf(placement, objectType, of);
  const common = words(of);
  if (!common) return sql`${text} like ${likeOf(word)}`;
  const part = rarePart(word, common);
  if (part === word) return sql`${text} like ${likeOf(word)}`;
  const whole = unindexed(sql`${text} like ${likeOf(word)}`);
  return part === undefined ? whole : sql`(${text} like ${likeOf(part)} and ${whole})`;
}

/**
 * A condition that no index is asked for, and of which Postgres believes that every second record fulfils it. Of a pattern it believes
 * that hardly any does, and sorted 20,000 that did instead of going through them in order.
 */
const unindexed = (condition: Sql): Sql => sql`case when ${condition} then true else false end`;

/** The texts that an index for the words of a property is of: those that `query` looks at, if it is one of them. */
export function wordsWith(plan: SearchPlan, of: Reference): Reference[] {
  return plan.text.of.some((one) => one.in === 'properties' && of.in === 'properties' && one.property === of.property) ? plan.text.of : [of];
}

/** All texts as one, a line each: no term reaches over the end of a line. */
export function textOf(placement: Placement, objectType: string, of: Reference[]): Sql {
  return sql`fold(${join(of.map((one) => sql`coalesce(${valueOf(placement, objectType, one, 'exact')}, '')`), " || E'\\n' || ")})`;
}

/** What a search is sorted by, missing values last; an index made of the same text gives the order. */
function orderOf(placement: Placement, { objectType, sort }: SearchPlan): { key: Sql; direction: Sql } {
  if (!sort) return { key: sql`r.created_at`, direction: sql`` };
  const { of, as, descending } = sort;
  // The record's own times and id are never missing.
  const last = of.in === 'created' || of.in === 'updated' || of.in === 'id' ? sql`` : sql` nulls last`;
  return { key: keyOf(placement, objectType, of, as), direction: descending ? sql` desc${last}` : sql`` };
}

/** An index row holds some 2,700 bytes: texts are in indexes with so many letters, and in order by them. */
const KEY_LETTERS = 500;

/** A value as it is compared and sorted by; an index made of the same text finds it. Long texts by their beginning. */
export function keyOf(placement: Placement, objectType: string, of: Reference, as: Kind): Sql {
  const isText = of.in === 'properties' && (as === 'folded' || as === 'exact');
  return isText ? sql`(left(${valueOf(placement, objectType, of, as)}, ${raw(String(KEY_LETTERS))}) collate "C")` : wholeOf(placement, objectType, of, as);
}

/** A value for comparison with operands: a shorter one compares with a text's beginning as with the text. */
function comparedOf(placement: Placement, objectType: string, of: Reference, as: Kind, operands: string[]): Sql {
  return operands.every((operand) => operand.length < KEY_LETTERS) ? keyOf(placement, objectType, of, as) : wholeOf(placement, objectType, of, as);
}

/** Text compares byte by byte, whatever the database's locale: so it does in indexes. */
function wholeOf(placement: Placement, objectType: string, of: Reference, as: Kind): Sql {
  const value = valueOf(placement, objectType, of, as);
  return as === 'number' || of.in === 'created' || of.in === 'updated' ? value : sql`(${value} collate "C")`;
}

/** Holds for records without the value; an index of those it holds for has the same text as its condition. */
export function isMissing(placement: Placement, objectType: string, of: Reference): Sql {
  return sql`${valueOf(placement, objectType, of, 'exact')} is null`;
}

/** One bucket is compared, not listed: only so an index gives an order. */
export function inPortal(placement: Placement, alias: string): Sql {
  const buckets = bucketsOf(placement);
  if (buckets.length === 1) return inBucket(buckets[0]!, placement, alias);
  return sql`${raw(alias)}.bucket = any(${integers(buckets)}::int[]) and ${raw(alias)}.portal_id = ${placement.portalId}::bigint`;
}

export const inBucket = (bucket: number, { portalId }: Placement, alias: string): Sql => sql`${raw(alias)}.bucket = ${bucket}::int and ${raw(alias)}.portal_id = ${portalId}::bigint`;

function conditionOf(placement: Placement, plan: SearchPlan, condition: Condition, words: KnownWords): Sql {
  const { objectType } = plan;
  const value = (of: Reference, as: Kind): Sql => valueOf(placement, objectType, of, as);
  switch (condition.test) {
    case 'known': return sql`${value(condition.of, 'exact')} is not null`;
    case 'unknown': return isMissing(placement, objectType, condition.of);
    case 'compare': {
      const { of, as } = condition;
      const operand = as === 'folded' ? fold(condition.operand) : condition.operand;
      return sql`${comparedOf(placement, objectType, of, as, [operand])} ${raw(condition.by)} ${operandOf(of, as, operand)}`;
    }
    case 'in': {
      const { of, as, operands } = condition;
      const list = sql`array[${join(operands.map((operand) => operandOf(of, as, operand)), ', ')}]`;
      return sql`${comparedOf(placement, objectType, of, as, operands)} ${raw(condition.not ? '<> all' : '= any')}(${list})`;
    }
    case 'options': {
      const stored = value(condition.of, 'exact');
      const hit = sql`string_to_array(${stored}, ';') && ${condition.operands}::text[]`;
      return condition.not ? sql`(${stored} is not null and not ${hit})` : hit;
    }
    case 'matches': {
      const stored = value(condition.of, condition.as);
      // LIKE is told in a tenth of the time.
      const matches = ({ expression, whole }: WordPattern): Sql => (whole ? sql`(${stored} like ${likeParts(whole)} or ${stored} ~ ${expression})` : sql`${stored} ~ ${expression}`);
      const all = sql`(${join(condition.patterns.map(matches), ' and ')})`;
      if (condition.not) return sql`(${stored} is not null and not ${all})`;
      // An index of words tells who may match.
      const indexed = wordsWith(plan, condition.of);
      const common = words(indexed);
      const parts = common ? condition.patterns.flatMap(({ holds }) => holds.flatMap((part) => rarePart(fold(part), common) ?? [])) : [];
      const text = textOf(placement, objectType, indexed);
      return join([...parts.map((part) => sql`${text} like ${likeOf(part)}`), unindexed(all)], ' and ');
    }
    case 'associated': return associatedOf(placement, objectType, condition);
    case 'ids': return condition.not ? sql`r.id <> all(${integers(condition.ids)}::bigint[])` : sql`r.id = any(${integers(condition.ids)}::bigint[])`;
    default: return condition satisfies never;
  }
}

/** Read from the other records' side: the ids are few, and their rows are theirs. */
function associatedOf(placement: Placement, objectType: string, { toType, ids, not }: Extract<Condition, { test: 'associated' }>): Sql {
  const own = sql`exists (select 1 from association a where a.bucket = r.bucket and a.portal_id = r.portal_id and a.from_type = r.object_type and a.from_id = r.id and a.to_type = ${toType})`;
  if (ids === undefined) return not ? sql`not ${own}` : own;
  const hit = sql`r.id in (
    select a.to_id from association a where a.bucket = any(${integers([...new Set(ids.map(bucketOfId))])}::int[]) and a.portal_id = ${placement.portalId}::bigint
      and a.from_type = ${toType} and a.from_id = any(${integers(ids)}::bigint[]) and a.to_type = ${objectType})`;
  return not ? sql`(${own} and not ${hit})` : hit;
}

function valueOf(placement: Placement, objectType: string, of: Reference, as: Kind): Sql {
  if (of.in === 'id') return as === 'number' ? sql`r.id` : sql`(r.id::text)`;
  if (of.in === 'created' || of.in === 'updated') {
    const at = of.in === 'created' ? sql`r.created_at` : sql`r.updated_at`;
    // As text only where a search asks for words in it.
    return as === 'instant' ? at : typed(sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, as);
  }
  return typed(of.in === 'properties' ? storedOf(of) : followedOf(placement, objectType, of as Extract<Reference, { in: 'associations' }>), as);
}

function typed(text: Sql, as: Kind): Sql {
  switch (as) {
    case 'number': return sql`as_number(${text})`;
    case 'folded': return sql`fold(${text})`;
    // Stored instants are text of one form, in which order of letters is order of time.
    case 'exact': case 'instant': return text;
    default: return as satisfies never;
  }
}

function storedOf({ property, initial }: Extract<Reference, { in: 'properties' }>): Sql {
  if (!/^\w+$/.test(property)) throw new Error(`${property} is no name of a property`);
  const stored = raw(`r.properties->>'${property}'`);
  return initial === undefined ? sql`(${stored})` : sql`coalesce(${stored}, ${initial})`;
}

function followedOf(placement: Placement, objectType: string, of: Extract<Reference, { in: 'associations' }>): Sql {
  const rows = sql`from association a where a.bucket = r.bucket and a.portal_id = ${placement.portalId}::bigint and a.from_type = ${objectType}
    and a.from_id = r.id and a.to_type = ${of.toType} and ${isOfType(of)}`;
  if (of.shows === 'count') return sql`(select count(*)::text ${rows})`;
  if (of.shows === 'any') return sql`(exists (select 1 ${rows}))::text`;
  if (of.shows === 'id') return sql`(select min(a.to_id)::text ${rows})`;
  return sql`(
    select string_agg(t.properties->>${of.shows.valuesOf}, ';' order by t.id) from record t
    where t.portal_id = ${placement.portalId}::bigint and t.object_type = ${of.toType} and t.archived_at is null
      and ${inPortal(placement, 't')} and t.id in (select a.to_id ${rows}))`;
}

function operandOf(of: Reference, as: Kind, operand: string): Sql {
  if (of.in === 'created' || of.in === 'updated') return sql`${operand}::timestamptz`;
  return as === 'number' ? sql`${operand}::numeric` : sql`${operand}::text`;
}
