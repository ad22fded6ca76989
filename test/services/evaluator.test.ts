import { describe, expect, it } from 'vitest';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { summariseHistory } from '../../src/estimation/history.ts';
import { type CoreSetInput, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { defaultLimits } from '../../src/limits.ts';
import { matrixFromArrays } from '../../src/scores/score-matrix.ts';
import { createEvaluator, type Preparation } from '../../src/services/evaluator.ts';
import { createWorkerPool, type WorkerPool } from '../../src/workers/pool.ts';
import { historyOf } from '../support/histories.ts';

const matrix = matrixFromArrays(
  Array.from({ length: 12 }, (_, m) =>
    Array.from({ length: 20 }, (_, j) => Number((j * 7 + m * 3) % 11 < m)),
  ),
);
const history = historyOf(matrix);
const input: CoreSetInput = {
  history,
  summary: summariseHistory(history),
  items: Int32Array.from({ length: 10 }, (_, i) => 2 * i),
  inclusion: new Float64Array(10).fill(0.5),
};
const scores = Float64Array.from({ length: 10 }, (_, i) => i % 2);
/** As services ask for it. */
function preparationOf(key: string | null, own: CoreSetInput): Preparation {
  return {
    key,
    nItems: own.items.length,
    nModels: own.history.models.length,
    design: own.design ?? null,
    input: () => own,
    prepare: () => prepareCoreSet(own),
  };
}

const preparation = preparationOf('a', input);

/** A pool that notes what it was asked. */
function watchedPool() {
  const pool = createWorkerPool(defaultLimits());
  const asked: (readonly MethodName[] | undefined)[] = [];
  const watched: WorkerPool = {
    ...pool,
    evaluate(task) {
      asked.push(task.options.methods);
      return pool.evaluate(task);
    },
  };
  return { watched, asked, [Symbol.asyncDispose]: () => pool.close() };
}

describe('an evaluator', () => {
  it('evaluates with the common methods where it is', async () => {
    await using pool = watchedPool();
    const { estimates } = await createEvaluator(pool.watched)(preparation, scores, {});
    expect(estimates).toHaveLength(3);
    expect(pool.asked).toEqual([]);
  });

  // They read the whole history, O(M N) or more: seconds on a large one.
  it.each(['pca', 'anchor-points-weighted', 'anchor-points-predictor'] as const)(
    'leaves %s to another thread, with the answer it would give itself',
    async (method) => {
      await using pool = watchedPool();
      const own: CoreSetInput =
        method === 'pca' ? input : { ...input, inclusion: null, design: 'anchor-points' };
      const prepared = prepareCoreSet(own);
      const here = prepared.fit(method).estimate(scores).value;
      const evaluate = createEvaluator(pool.watched);
      for (const key of ['b', 'b', null]) {
        const answer = await evaluate(preparationOf(key, own), scores, {
          methods: [method],
        });
        expect(answer.estimates[0].estimate).toBeCloseTo(Math.min(1, Math.max(0, here)), 1);
      }
      expect(pool.asked).toEqual([[method], [method], [method]]);
    },
  );
});
