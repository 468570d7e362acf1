// Searches for words of which there are only a few that many records have, as `ada*` over first names: their records are in the
// list in order of making, word by word. So a page is the first ones of each word, and no other match is looked at but to be
// counted: 20,000 matches in 4 ms where sorting them took 9.

import sql, { raw, type Sql } from 'sql-template-tag';
import { bucketsOf, type Placement } from './buckets.ts';
import type { Queryable } from './db.ts';
import type { SearchPlan } from './search-plan.ts';
import type { Source } from './search-sources.ts';

/** So many different words are few. */
const FEW_WORDS = 8;

/** Whether the rows of a source have few words; no when it is no list of words of one bucket. */
export async function hasFewWords(db: Queryable, placement: Placement, source: Source): Promise<boolean> {
  if (source.list.kind === 'text' || !source.list.hasRepeats || !source.exact || bucketsOf(placement).length > 1) return false;
  const rows = await db.query(sql`with recursive ${wordsOf(source)} select word from words where word is not null limit ${FEW_WORDS + 1}::int`);
  return rows.length <= FEW_WORDS;
}

/** The words of a source, from each to the next one by the index; at last null. */
export function wordsOf({ where }: Source): Sql {
  const next = (after: Sql): Sql => sql`select s.word from search_word s where ${where}${after} order by s.word limit 1`;
  return sql`words as ((${next(sql``)}) union all select (${next(sql` and s.word > w.word`)}) from words w where w.word is not null)`;
}

/**
 * Rows of a source of `words`, among which are the first ones that a page reaches to. Which words there are is told in the statement
 * itself: there may be more than a moment ago.
 */
export function firstOfWords({ where }: Source, condition: Sql, { offset, limit }: SearchPlan): Sql {
  return sql`
    select s.bucket, s.id, s.created_at as key from words w cross join lateral (
      select s.bucket, s.id, s.created_at from search_word s where ${where} and s.word = w.word and ${condition}
      order by s.created_at, s.id limit ${raw(String(offset + limit))}) s`;
}
