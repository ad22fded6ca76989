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
