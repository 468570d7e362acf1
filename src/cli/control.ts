// One program at a time uses an embedded data folder. The one that does leaves spoke.lock there, with an address on this
// machine and a secret, so that commands such as `token create` reach it instead of opening the database a second time.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '../config.ts';
import type { AdminCommand } from './admin.ts';
import { makeFolder } from './open-database.ts';

interface Lock {
  pid: number;
  url: string;
  secret: string;
}

export interface Control {
  close: () => Promise<void>;
}

/** A running Spoke has the folder. */
export class FolderInUseError extends SettingError {}

/** Takes the folder and answers commands from now on. Throws FolderInUseError. */
export async function takeFolder(folder: string, run: (command: AdminCommand) => Promise<unknown>): Promise<Control> {
  const secret = randomBytes(24).toString('hex');
  makeFolder(folder);
  const server = createServer((request, response) => {
    if (!knows(request, secret)) {
      response.writeHead(403).end();
      return;
    }
    answer(request, run).then(
      (result) => response.end(JSON.stringify({ result })),
      (error: Error) => response.writeHead(error instanceof SettingError ? 400 : 500).end(JSON.stringify({ error: error.message })),
    );
  });
  const url = await listen(server);
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
    // Unreadable while its owner is still writing it.
    if (!readLock(path)) await new Promise((resolve) => setTimeout(resolve, 100));
    const other = readLock(path);
    if (other && await ask(other, { name: 'ping' })) {
      throw new FolderInUseError(`Another Spoke (process ${other.pid}) is using this data folder. Stop it, or name another SPOKE_DATA_DIR.`);
    }
    // Left behind by a Spoke that was killed; unless another one has taken the folder while we asked.
    if (readLock(path)?.secret === other?.secret) rmSync(path, { force: true });
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
  let status: number;
  let text: string;
  try {
    const response = await fetch(lock.url, {
      method: 'POST', body: JSON.stringify(command), headers: { authorization: lock.secret }, signal: AbortSignal.timeout(10_000),
    });
    status = response.status;
    text = await response.text();
  } catch {
    return undefined;
  }
  // Another program, or a Spoke with another folder, may have got the port since: neither knows the secret.
  if (status === 403 || !/^\{"(result|error)":/.test(text)) return undefined;
  const answered = JSON.parse(text) as { result: unknown; error?: string };
  if (answered.error !== undefined) throw new SettingError(answered.error);
  return answered;
}

function knows(request: IncomingMessage, secret: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(secret);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function answer(request: IncomingMessage, run: (command: AdminCommand) => Promise<unknown>): Promise<unknown> {
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
