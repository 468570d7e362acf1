// A short version of every bench on one server, and one table of what each found beside its floor: `npm run bench`. In under
// five minutes where nothing else runs; the figures of bench/README.md are of the benches themselves, which take longer.

import { benchAssociations } from './associations.ts';
import { benchBatchCreate, benchPglite } from './batch-create.ts';
import { benchBoot } from './boot.ts';
import { benchRecords } from './records.ts';
import { benchSearch } from './search.ts';
import { withServer, type Finding } from './setup.ts';
import { printTable } from './support.ts';

const SHORT = { seconds: 1.5, rounds: 1, profile: false };

const startedAt = performance.now();
const findings: Finding[] = await withServer(async (server) => {
  const batches = { ...SHORT, seconds: 1, rounds: 3, connections: [4] };
  return [
    ...await benchBoot(server.address, { starts: 3 }),
    ...await benchBatchCreate(server, batches),
    ...await benchPglite(batches),
    ...await benchRecords(server, { ...SHORT, only: undefined }),
    ...await benchAssociations(server, { ...SHORT, large: 20_000 }),
    ...await benchSearch(server.address, { contacts: 100_000, runs: 20, only: '', reuse: false }),
  ];
});

/** Whether the ratio, or the time where the goal is one, is what it should be. */
function verdict({ goal, ratio, spoke }: Finding): string {
  const [relation, bound, unit] = goal.split(' ');
  const value = unit === undefined ? ratio : Number.parseFloat(spoke);
  if (relation === '>=') return value >= Number(bound) ? 'met' : 'missed';
  if (relation === '<=') return value <= Number(bound) ? 'met' : 'missed';
  return '';
}

console.log(`\nAll of them, in ${Math.round((performance.now() - startedAt) / 1000)} s. The floor of a start is a bare Node server, of rates the same rows without Spoke,`);
console.log('of associations at 20,000 those at 100, of searches over 100,000 contacts those over 10,000.');
printTable(['', 'floor', 'spoke', 'ratio', 'goal', ''], findings.map((one) => [one.what, one.floor, one.spoke, one.ratio.toFixed(2), one.goal, verdict(one)]));
