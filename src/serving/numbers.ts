// The numbers of new records, as a process gets them that shares them with others. To ask for each would cost a batch of 100 a twentieth
// of its time (0.2 ms of 4), so what is over is kept, but only while takes follow each other closely over the same connections: who
// makes one record after the other, each over a connection of its own or with a pause in between, gets ascending ids, whichever
// process answers.

import type { Range, Sequences } from '../db/ids.ts';

export interface SharedNumbers {
  take: Sequences;
  /** To be called when a connection comes: numbers that others have got meanwhile are lower than what it may get. */
  renew: () => void;
}

/** What is over is good for so long. */
const KEPT_MS = 20;
const KEPT_AT_MOST = 2_000;

interface Kept {
  ranges: Range[];
  /** How many the answer had that they are left of, and where it ended. */
  asked: number;
  end: number;
  until: number;
}

/** Asks for more with every take that follows closely. */
export function shareNumbers(ask: Sequences, now: () => number = () => performance.now()): SharedNumbers {
  let kept = new Map<number, Kept>();
  return {
    async take(portalId, count) {
      const left = kept.get(portalId);
      const isClose = left !== undefined && now() < left.until;
      if (isClose && sizeOf(left.ranges) >= count) {
        const [taken, ranges] = split(left.ranges, count);
        Object.assign(left, { ranges, until: now() + KEPT_MS });
        return taken;
      }
      const asked = Math.max(count, isClose ? Math.min(2 * left.asked, KEPT_AT_MOST) : 0);
      const before = kept;
      const answer = await ask(portalId, asked);
      const [taken, ranges] = split(answer, count);
      const end = answer.at(-1)?.[1] ?? 0;
      // Not when a connection has come meanwhile, or when whoever asked later got higher ones.
      if (kept === before && end > (kept.get(portalId)?.end ?? 0)) kept.set(portalId, { ranges, asked, end, until: now() + KEPT_MS });
      return taken;
    },
    renew() {
      if (kept.size > 0) kept = new Map();
    },
  };
}

const sizeOf = (ranges: Range[]): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0);

/** The first `count` numbers, and what is left of them. */
function split(ranges: Range[], count: number): [taken: Range[], rest: Range[]] {
  const [taken, rest]: [Range[], Range[]] = [[], []];
  let missing = count;
  for (const [from, to] of ranges) {
    const middle = Math.min(to, from + missing);
    if (middle > from) taken.push([from, middle]);
    if (to > middle) rest.push([middle, to]);
    missing -= middle - from;
  }
  return [taken, rest];
}
