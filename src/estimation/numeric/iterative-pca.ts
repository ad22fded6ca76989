import { dot } from './dot.ts';
import { transpose } from './feature-matrix.ts';
import { blockSizeFor, leadingEigenspace } from './leading-eigenspace.ts';
import { createRandom } from './random.ts';
import { createRankOneProjector, type RankOneProjector } from './rank-one-update.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/**
 * The centred source scores X (M x N) seen from a core set C. With the thin decomposition X = U S V', V is N x R and R
 * the rank; only its rows on the core set are needed.
 */
export interface SourceView {
  /** M */
  readonly nSources: number;
  /** n */
  readonly nItems: number;
  /** R: the squared singular values, descending, positive. */
  readonly squares: Float64Array;
  /** n x R, row-major: V_C. */
  readonly coreVectors: Float64Array;
}

const maxRounds = 100;
/** Norm of the change of the filled cells at which the rounds end, that last change left undone as in the paper's code. */
const tolerance = 1e-4;
/** Components that explain less than this share of the first are none: the rank is exhausted. */
const negligibleValue = 1e-13;

/*
 * Iterative PCA imputation: the missing items of the targets start at the sources' means; in each round sources and
 * targets together are centred and projected on their r leading components, and the missing items are filled from the
 * projection.   Source: arXiv 2506.07673, "PCA".
 *
 * None of it needs the N items. With d_t = target - source means, the missing part of d_t is always V_notC a_t for some
 * a_t in R^R (a_t = 0 at the start; each projection is a combination of the rows of X and of the d_t). The known part
 * differs from V_C a_t by e_t = d_t,C - V_C a_t. So d_t = V a_t + (e_t on C, 0 elsewhere), and
 *   b_t = V' d_t = a_t + V_C' e_t,    d_t - V b_t is orthogonal to V, with inner products e_s.e_t - (V_C' e_s).(V_C' e_t),
 *   and on the missing items d_t - V b_t = V_notC (a_t - b_t).
 * In an orthonormal basis of V and the residuals the scatter about the common mean is
 *   diag(S^2, 0) + sum_t z_t z_t' - (M + T) m m',   z_t = (b_t, residual),  m = sum_t z_t / (M + T).
 * A change c of a_t moves the missing items by |V_notC c|^2 = |c|^2 - |V_C c|^2.
 */

/** Imputes one target at a time; not to be shared between calls that run at once. */
export interface TargetImputer {
  /**
   * @param deviations n: the target's scores minus the sources' means, on the core set
   * @returns R: a, the missing items being source means + V_notC a; overwritten by the next call
   * Cost: O(n R + components R) a round, at most 100 rounds, whatever N.
   */
  impute(deviations: Float64Array, components: number): Float64Array;
}

/**
 * One target: the scatter is a diagonal plus c z z', c = M / (M + 1), so that its leading eigenvectors follow from the
 * secular equation and P z is a product entry by entry.
 */
export function createTargetImputer(view: SourceView): TargetImputer {
  const { nSources, nItems, squares } = view;
  const rank = squares.length;
  const share = nSources / (nSources + 1);
  const projector: RankOneProjector = createRankOneProjector(withZeros(squares, 1));
  const zSquares = new Float64Array(rank + 1);
  const multipliers = new Float64Array(rank + 1);
  const filled = new Float64Array(rank);
  const next = new Float64Array(rank);
  const seen = new Float64Array(rank);
  let residuals = new Float64Array(nItems);
  let nextResiduals = new Float64Array(nItems);

  /** One round: from `filled`, `residuals` and `seen` (a, e and V_C' e) to `next`. */
  function project(components: number): void {
    const outside = dot(residuals, 0, residuals, 0, nItems) - dot(seen, 0, seen, 0, rank);
    for (let k = 0; k < rank; k++) {
      const along = filled[k] + seen[k];
      zSquares[k] = share * along * along;
    }
    zSquares[rank] = share * Math.max(0, outside);
    projector.multipliers(zSquares, components, multipliers);
    const residualFactor = multipliers[rank];
    for (let k = 0; k < rank; k++) {
      const projected = multipliers[k] * (filled[k] + seen[k]) - residualFactor * seen[k];
      next[k] = (1 - share) * filled[k] + share * projected;
    }
  }

  return {
    impute(deviations, components) {
      // So that no answer depends on the targets before.
      projector.forget();
      filled.fill(0);
      fitAndProject(view, deviations, filled, residuals, seen);
      for (let round = 0; round < maxRounds; round++) {
        project(components);
        fitAndProject(view, deviations, next, nextResiduals, seen);
        const change = squaredChange(filled, next, residuals, nextResiduals);
        if (change < tolerance ** 2) break;
        filled.set(next);
        [residuals, nextResiduals] = [nextResiduals, residuals];
      }
      return filled;
    },
  };
}

