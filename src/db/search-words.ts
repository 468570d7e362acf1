// A sample of the texts that records have, from which is learnt what is common in them.

import sql, { join } from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import type { Db } from './db.ts';
import type { Reference } from './search-plan.ts';
import { inBucket, textOf } from './search-values.ts';

/** So many records are looked at, from so many places. */
const SAMPLE = 2_000;
const PLACES = 20;

/** Texts of the type's records, folded: a sample of one bucket. */
export async function sampleTexts(db: Db, placement: Placement, objectType: string, of: Reference[]): Promise<string[]> {
  const inType = sql`${inBucket(bucketsOf(placement)[0]!, placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null`;
  const [ids] = await db.query<{ first: number | null; last: number | null }>(sql`
    select (select r.id from record r where ${inType} order by r.id limit 1) as first, (select r.id from record r where ${inType} order by r.id desc limit 1) as last`);
  const { first, last } = ids!;
  if (first === null || last === null) return [];
  const step = Math.ceil((last - first + 1) / PLACES);
  const parts = Array.from({ length: PLACES }, (_, i) => sql`(
    select ${textOf(placement, objectType, of)} as words from record r
    where ${inType} and r.id >= ${first + i * step}::bigint order by r.id limit ${SAMPLE / PLACES}::int)`);
  const rows = await db.query<{ words: string }>(sql`${join(parts, ' union all ')}`);
  return rows.map((row) => row.words);
}
