import { balanced } from '../../src/estimation/designs/balanced.ts';
import { drawCoreSet } from '../../src/estimation/designs/draw.ts';
import { noGroups } from '../../src/estimation/history.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import { createSimilarityTable } from '../../src/estimation/similarity/error-consistency.ts';
import { defaultThresholds, describeSimilarity } from '../../src/estimation/similarity/similarity.ts';
import { inThreeRuns, repeated } from './measure.ts';
import { durationRow, progress, type Row } from './report.ts';

const rounds = 10;
const mostSorts = 5;
const mostPopcounts = 3;

/** A draw from many items, and the similarity to many models. */
export async function drawingRows(): Promise<Row[]> {
  return [await balancedRow(), await similarityRow()];
}

async function balancedRow(): Promise<Row> {
  progress('drawing a balanced core set');
  const nItems = 100_000;
  const random = createRandom(3);
  // Means of 448 zeros and ones, as difficulties are: many are equal.
  const difficulties = Float64Array.from({ length: nItems }, () => random.below(449) / 448);
  const numbers = Float64Array.from({ length: nItems }, () => random.uniform());
  const frame = { difficulties, groups: noGroups, prospects: null };
  const runs = await inThreeRuns(
    repeated((call) => drawCoreSet(balanced, frame, 200, createRandom(call)).items[0]),
    repeated(() => numbers.slice().sort()[0]),
    rounds,
  );
  return durationRow(
    {
      path: 'draw a balanced core set',
      size: 'N = 100,000, n = 200',
      referenceName: 'sorting N numbers',
    },
    runs,
    mostSorts,
  );
}

async function similarityRow(): Promise<Row> {
  progress('similarity');
  const [models, items] = [4500, 200];
  const random = createRandom(4);
  const answers = (length: number) => Float64Array.from({ length }, () => random.below(2));
  const table = createSimilarityTable(answers(models * items), items, models);
  const targets = Array.from({ length: 16 }, () => answers(items));
  // Once per core set, not per target.
  table.sortedSourceMeans();
  const runs = await inThreeRuns(
    repeated((call) => describeSimilarity(table, targets[call % 16], defaultThresholds).mean!),
    repeated(popcounts(models, Math.ceil(items / 32))),
    rounds,
  );
  return durationRow(
    {
      path: 'similarity of one target to all sources',
      size: 'M = 4,500, n = 200',
      referenceName: 'counting the differing bits',
    },
    runs,
    mostPopcounts,
  );
}

/** The tight loop. */
function popcounts(models: number, words: number): (call: number) => number {
  const bits = Int32Array.from({ length: models * words }, (_, k) => Math.imul(k + 1, 0x9e3779b1));
  const counts = new Int32Array(models);
  return (call) => {
    for (let m = 0; m < models; m++) {
      let count = 0;
      for (let word = 0; word < words; word++) {
        let differing = bits[m * words + word] ^ Math.imul(call + word, 0x85ebca6b);
        differing -= (differing >>> 1) & 0x55555555;
        differing = (differing & 0x33333333) + ((differing >>> 2) & 0x33333333);
        count += Math.imul((differing + (differing >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      counts[m] = count;
    }
    return counts[call % models];
  };
}
