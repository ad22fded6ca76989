import { createCoreSample } from '../core-sample.ts';
import { defaultPenalty, leaveOneOutResiduals } from '../estimators/aipw.ts';
import { imputedScore, type Sources } from '../history.ts';
import { logistic } from '../irt/item-response.ts';
import { indexRange, indicesWithout, type Random } from '../numeric/random.ts';
import { prepareRidge, weightedMean } from '../numeric/ridge.ts';
import { type Draw, drawOf } from './draw.ts';
import { proportionalInclusion } from './proportional-inclusion.ts';
import { orderByDifficulty, systematicPlaces } from './systematic.ts';

/** Keeps items whose answer seems sure within reach. */
const floor = 0.05;
/** No item that is left is out of reach for good. */
const minProbability = 1e-3;

/** What is known of one target after the first phase. */
export interface FirstPhase extends Pick<Draw, 'items' | 'populationInclusion'> {
  /** n1, unit scale, NaN = no result. */
  readonly scores: Float64Array;
}

/**
 * Draws further items for one target from its answers so far: more of those whose answer is uncertain. With q the
 * predicted scores, the second phase steers the probability of either phase towards pi* proportional to
 * sqrt(q (1 - q) + 0.05), sum n1 + n2:
 *   d_i = max(0.001, (pi*_i - pi1_i) / (1 - pi1_i)),   pi2 proportional to d over the items left, sum n2, drawn
 *   systematically along q;   pi_i = pi1_i + (1 - pi1_i) pi2_i, for an item of the first phase with the pi2 it would have had.
 * Both phases together are then one sample for AIPW and its interval. The pi are approximate, since pi2 depends on the
 * items that came first: the bias measured is 0 to 8 % of the mean error of a plain sample of that size.
 * @param add n2, 1 <= n2 <= N - n1
 * Cost: O(N M)
 */
export function drawSecondPhase(sources: Sources, first: FirstPhase, add: number, random: Random): Draw {
  const predictions = predictScores(sources, first);
  const before = first.populationInclusion;
  const sizes = predictions.map((q) => Math.sqrt(q * (1 - q) + floor));
  const total = proportionalInclusion(sizes, first.items.length + add);
  const wanted = total.map((after, item) =>
    before[item] >= 1 ? 0 : Math.max(minProbability, (after - before[item]) / (1 - before[item])),
  );
  const left = indicesWithout(first.items, predictions.length);
  const ordered = orderByDifficulty(predictions, left, random);
  const wantedLeft = Float64Array.from(ordered, (item) => wanted[item]);
  const conditional = proportionalInclusion(wantedLeft, add);
  const scale = add / wantedLeft.reduce((sum, value) => sum + value, 0);
  const second = wanted.map((value) => Math.min(1, scale * value));
  ordered.forEach((item, place) => {
    second[item] = conditional[place];
  });
  const added = systematicPlaces(conditional, add, random).map((place) => ordered[place]);
  return drawOf(
    Int32Array.from([...first.items, ...added]),
    before.map((probability, item) => probability + (1 - probability) * second[item]),
  );
}

/**
 * q: the mean of what the regression of AIPW predicts (leave-one-out on the items that were run) and of what a Rasch model
 * does, whose items have the logits of their difficulties; in [0, 1].
 */
function predictScores(sources: Sources, first: FirstPhase): Float64Array {
  const seen = indexRange(first.items.length).filter((k) => !Number.isNaN(first.scores[k]));
  const items = seen.map((k) => first.items[k]);
  const scores = Float64Array.from(seen, (k) => first.scores[k]);
  const inclusion = Float64Array.from(items, (item) => first.populationInclusion[item]);
  const byRegression = predictByRegression(sources, items, scores, inclusion);
  const byAbility = predictByAbility(sources, items, scores);
  return byRegression.map((value, item) => Math.min(1, Math.max(0, (value + byAbility[item]) / 2)));
}

function predictByRegression(
  { history, summary }: Sources,
  items: Int32Array,
  scores: Float64Array,
  inclusion: Float64Array,
): Float64Array {
  const { nItems, nModels, weights, sourceScores } = createCoreSample(history, summary, items, inclusion);
  const system = prepareRidge({ features: sourceScores, nRows: nItems, nFeatures: nModels, weights });
  const ridge = system.fit(defaultPenalty);
  const slopes = ridge.slopes(scores);
  const mean = weightedMean(scores, weights);
  const predictions = new Float64Array(history.population.length).fill(mean);
  slopes.forEach((slope, m) => {
    for (let j = 0; j < predictions.length; j++) {
      predictions[j] += slope * (imputedScore(history, summary, m, j) - system.featureMeans[m]);
    }
  });
  leaveOneOutResiduals(ridge, scores).forEach((residual, i) => {
    predictions[items[i]] = scores[i] - residual;
  });
  return predictions;
}

const abilityPenalty = 0.1;
const maxSteps = 25;

/** P(right) = logistic(t + logit of the difficulty), t by penalised maximum likelihood on the items that were run. */
function predictByAbility(
  { history, summary }: Sources,
  items: Int32Array,
  scores: Float64Array,
): Float64Array {
  const nModels = history.models.length;
  const logits = summary.itemMeans.map((mean) => {
    const difficulty = Number.isNaN(mean) ? summary.grandMean : mean;
    const smoothed = (nModels * difficulty + 0.5) / (nModels + 1);
    return Math.log(smoothed / (1 - smoothed));
  });
  let ability = 0;
  for (let step = 0; step < maxSteps; step++) {
    let gradient = -abilityPenalty * ability;
    let curvature = abilityPenalty;
    items.forEach((item, i) => {
      const probability = logistic(ability + logits[item]);
      gradient += scores[i] - probability;
      curvature += probability * (1 - probability);
    });
    const change = Math.min(1, Math.max(-1, gradient / curvature));
    ability += change;
    if (Math.abs(change) < 1e-9) break;
  }
  return logits.map((logit) => logistic(ability + logit));
}
