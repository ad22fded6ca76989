import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paperPenalty } from '../../src/estimation/estimators/aipw.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { type EvaluateOptions, type Evaluation, evaluateTarget } from '../../src/estimation/evaluate.ts';
import type { LevelInterval, MethodEstimate } from '../../src/estimation/method-estimate.ts';
import { largestDifference, meanOf, sumOf } from './measures.ts';
import { observedOf, type Problem, prepareProblem, problemArbitrary } from './problems.ts';
import { naiveAipw, naiveInterval, naiveWeights } from './second-implementation.ts';

const runs = { seed: 5, numRuns: 300 };
/** Those that answer on any core set and by formulas that a second implementation can hold. */
const methods: MethodName[] = ['aipw', 'random-sampling', 'random-sampling-learn', 'aipw-paper'];

/** These methods always have an estimate. */
interface Answer extends Evaluation {
  readonly estimates: readonly (MethodEstimate & { readonly estimate: number })[];
}

function evaluate(problem: Problem, options: EvaluateOptions = { methods }): Answer {
  return evaluateTarget(prepareProblem(problem), observedOf(problem), options) as Answer;
}

/** With two sources every penalty of random-sampling-learn errs alike: its own tests hold that case. */
function untiedMethods({ sources }: Problem): EvaluateOptions {
  return { methods: methods.filter((method) => sources.length !== 2 || method !== 'random-sampling-learn') };
}

/** Every figure of an answer but the warnings', in one order; NaN stands for null. */
function figuresOf({
  estimates,
  groups,
  similarity,
}: Pick<Answer, 'groups' | 'similarity'> & {
  readonly estimates: readonly Omit<Answer['estimates'][number], 'method' | 'reason'>[];
}): number[] {
  const bounds = (interval: LevelInterval | null) => [interval?.lower, interval?.upper];
  const byName = groups.toSorted((a, b) => String(a.group).localeCompare(String(b.group)));
  return [
    ...estimates.flatMap((one) => [
      one.estimate,
      one.standardError,
      one.effectiveSampleSize,
      ...bounds(one.interval),
    ]),
    ...byName.flatMap((one) => [
      one.estimate,
      one.observedItems,
      one.populationSize,
      ...bounds(one.interval),
    ]),
    similarity.mean,
    similarity.max,
    ...similarity.nearest.map((one) => one.similarity),
  ].map((figure) => figure ?? Number.NaN);
}

function problemOf(parts: Partial<Problem> & Pick<Problem, 'target'>): Problem {
  const nItems = parts.target.length;
  const items = parts.items ?? parts.target.map((_, item) => item).filter((item) => item % 2 === 0);
  return {
    sources: [],
    groups: [],
    items,
    inclusion: items.map(() => items.length / nItems),
    ...parts,
  };
}

const alternating = (length: number, period: number) =>
  Array.from({ length }, (_, item) => Number(item % period === 0));

/** Twelve items, three sources that differ, six items observed. */
const ordinary = problemOf({
  sources: [alternating(12, 2), alternating(12, 3), alternating(12, 4)],
  target: alternating(12, 5),
  items: [0, 1, 4, 5, 9, 11],
});

