import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { type Evaluation, evaluateTarget } from '../../src/estimation/evaluate.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { type PreparedCoreSet, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import {
  type Answers,
  expectCoverage,
  pick,
  populationOf,
  type World,
  worlds,
} from '../statistical/worlds.ts';
import { drawn } from '../support/designs.ts';
import { largestDifference, meanOf, standardErrorOf, sumOf } from './measures.ts';
import { historyOfProblem, observedOf, type Problem, problemArbitrary } from './problems.ts';
import { imputeNaively, type NaiveAipw, naiveInterval, naiveWeights } from './second-implementation.ts';

const runs = { seed: 37, numRuns: 300 };
const methods = ['aipw', 'random-sampling'] as const;
const sourcePenalty = 30;
const ownPenalty = 2;

/** N predictions of the target's scores, in [0, 1]. */
type Predictions = readonly number[];

interface Predicted {
  readonly problem: Problem;
  readonly predictions: Predictions;
}

function prepareWith(problem: Problem, predictions: Predictions | null): PreparedCoreSet {
  const history = historyOfProblem(problem);
  return prepareCoreSet({
    history,
    summary: summariseHistory(history),
    items: Int32Array.from(problem.items),
    inclusion: Float64Array.from(problem.inclusion),
    predictions: predictions === null ? null : Float64Array.from(predictions),
  });
}

function evaluate(problem: Problem, predictions: Predictions | null, level = 0.95): Evaluation {
  return evaluateTarget(prepareWith(problem, predictions), observedOf(problem), { methods, level });
}

/** Problems with predictions of every kind; now and then the truth itself. */
function predicted(shape: Parameters<typeof problemArbitrary>[0] = {}): fc.Arbitrary<Predicted> {
  return problemArbitrary(shape).chain((problem) => {
    const length = problem.target.length;
    const percent = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
    return fc.record({
      problem: fc.constant(problem),
      predictions: fc.oneof(
        { weight: 5, arbitrary: fc.array(percent, { minLength: length, maxLength: length }) },
        { weight: 2, arbitrary: fc.array(fc.constantFrom(0, 1), { minLength: length, maxLength: length }) },
        { weight: 1, arbitrary: fc.constant(problem.target) },
      ),
    });
  });
}

/** One regression on the sources' columns and one more, each with its own penalty, by normal equations. */
function naiveWithPredictions({ problem, predictions }: Predicted): NaiveAipw {
  const { items, target, inclusion } = problem;
  const scores = imputeNaively(problem.sources, target.length);
  const weights = naiveWeights(inclusion);
  const n = items.length;
  const featuresOf = (item: number) => [1, ...scores.map((row) => row[item]), predictions[item]];
  const design = new Matrix(items.map(featuresOf));
  const weighted = design.transpose().mmul(Matrix.diag(weights.map((weight) => n * weight)));
  const left = weighted.mmul(design).add(Matrix.diag([0, ...scores.map(() => sourcePenalty), ownPenalty]));
  const beta = solve(left, weighted.mmul(Matrix.columnVector(items.map((item) => target[item])))).to1DArray();
  const leverage = design.mmul(solve(left, weighted)).diagonal();
  const fitted = target.map((_, item) => sumOf(featuresOf(item).map((feature, k) => feature * beta[k])));
  const residuals = items.map((item) => target[item] - fitted[item]);
  return {
    theta: meanOf(fitted) + sumOf(residuals.map((residual, i) => weights[i] * residual)),
    predictions: fitted,
    weights,
    looResiduals: residuals.map((residual, i) => residual / (1 - Math.min(leverage[i], 0.95))),
  };
}

const figuresOf = ({ estimates: [aipw] }: Evaluation) =>
  [
    aipw.estimate,
    aipw.interval?.lower,
    aipw.interval?.upper,
    aipw.standardError,
    aipw.effectiveSampleSize,
  ].map((figure) => figure ?? Number.NaN);

