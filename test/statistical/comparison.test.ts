import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparison, compareTargets, compareWithKnown } from '../../src/estimation/comparison.ts';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { studentTProbability, studentTQuantile } from '../../src/estimation/numeric/student-t.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { binomialError, largestDifference, meanOf, standardErrorOf, sumOf } from '../estimation/measures.ts';
import { observedOf, type Problem, prepareProblem, problemArbitrary } from '../estimation/problems.ts';
import { naiveAipw, naiveWeights } from '../estimation/second-implementation.ts';
import { drawn } from '../support/designs.ts';
import {
  type Answers,
  expectCoverage,
  leastCoverage,
  pick,
  populationOf,
  type WorldName,
  worldNames,
  worlds,
} from './worlds.ts';

const range = { low: 0, high: 1 };
const nominal = { level: 0.95, range };
const nItems = 300;

/** Answers like those given, changed on items drawn by lot until their sum is `units` units; as near as can be. */
function withSum(answers: Answers, units: number, unit: number, random: Random): Float64Array {
  const changed = Float64Array.from(answers, (score) => Math.round(score / unit));
  const most = Math.round(1 / unit);
  const target = Math.min(most * nItems, Math.max(0, units));
  for (let sum = sumOf(changed); sum !== target; ) {
    const item = random.below(nItems);
    const step = Math.sign(target - sum);
    if (changed[item] + step < 0 || changed[item] + step > most) continue;
    changed[item] += step;
    sum += step;
  }
  return changed.map((score) => score * unit);
}

const units: Readonly<Record<WorldName, number>> = { logistic: 1, skewed: 1, graded: 0.1 };

/** How much better A is than B, as a share of the score range. */
const leads = [0, 0.02, 0.2] as const;

interface Case {
  readonly world: WorldName;
  readonly design: ProbabilityDesignName;
  readonly n: number;
}

const cases: Case[] = worldNames.flatMap((world) =>
  probabilityDesignNames.flatMap((design) => [20, 50, 200].map((n) => ({ world, design, n }))),
);

const draws = 100;
const pairsPerDraw = 3;

interface Replay {
  readonly lead: number;
  /** One number a draw: mean error, share covered, share of verdicts for A and for B. */
  readonly errors: readonly number[];
  readonly covered: readonly number[];
  readonly sayA: readonly number[];
  readonly sayB: readonly number[];
}

/** Pairs of new models with a given difference between their true scores; each pair on one core set. */
function replay({ world, design, n }: Case, random: Random): Replay[] {
  const { history, summary, frame } = populationOf(worlds[world]);
  const unit = units[world];
  const replays = leads.map((lead) => ({
    lead,
    errors: [] as number[],
    covered: [] as number[],
    sayA: [] as number[],
    sayB: [] as number[],
  }));
  for (let draw = 0; draw < draws; draw++) {
    const { items, inclusion } = drawn(design, frame, n, random);
    const prepared = prepareCoreSet({ history, summary, items, inclusion });
    for (const { lead, errors, covered, sayA, sayB } of replays) {
      const found = Array.from({ length: pairsPerDraw }, () => {
        const better = worlds[world].newTarget(random);
        const total = Math.round(sumOf(better) / unit);
        const worse = withSum(
          worlds[world].newTarget(random),
          total - Math.round((lead * nItems) / unit),
          unit,
          random,
        );
        const truth = meanOf(better) - meanOf(worse);
        return {
          truth,
          comparison: compareTargets(prepared, pick(better, items), pick(worse, items), nominal),
        };
      });
      errors.push(meanOf(found.map(({ truth, comparison }) => comparison.difference - truth)));
      covered.push(
        meanOf(found.map(({ truth, comparison }) => Number(isInside(truth, comparison.interval!)))),
      );
      sayA.push(meanOf(found.map(({ comparison }) => Number(comparison.verdict === 'a'))));
      sayB.push(meanOf(found.map(({ comparison }) => Number(comparison.verdict === 'b'))));
    }
  }
  return replays;
}

