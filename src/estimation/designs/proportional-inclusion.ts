/**
 * Inclusion probabilities proportional to positive sizes, summing to n; those above 1 are capped and the rest rescaled
 * until the sum is n (Sarndal, Swensson and Wretman 1992, section 3.6.2).
 */
export function proportionalInclusion(sizes: Float64Array, n: number): Float64Array {
  if (n === sizes.length) return new Float64Array(n).fill(1);
  const probabilities = new Float64Array(sizes.length);
  const capped = new Uint8Array(sizes.length);
  for (;;) {
    let free = n;
    let total = 0;
    sizes.forEach((size, item) => {
      if (capped[item] === 1) free--;
      else total += size;
    });
    let changed = false;
    sizes.forEach((size, item) => {
      if (capped[item] === 1) return;
      probabilities[item] = (free * size) / total;
      if (probabilities[item] >= 1) {
        probabilities[item] = 1;
        capped[item] = 1;
        changed = true;
      }
    });
    if (!changed) return probabilities;
  }
}

const maxHalvings = 200;

/**
 * Probabilities whose odds are those given, scaled alike until they sum to n: what is certain stays so, and what is all but
 * certain nearly. Where more than n are certain they cannot all be, and their probabilities are scaled themselves.
 * @param probabilities in (0, 1], at least n of them
 */
export function scaleOdds(probabilities: Float64Array, n: number): Float64Array {
  const scaledBy = (scale: number) =>
    probabilities.map((probability) => (scale * probability) / (1 - probability + scale * probability));
  const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  if (Math.abs(sumOf(probabilities) - n) < 1e-9) return probabilities;
  if (probabilities.filter((probability) => probability === 1).length > n) {
    return proportionalInclusion(probabilities, n);
  }
  let low = 0;
  let high = 1;
  while (sumOf(scaledBy(high)) < n && high < 1e12) high *= 2;
  for (let step = 0; step < maxHalvings && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (sumOf(scaledBy(middle)) < n) low = middle;
    else high = middle;
  }
  return scaledBy(high);
}
