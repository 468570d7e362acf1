// A record as it is answered: which properties a write and a read show, in which form, sorted by name.

import type { ObjectType } from '../catalogue/types.ts';
import type { Context } from './context.ts';
import { isStageFigure, keptUnder } from './computations/stage-dates.ts';
import { derivedFrom, derivedValue, idMirrors, type RowTimes } from './derived.ts';
import { hiddenProperties } from './sensitive-properties.ts';
import type { Warning } from './values.ts';

export interface HistoryValue {
  value: string;
  timestamp: string;
  sourceType: string;
  sourceId?: string;
}

export interface AssociatedRecords {
  results: { id: string; type: string }[];
  paging?: { next: { after: string; link: string } };
}

/** A record on the wire. Optional parts are left out, never null (objects.md 1.7, 1.8). */
export interface RecordView {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, HistoryValue[]>;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
  associations?: Record<string, AssociatedRecords>;
  new?: boolean;
  objectWriteTraceId?: string;
  warnings?: Warning[];
  url: string;
}

interface Row extends RowTimes {
  archived_at?: string | null;
}

/** The parts that every record has. */
export function viewRecord(ctx: Context, type: ObjectType, row: Row, properties: Record<string, string | null>): RecordView {
  const view = {
    id: String(row.id),
    properties,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archived: row.archived_at != null,
  } as RecordView;
  if (row.archived_at != null) view.archivedAt = row.archived_at;
  view.url = `https://${ctx.portal.account.uiDomain}/contacts/${ctx.portal.portalId}/record/${type.id}/${row.id}`;
  return view;
}

/** What a create answers: the stored values, what every record starts with, and the record's own data (objects.md 3.10). */
export function createdProperties(type: ObjectType, row: RowTimes, stored: Record<string, string>): Record<string, string> {
  const layout = createdLayout(type, stored);
  const shown = { ...layout.template };
  const id = String(row.id);
  for (const name of layout.stored) shown[name] = stored[name]!;
  for (const name of layout.epochs) shown[name] = String(Date.parse(stored[name]!));
  for (const { name, from } of layout.derived) shown[name] = from === 'id' ? id : row[from];
  return shown;
}

/**
 * What a create shows when certain properties were stored. The records of a batch mostly have the same ones: copying a
 * template that has every name in its place costs half of sorting and building each answer anew (0.15 ms of a batch).
 */
interface Layout {
  /** The stored names it is for. */
  key: string[];
  /** Every shown name, sorted; the values of `initialValues` filled in. */
  template: Record<string, string>;
  stored: string[];
  epochs: string[];
  derived: { name: string; from: 'id' | 'created_at' | 'updated_at' }[];
}

const lastLayouts = new WeakMap<ObjectType, Layout>();

function createdLayout(type: ObjectType, stored: Record<string, string>): Layout {
  const last = lastLayouts.get(type);
  if (last && sameKeys(last.key, stored)) return last;
  const key = Object.keys(stored);
  const names = [...new Set([
    ...Object.keys(type.initialValues), ...key.filter((name) => !isStageFigure(name)), 'hs_object_id', type.createdProperty, type.modifiedProperty, ...idMirrors(type),
  ])].sort();
  const derived = names.flatMap((name) => {
    const from = derivedFrom(type, name);
    return from ? [{ name, from }] : [];
  });
  const own = key.filter((name) => !derivedFrom(type, name) && !isStageFigure(name));
  const layout = {
    key, derived, stored: own.filter((name) => !printsEpoch(name)), epochs: own.filter(printsEpoch),
    template: Object.fromEntries(names.map((name) => [name, type.initialValues[name] ?? ''])),
  };
  lastLayouts.set(type, layout);
  return layout;
}

function sameKeys(key: string[], stored: Record<string, string>): boolean {
  let i = 0;
  for (const name in stored) if (key[i++] !== name) return false;
  return i === key.length;
}

/** What an update did to a record. */
interface Update {
  /** Names that the client wrote, changed or not. */
  written: string[];
  set: Record<string, string>;
  removed: Set<string>;
  /** The record before. */
  row: { properties: Record<string, string> };
}

