// A program of a test file's own that commands are run beside: over a database of the server, or over a folder. It starts
// before the file's tests and ends after them.

import { afterAll, beforeAll, inject } from 'vitest';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { startProgram, temporaryFolder, type Program } from './program.ts';

/** To be read within tests only. */
export interface OwnProgram {
  program: Program;
  /** Where its data is, for commands. */
  settings: Record<string, string>;
  /** Undefined where the data is in a folder, which the program alone may open. */
  database: TestDatabase | undefined;
}

/** Has the test file start a program, with more settings if given. */
export function ownProgram(more: Record<string, string> = {}): OwnProgram {
  const folder = temporaryFolder();
  const own = {} as OwnProgram;
  beforeAll(async () => {
    own.database = inject('database') === 'postgres' ? await openTestDatabase() : undefined;
    own.settings = { ...more, ...(own.database ? { SPOKE_DATABASE_URL: own.database.url! } : { SPOKE_DATA_DIR: folder.path }) };
    own.program = await startProgram(own.settings);
  });
  afterAll(async () => {
    await own.program?.stop();
    await own.database?.close();
    folder.remove();
  });
  return own;
}
