// Which definitions of properties there can be: names, types with their field types, options, hints (schema.md 3.3 to 3.6).
// Pure: what a client sends and the model in, the fault in words out.

import { PROPERTY_TYPE_NAMES, type ObjectType, type PropertyOption, type PropertyTypeName, type Sensitivity } from '../catalogue/types.ts';
import { CALCULATION } from './formulas.ts';
import type { Portal } from './portal.ts';
import type { KeptProperty, PropertyMap } from './portal/properties.ts';

/** Which field types a client may give each type (schema.md 3.4 [D]). */
export const FIELD_TYPES: Partial<Record<PropertyTypeName, readonly string[]>> = {
  string: ['text', 'textarea', 'html', 'file', 'phonenumber', CALCULATION],
  number: ['number', CALCULATION],
  bool: ['booleancheckbox', CALCULATION],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox', CALCULATION],
  date: ['date'],
  datetime: ['date'],
  phone_number: ['phonenumber'],
};

/** At most this many properties with unique values per type (schema.md 3.6 [D]). */
const MAX_UNIQUE = 10;
/** And this many options of one enumeration (schema.md 3.6 [I]). */
const MAX_OPTIONS = 5_000;
const NAME = /^[a-z][a-z0-9_]{0,99}$/;

export interface OptionInput {
  label: string;
  value: string;
  displayOrder?: number;
  hidden?: boolean;
  description?: string;
}

/** What a definition says of a property beyond its name. */
export type DefinitionInput = Pick<KeptProperty, 'label' | 'fieldType' | 'groupName'>
  & Partial<Pick<KeptProperty, 'calculationFormula' | 'externalOptions' | 'numberDisplayHint' | 'textDisplayHint' | 'showCurrencySymbol' | 'currencyPropertyName'>>
  & { type: string; options?: OptionInput[]; hasUniqueValue?: boolean };

/** What is wrong with the name of a new property; undefined when nothing is. */
export function findNameFault(given: string): string | undefined {
  const name = given.toLowerCase();
  if (!NAME.test(name)) return `Property name "${given}" must start with a letter and hold only letters, digits and underscores, 100 at most`;
  if (name.startsWith('hs_')) return `Property name "${given}" starts with hs_, which is reserved`;
  // Values are kept in plain objects, where the one means something else; the path of the other is that of the groups.
  return name === 'constructor' || name === 'groups' ? `Property name "${given}" is reserved` : undefined;
}

/** What is wrong with a definition among the others of the type; undefined when nothing is. */
export function findFault(portal: Portal, type: ObjectType, definitions: PropertyMap, input: DefinitionInput): string | undefined {
  const typeName = PROPERTY_TYPE_NAMES.find((known) => known === input.type);
  const fieldTypes = typeName && FIELD_TYPES[typeName];
  if (input.label.trim() === '' || input.label.length > 255) return 'A property label must have 1 to 255 characters';
  if (!fieldTypes) return `Property type "${input.type}" must be one of ${Object.keys(FIELD_TYPES).join(', ')}`;
  if (!fieldTypes.includes(input.fieldType)) return `Field type "${input.fieldType}" does not go with type ${input.type}; use one of ${fieldTypes.join(', ')}`;
  if (!portal.groups(type.id).has(input.groupName)) return `Property group "${input.groupName}" does not exist for ${type.name}`;
  if (input.hasUniqueValue && typeName !== 'string' && typeName !== 'number') return 'Only string and number properties can have unique values';
  return findOptionsFault(input) ?? findHintFault(definitions, input);
}

/** What is wrong with one more property of the type that has unique values. */
export function findUniqueFault(definitions: PropertyMap): string | undefined {
  const unique = [...definitions.values()].filter((definition) => definition.hasUniqueValue && !definition.hubspotDefined);
  return unique.length >= MAX_UNIQUE ? `An object type has at most ${MAX_UNIQUE} properties with unique values` : undefined;
}

/** Whether the type can have a property of the level: it has scopes for it, and a custom object says so of itself (schema.md 5.2). */
export function findSensitivityFault(portal: Portal, type: ObjectType, level: Sensitivity): string | undefined {
  const allowed = portal.customObjects.get(type.id)?.definition.allowsSensitiveProperties ?? true;
  return allowed && type.sensitiveScopes[level].write.length > 0 ? undefined : `An object of type ${type.name} cannot have ${level} properties`;
}

const isCheckbox = ({ type, fieldType }: DefinitionInput): boolean => type === 'bool' || fieldType === 'booleancheckbox';

function findOptionsFault(input: DefinitionInput): string | undefined {
  const values = (input.options ?? []).map((option) => option.value);
  if (input.type === 'enumeration' && values.length === 0 && !input.externalOptions && !isCheckbox(input)) return 'An enumeration needs options';
  if (values.length > MAX_OPTIONS) return `A property has at most ${MAX_OPTIONS} options`;
  if (new Set(values).size < values.length || values.includes('')) return 'Option values must be unique and not empty';
  if (values.some((value) => value.includes(';'))) return 'Option values cannot hold a semicolon';
  if (isCheckbox(input) && values.length > 0 && values.toSorted().join() !== 'false,true') return 'A single checkbox has the options true and false';
  return undefined;
}

function findHintFault(definitions: PropertyMap, input: DefinitionInput): string | undefined {
  const numeric = ['numberDisplayHint', 'showCurrencySymbol', 'currencyPropertyName'] as const;
  const foreign = input.type === 'number' ? undefined : numeric.find((hint) => input[hint] !== undefined);
  if (foreign) return `Only number properties can have ${foreign}`;
  if (input.textDisplayHint !== undefined && input.type !== 'string') return 'Only string properties can have textDisplayHint';
  if (input.currencyPropertyName !== undefined && !definitions.has(input.currencyPropertyName)) return `Property "${input.currencyPropertyName}" of currencyPropertyName does not exist`;
  return undefined;
}

/** The options as they are kept; a single checkbox has Yes and No unless it says otherwise, and other types have none (schema.md 3.2, 3.4). */
export function toOptions(input: DefinitionInput): PropertyOption[] {
  if (input.type !== 'enumeration' && input.type !== 'bool') return [];
  const given = input.options ?? [];
  const options: OptionInput[] = given.length === 0 && isCheckbox(input) ? [{ label: 'Yes', value: 'true' }, { label: 'No', value: 'false' }] : given;
  return options.map((option, i) => ({
    label: option.label, value: option.value, displayOrder: option.displayOrder ?? i, hidden: option.hidden ?? false,
    ...(option.description === undefined ? {} : { description: option.description }),
  }));
}
