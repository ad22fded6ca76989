import Table from 'cli-table3';
import { type Cell, combinations } from './protocol.ts';

/** The combinations of one split, as means over the matrices, with the error ratio on each. */
export function renderCombinations(
  matrices: readonly string[],
  cells: readonly ReadonlyMap<string, Cell>[],
): string {
  const table = new Table({
    head: [
      'design + method',
      'error ratio',
      'coverage (lowest)',
      'width',
      'effective n',
      'frontier flagged',
      ...matrices,
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
  return table.toString();
}
