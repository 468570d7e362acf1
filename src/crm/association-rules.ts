// What one association means in rows: its types checked, the unlabeled type added, both directions, primaries demoted.
// Shared by creates with associations and by the association batches. Rules: schema.md 1.7.

import { ASSOCIATION_CATEGORIES, type AssociationType, type ObjectType } from '../catalogue/types.ts';
import { readRowsOfTypes, type AssociationRow } from '../db/associations.ts';
import type { Queryable } from '../db/db.ts';
import { problem, type Problem } from '../errors.ts';
import type { Portal } from './portal.ts';
import { isSingle } from './portal/association-types.ts';

export interface AssociationSpec {
  associationCategory: (typeof ASSOCIATION_CATEGORIES)[number];
  associationTypeId: number;
}

/** The types that the specs name, or why they cannot lead from `from` (to `to`, when the path says so). */
export function resolveSpecs(
  portal: Portal, from: ObjectType, to: ObjectType | undefined, specs: AssociationSpec[],
): { types: AssociationType[] } | { problem: Problem } {
  const types = specs.map((spec) => portal.associationType(spec.associationCategory, spec.associationTypeId));
  const unknown = specs.filter((_, i) => types[i] === undefined);
  if (unknown.length > 0) {
    return { problem: problem.invalidAssociationTypes(unknown.map((s) => ({ category: s.associationCategory, typeId: s.associationTypeId }))) };
  }
  const known = types as AssociationType[];
  const toId = to?.id ?? known[0]!.toType;
  for (const type of known) {
    const definition = `${ASSOCIATION_CATEGORIES.indexOf(type.category)}-${type.typeId}`;
    if (type.fromType !== from.id) return { problem: problem.associationDirection('from', from.id, type.fromType, definition) };
    if (type.toType !== toId) return { problem: problem.associationDirection('to', toId, type.toType, definition) };
  }
  return { types: known };
}

/** The spec of a type that v3 names: `contact_to_company`, or its number as text (schema.md 1.2 [D]). Undefined when the pair has none of it. */
export function specByName(portal: Portal, from: ObjectType, to: ObjectType, name: string): AssociationSpec | undefined {
  const types = portal.associationTypes(from.id, to.id);
  const type = types.find((one) => one.name === name) ?? types.find((one) => String(one.typeId) === name);
  return type && { associationCategory: type.category, associationTypeId: type.typeId };
}

/** The row that one type makes between two records, seen from the from-record. */
export function rowOf(type: AssociationType, fromId: number, toId: number): AssociationRow {
  return { fromType: type.fromType, fromId, toType: type.toType, toId, category: ASSOCIATION_CATEGORIES.indexOf(type.category), typeId: type.typeId };
}

/** The same association seen from the other record; undefined for the few types whose inverse is not known. */
export function inverseRow(portal: Portal, row: AssociationRow): AssociationRow | undefined {
  const category = ASSOCIATION_CATEGORIES[row.category]!;
  const type = portal.associationType(category, row.typeId);
  if (!type || type.inverseTypeId === null) return undefined;
  return { fromType: row.toType, fromId: row.toId, toType: row.fromType, toId: row.fromId, category: row.category, typeId: type.inverseTypeId };
}

/** Every row of a new association: the types, the unlabeled one, and both directions of each (rules 1 and 2). */
export function rowsOfPair(portal: Portal, types: AssociationType[], fromId: number, toId: number): AssociationRow[] {
  return pairRows(portal, types)(fromId, toId);
}

/** Makes what rowsOfPair gives, for many pairs of the same types. */
export function pairRows(portal: Portal, types: AssociationType[]): (fromId: number, toId: number) => AssociationRow[] {
  const first = types[0]!;
  const unlabeled = portal.unlabeledType(first.fromType, first.toType);
  const all = unlabeled && !types.includes(unlabeled) ? [...types, unlabeled] : types;
  const made = all.map((type) => ({ row: rowOf(type, 0, 0), inverse: inverseRow(portal, rowOf(type, 0, 0)) }));
  return (fromId, toId) => {
    const rows: AssociationRow[] = [];
    for (const { row, inverse } of made) {
      rows.push({ ...row, fromId, toId });
      if (inverse) rows.push({ ...inverse, fromId: toId, toId: fromId });
    }
    return rows;
  };
}

/** True for the row whose from-record may have only one of its kind: a primary (rule 6), a parent company (rule 8 [I]). */
function isSingleRow(portal: Portal, row: AssociationRow): boolean {
  const type = portal.associationType(ASSOCIATION_CATEGORIES[row.category]!, row.typeId);
  return type !== undefined && isSingle(type);
}

export const rowKey = (row: AssociationRow): string => `${row.fromType} ${row.fromId} ${row.toType} ${row.toId} ${row.category}-${row.typeId}`;

/** Of several primaries for one record among new rows the last one stays; rows are in the order they were asked for. */
export function keepLastPrimaries(portal: Portal, rows: AssociationRow[]): AssociationRow[] {
  const last = new Map<string, AssociationRow>();
  const demoted = new Set<string>();
  for (const row of rows) {
    if (!isSingleRow(portal, row)) continue;
    const slot = `${row.fromType} ${row.fromId} ${row.toType} ${row.typeId}`;
    const before = last.get(slot);
    if (before && before.toId !== row.toId) for (const gone of bothDirections(portal, before)) demoted.add(rowKey(gone));
    // Asked for again later, it is the last after all.
    for (const back of bothDirections(portal, row)) demoted.delete(rowKey(back));
    last.set(slot, row);
  }
  return demoted.size === 0 ? rows : rows.filter((row) => !demoted.has(rowKey(row)));
}

/** A row and its inverse. */
export function bothDirections(portal: Portal, row: AssociationRow): AssociationRow[] {
  const inverse = inverseRow(portal, row);
  return inverse ? [row, inverse] : [row];
}

/** The rows that new primaries push out, both directions. For the holder of the locks of both ends. */
export async function findDemoted(tx: Queryable, portal: Portal, rows: AssociationRow[]): Promise<AssociationRow[]> {
  const primaries = rows.filter((row) => isSingleRow(portal, row));
  if (primaries.length === 0) return [];

  const gone: AssociationRow[] = [];
  for (const group of Map.groupBy(primaries, (row) => `${row.fromType} ${row.toType} ${row.typeId}`).values()) {
    const { fromType, toType, typeId } = group[0]!;
    const now = new Map(group.map((row) => [row.fromId, row.toId]));
    const existing = await readRowsOfTypes(tx, portal.placement, fromType, toType, [...now.keys()], [typeId]);
    gone.push(...existing.filter((row) => now.get(row.fromId) !== row.toId).flatMap((row) => bothDirections(portal, row)));
  }
  return gone;
}
