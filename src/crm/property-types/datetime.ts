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
    return { value: formatTime(ms) };
  },
};
