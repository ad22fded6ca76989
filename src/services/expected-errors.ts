import { calibrateWarnings, type Foretold } from '../estimation/calibrated-warnings.ts';
import type { DesignName } from '../estimation/designs/names.ts';
import { defaultLevel } from '../estimation/evaluate.ts';
import { studentTQuantile } from '../estimation/numeric/student-t.ts';
import type { Answer } from './answers.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import type { FoundCoreSet } from './core-sets.ts';

/** What a finished back-test says of one evaluation. Score units. */
export interface ExpectedError extends Foretold {
  readonly backtest: string;
  /** The history's revision that the back-test was made on. */
  readonly revision: number;
  readonly design: DesignName;
  /** Items of the core sets it was tried on. */
  readonly size: number;
}

export interface ExpectedErrors {
  /**
   * null where no back-test tried core sets like this one.
   * @param stored the default answer to the evaluation   @param shown the one its user asks to see
   */
  of(
    found: FoundCoreSet,
    observedItems: number,
    stored: Answer,
    shown: Answer,
  ): Promise<{ readonly answer: Answer; readonly expectedError: ExpectedError | null }>;
}

export function createExpectedErrors(evidence: BacktestEvidence): ExpectedErrors {
  async function foretell(
    found: FoundCoreSet,
    observedItems: number,
    stored: Answer,
    shown: Answer,
  ): Promise<ExpectedError | null> {
    const { benchmarkId, design, groups } = found.coreSet;
    const aipw = stored.estimates.find(({ method }) => method === 'aipw');
    // Answers stored before there were back-tests do not say where the estimate stands.
    if (!aipw?.interval || aipw.estimate === null || !stored.standing || groups !== null) return null;
    const arm = await evidence.calibrationFor(benchmarkId, design, observedItems);
    if (arm === undefined) return null;
    const { backtest, size, calibration } = arm;
    const halfWidth = (aipw.interval.upper - aipw.interval.lower) / 2;
    if (halfWidth === 0) return null;
    const { low, high } = found.benchmark.scoreRange;
    // Its records are on the unit scale of its own range.
    if (low !== backtest.scoreRange.low || high !== backtest.scoreRange.high) return null;
    const unit = high - low;
    const scale = quantile(backtest.settings.level, observedItems) / quantile(defaultLevel, observedItems);
    const expected = calibration.expect({
      similarity: stored.similarity.mean,
      deviations: stored.standing.deviations,
      aipw: aipw.estimate / unit,
      halfWidth: (halfWidth * scale) / unit,
      estimates: shown.estimates.map(({ method, estimate }) => ({
        method,
        estimate: estimate === null ? null : estimate / unit,
      })),
    });
    if (expected.methods.length === 0) return null;
    return {
      backtest: backtest.id,
      revision: backtest.revision,
      design,
      size,
      isBeyond: expected.isBeyond,
      halfWidth,
      methods: expected.methods.map(({ method, targets, meanAbsoluteError, p90 }) => ({
        method,
        targets,
        meanAbsoluteError: meanAbsoluteError * unit,
        p90: p90 * unit,
      })),
    };
  }

  return {
    async of(found, observedItems, stored, shown) {
      const expectedError = await foretell(found, observedItems, stored, shown);
      if (expectedError === null) return { answer: shown, expectedError };
      return {
        answer: { ...shown, warnings: calibrateWarnings(shown.warnings, expectedError) },
        expectedError,
      };
    },
  };
}

function quantile(level: number, items: number): number {
  return studentTQuantile((1 + level) / 2, items - 1);
}
