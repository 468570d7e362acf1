// Buckets place every row: 4096 of them, first in every big table's key, part of every record id (ARCHITECTURE.md: Data).
// bucket = (home of the portal + hash(key) mod spread of the portal) mod 4096. A spread of 1 keeps a portal together.

export const BUCKETS = 4096;

/** How a portal's rows are placed. */
export interface Placement {
  portalId: number;
  bucketHome: number;
  bucketSpread: number;
}

/** The bucket that an id names by itself: `id = sequence * 4096 + bucket`. */
export function bucketOfId(id: number): number {
  return id % BUCKETS;
}

/** The bucket of something that has a text key instead of an id, such as a unique value. */
export function bucketOfKey(placement: Placement, key: string): number {
  const offset = placement.bucketSpread === 1 ? 0 : hash(key) % placement.bucketSpread;
  return (placement.bucketHome + offset) % BUCKETS;
}

/** The id for a sequence number: below 2^53 for the first 2^41 numbers. */
export function idOfSequence(placement: Placement, sequence: number): number {
  return sequence * BUCKETS + ((placement.bucketHome + (sequence % placement.bucketSpread)) % BUCKETS);
}

/** Every bucket that a portal's records can be in. */
export function bucketsOf(placement: Placement): number[] {
  return Array.from({ length: placement.bucketSpread }, (_, i) => (placement.bucketHome + i) % BUCKETS);
}

/** Where a new portal lives. */
export function homeBucket(portalId: number): number {
  return hash(String(portalId)) % BUCKETS;
}

/** FNV-1a, 32 bits: stable across versions, for it decides where rows are. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
