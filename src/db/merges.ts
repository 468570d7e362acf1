// Merged records: the new record that takes everything over, and the old ones that stay as names of it. What belongs to a
// record moves to the new id here; which values it has is decided in src/crm. All but findSurvivors want a transaction.

import sql from 'sql-template-tag';
import { bucketOfId, bucketOfKey, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';
import { keptValue, uniqueKey, type RecordRow, type UniqueValue, type WriteSource } from './records.ts';
import { noteWritten } from './search-tail.ts';

/** A record of some type, by id. */
export interface RecordKey {
  objectType: string;
  id: number;
}

/** The records that merged-away ones now are, for those of the keys that were merged away. */
export async function findSurvivors(db: Queryable, placement: Placement, keys: RecordKey[]): Promise<(RecordKey & { survivor: number })[]> {
  if (keys.length === 0) return [];
  return await db.query<RecordKey & { survivor: number }>(prepared('find-survivors', sql`
    select object_type as "objectType", id, merged_into as survivor from record
    where bucket = any(${bucketsOfIds(keys.map((k) => k.id))}::int[]) and portal_id = ${placement.portalId}::bigint
      and object_type = any(${[...new Set(keys.map((k) => k.objectType))]}::text[])
      and id = any(${keys.map((k) => k.id)}::bigint[]) and merged_into is not null`));
}

/**
 * Reads a record that was not merged away, a live one or any, and keeps every other writer off it until the end of the
 * transaction. One at a time: Citus locks rows of several shards in no single statement.
 */
export async function lockRecord(tx: Queryable, placement: Placement, objectType: string, id: number, which: 'live' | 'any'): Promise<RecordRow | undefined> {
  const [row] = await tx.query<RecordRow>(prepared('lock-record', sql`
    select id, properties, version, created_at, updated_at, archived_at from record
    where bucket = ${bucketOfId(id)}::int and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and id = ${id}::bigint and merged_into is null and (${which === 'any'}::boolean or archived_at is null)
    for update`));
  return row;
}

/**
 * Makes the revisions of two records those of `to`, numbered anew in order of time; at one instant the primary's come
 * last. A version 1 that the record itself has stood for is written down. There are as many as both had versions.
 */
export async function moveRevisions(tx: Queryable, placement: Placement, objectType: string, ids: number[], primary: number, to: number): Promise<void> {
  const { portalId } = placement;
  const buckets = bucketsOfIds(ids);
  await tx.query(prepared('move-revisions', sql`
    with old as materialized (
      delete from record_revision where bucket = any(${buckets}::int[]) and portal_id = ${portalId}::bigint
        and object_type = ${objectType} and id = any(${ids}::bigint[])
      returning id, version, at, source, changes),
    first as materialized (
      select id, version, created_at as at,
        jsonb_build_object('type', properties->>'hs_object_source', 'id', properties->>'hs_object_source_id') as source, properties as changes
      from record where bucket = any(${buckets}::int[]) and portal_id = ${portalId}::bigint
        and object_type = ${objectType} and id = any(${ids}::bigint[]) and version = 1)
    insert into record_revision (bucket, portal_id, object_type, id, version, at, source, changes)
    select ${bucketOfId(to)}::int, ${portalId}::bigint, ${objectType}::text, ${to}::bigint,
      (row_number() over (order by u.at, u.id = ${primary}::bigint, u.version))::int, u.at, u.source, u.changes
    from (select * from old union all select * from first) u`));
}

/** The newest value of every property that the record's revisions name; null when it was cleared. */
export async function readLastValues(db: Queryable, placement: Placement, objectType: string, id: number): Promise<Map<string, string | null>> {
  const rows = await db.query<{ property: string; value: string | null }>(prepared('read-last-values', sql`
    select distinct on (e.key) e.key as property, e.value
    from record_revision r, jsonb_each_text(r.changes) e
    where r.bucket = ${bucketOfId(id)}::int and r.portal_id = ${placement.portalId}::bigint and r.object_type = ${objectType} and r.id = ${id}::bigint
    order by e.key, r.version desc`));
  return new Map(rows.map((row) => [row.property, row.value]));
}

export interface MergeWrite {
  objectType: string;
  at: string;
  source: WriteSource;
  /** The record that takes over. */
  survivor: { id: number; version: number; createdAt: string; properties: Record<string, string> };
  /** What the merge changed beyond what the revisions say: the survivor's last revision. */
  changes: Record<string, string | null>;
  /** Every record that is now the survivor: the two, and those that were one of them before. */
  merged: number[];
  /** Unique values that go to the survivor, and those that nobody has any more. */
  kept: UniqueValue[];
  dropped: UniqueValue[];
}

/** Writes the survivor with its last revision, hands it the unique values, and makes the others names of it. */
export async function writeMerge(tx: Queryable, placement: Placement, write: MergeWrite): Promise<void> {
  const { portalId } = placement;
  const { survivor, objectType } = write;
  const [kept, dropped] = [write.kept, write.dropped].map((values) => ({
    buckets: values.map((v) => bucketOfKey(placement, uniqueKey(objectType, v))), properties: values.map((v) => v.property), values: values.map((v) => keptValue(v.value)),
  })) as [Columns, Columns];
  await tx.query(prepared('write-merge', sql`
    with survivor as (
      insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
      values (${bucketOfId(survivor.id)}::int, ${portalId}::bigint, ${objectType}, ${survivor.id}::bigint,
        ${JSON.stringify(survivor.properties)}::jsonb, ${survivor.version}::int, ${survivor.createdAt}::timestamptz, ${write.at}::timestamptz)),
    revised as (
      insert into record_revision (bucket, portal_id, object_type, id, version, at, source, changes)
      values (${bucketOfId(survivor.id)}::int, ${portalId}::bigint, ${objectType}, ${survivor.id}::bigint,
        ${survivor.version}::int, ${write.at}::timestamptz, ${JSON.stringify(write.source)}::jsonb, ${JSON.stringify(write.changes)}::jsonb)),
    merged as (
      update record set merged_into = ${survivor.id}::bigint, archived_at = ${write.at}::timestamptz, properties = '{}'::jsonb
      where bucket = any(${bucketsOfIds(write.merged)}::int[]) and portal_id = ${portalId}::bigint and object_type = ${objectType}
        and id = any(${write.merged}::bigint[])),
    ${noteWritten('noted', placement, objectType, [survivor.id, ...write.merged])},
    kept as (
      update unique_value u set id = ${survivor.id}::bigint
      from unnest(${kept.buckets}::int[], ${kept.properties}::text[], ${kept.values}::text[]) as k (bucket, property, value)
      where u.bucket = k.bucket and u.portal_id = ${portalId}::bigint and u.object_type = ${objectType}
        and u.property = k.property and u.value = k.value),
    dropped as (
      delete from unique_value u
      using unnest(${dropped.buckets}::int[], ${dropped.properties}::text[], ${dropped.values}::text[]) as d (bucket, property, value)
      where u.bucket = d.bucket and u.portal_id = ${portalId}::bigint and u.object_type = ${objectType}
        and u.property = d.property and u.value = d.value)
    select 1 as ok`));
}

interface Columns {
  buckets: number[];
  properties: string[];
  values: string[];
}

function bucketsOfIds(ids: number[]): number[] {
  return [...new Set(ids.map(bucketOfId))].sort((a, b) => a - b);
}
