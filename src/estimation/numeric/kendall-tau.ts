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
      const signA = Math.sign(a[i] - a[j]);
      const signB = Math.sign(b[i] - b[j]);
      if (Number.isNaN(signA) || Number.isNaN(signB)) continue;
      balance += signA * signB;
      apartInA += Math.abs(signA);
      apartInB += Math.abs(signB);
    }
  }
  return apartInA === 0 || apartInB === 0 ? Number.NaN : balance / Math.sqrt(apartInA * apartInB);
}
