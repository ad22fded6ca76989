import { createCoreSample } from '../../src/estimation/core-sample.ts';
import { defaultPenalty } from '../../src/estimation/estimators/aipw.ts';
import { prepareRidge } from '../../src/estimation/numeric/ridge.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { fitWithMlMatrix } from '../reference/ml-matrix-fit.ts';
import { answerOne, type CoreSetCase, shapeText, simulateCase } from './core-set-case.ts';
import { inThreeRuns, once, repeated } from './measure.ts';
import { progress, type Row, speedupRow } from './report.ts';

const leastSpeedup = 3;
/** Beyond so many multiplications one call is a sample. */
const longWork = 1e8;

/** What comes before the first answer, and with it, against the bare linear algebra of aipw: baselines need fits of their own. */
export async function preparationRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const sources of [448, 4500]) {
    for (const size of [50, 200, 1000]) {
      const shape = { sources, items: 2000, size };
      progress(`preparing a core set, ${shapeText(shape)}`);
      const { input, targets } = simulateCase(shape);
      const sample = createCoreSample(input.history, input.summary, input.items, input.inclusion);
      const isLong = size * size * sources > longWork;
      // Where it takes seconds nothing else is computed than where it does not.
      if (!isLong) checkAgreement(input);
      const timed = (work: () => number) => (isLong ? once(work) : repeated(work));
      const reference = timed(() => fitWithMlMatrix(sample, defaultPenalty).leverage[0]);
      const rounds = isLong ? 1 : 3;
      const named = { size: `M = ${sources}, n = ${size}`, referenceName: 'ml-matrix, the fit of aipw' };
      const prepared = await inThreeRuns(
        timed(() => prepareCoreSet(input).sortedFullScores[0]),
        reference,
        rounds,
      );
      const answer = timed(() => answerOne(prepareCoreSet(input), targets[0]));
      // The slow reference need not be run again.
      const { ours } = await inThreeRuns(answer, () => 0, rounds);
      rows.push(
        speedupRow({ path: 'prepare a core set', ...named }, prepared, leastSpeedup),
        speedupRow({ path: 'prepare a core set, first whole answer', ...named }, { ...prepared, ours }),
      );
    }
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
