import type { Reporter, TestModule } from 'vitest/node';

/** Closes every run with one plain line, `N passed, N failed, N skipped`, which CI reads whatever vitest prints. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else count.skipped += 1;
      }
    }
    // After the default reporter's summary, so that this is the last line.
    setImmediate(() => console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`));
  }
}
