import { Matrix, solve } from 'ml-matrix';
import { studentTQuantile } from '../../src/estimation/numeric/student-t.ts';
import { meanOf, sumOf } from './measures.ts';
import type { Problem } from './problems.ts';

/**
 * The estimates once more, as plainly as design/estimation.md has them: nested arrays, normal equations with a column
 * of ones, sums over all items. Slow and simple; what the service computes is held against it.
 */

/** Row mean + column mean - grand mean, clipped; a row or column without any score counts as average. */
export function imputeNaively(rows: Problem['sources'], nItems: number): number[][] {
  const present = (cells: readonly (number | null)[]) => cells.filter((cell) => cell !== null);
  const all = rows.flatMap(present);
  const grand = all.length === 0 ? 0.5 : meanOf(all);
  const mean = (cells: readonly (number | null)[]) => {
    const scores = present(cells);
    return scores.length === 0 ? grand : meanOf(scores);
  };
  const columns = Array.from({ length: nItems }, (_, item) => mean(rows.map((row) => row[item])));
  return rows.map((row) =>
    row.map((cell, item) => cell ?? Math.min(1, Math.max(0, mean(row) + columns[item] - grand))),
  );
}

export interface NaiveAipw {
  readonly theta: number;
  /** N */
  readonly predictions: readonly number[];
  /** n */
  readonly weights: readonly number[];
  readonly looResiduals: readonly number[];
}

export function naiveWeights(inclusion: readonly number[]): number[] {
  const total = sumOf(inclusion.map((probability) => 1 / probability));
  return inclusion.map((probability) => 1 / probability / total);
}

export function naiveAipw(problem: Problem, alpha: number): NaiveAipw {
  const { items, target, inclusion } = problem;
  const scores = imputeNaively(problem.sources, target.length);
  const weights = naiveWeights(inclusion);
  const n = items.length;
  const featuresOf = (item: number) => [1, ...scores.map((row) => row[item])];
  const design = new Matrix(items.map(featuresOf));
  const weighted = design.transpose().mmul(Matrix.diag(weights.map((weight) => n * weight)));
  const penalty = Matrix.diag([0, ...scores.map(() => alpha)]);
  const left = weighted.mmul(design).add(penalty);
  const y = items.map((item) => target[item]);
  const beta = solve(left, weighted.mmul(Matrix.columnVector(y))).to1DArray();
  const leverage = design.mmul(solve(left, weighted)).diagonal();
  const predictions = target.map((_, item) =>
    featuresOf(item).reduce((sum, feature, k) => sum + feature * beta[k], 0),
  );
  const residuals = items.map((item) => target[item] - predictions[item]);
  return {
    theta: meanOf(predictions) + sumOf(residuals.map((residual, i) => weights[i] * residual)),
    predictions,
    weights,
    looResiduals: residuals.map((residual, i) => residual / (1 - Math.min(leverage[i], 0.95))),
  };
}

export interface NaiveInterval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
  readonly effectiveSampleSize: number;
}

/** @param n at least 2, or all items */
export function naiveInterval(
  y: readonly number[],
  inclusion: readonly number[],
  populationSize: number,
  theta: number,
  looResiduals: readonly number[],
  level: number,
): NaiveInterval {
  const n = y.length;
  const N = populationSize;
  const total = sumOf(y);
  if (n === N) {
    const exact = total / N;
    return { estimate: exact, lower: exact, upper: exact, standardError: 0, effectiveSampleSize: n };
  }
  const w = naiveWeights(inclusion);
  const mean = sumOf(y.map((value, i) => w[i] * value));
  const V = sumOf(y.map((value, i) => w[i] * (value - mean) ** 2));
  const f = 1 - n / N;
  const isConstant = y.every((value) => value === y[0]);
  const terms = looResiduals.map((e, i) => (1 - inclusion[i]) * (w[i] * e) ** 2);
  const R = isConstant ? 1 : Math.min(1.1, Math.max(0.2, (n * sumOf(terms)) / (f * V)));
  const nEff = isConstant ? n / f : (n * mean * (1 - mean)) / (R * f * V);
  const possible = (value: number) => Math.min((total + N - n) / N, Math.max(total / N, value));
  const estimate = possible(theta);
  const q = studentTQuantile((1 + level) / 2, n - 1);
  // The bounds are the two p with (estimate - p)^2 = q^2 p (1 - p) / n_eff.
  const a = 1 + q ** 2 / nEff;
  const b = -(2 * estimate + q ** 2 / nEff);
  const root = Math.sqrt(b ** 2 - 4 * a * estimate ** 2);
  const lower = possible((-b - root) / (2 * a));
  const upper = possible((-b + root) / (2 * a));
  return { estimate, lower, upper, standardError: (upper - lower) / (2 * q), effectiveSampleSize: n / R };
}

/** kappa from all pairs of items; NaN where c_exp = 1. */
export function naiveKappa(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const observed = 1 - meanOf(a.map((value, i) => Math.abs(value - b[i])));
  const expected = 1 - sumOf(a.flatMap((value) => b.map((other) => Math.abs(value - other)))) / n ** 2;
  return 1 - expected < 1e-12 ? Number.NaN : (observed - expected) / (1 - expected);
}
