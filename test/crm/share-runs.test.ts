// Who shares a run with whom.

import { expect, test } from 'vitest';
import { shareRuns } from '../../src/crm/share-runs.ts';

/** Work that ends when it is told to; each run answers its number. */
function gatedWork(): { work: (key: number) => Promise<string>; runs: { key: number; end: () => void; fail: () => void }[] } {
  const runs: { key: number; end: () => void; fail: () => void }[] = [];
  return {
    runs,
    work: (key) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const answer = `${key}: run ${runs.length}`;
      runs.push({ key, end: () => resolve(answer), fail: () => reject(new Error(answer)) });
      return promise;
    },
  };
}
/** Lets everything go on that waits for nothing outside. */
const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('who asks during a run gets the next one, and all of them the same', async () => {
  const { work, runs } = gatedWork();
  const ask = shareRuns(work);
  const first = ask(1);
  const others = [ask(1), ask(1)];
  await settle();
  expect(runs).toHaveLength(1);
  runs[0]!.end();
  expect(await first).toBe('1: run 0');
  await settle();
  expect(runs).toHaveLength(2);
  const late = ask(1);
  runs[1]!.end();
  expect(await Promise.all(others)).toEqual(['1: run 1', '1: run 1']);
  await settle();
  runs[2]!.end();
  expect(await late).toBe('1: run 2');
});

test('each key has runs of its own', async () => {
  const { work, runs } = gatedWork();
  const ask = shareRuns(work);
  const both = [ask(1), ask(2)];
  expect(runs.map((run) => run.key)).toEqual([1, 2]);
  for (const run of runs) run.end();
  expect(await Promise.all(both)).toEqual(['1: run 0', '2: run 1']);
});

test('a failure is for those who shared the run; the next begins all the same', async () => {
  const { work, runs } = gatedWork();
  const ask = shareRuns(work);
  const first = ask(1);
  const next = ask(1);
  runs[0]!.fail();
  await expect(first).rejects.toThrow('1: run 0');
  await settle();
  runs[1]!.end();
  expect(await next).toBe('1: run 1');
});
