import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type History, noGroups, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';
import {
  type CoreSetInput,
  type PreparedCoreSet,
  prepareCoreSet,
} from '../../src/estimation/prepared-core-set.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { drawnFrom } from '../../test/support/designs.ts';

/** A simulated history, a core set drawn from it and what new models answered on that core set. */
export interface CoreSetCase {
  readonly history: History;
  readonly input: CoreSetInput;
  /** Several, so that no figure rests on one vector of answers. */
  readonly targets: readonly Float64Array[];
}

export interface CaseShape {
  readonly sources: number;
  readonly items: number;
  readonly size: number;
}

const targetCount = 16;
/** Items beyond these repeat them: what is measured does not look at what they are. */
const distinctItems = 16_384;

export function simulateCase({ sources, items, size }: CaseShape): CoreSetCase {
  const distinct = Math.min(items, distinctItems);
  const benchmark = simulateBenchmark({
    models: sources,
    items: distinct,
    groups: 5,
    seed: 20_260_000 + items,
  });
  const history: History = {
    matrix: { nModels: sources, nItems: items, cells: widen(benchmark.scores, sources, distinct, items) },
    models: indexRange(sources),
    population: indexRange(items),
    groups: noGroups,
  };
  const summary = summariseHistory(history);
  // Equal probabilities: the references know no others.
  const draw = drawnFrom({ history, summary }, 'balanced', size, createRandom(7));
  const targets = Array.from({ length: targetCount }, (_, k) => {
    const answers = benchmark.newModel(-2 + (4 * k) / targetCount, k);
    return Float64Array.from(draw.items, (item) => answers[item % distinct]);
  });
  return { history, input: { history, summary, items: draw.items, inclusion: draw.inclusion }, targets };
}

/** Repeats the items of each model's row. */
function widen(scores: Uint8Array, nModels: number, from: number, to: number): ScoreMatrix['cells'] {
  if (from === to) return scores;
  const cells = new Uint8Array(nModels * to);
  for (let m = 0; m < nModels; m++) {
    const row = scores.subarray(m * from, (m + 1) * from);
    for (let at = 0; at < to; at += from) cells.set(row.subarray(0, Math.min(from, to - at)), m * to + at);
  }
  return cells;
}

/** Estimates one target after the other on a prepared core set. */
export function estimateInTurn({ input, targets }: CoreSetCase): (call: number) => number {
  const prepared = prepareCoreSet(input);
  return (call) => answerOne(prepared, targets[call % targets.length]);
}

/** The whole answer; a figure that depends on every part of it. */
export function answerOne(prepared: PreparedCoreSet, scores: Float64Array): number {
  const { estimates, similarity, warnings } = evaluateTarget(prepared, scores);
  return estimates.reduce(
    (sum, { estimate, interval }) => sum + estimate! + (interval?.lower ?? 0),
    (similarity.mean ?? 0) + warnings.length,
  );
}

export function shapeText({ sources, items, size }: CaseShape): string {
  return `${sources} x ${items.toLocaleString('en')}, n = ${size}`;
}
