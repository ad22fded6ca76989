/** Below this many the histograms of a radix sort cost more than comparisons. */
const fewIndices = 4000;
const digitBits = 16;
const digitMask = (1 << digitBits) - 1;

/** Which half of a number's 64 bits holds its sign, on this machine. */
const highHalf = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/**
 * Indices by ascending value; of equal values (-0 and 0 are equal) the one that came first stays first.
 * Source: least significant digit radix sort (Knuth, The Art of Computer Programming 3, section 5.2.5) on the bits of
 * the numbers, which order as whole numbers do once those of negative numbers are turned round.
 * @param values numbers without NaN   @param indices into the values; not changed
 * Cost: O(values.length) for many indices, O(n log n) comparisons for a few.
 */
export function stableOrder(values: Float64Array, indices: Int32Array): Int32Array {
  if (indices.length < fewIndices) return indices.toSorted((a, b) => values[a] - values[b]);
  const keys = sortableBits(values);
  let order = indices;
  for (const half of [1 - highHalf, highHalf]) {
    for (const shift of [0, digitBits]) order = orderByDigit(order, keys, half, shift);
  }
  return order === indices ? indices.slice() : order;
}

/** Two words a number, which compare as the numbers do. */
function sortableBits(values: Float64Array): Uint32Array {
  // Adding 0 makes 0 of -0.
  const words = new Uint32Array(values.map((value) => value + 0).buffer);
  for (let at = 0; at < words.length; at += 2) {
    if (words[at + highHalf] >>> 31 === 1) {
      words[at] = ~words[at];
      words[at + 1] = ~words[at + 1];
    } else {
      words[at + highHalf] |= 0x8000_0000;
    }
  }
  return words;
}

/** Stable; what was given is answered where all have the same digit. */
function orderByDigit(order: Int32Array, keys: Uint32Array, half: number, shift: number): Int32Array {
  const ends = new Int32Array(digitMask + 1);
  const digits = new Uint16Array(order.length);
  for (let place = 0; place < order.length; place++) {
    digits[place] = (keys[2 * order[place] + half] >>> shift) & digitMask;
    ends[digits[place]]++;
  }
  if (ends[digits[0]] === order.length) return order;
  for (let digit = 1; digit <= digitMask; digit++) ends[digit] += ends[digit - 1];
  const sorted = new Int32Array(order.length);
  for (let place = order.length - 1; place >= 0; place--) sorted[--ends[digits[place]]] = order[place];
  return sorted;
}
