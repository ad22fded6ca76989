import { missingByte, type PackedRow, type RowSummary, summariseRow } from './packed-row.ts';
import type { ScoreTable } from './score-table.ts';

/** What a pass over all cells of a table says. */
export interface TableSummary {
  /** By item index: models with a score for it. */
  readonly scoreCounts: Uint32Array;
  /** By model. */
  readonly rows: ReadonlyMap<string, RowSummary>;
}

/** Row by row: a large table takes seconds. */
export function* summariseTable({ items, models }: ScoreTable): Generator<void, TableSummary> {
  const scoreCounts = new Uint32Array(items.length);
  const rows = new Map<string, RowSummary>();
  for (const [model, builder] of models) {
    const row = builder.build();
    countScores(row, scoreCounts);
    rows.set(model, summariseRow(row));
    yield;
  }
  return { scoreCounts, rows };
}

function countScores({ encoding, cells }: PackedRow, counts: Uint32Array): void {
  if (encoding === 'bytes') {
    for (let index = 0; index < cells.length; index++) if (cells[index] !== missingByte) counts[index]++;
  } else {
    for (let index = 0; index < cells.length; index++) if (!Number.isNaN(cells[index])) counts[index]++;
  }
}
