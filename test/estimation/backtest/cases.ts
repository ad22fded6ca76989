import fc from 'fast-check';
import {
  type Statistics,
  statisticNames,
  type TrialOutcome,
} from '../../../src/estimation/backtest/outcome.ts';
import type { RecordedError, TargetRecord } from '../../../src/estimation/backtest/records.ts';
import type { BacktestInput } from '../../../src/estimation/backtest/replay.ts';
import type { BacktestSettings } from '../../../src/estimation/backtest/settings.ts';
import { splitNames } from '../../../src/estimation/backtest/splits.ts';
import { surveyModels } from '../../../src/estimation/backtest/survey.ts';
import type { MethodName } from '../../../src/estimation/estimators/names.ts';
import type { History } from '../../../src/estimation/history.ts';

export function settingsOf(parts: Partial<BacktestSettings> = {}): BacktestSettings {
  return {
    splits: splitNames,
    designs: ['random'],
    methods: ['aipw', 'random-sampling'],
    sizes: [10],
    repeats: 3,
    seed: 11,
    level: 0.95,
    keepDuplicates: false,
    ...parts,
  };
}

export function inputOf(history: History, parts: Partial<BacktestSettings> = {}): BacktestInput {
  return { history, survey: surveyModels(history), settings: settingsOf(parts) };
}

/** The sums of one row, 0 where not given. */
export function sumsOf(parts: Partial<Statistics>): number[] {
  return statisticNames.map((name) => parts[name] ?? 0);
}

/** The sums of one row of an outcome, by name. */
export function readSums({ statistics }: Pick<TrialOutcome, 'statistics'>, row: number): Statistics {
  const sums = statisticNames.map((name, k) => [name, statistics[row * statisticNames.length + k]]);
  return Object.fromEntries(sums);
}

export function outcomeOf(rows: readonly Partial<Statistics>[], baselines: readonly number[]): TrialOutcome {
  return {
    targets: 0,
    duplicates: 0,
    unknown: 0,
    baselines: Float64Array.from(baselines),
    statistics: Float64Array.from(rows.flatMap(sumsOf)),
    records: [],
  };
}

export const unanswered: RecordedError = { error: Number.NaN, halfWidth: Number.NaN };

/** A target like any other: AIPW exact, its interval 0.1 to each side. */
export function recordOf(parts: Partial<TargetRecord> = {}): TargetRecord {
  return {
    split: 'interpolation',
    model: 0,
    similarity: 0.4,
    percentile: 0.5,
    deviations: 0,
    aipw: { error: 0, halfWidth: 0.1 },
    methods: [],
    ...parts,
  };
}

/** Records of any kind: with figures that are not defined, extreme ones, and ties. */
export function recordArbitrary(methods: number): fc.Arbitrary<TargetRecord> {
  const share = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }).map((k) => k / 40) },
    fc.constant(Number.NaN),
  );
  const outcome = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        error: fc.integer({ min: -20, max: 20 }).map((k) => k / 40),
        halfWidth: fc.integer({ min: 1, max: 10 }).map((k) => k / 20),
      }),
    },
    fc.constant(unanswered),
  );
  return fc.record({
    split: fc.constantFrom(...splitNames),
    model: fc.nat({ max: 9 }),
    similarity: share,
    percentile: share,
    deviations: fc.integer({ min: -50, max: 100 }).map((k) => k / 10),
    aipw: outcome,
    methods: fc.array(outcome, { minLength: methods, maxLength: methods }),
  });
}

export const twoMethods: readonly MethodName[] = ['random-sampling-learn', 'pca'];