describe('two new models on one core set', () => {
  it.each(cases)('$world, $design, n = $n: no bias, coverage, few wrong verdicts', (which) => {
    for (const { lead, errors, covered, sayA, sayB } of replay(which, createRandom(19))) {
      expect(Math.abs(meanOf(errors))).toBeLessThan(4 * standardErrorOf(errors));
      expectCoverage(covered);
      // Half of what the interval may miss, on each side.
      const wrong = lead === 0 ? [sayA, sayB] : [sayB];
      const allowed = (1 - leastCoverage) / 2;
      for (const shares of wrong) {
        expect(meanOf(shares)).toBeLessThanOrEqual(allowed + 4 * binomialError(allowed, draws));
      }
      if (lead === 0.2 && which.n === 200) expect(meanOf(sayA)).toBeGreaterThan(0.9);
    }
  });
});

interface Pair {
  readonly problem: Problem;
  /** N scores of the second target. */
  readonly other: readonly number[];
}

/** Two targets of one problem, now and then the same ones. */
function pairs(shape: Parameters<typeof problemArbitrary>[0] = {}): fc.Arbitrary<Pair> {
  return problemArbitrary(shape).chain((problem) => {
    const nScores = problem.target.length;
    const isBinary = problem.target.every((score) => score === 0 || score === 1);
    const score = isBinary
      ? fc.constantFrom(0, 1)
      : fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    return fc.record({
      problem: fc.constant(problem),
      other: fc.oneof(
        { weight: 8, arbitrary: fc.array(score, { minLength: nScores, maxLength: nScores }) },
        { weight: 1, arbitrary: fc.constant(problem.target) },
        { weight: 1, arbitrary: fc.constant(problem.target.map((value) => 1 - value)) },
      ),
    });
  });
}

function compare({ problem, other }: Pair, options = nominal): Comparison {
  const second = observedOf({ ...problem, target: other });
  return compareTargets(prepareProblem(problem), observedOf(problem), second, options);
}

/** The docstring's formulas once more, in nested arrays; n at least 2 and below N. */
function naiveComparison({ problem, other }: Pair, level: number) {
  const N = problem.target.length;
  const n = problem.items.length;
  const f = 1 - n / N;
  const w = naiveWeights(problem.inclusion);
  const a = naiveAipw(problem, 30);
  const b = naiveAipw({ ...problem, target: other }, 30);
  const d = problem.items.map((item) => problem.target[item] - other[item]);
  const S1 = n * sumOf(d.map((value, i) => w[i] * value));
  const S2 = n * sumOf(d.map((value, i) => w[i] * value ** 2));
  const smoothed = (S2 + 1 - S1 ** 2 / (n + 2)) / (n + 2);
  const residuals = a.looResiduals.map((residual, i) => residual - b.looResiduals[i]);
  const spread =
    (n * sumOf(residuals.map((residual, i) => (1 - problem.inclusion[i]) * (w[i] * residual) ** 2))) / f;
  const error = Math.sqrt((Math.min(1.1, Math.max(0.2, spread / smoothed)) * smoothed * f) / (n - 1));
  const unseen = N - n;
  const possible = (value: number) =>
    Math.min((sumOf(d) + unseen) / N, Math.max((sumOf(d) - unseen) / N, value));
  const difference = possible(a.theta - b.theta);
  const half = studentTQuantile((1 + level) / 2, n - 1) * error;
  return {
    difference,
    error,
    lower: possible(difference - half),
    upper: possible(difference + half),
    confidence: studentTProbability(difference / error, n - 1),
  };
}

const runs = { seed: 23, numRuns: 400 };
const levels = fc.constantFrom(0.5, 0.9, 0.95, 0.99);

