import { cellAt, type ScoreMatrix } from '../scores/score-matrix.ts';

export interface ItemStatistics {
  /** Mean source score per item, unit scale (high = easy); NaN for an item without any score. */
  readonly difficulties: Float64Array;
  /**
   * Item-rest correlation per item: of its scores with the models' means over their other items; NaN where either does
   * not vary. Source: Lord and Novick 1968, the corrected item-total correlation.
   */
  readonly discriminations: Float64Array;
}

/** O(M N) */
export function itemStatistics(matrix: ScoreMatrix): ItemStatistics {
  const { nModels, nItems } = matrix;
  const totals = modelTotals(matrix);
  const difficulties = new Float64Array(nItems).fill(Number.NaN);
  const discriminations = new Float64Array(nItems).fill(Number.NaN);
  const scores = new Float64Array(nModels);
  const rests = new Float64Array(nModels);
  for (let item = 0; item < nItems; item++) {
    let count = 0;
    let sum = 0;
    let paired = 0;
    for (let model = 0; model < nModels; model++) {
      const score = cellAt(matrix, model, item);
      if (Number.isNaN(score)) continue;
      count++;
      sum += score;
      if (totals.counts[model] < 2) continue;
      scores[paired] = score;
      rests[paired++] = (totals.sums[model] - score) / (totals.counts[model] - 1);
    }
    if (count > 0) difficulties[item] = sum / count;
    discriminations[item] = correlation(scores.subarray(0, paired), rests.subarray(0, paired));
  }
  return { difficulties, discriminations };
}

function modelTotals(matrix: ScoreMatrix) {
  const sums = new Float64Array(matrix.nModels);
  const counts = new Int32Array(matrix.nModels);
  for (let model = 0; model < matrix.nModels; model++) {
    for (let item = 0; item < matrix.nItems; item++) {
      const score = cellAt(matrix, model, item);
      if (Number.isNaN(score)) continue;
      sums[model] += score;
      counts[model]++;
    }
  }
  return { sums, counts };
}

function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - meanA) * (b[i] - meanB);
    squareA += (a[i] - meanA) ** 2;
    squareB += (b[i] - meanB) ** 2;
  }
  const tolerance = 1e-12 * a.length;
  return squareA <= tolerance || squareB <= tolerance ? Number.NaN : product / Math.sqrt(squareA * squareB);
}
