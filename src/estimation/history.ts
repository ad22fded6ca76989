import { missingByte } from '../scores/packed-row.ts';
import { cellAt, type ScoreMatrix } from '../scores/score-matrix.ts';

/** The source models as one core set sees them: some rows of the matrix, over the columns of its population. */
export interface History {
  readonly matrix: ScoreMatrix;
  /** M: rows of the source models. */
  readonly models: Int32Array;
  /** N: columns of the population, ascending. */
  readonly population: Int32Array;
  readonly groups: ItemGroups;
}

/** The groups of a population. */
export interface ItemGroups {
  /** Group names; null stands for the items without a group. Empty where no item has one. */
  readonly names: readonly (string | null)[];
  /** N: index into `names` of each item of the population; unused where `names` is empty. */
  readonly ofItem: Int32Array;
}

export const noGroups: ItemGroups = { names: [], ofItem: new Int32Array(0) };

/** N_g: the number of items of each group. */
export function groupSizes({ names, ofItem }: ItemGroups): Int32Array {
  const sizes = new Int32Array(names.length);
  for (const group of ofItem) sizes[group]++;
  return sizes;
}

/** Means of a history, missing scores imputed. Everything on the unit scale. */
export interface HistorySummary {
  /** M: mean score of each source over the population; missing scores imputed. */
  readonly fullScores: Float64Array;
  /** M: mean of the scores that are there; the grand mean for a source without any. */
  readonly modelMeans: Float64Array;
  /** N: difficulty, the mean of the scores that are there; NaN for an item without any. */
  readonly itemMeans: Float64Array;
  readonly grandMean: number;
  /** Share of the M x N cells that are missing, 0 to 1. */
  readonly missingShare: number;
  /** One per group: M means over the group's items; missing scores imputed. */
  readonly groupScores: readonly Float64Array[];
}

/** A history and its means: what everything that learns from the source models is given. */
export interface Sources {
  readonly history: History;
  readonly summary: HistorySummary;
}

/** O(M N), once per core set. */
export function summariseHistory(history: History): HistorySummary {
  const { matrix, models, population } = history;
  const modelSums = new Float64Array(models.length);
  const modelCounts = new Float64Array(models.length);
  const itemSums = new Float64Array(population.length);
  const itemCounts = new Float64Array(population.length);
  const { cells, nItems } = matrix;
  const isBytes = cells instanceof Uint8Array;
  const isWhole = population.length === nItems;
  let complete = 0;
  for (let m = 0; m < models.length; m++) {
    const start = models[m] * nItems;
    if (isWhole && !cells.subarray(start, start + nItems).includes(isBytes ? missingByte : Number.NaN)) {
      modelSums[m] = addRow(cells, start, itemSums);
      modelCounts[m] = nItems;
      complete++;
      continue;
    }
    let sum = 0;
    let count = 0;
    for (let j = 0; j < population.length; j++) {
      const cell = cells[start + population[j]];
      if (isBytes ? cell === missingByte : Number.isNaN(cell)) continue;
      sum += cell;
      count++;
      itemSums[j] += cell;
      itemCounts[j]++;
    }
    modelSums[m] = sum;
    modelCounts[m] = count;
  }
  for (let j = 0; j < itemCounts.length; j++) itemCounts[j] += complete;
  const total = modelSums.reduce((sum, value) => sum + value, 0);
  const observed = modelCounts.reduce((sum, value) => sum + value, 0);
  const grandMean = observed === 0 ? 0.5 : total / observed;
  const modelMeans = modelSums.map((sum, m) => (modelCounts[m] === 0 ? grandMean : sum / modelCounts[m]));
  const itemMeans = itemSums.map((sum, j) => (itemCounts[j] === 0 ? Number.NaN : sum / itemCounts[j]));
  const means = { modelMeans, itemMeans, grandMean };
  const cellCount = models.length * population.length;
  return {
    ...means,
    missingShare: cellCount === 0 ? 0 : 1 - observed / cellCount,
    ...meansOverItems(history, means, modelCounts),
  };
}

