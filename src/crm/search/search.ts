// Search: a request checked against its limits, compiled to a plan, run, and shown (platform.md section 1).

import type { ObjectType } from '../../catalogue/types.ts';
import { findCleared, findUniqueValues, type RecordRow } from '../../db/records.ts';
import { searchRecords } from '../../db/search.ts';
import type { Condition, SearchPlan } from '../../db/search-plan.ts';
import { problem } from '../../errors.ts';
import { findLiveIds, keyText } from '../aliases.ts';
import { checkRecordAccess } from '../access.ts';
import type { Context } from '../context.ts';
import { viewRecords } from '../read-records.ts';
import { checkSensitivity, hiddenProperties } from '../sensitive-properties.ts';
import { uniqueForm, uniqueProperties } from '../unique-values.ts';
import type { RecordView } from '../views.ts';
import { conditionsOf, storableText, type Filter } from './filters.ts';
import { COMPARED_AS, kindOf, referenceOf } from './references.ts';

export interface SearchInput {
  filterGroups?: { filters?: Filter[] }[];
  /** One more group, which must hold beside the others [I]. */
  filters?: Filter[];
  query?: string | null;
  sorts?: (string | { propertyName: string; direction?: string | null })[];
  properties?: string[];
  limit?: number | null;
  after?: string | number | null;
}

export interface SearchPage {
  total: number;
  results: RecordView[];
  /** The offset of the next page. */
  after: string | undefined;
}

/** platform.md 1.3 [D]. */
const MAX_GROUPS = 5;
const MAX_FILTERS_OF_GROUP = 6;
const MAX_FILTERS = 18;
const MAX_QUERY = 3_000;
const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 10;
const WINDOW = 10_000;

/** What results show unless properties are named, where it is more than reads show (platform.md 1.4 [D]). */
const SHOWN: Record<string, string[]> = {
  products: ['name', 'description', 'price'],
  quotes: ['hs_title', 'hs_status', 'hs_expiration_date', 'hs_public_url_key'],
};

/** A page of the live records that match. Throws invalidSearch, invalidFilter, filterWithoutValues, searchTooDeep. */
export async function search(ctx: Context, type: ObjectType, input: SearchInput): Promise<SearchPage> {
  checkLimits(input);
  const limit = readLimit(input.limit);
  const offset = readAfter(input.after);
  if (offset + limit > WINDOW) throw problem.searchTooDeep(WINDOW);
  const groups = await compileGroups(ctx, type, input);
  const plan: SearchPlan = { objectType: type.id, groups, text: textOf(ctx, type, input.query ?? ''), sort: sortOf(ctx, type, input.sorts ?? []), limit, offset };
  const { total, rows } = await searchRecords(ctx.db, ctx.portal.placement, plan, await ctx.noticeSearch(plan));
  const properties = input.properties?.length ? input.properties : SHOWN[type.name] && [...SHOWN[type.name]!, ...type.defaultProperties];
  const results = await viewRecords(ctx, type, rows, { properties, propertiesWithHistory: [], associations: [], archived: false });
  await showCleared(ctx, type, rows, results);
  const next = offset + limit;
  return {
    total, results,
    after: limit > 0 && next < total && next < WINDOW ? String(next) : undefined,
  };
}

/** In searches a value that was taken away is empty, and only one that never was is null (platform.md 1.4 [O]). */
async function showCleared(ctx: Context, type: ObjectType, rows: RecordRow[], results: RecordView[]): Promise<void> {
  const changed = new Set(rows.filter((row) => row.version > 1).map((row) => String(row.id)));
  const lacking = results.filter((view) => changed.has(view.id));
  const isBoolean = (name: string): boolean => ctx.portal.properties(type.id).get(name)?.type === 'bool';
  const names = new Set(lacking.flatMap(({ properties }) => Object.keys(properties).filter((name) => properties[name] === null && !isBoolean(name))));
  const cleared = await findCleared(ctx.db, ctx.portal.placement, type.id, lacking.map((view) => Number(view.id)), [...names]);
  const views = new Map(lacking.map((view) => [view.id, view.properties]));
  for (const { id, property } of cleared) if (views.get(String(id))![property] === null) views.get(String(id))![property] = '';
}

