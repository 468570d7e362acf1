// Lists of words beside the records: which of them a search would like to have, and what is in one. `text` lists have the texts
// of several properties as one, for what may stand anywhere in them; `starts` and `ends` the words of one property, for
// words by their beginning or, turned around, by their end. Those are read from an index alone: a match costs 0.2 µs instead of 7.

import { createHash } from 'node:crypto';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import { integers } from './db.ts';
import { inPortal, textOf } from './search-values.ts';
import type { Reference, SearchPlan, WordPattern } from './search-plan.ts';
import type { CommonTrigrams } from './trigrams.ts';
import { WORD_BREAKS } from './word-breaks.ts';

export type ListKind = 'text' | 'starts' | 'ends';

/** A list that a search would like to have. */
export interface WantedList {
  /** Made of the rest. */
  id: number;
  objectType: string;
  kind: ListKind;
  of: Reference[];
}

/** One that has all records, but for those in the tail. */
export interface ReadyList extends WantedList {
  /** Of a `text` list: what is no use to look for. */
  common: CommonTrigrams;
  /** Of a list of words: whether many records have the same ones. */
  hasRepeats: boolean;
}

/** The list at hand, if there is one. */
export type FindList = (wanted: WantedList) => ReadyList | undefined;

/** Words are kept with so many letters: an index row holds some 2,700 bytes. */
export const WORD_LETTERS = 500;

export function listOf(objectType: string, kind: ListKind, of: Reference[]): WantedList {
  return { id: createHash('sha256').update(JSON.stringify([objectType, kind, of])).digest().readUInt32BE() >>> 1, objectType, kind, of };
}

/** The texts that `query` looks at, if the property is one of them: one list then does for both. */
export function textsWith(plan: SearchPlan, of: Reference): Reference[] {
  return plan.text.of.some((one) => one.in === 'properties' && of.in === 'properties' && one.property === of.property) ? plan.text.of : [of];
}

/** The parts of a pattern that a match surely holds. */
export const heldBy = ({ parts }: WordPattern): string[] => parts.filter((part) => part !== '');

/**
 * The lists for a word of a property: by its start, by its end, or by what is in it. `isRefused` tells of a list that was not made,
 * for the property's texts are long and have too many words.
 */
export function listFor(plan: SearchPlan, of: Reference, { parts }: WordPattern, isRefused: (wanted: WantedList) => boolean): WantedList {
  const words = parts[0] !== '' ? listOf(plan.objectType, 'starts', [of]) : parts.at(-1) !== '' ? listOf(plan.objectType, 'ends', [of]) : undefined;
  return words && !isRefused(words) ? words : listOf(plan.objectType, 'text', textsWith(plan, of));
}

/** The lists that would help a search: of the words that it looks for. */
export function wantedLists(plan: SearchPlan, isRefused: (wanted: WantedList) => boolean): WantedList[] {
  const wanted: WantedList[] = [];
  if (plan.text.terms.length > 0 && areStored(plan.text.of)) wanted.push(listOf(plan.objectType, 'text', plan.text.of));
  for (const condition of plan.groups.flat()) {
    if (condition.test !== 'matches' || condition.not || !areStored([condition.of])) continue;
    for (const pattern of condition.patterns) if (heldBy(pattern).length > 0) wanted.push(listFor(plan, condition.of, pattern, isRefused));
  }
  return [...new Map(wanted.map((one) => [one.id, one])).values()].filter(({ of }) => areStored(of));
}

const areStored = (of: Reference[]): boolean => of.length > 0 && of.every((one) => one.in === 'properties');

/** The table that a list is in. */
export const tableOf = (kind: ListKind): Sql => raw(kind === 'text' ? 'search_text' : 'search_word');

/** The rows of a list. */
export const inList = (placement: Placement, { id }: WantedList, alias: string): Sql => sql`${inPortal(placement, alias)} and ${raw(alias)}.list = ${id}::int`;

/**
 * Puts live records into lists of their type: those with the ids, or all. In the order of keys, which makes lists smaller and takes half
 * the time. They must not be in these lists yet: to ask for each row whether it is there would take half as long again.
 */
export function addToLists(placement: Placement, lists: WantedList[], ids?: number[]): Sql {
  const { objectType } = lists[0]!;
  const numbered = lists.map((list, i) => ({ ...list, text: raw(`t.text_${i}`) }));
  const texts = lists.map(({ of }, i) => sql`${textOf(placement, objectType, of)} as ${raw(`text_${i}`)}`);
  const whole = numbered.filter(({ kind }) => kind === 'text').map(({ id, text }) => sql`select t.bucket, t.portal_id, ${id}::int, t.created_at, t.id, ${text} from t`);
  const words = numbered.filter(({ kind }) => kind !== 'text').flatMap(wordsOfRecords);
  const parts = [
    sql`t as materialized (
      select r.bucket, r.portal_id, r.created_at, r.id, ${join(texts)} from record r
      where ${inPortal(placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null${ids ? sql` and r.id = any(${integers(ids)}::bigint[])` : sql``})`,
    ...(whole.length > 0 ? [sql`whole as (insert into search_text (bucket, portal_id, list, created_at, id, words) ${join(whole, ' union all ')} order by 3, 4, 5)`] : []),
    ...(words.length > 0 ? [sql`words as (insert into search_word (bucket, portal_id, list, word, created_at, id, shared) ${join(words, ' union all ')} order by 3, 4, 5, 6)`] : []),
  ];
  return sql`with ${join(parts)} select 1 as ok`;
}

/** The words that records `t` have in their text: one for nearly every value, for which all that is done for several would cost more than the rest. */
function wordsOfRecords({ id, kind, text }: WantedList & { text: Sql }): Sql[] {
  const kept = (word: Sql): Sql => sql`left(${kind === 'ends' ? sql`reverse(${word})` : word}, ${WORD_LETTERS}::int) collate "C"`;
  const columns = sql`t.bucket, t.portal_id, ${id}::int`;
  return [
    sql`select ${columns}, ${kept(text)}, t.created_at, t.id, 0 from t where ${text} <> '' and ${text} !~ ${BREAK}`,
    sql`select ${columns}, w.word, t.created_at, t.id, w.shared from t cross join lateral (
      select d.word, shared_start(lag(d.word) over (order by d.word), d.word) as shared from (
        select distinct ${kept(sql`w.word`)} as word from regexp_split_to_table(${text}, ${BREAK}) as w (word) where w.word <> '') d) w
    where ${text} ~ ${BREAK}`,
  ];
}

const BREAK = `[${WORD_BREAKS}]`;

/** Takes records out of lists. */
export function removeFromLists(placement: Placement, lists: WantedList[], ids: number[]): Sql[] {
  return ['search_text', 'search_word'].map((table) => sql`
    delete from ${raw(table)} s where s.id = any(${integers(ids)}::bigint[]) and ${inPortal(placement, 's')} and s.list = any(${integers(lists.map((list) => list.id))}::int[])`);
}

/** The name of a list's index of trigrams. */
export const trigramIndex = ({ portalId }: Pick<Placement, 'portalId'>, { id }: Pick<WantedList, 'id'>): string => `search_text_${portalId}_${id}`;
