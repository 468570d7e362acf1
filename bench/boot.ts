// How long a start takes, from the command to the first answered request: fresh folder, warm folder, memory, Postgres. The
// median of `--starts N` (5) of each; the goals are 2 s fresh and 1 s warm. The floor is a Node process with a bare server.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, withServer, type Finding } from './setup.ts';
import { median, printTable, startProgram } from './support.ts';

async function timeStart(settings: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const program = await startProgram(settings);
  const answer = await fetch(`${program.url}/health`);
  if (answer.status !== 200) throw new Error(`/health answered ${answer.status}`);
  const took = performance.now() - startedAt;
  await program.stop();
  return took;
}

const BARE = "const server = require('node:http').createServer((_, answer) => answer.end()).listen(0, '127.0.0.1', () => console.log(server.address().port))";

async function timeBare(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk).trim())));
  await fetch(`http://127.0.0.1:${port}/`);
  const took = performance.now() - startedAt;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
  return took;
}

/** Prints the table of starts; hands on how much longer they take than the bare server's. */
export async function benchBoot(address: string, { starts }: { starts: number }): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spoke-boot-'));
  const times = async (start: () => Promise<number>, count = starts): Promise<number[]> => {
    const all = [];
    for (let i = 0; i < count; i++) all.push(await start());
    return all;
  };
  try {
    let fresh = 0;
    const warm = { SPOKE_DATA_DIR: join(folder, 'warm') };
    const postgres = { SPOKE_DATABASE_URL: await createDatabase(address, 'boot') };
    await timeStart(warm);
    const rows: [name: string, goal: string, times: number[]][] = [
      ['bare Node server', '', await times(timeBare)],
      ['fresh folder', '<= 2 s', await times(() => timeStart({ SPOKE_DATA_DIR: join(folder, String(fresh++)) }))],
      ['warm folder', '<= 1 s', await times(() => timeStart(warm))],
      ['memory', '', await times(() => timeStart({ SPOKE_DATA_DIR: 'memory:' }))],
      ['fresh Postgres database', '', await times(() => timeStart(postgres), 1)],
      ['warm Postgres database', '', await times(() => timeStart(postgres))],
    ];
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
    console.log('\nFrom the command to the first answered request');
    printTable(['', 'median', 'least', 'most'], rows.map(([name, , all]) => [name, seconds(median(all)), seconds(Math.min(...all)), seconds(Math.max(...all))]));
    const floor = median(rows[0]![2]);
    return rows.slice(1).map(([name, goal, all]) => ({ what: `start, ${name}`, floor: seconds(floor), spoke: seconds(median(all)), ratio: median(all) / floor, goal }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { starts: { type: 'string', default: '5' } } });
  await withServer((server) => benchBoot(server.address, { starts: Number(values.starts) }));
}
