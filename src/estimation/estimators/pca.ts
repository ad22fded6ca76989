import { DomainError } from '../../errors.ts';
import type { CoreSample } from '../core-sample.ts';
import { type HistorySummary, imputedScore, type Sources } from '../history.ts';
import { dot } from '../numeric/dot.ts';
import { createTargetImputer, imputeBatch, type SourceView } from '../numeric/iterative-pca.ts';
import { definedMean } from '../numeric/mean.ts';
import { gramOfBits } from '../numeric/packed-bits.ts';
import { indexRange } from '../numeric/random.ts';
import { symmetricEigen } from '../numeric/symmetric-eigen.ts';
import { packModels } from '../packed-scores.ts';
import type { Estimator, FittedEstimator } from './estimator.ts';

/** Numbers of components to choose from. */
const candidates = [2, 5, 10, 20] as const;
/** Every fourth source, by full score, is held out for the choice. */
const heldOutEvery = 4;
/** A choice need not cost more than that: of more held-out models these many, evenly spread, are judged. */
const maxJudged = 40;
/** With fewer sources the choice is left to the first candidate. */
const minSourcesToChoose = 8;
/** Directions with less than this share of the total scatter are rounding. */
const negligibleScatter = 1e-11;
/** All scatter below this is rounding of the means of identical models. */
const roundingScatter = 1e-20;
/** Mean errors closer than this share count as equal: the fewest components then win. */
const equalErrors = 1e-9;
/** Items gathered at a time, so that a block of all the models' scores stays in the cache. */
const blockItems = 512;

/** Some sources about their common mean, X = U S V': what the core set's rows of V are computed from. */
interface SourceSpace {
  /** Indices of the models among the sources. */
  readonly models: Int32Array;
  /** R: squared singular values, descending. */
  readonly squares: Float64Array;
  /** R x models, row-major: rows U_k' / S_k, so that V' = loadings X. */
  readonly loadings: Float64Array;
}

/** All that does not depend on the core set. */
interface PreparedSources {
  readonly all: SourceSpace;
  readonly heldOut: Int32Array;
  /** Without the held-out models; null where there are too few sources to choose by. */
  readonly training: SourceSpace | null;
}

const preparedSources = new WeakMap<HistorySummary, PreparedSources>();

/** O(M^2 (N + M)), once per history. */
function prepareSources(sources: Sources): PreparedSources {
  const known = preparedSources.get(sources.summary);
  if (known !== undefined) return known;
  const nModels = sources.history.models.length;
  checkCost(nModels, sources.history.population.length);
  const gram = gramOfModels(sources);
  const everyone = indexRange(nModels);
  const heldOut = chooseHeldOut(sources.summary.fullScores);
  const rest = everyone.filter((m) => !heldOut.includes(m));
  const prepared = {
    all: decompose(gram, nModels, everyone),
    heldOut,
    training: nModels < minSourcesToChoose ? null : decompose(gram, nModels, rest),
  };
  preparedSources.set(sources.summary, prepared);
  return prepared;
}

/** Multiplications for the inner products and eigenvectors of the sources: minutes beyond it. */
const maxCost = 2e10;

function checkCost(nModels: number, nItems: number): void {
  if (nModels ** 2 * (nItems + 10 * nModels) <= maxCost) return;
  throw new DomainError(
    'too-large',
    `pca on ${nModels} source models and ${nItems} items would take too long; exclude models`,
  );
}

/** Every fourth model, in the order of full scores; equal ones in the order of the history. */
function chooseHeldOut(fullScores: Float64Array): Int32Array {
  const order = indexRange(fullScores.length).sort((a, b) => fullScores[a] - fullScores[b] || a - b);
  return order.filter((_, place) => place % heldOutEvery === 2);
}

/** M x M: inner products of the sources' scores about the item means, imputed. */
function gramOfModels(sources: Sources): Float64Array {
  const packed = packModels(sources);
  if (packed === null) return gramOfReals(sources);
  const gram = gramOfBits(packed);
  centreBothWays(gram, packed.nSeries);
  return gram;
}

