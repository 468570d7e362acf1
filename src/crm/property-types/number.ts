// Numbers stay the text that was sent, so "5.0" is not "5" (objects.md 5.2 [O]); nothing is rounded. JSON numbers
// arrive as JavaScript prints them, and it prints 1e21 with an exponent: that one is written out [I].
// White space around is dropped [I]; thousands separators and a leading + are refused [D].

import { propertyProblem } from '../../errors.ts';
import type { PropertyType } from './property-type.ts';

// Keeps every number within what a double can hold, neither Infinity nor 0 by underflow, so that any later arithmetic,
// here or in the database, has an answer.
const MAX_LENGTH = 300;

const PLAIN = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;
const EXPONENT = /^(-?)(?:(\d+)(?:\.(\d*))?|\.(\d+))[eE]([+-]?\d+)$/;

export const number: PropertyType = {
  normalise(text, definition) {
    const trimmed = text.trim();
    if (trimmed.length <= MAX_LENGTH) {
      if (PLAIN.test(trimmed)) return { value: trimmed };
      const written = writeOut(trimmed);
      if (written !== null) return { value: written };
    }
    return { problem: propertyProblem.invalidNumber(definition.name, text) };
  },
};

/** `-1.5e+3` -> `-1500`, `1e-7` -> `0.0000001`; null for text that is no number or is too long when written out. */
function writeOut(text: string): string | null {
  const match = EXPONENT.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', decimals = '', onlyDecimals = '', exponentText = ''] = match;
  const fraction = decimals + onlyDecimals;
  const digits = whole + fraction;
  const exponent = Number(exponentText);
  if (/^0+$/.test(digits)) return `${sign}0`;
  if (Math.abs(exponent) > 2 * MAX_LENGTH) return null;

  // The point stands after this many digits; it may lie left or right of all of them.
  const point = whole.length + exponent;
  const integer = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const rest = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const written = `${sign}${integer.replace(/^0+(?=\d)/, '')}${rest === '' ? '' : `.${rest}`}`;
  return written.length <= MAX_LENGTH ? written : null;
}
