import { describe, expect, it } from 'vitest';
import {
  clip,
  possibleScores,
  relativeVariance,
  type Sample,
  weightedVariance,
  wilsonInterval,
} from '../../../src/estimation/inference/wilson-interval.ts';
import { studentTQuantile } from '../../../src/estimation/numeric/student-t.ts';

function sampleOf(scores: number[], populationSize: number, inclusion?: number[]): Sample {
  const n = scores.length;
  const probabilities = inclusion ?? scores.map(() => n / populationSize);
  const total = probabilities.reduce((sum, probability) => sum + 1 / probability, 0);
  return {
    scores: Float64Array.from(scores),
    weights: Float64Array.from(probabilities, (probability) => 1 / probability / total),
    inclusion: Float64Array.from(probabilities),
    populationSize,
  };
}

/** 7 of 10 right, of 100 items. */
const seven = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
const deviations = Float64Array.from(seven, (score) => score - 0.7);

describe('possibleScores', () => {
  it.each([
    [[1, 0, 1], 10, 0.2, 0.9],
    [[0.5, 0.25], 4, 0.1875, 0.6875],
    [[1, 1], 2, 1, 1],
    [[], 5, 0, 1],
  ])('%j of %i items: from %f to %f', (scores, populationSize, lower, upper) => {
    expect(possibleScores(sampleOf(scores, populationSize))).toEqual({ lower, upper });
  });
});

describe('weightedVariance', () => {
  it('weighs both the mean and the squares', () => {
    // Weights 2/3 and 1/3: mean 1/3, variance 2/9.
    expect(weightedVariance(Float64Array.of(0, 1), Float64Array.of(2 / 3, 1 / 3))).toBeCloseTo(2 / 9, 15);
  });
});

describe('relativeVariance', () => {
  const halves = new Float64Array(10);

  it.each([
    ['the plain mean', deviations, 1],
    ['residuals of half the size', deviations.map((value) => value / 2), 0.25],
    ['hardly any residual', halves, 0.2],
    ['residuals larger than the deviations', deviations.map((value) => 2 * value), 1.1],
  ])('%s', (_, residuals, expected) => {
    expect(relativeVariance(sampleOf(seven, 100), residuals)).toBeCloseTo(expected, 12);
  });

  it('counts certain items for nothing', () => {
    // n = 2, N = 4, f = 1/2, w = (1/3, 2/3), ybar = 2/3, V = 2/9: R = 2 (1/2) (2/3 e)^2 / (1/9) = 4 e^2 = 0.64.
    const sample = sampleOf([0, 1], 4, [1, 0.5]);
    expect(relativeVariance(sample, Float64Array.of(9, 0.4))).toBeCloseTo(0.64, 12);
  });

  it('is 1 where the scores do not vary', () => {
    expect(relativeVariance(sampleOf([1, 1, 1], 9), Float64Array.of(0.1, 0.2, 0.3))).toBe(1);
    expect(relativeVariance(sampleOf([0.3, 0.3, 0.3], 9), Float64Array.of(0.1, 0.2, 0.3))).toBe(1);
  });
});

