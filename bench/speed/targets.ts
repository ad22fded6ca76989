import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { answerOne, type CaseShape, estimateInTurn, shapeText, simulateCase } from './core-set-case.ts';
import { inThreeRuns, repeated } from './measure.ts';
import { durationRow, progress, type Row } from './report.ts';

const sources = 448;
const rounds = 8;
const mostProducts = 3;
const mostGrowth = 1.2;

/** One new model on a core set that is prepared. */
export async function targetRows(): Promise<Row[]> {
  return [...(await productRows()), ...(await growthRows())];
}

/** AIPW alone, and the whole answer with its baselines, intervals, similarity, warnings and plan. */
async function productRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of [50, 200]) {
    const shape: CaseShape = { sources, items: 1000, size };
    progress(`one target, ${shapeText(shape)}`);
    const { input, targets } = simulateCase(shape);
    const prepared = prepareCoreSet(input);
    const products = repeated(twoProducts(size, sources, targets));
    const named = { size: shapeText(shape), referenceName: 'its two matrix-vector products' };
    for (const [path, work] of [
      ['estimate by aipw', (scores: Float64Array) => prepared.aipw.estimate(scores).value],
      ['whole answer', (scores: Float64Array) => answerOne(prepared, scores)],
    ] as const) {
      const ours = repeated((call) => work(targets[call % targets.length]));
      const runs = await inThreeRuns(ours, products, rounds);
      rows.push(durationRow({ path: `${path}, one target`, ...named }, runs, mostProducts));
    }
  }
  return rows;
}

/** y -> A y -> B A y for A of n x n and B of M x n: a solved system, and its slopes for the sources. */
function twoProducts(size: number, models: number, targets: readonly Float64Array[]) {
  const square = Float64Array.from({ length: size * size }, (_, k) => Math.sin(k));
  const slopes = Float64Array.from({ length: models * size }, (_, k) => Math.cos(k));
  const solved = new Float64Array(size);
  const product = new Float64Array(models);
  return (call: number): number => {
    multiply(square, size, targets[call % targets.length], solved);
    multiply(slopes, size, solved, product);
    return product[call % models];
  };
}

/** The tight loop. */
function multiply(matrix: Float64Array, columns: number, vector: Float64Array, product: Float64Array): void {
  for (let row = 0; row < product.length; row++) {
    const start = row * columns;
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += matrix[start + column] * vector[column];
    product[row] = sum;
  }
}

/** The cost of a target must not depend on the number of items; the first row shows how far figures are noise. */
async function growthRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const reference = repeated(estimateInTurn(simulateCase({ sources, items: 1000, size: 50 })));
  for (const items of [1000, 10_000, 100_000, 1_000_000]) {
    const shape = { sources, items, size: 50 };
    progress(`one target, ${shapeText(shape)}`);
    const runs = await inThreeRuns(repeated(estimateInTurn(simulateCase(shape))), reference, rounds);
    const named = { path: 'whole answer, one target', referenceName: 'same at 1,000 items' };
    rows.push(durationRow({ ...named, size: shapeText(shape) }, runs, mostGrowth));
  }
  return rows;
}
