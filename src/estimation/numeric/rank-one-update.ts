/** Poles closer than this share of the largest one count as equal. */
const equalPoles = 1e-14;
/** Weights below this share of the scale do not move any eigenvalue. */
const negligibleWeight = 1e-28;
const rootTolerance = 1e-14;
const maxRootSteps = 80;

/** Projects on the leading eigenvectors of a diagonal matrix plus one outer product. */
export interface RankOneProjector {
  /**
   * With A = diag(d) + z z' and P the projector on its `count` leading eigenvectors, the multipliers w of P z = w * z
   * (entry by entry).
   * @param squares size: z_j^2   @param multipliers size: written
   * Cost: O(count size) times the few steps to each eigenvalue.
   */
  multipliers(squares: Float64Array, count: number, multipliers: Float64Array): void;
  /** Each call starts from the eigenvalues of the one before; the next one shall not. */
  forget(): void;
}

/**
 * The eigenvalues of A are the roots of the secular equation sum_j z_j^2 / (lambda - d_j) = 1, one above each d_j; the
 * eigenvectors are z_j / (lambda - d_j). Equal d_j, and those with z_j = 0, are eigenvalues themselves, with
 * eigenvectors orthogonal to z ("deflation").
 * Source: Golub 1973, Some modified matrix eigenvalue problems; Bunch, Nielsen and Sorensen 1978, Rank-one modification
 * of the symmetric eigenproblem (also for the root finder).
 * @param diagonal size: d, descending, not negative
 */
export function createRankOneProjector(diagonal: Float64Array): RankOneProjector {
  const size = diagonal.length;
  const largest = size === 0 ? 0 : diagonal[0];
  const groups = groupEqual(diagonal, equalPoles * largest);
  const nGroups = groups.values.length;
  const weights = new Float64Array(nGroups);
  const factors = new Float64Array(nGroups);
  const secular = createSecularEquation(nGroups);

  /** Poles with weight enter the secular equation. */
  function collectPoles(): void {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const least = negligibleWeight * (largest + total);
    secular.clear();
    for (let group = 0; group < nGroups; group++) {
      if (weights[group] > least) secular.add(groups.values[group], weights[group]);
      else weights[group] = 0;
    }
  }

  /** How many of the eigenvalues orthogonal to z are at least `bound`: what deflation left of each group. */
  function countDeflated(bound: number): number {
    let count = 0;
    for (let group = 0; group < nGroups && groups.values[group] >= bound; group++) {
      count += groups.sizes[group] - (weights[group] > 0 ? 1 : 0);
    }
    return count;
  }

  return {
    forget: () => secular.forget(),
    multipliers(squares, count, multipliers) {
      weights.fill(0);
      for (let j = 0; j < size; j++) weights[groups.of[j]] += squares[j];
      collectPoles();
      factors.fill(0);
      for (let index = 0; index < secular.count() && index < count; index++) {
        secular.solve(index);
        if (index + countDeflated(secular.root()) >= count) break;
        secular.addFactors(factors, groups.values, weights);
      }
      for (let j = 0; j < size; j++) multipliers[j] = factors[groups.of[j]];
    },
  };
}

interface Groups {
  /** The distinct values, descending, and how often each occurs. */
  readonly values: Float64Array;
  readonly sizes: Int32Array;
  /** The group of each entry. */
  readonly of: Int32Array;
}

function groupEqual(descending: Float64Array, tolerance: number): Groups {
  const of = new Int32Array(descending.length);
  const values: number[] = [];
  const sizes: number[] = [];
  descending.forEach((value, j) => {
    if (values.length === 0 || values[values.length - 1] - value > tolerance) {
      values.push(value);
      sizes.push(0);
    }
    of[j] = values.length - 1;
    sizes[of[j]]++;
  });
  return { values: Float64Array.from(values), sizes: Int32Array.from(sizes), of };
}

