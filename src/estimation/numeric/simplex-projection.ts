/** Newton's method hardly ever takes 10 rounds; should it crawl, halving the bracket takes over. */
const newtonRounds = 30;
const maxRounds = 100;
const roundingError = 1e-12;

/**
 * Projects in place onto { p in [0, 1]^N, sum p = total }: p_i = clip(v_i - lambda, 0, 1). The sum falls with lambda and is
 * linear between breakpoints, so that Newton's method, held inside a bracket, ends after a few rounds.
 * Source: Wang and Lu 2015 (arXiv 1503.01002), projection onto the capped simplex.
 * @param total between 0 and N   Cost: O(N) a round.
 */
export function projectOntoCappedSimplex(values: Float64Array, total: number): void {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value - 1);
    high = Math.max(high, value);
  }
  let shift = Math.min(high, Math.max(low, 0));
  for (let round = 0; round < maxRounds && low < high; round++) {
    const { excess, free } = excessOf(values, shift, total);
    if (Math.abs(excess) <= roundingError * total) break;
    if (excess > 0) low = shift;
    else high = shift;
    const newton = shift + excess / free;
    const next = round < newtonRounds && newton > low && newton < high ? newton : (low + high) / 2;
    if (next === shift) break;
    shift = next;
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i] - shift));
}

/** By how much the shifted and clipped values sum to too much, and how many of them are not clipped. */
function excessOf(values: Float64Array, shift: number, total: number): { excess: number; free: number } {
  let sum = 0;
  let free = 0;
  for (let i = 0; i < values.length; i++) {
    const shifted = values[i] - shift;
    if (shifted >= 1) sum++;
    else if (shifted > 0) {
      sum += shifted;
      free++;
    }
  }
  return { excess: sum - total, free };
}
