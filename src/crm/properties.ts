// The properties of a type: listed, read, and added to by the portal. A property counts for the very next write.

import { PROPERTY_TYPE_NAMES, type ObjectType, type PropertyDefinition, type PropertyOption, type PropertyTypeName } from '../catalogue/types.ts';
import { toJsonb, type Queryable } from '../db/db.ts';
import { insertProperty } from '../db/portals.ts';
import { problem } from '../errors.ts';
import type { Context } from './context.ts';
import { changeModel } from './model-changes.ts';
import type { Portal } from './portal.ts';

/** Which field types a client may give each type (schema.md 3.4 [D]). Calculated ones come with formulas, later. */
export const FIELD_TYPES: Partial<Record<PropertyTypeName, readonly string[]>> = {
  string: ['text', 'textarea', 'html', 'file', 'phonenumber'],
  number: ['number'],
  bool: ['booleancheckbox'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
  date: ['date'],
  datetime: ['date'],
  phone_number: ['phonenumber'],
};

/** At most this many properties with unique values per type (schema.md 3.6 [D]). */
const MAX_UNIQUE = 10;
const NAME = /^[a-z][a-z0-9_]{0,99}$/;

export interface PropertyInput {
  name: string;
  label: string;
  type: string;
  fieldType: string;
  groupName: string;
  description?: string;
  options?: { label: string; value: string; displayOrder?: number; hidden?: boolean; description?: string }[];
  displayOrder?: number;
  hasUniqueValue?: boolean;
  hidden?: boolean;
  formField?: boolean;
  externalOptions?: boolean;
  referencedObjectType?: string;
}

/** A definition with what only the portal's own ones have. */
export type KeptProperty = PropertyDefinition & { formField?: boolean; createdAt?: string; updatedAt?: string };

/** Adds a property. Throws invalidPropertyDefinition, propertyExists (schema.md 3.3 to 3.6, 3.10). */
export async function createProperty(ctx: Context, type: ObjectType, given: PropertyInput): Promise<KeptProperty> {
  return await changeModel(ctx, async (tx, portal) => await addProperty(tx, portal, type, given, ctx.at));
}

/** Adds a property to the model of `portal`, within the transaction that changes it. Throws as createProperty. */
export async function addProperty(tx: Queryable, portal: Portal, type: ObjectType, given: PropertyInput, at: string): Promise<KeptProperty> {
  // Texts in the form in which they are stored, so that this answer is the one that reads give.
  const input = JSON.parse(toJsonb(given)) as PropertyInput;
  // Upper case is folded, as the documentation's own sample shows (schema.md 3.5).
  const name = input.name.toLowerCase();
  const fault = findFault(portal, type, name, input);
  if (fault) throw problem.invalidPropertyDefinition(fault);
  if (portal.properties(type.id).has(name)) throw problem.propertyExists(name);
  const definition: KeptProperty = {
    name, label: input.label, type: input.type as PropertyTypeName, fieldType: input.fieldType, groupName: input.groupName,
    description: input.description ?? '',
    options: toOptions(input),
    hasUniqueValue: input.hasUniqueValue ?? false,
    readOnly: false, calculated: false, hidden: input.hidden ?? false, externalOptions: input.externalOptions ?? false,
    ...(input.referencedObjectType === undefined ? {} : { referencedObjectType: input.referencedObjectType }),
    displayOrder: input.displayOrder ?? -1, hubspotDefined: false, confidence: 'D',
    formField: input.formField ?? false, createdAt: at, updatedAt: at,
  };
  if (!await insertProperty(tx, portal.portalId, { objectType: type.id, name, definition, at })) throw problem.propertyExists(name);
  return definition;
}

/** Every property of the type, in order of name. */
export function listProperties(ctx: Context, type: ObjectType): KeptProperty[] {
  return [...ctx.portal.properties(type.id).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One property by name. Throws propertyNotFound. */
export function getProperty(ctx: Context, type: ObjectType, name: string): KeptProperty {
  const definition = ctx.portal.properties(type.id).get(name);
  if (!definition) throw problem.propertyNotFound(name);
  return definition;
}

function findFault(portal: Portal, type: ObjectType, name: string, input: PropertyInput): string | undefined {
  const definitions = [...portal.properties(type.id).values()];
  const typeName = PROPERTY_TYPE_NAMES.find((known) => known === input.type);
  const fieldTypes = typeName && FIELD_TYPES[typeName];
  const values = (input.options ?? []).map((option) => option.value);
  if (!NAME.test(name)) return `Property name "${input.name}" must start with a letter and hold only letters, digits and underscores, 100 at most`;
  if (name.startsWith('hs_')) return `Property name "${input.name}" starts with hs_, which is reserved`;
  // Values are kept in plain objects, where this one name means something else.
  if (name === 'constructor') return `Property name "${input.name}" is reserved`;
  if (input.label.trim() === '' || input.label.length > 255) return 'A property label must have 1 to 255 characters';
  if (!fieldTypes) return `Property type "${input.type}" must be one of ${Object.keys(FIELD_TYPES).join(', ')}`;
  if (!fieldTypes.includes(input.fieldType)) return `Field type "${input.fieldType}" does not go with type ${input.type}; use one of ${fieldTypes.join(', ')}`;
  if (!definitions.some((d) => d.groupName === input.groupName)) return `Property group "${input.groupName}" does not exist for ${type.name}`;
  if (typeName === 'enumeration' && values.length === 0 && !input.externalOptions && input.fieldType !== 'booleancheckbox') return 'An enumeration needs options';
  if (new Set(values).size < values.length || values.includes('')) return 'Option values must be unique and not empty';
  if (values.some((value) => value.includes(';'))) return 'Option values cannot hold a semicolon';
  if ((typeName === 'bool' || input.fieldType === 'booleancheckbox') && values.some((value) => value !== 'true' && value !== 'false')) {
    return 'A single checkbox has the options true and false';
  }
  if (input.hasUniqueValue && typeName !== 'string' && typeName !== 'number') return 'Only string and number properties can have unique values';
  if (input.hasUniqueValue && definitions.filter((d) => d.hasUniqueValue && !d.hubspotDefined).length >= MAX_UNIQUE) {
    return `An object type has at most ${MAX_UNIQUE} properties with unique values`;
  }
  return undefined;
}

function toOptions(input: PropertyInput): PropertyOption[] {
  const given = input.options ?? [];
  const options = given.length === 0 && (input.type === 'bool' || input.fieldType === 'booleancheckbox')
    ? [{ label: 'Yes', value: 'true' }, { label: 'No', value: 'false' }] : given;
  return options.map((option: NonNullable<PropertyInput['options']>[number], i) => ({
    label: option.label, value: option.value, displayOrder: option.displayOrder ?? i, hidden: option.hidden ?? false,
    ...(option.description === undefined ? {} : { description: option.description }),
  }));
}
