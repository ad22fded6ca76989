import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/errors.ts';
import { drawCoreSet, extendCoreSet } from '../../src/estimation/designs/draw.ts';
import { frameOf } from '../../src/estimation/designs/frame.ts';
import {
  type DesignName,
  designNames,
  isProbabilityDesign,
  probabilityDesignNames,
} from '../../src/estimation/designs/names.ts';
import { probabilityDesigns, purposiveDesigns } from '../../src/estimation/designs/registry.ts';
import { methodNames } from '../../src/estimation/estimators/names.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type History, type Sources, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import { type PreparedCoreSet, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { meanOf, sumOf } from '../estimation/measures.ts';
import { historyOf } from '../support/histories.ts';

type Rows = readonly (readonly (number | null)[])[];

const nItems = 24;

function table(
  nModels: number,
  scoreOf: (model: number, item: number) => number | null,
  width = nItems,
): Rows {
  return Array.from({ length: nModels }, (_, m) =>
    Array.from({ length: width }, (_, item) => scoreOf(m, item)),
  );
}

/** Right on the easier items, more of them the better the model, and now and then by luck. */
const answer = (model: number, item: number) =>
  Number((5 * item + 3 * model) % 24 < 6 + model || (item + model) % 7 === 0);
const realAnswer = (model: number, item: number) => ((7 * item + 5 * model + item * model) % 101) / 100;

const histories: Readonly<Record<string, Rows>> = {
  'an ordinary one': table(12, answer),
  'few models': table(4, answer),
  'all scores 0': table(12, () => 0),
  'all scores 1': table(12, () => 1),
  'all scores 0.3': table(12, () => 0.3),
  'one source model': table(1, answer),
  'two source models': table(2, answer),
  'two items': table(12, (m, item) => Number((m + item) % 3 === 0), 2),
  'one item': table(12, (m) => m % 2, 1),
  'half of the items constant': table(12, (m, item) => (item % 2 === 0 ? item % 4 && 1 : answer(m, item))),
  'models constant on all but one item': table(12, (m, item) => Number(item === 5 && m % 2 === 0)),
  'identical models': table(12, (_, item) => answer(3, item)),
  'models of equal full scores': table(12, (m, item) => Number((item + m) % 2 === 0)),
  'an item without any score': table(12, (m, item) => (item === 7 ? null : answer(m, item))),
  'half of the cells missing': table(12, (m, item) => ((m + item) % 2 === 0 ? null : answer(m, item))),
  'real scores': table(12, realAnswer),
  'real scores, some missing': table(12, (m, item) => ((m * item) % 5 === 4 ? null : realAnswer(m, item))),
};

const targets: Readonly<Record<string, (item: number) => number>> = {
  wrong: () => 0,
  right: () => 1,
  mixed: (item) => answer(6, item + 1),
  real: (item) => ((11 * item + 3) % 100) / 100,
};

function sourcesOf(rows: Rows): Sources {
  const history = historyOf(matrixFromArrays(rows));
  return { history, summary: summariseHistory(history) };
}

function prepare(sources: Sources, design: DesignName, size: number): PreparedCoreSet {
  const random = createRandom(61);
  if (isProbabilityDesign(design)) {
    const { items, inclusion } = drawCoreSet(
      probabilityDesigns[design],
      frameOf(sources, design),
      size,
      random,
    );
    return prepareCoreSet({ ...sources, items, inclusion, design });
  }
  const { items, learned } = purposiveDesigns[design].select(sources, size, random, () => {});
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThanOrEqual(size);
  expect(items.every((item, k) => item >= 0 && !(item <= items[k - 1]))).toBe(true);
  for (const numbers of Object.values(learned ?? {})) expect(numbers.every(Number.isFinite)).toBe(true);
  return prepareCoreSet({ ...sources, items, inclusion: null, design, learned });
}

