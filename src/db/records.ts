// Reading records, their unique values and their revisions.

import { createHash } from 'node:crypto';
import sql, { join } from 'sql-template-tag';
import { bucketsOf, bucketOfId, bucketOfKey, type Placement } from './buckets.ts';
import { integers, prepared, texts, type Queryable } from './db.ts';
import { modelVersion } from './portals.ts';

export interface RecordRow {
  id: number;
  properties: Record<string, string>;
  version: number;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
}

/** A record as it was read, with the version that the portal's model had at that moment. */
export interface ReadRow extends RecordRow {
  model_version: number;
}

/** A unique value that a record takes, or gives back. */
export interface UniqueValue {
  property: string;
  value: string;
  id: number;
}

export interface WriteSource {
  type: string;
  id: string | null;
}

/** Records that were merged into others are no longer live, but not archived either. */
const ARCHIVED = sql`not null and merged_into is null`;

/** Live records by id, or archived ones; in no particular order, missing ids are left out. */
export async function readRecords(db: Queryable, placement: Placement, objectType: string, ids: number[], archived = false): Promise<ReadRow[]> {
  if (ids.length === 0) return [];
  // One without arrays: how long those are is not known before, so Postgres plans such a statement anew each time.
  if (ids.length === 1) {
    return await db.query<ReadRow>(prepared(`read-record-${archived}`, sql`
      select id, properties, version, created_at, updated_at, archived_at, ${modelVersion(placement)} from record
      where bucket = ${bucketOfId(ids[0]!)}::int and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
        and id = ${ids[0]}::bigint and archived_at is ${archived ? ARCHIVED : sql`null`}`));
  }
  const buckets = [...new Set(ids.map(bucketOfId))];
  return await db.query<ReadRow>(prepared(`read-records-${archived}`, sql`
    select id, properties, version, created_at, updated_at, archived_at, ${modelVersion(placement)} from record
    where bucket = any(${integers(buckets)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and id = any(${integers(ids)}::bigint[]) and archived_at is ${archived ? ARCHIVED : sql`null`}`));
}

/**
 * A page of records with ids from `fromId` on, in order of id. A part for each bucket of the portal, mostly one: only so
 * does the index give the order; with `bucket = any(...)` Postgres sorted all records from `fromId` on, 4 ms of 20,000.
 */
export async function listRecords(
  db: Queryable, placement: Placement, objectType: string, page: { fromId: number; limit: number; archived: boolean },
): Promise<ReadRow[]> {
  const buckets = bucketsOf(placement);
  const parts = buckets.map((bucket) => sql`(
    select id, properties, version, created_at, updated_at, archived_at, ${modelVersion(placement)} from record
    where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and id >= ${page.fromId}::bigint and archived_at is ${page.archived ? ARCHIVED : sql`null`}
    order by id limit ${page.limit}::int)`);
  const name = `list-records-${page.archived}`;
  if (parts.length === 1) return await db.query<ReadRow>(prepared(name, parts[0]!));
  return await db.query<ReadRow>(prepared(`${name}-${parts.length}`, sql`${join(parts, ' union all ')} order by id limit ${page.limit}::int`));
}

/** Which of the ids, of several object types, are live records. */
export async function findLiveRecords(db: Queryable, placement: Placement, keys: { objectType: string; id: number }[]): Promise<{ object_type: string; id: number }[]> {
  if (keys.length === 0) return [];
  return await db.query<{ object_type: string; id: number }>(prepared('find-live-records', sql`
    select object_type, id from record
    where bucket = any(${[...new Set(keys.map((k) => bucketOfId(k.id)))]}::int[]) and portal_id = ${placement.portalId}::bigint
      and object_type = any(${[...new Set(keys.map((k) => k.objectType))]}::text[])
      and id = any(${integers([...new Set(keys.map((k) => k.id))])}::bigint[]) and archived_at is null`));
}

/** Ids of records, by object type. */
export type IdsByType = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Locks records until the end of the transaction, and says how many of them are live: nobody archives or merges them
 * meanwhile, and whoever wants to write their associations waits. Bucket by bucket, then in order of type and id, as every
 * writer does it; one statement each, for Citus locks rows of several shards in no single one. Records that are not live are
 * locked too: Postgres would do so anyway with one that was live when the statement began.
 */