function gramOfReals({ history, summary }: Sources): Float64Array {
  const nModels = history.models.length;
  const nItems = history.population.length;
  const gram = new Float64Array(nModels * nModels);
  const block = new Float64Array(nModels * blockItems);
  for (let from = 0; from < nItems; from += blockItems) {
    const length = Math.min(blockItems, nItems - from);
    for (let m = 0; m < nModels; m++) {
      for (let j = 0; j < length; j++) {
        block[m * blockItems + j] = imputedScore(history, summary, m, from + j);
      }
    }
    centreRows(block, nModels, blockItems, length);
    for (let m = 0; m < nModels; m++) {
      for (let k = 0; k <= m; k++) {
        gram[m * nModels + k] += dot(block, m * blockItems, block, k * blockItems, length);
      }
    }
  }
  for (let m = 0; m < nModels; m++) {
    for (let k = 0; k < m; k++) gram[k * nModels + m] = gram[m * nModels + k];
  }
  return gram;
}

/** The inner products of vectors become those of the vectors about their mean: no row or column has a mean any more. */
function centreBothWays(gram: Float64Array, size: number): void {
  centreRows(gram, size, size, size);
  for (let a = 0; a < size; a++) {
    const mean = definedMean(gram.subarray(a * size, (a + 1) * size));
    for (let b = 0; b < size; b++) gram[a * size + b] -= mean;
  }
}

/** Subtracts from each row the mean of all rows; rows start `stride` apart and `length` entries count. Returns the mean. */
function centreRows(rows: Float64Array, nRows: number, stride: number, length: number): Float64Array {
  const mean = new Float64Array(length);
  for (let m = 0; m < nRows; m++) {
    for (let j = 0; j < length; j++) mean[j] += rows[m * stride + j];
  }
  for (let j = 0; j < length; j++) mean[j] /= nRows;
  for (let m = 0; m < nRows; m++) {
    for (let j = 0; j < length; j++) rows[m * stride + j] -= mean[j];
  }
  return mean;
}

/** S and U of some of the models about their own mean, from the inner products of all. O(M^3) */
function decompose(gram: Float64Array, nModels: number, models: Int32Array): SourceSpace {
  const size = models.length;
  const centred = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) centred[a * size + b] = gram[models[a] * nModels + models[b]];
  }
  centreBothWays(centred, size);
  let trace = 0;
  for (let m = 0; m < nModels; m++) trace += gram[m * nModels + m];
  const { values, vectors } = symmetricEigen(centred, size);
  const rank =
    values.findLastIndex((value) => value > negligibleScatter * trace && value > roundingScatter) + 1;
  const squares = values.slice(0, rank);
  const loadings = vectors
    .slice(0, rank * size)
    .map((entry, at) => entry / Math.sqrt(squares[Math.floor(at / size)]));
  return { models, squares, loadings };
}

/** A source space on a core set: what turns a target's scores there into its full score. */
interface CoreSpace {
  readonly view: SourceView;
  /** n: mean score of each item of the core set over the sources of the space. */
  readonly coreMeans: Float64Array;
  /** The sum of the item means over the missing items. */
  readonly missingMeans: number;
  /** R: V_notC' 1, the sums of V over the missing items. */
  readonly missingSums: Float64Array;
}

/** O(n M R) */
function viewOnCoreSet(sample: CoreSample, { models, squares, loadings }: SourceSpace): CoreSpace {
  const { nItems, nModels, sourceScores, fullScores, populationSize } = sample;
  const size = models.length;
  const rank = squares.length;
  const scores = new Float64Array(size * nItems);
  const missing = new Float64Array(size);
  models.forEach((model, m) => {
    for (let i = 0; i < nItems; i++) scores[m * nItems + i] = sourceScores[i * nModels + model];
    let onCoreSet = 0;
    for (let i = 0; i < nItems; i++) onCoreSet += scores[m * nItems + i];
    missing[m] = populationSize * fullScores[model] - onCoreSet;
  });
  const coreMeans = centreRows(scores, size, nItems, nItems);
  const [missingMeans] = centreRows(missing, size, 1, 1);
  const coreVectors = new Float64Array(nItems * rank);
  const missingSums = new Float64Array(rank);
  for (let k = 0; k < rank; k++) {
    missingSums[k] = dot(loadings, k * size, missing, 0, size);
    for (let m = 0; m < size; m++) {
      const loading = loadings[k * size + m];
      for (let i = 0; i < nItems; i++) coreVectors[i * rank + k] += loading * scores[m * nItems + i];
    }
  }
  const view = { nSources: size, nItems, squares, coreVectors };
  return { view, coreMeans, missingMeans, missingSums };
}

