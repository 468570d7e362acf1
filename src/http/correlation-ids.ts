// Every answer carries an id of its own: a UUID of version 7, as HubSpot's recent ones (objects.md 6.1 [O]).

import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;

/** Makes a source of ids. Random bytes are fetched for many ids at once: for each by itself costs four times as much. */
export function createCorrelationIds(): () => string {
  const random = new Uint8Array(256 * BYTES);
  let at = random.length;
  return () => {
    if (at === random.length) {
      randomFillSync(random);
      at = 0;
    }
    return v7({ random: random.subarray(at, (at += BYTES)) });
  };
}