/** sum_j weight_j / (lambda - pole_j) = 1, its roots held as a distance from a pole lest that distance be rounded away. */
function createSecularEquation(capacity: number) {
  const poles = new Float64Array(capacity);
  const weights = new Float64Array(capacity);
  let nPoles = 0;
  let totalWeight = 0;
  /** Where the roots of the equation before lay: 0 = nowhere yet. */
  const lastOrigins = new Int32Array(capacity);
  const lastOffsets = new Float64Array(capacity);
  /** The root is poles[origin] + offset. */
  let origin = 0;
  let offset = 0;
  /** At the offset: the sums over the poles below (pole `index` included) and above the root, and minus their slopes. */
  let below = 0;
  let belowSlope = 0;
  let above = 0;
  let aboveSlope = 0;

  function evaluate(index: number): void {
    // Sums in locals: what closures share is slow to write.
    const at = offset;
    const base = poles[origin];
    let sum = 0;
    let slope = 0;
    for (let j = 0; j < index; j++) {
      const inverse = 1 / (at - (poles[j] - base));
      const term = weights[j] * inverse;
      sum += term;
      slope += term * inverse;
    }
    above = sum;
    aboveSlope = slope;
    sum = 0;
    slope = 0;
    for (let j = index; j < nPoles; j++) {
      const inverse = 1 / (at - (poles[j] - base));
      const term = weights[j] * inverse;
      sum += term;
      slope += term * inverse;
    }
    below = sum;
    belowSlope = slope;
  }

  /** The largest root: above it there is no pole. */
  function nextAboveAll(): number {
    return (belowSlope * offset * offset) / (1 - below + belowSlope * offset);
  }

  /**
   * Replaces the sums by  s + p / (lambda - lower)  and  t + q / (lambda - upper), with their values and slopes here,
   * and solves for lambda, as a distance from the nearer pole.
   */
  function nextBetween(index: number): number {
    const gap = poles[index - 1] - poles[index];
    const fromLower = origin === index ? offset : offset + gap;
    const fromUpper = origin === index ? offset - gap : offset;
    const p = belowSlope * fromLower * fromLower;
    const q = aboveSlope * fromUpper * fromUpper;
    const rest = 1 - (below - belowSlope * fromLower) - (above - aboveSlope * fromUpper);
    if (origin === index) {
      const linear = p + q + rest * gap;
      return (2 * p * gap) / (linear + Math.sqrt(Math.max(0, linear * linear - 4 * rest * p * gap)));
    }
    const linear = p + q - rest * gap;
    return (-2 * q * gap) / (linear + Math.sqrt(Math.max(0, linear * linear + 4 * rest * q * gap)));
  }

  /** Newton-like steps on the model above, by halves where one would leave the bracket. */
  function refine(index: number, lowest: number, highest: number): void {
    let low = lowest;
    let high = highest;
    for (let step = 0; step < maxRootSteps; step++) {
      evaluate(index);
      const excess = below + above - 1;
      if (Math.abs(excess) <= rootTolerance * (1 + below - above)) return;
      if (excess > 0) low = offset;
      else high = offset;
      let next = index === 0 ? nextAboveAll() : nextBetween(index);
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (next === offset) return;
      offset = next;
    }
    evaluate(index);
  }

  function solveAnew(index: number): void {
    origin = index;
    if (index === 0) {
      offset = totalWeight;
      refine(index, 0, totalWeight);
      return;
    }
    const half = (poles[index - 1] - poles[index]) / 2;
    offset = half;
    evaluate(index);
    if (below + above <= 1) {
      refine(index, 0, half);
    } else {
      origin = index - 1;
      offset = -half;
      refine(index, -half, 0);
    }
  }

  /** From the root of the last equation, if that one leads to the same side of the gap: a few steps less. */
  function solveFromLast(index: number): boolean {
    if (index === 0 || lastOffsets[index] === 0) return false;
    origin = lastOrigins[index];
    offset = lastOffsets[index];
    const half = (poles[index - 1] - poles[index]) / 2;
    if (Math.abs(offset) >= half || origin > index || origin < index - 1) return false;
    const low = origin === index ? 0 : -2 * half;
    refine(index, low, low + 2 * half);
    return Math.abs(offset) <= half;
  }

  return {
    forget(): void {
      lastOffsets.fill(0);
    },
    clear(): void {
      nPoles = 0;
      totalWeight = 0;
    },
    /** Poles come in descending order. */
    add(pole: number, weight: number): void {
      poles[nPoles] = pole;
      weights[nPoles] = weight;
      nPoles++;
      totalWeight += weight;
    },
    count: () => nPoles,
    root: () => poles[origin] + offset,
    /** Finds the root between pole `index` and the next higher one. */
    solve(index: number): void {
      if (!solveFromLast(index)) solveAnew(index);
      lastOrigins[index] = origin;
      lastOffsets[index] = offset;
    },
    /** Adds what the eigenvector of the root last found contributes: 1 / (|v|^2 (lambda - pole)), v_j = z_j / (lambda - d_j). */
    addFactors(factors: Float64Array, values: Float64Array, groupWeights: Float64Array): void {
      const share = 1 / (belowSlope + aboveSlope);
      const at = offset;
      const base = poles[origin];
      for (let group = 0; group < values.length; group++) {
        if (groupWeights[group] > 0) factors[group] += share / (at - (values[group] - base));
      }
    },
  };
}
