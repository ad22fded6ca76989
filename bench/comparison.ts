/**
 * Two new models on the same core set, on real score matrices: whether the paired interval of their difference holds, how
 * much narrower it is than what two separate intervals allow, and how many pairs it decides.
 *
 *   npm run bench:comparison -- --sizes 20,50,100 --repeats 40 --datasets gsm,rte
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type SplitName, splitNames } from '../src/estimation/backtest/splits.ts';
import { differenceBands, type PairSums, replayPairs } from './accuracy/pairs.ts';
import { benchMatrices } from './matrices.ts';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '20,50,100' },
    repeats: { type: 'string', default: '40' },
    datasets: { type: 'string' },
  },
});
const repeats = Number(options.repeats);
const chosen = options.datasets?.split(',');
const matrices = benchMatrices().filter(({ name }) => chosen?.includes(name) ?? true);

for (const size of options.sizes.split(',').map(Number)) {
  for (const split of splitNames) {
    const sums = matrices.map((named) => {
      process.stderr.write(`n = ${size}, ${split}: ${named.name}\n`);
      return replayPairs(named.matrix, split, { size, repeats, seed: 500 * size });
    });
    print(size, split, sums);
  }
}

function print(size: number, split: SplitName, sums: readonly PairSums[]): void {
  const table = new Table({
    head: ['', ...matrices.map(({ name }) => name), 'mean', 'lowest'],
    style: { head: [], border: [], compact: true },
  });
  const push = (label: string, figures: readonly number[], digits = 3) => {
    const known = figures.filter((figure) => !Number.isNaN(figure));
    const mean = known.reduce((sum, figure) => sum + figure, 0) / known.length;
    const cells = [...figures, mean, Math.min(...known)];
    table.push([label, ...cells.map((figure) => (Number.isFinite(figure) ? figure.toFixed(digits) : '-'))]);
  };
  push(
    'coverage, two new models',
    sums.map(({ covered, pairs }) => covered / pairs),
  );
  push(
    'coverage, against a known score',
    sums.map(({ coveredKnown, pairs }) => coveredKnown / pairs),
  );
  push(
    'width / root sum of squares',
    sums.map(({ toRootSum, pairs }) => toRootSum / pairs),
  );
  push(
    'width / sum',
    sums.map(({ toSum, pairs }) => toSum / pairs),
  );
  push(
    'decided the wrong way',
    sums.map(({ wrong, pairs }) => wrong / pairs),
    4,
  );
  differenceBands.forEach((band, k) => {
    push(
      `decided, true difference ${band.label}`,
      sums.map(({ bands }) => bands[k].decided / bands[k].pairs),
      2,
    );
  });
  console.log(
    `\nn = ${size}, ${split}, ${repeats} repeats: pairs of targets on a core set of the default design, 95 %`,
  );
  console.log(table.toString());
}