/** Mean over all items: the observed ones as observed, the missing ones source mean + V_notC a. */
function meanOfRow(
  space: CoreSpace,
  populationSize: number,
  observedSum: number,
  filled: Float64Array,
  at: number,
): number {
  const { missingMeans, missingSums } = space;
  const imputed = missingMeans + dot(missingSums, 0, filled, at, missingSums.length);
  return (observedSum + imputed) / populationSize;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Estimates one target at a time, for any number of components. */
function createEstimate(sample: CoreSample, space: CoreSpace) {
  const imputer = createTargetImputer(space.view);
  return (scores: Float64Array, components: number): number => {
    const deviations = scores.map((score, i) => score - space.coreMeans[i]);
    const filled = imputer.impute(deviations, components);
    return meanOfRow(space, sample.populationSize, sumOf(scores), filled, 0);
  };
}

/**
 * The number of components with the least mean absolute error over held-out sources, each imputed alone from the other
 * 75 % as a target would be (at most 40 of them, spread over the full scores); of those that leave some scatter unexplained, for all of it would fit anything.
 * O(held-out models) estimates per candidate.
 */
export function chooseComponents(sample: CoreSample): number {
  const { all, heldOut, training } = prepareSources(sample.sources);
  const fallback = Math.min(candidates[0], all.squares.length);
  if (training === null) return fallback;
  const possible = candidates.filter((components) => components <= training.squares.length);
  if (possible.length < 2) return fallback;
  const estimate = createEstimate(sample, viewOnCoreSet(sample, training));
  const judged = evenlySpread(heldOut, maxJudged);
  const targets = Array.from(judged, (model) => scoresOfSource(sample, model));
  const errors = possible.map((components) => {
    const deviations = targets.map((scores, k) =>
      Math.abs(estimate(scores, components) - sample.fullScores[judged[k]]),
    );
    return deviations.reduce((sum, deviation) => sum + deviation, 0);
  });
  const least = Math.min(...errors);
  return possible[errors.findIndex((error) => error <= least * (1 + equalErrors))];
}

function evenlySpread(values: Int32Array, atMost: number): Int32Array {
  const count = Math.min(values.length, atMost);
  return Int32Array.from(
    { length: count },
    (_, k) => values[Math.floor(((k + 0.5) * values.length) / count)],
  );
}

/** The scores of one source on the core set. */
function scoresOfSource({ nItems, nModels, sourceScores }: CoreSample, model: number): Float64Array {
  return Float64Array.from({ length: nItems }, (_, i) => sourceScores[i * nModels + model]);
}

/**
 * Estimates of a batch of targets imputed together, as the paper's code does it: each one's answer depends on the others.
 * @param targets one array of n observed scores per target
 * @returns estimated full scores, unit scale, not clipped   Cost: see imputeBatch
 */
export function estimateBatch(
  sample: CoreSample,
  targets: readonly Float64Array[],
  components: number,
): Float64Array {
  const { nItems, populationSize, sources } = sample;
  const space = viewOnCoreSet(sample, prepareSources(sources).all);
  const deviations = new Float64Array(targets.length * nItems);
  targets.forEach((scores, t) => {
    for (let i = 0; i < nItems; i++) deviations[t * nItems + i] = scores[i] - space.coreMeans[i];
  });
  const filled = imputeBatch(space.view, deviations, targets.length, components);
  const rank = space.view.squares.length;
  return Float64Array.from(targets, (scores, t) =>
    meanOfRow(space, populationSize, sumOf(scores), filled, t * rank),
  );
}

/** Iterative PCA imputation with a given number of components, one target at a time. */
export function fitPca(sample: CoreSample, components: number): FittedEstimator {
  // Nothing to impute from: the plain mean.
  if (sample.nModels === 0) {
    return { estimate: (scores) => ({ value: sumOf(scores) / scores.length, looResiduals: null }) };
  }
  const estimate = createEstimate(sample, viewOnCoreSet(sample, prepareSources(sample.sources).all));
  return { estimate: (scores) => ({ value: estimate(scores, components), looResiduals: null }) };
}

/**
 * Iterative PCA imputation of the target's missing items from the sources, then the mean of its row.
 * Source: arXiv 2506.07673, "PCA"; its code imputes all targets together and always takes 2 components, while here a
 * target is imputed alone and the number is chosen as the text says. Few sources (below 8, or too alike for 5
 * components): 2 components, or as many as there are; none: the plain mean of the observed scores.
 * Cost: O(M^2 (N + M)) once per history; once per core set the choice, as much as one estimate for each source;
 * O(n M + components M) a round per target, at most 100 rounds, whatever N.
 */
export const pca: Estimator = {
  name: 'pca',
  isSlow: true,
  fit: (sample) => fitPca(sample, sample.nModels === 0 ? 0 : chooseComponents(sample)),
};
