import { describe, expect, it } from 'vitest';
import { drawSecondPhase, type FirstPhase } from '../../src/estimation/designs/second-phase.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { meanOf, standardErrorOf } from '../estimation/measures.ts';
import { drawn } from '../support/designs.ts';
import {
  type Answers,
  expectCoverage,
  pick,
  populationOf,
  type WorldName,
  worldNames,
  worlds,
} from './worlds.ts';

const designs = ['informative', 'balanced', 'random'] as const;

function firstPhase(
  world: WorldName,
  design: (typeof designs)[number],
  answers: Answers,
  size: number,
  seed: number,
) {
  const { history, summary, frame } = populationOf(worlds[world]);
  const { items, populationInclusion } = drawn(design, frame, size, createRandom(seed));
  const first: FirstPhase = { items, populationInclusion, scores: pick(answers, items) };
  return { history, summary, first };
}

describe('a second phase', () => {
  const answers = worlds.logistic.newTarget(createRandom(5));

  it('adds the items asked for to those that were run, with probabilities in (0, 1] that never fall', () => {
    for (const add of [1, 7, 40, 260]) {
      const { history, summary, first } = firstPhase('logistic', 'informative', answers, 40, add);
      const draw = drawSecondPhase({ history, summary }, first, add, createRandom(1));
      expect(draw.items).toHaveLength(40 + add);
      expect(new Set(draw.items).size).toBe(40 + add);
      expect([...first.items].every((item) => draw.items.includes(item))).toBe(true);
      draw.populationInclusion.forEach((probability, item) => {
        expect(probability).toBeGreaterThanOrEqual(first.populationInclusion[item] - 1e-12);
        expect(probability).toBeLessThanOrEqual(1 + 1e-12);
      });
      expect(drawSecondPhase({ history, summary }, first, add, createRandom(1))).toEqual(draw);
    }
  });

  it('goes for the items whose answers are uncertain', () => {
    const { history, summary, first } = firstPhase('logistic', 'balanced', answers, 60, 3);
    const { populationInclusion } = drawSecondPhase({ history, summary }, first, 60, createRandom(1));
    const ranked = [...summary.itemMeans.keys()].sort((a, b) => summary.itemMeans[b] - summary.itemMeans[a]);
    const meanAt = (items: number[]) => meanOf(items.map((item) => populationInclusion[item]));
    const level = meanOf(first.scores);
    // A target this good is least sure about what about half of such models get right.
    expect(level).toBeGreaterThan(0.4);
    expect(meanAt(ranked.slice(120, 200))).toBeGreaterThan(1.1 * meanAt(ranked.slice(0, 40)));
  });

  it('takes what results there are', () => {
    const { history, summary, first } = firstPhase('logistic', 'balanced', answers, 30, 3);
    const partial = { ...first, scores: first.scores.map((score, k) => (k % 3 === 0 ? Number.NaN : score)) };
    const draw = drawSecondPhase({ history, summary }, partial, 10, createRandom(1));
    expect(draw.inclusion.every((probability) => probability > 0 && probability <= 1)).toBe(true);
  });
});

describe.each(worldNames)('both phases together as one sample: %s', (world) => {
  it.each(designs)('after a first phase by %s: no bias that 200 draws could show, and coverage', (design) => {
    const random = createRandom(23);
    const errors: number[] = [];
    const shares: number[] = [];
    for (let draw = 0; draw < 200; draw++) {
      const covered: number[] = [];
      for (let target = 0; target < 2; target++) {
        const answers = worlds[world].newTarget(random);
        const { history, summary, first } = firstPhase(world, design, answers, 25, random.below(2 ** 31));
        const { items, inclusion } = drawSecondPhase({ history, summary }, first, 25, random);
        const prepared = prepareCoreSet({ history, summary, items, inclusion });
        const [{ estimate, interval }] = evaluateTarget(prepared, pick(answers, items), {
          methods: ['aipw'],
        }).estimates;
        errors.push(estimate! - meanOf(answers));
        covered.push(Number(isInside(meanOf(answers), interval!)));
      }
      shares.push(meanOf(covered));
    }
    expect(Math.abs(meanOf(errors))).toBeLessThan(4 * standardErrorOf(errors));
    expectCoverage(shares);
  });
});
