import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CalibratedTarget,
  createCalibration,
  type ExpectedErrors,
} from '../../../src/estimation/backtest/expected-error.ts';
import { packRecords, type TargetRecord } from '../../../src/estimation/backtest/records.ts';
import { createRandom } from '../../../src/estimation/numeric/random.ts';
import { recordArbitrary, recordOf, twoMethods, unanswered } from './cases.ts';

const [learn, pca] = twoMethods;
const runs = { seed: 43, numRuns: 200 };

function targetOf(parts: Partial<CalibratedTarget> = {}): CalibratedTarget {
  return {
    similarity: 0.4,
    deviations: 0,
    aipw: 0.5,
    halfWidth: 0.1,
    estimates: [{ method: learn, estimate: 0.5 }],
    ...parts,
  };
}

function calibrate(records: readonly TargetRecord[], methods = [learn]) {
  return createCalibration(packRecords(records), methods)!;
}

function times<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k));
}

/** A target whose method erred as much as given. */
function erring(error: number, parts: Partial<TargetRecord> = {}): TargetRecord {
  return recordOf({
    aipw: { error, halfWidth: 0.1 },
    methods: [{ error, halfWidth: Number.NaN }],
    ...parts,
  });
}

function only({ methods }: ExpectedErrors) {
  expect(methods).toHaveLength(1);
  return methods[0];
}

