// Conditions of a search as SQL over a record `r`: no property or operator of HubSpot's by name. Values are parameters.

import sql, { join, raw, type Sql } from 'sql-template-tag';
import { bucketOfId, type Placement } from './buckets.ts';
import { integers } from './db.ts';
import { fold } from './fold.ts';
import { heldBy } from './search-lists.ts';
import type { Condition, Kind, Reference, SearchPlan, WordPattern } from './search-plan.ts';
import { comparedOf, inPortal, isMissing, textOf, valueOf } from './search-values.ts';

/** The live records that a plan finds. */
export function whereOf(placement: Placement, { objectType, groups, text }: SearchPlan): Sql {
  const parts = [sql`${inPortal(placement, 'r')} and r.object_type = ${objectType} and r.archived_at is null`];
  if (groups.length > 0) parts.push(sql`(${join(groups.map((group) => sql`(${join(group.map((one) => conditionOf(placement, objectType, one)), ' and ')})`), ' or ')})`);
  if (text.terms.length > 0 && text.of.length === 0) parts.push(sql`false`);
  else for (const term of text.terms) parts.push(unindexed(sql`${textOf(placement, objectType, text.of)} like ${likeOf(fold(term))}`));
  return join(parts, ' and ');
}

/** A pattern of LIKE: the parts with anything between them. */
export const likeParts = (parts: string[]): string => parts.map((part) => part.replaceAll(/[\\%_]/g, '\\$&')).join('%');

/** A pattern of LIKE for texts that hold the part. */
export const likeOf = (part: string): string => likeParts(['', part, '']);

/**
 * A condition that no index is asked for, and of which Postgres believes that every second record fulfils it. Of a pattern it believes
 * that hardly any does, and sorted 20,000 that did instead of going through them in order.
 */
export const unindexed = (condition: Sql): Sql => sql`case when ${condition} then true else false end`;

function conditionOf(placement: Placement, objectType: string, condition: Condition): Sql {
  const value = (of: Reference, as: Kind): Sql => valueOf(placement, objectType, of, as);
  switch (condition.test) {
    case 'known': return sql`${value(condition.of, 'exact')} is not null`;
    case 'unknown': return isMissing(placement, objectType, condition.of);
    case 'compare': {
      const { of, as } = condition;
      const operand = as === 'folded' ? fold(condition.operand) : condition.operand;
      return sql`${comparedOf(placement, objectType, of, as, [operand])} ${raw(condition.by)} ${operandOf(of, as, operand)}`;
    }
    case 'in': {
      const { of, as, operands } = condition;
      const list = sql`array[${join(operands.map((operand) => operandOf(of, as, operand)), ', ')}]`;
      return sql`${comparedOf(placement, objectType, of, as, operands)} ${raw(condition.not ? '<> all' : '= any')}(${list})`;
    }
    case 'options': {
      const stored = value(condition.of, 'exact');
      const hit = sql`string_to_array(${stored}, ';') && ${condition.operands}::text[]`;
      return condition.not ? sql`(${stored} is not null and not ${hit})` : hit;
    }
    case 'matches': {
      const stored = value(condition.of, condition.as);
      // LIKE is told in a tenth of the time, but between two parts must be no end of a word.
      const matches = (pattern: WordPattern): Sql => (heldBy(pattern).length < 2 ? sql`(${stored} like ${likeParts(pattern.parts)} or ${stored} ~ ${pattern.expression})` : sql`${stored} ~ ${pattern.expression}`);
      const all = sql`(${join(condition.patterns.map(matches), ' and ')})`;
      return condition.not ? sql`(${stored} is not null and not ${all})` : unindexed(all);
    }
    case 'associated': return associatedOf(placement, objectType, condition);
    case 'ids': return condition.not ? sql`r.id <> all(${integers(condition.ids)}::bigint[])` : sql`r.id = any(${integers(condition.ids)}::bigint[])`;
    default: return condition satisfies never;
  }
}

/** Read from the other records' side: the ids are few, and their rows are theirs. */
function associatedOf(placement: Placement, objectType: string, { toType, ids, not }: Extract<Condition, { test: 'associated' }>): Sql {
  const own = sql`exists (select 1 from association a where a.bucket = r.bucket and a.portal_id = r.portal_id and a.from_type = r.object_type and a.from_id = r.id and a.to_type = ${toType})`;
  if (ids === undefined) return not ? sql`not ${own}` : own;
  const hit = sql`r.id in (
    select a.to_id from association a where a.bucket = any(${integers([...new Set(ids.map(bucketOfId))])}::int[]) and a.portal_id = ${placement.portalId}::bigint
      and a.from_type = ${toType} and a.from_id = any(${integers(ids)}::bigint[]) and a.to_type = ${objectType})`;
  return not ? sql`(${own} and not ${hit})` : hit;
}

function operandOf(of: Reference, as: Kind, operand: string): Sql {
  if (of.in === 'created' || of.in === 'updated') return sql`${operand}::timestamptz`;
  return as === 'number' ? sql`${operand}::numeric` : sql`${operand}::text`;
}
