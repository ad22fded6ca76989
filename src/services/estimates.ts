import { DomainError, type Issue } from '../errors.ts';
import { type CoreSetInput, prepareCoreSet } from '../estimation/prepared-core-set.ts';
import { toUnit } from '../scores/score-range.ts';
import type { Stores } from '../storage/open-stores.ts';
import { type Answer, type AnswerObserver, type AnswerOptions, definedOptions, toAnswer } from './answers.ts';
import type { Evaluator } from './evaluator.ts';
import type { Histories } from './histories.ts';
import { alignPredictions, alignResults, type Result } from './results.ts';
import { selectSources } from './source-history.ts';

export interface EstimateRequest {
  readonly results: readonly (Result & { readonly inclusionProbability?: number | undefined })[];
  /** Name of the target, so that it is not its own source. */
  readonly model?: string | undefined;
  readonly excludeModels?: readonly string[] | undefined;
  /** The user's own predictions, for every item. */
  readonly predictions?: readonly Result[] | undefined;
}

export interface StatelessEstimate {
  readonly benchmark: string;
  readonly revision: number;
  readonly observedItems: number;
  readonly population: number;
  readonly answer: Answer;
}

export interface Estimates {
  /** Estimates from results alone, on items of the caller's own choosing; nothing is stored. */
  estimate(benchmark: string, request: EstimateRequest, options: AnswerOptions): Promise<StatelessEstimate>;
}

export function createEstimates(
  { benchmarks }: Stores,
  histories: Histories,
  evaluate: Evaluator,
  onAnswer: AnswerObserver,
): Estimates {
  return {
    async estimate(name, request, options) {
      const benchmark = await benchmarks.get(name);
      const loaded = await histories.load(benchmark);
      const { results, model, excludeModels, predictions } = request;
      const population = loaded.scoredPositions;
      const indices = new Map(
        Array.from(population, (position, index) => [loaded.items[position].item, index]),
      );
      const items = alignResults(results, (item) => indices.get(item), loaded.scoreRange, 'the benchmark');
      const inclusion = inclusionOf(results);
      const excluded = new Set([...(excludeModels ?? []), ...(model === undefined ? [] : [model])]);
      const { history, summary, modelNames } = selectSources(
        loaded,
        ({ name: source }) => !excluded.has(source),
        population,
      );
      const unit = (score: number) => toUnit(score, loaded.scoreRange);
      const predicted =
        predictions === undefined
          ? null
          : alignPredictions(predictions, indices, loaded.scoreRange, 'the benchmark').map(unit);
      const input: CoreSetInput = {
        history,
        summary,
        items,
        inclusion,
        probabilities: inclusion === null ? 'assumed' : 'known',
        predictions: predicted,
      };
      const evaluation = await evaluate(
        {
          key: null,
          nItems: items.length,
          nModels: modelNames.length,
          design: null,
          input: () => input,
          prepare: () => prepareCoreSet(input),
        },
        Float64Array.from(results, ({ score }) => unit(score)),
        { ...definedOptions(options), range: loaded.scoreRange, thresholds: benchmark.similarityThresholds },
      );
      const answer = toAnswer(evaluation, modelNames);
      onAnswer(answer);
      return {
        benchmark: name,
        revision: loaded.revision,
        observedItems: items.length,
        population: population.length,
        answer,
      };
    },
  };
}

/** All or none: a weight for some items only has no meaning. */
function inclusionOf(results: EstimateRequest['results']): Float64Array | null {
  const given = results.filter(({ inclusionProbability }) => inclusionProbability !== undefined);
  if (given.length === 0) return null;
  if (given.length === results.length) {
    return Float64Array.from(results, ({ inclusionProbability }) => inclusionProbability!);
  }
  const issues: Issue[] = results.flatMap(({ inclusionProbability }, k) =>
    inclusionProbability === undefined
      ? [{ path: `results.${k}.inclusion_probability`, message: 'is missing, while other results have one' }]
      : [],
  );
  throw new DomainError(
    'invalid-request',
    'give an inclusion probability for every result or for none',
    issues,
  );
}
