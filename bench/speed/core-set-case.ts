import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type History, noGroups, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';
import {
  type CoreSetInput,
  type PreparedCoreSet,
  prepareCoreSet,
} from '../../src/estimation/prepared-core-set.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { drawnFrom } from '../../test/support/designs.ts';

/** A simulated history, a core set drawn from it and what new models answered on that core set. */
export interface CoreSetCase {
  readonly history: History;
  readonly input: CoreSetInput;
  /** Several, so that no figure rests on one vector of answers. */
  readonly targets: readonly Float64Array[];
}

const targetCount = 16;

export function simulateCase(sources: number, items: number, size: number): CoreSetCase {
  const benchmark = simulateBenchmark({ models: sources, items, groups: 5, seed: 20_260_000 + items });
  const history: History = {
    matrix: { nModels: sources, nItems: items, cells: benchmark.scores },
    models: indexRange(sources),
    population: indexRange(items),
    groups: noGroups,
  };
  const summary = summariseHistory(history);
  // Equal probabilities: the references know no others.
  const draw = drawnFrom({ history, summary }, 'balanced', size, createRandom(7));
  const targets = Array.from({ length: targetCount }, (_, k) => {
    const answers = benchmark.newModel(-2 + (4 * k) / targetCount, k);
    return Float64Array.from(draw.items, (item) => answers[item]);
  });
  return { history, input: { history, summary, items: draw.items, inclusion: draw.inclusion }, targets };
}

/** Estimates one target after the other on a prepared core set. */
export function estimateInTurn({ input, targets }: CoreSetCase): (call: number) => number {
  const prepared = prepareCoreSet(input);
  return (call) => estimateOne(prepared, targets[call % targets.length]);
}

/** A figure that depends on every part of the answer. */
export function estimateOne(prepared: PreparedCoreSet, scores: Float64Array): number {
  const { estimates, similarity, warnings } = evaluateTarget(prepared, scores);
  return estimates.reduce(
    (sum, { estimate, interval }) => sum + estimate! + (interval?.lower ?? 0),
    (similarity.mean ?? 0) + warnings.length,
  );
}
