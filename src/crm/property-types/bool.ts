// Booleans are `true` or `false` in any case; other text is refused (objects.md 5.2 [D]). White space around is
// accepted (5.1 [D]) and dropped [I].

import { propertyProblem } from '../../errors.ts';
import type { PropertyType } from './property-type.ts';

export const bool: PropertyType = {
  normalise(text, definition) {
    const value = text.trim().toLowerCase();
    if (value === 'true' || value === 'false') return { value };
    return { problem: propertyProblem.invalidBoolean(definition.name, text) };
  },
};
