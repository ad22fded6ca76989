import { createAbilityEstimator } from './ability.ts';
import { abilityDimensions, expectedScoreSum, type ItemParameters } from './item-response.ts';
import { fitItemResponse, type ResponseData } from './variational-fit.ts';

/** Every so many sources, one is held out. */
const holdOutEvery = 5;

/** Few, since the abilities of the fit on all sources are a good start. */
const refitSweeps = 8;

/**
 * How much gp-irt leaves to the cluster-weighted mean: lambda = b^2 / (v + b^2). v stands for the variance of that mean:
 * the mean variance of a source's scores / (4 n); b for the error of the response model: the mean absolute error on every
 * fifth source, seen on the even items, judged on the odd ones, with a fit on the other sources.
 * Source: arXiv 2402.14992, section on gp-IRT.
 * @param data at least two models   @param abilities M x D of the fit on all sources   @param coreSize n
 * Cost: O(M N D^2).
 */
export function mixingWeight(
  data: ResponseData,
  abilities: Float64Array,
  coreSize: number,
  abilityPrecision: number,
  onSweep: () => void = () => {},
): number {
  const variance = meanScoreVariance(data) / (4 * coreSize);
  const bias = heldOutError(data, abilities, abilityPrecision, onSweep);
  return bias === 0 ? 0 : bias ** 2 / (variance + bias ** 2);
}

/** The sweeps of a call, for those who count them. */
export const mixingWeightSweeps = refitSweeps;

function meanScoreVariance({ scores, nModels, nItems }: ResponseData): number {
  let total = 0;
  for (let m = 0; m < nModels; m++) {
    const row = scores.subarray(m * nItems, (m + 1) * nItems);
    const mean = meanOver(row, 0, 1);
    let sum = 0;
    for (let j = 0; j < nItems; j++) sum += (row[j] - mean) ** 2;
    total += sum / nItems;
  }
  return total / nModels;
}

function heldOutError(
  data: ResponseData,
  abilities: Float64Array,
  abilityPrecision: number,
  onSweep: () => void,
): number {
  const { scores, nModels, nItems } = data;
  const { items } = fitWithoutHeldOut(data, abilities, onSweep);
  const seen = everyOther(nItems, 0);
  const judged = everyOther(nItems, 1);
  if (judged.length === 0) return 0;
  const estimator = createAbilityEstimator(items, seen, abilityPrecision);
  let total = 0;
  let count = 0;
  for (let m = 0; m < nModels; m += holdOutEvery) {
    const row = scores.subarray(m * nItems, (m + 1) * nItems);
    const ability = estimator.estimate(Float64Array.from(seen, (item) => row[item]));
    total += Math.abs(expectedScoreSum(items, judged, ability) / judged.length - meanOver(row, 1, 2));
    count++;
  }
  return total / count;
}

function fitWithoutHeldOut(
  { scores, nModels, nItems }: ResponseData,
  abilities: Float64Array,
  onSweep: () => void,
): { items: ItemParameters } {
  const kept = nModels - Math.ceil(nModels / holdOutEvery);
  const keptScores = new Float64Array(kept * nItems);
  const start = new Float64Array(kept * abilityDimensions);
  let row = 0;
  for (let m = 0; m < nModels; m++) {
    if (m % holdOutEvery === 0) continue;
    keptScores.set(scores.subarray(m * nItems, (m + 1) * nItems), row * nItems);
    start.set(
      abilities.subarray(m * abilityDimensions, (m + 1) * abilityDimensions),
      row * abilityDimensions,
    );
    row++;
  }
  return fitItemResponse({ scores: keptScores, nModels: kept, nItems }, start, refitSweeps, onSweep);
}

function everyOther(nItems: number, first: number): Int32Array {
  return Int32Array.from({ length: Math.ceil((nItems - first) / 2) }, (_, k) => first + 2 * k);
}

/** The mean of every so manieth value. */
function meanOver(values: Float64Array, first: number, stride: number): number {
  let sum = 0;
  let count = 0;
  for (let j = first; j < values.length; j += stride) {
    sum += values[j];
    count++;
  }
  return sum / count;
}
