// Values of records as SQL: what a reference stands for, in a form that is compared or sorted by, and where a portal's rows
// are. Only property names are in the text, for so an index on an expression is found, and they hold no other characters than
// letters, digits and underscores.

import sql, { join, raw, type Sql } from 'sql-template-tag';
import { isOfType } from './associations.ts';
import { bucketsOf, type Placement } from './buckets.ts';
import { integers } from './db.ts';
import type { Kind, Reference } from './search-plan.ts';

/** An index row holds some 2,700 bytes: texts are in indexes with so many letters, and in order by them. */
const KEY_LETTERS = 500;

/** A value as it is compared and sorted by; an index made of the same text finds it. Long texts by their beginning. */
export function keyOf(placement: Placement, objectType: string, of: Reference, as: Kind): Sql {
  const isText = of.in === 'properties' && (as === 'folded' || as === 'exact');
  return isText ? sql`(left(${valueOf(placement, objectType, of, as)}, ${raw(String(KEY_LETTERS))}) collate "C")` : wholeOf(placement, objectType, of, as);
}

/** A value for comparison with operands: a shorter one compares with a text's beginning as with the text. */
export function comparedOf(placement: Placement, objectType: string, of: Reference, as: Kind, operands: string[]): Sql {
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

/** All texts as one, a line each: no term reaches over the end of a line. */
export function textOf(placement: Placement, objectType: string, of: Reference[]): Sql {
  return sql`fold(${join(of.map((one) => sql`coalesce(${valueOf(placement, objectType, one, 'exact')}, '')`), " || E'\\n' || ")})`;
}

/** A value as it is compared. */
export function valueOf(placement: Placement, objectType: string, of: Reference, as: Kind): Sql {
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