describe('against a second implementation', () => {
  it.each([
    ['aipw', 30],
    ['aipw-paper', paperPenalty],
  ] as const)('%s: estimate, interval, standard error, effective sample size', (method, alpha) => {
    fc.assert(
      fc.property(problemArbitrary(), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (problem, level) => {
        const [answer] = evaluate(problem, { methods: [method], level }).estimates;
        const { theta, looResiduals } = naiveAipw(problem, alpha);
        const observed = [...observedOf(problem)];
        const naive = naiveInterval(
          observed,
          problem.inclusion,
          problem.target.length,
          theta,
          looResiduals,
          level,
        );
        expect(Math.abs(answer.estimate - naive.estimate)).toBeLessThan(1e-9);
        if (observed.length === 1) {
          expect(answer).toMatchObject({ interval: null, standardError: null, effectiveSampleSize: null });
          expect(answer.reason).toMatch(/two/);
          return;
        }
        expect(answer.interval?.level).toBe(level);
        expect(answer.reason).toBeNull();
        expect(
          largestDifference(
            [
              answer.interval!.lower,
              answer.interval!.upper,
              answer.standardError!,
              answer.effectiveSampleSize!,
            ],
            [naive.lower, naive.upper, naive.standardError, naive.effectiveSampleSize],
          ),
        ).toBeLessThan(1e-9);
      }),
      { ...runs, numRuns: 500 },
    );
  });

  it('random-sampling: the weighted mean, its deviations in place of leave-one-out residuals', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), (problem) => {
        const [answer] = evaluate(problem, { methods: ['random-sampling'] }).estimates;
        const y = [...observedOf(problem)];
        const mean = sumOf(naiveWeights(problem.inclusion).map((weight, i) => weight * y[i]));
        const deviations = y.map((value) => value - mean);
        const naive = naiveInterval(y, problem.inclusion, problem.target.length, mean, deviations, 0.95);
        expect(
          largestDifference(
            [answer.estimate, answer.interval!.lower, answer.interval!.upper, answer.effectiveSampleSize!],
            [naive.estimate, naive.lower, naive.upper, naive.effectiveSampleSize],
          ),
        ).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('equal probabilities: ybar_C + 1 / (1 + n / (N - n)) (mean_rest yhat - mean_C yhat), as published', () => {
    const shape = { equalProbabilities: true, minItems: 2 };
    fc.assert(
      fc.property(problemArbitrary(shape), (problem) => {
        const { items, target } = problem;
        fc.pre(items.length < target.length);
        const { predictions } = naiveAipw(problem, 30);
        const core = items.map((item) => predictions[item]);
        const rest = predictions.filter((_, item) => !items.includes(item));
        const factor = 1 / (1 + items.length / rest.length);
        const published = meanOf(observedOf(problem)) + factor * (meanOf(rest) - meanOf(core));
        const prepared = prepareProblem(problem);
        expect(Math.abs(prepared.aipw.estimate(observedOf(problem)).value - published)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });
});

describe('invariance', () => {
  it('to the order of items, of the core set and of models', () => {
    const shuffles = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(problemArbitrary(), shuffles, (problem, keys) => {
        const order = <T>(values: readonly T[], from: number) =>
          [...values.keys()].sort((a, b) => keys[from + a] - keys[from + b] || a - b);
        const columns = order(problem.target, 0);
        const rows = order(problem.sources, 16);
        const places = order(problem.items, 24);
        const permuted: Problem = {
          sources: rows.map((row) => columns.map((column) => problem.sources[row][column])),
          target: columns.map((column) => problem.target[column]),
          groups: problem.groups.length === 0 ? [] : columns.map((column) => problem.groups[column]),
          items: places.map((place) => columns.indexOf(problem.items[place])),
          inclusion: places.map((place) => problem.inclusion[place]),
        };
        const [a, b] = [permuted, problem].map((one) => figuresOf(evaluate(one, untiedMethods(one))));
        expect(largestDifference(a, b)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('right and wrong exchanged for target and sources alike turns every score y into 1 - y', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const flipped = evaluate(
          {
            ...problem,
            sources: problem.sources.map((row) => row.map((cell) => (cell === null ? null : 1 - cell))),
            target: problem.target.map((score) => 1 - score),
          },
          untiedMethods(problem),
        );
        const turn = <T extends { estimate: number; interval: LevelInterval | null }>(one: T) => ({
          ...one,
          estimate: 1 - one.estimate,
          interval: one.interval && {
            ...one.interval,
            lower: 1 - one.interval.upper,
            upper: 1 - one.interval.lower,
          },
        });
        const turned = {
          ...flipped,
          estimates: flipped.estimates.map(turn),
          groups: flipped.groups.map(turn),
        };
        const straight = evaluate(problem, untiedMethods(problem));
        expect(largestDifference(figuresOf(turned), figuresOf(straight))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('only the ratios of the probabilities count in the estimates', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const halved = { ...problem, inclusion: problem.inclusion.map((probability) => probability / 2) };
        const [a, b] = [problem, halved].map((one) =>
          evaluate(one).estimates.map(({ estimate }) => estimate),
        );
        expect(largestDifference(a, b)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('score units map estimates and bounds, stretch standard errors, and leave the rest alone', () => {
    const range = { low: -3, high: 7 };
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const unit = evaluate(problem);
        const mapped = evaluate(problem, { methods, range });
        const toRange = (value: number) => -3 + 10 * value;
        const stretch = <T extends { estimate: number; interval: LevelInterval | null }>(one: T) => ({
          ...one,
          estimate: toRange(one.estimate),
          interval: one.interval && {
            ...one.interval,
            lower: toRange(one.interval.lower),
            upper: toRange(one.interval.upper),
          },
        });
        const expected = {
          ...unit,
          estimates: unit.estimates.map((one) => ({
            ...stretch(one),
            standardError: one.standardError === null ? null : 10 * one.standardError,
          })),
          groups: unit.groups.map(stretch),
        };
        expect(largestDifference(figuresOf(mapped), figuresOf(expected))).toBeLessThan(1e-9);
        expect(mapped.similarity).toEqual(unit.similarity);
      }),
      runs,
    );
  });
});

describe('bounds', () => {
  it('every figure is finite, the estimate lies in its interval, and that in what is possible', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const { estimates, groups, similarity, warnings } = evaluate(problem);
        const y = observedOf(problem);
        const N = problem.target.length;
        const lowest = sumOf(y) / N;
        const highest = lowest + (N - y.length) / N;
        for (const { estimate, interval, standardError, effectiveSampleSize } of estimates) {
          expect(estimate).toBeGreaterThanOrEqual(lowest - 1e-12);
          expect(estimate).toBeLessThanOrEqual(highest + 1e-12);
          if (interval === null) continue;
          expect(interval.lower).toBeGreaterThanOrEqual(lowest - 1e-12);
          expect(interval.lower).toBeLessThanOrEqual(estimate);
          expect(interval.upper).toBeGreaterThanOrEqual(estimate);
          expect(interval.upper).toBeLessThanOrEqual(highest + 1e-12);
          expect(standardError).toBeGreaterThanOrEqual(0);
          // Zero width is a claim of certainty: it takes every item.
          expect(interval.upper === interval.lower).toBe(y.length === N);
          expect(effectiveSampleSize).toBeGreaterThanOrEqual(y.length / 1.1 - 1e-9);
          expect(effectiveSampleSize).toBeLessThanOrEqual(y.length / 0.2 + 1e-9);
        }
        for (const { estimate, interval } of groups) {
          expect(estimate >= 0 && estimate <= 1 + 1e-12).toBe(true);
          if (interval === null) continue;
          expect(interval.lower <= estimate && estimate <= interval.upper).toBe(true);
          expect(interval.lower >= 0 && interval.upper <= 1 + 1e-12).toBe(true);
        }
        const said = [
          ...figuresOf({ estimates, groups, similarity }).filter((figure) => !Number.isNaN(figure)),
          ...warnings.flatMap(({ figures }) =>
            Object.values(figures).filter((figure) => typeof figure === 'number'),
          ),
        ];
        expect(said.every(Number.isFinite)).toBe(true);
        // NaN must not pass for "not known": only these may be null.
        expect(
          estimates.every((one) => !Number.isNaN(one.estimate) && !Number.isNaN(one.standardError)),
        ).toBe(true);
      }),
      { ...runs, numRuns: 600 },
    );
  });

  it('no interval is wider for a lower level', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 2 }), (problem) => {
        const widths = [0.5, 0.8, 0.95, 0.999].map((level) => {
          const [{ interval }] = evaluate(problem, { methods: ['aipw'], level }).estimates;
          return interval!.upper - interval!.lower;
        });
        expect(widths).toEqual(widths.toSorted((a, b) => a - b));
      }),
      runs,
    );
  });
});

describe('degenerate cases', () => {
  const half = 0.5;
  const cases: [string, Problem][] = [
    ['a target that is always wrong', { ...ordinary, target: new Array(12).fill(0) }],
    ['a target that is always right', { ...ordinary, target: new Array(12).fill(1) }],
    ['a target of constant half scores', { ...ordinary, target: new Array(12).fill(half) }],
    ['sources that are all right', { ...ordinary, sources: [new Array(12).fill(1), new Array(12).fill(1)] }],
    ['sources that are all wrong', { ...ordinary, sources: [new Array(12).fill(0)] }],
    ['the same source thrice', { ...ordinary, sources: new Array(3).fill(alternating(12, 2)) }],
    ['a source equal to the target', { ...ordinary, sources: [ordinary.target, alternating(12, 2)] }],
    ['no source', { ...ordinary, sources: [] }],
    ['one source', { ...ordinary, sources: [alternating(12, 2)] }],
    ['sources without any score', { ...ordinary, sources: [new Array(12).fill(null)] }],
    ['one observed item', { ...ordinary, items: [3], inclusion: [1 / 12] }],
    ['two observed items', { ...ordinary, items: [3, 5], inclusion: [1 / 6, 1 / 6] }],
    [
      'all but one observed',
      { ...ordinary, items: [...new Array(11).keys()], inclusion: new Array(11).fill(11 / 12) },
    ],
    [
      'every item observed',
      { ...ordinary, items: [...new Array(12).keys()], inclusion: new Array(12).fill(1) },
    ],
    ['a population of one', problemOf({ sources: [[1], [0]], target: [1], items: [0] })],
    ['certain items among the observed', { ...ordinary, inclusion: [1, 1, 0.4, 0.4, 0.4, 0.4] }],
  ];

  it.each(cases)('%s: figures, not NaN', (_, problem) => {
    const { estimates, recommended, recommendedReason } = evaluate(problem);
    for (const { estimate, standardError, interval, reason, effectiveSampleSize } of estimates) {
      expect(Number.isFinite(estimate)).toBe(true);
      expect(interval === null).toBe(reason !== null);
      expect(standardError === null || Number.isFinite(standardError)).toBe(true);
      expect(effectiveSampleSize === null || Number.isFinite(effectiveSampleSize)).toBe(true);
      if (interval !== null) expect(interval.lower <= estimate && estimate <= interval.upper).toBe(true);
    }
    expect(methods).toContain(recommended);
    expect(recommendedReason).not.toMatch(/NaN|undefined|null/);
  });

  it('all wrong and all right: the estimate is 0 or 1, and the interval still says how little that is', () => {
    for (const score of [0, 1]) {
      const { estimates } = evaluate(
        { ...ordinary, target: new Array(12).fill(score) },
        { methods: ['aipw'] },
      );
      const [{ estimate, interval }] = estimates;
      expect(estimate).toBeCloseTo(score, 12);
      expect(interval!.upper - interval!.lower).toBeGreaterThan(0.2);
    }
  });

  it.each([
    'no source',
    'sources that are all right',
    'sources that are all wrong',
    'sources without any score',
  ])('nothing to learn from, so AIPW is the plain mean: %s', (name) => {
    const problem = cases.find(([other]) => other === name)![1];
    const [aipw, plain] = evaluate(problem, { methods: ['aipw', 'random-sampling'] }).estimates;
    expect(aipw.estimate).toBeCloseTo(plain.estimate, 12);
  });

  it('every item observed: the exact score by every method, and nothing to warn of', () => {
    const problem = cases.find(([name]) => name === 'every item observed')![1];
    const { estimates, warnings, recommended } = evaluate(problem);
    const exact = meanOf(ordinary.target);
    for (const { estimate, interval, standardError, method } of estimates) {
      expect(estimate).toBeCloseTo(exact, 12);
      if (method === 'random-sampling-learn') continue;
      expect(interval).toMatchObject({ lower: estimate, upper: estimate });
      expect(standardError).toBe(0);
    }
    expect(warnings).toEqual([]);
    expect(recommended).toBe('random-sampling');
  });
});

describe('groups', () => {
  it('agree with a second implementation, with and without enough observed items', () => {
    fc.assert(
      fc.property(
        problemArbitrary().filter(({ groups }) => groups.length > 0),
        (problem) => {
          const { predictions, weights, looResiduals } = naiveAipw(problem, 30);
          const { groups } = evaluate(problem);
          expect(new Set(groups.map(({ group }) => group))).toEqual(new Set(problem.groups));
          for (const { group, observedItems, populationSize, estimate, interval, reason } of groups) {
            const members = problem.items.flatMap((item, i) => (problem.groups[item] === group ? [i] : []));
            const population = problem.target.flatMap((_, item) =>
              problem.groups[item] === group ? [item] : [],
            );
            const pick = (values: readonly number[]) => members.map((i) => values[i]);
            const y = pick([...observedOf(problem)]);
            const own = pick(weights);
            const residuals = members.map((i, k) => y[k] - predictions[problem.items[i]]);
            const theta =
              meanOf(population.map((item) => predictions[item])) +
              (members.length === 0 ? 0 : sumOf(residuals.map((r, k) => r * own[k])) / sumOf(own));
            const total = sumOf(y);
            const N = population.length;
            const highest = (total + N - y.length) / N;
            expect(observedItems).toBe(members.length);
            expect(populationSize).toBe(N);
            expect(Math.abs(estimate - Math.min(highest, Math.max(total / N, theta)))).toBeLessThan(1e-9);
            if (y.length < 5 && y.length < N) {
              expect(interval).toBeNull();
              expect(reason).toMatch(/observed/);
              continue;
            }
            const naive = naiveInterval(y, pick(problem.inclusion), N, theta, pick(looResiduals), 0.95);
            expect(reason).toBeNull();
            expect(
              largestDifference([interval!.lower, interval!.upper], [naive.lower, naive.upper]),
            ).toBeLessThan(1e-9);
          }
        },
      ),
      { ...runs, numRuns: 500 },
    );
  });

  it('there are none where no item has a group', () => {
    expect(evaluate(ordinary).groups).toEqual([]);
  });
});

describe('choices', () => {
  it('answers the methods asked for, in that order; by default three', () => {
    const names = (options: EvaluateOptions) =>
      evaluate(ordinary, options).estimates.map(({ method }) => method);
    expect(names({})).toEqual(['aipw', 'random-sampling', 'random-sampling-learn']);
    expect(names({ methods: ['random-sampling', 'aipw-paper'] })).toEqual(['random-sampling', 'aipw-paper']);
  });

  it('defaults to 95 %', () => {
    expect(evaluate(ordinary, {}).estimates).toEqual(evaluate(ordinary, { level: 0.95 }).estimates);
  });

  it('one prepared core set answers many targets, each as if alone', () => {
    const prepared = prepareProblem(ordinary);
    const targets = [new Array(12).fill(1), ordinary.target, alternating(12, 3)];
    const together = targets.map((target) =>
      evaluateTarget(prepared, observedOf({ ...ordinary, target }), { methods }),
    );
    expect(together).toEqual(targets.map((target) => evaluate({ ...ordinary, target })));
  });

  it('passes on what the caller knows of the core set', () => {
    const staleness = { drawnAtRevision: 3, changedAtRevision: 5 };
    const codes = evaluate(ordinary, { coreSetSize: 8, staleness }).warnings.map(({ code }) => code);
    expect(codes).toContain('incomplete-core-set');
    expect(codes).toContain('stale-core-set');
    expect(evaluate(ordinary).warnings.map(({ code }) => code)).not.toContain('incomplete-core-set');
  });
});

describe('recommendation', () => {
  const parity = (item: number) => Number((item * 7) % 10 < 5);
  const N = 60;
  const predictable = problemOf({
    sources: Array.from({ length: 12 }, (_, m) =>
      Array.from({ length: N }, (_, item) => (item % 12 === m ? 1 - parity(item) : parity(item))),
    ),
    target: Array.from({ length: N }, (_, item) => parity(item)),
    items: Array.from({ length: 30 }, (_, k) => 2 * k + (k % 2)),
  });
  const unpredictable = {
    ...predictable,
    target: Array.from({ length: N }, (_, item) => Number((item * item) % 11 < 6)),
  };
  /** Right where the history is, and now and then where it is not. */
  const ahead = {
    ...predictable,
    target: predictable.target.map((score, item) => (item % 7 === 3 ? 1 : score)),
  };
  const recommend = (problem: Problem, probabilities?: 'known' | 'assumed' | 'none') =>
    evaluateTarget(prepareProblem(problem, probabilities), observedOf(problem));

  const everything = { items: [...new Array(N).keys()], inclusion: new Array<number>(N).fill(1) };
  const constant = { ...predictable, target: new Array<number>(N).fill(1) };

  it.each([
    ['aipw', 'where the history predicts', recommend(predictable), /unbiased by design/],
    ['aipw', 'though the probabilities are assumed', recommend(predictable, 'assumed'), /explains [\d.]+ %/],
    [
      'aipw',
      'on a purposive core set, within the history',
      recommend(predictable, 'none'),
      /explains [\d.]+ %/,
    ],
    ['aipw', 'above the history, the design known', recommend(ahead), /unbiased by design/],
    ['random-sampling', 'above the history, on a purposive core set', recommend(ahead, 'none'), /on purpose/],
    ['random-sampling', 'without gain', recommend(unpredictable), /does not predict/],
    ['random-sampling', 'where answers do not vary', recommend(constant), /does not predict/],
    [
      'random-sampling',
      'where every item was run',
      recommend({ ...predictable, ...everything }),
      /every item/,
    ],
  ] as const)('%s %s', (method, _, { recommended, recommendedReason }, reason) => {
    expect(recommended).toBe(method);
    expect(recommendedReason).toMatch(reason);
  });

  it.each(['none', 'assumed'] as const)(
    'claims no freedom from bias by design where the design is not known: probabilities %s',
    (probabilities) => {
      expect(recommend(predictable, probabilities).recommendedReason).not.toMatch(/unbiased by design/);
    },
  );
});
