// The suite runs twice: on PGlite and on a real Postgres server from npm. Tests of pure functions run once.

import { defineConfig } from 'vitest/config';

const NEEDS_NO_DATABASE = ['test/catalogue/**', 'test/crm/property-types/**', 'test/crm/formulas/**', 'test/crm/validation-rules/**', 'test/crm/passwords.test.ts', 'test/http/reply.test.ts', 'test/docs/**', 'test/serving/**', 'test/*.test.ts', 'test/config/**'];

export default defineConfig({
  test: {
    maxWorkers: '100%',
    // A worker keeps its modules and its PGlite from file to file: to start both anew took half of the suite's time. Spoke's
    // modules remember nothing but what never changes, and each file gets an empty database (test/support/database.ts).
    isolate: false,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      { test: { name: 'pure', include: NEEDS_NO_DATABASE.map((glob) => (glob.endsWith('.ts') ? glob : `${glob}/*.test.ts`)), testTimeout: 30_000 } },
      ...(['pglite', 'postgres'] as const).map((database) => ({
        test: {
          name: database, include: ['test/**/*.test.ts'], exclude: NEEDS_NO_DATABASE,
          globalSetup: [database === 'postgres' ? 'test/support/postgres-server.ts' : 'test/support/pglite-template.ts'],
          provide: { database },
          testTimeout: 30_000, hookTimeout: 60_000,
        },
      })),
    ],
  },
});
