// What the benches share: a Spoke in its own process, load over HTTP, CPU time by process, medians and tables.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

export const TOKEN = 'bench-token';
/** As `npm start` has them: a larger nursery costs 32 MB and saves a twentieth of a batch's time in collections. */
const START_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=200'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Program {
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

/** Starts Spoke on a free port, in a process of its own, as a user would. */
export async function startProgram(settings: Record<string, string>, nodeFlags: string[] = []): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, [...START_FLAGS, ...nodeFlags, 'src/cli/spoke.ts', 'serve'], {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SPOKE_PORT: '0', SPOKE_TOKEN: TOKEN, SPOKE_LOG_LEVEL: 'error', ...settings },
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      const found = /Base URL +(\S+)/.exec((said += String(chunk)));
      if (found) resolve(found[1]!);
    });
    child.once('exit', (code) => reject(new Error(`Spoke ended with ${code}`)));
  });
  return {
    url, pid: child.pid!,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await gone;
    },
  };
}

/** A connection that is kept open: sends a request, gives the status when the whole answer is there. */
export interface Connection {
  send: (method: string, path: string, body?: string) => Promise<number>;
  close: () => void;
}

/**
 * Opens a connection that costs the machine as little as a load generator can: answers are counted, not parsed. It wants
 * answers with a content-length, as Spoke's are.
 */
export async function openConnection(address: string): Promise<Connection> {
  const { hostname, port, host } = new URL(address);
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  let status = 0;
  let missing = 0;
  let socket: Socket;
  const open = async (): Promise<void> => {
    socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('data', read);
    socket.on('error', (error) => waiting?.reject(error));
  };
  const read = (chunk: Buffer): void => {
    if (status === 0) {
      const head = chunk.toString('latin1', 0, Math.min(chunk.length, 2_000));
      const headEnd = head.indexOf('\r\n\r\n') + 4;
      status = Number(head.slice(9, 12));
      missing = headEnd + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    }
    missing -= chunk.length;
    if (missing > 0) return;
    const done = status;
    status = 0;
    waiting!.resolve(done);
  };
  await open();
  return {
    async send(method, path, body = '') {
      // A server closes a connection that was idle for some seconds.
      if (socket.destroyed || socket.readableEnded) await open();
      return await new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${TOKEN}\r\n`
          + `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      });
    },
    close: () => socket.destroy(),
  };
}

export interface Rate {
  perSecond: number;
  /** CPU milliseconds per unit of work. */
  cpu: Record<string, number>;
}

/** Runs `work` from `workers` places at once for about `seconds`; each call counts as `units` records. */
export async function measure(
  workers: number, seconds: number, units: number, work: (worker: number) => Promise<void>, pids: Record<string, () => number[]> = {},
): Promise<Rate> {
  let done = 0;
  const before = Object.fromEntries(Object.entries(pids).map(([name, of]) => [name, cpuTimes(of())]));
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  await Promise.all(Array.from({ length: workers }, async (_, worker) => {
    while (performance.now() < until) {
      await work(worker);
      done++;
    }
  }));
  const took = (performance.now() - startedAt) / 1000;
  const cpu = Object.fromEntries(Object.entries(pids).map(([name, of]) => [name, cpuSince(before[name]!, cpuTimes(of())) / done]));
  return { perSecond: (done * units) / took, cpu };
}

/** A process and everything it started. Linux only: elsewhere it is just the process. */
export function processTree(pid: number): number[] {
  try {
    const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), Number(statOf(Number(name))[1])] as const);
    return [pid, ...parents.filter(([, parent]) => parent === pid).map(([child]) => child)];
  } catch {
    return [pid];
  }
}

/** Milliseconds of user and system time of each process so far; none where /proc is missing. */
function cpuTimes(pids: number[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const pid of pids) {
    try {
      const stat = statOf(pid);
      times.set(pid, (Number(stat[11]) + Number(stat[12])) * 10);
    } catch { /* gone, or no /proc */ }
  }
  return times;
}

/** What the processes took that are still there. */
const cpuSince = (before: Map<number, number>, after: Map<number, number>): number =>
  [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);

/** The fields of /proc/pid/stat after the command's name: state, parent, ... */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** A table in plain text. */
export function printTable(header: string[], rows: (string | number)[][]): void {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  for (const row of cells) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
}