describe('wilsonInterval', () => {
  it('is the textbook interval where the population is large and nothing is gained', () => {
    // q = t_{9, 0.975} = 2.2621571628; bounds p of (0.7 - p)^2 = q^2 p (1 - p) / 10.
    const { interval, standardError, effectiveSampleSize } = wilsonInterval(
      sampleOf(seven, 1e12),
      0.7,
      deviations,
      0.95,
    );
    const q = 2.2621571628;
    const centre = (0.7 + q ** 2 / 20) / (1 + q ** 2 / 10);
    const half = (q * Math.sqrt(0.21 / 10 + q ** 2 / 400)) / (1 + q ** 2 / 10);
    expect(interval!.lower).toBeCloseTo(centre - half, 9);
    expect(interval!.upper).toBeCloseTo(centre + half, 9);
    expect(standardError).toBeCloseTo(half / q, 9);
    expect(effectiveSampleSize).toBeCloseTo(10, 9);
  });

  it.each([
    ['half the residuals', 0.5, 4 * 10],
    ['twice the residuals', 2, 10 / 1.1],
  ])('%s: effective sample size n / R, and bounds that solve the score equation with it', (_, scale, n) => {
    const q = studentTQuantile(0.95, 9);
    const residuals = deviations.map((value) => scale * value);
    const answer = wilsonInterval(sampleOf(seven, 1e9), 0.62, residuals, 0.9);
    expect(answer.estimate).toBe(0.62);
    expect(answer.effectiveSampleSize).toBeCloseTo(n, 6);
    for (const bound of [answer.interval!.lower, answer.interval!.upper]) {
      expect((0.62 - bound) ** 2).toBeCloseTo((q ** 2 * bound * (1 - bound)) / n, 7);
    }
  });

  it('the observed part of the population is not in doubt: 1 / f in the effective number', () => {
    const q = studentTQuantile(0.975, 9);
    const { interval } = wilsonInterval(sampleOf(seven, 40), 0.7, deviations, 0.95);
    for (const bound of [interval!.lower, interval!.upper]) {
      expect((0.7 - bound) ** 2).toBeCloseTo((q ** 2 * bound * (1 - bound)) / (10 / 0.75), 12);
    }
  });

  it('all right: n / f in place of a variance that cannot be seen', () => {
    const q = studentTQuantile(0.975, 9);
    const answer = wilsonInterval(sampleOf(new Array(10).fill(1), 40), 1, new Float64Array(10), 0.95);
    const effective = 10 / 0.75;
    expect(answer.interval!.lower).toBeCloseTo(1 / (1 + q ** 2 / effective), 12);
    expect(answer.interval!.upper).toBe(1);
    expect(answer.effectiveSampleSize).toBe(10);
  });

  it('scores that are not 0 or 1 count for more where they vary less', () => {
    // V = 0.01 against ybar (1 - ybar) = 0.25: 25 times the number of right-or-wrong items.
    const sample = sampleOf([0.4, 0.6, 0.4, 0.6], 1e9);
    const q = studentTQuantile(0.975, 3);
    const { interval, effectiveSampleSize } = wilsonInterval(
      sample,
      0.5,
      Float64Array.of(-0.1, 0.1, -0.1, 0.1),
      0.95,
    );
    expect(effectiveSampleSize).toBeCloseTo(4, 6);
    for (const bound of [interval!.lower, interval!.upper]) {
      expect((0.5 - bound) ** 2).toBeCloseTo((q ** 2 * bound * (1 - bound)) / 100, 7);
    }
  });

  it('moves an impossible estimate to the nearest possible one, inside its interval', () => {
    const sample = sampleOf(seven, 20);
    expect(wilsonInterval(sample, 1.3, deviations, 0.95)).toMatchObject({ estimate: 17 / 20 });
    expect(wilsonInterval(sample, 1.3, deviations, 0.95).interval!.upper).toBe(17 / 20);
    expect(wilsonInterval(sample, -1, deviations, 0.95)).toMatchObject({ estimate: 7 / 20 });
    expect(wilsonInterval(sample, -1, deviations, 0.95).interval!.lower).toBe(7 / 20);
  });

  it('one item of many: the estimate alone; one item of one: the exact score', () => {
    expect(wilsonInterval(sampleOf([1], 5), 0.8, Float64Array.of(0), 0.95)).toEqual({
      estimate: 0.8,
      interval: null,
      standardError: null,
      effectiveSampleSize: null,
      observations: null,
    });
    expect(wilsonInterval(sampleOf([0.25], 1), 0.8, Float64Array.of(0), 0.95)).toEqual({
      estimate: 0.25,
      interval: { lower: 0.25, upper: 0.25 },
      standardError: 0,
      effectiveSampleSize: 1,
      observations: null,
    });
  });

  it.each([0.01, 0.5, 0.95, 0.9999, 0.999999])(
    'figures are finite at every level the service accepts: %f',
    (level) => {
      for (const scores of [[0, 1], seven, [1, 1, 1]]) {
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        const residuals = Float64Array.from(scores, (score) => score - mean);
        const { interval, standardError } = wilsonInterval(sampleOf(scores, 100), mean, residuals, level);
        expect([interval!.lower, interval!.upper, standardError].every(Number.isFinite)).toBe(true);
      }
    },
  );
});

describe('clip', () => {
  it.each([
    [-1, 0],
    [0.5, 0.5],
    [3, 1],
  ])('%f to [0, 1] is %f', (value, expected) => {
    expect(clip(value, { lower: 0, upper: 1 })).toBe(expected);
  });
});