function withZeros(values: Float64Array, count: number): Float64Array {
  const extended = new Float64Array(values.length + count);
  extended.set(values);
  return extended;
}

/**
 * e = d_C - V_C a and V_C' e in one pass over V_C, four rows at a time: each entry loaded serves both products.
 * @param residuals n: e, written   @param seen R: V_C' e, written
 */
function fitAndProject(
  { nItems, squares, coreVectors }: SourceView,
  deviations: Float64Array,
  filled: Float64Array,
  residuals: Float64Array,
  seen: Float64Array,
): void {
  const rank = squares.length;
  const whole = nItems - (nItems % 4);
  seen.fill(0);
  for (let i = 0; i < whole; i += 4) {
    fitFourRows(coreVectors, i, rank, deviations, filled, residuals);
    addFourRows(coreVectors, i, rank, residuals, seen);
  }
  for (let i = whole; i < nItems; i++) {
    const start = i * rank;
    const residual = deviations[i] - dot(coreVectors, start, filled, 0, rank);
    residuals[i] = residual;
    for (let k = 0; k < rank; k++) seen[k] += residual * coreVectors[start + k];
  }
}

function fitFourRows(
  vectors: Float64Array,
  i: number,
  rank: number,
  deviations: Float64Array,
  filled: Float64Array,
  residuals: Float64Array,
): void {
  const at0 = i * rank;
  const at1 = at0 + rank;
  const at2 = at1 + rank;
  const at3 = at2 + rank;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let k = 0; k < rank; k++) {
    const value = filled[k];
    sum0 += vectors[at0 + k] * value;
    sum1 += vectors[at1 + k] * value;
    sum2 += vectors[at2 + k] * value;
    sum3 += vectors[at3 + k] * value;
  }
  residuals[i] = deviations[i] - sum0;
  residuals[i + 1] = deviations[i + 1] - sum1;
  residuals[i + 2] = deviations[i + 2] - sum2;
  residuals[i + 3] = deviations[i + 3] - sum3;
}

function addFourRows(
  vectors: Float64Array,
  i: number,
  rank: number,
  residuals: Float64Array,
  seen: Float64Array,
): void {
  const at0 = i * rank;
  const at1 = at0 + rank;
  const at2 = at1 + rank;
  const at3 = at2 + rank;
  const factor0 = residuals[i];
  const factor1 = residuals[i + 1];
  const factor2 = residuals[i + 2];
  const factor3 = residuals[i + 3];
  for (let k = 0; k < rank; k++) {
    seen[k] +=
      factor0 * vectors[at0 + k] +
      factor1 * vectors[at1 + k] +
      (factor2 * vectors[at2 + k] + factor3 * vectors[at3 + k]);
  }
}

/** e = d_C - V_C a */
function fitResiduals(
  { nItems, squares, coreVectors }: SourceView,
  deviations: Float64Array,
  from: number,
  filled: Float64Array,
  at: number,
  residuals: Float64Array,
): void {
  const rank = squares.length;
  for (let i = 0; i < nItems; i++) {
    residuals[from + i] = deviations[from + i] - dot(coreVectors, i * rank, filled, at, rank);
  }
}

/** V_C' e */
function projectResiduals(
  { nItems, squares }: SourceView,
  transposedVectors: Float64Array,
  residuals: Float64Array,
  from: number,
  seen: Float64Array,
  at: number,
): void {
  for (let k = 0; k < squares.length; k++) {
    seen[at + k] = dot(transposedVectors, k * nItems, residuals, from, nItems);
  }
}

/** |V_notC c|^2, summed over the targets: V_C c is the change of the residuals. */
function squaredChange(a: Float64Array, nextA: Float64Array, e: Float64Array, nextE: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const change = nextA[k] - a[k];
    sum += change * change;
  }
  for (let i = 0; i < e.length; i++) {
    const change = nextE[i] - e[i];
    sum -= change * change;
  }
  return sum;
}

/**
 * A batch of targets imputed together, as the paper's code does: each one's answer then depends on the others.
 * @param deviations T x n, row-major: the targets' scores minus the sources' means, on the core set
 * @returns T x R: the a_t, the missing items of target t being source means + V_notC a_t
 * Cost: O(T n (n + R) + steps (T + components) components (n + R)) a round, at most 100 rounds, whatever N.
 */
export function imputeBatch(
  view: SourceView,
  deviations: Float64Array,
  nTargets: number,
  components: number,
): Float64Array {
  const { nItems, squares } = view;
  const rank = squares.length;
  const projector = createBatchProjector(view, nTargets, components);
  let filled: Float64Array = new Float64Array(nTargets * rank);
  let residuals = deviations.slice();
  for (let round = 0; round < maxRounds; round++) {
    const next = projector.project(filled, residuals);
    const nextResiduals = new Float64Array(residuals.length);
    for (let t = 0; t < nTargets; t++) {
      fitResiduals(view, deviations, t * nItems, next, t * rank, nextResiduals);
    }
    const change = squaredChange(filled, next, residuals, nextResiduals);
    if (change < tolerance ** 2) break;
    filled = next;
    residuals = nextResiduals;
  }
  return filled;
}

