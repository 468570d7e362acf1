// From what a client calls a record (an id, or the value of a unique property) to the record.

import type { ObjectType } from '../catalogue/types.ts';
import { findUniqueValues } from '../db/records.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { propertyTypes } from './property-types/index.ts';
import { checkSensitivity } from './sensitive-properties.ts';
import { uniqueForm, uniqueProperties } from './unique-values.ts';

/** The number of a record id, undefined when the text is none that a record could have. */
export function recordId(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}

/** Throws when a record id is none, where no property says that it is something else (objects.md 4.5). */
export function checkRecordName(id: string, idProperty: string | undefined): void {
  if ((idProperty === undefined || idProperty === 'hs_object_id') && !/^\d+$/.test(id)) throw problem.recordIdNotNumeric(id);
}

/** Throws when the property is none that records can be found by (objects.md 3.6), or not by this caller. */
export function checkIdProperty(ctx: Context, type: ObjectType, idProperty: string): void {
  if (!uniqueProperties(ctx.portal, type).includes(idProperty)) throw problem.nonUniqueProperty(type.id, idProperty);
  checkSensitivity(ctx, type, ctx.portal.sensitiveProperties(type.id).get(idProperty), 'read');
}

/** A unique value in the form it is compared in; a value its property would refuse stays as it is and finds nothing. */
export function lookupForm(ctx: Context, type: ObjectType, idProperty: string, value: string): string {
  const definition = ctx.portal.properties(type.id).get(idProperty)!;
  if (value === '') return '';
  const normalised = propertyTypes[definition.type].normalise(value, definition, {
    current: null, normalisesDates: ctx.traits.normalisesDates, ownerExists: () => true,
  });
  return uniqueForm(normalised.value ?? value.replaceAll('\0', '\uFFFD').toWellFormed());
}

/** Record ids by what the client sent, in one look-up for all. Values that reach nothing are missing from the map. */
export async function findIds(ctx: Context, type: ObjectType, values: string[], idProperty: string | undefined): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (idProperty === undefined || idProperty === 'hs_object_id') {
    for (const value of values) {
      const id = recordId(value);
      if (id !== undefined) found.set(value, id);
    }
    return found;
  }
  checkIdProperty(ctx, type, idProperty);
  const forms = new Map(values.map((value) => [value, lookupForm(ctx, type, idProperty, value)]));
  const keys = [...new Set(forms.values())].map((value) => ({ property: idProperty, value }));
  const ids = new Map((await findUniqueValues(ctx.db, ctx.portal.placement, type.id, keys)).map((row) => [row.value, row.id]));
  for (const [value, form] of forms) {
    const id = ids.get(form);
    if (id !== undefined) found.set(value, id);
  }
  return found;
}
