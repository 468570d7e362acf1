// The tail: records that were written and are not in the lists of words yet. A write of a type that has lists notes whom it
// was about, in its own statement; searches look at those records themselves; taking them in empties it (takeIn).

import sql, { join, raw, type Sql } from 'sql-template-tag';
import { bucketOfId, type Placement } from './buckets.ts';
import { integers, prepared, texts, type Db } from './db.ts';
import { fold } from './fold.ts';
import { addToLists, removeFromLists, trigramIndex, type ReadyList, type WantedList } from './search-lists.ts';
import type { Reference } from './search-plan.ts';
import { inPortal } from './search-values.ts';

/** What new records have in a list: told along with them, their tail is searched ten times as fast. */
export interface TailWords {
  list: number;
  of: Reference[];
}

/** A note has so many ids at most, lest they take too long to take in. */
const MAX_IDS = 1_000;
/** More than this is not told along: the tail is for short texts. */
const MAX_LETTERS = 100_000;

/** Stands between the texts of two records of a note. Records of which one has it in a text of its own are not told along. */
const BETWEEN = '\x1E';

/** What a note tells of new records. */
export interface Made {
  at: string;
  /** Their texts, in the order of the ids. */
  words: { list: number; texts: string[] } | undefined;
}

/**
 * A part of a statement that writes the records of these ids. It costs 10 µs where the type has no lists. Lists are found in the
 * statement itself, so that no writer can miss one. Records that are not `made` just now may be in lists as they were before.
 */
export function noteWritten(name: string, placement: Placement, objectType: string, ids: number[], made?: Made): Sql {
  const words = made?.words;
  const notes = [...perBucket(ids)];
  const columns = [
    sql`${integers(notes.map(([bucket]) => bucket))}::int[]`, sql`${texts(notes.map(([, some]) => integers(some.map((i) => ids[i]!))))}::text[]`,
    ...(words ? [sql`${texts(notes.map(([, some]) => textOfNote(words.texts, some)))}::text[]`] : []),
  ];
  const told = words ? sql`${words.list}::int, n.words` : NO_WORDS;
  return note(name, placement, objectType, made?.at, sql`n.bucket, n.ids::bigint[], ${told}`, sql`unnest(${join(columns)}) as n (bucket, ids${words ? sql`, words` : sql``})`);
}

/** The places of the ids in their array, by bucket. */
function perBucket(ids: number[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let i = 0; i < ids.length; i++) {
    const bucket = bucketOfId(ids[i]!);
    const some = places.get(bucket);
    if (some) some.push(i);
    else places.set(bucket, [i]);
  }
  return places;
}

/** Folded at once, not each by itself. */
const textOfNote = (words: string[], places: number[]): string => fold((places.length === words.length ? words : places.map((i) => words[i]!)).join(BETWEEN));

/** The same for any number of records, whose ids another part of the statement has. */
export const noteAll = (name: string, placement: Placement, objectType: string, ids: Sql): Sql =>
  note(name, placement, objectType, undefined, sql`n.bucket, n.ids, ${NO_WORDS}`, sql`(
    select (i.id % 4096)::int as bucket, array_agg(i.id) as ids from (select id, row_number() over () / ${MAX_IDS}::int as part from (${ids}) w) i group by 1, i.part) n`);

const NO_WORDS = sql`null::int, null::text`;

/** Notes with a bucket, ids, a list and its words; who was not made just now may be in lists as before. */
const note = (name: string, placement: Placement, objectType: string, madeAt: string | undefined, columns: Sql, notes: Sql): Sql => sql`${raw(name)} as (
    insert into search_tail (portal_id, object_type, entry, created_at, bucket, ids, list, words)
    select ${placement.portalId}::bigint, ${objectType}::text, gen_random_uuid(), ${madeAt ?? null}::timestamptz, ${columns}
    from ${notes}
    where exists (select 1 from search_list l where l.portal_id = ${placement.portalId}::bigint and l.object_type = ${objectType} and l.state <> 'refused'))`;

/** The texts of new records for the tail, not folded yet; undefined when they are not told along. */
export function tailTexts({ list, of }: TailWords, records: Record<string, string>[]): Made['words'] {
  let letters = 0;
  const all: string[] = [];
  for (const properties of records) {
    let text = '';
    for (const one of of) {
      const value = one.in === 'properties' ? properties[one.property] ?? one.initial : undefined;
      if (value !== undefined) text += `${value}\n`;
    }
    letters += text.length;
    if (letters > MAX_LETTERS || text.includes(BETWEEN)) return undefined;
    all.push(text);
  }
  return { list, texts: all };
}

/** The notes of a type, as `t`. */
export const inTail = (placement: Placement, objectType: string): Sql => sql`${inPortal(placement, 't')} and t.object_type = ${objectType}`;

/** The ids of records that lists may have as they were before. */
export const changedIds = (placement: Placement, objectType: string): Sql =>
  sql`select u.id from search_tail t cross join lateral unnest(t.ids) as u (id) where ${inTail(placement, objectType)} and t.created_at is null`;

