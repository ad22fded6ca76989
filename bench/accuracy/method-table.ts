import Table from 'cli-table3';
import type { BacktestRow } from '../../src/estimation/backtest/rows.ts';
import { kendallTau, type Ratio } from './reference.ts';
import { mean } from './replays.ts';

/** The methods of one split, as means over the matrices, beside what the paper's own code reached where that is at hand. */
export function renderMethods(
  matrices: readonly string[],
  byMatrix: readonly ReadonlyMap<string, BacktestRow>[],
  recorded: ReadonlyMap<string, Ratio> | undefined,
): string {
  const table = new Table({
    head: ['design + method', 'error ratio', "the paper's code", 'bias, points', ...matrices],
    style: { head: [], border: [], compact: true },
  });
  const ours = new Map<string, Ratio>();
  for (const label of byMatrix[0].keys()) {
    const cells = byMatrix.map((matrix) => matrix.get(label)!);
    const ratio = meanRatio(cells);
    ours.set(label, ratio);
    const theirs = recorded?.get(label);
    table.push([
      label,
      show(ratio),
      theirs ? show(theirs) : '',
      (100 * mean(cells.map(({ meanError }) => meanError!.value))).toFixed(2),
      ...cells.map((cell) => cell.ratioToRandomSampling!.value.toFixed(2)),
    ]);
  }
  return [table.toString(), ...(recorded ? [agreement(ours, recorded)] : [])].join('\n');
}

function agreement(ours: ReadonlyMap<string, Ratio>, recorded: ReadonlyMap<string, Ratio>): string {
  const { tau, pairs, left } = kendallTau(ours, recorded);
  return `Kendall's tau with the order of the paper's code: ${tau.toFixed(2)} over ${pairs} pairs; ${left} pairs closer than two standard errors left out`;
}

function meanRatio(rows: readonly BacktestRow[]): Ratio {
  const ratios = rows.map((row) => row.ratioToRandomSampling!);
  const variance = ratios.reduce((sum, { standardError }) => sum + (standardError ?? 0) ** 2, 0);
  return { ratio: mean(ratios.map(({ value }) => value)), standardError: Math.sqrt(variance) / rows.length };
}

function show({ ratio, standardError }: Ratio): string {
  return `${ratio.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
