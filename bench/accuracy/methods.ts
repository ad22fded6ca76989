import type { BacktestRow } from '../../src/estimation/backtest/rows.ts';
import type { BacktestSettings } from '../../src/estimation/backtest/settings.ts';
import { type DesignName, defaultDesign } from '../../src/estimation/designs/names.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { backtestMatrix, paperSettings } from './replays.ts';

/** Which methods are tried on one core set of which design. */
const plans: readonly { readonly design: DesignName; readonly methods: readonly MethodName[] }[] = [
  { design: defaultDesign, methods: ['aipw'] },
  { design: 'random', methods: ['aipw-paper', 'random-sampling', 'random-sampling-learn', 'pca'] },
  { design: 'random-search', methods: ['random-search-learn'] },
  { design: 'lasso', methods: ['lasso'] },
  { design: 'double-optimize', methods: ['double-optimize'] },
  { design: 'anchor-points', methods: ['anchor-points-weighted'] },
  { design: 'anchor-points-absolute', methods: ['anchor-points-predictor'] },
  { design: 'irt-clusters', methods: ['p-irt', 'gp-irt'] },
  { design: 'k-center', methods: ['k-center'] },
];

export interface MethodOptions extends Pick<BacktestSettings, 'splits' | 'sizes' | 'repeats' | 'seed'> {
  /** Random sets that random-search tries; the paper has 10,000, its recorded run 200. */
  readonly searches: number;
}

/** Each method on the core sets it asks for, by `design + method`. The same seed: the same splits for all. */
export function replayMethods(
  matrix: ScoreMatrix,
  { searches, ...options }: MethodOptions,
): ReadonlyMap<string, BacktestRow> {
  const rows = plans.flatMap(({ design, methods }) => {
    const settings = { ...paperSettings, ...options, designs: [design], methods };
    return backtestMatrix(matrix, settings, searches).rows;
  });
  return new Map(rows.map((row) => [`${row.design} + ${row.method}`, row]));
}
