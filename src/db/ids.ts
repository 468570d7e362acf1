// Record ids, taken from `counter` in blocks: one upsert per thousand ids, never a sequence. A block dies with its
// process, so ids have gaps but are never used twice.

import sql from 'sql-template-tag';
import { idOfSequence, type Placement } from './buckets.ts';
import { prepared, type Queryable } from './db.ts';

const BLOCK = 1_000;

export interface IdSource {
  /** The next `count` record ids of the portal, ascending. */
  take: (placement: Placement, count: number) => Promise<number[]>;
}

interface Block {
  next: number;
  end: number;
}

/** Hands out ids for every portal of one process. Takes made at once never get the same id. */
export function createIdSource(db: Queryable): IdSource {
  const blocks = new Map<number, Block>();

  return {
    async take(placement, count) {
      const taken: number[] = [];
      while (taken.length < count) {
        let block = blocks.get(placement.portalId);
        if (!block || block.next === block.end) {
          const end = await takeBlock(db, placement.portalId, 'record', BLOCK);
          // Another take may have fetched a block meanwhile: use that one up first, ids stay roughly in order.
          block = blocks.get(placement.portalId);
          const fetched = { next: end - BLOCK, end };
          if (!block || block.next === block.end) blocks.set(placement.portalId, (block = fetched));
          else {
            const wanted = Math.min(count - taken.length, BLOCK);
            for (let i = 0; i < wanted; i++) taken.push(idOfSequence(placement, fetched.next + i));
            continue;
          }
        }
        while (block.next < block.end && taken.length < count) taken.push(idOfSequence(placement, block.next++));
      }
      // A take of several blocks may have come to a later one first.
      return count > BLOCK ? taken.sort((a, b) => a - b) : taken;
    },
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
