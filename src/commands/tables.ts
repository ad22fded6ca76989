import Table from 'cli-table3';

export function plainTable(head: readonly string[]): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}

/** A score as people read it. */
export function figure(score: number): string {
  return score.toFixed(3);
}

export function figureOrNone(score: number | null): string {
  return score === null ? '' : figure(score);
}

export function signed(difference: number): string {
  return `${difference < 0 ? '-' : '+'}${Math.abs(difference).toFixed(3)}`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first rows of a table, and how many there are beyond them. */
export function renderRows(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  most = 20,
): string {
  const table = plainTable(head);
  for (const row of rows.slice(0, most)) table.push([...row]);
  const left = rows.length - most;
  return left > 0 ? `${table.toString()}\n... and ${left} more` : table.toString();
}
