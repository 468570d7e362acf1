// A filter as a condition of the plan: the operators as a table, by what the property's values are (platform.md 1.2, 1.6,
// 1.7). Whatever compares holds only for records that have a value.

import type { ObjectType } from '../../catalogue/types.ts';
import { fold } from '../../db/fold.ts';
import type { Comparison, Condition, Reference } from '../../db/search-plan.ts';
import { problem } from '../../errors.ts';
import { recordId } from '../find-records.ts';
import type { Portal } from '../portal.ts';
import { readOperand } from './operands.ts';
import { COMPARED_AS, kindOf, referenceOf, type ValueKind } from './references.ts';
import { tokenPatterns } from './tokens.ts';

export const OPERATORS = [
  'EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Scalar = string | number | boolean;

export interface Filter {
  propertyName: string;
  operator: Operator;
  value?: Scalar | null;
  highValue?: Scalar | null;
  values?: Scalar[] | null;
}

/** What a filter is about: the property's reference and kind, the filter with its operands as text. */
interface Target {
  filter: Filter;
  of: Reference;
  kind: ValueKind;
}

/** Properties that nobody filters by, of any type and of emails: HTML and copies of it (platform.md 1.9 [D]). */
const UNFILTERABLE = new Set(['hs_body_preview_html']);
const UNFILTERABLE_OF_EMAILS = new Set(['hs_email_html', 'hs_body_preview']);
const EMAILS = '0-49';

const isFilterable = (type: ObjectType, property: string): boolean => !UNFILTERABLE.has(property) && !(type.id === EMAILS && UNFILTERABLE_OF_EMAILS.has(property));

/** The conditions of one filter, all of which must hold. Throws invalidFilter and the like. */
export function conditionsOf(portal: Portal, type: ObjectType, given: Filter): Condition[] {
  const filter = storable(given);
  const { propertyName, operator } = filter;
  checkOperands(filter);
  if (propertyName.startsWith('associations.')) return [associatedCondition(portal, filter, propertyName.slice('associations.'.length))];
  const definition = portal.properties(type.id).get(propertyName);
  if (!definition) throw problem.invalidFilter(propertyName, 'does not exist');
  if (!isFilterable(type, propertyName)) throw problem.invalidFilter(propertyName, 'cannot be searched by');
  return TABLE[operator]({ filter, of: referenceOf(portal, type, propertyName), kind: kindOf(definition) });
}

/** Operands in the form in which values are stored: no text holds what Postgres does not. */
function storable(filter: Filter): Filter {
  const text = <T>(value: T): T => (typeof value === 'string' ? storableText(value) as T : value);
  return { ...filter, value: text(filter.value), highValue: text(filter.highValue), ...(filter.values ? { values: filter.values.map(text) } : {}) };
}

export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** Operands that the operator needs, and those it must not have (platform.md 1.10 [O]). */
function checkOperands({ operator, propertyName, value, values, highValue }: Filter): void {
  const needsNone = operator === 'HAS_PROPERTY' || operator === 'NOT_HAS_PROPERTY';
  if (operator === 'IN' || operator === 'NOT_IN') {
    if (!Array.isArray(values)) throw problem.filterWithoutValues(operator);
    return;
  }
  if (needsNone) {
    if (value !== undefined && value !== null && value !== '') throw problem.invalidFilter(propertyName, `takes no value with ${operator}`);
    return;
  }
  if (value === undefined || value === null) throw problem.invalidFilter(propertyName, `needs a value with ${operator}`);
  if (operator === 'BETWEEN' && (highValue === undefined || highValue === null)) throw problem.invalidFilter(propertyName, 'needs a highValue with BETWEEN');
}

const TABLE: Record<Operator, (target: Target) => Condition[]> = {
  EQ: (target) => (target.kind === 'choices' ? [{ test: 'options', of: target.of, operands: [operand(target)], not: false }] : compare(target, '=')),
  NEQ: (target) => (target.kind === 'choices' ? [{ test: 'options', of: target.of, operands: [operand(target)], not: true }] : compare(target, '<>')),
  LT: (target) => compare(target, '<'),
  LTE: (target) => compare(target, '<='),
  GT: (target) => compare(target, '>'),
  GTE: (target) => compare(target, '>='),
  // Both ends belong to it [I].
  BETWEEN: (target) => [...compare(target, '>='), ...compare({ ...target, filter: { ...target.filter, value: target.filter.highValue! } }, '<=')],
  IN: (target) => [membership(target, false)],
  NOT_IN: (target) => [membership(target, true)],
  HAS_PROPERTY: ({ of }) => [{ test: 'known', of }],
  NOT_HAS_PROPERTY: ({ of }) => [{ test: 'unknown', of }],
  CONTAINS_TOKEN: (target) => [tokens(target, false)],
  NOT_CONTAINS_TOKEN: (target) => [tokens(target, true)],
};

/** What a pattern may hold, lest it keeps the database busy [I]. */
const MAX_TOKENS = 500;
const MAX_WILDCARDS = 11;

/** Holds for no record. */
const NEVER: Condition = { test: 'ids', ids: [], not: false };

function compare(target: Target, by: Comparison): Condition[] {
  const { filter, of, kind } = target;
  const read = readOperand(kind, String(filter.value));
  if (!read) throw problem.invalidFilter(filter.propertyName, `cannot be compared with ${String(filter.value)}`);
  if (of.in === 'id' && (by === '=' || by === '<>')) return [{ test: 'ids', ids: [recordId(read.value) ?? 0], not: by === '<>' }];
  // A date is its midnight: whatever is compared with a later hour of a day is compared with all of that day.
  const bounds: Partial<Record<Comparison, Comparison>> = { '<': '<=', '>=': '>' };
  if (read.pastMidnight && by === '=') return [NEVER];
  if (read.pastMidnight && by === '<>') return [{ test: 'known', of }];
  return [{ test: 'compare', of, as: COMPARED_AS[kind], by: read.pastMidnight ? bounds[by] ?? by : by, operand: read.value }];
}

/** On text the stored side is folded and the operands are not: one with a capital letter never matches (platform.md 1.6 [D]). */
function membership(target: Target, not: boolean): Condition {
  const { filter, of, kind } = target;
  const operands = filter.values!.map((value) => {
    const read = readOperand(kind, String(value));
    if (!read) throw problem.invalidFilter(filter.propertyName, `cannot be compared with ${String(value)}`);
    return read;
  }).filter((read) => !read.pastMidnight).map((read) => read.value);
  if (of.in === 'id') return { test: 'ids', ids: operands.flatMap((text) => recordId(text) ?? []), not };
  if (operands.length === 0) return not ? { test: 'known', of } : NEVER;
  return kind === 'choices' ? { test: 'options', of, operands, not } : { test: 'in', of, as: COMPARED_AS[kind], operands, not };
}

function tokens({ filter, of, kind }: Target, not: boolean): Condition {
  const exact = kind === 'choice' || kind === 'choices';
  const text = String(filter.value);
  if (text.length > MAX_TOKENS || text.split('*').length > MAX_WILDCARDS) throw problem.invalidFilter(filter.propertyName, `takes at most ${MAX_TOKENS} characters and ${MAX_WILDCARDS - 1} wildcards with ${filter.operator}`);
  const patterns = tokenPatterns(exact ? text : fold(text));
  // No word is in every text [I].
  if (patterns.length === 0) return not ? NEVER : { test: 'known', of };
  return { test: 'matches', of, as: exact ? 'exact' : 'folded', patterns, not };
}

const operand = ({ filter }: Target): string => String(filter.value);

function associatedCondition(portal: Portal, { operator, value, values }: Filter, name: string): Condition {
  const type = portal.objectType(name);
  if (!type) throw problem.invalidFilter(`associations.${name}`, 'does not exist');
  // Not towards custom objects (platform.md 1.9 [D]).
  if (portal.customObjects.has(type.id)) throw problem.invalidFilter(`associations.${name}`, 'cannot be searched by');
  const ids = (list: Scalar[]): number[] => list.flatMap((one) => recordId(String(one)) ?? []);
  switch (operator) {
    case 'EQ': case 'NEQ': return { test: 'associated', toType: type.id, ids: ids([value!]), not: operator === 'NEQ' };
    case 'IN': case 'NOT_IN': return { test: 'associated', toType: type.id, ids: ids(values!), not: operator === 'NOT_IN' };
    case 'HAS_PROPERTY': case 'NOT_HAS_PROPERTY': return { test: 'associated', toType: type.id, ids: undefined, not: operator === 'NOT_HAS_PROPERTY' };
    default: throw problem.invalidFilter(`associations.${name}`, `cannot be searched by ${operator}`);
  }
}