/** What records hold in their texts of a list if they are worth a look: all of the parts. */
export interface Held {
  list: ReadyList;
  parts: string[];
}

/**
 * Records of the tail, each once, as `r`, with what is asked of it. Each is fetched by its key: Postgres knows nothing of the size of a
 * tail. Of texts told along those of a note are looked through at once, and one by one only where that finds something. `until` is the
 * time after which new records are not wanted.
 */
export function tailRecords(placement: Placement, objectType: string, columns: Sql, where: Sql, held?: Held, until?: Sql): Sql {
  const isUntold = (words: Sql): Sql => sql`${words} is null or t.list <> ${held!.list.id}::int`;
  const holds = (words: Sql): Sql => (held ? sql` and (${isUntold(words)} or (${join(held.parts.map((part) => sql`position(${part} in ${words}) > 0`), ' and ')}))` : sql``);
  return sql`
    select r.* from (
      select distinct t.bucket, u.id from search_tail t cross join lateral unnest(t.ids, string_to_array(t.words, ${BETWEEN})) as u (id, words)
      where ${inTail(placement, objectType)}${until ? sql` and (t.created_at is null or t.created_at <= ${until})` : sql``}${holds(sql`t.words`)}${holds(sql`u.words`)}) n
    cross join lateral (
      select ${columns} from record r where r.bucket = n.bucket and r.portal_id = ${placement.portalId}::bigint and r.object_type = ${objectType} and r.id = n.id and ${where} offset 0) r`;
}

/** The tail of one type. */
export interface TailSize {
  portalId: number;
  objectType: string;
  entries: number;
  /** Records whose words were told along, and those that have to be looked at. */
  told: number;
  untold: number;
}

/** The tails of all types that have one. */
export async function readTails(db: Db): Promise<TailSize[]> {
  return await db.query<TailSize>(prepared('beside-tails', sql`
    select portal_id as "portalId", object_type as "objectType", count(*)::int as entries,
      coalesce(sum(cardinality(ids)) filter (where list is not null), 0)::int as told, coalesce(sum(cardinality(ids)) filter (where list is null), 0)::int as untold
    from search_tail group by portal_id, object_type`));
}

/** So many notes are taken in at once. */
const ENTRIES = 100;

/** Where new records are to tell their words along: the type's list of texts, the first of several. */
export async function readTextLists(db: Db): Promise<Map<string, TailWords>> {
  const rows = await db.query<{ key: string; list: number; of: Reference[] }>(prepared('beside-lists', sql`
    select portal_id || ' ' || object_type as key, id as list, refs as "of" from search_list where kind = 'text' and state <> 'refused' order by id desc`));
  return new Map(rows.map(({ key, ...words }) => [key, words]));
}

/** One process at a time fills the lists of a type or takes records in: whoever has this row. Advisory locks are no use on Citus, where each node has its own. */
export const listsLock = ({ portalId }: Placement, objectType: string): Sql => sql`select 1 from search_lock where portal_id = ${portalId}::bigint and object_type = ${objectType} for update`;

const idsOf = (entries: { ids: number[] }[]): number[] => [...new Set(entries.flatMap((entry) => entry.ids))];

/** Takes a part of the tail into the lists of its type. Returns how many notes that were: 0 when nothing is left, or another process is at it. */
export async function takeIn(db: Db, placement: Placement, objectType: string): Promise<number> {
  return await db.transaction(async (tx) => {
    if ((await tx.query(sql`${listsLock(placement, objectType)} skip locked`)).length === 0) return 0;
    const lists = await tx.query<WantedList & { state: string }>(sql`
      select id, object_type as "objectType", kind, refs as "of", state from search_list
      where portal_id = ${placement.portalId}::bigint and object_type = ${objectType} and state in ('full', 'ready') order by id`);
    // New records first: so a record that was new and then changed is never taken in as changed before it is as new.
    const taken = await tx.query<{ ids: number[]; replaces: boolean }>(sql`
      delete from search_tail d using (
        select t.bucket, t.entry from search_tail t where ${inTail(placement, objectType)} order by t.created_at is null limit ${ENTRIES}::int) t
      where d.bucket = t.bucket and d.portal_id = ${placement.portalId}::bigint and d.object_type = ${objectType} and d.entry = t.entry
      returning d.ids, d.created_at is null as replaces`);
    if (taken.length === 0 || lists.length === 0) return taken.length;
    // Who is new is in no list, but in one that was filled meanwhile.
    const isFilling = lists.some((list) => list.state === 'full');
    const listed = idsOf(taken.filter((entry) => entry.replaces || isFilling));
    if (listed.length > 0) for (const statement of removeFromLists(placement, lists, listed)) await tx.query(statement);
    await tx.query(addToLists(placement, lists, idsOf(taken)));
    // An index of trigrams puts what is new into a list that each search goes through, until this sorts it in.
    const indexes = lists.filter((list) => list.kind === 'text').map((list) => trigramIndex(placement, list));
    await tx.query(sql`select gin_clean_pending_list(c.oid::regclass) from pg_class c where c.relkind = 'i' and c.relname = any(${indexes}::text[])`);
    return taken.length;
  });
}