export async function lockRecords(tx: Queryable, placement: Placement, ids: IdsByType): Promise<number> {
  const buckets = new Map<number, { types: Set<string>; ids: number[] }>();
  for (const [objectType, some] of ids) {
    for (const id of some) {
      let bucket = buckets.get(bucketOfId(id));
      if (!bucket) buckets.set(bucketOfId(id), (bucket = { types: new Set(), ids: [] }));
      bucket.types.add(objectType);
      bucket.ids.push(id);
    }
  }
  let locked = 0;
  for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) {
    const here = buckets.get(bucket)!;
    const [row] = await tx.query<{ count: number }>(prepared('lock-records', sql`
      with locked as materialized (
        select archived_at is null as live from record
        where bucket = ${bucket}::int and portal_id = ${placement.portalId}::bigint and object_type = any(${[...here.types]}::text[])
          and id = any(${integers(here.ids)}::bigint[])
        order by object_type, id for no key update)
      select count(*) filter (where live)::int as count from locked`));
    locked += row!.count;
  }
  return locked;
}

export const countIds = (ids: IdsByType): number => [...ids.values()].reduce((sum, some) => sum + some.size, 0);

/** Groups keys of records for lockRecords. */
export function idsByType(keys: Iterable<{ objectType: string; id: number }>): Map<string, Set<number>> {
  const ids = new Map<string, Set<number>>();
  for (const { objectType, id } of keys) {
    let some = ids.get(objectType);
    if (!some) ids.set(objectType, (some = new Set()));
    some.add(id);
  }
  return ids;
}

/**
 * The records that hold unique values: one row per value that is taken. Asked by arrays, for which Postgres takes the
 * index whatever it knows of the table; a join with the keys it made by reading a whole table that is new to it.
 */
export async function findUniqueValues(
  db: Queryable, placement: Placement, objectType: string, keys: { property: string; value: string }[],
): Promise<UniqueValue[]> {
  if (keys.length === 0) return [];
  const properties = new Set(keys.map((k) => k.property));
  const buckets = new Set(keys.map((k) => bucketOfUnique(placement, objectType, k)));
  const rows = await db.query<UniqueValue>(prepared('find-unique-values', sql`
    select property, value, id from unique_value
    where bucket = any(${integers([...buckets])}::int[])
      and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and property = any(${texts([...properties])}::text[]) and value = any(${texts([...new Set(keys.map((k) => keptValue(k.value)))])}::text[])`));
  // Of one property nothing else can be found, and a short value is kept as it is.
  if (properties.size === 1 && !rows.some((row) => row.value.startsWith(HASHED))) return rows;
  const given = new Map(keys.map((k) => [`${k.property} ${keptValue(k.value)}`, k.value]));
  return rows.flatMap((row) => {
    const value = given.get(`${row.property} ${row.value}`);
    return value === undefined ? [] : [{ ...row, value }];
  });
}

export interface RevisionValue {
  id: number;
  version: number;
  at: string;
  source: WriteSource;
  property: string;
  value: string | null;
}

/** What past writes gave to `properties` of the records; version 1 of a record never updated is the record itself. */
export async function readRevisions(
  db: Queryable, placement: Placement, objectType: string, ids: number[], properties: string[],
): Promise<RevisionValue[]> {
  if (ids.length === 0 || properties.length === 0) return [];
  return await db.query<RevisionValue>(prepared('read-revisions', sql`
    select r.id, r.version, r.at, r.source, e.key as property, e.value
    from record_revision r, jsonb_each_text(r.changes) e
    where r.bucket = any(${[...new Set(ids.map(bucketOfId))]}::int[]) and r.portal_id = ${placement.portalId}::bigint
      and r.object_type = ${objectType} and r.id = any(${ids}::bigint[]) and e.key = any(${properties}::text[])
    order by r.id, r.version desc`));
}

/** Which of `properties` have lost a value that the records once had. */
export async function findCleared(db: Queryable, placement: Placement, objectType: string, ids: number[], properties: string[]): Promise<{ id: number; property: string }[]> {
  if (ids.length === 0 || properties.length === 0) return [];
  return await db.query<{ id: number; property: string }>(prepared('find-cleared', sql`
    select distinct r.id, e.key as property
    from record_revision r, jsonb_each_text(r.changes) e
    where r.bucket = any(${integers([...new Set(ids.map(bucketOfId))])}::int[]) and r.portal_id = ${placement.portalId}::bigint
      and r.object_type = ${objectType} and r.id = any(${integers(ids)}::bigint[]) and e.key = any(${texts(properties)}::text[]) and e.value is null`));
}

export const uniqueKey = (objectType: string, key: { property: string; value: string }): string => `${objectType}:${key.property}:${key.value}`;

/** The bucket of a unique value. */
export const bucketOfUnique = (placement: Placement, objectType: string, key: { property: string; value: string }): number =>
  bucketOfKey(placement, placement.bucketSpread === 1 ? '' : uniqueKey(objectType, key));

/** No unique value starts with it: they are compared trimmed. */
const HASHED = ' ';

/** An index row holds some 2,700 bytes. Longer values are kept by their hash; the space keeps it apart from any value. */
export const keptValue = (value: string): string => (value.length <= 500 ? value : `${HASHED}${createHash('sha256').update(value).digest('hex')}`);
