import { replayTrial } from '../../src/estimation/backtest/replay.ts';
import { type BacktestReport, gatherRecords, reportBacktest } from '../../src/estimation/backtest/report.ts';
import { type BacktestSettings, trialsOf } from '../../src/estimation/backtest/settings.ts';
import { surveyModels } from '../../src/estimation/backtest/survey.ts';
import { createRandomSearch } from '../../src/estimation/designs/random-search.ts';
import { purposiveDesigns } from '../../src/estimation/designs/registry.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { historyOf } from '../../test/support/histories.ts';

export interface Replayed extends BacktestReport {
  /** One array an arm, as src/estimation/backtest/records.ts packs them. */
  readonly records: readonly Float64Array[];
}

/** The paper keeps targets that equal a source, and so do its figures. */
export const paperSettings = { level: 0.95, keepDuplicates: true };

/** A back-test in this thread. @param searches random sets that random-search tries; its own number where not given */
export function backtestMatrix(matrix: ScoreMatrix, settings: BacktestSettings, searches?: number): Replayed {
  const history = historyOf(matrix);
  const input = { history, survey: surveyModels(history), settings };
  const designs =
    searches === undefined
      ? purposiveDesigns
      : { ...purposiveDesigns, 'random-search': createRandomSearch(searches) };
  const trials = trialsOf(settings).map((trial) => ({
    trial,
    outcome: replayTrial(input, trial, () => {}, designs),
  }));
  return { ...reportBacktest(settings, trials), records: gatherRecords(settings, trials) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
