#!/usr/bin/env node
// Where the program starts. Only what must come before everything else is here: Node keeps what it compiled, which
// halves the time that loading takes (measured: 600 ms to 300 ms), but only for modules loaded after it is told so.

import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runProgram } = await import('./program.ts');
await runProgram();
