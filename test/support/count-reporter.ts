import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with one plain line that says how many tests ran, and how many were skipped for want of something. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((other) => other === state).length;
    const broken = modules
      .filter((module) => module.errors().length > 0)
      .map(({ relativeModuleId }) => relativeModuleId);
    const files = broken.length === 0 ? '' : `; broken files: ${broken.join(', ')}`;
    console.log(
      `tests: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped${files}`,
    );
  }
}