/** What an update answers: the written and changed values, '' for cleared ones, and a few that always come along (objects.md 3.10). */
export function updatedProperties(type: ObjectType, row: RowTimes, { written, set, removed, row: before }: Update): Record<string, string> {
  const all: Record<string, string> = {};
  const stored = (name: string): string | undefined => set[name] ?? (removed.has(name) ? undefined : before.properties[name]);
  for (const name of type.updateEcho) {
    const value = stored(name) ?? type.initialValues[name];
    if (value !== undefined) all[name] = value;
  }
  for (const name of removed) if (!isStageFigure(name)) all[name] = '';
  for (const name in set) if (!isStageFigure(name)) all[name] = printed(name, set[name]!);
  for (const name of written) if (set[name] === undefined && !isStageFigure(name)) all[name] = printed(name, stored(name) ?? '');
  addOwnData(type, row, all);
  return sortByName(type, all);
}

/** What a read answers: the named properties that exist, null when empty, and always id and times (objects.md 4.1). */
export function readProperties(
  ctx: Context, type: ObjectType, row: RowTimes, stored: Record<string, string>, names: readonly string[],
): Record<string, string | null> {
  const all: Record<string, string | null> = {};
  for (const name of shownNames(ctx, type, names)) all[name] = readValue(type, row, stored, name);
  return all;
}

const lastShown = new WeakMap<ObjectType, { asked: readonly string[]; definitions: unknown; hidden: unknown; shown: string[] }>();

/** What a read of these names shows, sorted: found once for all records of a page, and for requests that ask alike. */
function shownNames(ctx: Context, type: ObjectType, asked: readonly string[]): string[] {
  const definitions = ctx.portal.properties(type.id);
  const hidden = hiddenProperties(ctx, type);
  let last = lastShown.get(type);
  if (!last || last.definitions !== definitions || last.hidden !== hidden || !sameNames(last.asked, asked)) {
    const shown = new Set([...asked.filter((name) => definitions.has(name) && !hidden.has(name)), 'hs_object_id', type.createdProperty, type.modifiedProperty]);
    lastShown.set(type, (last = { asked, definitions, hidden, shown: [...shown].sort() }));
  }
  return last.shown;
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean => a === b || (a.length === b.length && a.every((name, i) => name === b[i]));

/** One property's value, null when it has none. */
export function readValue(type: ObjectType, row: RowTimes, stored: Record<string, string>, name: string): string | null {
  const derived = derivedFrom(type, name);
  if (derived) return derivedValue(name, derived, row, stored);
  const value = stored[name];
  if (value !== undefined) return value;
  const other = keptUnder(type, name);
  return (other === undefined ? undefined : readValue(type, row, stored, other)) ?? type.initialValues[name] ?? null;
}

function addOwnData(type: ObjectType, row: RowTimes, all: Record<string, string>): void {
  all.hs_object_id = String(row.id);
  all[type.createdProperty] = row.created_at;
  all[type.modifiedProperty] = row.updated_at;
}

/** Write answers print these computed times as epoch milliseconds (objects.md 5.2 [O]). */
const printsEpoch = (name: string): boolean => name.startsWith('hs_lifecyclestage_') && name.endsWith('_date');

const printed = (name: string, value: string): string => (printsEpoch(name) ? String(Date.parse(value)) : value);

/** The names of the last answer as they came, and an object that has them sorted. As with Layout: a batch's are mostly the same. */
const lastSorted = new WeakMap<ObjectType, { key: string[]; template: Record<string, string> }>();

function sortByName(type: ObjectType, values: Record<string, string>): Record<string, string> {
  let last = lastSorted.get(type);
  if (!last || !sameKeys(last.key, values)) {
    const key = Object.keys(values);
    lastSorted.set(type, (last = { key, template: Object.fromEntries(key.toSorted().map((name) => [name, ''])) }));
  }
  const sorted = { ...last.template };
  for (const name of last.key) sorted[name] = values[name]!;
  return sorted;
}
