/**
 * The paper's protocol (arXiv 2506.07673) on real score matrices: how far estimates are off, relative to the plain mean
 * of a random sample, and whether intervals hold what they promise; then the eleven methods, each on the core set it asks
 * for, beside what the paper's own code reached; and how well the records of other matrices foretell errors on one that is
 * held back. All of it by the code of back-tests.
 *
 *   npm run bench:accuracy -- --sizes 20,50,100 --repeats 200 --datasets gsm,rte --method-repeats 5 --searches 200
 *     --phase-repeats 10 --calibration-repeats 20 --only combinations,methods,phases,calibration
 */
import { parseArgs } from 'node:util';
import { splitNames } from '../src/estimation/backtest/splits.ts';
import { defaultDesign } from '../src/estimation/designs/names.ts';
import { frontierShare, type MatrixRecords, renderCalibration } from './accuracy/calibration.ts';
import { combinations, renderCombinations } from './accuracy/combination-table.ts';
import { renderMethods } from './accuracy/method-table.ts';
import { replayMethods } from './accuracy/methods.ts';
import { renderPhases } from './accuracy/phase-table.ts';
import { readReference } from './accuracy/reference.ts';
import { backtestMatrix, paperSettings } from './accuracy/replays.ts';
import { replayPhases } from './accuracy/two-phase.ts';
import { benchMatrices } from './matrices.ts';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50' },
    repeats: { type: 'string', default: '200' },
    datasets: { type: 'string' },
    'method-repeats': { type: 'string', default: '5' },
    searches: { type: 'string', default: '200' },
    'phase-repeats': { type: 'string', default: '10' },
    'calibration-repeats': { type: 'string', default: '20' },
    only: { type: 'string', default: 'combinations,methods,phases,calibration' },
  },
});
const sizes = options.sizes.split(',').map(Number);
const repeats = Number(options.repeats);
const methodRepeats = Number(options['method-repeats']);
const sections = options.only.split(',');
const chosen = options.datasets?.split(',');
const matrices = benchMatrices().filter(({ name }) => chosen?.includes(name) ?? true);
const names = matrices.map(({ name }) => name);
console.log(names.join(', '));
if (sections.includes('combinations')) compareCombinations();
if (sections.includes('methods')) compareMethods();
if (sections.includes('phases')) comparePhases();
if (sections.includes('calibration')) compareExpectations();

function compareCombinations(): void {
  for (const size of sizes) {
    for (const split of splitNames) {
      const rows = matrices.map((named, index) => {
        progress(`n = ${size}, ${split}: ${named.name} (${index + 1} of ${matrices.length})`);
        const settings = {
          ...paperSettings,
          ...combinations,
          splits: [split],
          sizes: [size],
          repeats,
          seed: size,
        };
        return backtestMatrix(named.matrix, settings).rows;
      });
      console.log(
        `\nn = ${size}, ${split}, ${repeats} repeats: unweighted mean over the matrices, and the error ratio on each`,
      );
      console.log(renderCombinations(names, rows));
    }
  }
}

/** Some of them take seconds to minutes a core set: fewer repeats. */
function compareMethods(): void {
  const searches = Number(options.searches);
  const reference = readReference();
  for (const split of splitNames) {
    const byMatrix = matrices.map((named, index) => {
      progress(`methods, n = 50, ${split}: ${named.name} (${index + 1} of ${matrices.length})`);
      const settings = { splits: [split], sizes: [50], repeats: methodRepeats, seed: 7, searches };
      return replayMethods(named.matrix, settings);
    });
    console.log(
      `\nmethods, n = 50, ${split}, ${methodRepeats} repeats (random-search: ${searches} sets): error ratio ± standard error`,
    );
    console.log(renderMethods(names, byMatrix, reference?.[split]));
  }
}

/** Each matrix in turn is held back, and its targets' errors foretold from all others. */
function compareExpectations(): void {
  const methods = ['aipw', 'random-sampling', 'random-sampling-learn'] as const;
  const calibrationRepeats = Number(options['calibration-repeats']);
  const settings = {
    ...paperSettings,
    keepDuplicates: false,
    splits: splitNames,
    designs: [defaultDesign],
    methods,
    sizes: [20, 50, 100],
    repeats: calibrationRepeats,
    seed: 1,
  };
  const replayed = matrices.map(({ name, matrix }) => {
    progress(`expected errors: ${name}`);
    return { name, records: backtestMatrix(matrix, settings).records };
  });
  const print = (title: string, pick: (records: readonly Float64Array[]) => readonly Float64Array[]) => {
    const packed: MatrixRecords[] = replayed.map(({ name, records }) => ({
      name,
      packed: Float64Array.from(pick(records).flatMap((piece) => [...piece])),
    }));
    console.log(
      `\nexpected and true absolute error of each target, ${title}: correlation, each matrix held back`,
    );
    console.log(renderCalibration(packed, methods));
    for (const split of splitNames) {
      const share = 100 * frontierShare(packed, split, methods.length);
      console.log(`${split}: estimates of AIPW above 95 % of the sources: ${share.toFixed(1)} %`);
    }
  };
  settings.sizes.forEach((size, arm) => {
    print(`n = ${size}`, (records) => [records[arm]]);
  });
  print('all sizes', (records) => records);
}

/** Two phases, the second drawn for each target from its answers to the first, against one phase of as many items. */
function comparePhases(): void {
  const phaseRepeats = Number(options['phase-repeats']);
  for (const [first, second] of [
    [20, 30],
    [50, 50],
  ]) {
    for (const split of splitNames) {
      const errors = matrices.map((named) => {
        progress(`two phases, ${first} + ${second}, ${split}: ${named.name}`);
        return replayPhases(named.matrix, split, { first, second, repeats: phaseRepeats, seed: 77 });
      });
      console.log(
        `\ntwo phases of ${first} + ${second} items, ${split}, ${phaseRepeats} repeats: relative to one phase of as many`,
      );
      console.log(renderPhases(names, errors));
    }
  }
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
