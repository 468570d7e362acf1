// Phone numbers are text and stay as they were sent (objects.md 5.2 [D]). Formatted variants are kept in computed
// companion properties, which are not made here.

import type { PropertyType } from './property-type.ts';

export const phoneNumber: PropertyType = {
  normalise: (text) => ({ value: text }),
};
