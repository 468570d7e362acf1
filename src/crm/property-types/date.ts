// A date is `YYYY-MM-DD`, or epoch milliseconds at midnight UTC (objects.md 5.2 [D]). What is nearly a date, an ISO time,
// epoch seconds or milliseconds off midnight, is refused until 2026-09 and made a date with a warning from then on
// (5.6 [D]). White space around is accepted (5.1 [D]) and dropped [I].

import { propertyProblem } from '../../errors.ts';
import { DAY_MS, formatTime, parseEpoch, parseIso } from './iso-time.ts';
import type { Normalised, PropertyType } from './property-type.ts';

const DATE_LENGTH = 10;
/** `1760000000`: with no more digits than this an integer is taken for seconds, where seconds are accepted. */
const MAX_SECONDS = 9_999_999_999;

export const date: PropertyType = {
  normalise(text, definition, context) {
    const trimmed = text.trim();
    const isoMs = parseIso(trimmed);
    if (isoMs !== null && trimmed.length === DATE_LENGTH) return { value: trimmed };

    const epochMs = parseEpoch(trimmed);
    const ms = isoMs ?? epochMs;
    if (ms === null) return { problem: propertyProblem.invalidDate(definition.name, text) };
    if (context.normalisesDates && epochMs !== null && epochMs !== 0 && Math.abs(epochMs) <= MAX_SECONDS) {
      return nearDate(epochMs * 1000);
    }
    if (epochMs !== null && epochMs % DAY_MS === 0) return { value: formatDate(epochMs) };
    if (context.normalisesDates) return nearDate(ms);
    if (ms % DAY_MS === 0) return { problem: propertyProblem.invalidDate(definition.name, text) };
    return { problem: propertyProblem.notMidnight(definition.name, text, formatTime(ms).slice(11, -1)) };
  },
};

function nearDate(ms: number): Normalised {
  return { value: formatDate(ms), normalised: true };
}

function formatDate(ms: number): string {
  return formatTime(ms).slice(0, DATE_LENGTH);
}
