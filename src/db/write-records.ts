// Writing records: one statement for a whole batch, whatever is in it. It happens entirely or not at all, without a
// surrounding transaction.

import sql, { join, type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import { errorCode, integers, prepared, texts, type Queryable } from './db.ts';
import { bucketOfUnique, keptValue, type UniqueValue, type WriteSource } from './records.ts';
import { noteWritten, tailTexts, type TailWords } from './search-tail.ts';

/** A record to be made. Properties hold only those with a value. */
export interface NewRecord {
  id: number;
  properties: Record<string, string>;
}

/** A change of a record that is still at `version`; `remove` names the properties that lose their value. */
export interface RecordChange {
  id: number;
  version: number;
  set: Record<string, string>;
  remove: string[];
}

export interface RecordWrite {
  objectType: string;
  /** ISO time of the write. */
  at: string;
  /** Who wrote: kept in the revision. */
  source: WriteSource;
  creates: NewRecord[];
  updates: RecordChange[];
  claims: UniqueValue[];
  releases: UniqueValue[];
  /** Records that are archived while still at their version. */
  archives?: { id: number; version: number }[];
  /** What new records tell along for lists of words. */
  searchWords?: TailWords | undefined;
  /** Refuses when the portal's model is another one: that of the plan said which unique values there are to give back. */
  modelVersion?: number;
  /** The portal's own properties that get values: they are kept as they are until the write is done. */
  expects?: ExpectedProperty[];
}

/** A property with what it was when the write was planned: kindOfProperty of its definition. */
export interface ExpectedProperty {
  name: string;
  kind: string;
}

/** What decides how values of a property are stored, and who may write them. The same text is made of a row below. */
export const kindOfProperty = (definition: { type: string; hasUniqueValue: boolean; dataSensitivity?: string }): string =>
  `${definition.type}|${definition.hasUniqueValue}|${definition.dataSensitivity ?? ''}`;

/** A unique value is taken, or a record is no longer at the expected version. Nothing was written: read again. */
export class StaleWriteError extends Error {}

/** The portal's model is no longer the one that the work was planned by. Nothing was written: begin anew with another snapshot. */
export class StaleModelError extends Error {}

/** Batches of more records than this take turns. */
const BULK = 10;

const DIVISION_BY_ZERO = '22012';
const LOGARITHM_OF_ZERO = '2201E';
export const UNIQUE_VIOLATION = '23505';

/**
 * Writes a batch: records, revisions and unique values in one round trip. A claim that somebody holds is a
 * unique violation; a version that has moved, or a value that is no longer with the record that hands it on, makes the last
 * line divide by zero: either undoes the statement and is a StaleWriteError. Rows of expected properties are locked against
 * being changed or archived; one that was makes the last line take a logarithm of zero, which is a StaleModelError. With five
 * of them a batch takes 0.3 ms longer, measured as below; without any nothing.
 *
 * Measured, Postgres 18 on two cores, 4 connections, 100 contacts of 19 properties: 2.3 ms of Postgres's CPU a batch, of
 * which the plain insert of the records 1.3, the unique values 1.0; `on conflict do nothing` instead of the violation
 * costs 0.5 more, a revision row for every new record 1.5 more, four statements in a transaction twice the whole. Values
 * travel as one JSON text, which costs the program half of what an array of texts or a VALUES list costs; ids beside it as an
 * array, which costs Postgres a tenth less than picking them out of the JSON.
 */
export async function writeRecords(db: Queryable, placement: Placement, write: RecordWrite): Promise<void> {
  const parts: Sql[] = [];
  const guards: Sql[] = [];
  let shape = '';
  const { portalId } = placement;
  const common = sql`select ${portalId}::bigint as portal_id, ${write.objectType}::text as object_type, ${write.at}::timestamptz as at`;

  const { moved, claimed, released } = splitMoves(write);
  if (moved.length > 0) {
    shape += 'm';
    const moves = uniqueColumns(placement, write.objectType, moved);
    parts.push(sql`moved as (
      update unique_value u set id = m.id
      from unnest(${moves.buckets}::int[], ${moves.properties}::text[], ${moves.values}::text[], ${moves.ids}::bigint[], ${integers(moves.sorted.map((m) => m.from))}::bigint[])
        as m (bucket, property, value, id, from_id)
      where u.bucket = m.bucket and u.portal_id = ${portalId}::bigint and u.object_type = ${write.objectType}::text
        and u.property = m.property and u.value = m.value and u.id = m.from_id
      returning 1)`);
    guards.push(sql`(select count(*) from moved) = ${moved.length}::bigint`);
  }
  if (claimed.length > 0) {
    shape += 'c';
    const claims = uniqueColumns(placement, write.objectType, claimed);
    parts.push(sql`claimed as (
      insert into unique_value (bucket, portal_id, object_type, property, value, id)
      select u.bucket, ${portalId}::bigint, ${write.objectType}::text, u.property, u.value, u.id
      from unnest(${claims.buckets}::int[], ${claims.properties}::text[], ${claims.values}::text[], ${claims.ids}::bigint[])
        as u (bucket, property, value, id))`);
  }
  if (released.length > 0) {
    shape += 'r';
    const releases = uniqueColumns(placement, write.objectType, released);
    parts.push(sql`released as (
      delete from unique_value u
      using common c, unnest(${releases.buckets}::int[], ${releases.properties}::text[], ${releases.values}::text[], ${releases.ids}::bigint[])
        as r (bucket, property, value, id)
      where u.bucket = r.bucket and u.portal_id = c.portal_id and u.object_type = c.object_type
        and u.property = r.property and u.value = r.value and u.id = r.id)`);
  }
  if (write.creates.length > 0) {
    shape += 'n';
    parts.push(sql`created as (
      insert into record (bucket, portal_id, object_type, id, properties, version, created_at, updated_at)
      select (n.id % 4096)::int, ${portalId}::bigint, ${write.objectType}::text, n.id, n.properties, 1, ${write.at}::timestamptz, ${write.at}::timestamptz
      from rows from (
        unnest(${integers(write.creates.map((n) => n.id))}::bigint[]), jsonb_array_elements(${JSON.stringify(write.creates.map((n) => n.properties))}::jsonb)
      ) as n (id, properties))`);
    const words = write.searchWords && tailTexts(write.searchWords, write.creates.map((n) => n.properties));
    if (words) shape += 't';
    parts.push(noteWritten('noted', placement, write.objectType, write.creates.map((n) => n.id), { at: write.at, words }));
  }
  if (write.updates.length > 0) {
    const clears = write.updates.some((u) => u.remove.length > 0);
    shape += `u${clears ? 'd' : ''}${write.updates.some((u) => u.version === 1) ? 'f' : ''}`;
    parts.push(...updateParts(placement, write, clears));
    guards.push(sql`(select count(*) from updated) = ${write.updates.length}::bigint`);
  }
  if (write.archives && write.archives.length > 0) {
    shape += 'x';
    parts.push(sql`archived as (
      update record r set archived_at = c.at
      from common c, jsonb_array_elements(${JSON.stringify(write.archives)}::jsonb) e
      where r.bucket = ((e->>'id')::bigint % 4096)::int and r.portal_id = c.portal_id and r.object_type = c.object_type
        and r.id = (e->>'id')::bigint and r.version = (e->>'version')::int and r.archived_at is null
      returning 1)`);
    guards.push(sql`(select count(*) from archived) = ${write.archives.length}::bigint`);
  }
  const changed = [...write.updates, ...(write.archives ?? [])].map(({ id }) => id);
  if (changed.length > 0) parts.push(noteWritten('noted_changed', placement, write.objectType, changed));
  if (parts.length === 0) return;

  const modelGuards: Sql[] = [];
  if (write.modelVersion !== undefined) {
    shape += 'v';
    modelGuards.push(sql`(select model_version from portal where portal_id = ${portalId}::bigint) = ${write.modelVersion}::bigint`);
  }
  const expects = write.expects ?? [];
  if (expects.length > 0) {
    shape += 'p';
    parts.push(sql`expected as materialized (
      select p.name from property p, unnest(${texts(expects.map((e) => e.name))}::text[], ${texts(expects.map((e) => e.kind))}::text[]) as e (name, kind)
      where p.portal_id = ${portalId}::bigint and p.object_type = ${write.objectType}::text and p.name = e.name
        and concat_ws('|', p.definition->>'type', p.definition->>'hasUniqueValue', coalesce(p.definition->>'dataSensitivity', '')) = e.kind
      for share of p)`);
    modelGuards.push(sql`(select count(*) from expected) = ${expects.length}::bigint`);
  }

  const isModelCurrent = modelGuards.length > 0 ? sql`, ln((${join(modelGuards, ' and ')})::int::float8) as model` : sql``;
  const statement = sql`with common as materialized (${common}), ${join(parts, ', ')} select 1 / (${guards.length > 0 ? join(guards, ' and ') : sql`true`})::int as ok${isModelCurrent}`;
  try {
    await db.query({ ...prepared(`write-records-${shape}`, statement), bulk: write.creates.length + write.updates.length > BULK });
  } catch (error) {
    const code = errorCode(error);
    if (code === UNIQUE_VIOLATION) throw new StaleWriteError('a unique value is taken');
    if (code === DIVISION_BY_ZERO) throw new StaleWriteError('a version has moved');
    if (code === LOGARITHM_OF_ZERO) throw new StaleModelError('a property was changed or archived');
    throw error;
  }
}

/**
 * Changes and their revisions, and version 1 of the records that are changed for the first time: those have stood for it
 * themselves until now. A change is one JSON object with null for what is cleared, used for the record and its revision.
 * Measured as above, two values of each record: 2.2 ms, of which 0.65 are the revisions; a shape of its own for batches that
 * clear nothing saves 0.2 of `jsonb_strip_nulls`, looking for version 1 only where the program met one 0.2.
 */
function updateParts({ portalId }: Placement, write: RecordWrite, clears: boolean): Sql[] {
  // In order of id: two batches over the same records then wait for each other instead of deadlocking.
  const updates = write.updates.toSorted((a, b) => a.id - b.id);
  const first = updates.filter((u) => u.version === 1).map((u) => u.id);
  const changes = JSON.stringify(updates.map((u) => (u.remove.length === 0 ? u.set : { ...u.set, ...Object.fromEntries(u.remove.map((name) => [name, null])) })));
  const parts = [
    sql`updated as (
      update record r
      set properties = ${clears ? sql`jsonb_strip_nulls(r.properties || i.changes)` : sql`r.properties || i.changes`},
        version = r.version + 1, updated_at = ${write.at}::timestamptz
      from rows from (
        unnest(${integers(updates.map((u) => u.id))}::bigint[]), unnest(${integers(updates.map((u) => u.version))}::int[]), jsonb_array_elements(${changes}::jsonb)
      ) as i (id, version, changes)
      where r.bucket = (i.id % 4096)::int and r.portal_id = ${portalId}::bigint and r.object_type = ${write.objectType}::text and r.id = i.id
        and r.version = i.version and r.archived_at is null
      returning i.id, i.version, i.changes)`,
    sql`revised as (
      insert into record_revision (bucket, portal_id, object_type, id, version, at, source, changes)
      select (u.id % 4096)::int, ${portalId}::bigint, ${write.objectType}::text, u.id, u.version + 1, ${write.at}::timestamptz,
        ${JSON.stringify(write.source)}::jsonb, u.changes
      from updated u)`,
  ];
  if (first.length > 0) parts.push(sql`first_revision as (
      insert into record_revision (bucket, portal_id, object_type, id, version, at, source, changes)
      select r.bucket, r.portal_id, r.object_type, r.id, 1, r.created_at,
        jsonb_build_object('type', r.properties->>'hs_object_source', 'id', r.properties->>'hs_object_source_id'), r.properties
      from unnest(${integers(first)}::bigint[]) as f (id), record r
      where r.bucket = (f.id % 4096)::int and r.portal_id = ${portalId}::bigint and r.object_type = ${write.objectType}::text and r.id = f.id and r.version = 1)`);
  return parts;
}

/** Values that pass from one record of the batch to another change their holder: no row of theirs is made or deleted. */
function splitMoves({ claims, releases }: RecordWrite): { moved: (UniqueValue & { from: number })[]; claimed: UniqueValue[]; released: UniqueValue[] } {
  if (claims.length === 0 || releases.length === 0) return { moved: [], claimed: claims, released: releases };
  const keyOf = (v: UniqueValue): string => `${v.property} ${v.value}`;
  const given = new Map(releases.map((release) => [keyOf(release), release.id]));
  const moved = claims.flatMap((claim) => (given.has(keyOf(claim)) ? [{ ...claim, from: given.get(keyOf(claim))! }] : []));
  if (moved.length === 0) return { moved, claimed: claims, released: releases };
  const keys = new Set(moved.map(keyOf));
  return { moved, claimed: claims.filter((claim) => !keys.has(keyOf(claim))), released: releases.filter((release) => !keys.has(keyOf(release))) };
}

/** Sorted, so that two batches with the same values wait for each other instead of deadlocking. */
function uniqueColumns<Value extends UniqueValue>(placement: Placement, objectType: string, values: Value[]) {
  const sorted = values.toSorted((a, b) => (a.property < b.property || (a.property === b.property && a.value < b.value) ? -1 : 1));
  return {
    sorted,
    buckets: integers(sorted.map((v) => bucketOfUnique(placement, objectType, v))),
    properties: texts(sorted.map((v) => v.property)),
    values: texts(sorted.map((v) => keptValue(v.value))),
    ids: integers(sorted.map((v) => v.id)),
  };
}
