/**
 * Kendall's tau-b of two orders of the same things: (concordant - discordant) pairs over the geometric mean of the numbers
 * of pairs that either tells apart. Pairs with a NaN do not count; NaN where nothing is told apart.
 * Source: Kendall 1945.   O(n^2)
 */
export function kendallTau(a: Float64Array, b: Float64Array): number {
  let balance = 0;
  let apartInA = 0;
  let apartInB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const stepA = a[i] - a[j];
      const stepB = b[i] - b[j];
      if (Number.isNaN(stepA) || Number.isNaN(stepB)) continue;
      if (stepA !== 0) apartInA++;
      if (stepB !== 0) apartInB++;
      if (stepA !== 0 && stepB !== 0) balance += stepA > 0 === stepB > 0 ? 1 : -1;
    }
  }
  return apartInA === 0 || apartInB === 0 ? Number.NaN : balance / Math.sqrt(apartInA * apartInB);
}