describe('compareTargets', () => {
  it('agrees with a second implementation', () => {
    fc.assert(
      fc.property(pairs({ minItems: 2 }), levels, (pair, level) => {
        fc.pre(pair.problem.items.length < pair.problem.target.length);
        const found = compare(pair, { level, range });
        const naive = naiveComparison(pair, level);
        expect(
          largestDifference(
            [found.difference, found.standardError!, found.interval!.lower, found.interval!.upper],
            [naive.difference, naive.error, naive.lower, naive.upper],
          ),
        ).toBeLessThan(1e-9);
        const verdict = naive.lower > 1e-12 ? 'a' : naive.upper < -1e-12 ? 'b' : 'undecided';
        expect(found.verdict).toBe(verdict);
        // What is possible may decide for certain what the formula leaves open, never the other way round.
        const least = verdict === 'a' ? (1 + level) / 2 : 0;
        const most = verdict === 'b' ? (1 - level) / 2 : 1;
        const confidence = Math.min(most, Math.max(least, naive.confidence));
        expect(Math.abs(found.confidenceABetter! - confidence)).toBeLessThan(1e-7);
      }),
      runs,
    );
  });

  it('with A and B exchanged says the same the other way round', () => {
    fc.assert(
      fc.property(pairs(), levels, (pair, level) => {
        const forth = compare(pair, { level, range });
        const back = compare(
          { problem: { ...pair.problem, target: pair.other }, other: pair.problem.target },
          { level, range },
        );
        const turned = { a: 'b', b: 'a', undecided: 'undecided' }[back.verdict];
        expect(forth.verdict).toBe(turned);
        expect(forth.difference).toBeCloseTo(-back.difference, 12);
        if (forth.interval === null) {
          expect(back).toMatchObject({ interval: null, standardError: null, confidenceABetter: null });
          return;
        }
        expect(
          largestDifference(
            [forth.interval.lower, forth.interval.upper, forth.standardError!, forth.confidenceABetter!],
            [-back.interval!.upper, -back.interval!.lower, back.standardError, 1 - back.confidenceABetter!],
          ),
        ).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('is finite, its difference inside its interval and inside what is possible; in score units it stretches', () => {
    fc.assert(
      fc.property(pairs(), (pair) => {
        const found = compare(pair);
        const stretched = compare(pair, { level: 0.95, range: { low: -3, high: 7 } });
        expect(stretched.difference).toBeCloseTo(10 * found.difference, 9);
        expect(stretched.verdict).toBe(found.verdict);
        expect(stretched.confidenceABetter).toBe(found.confidenceABetter);
        expect(Math.abs(found.difference)).toBeLessThanOrEqual(1);
        if (found.interval === null) {
          expect(pair.problem.items).toHaveLength(1);
          return;
        }
        const { lower, upper } = found.interval;
        expect([lower, upper, found.standardError!, found.confidenceABetter!].every(Number.isFinite)).toBe(
          true,
        );
        expect(lower <= found.difference && found.difference <= upper).toBe(true);
        expect(lower >= -1 - 1e-12 && upper <= 1 + 1e-12).toBe(true);
        expect(upper > lower).toBe(pair.problem.items.length < pair.problem.target.length);
        expect(stretched.interval!.lower).toBeCloseTo(10 * lower, 9);
        expect(stretched.interval!.upper).toBeCloseTo(10 * upper, 9);
        expect(stretched.standardError).toBeCloseTo(10 * found.standardError!, 9);
      }),
      runs,
    );
  });

  it('models that agree on every item of the core set: undecided, one as likely as the other, and not for certain', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), (problem) => {
        fc.pre(problem.items.length < problem.target.length);
        const { difference, interval, verdict, confidenceABetter, standardError } = compare({
          problem,
          other: problem.target,
        });
        expect(difference).toBeCloseTo(0, 12);
        expect(verdict).toBe('undecided');
        expect(confidenceABetter).toBeCloseTo(0.5, 9);
        expect(standardError).toBeGreaterThan(0);
        expect(interval!.lower).toBeLessThan(-0.001);
        expect(interval!.upper).toBeGreaterThan(0.001);
      }),
      runs,
    );
  });

  it('every item run: the exact difference, of zero width, and the verdict is its sign', () => {
    fc.assert(
      fc.property(pairs(), ({ problem, other }) => {
        const items = problem.target.map((_, item) => item);
        const everything = { ...problem, items, inclusion: items.map(() => 1) };
        const { difference, interval, standardError, confidenceABetter, verdict } = compare({
          problem: everything,
          other,
        });
        const truth = meanOf(problem.target.map((score, item) => score - other[item]));
        expect(difference).toBeCloseTo(truth, 12);
        expect(interval).toEqual({ level: 0.95, lower: difference, upper: difference });
        expect(standardError).toBe(0);
        if (Math.abs(truth) < 1e-12) return;
        expect(verdict).toBe(truth > 0 ? 'a' : 'b');
        expect(confidenceABetter).toBe(truth > 0 ? 1 : 0);
      }),
      runs,
    );
  });

  it('every item run and equal scores by different answers: undecided', () => {
    const problem: Problem = {
      sources: [[1, 0, 1, 0]],
      target: [0.1, 0.2, 0.3, 0.4],
      groups: [],
      items: [0, 1, 2, 3],
      inclusion: [1, 1, 1, 1],
    };
    const { verdict, confidenceABetter } = compare({ problem, other: [0.4, 0.3, 0.1, 0.2] });
    expect(verdict).toBe('undecided');
    expect(confidenceABetter).toBe(0.5);
  });

  it('one item of several: a difference, no interval, and why', () => {
    const problem: Problem = {
      sources: [[1, 0, 1]],
      target: [1, 0, 1],
      groups: [],
      items: [2],
      inclusion: [1 / 3],
    };
    const found = compare({ problem, other: [0, 0, 0] });
    expect(found).toMatchObject({
      interval: null,
      standardError: null,
      confidenceABetter: null,
      verdict: 'undecided',
    });
    expect(found.difference).toBeGreaterThan(0);
    expect(found.reason).toMatch(/two items/);
  });
});

/** Known scores, with those on the edge and those that a target may have itself. */
const knowns = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1e-9, 1 - 1e-9),
  fc.integer({ min: 0, max: 1000 }).map((share) => share / 1000),
);

