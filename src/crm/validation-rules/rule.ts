// What a validation rule is (schema.md 3.8). The files beside this one have them by what they look at; index.ts lists them.

import type { PropertyDefinition } from '../../catalogue/types.ts';

/** A rule with its arguments, made once and asked for every value. */
export interface Check {
  /** `value` is not empty, and as the property's type stores it; `now` is the time of the write, in milliseconds. */
  holds: (value: string, now: number) => boolean;
  /** What the value should have been, after "must": `have at least 5 characters`. */
  demand: string;
  /** Brings a value into the form that holds, where there is one. */
  normalise?: (value: string) => string;
}

export interface Rule {
  /** The properties that it goes with, in words and as a question. */
  of: PropertyKind;
  /** Makes the rule of its arguments; a text says what is wrong with them. */
  prepare: (args: readonly string[]) => Check | string;
}

export interface PropertyKind {
  name: string;
  has: (definition: PropertyDefinition) => boolean;
}

const kind = (name: string, has: PropertyKind['has']): PropertyKind => ({ name, has });

const isPhone = ({ type, fieldType }: PropertyDefinition): boolean => type === 'phone_number' || (type === 'string' && fieldType === 'phonenumber');

export const STRING = kind('string', ({ type }) => type === 'string');
export const STRING_OR_PHONE = kind('string and phone number', (definition) => definition.type === 'string' || isPhone(definition));
/** [I] where "text" ends: lines and blocks of it, neither numbers of telephones nor files. */
export const TEXT = kind('text', ({ type, fieldType }) => type === 'string' && (fieldType === 'text' || fieldType === 'textarea'));
export const PHONE = kind('phone number', isPhone);
export const NUMBER = kind('number', ({ type }) => type === 'number');
export const DATE = kind('date', ({ type }) => type === 'date');
export const DATETIME = kind('datetime', ({ type }) => type === 'datetime');
export const DATE_OR_DATETIME = kind('date and datetime', ({ type }) => type === 'date' || type === 'datetime');

/** The one argument as a whole number in a range; undefined when it is none. */
export function wholeNumber(args: readonly string[], least: number, most: number): number | undefined {
  const [text] = args;
  if (args.length !== 1 || !/^\d{1,9}$/.test(text!)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
