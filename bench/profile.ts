// Reads the .cpuprofile of each of Spoke's processes and says where the time went: by what the code is for, and the functions that took most.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTable } from './support.ts';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const AREAS: [name: string, test: RegExp][] = [
  ['Spoke: http', /\/src\/http\//], ['Spoke: operations', /\/src\/operations\//], ['Spoke: rules (crm)', /\/src\/crm\//],
  ['Spoke: statements (db)', /\/src\/db\//], ['Spoke: other', /\/src\//],
  ['node-postgres', /node_modules\/pg/], ['Hono and its server', /node_modules\/(hono|@hono)/], ['TypeBox', /typebox/], ['PGlite', /pglite/],
  ['other packages', /node_modules/], ['Node itself', /^node:/],
];

/** Prints self time by area and by function, of all profiles in the folder; idle time is left out. */
export function summarise(folder: string): void {
  const areas = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  for (const file of readdirSync(folder)) addUp(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
  const top = (of: Map<string, number>, count: number): string[][] => [...of].toSorted((a, b) => b[1] - a[1]).slice(0, count)
    .map(([name, time]) => [name, `${((time / total) * 100).toFixed(1)} %`]);
  printTable(['area', 'share'], top(areas, 14));
  console.log('');
  printTable(['function', 'self'], top(functions, 25));

  function addUp(profile: CpuProfile): void {
    const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    profile.samples.forEach((id, i) => {
      const { functionName, url, lineNumber } = nodes.get(id)!;
      if (functionName === '(idle)' || functionName === '(root)') return;
      const time = profile.timeDeltas[i]!;
      total += time;
      const area = url === '' ? (functionName.startsWith('(') ? functionName : `built-in ${functionName}`) : AREAS.find(([, test]) => test.test(url))?.[0] ?? 'other';
      areas.set(area, (areas.get(area) ?? 0) + time);
      const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}${url ? `:${lineNumber + 1}` : ''}`;
      functions.set(name, (functions.get(name) ?? 0) + time);
    });
  }
}
