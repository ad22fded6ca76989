import { type SplitName, splitModels } from '../../src/estimation/backtest/splits.ts';
import { defaultDesign } from '../../src/estimation/designs/names.ts';
import { drawSecondPhase } from '../../src/estimation/designs/second-phase.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type Sources, summariseHistory } from '../../src/estimation/history.ts';
import { isInside } from '../../src/estimation/inference/wilson-interval.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { type PreparedCoreSet, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { drawnFrom } from '../../test/support/designs.ts';
import { fullScoresOf, historyOf, scoresOf } from '../../test/support/histories.ts';

/** One-phase and two-phase core sets of the same size for the same targets. */
export interface PhaseErrors {
  onePhase: number;
  twoPhase: number;
  /** Signed. */
  bias: number;
  covered: number;
  width: number;
  onePhaseWidth: number;
  count: number;
}

interface PhaseOptions {
  readonly first: number;
  readonly second: number;
  readonly repeats: number;
  readonly seed: number;
}

/** Every target has a second phase of its own, hence a fit of its own. */
const maxTargets = 40;

export function replayPhases(matrix: ScoreMatrix, split: SplitName, options: PhaseOptions): PhaseErrors {
  const truth = fullScoresOf(matrix);
  const sums: PhaseErrors = {
    onePhase: 0,
    twoPhase: 0,
    bias: 0,
    covered: 0,
    width: 0,
    onePhaseWidth: 0,
    count: 0,
  };
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    const random = createRandom(options.seed + repeat);
    const { sources: models, targets } = splitModels(split, truth, random);
    const history = historyOf(matrix, models);
    const sources = { history, summary: summariseHistory(history) };
    const whole = drawnFrom(sources, defaultDesign, options.first + options.second, random);
    const onePhase = prepareCoreSet({ ...sources, items: whole.items, inclusion: whole.inclusion });
    const first = drawnFrom(sources, defaultDesign, options.first, random);
    for (const target of targets.slice(0, maxTargets)) {
      const scoresOn = (items: Int32Array) => scoresOf(matrix, target, items);
      const one = estimate(onePhase, scoresOn(whole.items));
      const { items, inclusion } = secondPhase(sources, first, scoresOn, options.second, random);
      const two = estimate(prepareCoreSet({ ...sources, items, inclusion }), scoresOn(items));
      sums.onePhase += Math.abs(one.estimate - truth[target]);
      sums.twoPhase += Math.abs(two.estimate - truth[target]);
      sums.bias += two.estimate - truth[target];
      sums.covered += Number(isInside(truth[target], two.interval));
      sums.width += two.interval.upper - two.interval.lower;
      sums.onePhaseWidth += one.interval.upper - one.interval.lower;
      sums.count++;
    }
  }
  return sums;
}

function secondPhase(
  sources: Sources,
  first: { items: Int32Array; populationInclusion: Float64Array },
  scoresOn: (items: Int32Array) => Float64Array,
  add: number,
  random: Random,
) {
  return drawSecondPhase(sources, { ...first, scores: scoresOn(first.items) }, add, random);
}

function estimate(prepared: PreparedCoreSet, scores: Float64Array) {
  const [{ estimate: value, interval }] = evaluateTarget(prepared, scores, { methods: ['aipw'] }).estimates;
  return { estimate: value!, interval: interval! };
}