function checkLimits({ filterGroups = [], filters = [], query, sorts = [] }: SearchInput): void {
  const groups = [...filterGroups.map((group) => group.filters ?? []), ...(filters.length > 0 ? [filters] : [])];
  if (groups.length > MAX_GROUPS) throw problem.invalidSearch('filterGroups', `at most ${MAX_GROUPS} filter groups are allowed`);
  if (groups.some((group) => group.length > MAX_FILTERS_OF_GROUP)) throw problem.invalidSearch('filters', `at most ${MAX_FILTERS_OF_GROUP} filters are allowed in a group`);
  if (groups.flat().length > MAX_FILTERS) throw problem.invalidSearch('filters', `at most ${MAX_FILTERS} filters are allowed`);
  if ((query ?? '').length > MAX_QUERY) throw problem.invalidSearch('query', `must have at most ${MAX_QUERY} characters`);
  if (sorts.length > 1) throw problem.invalidSearch('sorts', 'at most one sort is allowed');
}

function readLimit(limit: number | null | undefined): number {
  if (limit === undefined || limit === null) return DEFAULT_LIMIT;
  if (limit < 0 || limit > MAX_LIMIT) throw problem.invalidSearch('limit', `must be between 0 and ${MAX_LIMIT}`);
  return limit;
}

/** A plain row offset, as text or number; empty is the start [O]. */
function readAfter(after: string | number | null | undefined): number {
  const text = String(after ?? '').trim();
  if (text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) throw problem.invalidSearch('after', `${text} is not a cursor of this search`);
  return Number(text);
}

/** Groups of OR, with the top-level filters in each of them. A group without filters holds for every record. */
async function compileGroups(ctx: Context, type: ObjectType, { filterGroups = [], filters = [] }: SearchInput): Promise<Condition[][]> {
  for (const { propertyName } of [...filters, ...filterGroups.flatMap((group) => group.filters ?? [])]) checkSearchable(ctx, type, propertyName);
  const common = filters.flatMap((filter) => conditionsOf(ctx.portal, type, filter));
  const groups = filterGroups.map((group) => [...(group.filters ?? []).flatMap((filter) => conditionsOf(ctx.portal, type, filter)), ...common]);
  const all = groups.length > 0 ? groups : common.length > 0 ? [common] : [];
  if (all.some((group) => group.length === 0)) return [];
  await followMerged(ctx, type, all.flat());
  await narrowByUniqueValues(ctx, type, all);
  return all;
}

/**
 * Nobody searches by values that he may not see; by highly sensitive ones nobody does at all (platform.md 5.6 [D], answers
 * [I]). Nor does one learn by it which records of a type one may not read lead where [I].
 */
function checkSearchable(ctx: Context, type: ObjectType, propertyName: string): void {
  const associated = /^associations\.(.*)$/s.exec(propertyName)?.[1];
  const other = associated === undefined ? undefined : ctx.portal.objectType(associated);
  if (other) checkRecordAccess(ctx, 'read', [other]);
  const level = ctx.portal.sensitiveProperties(type.id).get(propertyName);
  checkSensitivity(ctx, type, level, 'read');
  if (level === 'highly_sensitive') throw problem.invalidFilter(propertyName, 'cannot be searched by');
}

/** Ids of merged records stand for what they became (objects.md 4.6 [D]). */
async function followMerged(ctx: Context, type: ObjectType, conditions: Condition[]): Promise<void> {
  const byId = conditions.filter((one) => one.test === 'ids' || (one.test === 'associated' && one.ids !== undefined)) as { test: string; toType?: string; ids: number[] }[];
  const keyOf = (one: (typeof byId)[number], id: number) => ({ objectType: one.toType ?? type.id, id });
  const keys = byId.flatMap((one) => one.ids.map((id) => keyOf(one, id)));
  if (keys.length === 0) return;
  const live = await findLiveIds(ctx, keys);
  for (const one of byId) one.ids = one.ids.map((id) => live.get(keyText(keyOf(one, id))) ?? id);
}

