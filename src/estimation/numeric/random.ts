const two32 = 0x1_0000_0000;

/** A stream of random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, bound), without modulo bias. */
  below(bound: number): number;
  /** A standard normal deviate (Box and Muller 1958). */
  normal(): number;
}

/**
 * xoshiro128** 1.1 (Blackman and Vigna 2018), its state filled from the seed by SplitMix32.
 * @param seed a non-negative safe integer; all its 53 bits count
 */
export function createRandom(seed: number): Random {
  return fromState(expandSeed(seed));
}

/**
 * A seed of its own for each part of a larger work, so that no part's random numbers depend on which others there are.
 * @param path which part: non-negative integers below 2^32
 */
export function childSeed(seed: number, ...path: readonly number[]): number {
  return path.reduce((parent, part) => {
    const random = createRandom(parent);
    const high = random.uint32() >>> 11;
    // Odd multiples of different parts differ modulo 2^32: siblings never share a seed.
    return high * two32 + ((random.uint32() ^ Math.imul(part, 0x9e3779b1)) >>> 0);
  }, seed);
}

/** The generator from a raw state of four 32-bit words, not all zero. */
export function fromState(state: Uint32Array): Random {
  let [s0, s1, s2, s3] = state;

  function uint32(): number {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  function uniform(): number {
    return ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  }

  function below(bound: number): number {
    const limit = two32 - (two32 % bound);
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  }

  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  return { uint32, uniform, below, normal };
}

/** Shuffles in place (Durstenfeld 1964); with `count`, only the first `count` places are a finished random draw. */
export function shuffleInPlace(values: Int32Array, random: Random, count = values.length): Int32Array {
  for (let place = 0; place < Math.min(count, values.length - 1); place++) {
    const other = place + random.below(values.length - place);
    const held = values[place];
    values[place] = values[other];
    values[other] = held;
  }
  return values;
}

/** 0, 1, ..., length - 1. */
export function indexRange(length: number): Int32Array {
  const indices = new Int32Array(length);
  for (let index = 0; index < length; index++) indices[index] = index;
  return indices;
}

/** 0, 1, ..., length - 1 without some of them. */
export function indicesWithout(left: Int32Array, length: number): Int32Array {
  const isLeft = new Uint8Array(length);
  for (const index of left) isLeft[index] = 1;
  return indexRange(length).filter((index) => isLeft[index] === 0);
}

function expandSeed(seed: number): Uint32Array {
  let low = seed >>> 0;
  const high = Math.floor(seed / two32) >>> 0;
  function next(): number {
    low = (low + 0x9e3779b9) >>> 0;
    let mixed = low ^ (low >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
  const state = Uint32Array.from([next(), next(), next(), next()]);
  if (high !== 0) {
    low = (high ^ next()) >>> 0;
    for (let word = 0; word < 4; word++) state[word] ^= next();
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}
