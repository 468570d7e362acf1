// JSON values, internal to HubSpot, are text and stay as they were sent, spaces and key order included (objects.md 5.2
// [D]). Whether the text is JSON is not asked.

import type { PropertyType } from './property-type.ts';

export const json: PropertyType = {
  normalise: (text) => ({ value: text }),
};