/** What every answer keeps to, whatever the history. */
function check(prepared: PreparedCoreSet, answers: (item: number) => number): void {
  const { items, populationSize } = prepared.sample;
  const scores = Float64Array.from(items, answers);
  const { estimates, warnings, groups, plan } = evaluateTarget(prepared, scores, { methods: methodNames });
  const isWhole = items.length === populationSize;
  const lowest = sumOf(scores) / populationSize - 1e-12;
  const highest = lowest + (populationSize - items.length) / populationSize + 2e-12;
  expect(estimates.map(({ method }) => method)).toEqual(methodNames);
  for (const { method, estimate, interval, standardError, effectiveSampleSize, reason } of estimates) {
    const said = `${method}: ${estimate}`;
    if (estimate === null) {
      expect(reason, said).toBeTruthy();
      expect([interval, standardError, effectiveSampleSize], said).toEqual([null, null, null]);
      continue;
    }
    expect(Number.isFinite(estimate) && estimate >= lowest && estimate <= highest, said).toBe(true);
    if (interval === null) {
      expect(reason, said).toBeTruthy();
      continue;
    }
    expect(reason, said).toBeNull();
    expect(interval.lower >= lowest && interval.upper <= highest, said).toBe(true);
    expect(interval.lower <= estimate && estimate <= interval.upper, said).toBe(true);
    expect(interval.upper > interval.lower, said).toBe(!isWhole);
    expect(Number.isFinite(standardError) && standardError! > 0 === !isWhole, said).toBe(true);
    expect(Number.isFinite(effectiveSampleSize) && effectiveSampleSize! > 0, said).toBe(true);
  }
  // AIPW and the plain mean answer on every core set, with an interval from two items on.
  for (const method of ['aipw', 'random-sampling']) {
    const found = estimates.find((one) => one.method === method)!;
    expect(found.estimate).not.toBeNull();
    expect(found.interval === null).toBe(items.length < 2 && !isWhole);
  }
  expect(groups).toEqual([]);
  expect(plan === null).toBe(items.length < 2 && !isWhole);
  const figures = warnings.flatMap((warning) => Object.values(warning.figures));
  expect(figures.every((figure) => typeof figure !== 'number' || Number.isFinite(figure))).toBe(true);
}

describe.each(Object.keys(histories))('history: %s', (name) => {
  const sources = sourcesOf(histories[name]);
  const population = sources.history.population.length;
  const sizes = [...new Set([1, 2, 8, population])].filter((size) => size <= population);

  it.each(designNames)('%s: finite answers within bounds by every method, or none for a reason', (design) => {
    for (const size of sizes) {
      let prepared: PreparedCoreSet;
      try {
        prepared = prepare(sources, design, size);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        expect(isProbabilityDesign(design)).toBe(false);
        expect(error.code).toBe('insufficient-data');
        continue;
      }
      for (const answers of Object.values(targets)) check(prepared, answers);
    }
  });
});

describe('what must not be refused', () => {
  it.each(designNames)('%s on an ordinary history, from two items to all', (design) => {
    const sources = sourcesOf(histories['an ordinary one']);
    for (const size of [2, 8, nItems]) expect(() => prepare(sources, design, size)).not.toThrow();
  });

  it.each(designNames)('%s on real scores with gaps', (design) => {
    expect(() => prepare(sourcesOf(histories['real scores, some missing']), design, 8)).not.toThrow();
  });
});

describe('a hundred thousand items', () => {
  const large = 100_000;
  const sources = [3, 12].map((nModels) => {
    const random = createRandom(67);
    const ease = Float64Array.from({ length: large }, () => random.uniform());
    const cells = Uint8Array.from({ length: nModels * large }, (_, cell) =>
      Number(random.uniform() < 0.2 + 0.6 * ease[cell % large]),
    );
    const history: History = {
      ...historyOf({ nModels, nItems: large, cells }),
      groups: { names: ['a', 'b', null], ofItem: Int32Array.from({ length: large }, (_, item) => item % 3) },
    };
    const answers = Uint8Array.from(ease, (value) => Number(random.uniform() < 0.3 + 0.6 * value));
    return { history, summary: summariseHistory(history), answers };
  });

  it.each(
    probabilityDesignNames.flatMap((design) =>
      sources.map((one) => [design, one.history.models.length, one] as const),
    ),
  )('%s, %i models: drawn, extended and estimated', (design, _, { answers, ...pool }) => {
    const frame = frameOf(pool, design);
    const random = createRandom(71);
    const first = drawCoreSet(probabilityDesigns[design], frame, 200, random);
    const second = extendCoreSet(probabilityDesigns[design], frame, first, 100, random);
    const truth = meanOf(answers);
    for (const { items, inclusion, populationInclusion } of [first, second]) {
      expect(new Set(items).size).toBe(items.length);
      expect(sumOf(populationInclusion)).toBeCloseTo(items.length, 6);
      const prepared = prepareCoreSet({ ...pool, items, inclusion, design });
      const scores = Float64Array.from(items, (item) => answers[item]);
      const { estimates, groups } = evaluateTarget(prepared, scores, {
        methods: ['aipw', 'random-sampling'],
      });
      for (const { estimate, interval } of estimates) {
        // Far outside of chance: five times the half-width of a plain sample.
        expect(Math.abs(estimate! - truth)).toBeLessThan(0.15);
        expect(interval!.lower < estimate! && estimate! < interval!.upper).toBe(true);
      }
      expect(groups).toHaveLength(3);
    }
    expect(second.items).toHaveLength(300);
  });
});