describe('own predictions', () => {
  it('are one more column of the regression, with a penalty of 2', () => {
    fc.assert(
      fc.property(
        predicted({ minItems: 2 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        ({ problem, predictions }, level) => {
          const { theta, looResiduals } = naiveWithPredictions({ problem, predictions });
          const naive = naiveInterval(
            [...observedOf(problem)],
            problem.inclusion,
            problem.target.length,
            theta,
            looResiduals,
            level,
          );
          expect(
            largestDifference(figuresOf(evaluate(problem, predictions, level)), [
              naive.estimate,
              naive.lower,
              naive.upper,
              naive.standardError,
              naive.effectiveSampleSize,
            ]),
          ).toBeLessThan(1e-8);
        },
      ),
      runs,
    );
  });

  it('count in the groups too', () => {
    fc.assert(
      fc.property(
        predicted({ minItems: 2 }).filter(({ problem }) => problem.groups.length > 0),
        ({ problem, predictions }) => {
          const naive = naiveWithPredictions({ problem, predictions });
          for (const { group, estimate, interval } of evaluate(problem, predictions).groups) {
            const members = problem.items.flatMap((item, i) => (problem.groups[item] === group ? [i] : []));
            const population = problem.target.flatMap((_, item) =>
              problem.groups[item] === group ? [item] : [],
            );
            const y = members.map((i) => problem.target[problem.items[i]]);
            const own = members.map((i) => naive.weights[i]);
            const residuals = members.map((i, k) => y[k] - naive.predictions[problem.items[i]]);
            const theta =
              meanOf(population.map((item) => naive.predictions[item])) +
              (members.length === 0 ? 0 : sumOf(residuals.map((r, k) => r * own[k])) / sumOf(own));
            const N = population.length;
            const possible = Math.min((sumOf(y) + N - y.length) / N, Math.max(sumOf(y) / N, theta));
            expect(Math.abs(estimate - possible)).toBeLessThan(1e-8);
            if (interval === null) continue;
            const bounds = naiveInterval(
              y,
              members.map((i) => problem.inclusion[i]),
              N,
              theta,
              members.map((i) => naive.looResiduals[i]),
              0.95,
            );
            expect(
              largestDifference([interval.lower, interval.upper], [bounds.lower, bounds.upper]),
            ).toBeLessThan(1e-8);
          }
        },
      ),
      runs,
    );
  });

  it('that are the same for every item change nothing', () => {
    fc.assert(
      fc.property(problemArbitrary(), fc.constantFrom(0, 0.3, 1), (problem, constant) => {
        const withThem = evaluate(
          problem,
          problem.target.map(() => constant),
        );
        const without = evaluate(problem, null);
        expect(largestDifference(figuresOf(withThem), figuresOf(without))).toBeLessThan(1e-9);
        expect(
          largestDifference(
            withThem.groups.map(({ estimate }) => estimate),
            without.groups.map(({ estimate }) => estimate),
          ),
        ).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('may be shifted, without effect: only how they vary counts', () => {
    fc.assert(
      fc.property(predicted({ minItems: 2 }), ({ problem, predictions }) => {
        const halved = predictions.map((prediction) => prediction / 2);
        const shifted = halved.map((prediction) => prediction + 0.5);
        expect(
          largestDifference(figuresOf(evaluate(problem, shifted)), figuresOf(evaluate(problem, halved))),
        ).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('leave the other methods, the similarity and the warnings about the history as they are', () => {
    fc.assert(
      fc.property(predicted(), ({ problem, predictions }) => {
        const withThem = evaluate(problem, predictions);
        const without = evaluate(problem, null);
        expect(withThem.estimates[1]).toEqual(without.estimates[1]);
        expect(withThem.similarity).toEqual(without.similarity);
        expect(withThem.sourceModels).toBe(without.sourceModels);
        expect(without.predictions).toBeNull();
      }),
      runs,
    );
  });

  it('are reported with what they gain: the figures of an evaluation with them, and of one without', () => {
    fc.assert(
      fc.property(predicted(), ({ problem, predictions }) => {
        const withThem = evaluate(problem, predictions);
        const without = evaluate(problem, null);
        const gain = withThem.predictions!;
        expect(Object.values(gain).every(Number.isFinite)).toBe(true);
        // An evaluation states both figures only where it has an interval and no gain, respectively.
        if (problem.items.length > 1) {
          expect(gain.effectiveSampleSize).toBeCloseTo(withThem.estimates[0].effectiveSampleSize!, 9);
          expect(gain.effectiveSampleSizeWithout).toBeCloseTo(without.estimates[0].effectiveSampleSize!, 9);
        }
        expect(gain.looR2Without).toBeCloseTo(looR2Of(problem, null), 9);
        expect(gain.looR2).toBeCloseTo(looR2Of(problem, predictions), 9);
      }),
      runs,
    );
  });
});

/** What AIPW saves of the plain mean's squared leave-one-out errors; 0 where the scores do not vary. */
function looR2Of(problem: Problem, predictions: Predictions | null): number {
  const y = observedOf(problem);
  if (y.every((score) => score === y[0])) return 0;
  const weights = naiveWeights(problem.inclusion);
  const mean = sumOf(weights.map((weight, i) => weight * y[i]));
  const plain = sumOf(weights.map((weight, i) => weight * ((y[i] - mean) / (1 - weight)) ** 2));
  const { looResiduals } = prepareWith(problem, predictions).aipw.estimate(y);
  return 1 - sumOf(weights.map((weight, i) => weight * looResiduals[i] ** 2)) / plain;
}

/** What a user may bring: from the target's own answers, a number per item. */
const kinds = {
  perfect: (answers: Answers) => Float64Array.from(answers),
  good: (answers: Answers, random: Random) =>
    Float64Array.from(answers, (score) => clipUnit(0.2 + 0.6 * score + 0.2 * random.normal())),
  noise: (answers: Answers, random: Random) => Float64Array.from(answers, () => random.uniform()),
  upsideDown: (answers: Answers, random: Random) =>
    Float64Array.from(answers, (score) => clipUnit(0.9 - 0.6 * score + 0.2 * random.normal())),
  tooHigh: (answers: Answers, random: Random) =>
    Float64Array.from(answers, (score) => clipUnit(0.8 + 0.15 * score + 0.05 * random.normal())),
} as const;

type Kind = keyof typeof kinds;

function clipUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

interface Trial {
  readonly truth: number;
  readonly with: Evaluation;
  /** The same without any predictions. */
  without(): Evaluation;
}

/** Many core sets, each with its own new target. */
function trials(world: World, design: ProbabilityDesignName, n: number, kind: Kind, count: number): Trial[] {
  const { history, summary, frame } = populationOf(world);
  const random = createRandom(59);
  return Array.from({ length: count }, () => {
    const answers = world.newTarget(random);
    const { items, inclusion } = drawn(design, frame, n, random);
    const predictions = kinds[kind](answers, random);
    const input = { history, summary, items, inclusion };
    const evaluated = (own: Float64Array | null) =>
      evaluateTarget(prepareCoreSet({ ...input, predictions: own }), pick(answers, items), {
        methods: ['aipw'],
      });
    return { truth: meanOf(answers), with: evaluated(predictions), without: () => evaluated(null) };
  });
}

const widthOf = ({ estimates: [{ interval }] }: Evaluation) => interval!.upper - interval!.lower;
const errorOf = ({ estimates: [{ estimate }] }: Evaluation, truth: number) => Math.abs(estimate! - truth);

describe('what own predictions are worth', () => {
  it.each([
    ['logistic', 20],
    ['logistic', 50],
    ['graded', 50],
  ] as const)(
    '%s, n = %i: perfect ones more than halve the error and shrink the interval by a third or more',
    (name, n) => {
      const all = trials(worlds[name], 'balanced', n, 'perfect', 100);
      const widths =
        meanOf(all.map((one) => widthOf(one.with))) / meanOf(all.map((one) => widthOf(one.without())));
      const errors =
        meanOf(all.map((one) => errorOf(one.with, one.truth))) /
        meanOf(all.map((one) => errorOf(one.without(), one.truth)));
      expect(widths).toBeLessThan(0.67);
      expect(errors).toBeLessThan(0.5);
    },
  );

  it.each([
    ['logistic', 20],
    ['logistic', 50],
    ['skewed', 20],
    ['skewed', 50],
    ['graded', 20],
    ['graded', 50],
  ] as const)('%s, n = %i: pure noise costs less than a tenth of the error', (name, n) => {
    const all = trials(worlds[name], 'balanced', n, 'noise', 300);
    const ratio =
      meanOf(all.map((one) => errorOf(one.with, one.truth))) /
      meanOf(all.map((one) => errorOf(one.without(), one.truth)));
    const widths =
      meanOf(all.map((one) => widthOf(one.with))) / meanOf(all.map((one) => widthOf(one.without())));
    expect(ratio).toBeLessThan(1.1);
    expect(widths).toBeLessThan(1.1);
  });

  it('the reported gain is that of the intervals', () => {
    const all = trials(worlds.logistic, 'balanced', 50, 'good', 50);
    for (const one of all) {
      const gain = one.with.predictions!;
      expect(gain.looR2).toBeGreaterThan(gain.looR2Without);
      expect(gain.effectiveSampleSize).toBe(one.with.estimates[0].effectiveSampleSize);
      expect(gain.effectiveSampleSizeWithout).toBe(one.without().estimates[0].effectiveSampleSize);
    }
  });
});

const cases = (['logistic', 'skewed', 'graded'] as const).flatMap((name) =>
  (['good', 'noise', 'upsideDown', 'tooHigh', 'perfect'] as const).flatMap((kind) =>
    probabilityDesignNames.map((design, k): [typeof name, Kind, ProbabilityDesignName, number] => [
      name,
      kind,
      design,
      k % 2 === 0 ? 20 : 50,
    ]),
  ),
);

describe('with own predictions: no bias, and coverage of the nominal 95 % interval not below 93 %', () => {
  it.each(cases)('%s, %s predictions, %s, n = %i', (name, kind, design, n) => {
    const all = trials(worlds[name], design, n, kind, 120);
    const errors = all.map((one) => one.with.estimates[0].estimate! - one.truth);
    const covered = all.map((one) => Number(isInside(one.truth, one.with.estimates[0].interval!)));
    expect(Math.abs(meanOf(errors))).toBeLessThan(4 * standardErrorOf(errors));
    expectCoverage(covered);
  });
});