/** A unique value has an index of its own: who holds it is looked up there, and only they are compared. */
async function narrowByUniqueValues(ctx: Context, type: ObjectType, groups: Condition[][]): Promise<void> {
  const unique = new Set(uniqueProperties(ctx.portal, type));
  const sought = groups.flatMap((group) => group.flatMap((one) => {
    if (!('of' in one) || one.of.in !== 'properties' || !unique.has(one.of.property)) return [];
    const property = one.of.property;
    if (one.test === 'compare' && one.by === '=') return [{ group, property, values: [uniqueForm(one.operand)] }];
    return one.test === 'in' && !one.not ? [{ group, property, values: one.operands.map(uniqueForm) }] : [];
  }));
  if (sought.length === 0) return;
  const keys = sought.flatMap(({ property, values }) => values.map((value) => ({ property, value })));
  const holders = Map.groupBy(await findUniqueValues(ctx.db, ctx.portal.placement, type.id, keys), (row) => `${row.property} ${row.value}`);
  for (const { group, property, values } of sought) {
    group.unshift({ test: 'ids', ids: values.flatMap((value) => (holders.get(`${property} ${value}`) ?? []).map((row) => row.id)), not: false });
  }
}

/** The digits of phone numbers, beside the numbers as they were typed (platform.md 1.9). */
const PHONE_DIGITS: Record<string, string> = { phone: 'hs_searchable_calculated_phone_number', mobilephone: 'hs_searchable_calculated_mobile_number' };

/** Every word is part of one of the searchable properties (platform.md 1.5 [I]). */
function textOf(ctx: Context, type: ObjectType, query: string): SearchPlan['text'] {
  const definitions = ctx.portal.properties(type.id);
  const hidden = hiddenProperties(ctx, type);
  const sensitive = ctx.portal.sensitiveProperties(type.id);
  const searched = [...type.searchableProperties, ...type.searchableProperties.flatMap((name) => PHONE_DIGITS[name] ?? [])];
  const of = searched.filter((name) => definitions.has(name) && !hidden.has(name) && sensitive.get(name) !== 'highly_sensitive').map((name) => referenceOf(ctx.portal, type, name));
  return { of, terms: storableText(query).split(/\s+/).filter((term) => term !== '') };
}

/** `{propertyName, direction}`, `x`, `-x`, or the first as JSON in a text (platform.md 1.2). */
function sortOf(ctx: Context, type: ObjectType, sorts: NonNullable<SearchInput['sorts']>): SearchPlan['sort'] {
  const [first] = sorts;
  if (first === undefined || first === '') return undefined;
  const { propertyName, direction } = typeof first === 'string' ? readSortText(first) : first;
  if (direction && !['ASCENDING', 'DESCENDING'].includes(direction)) throw problem.invalidSearch('sorts', `${direction} is neither ASCENDING nor DESCENDING`);
  const definition = ctx.portal.properties(type.id).get(propertyName);
  if (!definition) throw problem.invalidFilter(propertyName, 'does not exist');
  checkSearchable(ctx, type, propertyName);
  return { of: referenceOf(ctx.portal, type, propertyName), as: COMPARED_AS[kindOf(definition)], descending: direction === 'DESCENDING' };
}

function readSortText(text: string): { propertyName: string; direction?: string | null } {
  if (text.trimStart().startsWith('{')) {
    try {
      const { propertyName, direction } = JSON.parse(text) as { propertyName?: unknown; direction?: unknown };
      if (typeof propertyName === 'string') return { propertyName, direction: typeof direction === 'string' ? direction : null };
    } catch {
      // Told below, like any other text that names no property.
    }
  }
  return text.startsWith('-') ? { propertyName: text.slice(1), direction: 'DESCENDING' } : { propertyName: text };
}
