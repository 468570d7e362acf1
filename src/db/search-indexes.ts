// Indexes for searches, made when one first wants them and the type has many records: until then a search reads all of
// them, which is as right and slower. Each is for one expression of one portal's object type, so a write pays only for
// what somebody searches by. Made beside the requests; nobody waits for them.

import { createHash } from 'node:crypto';
import sql, { type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import { prepared, type Db } from './db.ts';
import { isMissing, keyOf } from './search-values.ts';
import type { Condition, Kind, Reference, SearchPlan } from './search-plan.ts';

/** An index that a search would like to have. */
export interface WantedIndex {
  portalId: number;
  objectType: string;
  name: string;
  /** What the index is of, when that is no column; Postgres is told to gather statistics of it too. */
  expression: string | undefined;
  /** A condition on the records that are in it. */
  only: string | undefined;
  /** `using btree (...)`, as it stands in the statement that makes the index. */
  columns: string;
}

/**
 * The indexes that would help the plan: of what it compares, of its order. Values that are all given have one, in the order of the page:
 * fewer than one for each of them, for every index is paid for with every write. Words have lists (search-lists.ts).
 */
export function wantedIndexes(placement: Placement, plan: SearchPlan): WantedIndex[] {
  const { objectType, groups } = plan;
  const wanted = new Map<string, WantedIndex>();
  const want = (index: WantedIndex): void => void wanted.set(index.name, index);
  for (const group of groups.filter((one) => !isOfFew(one))) {
    const equal = group.filter(isEqual);
    if (equal.length > 0) want(ofAllEqual(placement, plan, equal));
    for (const condition of group) {
      if (!('of' in condition)) continue;
      const { of } = condition;
      if (condition.test === 'compare' && condition.by !== '<>' && !isEqual(condition)) orderedBy(placement, objectType, of, condition.as).forEach(want);
      if (condition.test === 'in' && !condition.not) orderedBy(placement, objectType, of, condition.as).forEach(want);
      if (isMissingValue(condition)) want(missing(placement, objectType, of));
    }
  }
  const isByProperty = plan.sort?.of.in === 'properties';
  const hasOrder = (group: Condition[]): boolean => isOfFew(group) || (groups.length === 1 && (group.filter(isEqual).length > (isByProperty ? 1 : 0) || (!plan.sort && group.some(isMissingValue))));
  if (groups.length === 0 || !groups.every(hasOrder)) {
    const { of, as, descending } = plan.sort ?? { of: { in: 'created' as const }, as: 'instant' as const, descending: false };
    orderedBy(placement, objectType, of, as, descending).forEach(want);
  }
  return [...wanted.values()];
}

/** A few records that are known by their ids are looked at one by one. */
const isOfFew = (group: Condition[]): boolean => group.some((condition) => condition.test === 'ids' && !condition.not);

type Equal = Extract<Condition, { test: 'compare' }> & { by: '=' };

const isEqual = (condition: Condition): condition is Equal => condition.test === 'compare' && condition.by === '=' && condition.of.in === 'properties';

const isMissingValue = (condition: Condition): boolean => condition.test === 'unknown' && condition.of.in === 'properties';

function indexOf(placement: Placement, objectType: string, columns: string, more: Partial<WantedIndex> = {}): WantedIndex {
  const name = `search_${createHash('sha256').update(`${placement.portalId} ${objectType} ${columns} ${more.only ?? ''}`).digest('hex').slice(0, 24)}`;
  return { portalId: placement.portalId, objectType, name, columns, expression: undefined, only: undefined, ...more };
}

/** For comparing and sorting: a record's own times are columns, of which Postgres knows enough. */
function orderedBy(placement: Placement, objectType: string, of: Reference, as: Kind, descending = false): WantedIndex[] {
  if (of.in === 'created' || of.in === 'updated') return [indexOf(placement, objectType, `using btree (${of.in}_at, id)`)];
  if (of.in !== 'properties') return [];
  const expression = inline(keyOf(placement, objectType, of, as));
  return [indexOf(placement, objectType, `using btree ((${expression})${descending ? ' desc nulls last' : ''}, id)`, { expression })];
}

/**
 * For values that are all given, in the order of the page: of 1,000 deals of an owner those in a stage need not be picked. One value that many
 * records have, in the order of another property, is as well found by the index of that order, and counted in the order of making,
 * in which records lie: 10,000 of them in 2 ms instead of 10.
 */
function ofAllEqual(placement: Placement, { objectType, sort }: SearchPlan, equal: Equal[]): WantedIndex {
  const keys = [...new Set(equal.map(({ of, as }) => inline(keyOf(placement, objectType, of, as))))].sort();
  const order = sort && sort.of.in === 'properties' && equal.length > 1
    ? `(${inline(keyOf(placement, objectType, sort.of, sort.as))})${sort.descending ? ' desc nulls last' : ''}` : `${sort?.of.in === 'updated' ? 'updated' : 'created'}_at`;
  return indexOf(placement, objectType, `using btree (${keys.map((key) => `(${key})`).join(', ')}, ${order}, id)`, { expression: keys.join('), (') });
}

/** What is missing is in no index of what is there. */
const missing = (placement: Placement, objectType: string, of: Reference): WantedIndex =>
  indexOf(placement, objectType, 'using btree (created_at, id)', { only: inline(isMissing(placement, objectType, of)) });

/** A statement's text with its values in it: an index cannot have parameters. */
function inline({ text, values }: Sql): string {
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  }).replaceAll(/\br\./g, '');
}

