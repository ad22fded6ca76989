import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { defaultPenalty } from '../../src/estimation/estimators/aipw.ts';
import { prepareRidge } from '../../src/estimation/numeric/ridge.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { fitWithMlMatrix } from '../reference/ml-matrix-fit.ts';
import { type CoreSetCase, estimateInTurn, simulateCase } from './core-set-case.ts';
import { mediansInTurn, repeated } from './measure.ts';
import { durationRow, progress, type Row, speedupRow } from './report.ts';

const models = 448;
const itemCounts = [1_000, 10_000, 100_000] as const;
const mostGrowth = 1.3;

/** The cost of a target must not depend on the number of items; the first row shows how far figures are noise. */
export async function growthRows(): Promise<Row[]> {
  progress(`estimating on ${itemCounts.map((count) => count.toLocaleString('en')).join(', ')} items`);
  const [reference, ...ours] = [itemCounts[0], ...itemCounts].map((items) =>
    repeated(estimateInTurn(simulateCase(models, items, 50))),
  );
  const [referenceTime, ...times] = await mediansInTurn(60, [reference, ...ours]);
  return times.map((time, index) =>
    durationRow(
      {
        path: 'estimate one target, core set prepared',
        size: `${models} x ${itemCounts[index].toLocaleString('en')}, n = 50`,
        referenceName: 'same at 1,000 items',
      },
      time,
      referenceTime,
      mostGrowth,
    ),
  );
}

/** Everything that preparing does, the similarity table included, against the bare linear algebra. */
export async function preparationRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of [50, 200]) {
    progress(`preparing a core set of ${size} items`);
    const { input } = simulateCase(models, 1_000, size);
    const sample = createCoreSample(input.history, input.summary, input.items, input.inclusion);
    checkAgreement(input);
    const [ours, reference] = await mediansInTurn(30, [
      repeated(() => prepareCoreSet(input).sortedFullScores[0]),
      repeated(() => fitWithMlMatrix(sample, defaultPenalty).leverage[0]),
    ]);
    rows.push(
      speedupRow(
        { path: 'prepare a core set', size: `${models} sources, n = ${size}`, referenceName: 'ml-matrix' },
        ours,
        reference,
      ),
    );
  }
  return rows;
}

/** A reference that computes something else would prove nothing. */
function checkAgreement({ history, summary, items, inclusion }: CoreSetCase['input']): void {
  const sample = createCoreSample(history, summary, items, inclusion);
  const { sourceScores: features, nItems: nRows, nModels: nFeatures, weights } = sample;
  const { leverage } = prepareRidge({ features, nRows, nFeatures, weights }).fit(defaultPenalty);
  const other = fitWithMlMatrix(sample, defaultPenalty).leverage;
  if (leverage.some((value, i) => Math.abs(value - other[i]) > 1e-9)) {
    throw new Error('ml-matrix computes other leverages');
  }
}
