// All values that records have of a property: looked for, cleared, and made unique, when its definition changes. Every
// statement runs in the transaction of that change.

import sql from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import { integers, texts, type Queryable } from './db.ts';
import { bucketOfUnique, keptValue, type UniqueValue } from './records.ts';
import { noteAll } from './search-tail.ts';

/** True when a record, live or archived, has a value of the property. */
export async function isValueStored(tx: Queryable, placement: Placement, objectType: string, property: string): Promise<boolean> {
  const [row] = await tx.query<{ found: boolean }>(sql`
    select exists (
      select 1 from record
      where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
        and properties ? ${property}::text) as found`);
  return row!.found;
}

/** Takes the values of properties out of every record, live or archived, and out of their past. */
export async function clearValues(tx: Queryable, placement: Placement, objectType: string, properties: string[]): Promise<void> {
  if (properties.length === 0) return;
  const buckets = bucketsOf(placement);
  await tx.query(sql`
    with cleared as (
      update record set properties = properties - ${properties}::text[]
      where bucket = any(${buckets}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType} and properties ?| ${properties}::text[]
      returning id),
    ${noteAll('noted', placement, objectType, sql`select id from cleared`)} select 1 as ok`);
  await tx.query(sql`
    update record_revision set changes = changes - ${properties}::text[]
    where bucket = any(${buckets}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType} and changes ?| ${properties}::text[]`);
}

/** A page of the values that live records have of a property, by id; the records stay as they are until the end of the transaction. */
export async function lockValues(
  tx: Queryable, placement: Placement, objectType: string, property: string, page: { afterId: number; limit: number },
): Promise<{ id: number; value: string }[]> {
  return await tx.query<{ id: number; value: string }>(sql`
    select id, properties->>${property}::text as value from record
    where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and id > ${page.afterId}::bigint and archived_at is null and properties ? ${property}::text
    order by id limit ${page.limit}::int for share`);
}

/** Claims unique values, and returns those of them that another record holds. */
export async function claimValues(tx: Queryable, placement: Placement, objectType: string, claims: UniqueValue[]): Promise<UniqueValue[]> {
  const rows = await tx.query<{ id: number }>(sql`
    insert into unique_value (bucket, portal_id, object_type, property, value, id)
    select u.bucket, ${placement.portalId}::bigint, ${objectType}::text, u.property, u.value, u.id
    from unnest(${integers(claims.map((claim) => bucketOfUnique(placement, objectType, claim)))}::int[], ${texts(claims.map((claim) => claim.property))}::text[],
      ${texts(claims.map((claim) => keptValue(claim.value)))}::text[], ${integers(claims.map((claim) => claim.id))}::bigint[]) as u (bucket, property, value, id)
    on conflict do nothing returning id`);
  const claimed = new Set(rows.map((row) => row.id));
  return claims.filter((claim) => !claimed.has(claim.id));
}

/** Gives back every unique value of the properties. */
export async function releaseValues(tx: Queryable, placement: Placement, objectType: string, properties: string[]): Promise<void> {
  await tx.query(sql`
    delete from unique_value
    where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and property = any(${properties}::text[])`);
}
