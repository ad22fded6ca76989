/**
 * The paper's protocol (arXiv 2506.07673) on real score matrices: how far estimates are off, relative to the plain mean
 * of a random sample, and whether intervals hold what they promise.
 *
 *   npm run bench:accuracy -- --sizes 20,50,100 --repeats 200 --draws 20 --datasets gsm,rte
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { splitNames } from '../src/simulation/splits.ts';
import { benchMatrices } from './matrices.ts';
import { type Cell, combinations, runProtocol } from './protocol.ts';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50' },
    repeats: { type: 'string', default: '200' },
    draws: { type: 'string', default: '20' },
    datasets: { type: 'string' },
  },
});
const repeats = Number(options.repeats);
const draws = Number(options.draws);
const chosen = options.datasets?.split(',');
const matrices = benchMatrices().filter(({ name }) => chosen?.includes(name) ?? true);
console.log(
  `${matrices.map(({ name }) => name).join(', ')}: ${repeats} repeats, ${draws} random draws each in the denominator`,
);

for (const size of options.sizes.split(',').map(Number)) {
  for (const split of splitNames) {
    const cells = matrices.map((named, index) => {
      process.stderr.write(`n = ${size}, ${split}: ${named.name} (${index + 1} of ${matrices.length})\n`);
      return runProtocol(named.matrix, split, { size, repeats, draws, seed: 1000 * size });
    });
    printSplit(size, split, cells);
  }
}

function printSplit(size: number, split: string, cells: ReadonlyMap<string, Cell>[]): void {
  const names = matrices.map(({ name }) => name);
  const table = new Table({
    head: [
      'design + method',
      'error ratio',
      'coverage (lowest)',
      'width',
      'effective n',
      'frontier flagged',
      ...names,
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const { label } of combinations) {
    const rows = cells.map((byLabel) => byLabel.get(label)).filter((cell) => cell !== undefined);
    const mean = (pick: (cell: Cell) => number) =>
      rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
    const coverages = rows.map((row) => row.coverage);
    table.push([
      label,
      mean((row) => row.ratio).toFixed(3),
      Number.isNaN(coverages[0])
        ? '-'
        : `${mean((row) => row.coverage).toFixed(3)} (${Math.min(...coverages).toFixed(3)})`,
      Number.isNaN(coverages[0]) ? '-' : mean((row) => row.width).toFixed(3),
      Number.isNaN(coverages[0]) ? '-' : mean((row) => row.effectiveSampleSize).toFixed(1),
      `${(100 * mean((row) => row.frontier)).toFixed(1)} %`,
      ...rows.map((row) => row.ratio.toFixed(2)),
    ]);
  }
  console.log(`\nn = ${size}, ${split}: unweighted mean over the matrices, and the error ratio on each`);
  console.log(table.toString());
}
