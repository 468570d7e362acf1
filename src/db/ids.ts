// Record ids, taken from `counter` in blocks: one upsert per thousand ids or take, never a sequence. A block dies with its
// process, so ids have gaps but are never used twice.

import sql from 'sql-template-tag';
import { idOfSequence, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';

const BLOCK = 1_000;

/** Numbers from the first up to, but not with, the second. */
export type Range = [from: number, to: number];

/** The next `count` numbers of a portal's records, ascending. Takes made at once never get the same. */
export type Sequences = (portalId: number, count: number) => Promise<Range[]>;

export interface IdSource {
  /** The next `count` record ids of the portal, ascending. */
  take: (placement: Placement, count: number) => Promise<number[]>;
}

/** Hands out ids for every portal. */
export const createIdSource = (take: Sequences): IdSource => ({
  take: async (placement, count) => (await take(placement.portalId, count))
    .flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => idOfSequence(placement, from + i))),
});

/** Numbers for every portal, out of blocks that this process alone has. */
export function createSequences(db: Queryable): Sequences {
  const blocks = new Map<number, { next: number; end: number }>();

  return async (portalId, count) => {
    const taken: Range[] = [];
    let missing = count;
    while (missing > 0) {
      let block = blocks.get(portalId);
      if (!block || block.next === block.end) {
        const length = Math.max(BLOCK, missing);
        const end = await takeBlock(db, portalId, 'record', length);
        const fetched = { next: end - length, end };
        // Another take may have fetched a block meanwhile: those who come use that one up first, ids stay roughly in order.
        const current = blocks.get(portalId);
        if (!current || current.next === current.end) blocks.set(portalId, fetched);
        block = fetched;
      }
      const size = Math.min(missing, block.end - block.next);
      taken.push([block.next, block.next += size]);
      missing -= size;
    }
    // A later block may have come first.
    return taken.sort(([a], [b]) => a - b);
  };
}

/** Advances a counter by `size` and returns its new value: the numbers [value - size, value) are the caller's. */
export async function takeBlock(db: Queryable, portalId: number, name: string, size: number): Promise<number> {
  const [row] = await db.query<{ next: number }>(prepared('take-block', sql`
    insert into counter (portal_id, name, next) values (${portalId}::bigint, ${name}, 1 + ${size}::bigint)
    on conflict (portal_id, name) do update set next = counter.next + excluded.next - 1
    returning next`));
  return row!.next;
}
