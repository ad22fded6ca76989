import { describe, expect, it } from 'vitest';
import { splitModels } from '../../../src/estimation/backtest/splits.ts';
import { createRandom, indexRange } from '../../../src/estimation/numeric/random.ts';
import { fullScoresOf } from '../../support/histories.ts';
import { hasShared, listShared, readMatrix, readShared } from '../../support/shared.ts';
import { binomialError } from '../measures.ts';

describe('interpolation', () => {
  it.each([
    [4, 1],
    [83, 20],
    [3, 0],
  ])('of %i models %i are targets, the others sources', (count, targets) => {
    const split = splitModels('interpolation', new Float64Array(count), createRandom(1));
    expect(split.targets).toHaveLength(targets);
    expect([...split.targets, ...split.sources].sort((a, b) => a - b)).toEqual([...indexRange(count)]);
  });

  it('every model is a target as often, whatever its score', () => {
    const means = Float64Array.from({ length: 8 }, (_, m) => m / 8);
    const counts = new Array<number>(8).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const target of splitModels('interpolation', means, createRandom(seed)).targets) counts[target]++;
    }
    for (const count of counts) {
      expect(Math.abs(count / 4000 - 0.25)).toBeLessThan(4 * binomialError(0.25, 4000));
    }
  });
});

describe('extrapolation', () => {
  it('takes the worse half as sources and the best 30 % as targets', () => {
    const means = Float64Array.of(0.9, 0.1, 0.5, 0.3, 0.8, 0.2, 0.7, 0.4, 0.6, 1);
    const { sources, targets } = splitModels('extrapolation', means, createRandom(1));
    expect([...sources]).toEqual([1, 2, 3, 5, 7]);
    expect([...targets]).toEqual([0, 4, 9]);
  });

  const files = listShared('golden', '.json').filter((name) => /extrapolation-n50\.json$/.test(name));

  it.skipIf(!hasShared)("scores are split where the paper's code splits them", () => {
    expect(files).toHaveLength(7);
    for (const file of files) {
      const golden = JSON.parse(readShared('golden', file).toString('utf8'));
      const { matrix } = readMatrix(golden.dataset);
      const means = fullScoresOf(matrix);
      const { sources, targets } = splitModels('extrapolation', means, createRandom(1));
      // Models of equal score are interchangeable: compare the scores.
      const scoresOf = (models: Iterable<number>) =>
        Float64Array.from(models, (model) => means[model]).sort();
      expect(scoresOf(sources)).toEqual(scoresOf(golden.sourceModels));
      expect(scoresOf(targets)).toEqual(scoresOf(golden.targetModels));
    }
  });
});