/** A row without gaps, by far the most common: added to the items' sums; answers its own. */
function addRow(cells: ScoreMatrix['cells'], start: number, itemSums: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < itemSums.length; j++) {
    const cell = cells[start + j];
    sum += cell;
    itemSums[j] += cell;
  }
  return sum;
}

type Means = Pick<HistorySummary, 'modelMeans' | 'itemMeans' | 'grandMean'>;

/** The score of source m on item j of the population, imputed where missing. */
export function imputedScore(history: History, means: Means, m: number, j: number): number {
  const score = cellAt(history.matrix, history.models[m], history.population[j]);
  return Number.isNaN(score) ? imputation(means, m, j) : score;
}

/** Row mean + column mean - grand mean, clipped to [0, 1]; an item without any score counts as average. */
function imputation({ modelMeans, itemMeans, grandMean }: Means, m: number, j: number): number {
  const itemMean = Number.isNaN(itemMeans[j]) ? grandMean : itemMeans[j];
  return Math.min(1, Math.max(0, modelMeans[m] + itemMean - grandMean));
}

/** Means over all items and over the items of each group, imputed, in one pass over the cells. */
function meansOverItems(
  history: History,
  means: Means,
  modelCounts: Float64Array,
): Pick<HistorySummary, 'fullScores' | 'groupScores'> {
  const { models, population, groups } = history;
  const sizes = groupSizes(groups);
  const fullScores = new Float64Array(models.length);
  const groupScores = groups.names.map(() => new Float64Array(models.length));
  const groupSums = new Float64Array(groups.names.length);
  for (let m = 0; m < models.length; m++) {
    if (groupSums.length === 0 && modelCounts[m] === population.length) {
      fullScores[m] = means.modelMeans[m];
      continue;
    }
    groupSums.fill(0);
    let sum = 0;
    for (let j = 0; j < population.length; j++) {
      const score = imputedScore(history, means, m, j);
      sum += score;
      if (groupSums.length > 0) groupSums[groups.ofItem[j]] += score;
    }
    fullScores[m] = sum / population.length;
    groupSums.forEach((groupSum, group) => {
      groupScores[group][m] = groupSum / sizes[group];
    });
  }
  return { fullScores, groupScores };
}

/** Items whose scores are gathered together: the places they are written to stay in the cache meanwhile. */
const gatheredItems = 512;

/**
 * The sources' scores on some items, imputed: items.length x M, row-major (a row per item). Read model by model, as they lie
 * in the matrix.
 * @param items indices into the population
 */
export function gatherScores(history: History, means: Means, items: Int32Array): Float64Array {
  const nModels = history.models.length;
  const scores = new Float64Array(items.length * nModels);
  for (let from = 0; from < items.length; from += gatheredItems) {
    const block = items.subarray(from, from + gatheredItems);
    gatherBlock(history, means, block, scores.subarray(from * nModels));
  }
  return scores;
}

function gatherBlock(
  { matrix, models, population }: History,
  means: Means,
  items: Int32Array,
  scores: Float64Array,
): void {
  const { cells, nItems } = matrix;
  const nModels = models.length;
  const missing = cells instanceof Uint8Array ? missingByte : null;
  const columns = items.map((item) => population[item]);
  for (let m = 0; m < nModels; m++) {
    const start = models[m] * nItems;
    for (let i = 0; i < columns.length; i++) {
      const cell = cells[start + columns[i]];
      const isMissing = missing === null ? Number.isNaN(cell) : cell === missing;
      scores[i * nModels + m] = isMissing ? imputation(means, m, items[i]) : cell;
    }
  }
}

/** All the sources' scores, imputed: M x N, row-major (a row per model). For the methods that learn from every cell. */
export function scoresByModel({ history, summary }: Sources): Float64Array {
  const { models, population } = history;
  const scores = new Float64Array(models.length * population.length);
  for (let m = 0; m < models.length; m++) {
    for (let j = 0; j < population.length; j++) {
      scores[m * population.length + j] = imputedScore(history, summary, m, j);
    }
  }
  return scores;
}

/** Difficulties with the grand mean in place of "no score at all", for designs that order the items. */
export function orderableDifficulties({ itemMeans, grandMean }: HistorySummary): Float64Array {
  return itemMeans.map((mean) => (Number.isNaN(mean) ? grandMean : mean));
}
