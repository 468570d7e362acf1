// The official SDK over a program of its own: embedded in memory, or on the project's Postgres.

import { Client } from '@hubspot/api-client';
import { inject } from 'vitest';
import { openTestDatabase } from './database.ts';
import { startProgram } from './program.ts';

export interface RunningClient {
  client: Client;
  stop: () => Promise<void>;
}

export async function startClient(): Promise<RunningClient> {
  const database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
  const program = await startProgram(database ? { SPOKE_DATABASE_URL: database.url! } : { SPOKE_DATA_DIR: 'memory:' });
  return {
    client: new Client({ basePath: program.url, accessToken: program.token }),
    async stop() {
      await program.stop();
      await database?.close();
    },
  };
}
