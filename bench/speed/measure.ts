/** Measures once and returns milliseconds per call, or another figure of which less is better. */
export type Sampler = () => number | Promise<number>;

/** What one line of the table rests on: a figure of ours and one of the reference for each run. */
export interface Runs {
  readonly ours: readonly number[];
  readonly reference: readonly number[];
}

export const runs = 3;
/** A reference that takes longer is run once. */
const longReference = 5000;

/**
 * A path beside its reference, three runs of each; of a reference that takes longer than five seconds one, which then counts for all. Within a run they take turns (a, b, a, b, ...), so that what else the
 * machine does meets both alike, and the median of the rounds counts.
 * @param rounds turns in a run; with several, a run's first quarter as many do not count: code is compiled meanwhile
 */
export async function inThreeRuns(ours: Sampler, reference: Sampler, rounds = 1): Promise<Runs> {
  const taken: { ours: number[]; reference: number[] } = { ours: [], reference: [] };
  for (let run = 0; run < runs; run++) {
    const samples: { ours: number[]; reference: number[] } = { ours: [], reference: [] };
    const warmUp = rounds === 1 ? 0 : Math.ceil(rounds / 4);
    for (let round = -warmUp; round < rounds; round++) {
      const known = taken.reference[0];
      const figures = {
        reference: known > longReference ? known : await reference(),
        ours: await ours(),
      };
      if (round < 0) continue;
      samples.ours.push(figures.ours);
      samples.reference.push(figures.reference);
    }
    taken.ours.push(median(samples.ours));
    taken.reference.push(median(samples.reference));
  }
  return taken;
}

/** Three runs of a path whose reference was recorded elsewhere. */
export async function besideRecorded(ours: Sampler, recorded: number, rounds = 1): Promise<Runs> {
  const constant = () => recorded;
  return inThreeRuns(ours, constant, rounds);
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

/** Times a function that takes long enough for one call. */
export function once(work: () => unknown): Sampler {
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
