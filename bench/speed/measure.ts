/** Measures once and returns milliseconds per call. */
export type Sampler = () => number | Promise<number>;

/**
 * The median of each sampler, taken in turn (a, b, a, b, ...), so that what else the machine does meets all alike.
 * A quarter as many rounds go before and do not count: code is compiled and caches are filled meanwhile.
 */
export async function mediansInTurn(rounds: number, samplers: readonly Sampler[]): Promise<number[]> {
  const warmUp = Math.ceil(rounds / 4);
  const samples = samplers.map((): number[] => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [index, sample] of samplers.entries()) {
      const milliseconds = await sample();
      if (round >= warmUp) samples[index].push(milliseconds);
    }
  }
  return samples.map(median);
}

const sampleMilliseconds = 8;

/**
 * Times a function that is too fast for one call: as many calls a sample as fill some milliseconds.
 * @param work returns a figure that depends on all it computed, lest the compiler drop the computation
 */
export function repeated(work: (call: number) => number): Sampler {
  let calls = 1;
  return () => {
    for (;;) {
      const milliseconds = timeCalls(work, calls);
      if (milliseconds >= sampleMilliseconds / 2) return milliseconds / calls;
      calls *= 2;
    }
  };
}

function timeCalls(work: (call: number) => number, calls: number): number {
  let sum = 0;
  const start = performance.now();
  for (let call = 0; call < calls; call++) sum += work(call);
  const milliseconds = performance.now() - start;
  if (Number.isNaN(sum)) throw new Error('a measured function answered NaN');
  return milliseconds;
}

export function once(work: () => Promise<unknown>): Sampler {
  return async () => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
