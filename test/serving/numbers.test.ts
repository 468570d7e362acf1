// Numbers that several processes share: each is given out once, and who takes one after the other gets ascending ones.

import { expect, test } from 'vitest';
import type { Range, Sequences } from '../../src/db/ids.ts';
import { shareNumbers } from '../../src/serving/numbers.ts';

const numbersOf = (ranges: Range[]): number[] => ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));

/** The first process: every portal begins at 1; answers are of one range or of two. */
function source(): { ask: Sequences; asked: number[] } {
  const next = new Map<number, number>();
  const asked: number[] = [];
  return {
    asked,
    async ask(portalId, count) {
      asked.push(count);
      const from = next.get(portalId) ?? 1;
      const middle = from + Math.ceil(count / 2);
      next.set(portalId, from + count + 5);
      // The numbers between were somebody else's.
      const ranges: Range[] = count < 10 ? [[from, from + count]] : [[from, middle], [middle + 5, from + count + 5]];
      await Promise.resolve();
      return ranges;
    },
  };
}

test('takes that follow closely are asked for less and less often', async () => {
  const { ask, asked } = source();
  let time = 0;
  const { take } = shareNumbers(ask, () => time);
  for (let n = 0; n < 60; n++) {
    time += 10;
    expect(numbersOf(await take(1, 100))).toHaveLength(100);
  }
  expect(asked).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
  time += 20;
  await take(1, 100);
  expect(asked.at(-1)).toBe(100);
  await take(1, 5_000);
  expect(asked.at(-1)).toBe(5_000);
  await take(2, 1);
  expect(asked.at(-1)).toBe(1);
});

test('who makes one after the other over connections of their own, or with pauses, gets ascending ones of two processes', async () => {
  const { ask } = source();
  let time = 0;
  const processes = [shareNumbers(ask, () => time), shareNumbers(ask, () => time)];
  const taken: number[] = [];
  for (let n = 0; n < 200; n++) {
    const { take, renew } = processes[n % 2]!;
    if (n % 20 < 10) renew();
    else time += 20;
    taken.push(...numbersOf(await take(1, 1 + n % 7)));
  }
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  expect(new Set(taken).size).toBe(taken.length);
});

test('however takes, connections and pauses fall, no number is given out twice, and each take ascends', async () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const { ask } = source();
    let time = 0;
    const slowly: Sequences = async (portalId, count) => {
      const ranges = await ask(portalId, count);
      for (let turns = random(5); turns > 0; turns--) await Promise.resolve();
      return ranges;
    };
    const processes = Array.from({ length: 3 }, () => shareNumbers(slowly, () => time));
    const takes: Promise<{ portalId: number; numbers: number[] }>[] = [];
    for (let n = 0; n < 60; n++) {
      const { take, renew } = processes[random(3)]!;
      if (random(10) === 0) renew();
      if (random(6) === 0) time += random(30);
      if (random(2) === 0) await Promise.resolve();
      const [portalId, count] = [random(2), random(150)];
      takes.push(take(portalId, count).then((ranges) => {
        const numbers = numbersOf(ranges);
        expect(numbers).toHaveLength(count);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        return { portalId, numbers };
      }));
    }
    for (const portal of [0, 1]) {
      const all = (await Promise.all(takes)).flatMap(({ portalId, numbers }) => (portalId === portal ? numbers : []));
      expect(new Set(all).size).toBe(all.length);
    }
  }
});

test('a take that cannot be answered fails, and the next is asked for anew', async () => {
  const { ask } = source();
  let fails = true;
  const { take } = shareNumbers(async (portalId, count) => {
    if (fails) throw new Error('gone');
    return await ask(portalId, count);
  });
  await expect(take(1, 3)).rejects.toThrow('gone');
  fails = false;
  expect(numbersOf(await take(1, 3))).toEqual([1, 2, 3]);
});
