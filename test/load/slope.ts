/** A figure that was read now and then. */
export interface Reading {
  /** Since the beginning. */
  readonly seconds: number;
  readonly value: number;
}

export interface Slope {
  readonly perMinute: number;
  /** Of that, as far as the readings scatter about their line. */
  readonly standardError: number;
}

/**
 * How fast something grows, by a straight line through the lowest reading of each of so many stretches: between two
 * collections of garbage memory goes up and down, and what is left after one is what matters.
 */
export function slopeOf(readings: readonly Reading[], stretches = 20): Slope {
  const lowest = lowestOfStretches(readings, stretches);
  const n = lowest.length;
  const meanOf = (of: (reading: Reading) => number) => lowest.reduce((sum, one) => sum + of(one), 0) / n;
  const [meanTime, meanValue] = [meanOf(({ seconds }) => seconds), meanOf(({ value }) => value)];
  const spread = n * meanOf(({ seconds }) => (seconds - meanTime) ** 2);
  const slope = (n * meanOf(({ seconds, value }) => (seconds - meanTime) * (value - meanValue))) / spread;
  const residuals =
    n * meanOf(({ seconds, value }) => (value - meanValue - slope * (seconds - meanTime)) ** 2);
  const standardError = Math.sqrt(residuals / Math.max(1, n - 2) / spread);
  return { perMinute: 60 * slope, standardError: 60 * standardError };
}

function lowestOfStretches(readings: readonly Reading[], stretches: number): Reading[] {
  const [first, last] = [readings[0].seconds, readings.at(-1)!.seconds];
  const length = (last - first) / stretches || 1;
  const lowest = new Map<number, Reading>();
  for (const reading of readings) {
    const stretch = Math.min(stretches - 1, Math.floor((reading.seconds - first) / length));
    const known = lowest.get(stretch);
    if (known === undefined || reading.value < known.value) lowest.set(stretch, reading);
  }
  return [...lowest.values()];
}