/** A maker that was not done by then has died. */
export const GIVEN_UP_AFTER_MS = 3_600_000;

/** A type gets so many at most: each is paid for with every write. */
const MAX_INDEXES = 20;

/** Notes that an index is still wanted; false when it is not made. */
export async function keepIndex(db: Db, { portalId, objectType, name }: WantedIndex, at: string): Promise<boolean> {
  const rows = await db.query(sql`
    update search_index set wanted_at = ${at}::timestamptz
    where portal_id = ${portalId}::bigint and object_type = ${objectType} and name = ${name} and ready_at is not null returning name`);
  return rows.length > 0;
}

/** True for the one process that is to make the index, unless the type has too many. */
export async function claimIndex(db: Db, wanted: WantedIndex, at: Date): Promise<boolean> {
  const rows = await db.query(sql`
    insert into search_index (portal_id, object_type, name, expression, wanted_at)
    select ${wanted.portalId}::bigint, ${wanted.objectType}, ${wanted.name}, ${wanted.columns}, ${at.toISOString()}::timestamptz
    where (select count(*) from search_index where portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name <> ${wanted.name}) < ${MAX_INDEXES}::int
    on conflict (portal_id, object_type, name) do update set wanted_at = excluded.wanted_at
      where search_index.ready_at is null and search_index.wanted_at < ${new Date(at.getTime() - GIVEN_UP_AFTER_MS).toISOString()}::timestamptz
    returning name`);
  return rows.length === 1;
}

/** Makes an index that was claimed. */
export async function makeIndex(db: Db, wanted: WantedIndex, clock: () => string, log: { info: (fields: object, message: string) => void }): Promise<void> {
  const ofIndex = sql`portal_id = ${wanted.portalId}::bigint and object_type = ${wanted.objectType} and name = ${wanted.name}`;
  try {
    await db.maintain([`create index ${db.concurrent ? 'concurrently ' : ''}if not exists ${wanted.name} on record ${wanted.columns}
      where portal_id = ${wanted.portalId} and object_type = '${wanted.objectType}' and archived_at is null${wanted.only === undefined ? '' : ` and ${wanted.only}`}`]);
  } catch (error) {
    await db.maintain([`drop index if exists ${wanted.name}`]).catch(() => {});
    await db.query(sql`delete from search_index where ${ofIndex}`);
    throw error;
  }
  // Those of an index with a condition are not asked; without any, Postgres takes every value for a rare one, and read and
  // sorted 50,000 matches (140 ms) where the first hundred in order were enough (0.7 ms). Citus refuses them.
  if (wanted.expression !== undefined) {
    await db.maintain([`create statistics if not exists ${wanted.name}_values on (${wanted.expression}) from record`])
      .catch((error: Error) => log.info({ err: error, index: wanted.name }, 'a search index has no statistics'));
  }
  await db.maintain(['analyze record']);
  await db.query(sql`update search_index set ready_at = ${clock()}::timestamptz where ${ofIndex}`);
}

/** Drops indexes that nobody has asked for since. Returns their names. */
export async function dropIndexes(db: Db, unwantedSince: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(prepared('beside-unwanted-indexes', sql`
    delete from search_index where ready_at is not null and wanted_at < ${unwantedSince}::timestamptz returning name`));
  for (const { name } of rows) await db.maintain([`drop index ${db.concurrent ? 'concurrently ' : ''}if exists ${name}`, `drop statistics if exists ${name}_values`]);
  return rows.map(({ name }) => name);
}
