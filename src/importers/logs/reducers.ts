/** How the repeats of a sample (epochs, trials, replicas) become one score. */
export const reducerNames = ['mean', 'median', 'max', 'min'] as const;
export type ReducerName = (typeof reducerNames)[number];

/**
 * One score of several, all of them there.
 * @param scores at least one
 */
export const reducers: Readonly<Record<ReducerName, (scores: readonly number[]) => number>> = {
  mean: (scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length,
  median(scores) {
    const sorted = scores.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  },
  max: (scores) => scores.reduce((most, score) => Math.max(most, score)),
  min: (scores) => scores.reduce((least, score) => Math.min(least, score)),
};
