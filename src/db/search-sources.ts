// Which rows of lists (search-lists.ts) may match a search for words: a condition over rows `s` of one or several lists.

import sql, { join, type Sql } from 'sql-template-tag';
import type { Placement } from './buckets.ts';
import { fold } from './fold.ts';
import { likeOf, unindexed } from './search-conditions.ts';
import { heldBy, inList, listFor, listOf, tableOf, textsWith, WORD_LETTERS, type FindList, type ReadyList } from './search-lists.ts';
import type { Condition, SearchPlan, WordPattern } from './search-plan.ts';
import type { Held } from './search-tail.ts';
import { rarePart } from './trigrams.ts';

/** Rows of a list among which are all records that match, but for those in the tail. */
export interface Source {
  list: ReadyList;
  where: Sql;
  /** Whether each row is of another record, and every one of them matches. */
  exact: boolean;
}

/** What narrows a search down. */
export interface Sources {
  /** A record that matches is in one of them. */
  any: Source[];
  /** What records of the tail hold that are worth a look. */
  held: Held | undefined;
}

/** The sources of a search, none when it has to look at records themselves. */
export function sourcesOf(placement: Placement, plan: SearchPlan, find: FindList): Sources | undefined {
  if (plan.text.terms.length > 0) {
    const ofText = textSource(placement, plan, find);
    if (ofText) return { any: [ofText], held: { list: ofText.list, parts: plan.text.terms.map(fold) } };
  }
  if (plan.groups.length === 0) return undefined;
  const any = plan.groups.map((group) => groupSource(placement, plan, group, find));
  if (!any.every((source) => source !== undefined)) return undefined;
  return { any: any.length === 1 ? any : any.map((source) => ({ ...source, exact: false })), held: heldInTexts(plan, find) };
}

/** All terms in the texts of one list. Where none of them narrows anything down, it is good for nothing but terms alone. */
function textSource(placement: Placement, plan: SearchPlan, find: FindList): Source | undefined {
  const list = find(listOf(plan.objectType, 'text', plan.text.of));
  if (!list) return undefined;
  const terms = plan.text.terms.map(fold);
  const exact = plan.groups.length === 0;
  if (!exact && terms.every((term) => rarePart(term, list.common) === undefined)) return undefined;
  return { list, where: join([inList(placement, list, 's'), ...terms.map((term) => holdsTerm(term, list))], ' and '), exact };
}

/** The term is part of the words: by the index for what is rare in it, then by itself, which is hidden from the index. */
function holdsTerm(term: string, { common }: ReadyList): Sql {
  const part = rarePart(term, common);
  if (part === term) return sql`s.words like ${likeOf(term)}`;
  const whole = unindexed(sql`s.words like ${likeOf(term)}`);
  return part === undefined ? whole : sql`(s.words like ${likeOf(part)} and ${whole})`;
}

type Matches = Extract<Condition, { test: 'matches' }>;

const isPositive = (condition: Condition): condition is Matches => condition.test === 'matches' && !condition.not;

/** Of the words that a group looks for, those of the longest part. */
function groupSource(placement: Placement, plan: SearchPlan, group: Condition[], find: FindList): Source | undefined {
  const sought = group.filter(isPositive).flatMap((condition) => condition.patterns.map((pattern) => ({ condition, pattern: foldedPattern(pattern) })));
  const byLength = sought.toSorted((a, b) => longest(b.pattern) - longest(a.pattern));
  for (const { condition, pattern } of byLength) {
    const source = patternSource(placement, plan, condition, pattern, find);
    if (source) return { ...source, exact: source.exact && sought.length === 1 && group.length === 1 && plan.text.terms.length === 0 && condition.as === 'folded' };
  }
  return undefined;
}

const foldedPattern = (pattern: WordPattern): WordPattern => ({ ...pattern, parts: pattern.parts.map(fold) });
const longest = (pattern: WordPattern): number => Math.max(0, ...heldBy(pattern).map((part) => part.length));

function patternSource(placement: Placement, plan: SearchPlan, { of }: Matches, pattern: WordPattern, find: FindList): Source | undefined {
  if (heldBy(pattern).length === 0) return undefined;
  const list = find(listFor(plan, of, pattern, (wanted) => !find(wanted)));
  if (!list) return undefined;
  const rows = inList(placement, list, 's');
  if (list.kind === 'text') {
    const parts = heldBy(pattern).flatMap((part) => rarePart(part, list.common) ?? []);
    return parts.length === 0 ? undefined : { list, where: join([rows, ...parts.map((part) => sql`s.words like ${likeOf(part)}`)], ' and '), exact: false };
  }
  const parts = list.kind === 'ends' ? pattern.parts.toReversed().map(turned) : pattern.parts;
  if (longest(pattern) >= WORD_LETTERS || parts[0]!.endsWith(LAST_LETTER)) return undefined;
  if (parts.length === 1) return { list, where: sql`${rows} and s.word = ${parts[0]!}`, exact: true };
  const isOpen = parts.length === 2 && parts[1] === '';
  // Of words of one record that all start so, the first stands for it.
  const once = isOpen ? sql` and s.shared < ${[...parts[0]!].length}::int` : sql``;
  return { list, where: sql`${rows} and s.word >= ${parts[0]!} and s.word < ${afterAll(parts[0]!)}${once}`, exact: isOpen };
}

/** After it comes nothing. */
const LAST_LETTER = '\u{10ffff}';

/** What comes after every text that starts so, letter by letter; told faster than by LIKE. */
function afterAll(start: string): string {
  const letters = [...start];
  const last = letters.pop()!.codePointAt(0)!;
  // Between these are no letters.
  return `${letters.join('')}${String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)}`;
}

const turned = (text: string): string => [...text].reverse().join('');

/** Of one group of conditions: what surely is in the texts of a list that has the properties. */
function heldInTexts(plan: SearchPlan, find: FindList): Held | undefined {
  if (plan.groups.length !== 1) return undefined;
  const first = plan.groups[0]!.filter(isPositive).find(({ patterns }) => patterns.some((pattern) => heldBy(pattern).length > 0));
  const list = first && find(listOf(plan.objectType, 'text', textsWith(plan, first.of)));
  return list && { list, parts: first.patterns.flatMap(heldBy).map(fold) };
}

export const rowsOf = (source: Source): Sql => sql`${tableOf(source.list.kind)} s`;