describe('expected errors', () => {
  /** Errors are normal, of a standard deviation that is some half-widths: 1/2 below and amid the sources, 2 far above. */
  const spreads = [
    { deviations: -1, spread: 0.5 },
    { deviations: 1, spread: 1 },
    { deviations: 5, spread: 2 },
  ];
  const random = createRandom(14);
  const records = times(6000, (k) => {
    const { deviations, spread } = spreads[k % 3];
    const halfWidth = 0.02 + 0.08 * random.uniform();
    const error = halfWidth * spread * random.normal();
    return erring(error, {
      deviations: deviations + 0.2 * random.normal(),
      similarity: 0.4 + 0.02 * random.normal(),
      aipw: { error, halfWidth },
    });
  });
  const calibration = calibrate(records);
  /** Of 200 neighbours, four standard errors: of a mean of absolute normal deviates, and of their 90th percentile. */
  const meanTolerance = 4 * Math.sqrt((Math.PI / 2 - 1) / 200);
  const p90Tolerance = (4 * Math.sqrt((0.9 * 0.1) / 200)) / (2 * 0.1031) / 1.645;

  it.each(spreads)('come out near the truth where errors grow with the level: $deviations', (world) => {
    for (const halfWidth of [0.03, 0.1]) {
      const { meanAbsoluteError, p90 } = only(
        calibration.expect(targetOf({ deviations: world.deviations, halfWidth })),
      );
      const scale = halfWidth * world.spread;
      // E |N(0, 1)| and its 90th percentile.
      expect(Math.abs(meanAbsoluteError / (scale * Math.sqrt(2 / Math.PI)) - 1)).toBeLessThan(meanTolerance);
      expect(Math.abs(p90 / (scale * 1.6449) - 1)).toBeLessThan(p90Tolerance);
    }
  });

  it('are taken from a tenth of many targets, two hundred at most, and from forty at least', () => {
    expect(only(calibration.expect(targetOf())).replays).toBe(200);
    expect(only(calibrate(records.slice(0, 1000)).expect(targetOf())).replays).toBe(100);
    expect(only(calibrate(records.slice(0, 100)).expect(targetOf())).replays).toBe(40);
  });

  it('are larger for a method that differs much from AIPW, where those that did were wrong', () => {
    const gaps = [0.03, 0.3];
    const calibrated = calibrate(
      times(200, (k) => recordOf({ methods: [{ error: gaps[k % 2], halfWidth: Number.NaN }] })),
    );
    for (const gap of gaps) {
      for (const estimate of [0.5 + gap, 0.5 - gap]) {
        const expected = only(calibrated.expect(targetOf({ estimates: [{ method: learn, estimate }] })));
        expect(expected.meanAbsoluteError).toBeCloseTo(gap, 12);
        expect(expected.p90).toBeCloseTo(gap, 12);
      }
    }
  });

  it('are those of targets as similar to their sources', () => {
    const calibrated = calibrate(
      times(200, (k) => erring(k % 2 === 0 ? 0.2 : 0.02, { similarity: k % 2 === 0 ? 0.1 : 0.7 })),
    );
    const expected = (similarity: number) => only(calibrated.expect(targetOf({ similarity })));
    expect(expected(0.15).meanAbsoluteError).toBeCloseTo(0.2, 12);
    expect(expected(0.65).meanAbsoluteError).toBeCloseTo(0.02, 12);
  });

  it('where similarity is not defined are those of targets that agree by chance alone', () => {
    const errors = [0.3, 0.02];
    const withNaN = calibrate(
      times(200, (k) => erring(errors[k % 2], { similarity: [Number.NaN, 0.8][k % 2] })),
    );
    const withZero = calibrate(times(200, (k) => erring(errors[k % 2], { similarity: [0, 0.8][k % 2] })));
    for (const calibrated of [withNaN, withZero]) {
      for (const similarity of [null, Number.NaN, 0]) {
        expect(only(calibrated.expect(targetOf({ similarity }))).meanAbsoluteError).toBeCloseTo(0.3, 12);
      }
      expect(only(calibrated.expect(targetOf({ similarity: 0.8 }))).meanAbsoluteError).toBeCloseTo(0.02, 12);
    }
  });

  it.each([
    ['far above its sources is like any that was as far above', 20, 9],
    ['far below', -20, -4],
    ['above all that were tested is like the highest of them', 6, 1000],
  ])('of a target %s', (_, tested, deviations) => {
    const calibrated = calibrate(
      times(200, (k) => erring(k % 2 === 0 ? 0.2 : 0.02, { deviations: k % 2 === 0 ? tested : 0 })),
    );
    expect(only(calibrated.expect(targetOf({ deviations }))).meanAbsoluteError).toBeCloseTo(0.2, 12);
    expect(only(calibrated.expect(targetOf({ deviations: 0 }))).meanAbsoluteError).toBeCloseTo(0.02, 12);
  });

  it('by hand: mean and 90th percentile of 0, 0.01 to 0.5', () => {
    const calibrated = calibrate(times(51, (k) => erring(k / 100)));
    const { meanAbsoluteError, p90 } = only(calibrated.expect(targetOf()));
    expect(meanAbsoluteError).toBeCloseTo(0.25, 12);
    expect(p90).toBeCloseTo(0.45, 12);
    const twice = only(calibrated.expect(targetOf({ halfWidth: 0.2 })));
    expect(twice.meanAbsoluteError).toBeCloseTo(0.5, 12);
    expect(twice.p90).toBeCloseTo(0.9, 12);
  });

  it('count errors in half-widths: a wide interval among the records does not make all others worse', () => {
    const calibrated = calibrate(
      times(60, (k) => {
        const halfWidth = k % 2 === 0 ? 0.01 : 0.2;
        return erring(2 * halfWidth, { aipw: { error: 2 * halfWidth, halfWidth } });
      }),
    );
    const expected = only(calibrated.expect(targetOf({ halfWidth: 0.05 })));
    expect(expected.meanAbsoluteError).toBeCloseTo(0.1, 12);
    expect(expected.p90).toBeCloseTo(0.1, 12);
  });
});

/** Any records, forty of them at least for every method. */
const backtests = fc
  .array(recordArbitrary(2), { minLength: 80, maxLength: 140 })
  .filter((records) => records.filter(({ aipw }) => aipw.halfWidth > 0).length >= 50);
const targets = fc.record({
  similarity: fc.option(fc.double({ min: -0.2, max: 1, noNaN: true })),
  deviations: fc.double({ min: -6, max: 12, noNaN: true }),
  aipw: fc.constant(0.5),
  halfWidth: fc.double({ min: 0.01, max: 0.2, noNaN: true }),
  estimates: fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([a, b]) => [
      { method: learn, estimate: a },
      { method: pca, estimate: b },
    ]),
});

