import { describe, expect, it } from 'vitest';
import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { type ProbabilityDesignName, probabilityDesignNames } from '../../src/estimation/designs/names.ts';
import { aipw } from '../../src/estimation/estimators/aipw.ts';
import { randomSampling } from '../../src/estimation/estimators/random-sampling.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom, indexRange, type Random } from '../../src/estimation/numeric/random.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { meanOf, standardErrorOf } from '../estimation/measures.ts';
import { drawn } from '../support/designs.ts';
import { expectCoverage, pick, populationOf, type WorldName, worldNames, worlds } from './worlds.ts';

interface Case {
  readonly world: WorldName;
  readonly design: ProbabilityDesignName;
  readonly n: number;
}

function casesOf(world: WorldName, names: readonly ProbabilityDesignName[] = probabilityDesignNames): Case[] {
  return names.flatMap((design) => [20, 50].map((n) => ({ world, design, n })));
}

const binaryCases = [...casesOf('logistic'), ...casesOf('skewed')];

describe('bias over draws of the core set', () => {
  const draws = 300;

  it.each(binaryCases)('$world, $design, n = $n: none that 300 draws could show', ({ world, design, n }) => {
    const { history, summary, frame } = populationOf(worlds[world]);
    const random = createRandom(7);
    const targets = Array.from({ length: 4 }, () => worlds[world].newTarget(random));
    const errors = {
      aipw: targets.map((): number[] => []),
      'random-sampling': targets.map((): number[] => []),
    };
    for (let draw = 0; draw < draws; draw++) {
      const { items, inclusion } = drawn(design, frame, n, createRandom(draw));
      const sample = createCoreSample(history, summary, items, inclusion);
      for (const method of [aipw, randomSampling]) {
        const fitted = method.fit(sample);
        targets.forEach((answers, t) => {
          const { value } = fitted.estimate(pick(answers, items));
          errors[method.name as keyof typeof errors][t].push(value - meanOf(answers));
        });
      }
    }
    for (const error of [...errors.aipw, ...errors['random-sampling']]) {
      expect(Math.abs(meanOf(error))).toBeLessThan(4 * standardErrorOf(error));
    }
  });
});

const draws = 160;
const targetsPerDraw = 3;

/** One share of covered truths per draw: the targets of one draw have its luck in common. */
interface Coverage {
  readonly whole: readonly number[];
  readonly groups: readonly number[];
}

/** @param keep whether the result of an item came in */
function replay({ world, design, n }: Case, random: Random, keep: () => boolean): Coverage {
  const { history, summary, frame } = populationOf(worlds[world]);
  const { names, ofItem } = history.groups;
  const whole: number[] = [];
  const inGroups: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const set = drawn(design, frame, n, random);
    const kept = indexRange(n).filter(keep);
    const items = kept.map((k) => set.items[k]);
    const share = items.length / n;
    const inclusion = Float64Array.from(kept, (k) => set.inclusion[k] * share);
    const prepared = prepareCoreSet({ history, summary, items, inclusion });
    const covered: number[] = [];
    const coveredGroups: number[] = [];
    for (let target = 0; target < targetsPerDraw; target++) {
      const answers = worlds[world].newTarget(random);
      const { estimates, groups } = evaluateTarget(prepared, pick(answers, items), { methods: ['aipw'] });
      covered.push(Number(isInside(meanOf(answers), estimates[0].interval!)));
      for (const { group, interval } of groups) {
        if (interval === null) continue;
        const index = names.indexOf(group);
        const truth = meanOf(answers.filter((_, item) => ofItem[item] === index));
        coveredGroups.push(Number(isInside(truth, interval)));
      }
    }
    whole.push(meanOf(covered));
    if (coveredGroups.length > 0) inGroups.push(meanOf(coveredGroups));
  }
  return { whole, groups: inGroups };
}

describe('coverage of the nominal 95 % interval: not below 93 % by four standard errors', () => {
  it.each([...binaryCases, ...casesOf('graded', ['balanced', 'informative'])])(
    '$world, $design, n = $n, with groups',
    (which) => {
      const { whole, groups } = replay(which, createRandom(11), () => true);
      expect(groups.length).toBeGreaterThan(draws / 2);
      expectCoverage(whole);
      expectCoverage(groups);
    },
  );

  it.each(binaryCases)('$world, $design, n = $n, a fifth of the results missing', (which) => {
    const random = createRandom(13);
    expectCoverage(replay(which, random, () => random.uniform() < 0.8).whole);
  });
});

describe('what the history is worth', () => {
  it.each(worldNames)('%s: AIPW on a balanced core set errs less than the mean of a random one', (name) => {
    const { history, summary, frame } = populationOf(worlds[name]);
    const random = createRandom(17);
    const gains: number[] = [];
    for (let draw = 0; draw < 500; draw++) {
      const targets = Array.from({ length: 5 }, () => worlds[name].newTarget(random));
      const [ours, plain] = (['balanced', 'random'] as const).map((design) => {
        const { items, inclusion } = drawn(design, frame, 50, random);
        const fitted = { balanced: aipw, random: randomSampling }[design].fit(
          createCoreSample(history, summary, items, inclusion),
        );
        return meanOf(
          targets.map((answers) => (fitted.estimate(pick(answers, items)).value - meanOf(answers)) ** 2),
        );
      });
      gains.push(plain - ours);
    }
    expect(meanOf(gains)).toBeGreaterThan(4 * standardErrorOf(gains));
  });
});
