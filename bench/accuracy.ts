/**
 * The paper's protocol (arXiv 2506.07673) on real score matrices: how far estimates are off, relative to the plain mean
 * of a random sample, and whether intervals hold what they promise; then the eleven methods, each on the core set it asks
 * for, beside what the paper's own code reached.
 *
 *   npm run bench:accuracy -- --sizes 20,50,100 --repeats 200 --draws 20 --datasets gsm,rte
 *     --method-repeats 5 --searches 200 --phase-repeats 10 --only combinations,methods,phases
 */
import { parseArgs } from 'node:util';
import { splitNames } from '../src/estimation/backtest/splits.ts';
import { renderCombinations } from './accuracy/combination-table.ts';
import { renderMethods } from './accuracy/method-table.ts';
import { replayMethods } from './accuracy/methods.ts';
import { renderPhases } from './accuracy/phase-table.ts';
import { runProtocol } from './accuracy/protocol.ts';
import { readReference } from './accuracy/reference.ts';
import { replayPhases } from './accuracy/two-phase.ts';
import { benchMatrices } from './matrices.ts';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50' },
    repeats: { type: 'string', default: '200' },
    draws: { type: 'string', default: '20' },
    datasets: { type: 'string' },
    'method-repeats': { type: 'string', default: '5' },
    searches: { type: 'string', default: '200' },
    'phase-repeats': { type: 'string', default: '10' },
    only: { type: 'string', default: 'combinations,methods,phases' },
  },
});
const sizes = options.sizes.split(',').map(Number);
const repeats = Number(options.repeats);
const methodRepeats = Number(options['method-repeats']);
const draws = Number(options.draws);
const sections = options.only.split(',');
const chosen = options.datasets?.split(',');
const matrices = benchMatrices().filter(({ name }) => chosen?.includes(name) ?? true);
const names = matrices.map(({ name }) => name);
console.log(`${names.join(', ')}: ${draws} random draws per repeat in the denominator`);
if (sections.includes('combinations')) compareCombinations();
if (sections.includes('methods')) compareMethods();
if (sections.includes('phases')) comparePhases();

function compareCombinations(): void {
  for (const size of sizes) {
    for (const split of splitNames) {
      const cells = matrices.map((named, index) => {
        progress(`n = ${size}, ${split}: ${named.name} (${index + 1} of ${matrices.length})`);
        return runProtocol(named.matrix, split, { size, repeats, draws, seed: 1000 * size });
      });
      console.log(
        `\nn = ${size}, ${split}, ${repeats} repeats: unweighted mean over the matrices, and the error ratio on each`,
      );
      console.log(renderCombinations(names, cells));
    }
  }
}

/** Some of them take seconds to minutes a core set: fewer repeats. */
function compareMethods(): void {
  const size = 50;
  const searches = Number(options.searches);
  const reference = readReference();
  for (const split of splitNames) {
    const byMatrix = matrices.map((named, index) => {
      progress(`methods, n = ${size}, ${split}: ${named.name} (${index + 1} of ${matrices.length})`);
      return replayMethods(named.matrix, split, { size, repeats: methodRepeats, draws, searches, seed: 7 });
    });
    console.log(
      `\nmethods, n = ${size}, ${split}, ${methodRepeats} repeats (random-search: ${searches} sets): error ratio ± standard error`,
    );
    console.log(renderMethods(names, byMatrix, reference?.[split]));
  }
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
