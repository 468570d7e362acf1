// One program at a time uses an embedded data folder. The one that does leaves spoke.lock there, with an address on this
// machine and a secret, so that commands such as `token create` reach it instead of opening the database a second time.

import { createServer, type Server } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '../config.ts';
import type { AdminCommand } from './admin.ts';

interface Lock {
  pid: number;
  url: string;
  secret: string;
}

export interface Control {
  close: () => Promise<void>;
}

/** Takes the folder and answers commands from now on. Throws SettingError when a running Spoke has it. */
export async function takeFolder(folder: string, run: (command: AdminCommand) => Promise<unknown>): Promise<Control> {
  const secret = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    answer(request, secret, run).then(
      (result) => response.end(JSON.stringify({ result })),
      (error: Error) => response.writeHead(error instanceof SettingError ? 400 : 500).end(JSON.stringify({ error: error.message })),
    );
  });
  const url = await listen(server);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'spoke.lock');
  const lock: Lock = { pid: process.pid, url, secret };
  try {
    await writeLock(path, lock);
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    async close() {
      rmSync(path, { force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands a command to the Spoke that has the folder. Undefined when none has. */
export async function askRunning(folder: string, command: AdminCommand): Promise<{ result: unknown } | undefined> {
  const lock = readLock(join(folder, 'spoke.lock'));
  return lock && await ask(lock, command);
}

async function writeLock(path: string, lock: Lock): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(lock), { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) {
        throw new SettingError(`Cannot write ${path} (${(error as NodeJS.ErrnoException).code}). Name another SPOKE_DATA_DIR.`);
      }
    }
    const other = readLock(path);
    if (other && await ask(other, { name: 'ping' })) {
      throw new SettingError(`Another Spoke (process ${other.pid}) is using this data folder. Stop it, or name another SPOKE_DATA_DIR.`);
    }
    // Left behind by a Spoke that was killed.
    rmSync(path, { force: true });
  }
}

function readLock(path: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Lock;
  } catch {
    return undefined;
  }
}

async function ask(lock: Lock, command: AdminCommand): Promise<{ result: unknown } | undefined> {
  let response: Response;
  try {
    response = await fetch(lock.url, {
      method: 'POST', body: JSON.stringify(command), headers: { authorization: lock.secret }, signal: AbortSignal.timeout(10_000),
    });
  } catch {
    return undefined;
  }
  // Another program may have got the port since: it does not know the secret.
  if (response.status === 403 || response.status === 404) return undefined;
  const answer = await response.json() as { result: unknown; error?: string };
  if (answer.error !== undefined) throw new SettingError(answer.error);
  return answer;
}

async function answer(request: NodeJS.ReadableStream & { headers: Record<string, string | string[] | undefined> }, secret: string, run: (command: AdminCommand) => Promise<unknown>): Promise<unknown> {
  const given = Buffer.from(String(request.headers.authorization ?? ''));
  const expected = Buffer.from(secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new SettingError('not allowed');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const command = JSON.parse(text) as AdminCommand;
  return command.name === 'ping' ? 'pong' : await run(command);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return `http://127.0.0.1:${address.port}/`;
}
