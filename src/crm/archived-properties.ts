// What an archived property leaves behind. Its values stay with the records, where nobody sees them, and its name is free.
// A new property of that name that holds the same kind of values has them again: the only way back, for the API has none
// [I]. One of another kind starts without values.

import type { ObjectType } from '../catalogue/types.ts';
import type { Queryable } from '../db/db.ts';
import { archiveProperties, readArchivedProperties } from '../db/property-definitions.ts';
import { claimValues, clearValues, lockValues, releaseValues } from '../db/property-values.ts';
import { findUniqueValues } from '../db/records.ts';
import { deleteValidations } from '../db/validations.ts';
import { problem, type Problem } from '../errors.ts';
import type { Portal } from './portal.ts';
import type { KeptProperty } from './portal/properties.ts';
import { uniqueForm } from './unique-values.ts';

const PAGE = 5_000;

/** Takes live properties out of the model: their values are hidden, their unique values bind no longer. */
export async function archiveDefinitions(tx: Queryable, portal: Portal, type: ObjectType, names: string[], at: string): Promise<void> {
  await archiveProperties(tx, portal.portalId, type.id, names, at);
  await releaseValues(tx, portal.placement, type.id, names);
}

/** The archived properties of a type, or those of some names: by name, the latest of a name first. */
export async function readArchived(db: Queryable, portalId: number, type: ObjectType, names?: string[]): Promise<KeptProperty[]> {
  const rows = await readArchivedProperties(db, portalId, type.id, names);
  return rows.map((row) => ({ ...(row.definition as unknown as KeptProperty), archivedAt: row.archivedAt }));
}

/**
 * Settles what records have of properties that are about to be made, before they are: values of the same kind stay, and
 * are claimed where they have to be unique; others are cleared, with the validation rules that they had to keep.
 * @returns by name, why a property cannot be made: two records have the value that no two may have
 */
export async function reviveValues(tx: Queryable, portal: Portal, type: ObjectType, definitions: KeptProperty[]): Promise<Map<string, Problem>> {
  const refused = new Map<string, Problem>();
  if (definitions.length === 0) return refused;
  const past = new Map((await readArchived(tx, portal.portalId, type, definitions.map(({ name }) => name))).reverse().map((one) => [one.name, one]));
  const known = definitions.filter(({ name }) => past.has(name));
  for (const definition of known) {
    if (!definition.hasUniqueValue || !sameKind(definition, past.get(definition.name)!)) continue;
    const conflict = await claimAll(tx, portal, type, definition.name);
    if (conflict) refused.set(definition.name, conflict);
  }
  const other = known.filter((one) => !sameKind(one, past.get(one.name)!)).map(({ name }) => name);
  await clearValues(tx, portal.placement, type.id, other);
  await deleteValidations(tx, portal.portalId, type.id, other);
  return refused;
}

/** What was secret must not come back as what anybody reads. */
const sameKind = (one: KeptProperty, other: KeptProperty): boolean => one.type === other.type && one.dataSensitivity === other.dataSensitivity;

/** Claims every value that live records have, page by page; gives all back and says why when two records have the same. */
async function claimAll(tx: Queryable, portal: Portal, type: ObjectType, property: string): Promise<Problem | undefined> {
  const { placement } = portal;
  for (let afterId = 0; ;) {
    const rows = await lockValues(tx, placement, type.id, property, { afterId, limit: PAGE });
    if (rows.length === 0) return undefined;
    const [taken] = await claimValues(tx, placement, type.id, rows.map(({ id, value }) => ({ property, value: uniqueForm(value), id })));
    if (taken) {
      const [holder] = await findUniqueValues(tx, placement, type.id, [taken]);
      await releaseValues(tx, placement, type.id, [property]);
      return problem.valuesNotUnique(property, [holder!.id, taken.id].map(String));
    }
    afterId = rows.at(-1)!.id;
  }
}
