// Where a process starts that answers requests beside others; as src/cli/spoke.ts, for the same reason, with little in it.

import { enableCompileCache } from 'node:module';

enableCompileCache();
const { work } = await import('./worker.ts');
await work();
