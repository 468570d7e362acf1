// References to records, internal to HubSpot, are text and stay as they were sent (objects.md 5.2 [D]). Whether the
// record exists is not asked.

import type { PropertyType } from './property-type.ts';

export const objectCoordinates: PropertyType = {
  normalise: (text) => ({ value: text }),
};
