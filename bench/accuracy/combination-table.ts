import Table from 'cli-table3';
import type { BacktestRow } from '../../src/estimation/backtest/rows.ts';
import type { BacktestSettings } from '../../src/estimation/backtest/settings.ts';
import { mean } from './replays.ts';

/** The probability designs, and the methods with an interval or cheap enough to be tried 200 times. */
export const combinations = {
  designs: ['random', 'balanced', 'informative'],
  methods: ['aipw', 'random-sampling', 'random-sampling-learn', 'aipw-paper'],
} as const satisfies Partial<BacktestSettings>;

/** The combinations of one split, as means over the matrices, with the error ratio on each. */
export function renderCombinations(
  matrices: readonly string[],
  byMatrix: readonly (readonly BacktestRow[])[],
): string {
  const table = new Table({
    head: ['design + method', 'error ratio', 'coverage (lowest)', 'width', 'effective n', ...matrices],
    style: { head: [], border: [], compact: true },
  });
  byMatrix[0].forEach(({ design, method }, place) => {
    const rows = byMatrix.map((ofMatrix) => ofMatrix[place]);
    const ratios = rows.map((row) => row.ratioToRandomSampling!.value);
    const pick = (name: 'coverage' | 'meanWidth' | 'effectiveSampleSize') =>
      rows.map((row) => row[name]?.value ?? Number.NaN);
    const show = (values: readonly number[], digits: number, more = '') =>
      Number.isNaN(values[0]) ? '-' : `${mean(values).toFixed(digits)}${more}`;
    const coverage = pick('coverage');
    table.push([
      `${design} + ${method}`,
      mean(ratios).toFixed(3),
      show(coverage, 3, ` (${Math.min(...coverage).toFixed(3)})`),
      show(pick('meanWidth'), 3),
      show(pick('effectiveSampleSize'), 1),
      ...ratios.map((ratio) => ratio.toFixed(2)),
    ]);
  });
  return table.toString();
}
