// The program as a user runs it: a process of its own, started from the command line, in an empty folder, with no
// SPOKE_ variable but those given.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SPOKE = fileURLToPath(new URL('../../src/cli/spoke.ts', import.meta.url));

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Ended extends Exit {
  stdout: string;
  stderr: string;
}

export interface Program {
  pid: number;
  /** `http://127.0.0.1:34567` */
  url: string;
  /** As the banner shows it: whole on the first start, `…ab12` later. */
  token: string;
  banner: string;
  /** What it has written so far. */
  stderr: () => string;
  exited: Promise<Exit>;
  /** SIGINT, or another signal, and the end. */
  stop: (signal?: NodeJS.Signals) => Promise<Exit>;
}

type Settings = Record<string, string>;

/** A folder in the system's place for temporary ones, and how to be rid of it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'spoke-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a command to its end, with `input` on its standard input. */
export async function runProgram(args: string[], settings: Settings = {}, input?: string): Promise<Ended> {
  const { child, stdout, stderr, exited } = launch(args, settings, input === undefined ? 'ignore' : 'pipe');
  child.stdin?.end(input);
  const exit = await exited;
  return { ...exit, stdout: stdout(), stderr: stderr() };
}

/** Starts `spoke serve` on a free port and waits for its banner. Throws with what it said when it ends instead. */
export async function startProgram(settings: Settings, args: string[] = []): Promise<Program> {
  const { child, stdout, stderr, exited } = launch(['serve', '--port', '0', ...args], { SPOKE_LOG_LEVEL: 'warn', ...settings });
  const ready = new Promise<void>((resolve) => {
    child.stdout!.on('data', () => stdout().includes('Ctrl-C stops it.') && resolve());
  });
  const early = await Promise.race([ready, exited]);
  if (early) throw new Error(`spoke serve ended with ${early.code ?? early.signal}:\n${stderr()}`);
  const banner = stdout();
  const shown = (name: string): string => new RegExp(`^  ${name} +(\\S+)`, 'm').exec(banner)![1]!;
  return {
    pid: child.pid!, url: shown('Base URL'), token: shown('Token'), banner, stderr, exited,
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return await exited;
    },
  };
}

/** What a failing test leaves running goes with it. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function launch(args: string[], settings: Settings, stdin: 'ignore' | 'pipe' = 'ignore'): { child: ChildProcess; stdout: () => string; stderr: () => string; exited: Promise<Exit> } {
  const { path, remove } = temporaryFolder();
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('SPOKE_') && !name.startsWith('VITEST') && name !== 'NODE_OPTIONS');
  const child = spawn(process.execPath, [SPOKE, ...args], { cwd: path, env: { ...Object.fromEntries(outer), ...settings }, stdio: [stdin, 'pipe', 'pipe'] });
  running.add(child);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream]!.setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    // After the last output.
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => {
    running.delete(child);
    remove();
  });
  return { child, stdout: () => said.stdout, stderr: () => said.stderr, exited };
}

/** Sends a request to a running program. */
export async function request(
  program: { url: string }, token: string, method: string, path: string, body?: unknown,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${program.url}${path}`, {
    method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
