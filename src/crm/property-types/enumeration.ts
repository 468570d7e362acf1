// A choice is the internal value of an option, exact to the letter; a hidden option is one too. Checkboxes hold several,
// `a;b`, and `;c` adds to them instead of replacing them (objects.md 5.2 [D]; duplicates collapsed [I]).
// Owners are asked of the context. Other options that live elsewhere, pipelines and stages, are judged elsewhere.

import type { PropertyDefinition, PropertyOption } from '../../catalogue/types.ts';
import { propertyProblem } from '../../errors.ts';
import type { PropertyProblem } from '../../errors.ts';
import type { Normalised, PropertyType, ValueContext } from './property-type.ts';

/** By option list: a property whose options change gets a new list. */
const valuesByOptions = new WeakMap<readonly PropertyOption[], Set<string>>();

export const enumeration: PropertyType = {
  normalise(text, definition, context) {
    if (definition.fieldType === 'checkbox') return normaliseList(text, definition, context);
    const value = definition.fieldType === 'booleancheckbox' ? lowerBoolean(text) : text;
    const problem = judge(value, definition, context);
    return problem === undefined ? { value } : { problem };
  },
};

function normaliseList(text: string, definition: PropertyDefinition, context: ValueContext): Normalised {
  const parts = split(text);
  for (const part of parts) {
    const problem = judge(part, definition, context);
    if (problem !== undefined) return { problem };
  }
  const current = context.current ?? '';
  if (parts.length === 0) return { value: current };
  const kept = text.trimStart().startsWith(';') ? split(current) : [];
  return { value: [...new Set([...kept, ...parts])].join(';') };
}

function split(text: string): string[] {
  return text.split(';').map((part) => part.trim()).filter((part) => part !== '');
}

function judge(value: string, definition: PropertyDefinition, context: ValueContext): PropertyProblem | undefined {
  if (definition.externalOptions) {
    const isUnknownOwner = definition.referencedObjectType === 'OWNER' && !context.ownerExists(value);
    return isUnknownOwner ? propertyProblem.invalidOwner(definition.name, value) : undefined;
  }
  if (definition.options.length === 0) return undefined;
  const allowed = allowedValues(definition.options);
  return allowed.has(value) ? undefined : propertyProblem.invalidOption(definition.name, value, [...allowed]);
}

function allowedValues(options: readonly PropertyOption[]): Set<string> {
  let values = valuesByOptions.get(options);
  if (values === undefined) {
    values = new Set(options.map((option) => option.value));
    valuesByOptions.set(options, values);
  }
  return values;
}

function lowerBoolean(text: string): string {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : text;
}
