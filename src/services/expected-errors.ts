import type { CalibratedTarget, ExpectedErrors as Expected } from '../estimation/backtest/expected-error.ts';
import { calibrateWarnings, type Foretold } from '../estimation/calibrated-warnings.ts';
import type { DesignName } from '../estimation/designs/names.ts';
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
    { coreSet, benchmark }: FoundCoreSet,
    observedItems: number,
    stored: Answer,
    shown: Answer,
  ): Promise<ExpectedError | null> {
    const { benchmarkId, design, groups } = coreSet;
    // Back-tests are of whole benchmarks, and know no predictions.
    if (groups !== null || stored.predictions) return null;
    const { low, high } = benchmark.scoreRange;
    const target = targetOf(stored, shown, high - low);
    if (target === null) return null;
    for await (const arm of evidence.calibrations(benchmarkId, design, observedItems)) {
      const { backtest, size, calibration } = arm;
      // Its records are on the unit scale of its own range.
      if (low !== backtest.scoreRange.low || high !== backtest.scoreRange.high) continue;
      const expected = calibration.expect(target);
      if (expected.methods.length === 0) continue;
      const { id, revision } = backtest;
      return { backtest: id, revision, design, size, ...inScoreUnits(expected, target, high - low) };
    }
    return null;
  }

  return {
    async of(found, observedItems, stored, shown) {
      const foretold = await foretell(found, observedItems, stored, shown);
      if (foretold === null) return { answer: shown, expectedError: null };
      // What is warned of does not depend on what is looked at.
      const warnings = calibrateWarnings(shown.warnings, restrictTo(stored, foretold));
      const expectedError = restrictTo(shown, foretold);
      return {
        answer: { ...shown, warnings },
        expectedError: expectedError.methods.length === 0 ? null : expectedError,
      };
    },
  };
}

/** What is foretold of the methods of an answer. */
function restrictTo({ estimates }: Answer, foretold: ExpectedError): ExpectedError {
  const names = new Set(estimates.map(({ method }) => method));
  return { ...foretold, methods: foretold.methods.filter(({ method }) => names.has(method)) };
}

/** null where AIPW has no interval to measure by. @param unit length of the score range */
function targetOf(stored: Answer, shown: Answer, unit: number): CalibratedTarget | null {
  const aipw = stored.estimates.find(({ method }) => method === 'aipw');
  // Answers stored before there were back-tests do not say where the estimate stands.
  if (!aipw?.interval || aipw.estimate === null || !stored.standing) return null;
  // Those of the stored answer are of one history; another is taken for what it lacks alone.
  const others = shown.estimates.filter(
    ({ method }) => !stored.estimates.some((known) => known.method === method),
  );
  return {
    similarity: stored.similarity.mean,
    deviations: stored.standing.deviations,
    aipw: aipw.estimate / unit,
    halfWidth: (aipw.interval.upper - aipw.interval.lower) / 2 / unit,
    estimates: [...stored.estimates, ...others].map(({ method, estimate }) => ({
      method,
      estimate: estimate === null ? null : estimate / unit,
    })),
  };
}

function inScoreUnits(
  { isBeyond, methods }: Expected,
  { halfWidth }: CalibratedTarget,
  unit: number,
): Foretold {
  return {
    isBeyond,
    halfWidth: halfWidth * unit,
    methods: methods.map(({ meanAbsoluteError, p90, ...expected }) => ({
      ...expected,
      meanAbsoluteError: meanAbsoluteError * unit,
      p90: p90 * unit,
    })),
  };
}
