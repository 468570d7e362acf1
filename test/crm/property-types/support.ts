// What the property type tests share: definitions and contexts to ask with, and the runner of a table of cases.

import { expect, test } from 'vitest';
import type { PropertyDefinition, PropertyOption, PropertyTypeName } from '../../../src/catalogue/types.ts';
import type { PropertyProblem } from '../../../src/errors.ts';
import { propertyTypes } from '../../../src/crm/property-types/index.ts';
import type { Normalised, ValueContext } from '../../../src/crm/property-types/property-type.ts';

export function define(type: PropertyTypeName, change: Partial<PropertyDefinition> = {}): PropertyDefinition {
  return {
    name: 'prop', label: 'Prop', type, fieldType: 'text', groupName: 'group', description: '', options: [],
    hasUniqueValue: false, readOnly: false, calculated: false, hidden: false, externalOptions: false, displayOrder: -1,
    hubspotDefined: true, confidence: 'O', ...change,
  };
}

export function options(...values: string[]): PropertyOption[] {
  return values.map((value, displayOrder) => ({ label: value.toUpperCase(), value, displayOrder, hidden: false }));
}

export function contextOf(change: Partial<ValueContext> = {}): ValueContext {
  return { current: null, normalisesDates: false, ownerExists: (id) => id === '11' || id === '12', ...change };
}

export function normalise(definition: PropertyDefinition, text: string, context: Partial<ValueContext> = {}): Normalised {
  return propertyTypes[definition.type].normalise(text, definition, contextOf(context));
}

/** A name, the text sent, and the text stored or the whole result expected. */
export type Case = [name: string, text: string, expected: string | Normalised | PropertyProblem];

export function runCases(definition: PropertyDefinition, cases: Case[], context: Partial<ValueContext> = {}): void {
  test.each(cases)('%s', (_name, text, expected) => {
    expect(normalise(definition, text, context)).toEqual(resultOf(expected));
  });
}

function resultOf(expected: string | Normalised | PropertyProblem): Normalised {
  if (typeof expected === 'string') return { value: expected };
  return 'code' in expected ? { problem: expected } : expected;
}
