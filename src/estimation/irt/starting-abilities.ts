import { centreRows } from '../numeric/centre-rows.ts';
import { dot } from '../numeric/dot.ts';
import { createRandom } from '../numeric/random.ts';
import { abilityDimensions } from './item-response.ts';

const subspaceRounds = 8;

/** Fixed, so that the fit depends on the history alone. */
const startSeed = 20240222;

/**
 * Where the fit of the abilities starts: the standardised mean score as first dimension, the leading principal
 * components of the double-centred score matrix, in units of their standard deviation, as the others.
 * @param scores M x N, row-major
 * @returns M x D, row-major; zeros in dimensions that the history is too small to have
 * Cost: O(M N D).
 */
export function startingAbilities(scores: Float64Array, nModels: number, nItems: number): Float64Array {
  const means = modelMeans(scores, nModels, nItems);
  const components = principalComponents(scores, nModels, nItems, abilityDimensions - 1);
  const first = standardised(means);
  const abilities = new Float64Array(nModels * abilityDimensions);
  for (let m = 0; m < nModels; m++) {
    abilities[m * abilityDimensions] = first[m];
    for (let d = 1; d < abilityDimensions; d++) {
      abilities[m * abilityDimensions + d] = Math.sqrt(nModels) * components[(d - 1) * nModels + m];
    }
  }
  return abilities;
}

function modelMeans(scores: Float64Array, nModels: number, nItems: number): Float64Array {
  const means = new Float64Array(nModels);
  for (let m = 0; m < nModels; m++) {
    for (let j = 0; j < nItems; j++) means[m] += scores[m * nItems + j];
    means[m] /= nItems;
  }
  return means;
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Equal means differ by rounding only; standardised, rounding would pass for ability.
  const scale = variance > 1e-20 ? 1 / Math.sqrt(variance) : 0;
  return values.map((value) => (value - mean) * scale);
}

/** Subspace iteration (Golub and Van Loan, section 8.2). Returns count x M: orthonormal rows, zero beyond the rank. */
function principalComponents(
  scores: Float64Array,
  nModels: number,
  nItems: number,
  count: number,
): Float64Array {
  const random = createRandom(startSeed);
  const components = new Float64Array(count * nModels).map(() => random.normal());
  const loadings = new Float64Array(count * nItems);
  for (let round = 0; round < subspaceRounds; round++) {
    centreRows(components, count, nModels);
    orthonormaliseRows(components, count, nModels);
    multiplyToItems(components, scores, loadings, count, nModels, nItems);
    centreRows(loadings, count, nItems);
    multiplyToModels(loadings, scores, components, count, nModels, nItems);
  }
  centreRows(components, count, nModels);
  orthonormaliseRows(components, count, nModels);
  return components;
}

/** loadings (count x N) = components (count x M) X */
function multiplyToItems(
  components: Float64Array,
  scores: Float64Array,
  loadings: Float64Array,
  count: number,
  nModels: number,
  nItems: number,
): void {
  loadings.fill(0);
  for (let m = 0; m < nModels; m++) {
    for (let c = 0; c < count; c++) {
      const factor = components[c * nModels + m];
      for (let j = 0; j < nItems; j++) loadings[c * nItems + j] += factor * scores[m * nItems + j];
    }
  }
}

/** components (count x M) = loadings (count x N) X' */
function multiplyToModels(
  loadings: Float64Array,
  scores: Float64Array,
  components: Float64Array,
  count: number,
  nModels: number,
  nItems: number,
): void {
  for (let m = 0; m < nModels; m++) {
    for (let c = 0; c < count; c++) {
      components[c * nModels + m] = dot(loadings, c * nItems, scores, m * nItems, nItems);
    }
  }
}

/** Modified Gram-Schmidt; a row that the ones before it span becomes zero. */
function orthonormaliseRows(matrix: Float64Array, nRows: number, nColumns: number): void {
  for (let row = 0; row < nRows; row++) {
    const start = row * nColumns;
    const before = Math.sqrt(dot(matrix, start, matrix, start, nColumns));
    for (let other = 0; other < row; other++) {
      const overlap = dot(matrix, start, matrix, other * nColumns, nColumns);
      for (let k = 0; k < nColumns; k++) matrix[start + k] -= overlap * matrix[other * nColumns + k];
    }
    const norm = Math.sqrt(dot(matrix, start, matrix, start, nColumns));
    const scale = norm > 1e-9 * before ? 1 / norm : 0;
    for (let k = 0; k < nColumns; k++) matrix[start + k] *= scale;
  }
}