/**
 * With K = I - 11' / (M + T) the scatter is diag(S^2, 0) + Z' K Z, and K is the square of "subtract the share
 * 1 - sqrt(M / (M + T)) of the mean". An eigenvector u of value lambda is u_V plus the residuals of the rows of Z weighted
 * by K Z u / lambda; so, on the missing items, it is V_notC times  u_V - (K V_C' e)' Z u / lambda.
 */
function createBatchProjector(view: SourceView, nTargets: number, components: number) {
  const { nSources, nItems, squares } = view;
  const rank = squares.length;
  const transposedVectors = transpose(view.coreVectors, nItems, rank);
  const basis = residualBasis(view);
  const nResidual = basis.length / nItems;
  const size = rank + nResidual;
  const count = Math.min(components, size);
  const diagonal = withZeros(squares, nResidual);
  const centredShare = nTargets / (nSources + nTargets);
  const scatterShare = 1 - Math.sqrt(1 - centredShare);
  let vectors = randomRows(blockSizeFor(count, size), size);

  /** T x size: z_t */
  function coordinates(filled: Float64Array, seen: Float64Array, residuals: Float64Array): Float64Array {
    const z = new Float64Array(nTargets * size);
    for (let t = 0; t < nTargets; t++) {
      for (let k = 0; k < rank; k++) z[t * size + k] = filled[t * rank + k] + seen[t * rank + k];
      for (let k = 0; k < nResidual; k++) {
        z[t * size + rank + k] = dot(basis, k * nItems, residuals, t * nItems, nItems);
      }
    }
    return z;
  }

  return {
    /** From a and e of all targets (T x R, T x n) to the next a. */
    project(filled: Float64Array, residuals: Float64Array): Float64Array {
      const seen = new Float64Array(nTargets * rank);
      for (let t = 0; t < nTargets; t++)
        projectResiduals(view, transposedVectors, residuals, t * nItems, seen, t * rank);
      const z = coordinates(filled, seen, residuals);
      const rows = subtractMean(z, nTargets, scatterShare);
      const space = leadingEigenspace({ diagonal, rows, nRows: nTargets }, count, vectors);
      vectors = space.vectors;
      const mixedSeen = subtractMean(seen, nTargets, scatterShare);
      const centred = subtractMean(z, nTargets, centredShare);
      const next = filled.slice();
      const aboutMean = subtractMean(filled, nTargets, centredShare);
      for (let k = 0; k < next.length; k++) next[k] -= aboutMean[k];
      for (let i = 0; i < count && space.values[i] > negligibleValue * space.values[0]; i++) {
        const onMissing = vectors.slice(i * size, i * size + rank);
        for (let t = 0; t < nTargets; t++) {
          const along = dot(rows, t * size, vectors, i * size, size) / space.values[i];
          for (let k = 0; k < rank; k++) onMissing[k] -= along * mixedSeen[t * rank + k];
        }
        for (let t = 0; t < nTargets; t++) {
          const along = dot(centred, t * size, vectors, i * size, size);
          for (let k = 0; k < rank; k++) next[t * rank + k] += along * onMissing[k];
        }
      }
      return next;
    },
  };
}

/** Rows f_k with sum_k f_k f_k' = I - V_C V_C': the coordinates f_k.e of what lies outside V. */
function residualBasis({ nItems, squares, coreVectors }: SourceView): Float64Array {
  const rank = squares.length;
  const products = new Float64Array(nItems * nItems);
  for (let i = 0; i < nItems; i++) {
    for (let j = 0; j < nItems; j++) {
      const product = dot(coreVectors, i * rank, coreVectors, j * rank, rank);
      products[i * nItems + j] = (i === j ? 1 : 0) - product;
    }
  }
  const { values, vectors } = symmetricEigen(products, nItems);
  const nKept = values.findLastIndex((value) => value > 1e-14) + 1;
  return vectors
    .subarray(0, nKept * nItems)
    .map((entry, at) => entry * Math.sqrt(values[Math.floor(at / nItems)]));
}

/** Each row minus a share of the mean of all rows. */
function subtractMean(rows: Float64Array, nRows: number, share: number): Float64Array {
  const size = rows.length / nRows;
  const mean = new Float64Array(size);
  for (let t = 0; t < nRows; t++) {
    for (let k = 0; k < size; k++) mean[k] += rows[t * size + k] / nRows;
  }
  return rows.map((value, at) => value - share * mean[at % size]);
}

/** Where the search for the eigenvectors begins: with something of each of them. */
function randomRows(nRows: number, size: number): Float64Array {
  const random = createRandom(1);
  return Float64Array.from({ length: nRows * size }, () => random.uniform() - 0.5);
}
