// Deleting for good: records with all that is kept of them, and the list of emails that may not come back.

import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { bucketOfId, bucketOfKey, bucketsOf, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';
import { keptValue, uniqueKey, type UniqueValue } from './records.ts';
import { noteWritten } from './search-tail.ts';

/** Deletes records, their revisions and these unique values of theirs. Their associations are moveAssociations' part. */
export async function deleteRecords(tx: Queryable, placement: Placement, objectType: string, ids: number[], values: UniqueValue[]): Promise<void> {
  const buckets = [...new Set(ids.map(bucketOfId))];
  await tx.query(prepared('delete-records', sql`
    with records as (
      delete from record where bucket = any(${buckets}::int[]) and portal_id = ${placement.portalId}::bigint
        and object_type = ${objectType} and id = any(${ids}::bigint[])),
    ${noteWritten('noted', placement, objectType, ids)},
    revisions as (
      delete from record_revision where bucket = any(${buckets}::int[]) and portal_id = ${placement.portalId}::bigint
        and object_type = ${objectType} and id = any(${ids}::bigint[])),
    released as (
      delete from unique_value u using unnest(
        ${values.map((v) => bucketOfKey(placement, uniqueKey(objectType, v)))}::int[], ${values.map((v) => v.property)}::text[],
        ${values.map((v) => keptValue(v.value))}::text[], ${values.map((v) => v.id)}::bigint[]) as v (bucket, property, value, id)
      where u.bucket = v.bucket and u.portal_id = ${placement.portalId}::bigint and u.object_type = ${objectType}
        and u.property = v.property and u.value = v.value and u.id = v.id)
    select 1 as ok`));
}

/**
 * Archived contacts with the email, as their own or an additional one. Archived records hold no unique values, so this
 * reads all of them: for a request that comes rarely.
 */
export async function findArchivedByEmail(db: Queryable, placement: Placement, objectType: string, email: string): Promise<number[]> {
  const rows = await db.query<{ id: number }>(sql`
    select id from record
    where bucket = any(${bucketsOf(placement)}::int[]) and portal_id = ${placement.portalId}::bigint and object_type = ${objectType}
      and archived_at is not null and merged_into is null
      and (properties->>'email' = ${email} or ${email} = any(string_to_array(properties->>'hs_additional_emails', ';')))
    order by id`);
  return rows.map((row) => row.id);
}

/** Puts emails on the portal's blocklist, and notes in the portal's own row that there is one. */
export async function blockEmails(tx: Queryable, portalId: number, emails: string[], at: string): Promise<void> {
  await tx.query(sql`
    insert into blocked_email (portal_id, email_hash, blocked_at)
    select ${portalId}::bigint, hash, ${at}::timestamptz from unnest(${[...new Set(emails.map((email) => hashOf(portalId, email)))].sort()}::text[]) hash
    on conflict do nothing`);
  await tx.query(sql`
    update portal set settings = settings || '{"blocksEmails": true}'::jsonb, model_version = model_version + 1
    where portal_id = ${portalId}::bigint and settings->>'blocksEmails' is null`);
}

/** Which of the emails are on the portal's blocklist. */
export async function findBlockedEmails(db: Queryable, portalId: number, emails: string[]): Promise<Set<string>> {
  const byHash = new Map(emails.map((email) => [hashOf(portalId, email), email]));
  const rows = await db.query<{ email_hash: string }>(prepared('find-blocked-emails', sql`
    select email_hash from blocked_email where portal_id = ${portalId}::bigint and email_hash = any(${[...byHash.keys()]}::text[])`));
  return new Set(rows.map((row) => byHash.get(row.email_hash)!));
}

/** The list must not say whose email is on it (objects.md 4.7). */
function hashOf(portalId: number, email: string): string {
  return createHash('sha256').update(`${portalId}:${email}`).digest('hex');
}
