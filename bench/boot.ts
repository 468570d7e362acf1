// How long a start takes, from the command to the first answered request: fresh folder, warm folder, memory, Postgres.
// The median of five of each; the goals are 2 s fresh and 1 s warm.

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../test/support/postgres-runner.ts';
import { median, printTable, startProgram } from './support.ts';

const STARTS = 5;

async function timeStart(settings: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const program = await startProgram(settings);
  const answer = await fetch(`${program.url}/health`);
  if (answer.status !== 200) throw new Error(`/health answered ${answer.status}`);
  const took = performance.now() - startedAt;
  await program.stop();
  return took;
}

async function times(settings: () => Record<string, string>): Promise<string[]> {
  const all = [];
  for (let i = 0; i < STARTS; i++) all.push(await timeStart(settings()));
  return [median(all), Math.min(...all), Math.max(...all)].map((ms) => `${(ms / 1000).toFixed(2)} s`);
}

const folder = mkdtempSync(join(tmpdir(), 'spoke-boot-'));
const server = await startPostgres();
let fresh = 0;
try {
  console.log(`${cpus().length} cores, ${cpus()[0]!.model}, Node ${process.version}`);
  const warm = { SPOKE_DATA_DIR: join(folder, 'warm') };
  await timeStart(warm);
  const postgres = { SPOKE_DATABASE_URL: `${server.address}/postgres` };
  const rows = [
    ['fresh folder', ...await times(() => ({ SPOKE_DATA_DIR: join(folder, String(fresh++)) }))],
    ['warm folder', ...await times(() => warm)],
    ['memory', ...await times(() => ({ SPOKE_DATA_DIR: 'memory:' }))],
    ['fresh Postgres database', ...(await timeStart(postgres).then((ms) => [`${(ms / 1000).toFixed(2)} s`, '', '']))],
    ['warm Postgres database', ...await times(() => postgres)],
  ];
  printTable(['start to first answer', 'median', 'least', 'most'], rows);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
