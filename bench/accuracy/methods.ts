import { type SplitName, splitModels } from '../../src/estimation/backtest/splits.ts';
import {
  type DesignName,
  defaultDesign,
  type ProbabilityDesignName,
} from '../../src/estimation/designs/names.ts';
import type { PurposiveDesign } from '../../src/estimation/designs/purposive-design.ts';
import { createRandomSearch } from '../../src/estimation/designs/random-search.ts';
import { purposiveDesigns } from '../../src/estimation/designs/registry.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { evaluateTarget } from '../../src/estimation/evaluate.ts';
import { type Sources, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, type Random } from '../../src/estimation/numeric/random.ts';
import { type CoreSetInput, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import type { ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { drawnFrom } from '../../test/support/designs.ts';
import { fullScoresOf, historyOf, scoresOf } from '../../test/support/histories.ts';
import { randomSamplingError } from './protocol.ts';

/** Which methods are tried on one core set of which design. */
const plans: readonly { readonly design: DesignName; readonly methods: readonly MethodName[] }[] = [
  { design: defaultDesign, methods: ['aipw'] },
  { design: 'random', methods: ['aipw-paper', 'random-sampling', 'random-sampling-learn', 'pca'] },
  { design: 'random-search', methods: ['random-search-learn'] },
  { design: 'lasso', methods: ['lasso'] },
  { design: 'double-optimize', methods: ['double-optimize'] },
  { design: 'anchor-points', methods: ['anchor-points-weighted'] },
  { design: 'anchor-points-absolute', methods: ['anchor-points-predictor'] },
  { design: 'irt-clusters', methods: ['p-irt', 'gp-irt'] },
  { design: 'k-center', methods: ['k-center'] },
];

export const methodLabels = plans.flatMap(({ design, methods }) =>
  methods.map((method) => `${design} + ${method}`),
);

export interface MethodErrors {
  /** Mean absolute error relative to that of the plain mean of a random sample, and its standard error over repeats. */
  readonly ratio: number;
  readonly standardError: number;
  /** Mean signed error, unit scale. */
  readonly bias: number;
}

export interface ReplayOptions {
  readonly size: number;
  readonly repeats: number;
  readonly draws: number;
  /** Random sets that random-search tries; the paper has 10,000, its recorded run 200. */
  readonly searches: number;
  readonly seed: number;
}

export function replayMethods(
  matrix: ScoreMatrix,
  split: SplitName,
  options: ReplayOptions,
): ReadonlyMap<string, MethodErrors> {
  const truth = fullScoresOf(matrix);
  const errors = new Map(methodLabels.map((label) => [label, [] as { absolute: number; signed: number }[]]));
  let baseline = 0;
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    const random = createRandom(options.seed + repeat);
    const { sources: models, targets } = splitModels(split, truth, random);
    const history = historyOf(matrix, models);
    const sources = { history, summary: summariseHistory(history) };
    baseline += randomSamplingError(matrix, targets, truth, options, random) / options.repeats;
    for (const { design, methods } of plans) {
      const prepared = prepareCoreSet(chooseItems(sources, design, options, random));
      const sums = methods.map(() => ({ absolute: 0, signed: 0 }));
      for (const target of targets) {
        const scores = scoresOf(matrix, target, prepared.sample.items);
        evaluateTarget(prepared, scores, { methods }).estimates.forEach(({ estimate }, k) => {
          sums[k].absolute += Math.abs(estimate! - truth[target]) / targets.length;
          sums[k].signed += (estimate! - truth[target]) / targets.length;
        });
      }
      methods.forEach((method, k) => {
        errors.get(`${design} + ${method}`)!.push(sums[k]);
      });
    }
  }
  return new Map([...errors].map(([label, runs]) => [label, summarise(runs, baseline)]));
}

function chooseItems(
  sources: Sources,
  design: DesignName,
  { size, searches }: ReplayOptions,
  random: Random,
): CoreSetInput {
  const purposive = design === 'random-search' ? createRandomSearch(searches) : purposiveOf(design);
  if (purposive !== undefined) {
    const { items, learned } = purposive.select(sources, size, random, () => {});
    return { ...sources, items, inclusion: null, design, learned };
  }
  const { items, inclusion } = drawnFrom(sources, design as ProbabilityDesignName, size, random);
  return { ...sources, items, inclusion, design };
}

function purposiveOf(design: DesignName): PurposiveDesign | undefined {
  return design in purposiveDesigns ? purposiveDesigns[design as keyof typeof purposiveDesigns] : undefined;
}

function summarise(runs: readonly { absolute: number; signed: number }[], baseline: number): MethodErrors {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const absolutes = runs.map(({ absolute }) => absolute / baseline);
  const ratio = mean(absolutes);
  const variance = mean(absolutes.map((absolute) => (absolute - ratio) ** 2));
  return {
    ratio,
    standardError: Math.sqrt(variance / Math.max(1, runs.length - 1)),
    bias: mean(runs.map(({ signed }) => signed)),
  };
}
