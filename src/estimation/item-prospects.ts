import { type HistorySummary, type Sources, scoresByModel } from './history.ts';
import { dot } from './numeric/dot.ts';
import { gramOfRows } from './numeric/gram.ts';
import { inversePositiveDefinite } from './numeric/positive-definite.ts';
import { createRandom } from './numeric/random.ts';

/** What the history foretells of each item, besides its difficulty. Unit scale. */
export interface ItemProspects {
  /** N: how far off, squared, the regression of AIPW is expected to be on the item. */
  readonly expectedErrors: Float64Array;
  /** N: score on the first principal component of the double-centred history; its sign is arbitrary. */
  readonly component: Float64Array;
}

/** With fewer sources the errors of their regression on each other foretell nothing. */
const minSources = 10;
/** More are thinned out evenly along their scores, lest a large history cost too much. */
const maxSources = 200;
/** The penalty is scaled as if fitted on so many items; one figure for all sizes, so that core sets can be extended. */
const referenceSize = 50;
const iterations = 100;

/**
 * Each source in turn stands for the target and is predicted from all others by the ridge regression of AIPW, over all
 * items. With Z the sources' scores less their means (M x N) and P = (Z Z' + alpha N / 50)^-1 the leave-one-source-out
 * residuals are E_mj = (P Z)_mj / P_mm, the regression of each variable on the others in its inverse-covariance form. The
 * expected error of an item is the mean of E_mj^2 over the better half of the sources, whom a new model resembles most.
 * @param penalty alpha
 * @returns null for fewer than ten sources
 * Cost: O(M^2 N + M^3), M at most 200; once per history.
 */
export function foretell(sources: Sources, penalty: number): ItemProspects | null {
  if (sources.history.models.length < minSources) return null;
  const thinned = thinOut(sources);
  const nItems = thinned.history.population.length;
  const nModels = thinned.history.models.length;
  const rows = centredRows(thinned);
  const gram = gramOfRows(rows, nModels, nItems);
  return {
    expectedErrors: expectedErrors(rows, gram, nModels, nItems, (penalty * nItems) / referenceSize),
    component: firstComponent(rows, gram, nModels, nItems),
  };
}

/** The sources by ascending score, every k-th of them where there are too many. */
function thinOut({ history, summary }: Sources): Sources {
  const ranked = Int32Array.from(history.models.keys()).sort(
    (a, b) => summary.fullScores[a] - summary.fullScores[b] || a - b,
  );
  const count = Math.min(maxSources, ranked.length);
  const kept = Int32Array.from(
    { length: count },
    (_, k) => ranked[Math.round((k * (ranked.length - 1)) / (count - 1))],
  );
  const pick = (values: Float64Array) => Float64Array.from(kept, (m) => values[m]);
  const ofKept: HistorySummary = {
    ...summary,
    fullScores: pick(summary.fullScores),
    modelMeans: pick(summary.modelMeans),
  };
  return { history: { ...history, models: kept.map((m) => history.models[m]) }, summary: ofKept };
}

/** M x N, row-major: each source's scores less their mean. */
function centredRows(sources: Sources): Float64Array {
  const rows = scoresByModel(sources);
  const nItems = sources.history.population.length;
  sources.summary.fullScores.forEach((mean, m) => {
    for (let j = 0; j < nItems; j++) rows[m * nItems + j] -= mean;
  });
  return rows;
}

/** The rows come by ascending score, so the second half of them is the better one. */
function expectedErrors(
  rows: Float64Array,
  gram: Float64Array,
  nModels: number,
  nItems: number,
  penalty: number,
): Float64Array {
  const system = gram.slice();
  for (let m = 0; m < nModels; m++) system[m * nModels + m] += penalty;
  const precision = inversePositiveDefinite(system, nModels);
  const errors = new Float64Array(nItems);
  const residuals = new Float64Array(nItems);
  const first = Math.floor(nModels / 2);
  for (let m = first; m < nModels; m++) {
    combineRows(rows, precision.subarray(m * nModels, (m + 1) * nModels), nItems, residuals);
    const scale = 1 / precision[m * nModels + m];
    for (let j = 0; j < nItems; j++) errors[j] += (scale * residuals[j]) ** 2 / (nModels - first);
  }
  return errors;
}

/** Power iteration on the Gram matrix, centred over the sources as well; O(M^2) a step. */
function firstComponent(
  rows: Float64Array,
  gram: Float64Array,
  nModels: number,
  nItems: number,
): Float64Array {
  const random = createRandom(0);
  let vector = Float64Array.from({ length: nModels }, () => random.uniform());
  for (let step = 0; step < iterations; step++) {
    centre(vector);
    const image = vector.map((_, m) => dot(gram, m * nModels, vector, 0, nModels));
    centre(image);
    const norm = Math.sqrt(dot(image, 0, image, 0, nModels));
    if (!(norm > 0)) break;
    vector = image.map((value) => value / norm);
  }
  const component = new Float64Array(nItems);
  combineRows(rows, vector, nItems, component);
  return component;
}

function centre(vector: Float64Array): void {
  const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
  for (let m = 0; m < vector.length; m++) vector[m] -= mean;
}

/** sum_m c_m row_m, into `result`: four rows at a time, since writing is what takes the time. */
function combineRows(
  rows: Float64Array,
  coefficients: Float64Array,
  nItems: number,
  result: Float64Array,
): void {
  result.fill(0);
  const whole = coefficients.length - (coefficients.length % 4);
  for (let m = 0; m < whole; m += 4) {
    const at = m * nItems;
    const c0 = coefficients[m];
    const c1 = coefficients[m + 1];
    const c2 = coefficients[m + 2];
    const c3 = coefficients[m + 3];
    for (let j = at; j < at + nItems; j++) {
      result[j - at] +=
        c0 * rows[j] + c1 * rows[j + nItems] + (c2 * rows[j + 2 * nItems] + c3 * rows[j + 3 * nItems]);
    }
  }
  for (let m = whole; m < coefficients.length; m++) {
    for (let j = 0; j < nItems; j++) result[j] += coefficients[m] * rows[m * nItems + j];
  }
}