describe('compareWithKnown', () => {
  it('is the interval of the target, minus a number', () => {
    fc.assert(
      fc.property(problemArbitrary(), knowns, levels, (problem, known, level) => {
        const prepared = prepareProblem(problem);
        const scale = { low: -3, high: 7 };
        const found = compareWithKnown(prepared, observedOf(problem), known, { level, range: scale });
        const [alone] = evaluateTarget(prepared, observedOf(problem), {
          methods: ['aipw'],
          level,
          range: scale,
        }).estimates;
        const knownScore = -3 + 10 * known;
        expect(found.difference).toBeCloseTo(alone.estimate! - knownScore, 9);
        expect(found.interval === null).toBe(alone.interval === null);
        expect(found.interval === null).toBe(found.reason !== null);
        if (found.interval === null) return;
        expect(found.interval.lower).toBeCloseTo(alone.interval!.lower - knownScore, 9);
        expect(found.interval.upper).toBeCloseTo(alone.interval!.upper - knownScore, 9);
        expect(found.standardError).toBeCloseTo(alone.standardError!, 9);
      }),
      runs,
    );
  });

  it('is as confident as its level exactly where the interval leaves 0 out; known scores of 0 and 1 included', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), knowns, levels, (problem, known, level) => {
        const found = compareWithKnown(prepareProblem(problem), observedOf(problem), known, { level, range });
        const { interval, verdict } = found;
        const confidence = found.confidenceABetter!;
        expect(confidence >= 0 && confidence <= 1).toBe(true);
        // The true score cannot be told from what rounding makes of it.
        fc.pre(Math.abs(interval!.lower) > 1e-12 && Math.abs(interval!.upper) > 1e-12);
        expect(confidence >= (1 + level) / 2 - 1e-9).toBe(interval!.lower > 0);
        expect(confidence <= (1 - level) / 2 + 1e-9).toBe(interval!.upper < 0);
        expect(verdict).toBe(interval!.lower > 0 ? 'a' : interval!.upper < 0 ? 'b' : 'undecided');
      }),
      { ...runs, numRuns: 1000 },
    );
  });

  it('a target that is right throughout against a score of 1, and wrong throughout against 0: undecided', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), fc.constantFrom(0, 1), (problem, known) => {
        fc.pre(problem.items.length < problem.target.length);
        const target = problem.target.map(() => known);
        const found = compareWithKnown(
          prepareProblem(problem),
          observedOf({ ...problem, target }),
          known,
          nominal,
        );
        expect(found.difference).toBeCloseTo(0, 12);
        expect(found.verdict).toBe('undecided');
        expect(found.confidenceABetter).toBeGreaterThan(0.025);
        expect(found.confidenceABetter).toBeLessThan(0.975);
      }),
      runs,
    );
  });

  it('a target that is wrong throughout cannot be better than any, nor worse than one that is too', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), knowns, (problem, known) => {
        fc.pre(problem.items.length < problem.target.length);
        const target = problem.target.map(() => 0);
        const found = compareWithKnown(
          prepareProblem(problem),
          observedOf({ ...problem, target }),
          known,
          nominal,
        );
        expect(found.verdict).not.toBe('a');
        expect(found.confidenceABetter).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
      runs,
    );
  });

  it('one item of several: a difference, no interval, and why; every item: exact', () => {
    const problem: Problem = {
      sources: [[1, 0, 1]],
      target: [1, 0, 1],
      groups: [],
      items: [2],
      inclusion: [1 / 3],
    };
    expect(compareWithKnown(prepareProblem(problem), observedOf(problem), 0.5, nominal)).toMatchObject({
      interval: null,
      standardError: null,
      confidenceABetter: null,
      verdict: 'undecided',
      reason: expect.stringMatching(/two items/),
    });
    const all = { ...problem, items: [0, 1, 2], inclusion: [1, 1, 1] };
    const against = (known: number) => compareWithKnown(prepareProblem(all), observedOf(all), known, nominal);
    expect(against(0.5)).toMatchObject({ verdict: 'a', confidenceABetter: 1, standardError: 0 });
    expect(against(0.9)).toMatchObject({ verdict: 'b', confidenceABetter: 0, standardError: 0 });
    expect(against(2 / 3)).toMatchObject({ verdict: 'undecided', confidenceABetter: 0.5, difference: 0 });
  });

  it.each([
    [0.1, 0.2, 0.3],
    [0.1, 0.7, 0.3],
    [0.6, 0.9, 0.8],
  ])(
    'every item run, and the known score the same but for rounding: undecided; scores %f, %f, %f',
    (...scores) => {
      const problem: Problem = {
        sources: [[1, 0, 1]],
        target: scores,
        groups: [],
        items: [0, 1, 2],
        inclusion: [1, 1, 1],
      };
      const known = sumOf(scores.toReversed()) / 3;
      const found = compareWithKnown(prepareProblem(problem), observedOf(problem), known, nominal);
      expect(found).toMatchObject({ verdict: 'undecided', confidenceABetter: 0.5 });
    },
  );

  it.each(['logistic', 'skewed'] as const)(
    '%s: rarely says that a model is not as good as it is',
    (world) => {
      const { history, summary, frame } = populationOf(worlds[world]);
      const random = createRandom(29);
      const wrong: number[] = [];
      const confidences: number[] = [];
      for (let draw = 0; draw < 400; draw++) {
        const { items, inclusion } = drawn('balanced', frame, 30, random);
        const answers = worlds[world].newTarget(random);
        const prepared = prepareCoreSet({ history, summary, items, inclusion });
        const found = compareWithKnown(prepared, pick(answers, items), meanOf(answers), nominal);
        wrong.push(Number(found.verdict !== 'undecided'));
        confidences.push(found.confidenceABetter!);
      }
      expect(meanOf(wrong)).toBeLessThanOrEqual(1 - leastCoverage + 4 * standardErrorOf(wrong));
      expect(meanOf(confidences)).toBeCloseTo(0.5, 1);
    },
  );
});
