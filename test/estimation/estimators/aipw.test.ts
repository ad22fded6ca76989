import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aipw,
  aipwPaper,
  applyPrediction,
  defaultPenalty,
  fitAipw,
  paperPenalty,
} from '../../../src/estimation/estimators/aipw.ts';
import { methodNames } from '../../../src/estimation/estimators/names.ts';
import { randomSampling } from '../../../src/estimation/estimators/random-sampling.ts';
import { estimators } from '../../../src/estimation/estimators/registry.ts';
import { largestDifference, meanOf, sumOf } from '../measures.ts';
import { observedOf, prepareProblem, problemArbitrary } from '../problems.ts';
import { imputeNaively, naiveAipw } from '../second-implementation.ts';

const runs = { seed: 13, numRuns: 300 };

describe('fitAipw', () => {
  it('mean prediction over all items plus weighted residuals of the core set, not clipped', () => {
    fc.assert(
      fc.property(problemArbitrary(), fc.constantFrom(0.1, 10, 30), (problem, penalty) => {
        const { theta, predictions, looResiduals } = naiveAipw(problem, penalty);
        const fitted = fitAipw(prepareProblem(problem).sample, penalty).estimate(observedOf(problem));
        const residuals = problem.items.map((item) => problem.target[item] - predictions[item]);
        expect(Math.abs(fitted.value - theta)).toBeLessThan(1e-9);
        expect(largestDifference(fitted.residuals, residuals)).toBeLessThan(1e-9);
        expect(largestDifference(fitted.looResiduals, looResiduals)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('ybar + (xbar_all - xbar_C) . beta is the same thing', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const { sample, aipw: fit } = prepareProblem(problem);
        const scores = observedOf(problem);
        const { predictions } = naiveAipw(problem, defaultPenalty);
        const mean = sumOf(scores.map((score, i) => sample.weights[i] * score));
        const core = sumOf(problem.items.map((item, i) => sample.weights[i] * predictions[item]));
        expect(Math.abs(fit.estimate(scores).value - (mean + meanOf(predictions) - core))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('predictionOf gives the mean prediction over any items from the means of the sources there', () => {
    fc.assert(
      fc.property(problemArbitrary(), fc.nat(), (problem, key) => {
        const { sample, aipw: fit } = prepareProblem(problem);
        const { predictions } = naiveAipw(problem, defaultPenalty);
        const some = problem.target.map((_, item) => item).filter((item) => (item + key) % 3 === 0);
        fc.pre(some.length > 0);
        const imputed = imputeNaively(problem.sources, problem.target.length);
        const means = Float64Array.from(imputed, (row) => meanOf(some.map((item) => row[item])));
        const mean = applyPrediction(fit.predictionOf(means), observedOf(problem), sample.weights);
        expect(Math.abs(mean - meanOf(some.map((item) => predictions[item])))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('a large penalty leaves the plain weighted mean', () => {
    fc.assert(
      fc.property(problemArbitrary(), (problem) => {
        const { sample } = prepareProblem(problem);
        const scores = observedOf(problem);
        const plain = randomSampling.fit(sample).estimate(scores).value;
        expect(Math.abs(fitAipw(sample, 1e12).estimate(scores).value - plain)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  it('is linear in the answers, and adds up', () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(problemArbitrary(), scores, (problem, others) => {
        const { aipw: fit } = prepareProblem(problem);
        const a = observedOf(problem);
        const b = Float64Array.from(others.slice(0, a.length));
        const mixed = a.map((score, i) => 0.3 * score + 0.7 * b[i]);
        const [ofA, ofB, ofBoth] = [a, b, mixed].map((y) => fit.estimate(y).value);
        expect(Math.abs(ofBoth - (0.3 * ofA + 0.7 * ofB))).toBeLessThan(1e-9);
      }),
      runs,
    );
  });
});

describe('the registry', () => {
  it('keeps each method under its own name', () => {
    expect(methodNames.map((name) => estimators[name].name)).toEqual([...methodNames]);
  });

  it('aipw has penalty 30, aipw-paper has 10', () => {
    fc.assert(
      fc.property(problemArbitrary({ minItems: 3 }), (problem) => {
        const { sample } = prepareProblem(problem);
        const scores = observedOf(problem);
        expect(aipw.fit(sample).estimate(scores)).toEqual(fitAipw(sample, 30).estimate(scores));
        expect(aipwPaper.fit(sample).estimate(scores)).toEqual(fitAipw(sample, 10).estimate(scores));
      }),
      { seed: 1, numRuns: 20 },
    );
    expect([defaultPenalty, paperPenalty]).toEqual([30, 10]);
  });
});
