// Ends every run with one plain line: "N passed, N failed", and how many were skipped if any were.

import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that could not even be read has failed, though it has no test to show for it.
      if (module.errors().length > 0) states.failed++;
      for (const test of module.children.allTests()) states[test.result().state]++;
    }
    const skipped = states.skipped + states.pending;
    // After the other reporters have said theirs.
    process.once('exit', () => console.log(`${states.passed} passed, ${states.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`));
  }
}
