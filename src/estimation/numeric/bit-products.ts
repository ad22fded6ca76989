import type { PackedBits } from './packed-bits.ts';

const byteValues = 256;

/**
 * Inner products of series of bits with one vector after another: of each eight numbers of the vector all 256 sums are
 * tabulated, for all series to look up (Arlazarov, Dinic, Kronrod and Faradzev 1970, the "Four Russians").
 * @returns takes a vector of `length` numbers, writes nSeries products   O(length 32 + nSeries length / 8)
 */
export function createBitProducts({
  bits,
  nSeries,
  length,
  words,
}: PackedBits): (vector: Float64Array, products: Float64Array) => void {
  const sums = new Float64Array(words * 4 * byteValues);
  return (vector, products) => {
    for (let at = 0; 8 * at < length; at++) tabulate(sums, at * byteValues, vector, 8 * at);
    let at = 0;
    for (let s = 0; s < nSeries; s++) {
      let product = 0;
      for (let table = 0; table < sums.length; table += 4 * byteValues) {
        const word = bits[at++];
        product +=
          sums[table + (word & 255)] +
          sums[table + byteValues + ((word >>> 8) & 255)] +
          (sums[table + 2 * byteValues + ((word >>> 16) & 255)] +
            sums[table + 3 * byteValues + (word >>> 24)]);
      }
      products[s] = product;
    }
  };
}

/** The sum for each value of a byte, from the one without its highest bit. */
function tabulate(sums: Float64Array, start: number, vector: Float64Array, from: number): void {
  for (let bit = 0; bit < 8; bit++) {
    const number = from + bit < vector.length ? vector[from + bit] : 0;
    const half = 1 << bit;
    for (let value = 0; value < half; value++) sums[start + half + value] = sums[start + value] + number;
  }
}
