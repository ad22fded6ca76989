const maxLevels = 20;
const maxKnown = 100_000;
/** By probability, then by degrees of freedom. */
const known = new Map<number, Map<number, number>>();

/**
 * The quantile of Student's t distribution. Those asked for are remembered: one evaluation asks for the same ones again
 * and again, and a plan for one after the other.
 * @param probability in (0, 1)   @param degreesOfFreedom > 0
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  const ofLevel = quantilesOf(probability);
  const remembered = ofLevel.get(degreesOfFreedom);
  if (remembered !== undefined) return remembered;
  const quantile = upperQuantile(probability, degreesOfFreedom);
  if (ofLevel.size >= maxKnown) ofLevel.clear();
  ofLevel.set(degreesOfFreedom, quantile);
  return quantile;
}

function quantilesOf(probability: number): Map<number, number> {
  const ofLevel = known.get(probability);
  if (ofLevel !== undefined) return ofLevel;
  if (known.size >= maxLevels) known.clear();
  const fresh = new Map<number, number>();
  known.set(probability, fresh);
  return fresh;
}

/** P(T <= t) under Student's t distribution. @param degreesOfFreedom > 0 */
export function studentTProbability(t: number, degreesOfFreedom: number): number {
  const tail = upperTail(Math.abs(t), degreesOfFreedom);
  return t > 0 ? 1 - tail : tail;
}

/** Newton steps, kept inside a shrinking bracket; relative error below 1e-6, and below 1e-10 for levels from 0.5 on. */
function upperQuantile(probability: number, degreesOfFreedom: number): number {
  let low = 0;
  let high = 1;
  while (upperTail(high, degreesOfFreedom) > 1 - probability) {
    low = high;
    high *= 2;
  }
  let guess = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const excess = upperTail(guess, degreesOfFreedom) - (1 - probability);
    if (excess > 0) low = guess;
    else high = guess;
    const newton = guess + excess / density(guess, degreesOfFreedom);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - guess) <= 1e-13 * next) return next;
    guess = next;
  }
  return guess;
}

function density(t: number, df: number): number {
  const logConstant = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  return Math.exp(logConstant - ((df + 1) / 2) * Math.log1p((t * t) / df));
}

/** P(T > t) for t >= 0 = I_x(df/2, 1/2) / 2 with x = df / (df + t^2). */
function upperTail(t: number, df: number): number {
  return regularisedIncompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8), evaluated by the modified Lentz method. */
function regularisedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedIncompleteBeta(1 - x, b, a);
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a);
  return Math.exp(logFront) * betaContinuedFraction(x, a, b);
}

function betaContinuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}

/** ln Gamma(x), x > 0: Stirling's series (Abramowitz and Stegun 6.1.41) after shifting x above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += Math.log(z);
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