describe('whatever the records', () => {
  it('an expected error grows as the half-width does, all else alike', () => {
    fc.assert(
      fc.property(backtests, targets, fc.constantFrom(0.25, 2, 4), (records, target, factor) => {
        const calibration = calibrate(records, [learn, pca]);
        const wider: CalibratedTarget = {
          ...target,
          halfWidth: factor * target.halfWidth,
          estimates: target.estimates.map(({ method, estimate }) => ({
            method,
            estimate: target.aipw + factor * (estimate - target.aipw),
          })),
        };
        const [before, after] = [target, wider].map((one) => calibration.expect(one).methods);
        expect(after.map(({ method }) => method)).toEqual(before.map(({ method }) => method));
        after.forEach((expected, k) => {
          expect(expected.meanAbsoluteError / factor).toBeCloseTo(before[k].meanAbsoluteError, 10);
          expect(expected.p90 / factor).toBeCloseTo(before[k].p90, 10);
        });
      }),
      runs,
    );
  });

  it('expected errors are within those that were seen, in half-widths', () => {
    fc.assert(
      fc.property(backtests, targets, (records, target) => {
        const { methods } = calibrate(records, [learn, pca]).expect(target);
        expect(Math.min(...methods.map(({ replays: count }) => count))).toBeGreaterThanOrEqual(40);
        expect(methods.map(({ method }) => method)).toEqual([learn, pca]);
        methods.forEach(({ meanAbsoluteError, p90 }, k) => {
          const seen = records
            .map((record) => Math.abs(record.methods[k].error) / record.aipw.halfWidth)
            .filter((ratio) => !Number.isNaN(ratio));
          for (const expected of [meanAbsoluteError, p90]) {
            expect(expected / target.halfWidth).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
            expect(expected / target.halfWidth).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
          }
        });
      }),
      runs,
    );
  });

  it('the order of the records does not matter', () => {
    fc.assert(
      fc.property(backtests, targets, (records, target) => {
        const [one, other] = [records, records.toReversed()].map((some) =>
          calibrate(some, [learn, pca]).expect(target),
        );
        expect(other.isBeyond).toBe(one.isBeyond);
        other.methods.forEach((expected, k) => {
          expect(expected.meanAbsoluteError).toBeCloseTo(one.methods[k].meanAbsoluteError, 12);
          expect(expected.p90).toBeCloseTo(one.methods[k].p90, 12);
        });
      }),
      runs,
    );
  });
});

describe('where there is little to go by', () => {
  const answered = (count: number) => times(count, () => erring(0.1));

  it('fewer than fifty targets say nothing', () => {
    expect(createCalibration(packRecords(answered(49)), [learn])).toBeNull();
    expect(createCalibration(packRecords(answered(50)), [learn])).not.toBeNull();
    expect(createCalibration(new Float64Array(0), [learn])).toBeNull();
  });

  it('targets without an interval of some width do not count', () => {
    const without = times(1000, (k) =>
      erring(0.9, { aipw: { error: 0.9, halfWidth: k % 2 === 0 ? Number.NaN : 0 } }),
    );
    expect(createCalibration(packRecords([...without, ...answered(49)]), [learn])).toBeNull();
    const calibrated = calibrate([...without, ...answered(50)]);
    expect(only(calibrated.expect(targetOf())).meanAbsoluteError).toBeCloseTo(0.1, 12);
  });

  it('a target that stands above all of the back-test is said to', () => {
    const calibrated = calibrate(times(60, (k) => erring(0.1, { deviations: k / 20 })));
    expect(calibrated.expect(targetOf({ deviations: 59 / 20 })).isBeyond).toBe(false);
    expect(calibrated.expect(targetOf({ deviations: 59 / 20 + 1e-9 })).isBeyond).toBe(true);
    expect(calibrated.expect(targetOf({ deviations: -10 })).isBeyond).toBe(false);
  });

  it('a method that never answered is left out, and so is one that does not answer now or was not tried', () => {
    const records = times(60, () =>
      recordOf({ methods: [unanswered, { error: 0.02, halfWidth: Number.NaN }] }),
    );
    const { methods } = calibrate(records, [learn, pca]).expect(
      targetOf({
        estimates: [
          { method: learn, estimate: 0.5 },
          { method: 'lasso', estimate: 0.5 },
          { method: pca, estimate: 0.52 },
        ],
      }),
    );
    expect(methods.map(({ method }) => method)).toEqual([pca]);
    expect(methods[0].meanAbsoluteError).toBeCloseTo(0.02, 12);
    const silent = targetOf({ estimates: [{ method: pca, estimate: null }] });
    expect(calibrate(records, [learn, pca]).expect(silent).methods).toEqual([]);
  });

  it('a method that answered now and then is not spoken for', () => {
    const records = times(300, (k) =>
      k % 30 === 0 ? erring(0.05) : erring(Number.NaN, { aipw: { error: 0, halfWidth: 0.1 } }),
    );
    expect(calibrate(records).expect(targetOf()).methods).toEqual([]);
  });
});
