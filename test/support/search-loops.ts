// Searches by plain loops: what a search must find, told by the rules (platform.md 1.2 to 1.8), knowing nothing of how the program
// goes about it; and random values to search for.

import fc from 'fast-check';

/** Properties by how they compare. */
export const PROPERTIES = {
  name_text: 'string', size: 'number', flag: 'bool', day: 'date', at: 'datetime', tier: 'choice', tags: 'choices',
} as const;
export type Name = keyof typeof PROPERTIES;
export type Values = Partial<Record<Name, string>>;

export const WORDS = ['Ada', 'ada', 'Love-lace', 'a.b@x.org', "O'Neil", 'ÉCLAIR', 'éclair', 'one two', '100%', 'under_score', 'Z', '*star', 'tab\tbed', '日本'];
export const NUMBERS = ['0', '-1', '1', '2.5', '10', '100000000000', '0.1'];
export const DAYS = ['2026-01-01', '2026-01-02', '2025-12-31', '1999-06-15'];
export const INSTANTS = ['2026-01-01T00:00:00.000Z', '2026-01-01T10:30:00.500Z', '2025-12-31T23:59:59.999Z'];
export const TIERS = ['gold', 'Gold', 'silver'];
export const TAGS = ['a', 'b', 'A b'];

/** Values of them. */
export const valuesOf: Record<Name, fc.Arbitrary<string>> = {
  name_text: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  size: fc.constantFrom(...NUMBERS), flag: fc.constantFrom('true', 'false'), day: fc.constantFrom(...DAYS), at: fc.constantFrom(...INSTANTS),
  tier: fc.constantFrom(...TIERS), tags: fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1 }).map((tags) => tags.join(';')),
};

export interface Filter { propertyName: Name; operator: string; value?: string; highValue?: string; values?: string[] }

export const lower = (text: string): string => text.toLowerCase();
const instant = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text));

/** Below 0, 0, or above: how a stored value compares with an operand. */
export function order(name: Name, stored: string, operand: string): number {
  const sign = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);
  switch (PROPERTIES[name]) {
    case 'number': return sign(Number(stored), Number(operand));
    case 'date': case 'datetime': return sign(instant(stored), instant(operand));
    case 'string': return compareCodePoints(lower(stored), lower(operand));
    case 'bool': return compareCodePoints(stored, lower(operand));
    default: return compareCodePoints(stored, operand);
  }
}

/** As bytes of UTF-8 compare. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function equals(name: Name, stored: string, operand: string): boolean {
  return PROPERTIES[name] === 'choices' ? stored.split(';').includes(operand) : order(name, stored, operand) === 0;
}

function isIn(name: Name, stored: string, values: string[]): boolean {
  // The operands of text are taken as they are: with a capital letter they never match.
  if (PROPERTIES[name] === 'string') return values.includes(lower(stored));
  return values.some((value) => equals(name, stored, value));
}

const BREAKS = /[ \t\n\r\f\v!"#$%&'()+,/:;<=>?[\\\]^`{|}~-]+/;

export function containsTokens(name: Name, stored: string, operand: string): boolean {
  const text = PROPERTIES[name] === 'choice' || PROPERTIES[name] === 'choices' ? (t: string) => t : lower;
  // A star is a letter of a stored word like any other.
  const words = text(stored).split(BREAKS);
  return text(operand).split(BREAKS).filter(Boolean).every((wanted) => words.some((word) => matches(word, wanted)));
}

function matches(word: string, wanted: string): boolean {
  if (!wanted.includes('*')) return word === wanted;
  const [head, ...rest] = wanted.split(/\*+/) as [string, ...string[]];
  if (!word.startsWith(head)) return false;
  let at = head.length;
  for (const [i, part] of rest.entries()) {
    const last = i === rest.length - 1;
    const found = last ? (word.endsWith(part) ? word.length - part.length : -1) : word.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a record with these values matches. */
export function holds(values: Values, { propertyName: name, operator, value, highValue, values: list }: Filter): boolean {
  const stored = values[name];
  if (operator === 'NOT_HAS_PROPERTY') return stored === undefined;
  if (stored === undefined) return false;
  switch (operator) {
    case 'HAS_PROPERTY': return true;
    case 'EQ': return equals(name, stored, value!);
    case 'NEQ': return !equals(name, stored, value!);
    case 'LT': return order(name, stored, value!) < 0;
    case 'LTE': return order(name, stored, value!) <= 0;
    case 'GT': return order(name, stored, value!) > 0;
    case 'GTE': return order(name, stored, value!) >= 0;
    case 'BETWEEN': return order(name, stored, value!) >= 0 && order(name, stored, highValue!) <= 0;
    case 'IN': return isIn(name, stored, list!);
    case 'NOT_IN': return !isIn(name, stored, list!);
    case 'CONTAINS_TOKEN': return containsTokens(name, stored, value!);
    case 'NOT_CONTAINS_TOKEN': return !containsTokens(name, stored, value!);
    default: throw new Error(operator);
  }
}
