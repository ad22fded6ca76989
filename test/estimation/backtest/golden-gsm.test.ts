import { describe, expect, it } from 'vitest';
import { replayTrial } from '../../../src/estimation/backtest/replay.ts';
import { backtestRows } from '../../../src/estimation/backtest/rows.ts';
import { trialsOf } from '../../../src/estimation/backtest/settings.ts';
import { type SplitName, splitNames } from '../../../src/estimation/backtest/splits.ts';
import type { MethodName } from '../../../src/estimation/estimators/names.ts';
import { historyOf } from '../../support/histories.ts';
import { hasShared, readMatrix, readShared } from '../../support/shared.ts';
import { inputOf } from './cases.ts';

/** The names of the recorded table, by ours. */
const recordedNames = {
  'aipw-paper': 'aipw (write-up formula)',
  'random-sampling': 'random_sampling',
  'random-sampling-learn': 'random_sampling_and_learn',
} as const;
const methods = ['aipw-paper', 'random-sampling', 'random-sampling-learn'] as const;

interface Gap {
  readonly value: number;
  readonly standardError: number;
}

/** Mean absolute errors of the paper's own code on gsm, unit scale, from rows `| method | seeds | gap ± sd | ... |`. */
function readGaps(split: SplitName): ReadonlyMap<string, Gap> {
  const text = readShared('golden', 'accuracy_public.md').toString('utf8');
  const [, section] = text.split(`\n## ${split}\n`);
  const [gaps] = section.split('\nRatio to random_sampling');
  const table = gaps.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const column = table.find(([, first]) => first === 'method')!.indexOf('gsm');
  return new Map(
    table
      .filter((cells) => cells[2] === '10')
      .map((cells) => {
        const [mean, deviation] = cells[column].split('±').map(Number);
        return [cells[1], { value: mean / 100, standardError: deviation / 100 / Math.sqrt(10) }];
      }),
  );
}

describe.skipIf(!hasShared)("a back-test of gsm against the paper's own code", () => {
  const rowsOf = () => {
    const { matrix } = readMatrix('gsm');
    const input = inputOf(historyOf(matrix), { methods, sizes: [50], repeats: 30, keepDuplicates: true });
    const trials = trialsOf(input.settings).map((trial) => ({ trial, outcome: replayTrial(input, trial) }));
    return backtestRows(input.settings, trials);
  };
  let rows: ReturnType<typeof rowsOf> | undefined;
  const rowOf = (split: SplitName, method: MethodName) => {
    rows ??= rowsOf();
    return rows.find((row) => row.split === split && row.method === method)!;
  };

  it.each(splitNames.flatMap((split) => methods.map((method) => [split, method] as const)))(
    '%s, %s: errs as much, within three standard errors',
    (split, method) => {
      const { meanAbsoluteError, targets } = rowOf(split, method);
      const recorded = readGaps(split).get(recordedNames[method])!;
      const error = Math.hypot(meanAbsoluteError!.standardError!, recorded.standardError);
      expect(targets).toBe(30 * (split === 'interpolation' ? 20 : 24));
      expect(recorded.standardError).toBeGreaterThan(0);
      expect(error).toBeLessThan(recorded.value / 4);
      expect(Math.abs(meanAbsoluteError!.value - recorded.value)).toBeLessThan(3 * error);
    },
  );

  it.each(splitNames)('%s: the plain mean of random samples errs like itself', (split) => {
    const { value, standardError } = rowOf(split, 'random-sampling').ratioToRandomSampling!;
    expect(standardError).toBeLessThan(0.15);
    expect(Math.abs(value - 1)).toBeLessThan(3 * standardError!);
  });
});
