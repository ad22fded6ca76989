import Table from 'cli-table3';
import { createCalibration } from '../../src/estimation/backtest/expected-error.ts';
import { type TargetRecord, unpackRecords } from '../../src/estimation/backtest/records.ts';
import type { SplitName } from '../../src/estimation/backtest/splits.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { mean } from './replays.ts';

/** The records of one arm on one matrix. */
export interface MatrixRecords {
  readonly name: string;
  readonly packed: Float64Array;
}

interface Agreement {
  /** Pearson's correlation of expected and true absolute error, and mean expected over mean true error. */
  readonly correlation: number;
  readonly ratio: number;
}

/** Each matrix in turn is held back: its targets' errors are foretold from the records of all others. */
export function renderCalibration(
  matrices: readonly MatrixRecords[],
  methods: readonly MethodName[],
): string {
  const table = new Table({
    head: ['method', 'mean (lowest) correlation', 'expected / true', ...matrices.map(({ name }) => name)],
    style: { head: [], border: [], compact: true },
  });
  const byMatrix = matrices.map((held) => foretell(held, matrices, methods));
  methods.forEach((method, k) => {
    const agreements = byMatrix.map((ofMethods) => ofMethods[k]);
    const correlations = agreements.map(({ correlation }) => correlation);
    const ratios = agreements.map(({ ratio }) => ratio);
    table.push([
      method,
      `${mean(correlations).toFixed(2)} (${Math.min(...correlations).toFixed(2)})`,
      `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      ...correlations.map((correlation) => correlation.toFixed(2)),
    ]);
  });
  return table.toString();
}

/** Share of the targets of a split whose estimate stands where `frontier` is raised, mean over the matrices. */
export function frontierShare(matrices: readonly MatrixRecords[], split: SplitName, methods: number): number {
  return mean(
    matrices.map(({ packed }) => {
      const records = unpackRecords(packed, methods).filter((record) => record.split === split);
      return mean(records.map(({ percentile }) => Number(percentile >= 0.95)));
    }),
  );
}

function foretell(
  held: MatrixRecords,
  matrices: readonly MatrixRecords[],
  methods: readonly MethodName[],
): Agreement[] {
  const others = matrices.filter((matrix) => matrix !== held).flatMap(({ packed }) => [...packed]);
  const calibration = createCalibration(Float64Array.from(others), methods)!;
  const records = unpackRecords(held.packed, methods.length);
  const expected = records.map((record) => calibration.expect(targetOf(record, methods)).methods);
  return methods.map((_, k) =>
    agreementOf(
      expected.map((ofMethods) => ofMethods[k].meanAbsoluteError),
      records.map((record) => Math.abs(record.methods[k].error)),
    ),
  );
}

/** Only differences of estimates count, so the truth may be taken for 0. */
function targetOf(record: TargetRecord, methods: readonly MethodName[]) {
  return {
    similarity: record.similarity,
    deviations: record.deviations,
    aipw: record.aipw.error,
    halfWidth: record.aipw.halfWidth,
    estimates: methods.map((method, k) => ({ method, estimate: record.methods[k].error })),
  };
}

function agreementOf(expected: readonly number[], truth: readonly number[]): Agreement {
  const [a, b] = [expected, truth].map((values) => values.map((value) => value - mean(values)));
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, k) => sum + value * y[k], 0);
  return {
    correlation: dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
    ratio: mean(expected) / mean(truth),
  };
}
