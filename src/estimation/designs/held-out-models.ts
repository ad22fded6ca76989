import { DomainError } from '../../errors.ts';
import { gatherScores, type Sources } from '../history.ts';
import { indexRange, type Random, shuffleInPlace } from '../numeric/random.ts';

/** Some of the source models. */
export interface Models {
  /** Indices into the history's models, ascending. */
  readonly models: Int32Array;
  /** N x number of models, row-major (a row per item), imputed. */
  readonly scores: Float64Array;
  /** One per model. */
  readonly fullScores: Float64Array;
}

/** Full scores closer together than this differ by rounding only. */
const roundingError = 1e-12;

/**
 * Divides the source models at random into some to learn from, the whole part of `share` of them, and some to judge by.
 * @throws DomainError insufficient-data: fewer than two source models, or all with the same full score.   O(M N)
 */
export function holdOutModels(
  { history, summary }: Sources,
  share: number,
  random: Random,
): { training: Models; heldOut: Models } {
  const nModels = history.models.length;
  checkVariety(summary.fullScores);
  const everyItem = indexRange(history.population.length);
  const order = shuffleInPlace(indexRange(nModels), random);
  const nTraining = Math.floor(share * nModels);
  const pick = (values: Float64Array, models: Int32Array) => Float64Array.from(models, (m) => values[m]);
  const part = (models: Int32Array): Models => ({
    models,
    scores: gatherScores(
      { ...history, models: models.map((m) => history.models[m]) },
      { ...summary, modelMeans: pick(summary.modelMeans, models) },
      everyItem,
    ),
    fullScores: pick(summary.fullScores, models),
  });
  return { training: part(order.slice(0, nTraining).sort()), heldOut: part(order.slice(nTraining).sort()) };
}

function checkVariety(fullScores: Float64Array): void {
  if (fullScores.length < 2) {
    throw new DomainError('insufficient-data', 'fewer than two source models: none to judge a core set by');
  }
  const least = fullScores.reduce((a, b) => Math.min(a, b));
  const most = fullScores.reduce((a, b) => Math.max(a, b));
  if (most - least > roundingError) return;
  throw new DomainError('insufficient-data', 'the full scores of the source models are all equal');
}
