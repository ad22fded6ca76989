import { stringify } from 'csv-stringify/sync';
import { looksLong } from '../scores/csv-forms.ts';
import { scoreAt, scoredPositions } from '../scores/packed-row.ts';
import type { ScoreRows } from './score-rows.ts';

/**
 * The wide form that the importer reads, a line per model, an empty cell = missing. Items without any score are left
 * out, since they could not come back in.
 */
export function* exportCsv({ items, models }: ScoreRows): Generator<string> {
  const positions = scoredPositions(
    models.map(({ row }) => row),
    items.length,
  );
  const names = positions.map((position) => items[position].item);
  if (looksLong(names)) {
    yield* exportLongCsv({ items, models }, positions);
    return;
  }
  yield stringify([['model', ...names]]);
  for (const { model, row } of models) {
    const cells = positions.map((position) => cellText(scoreAt(row, position)));
    yield `${stringify([[model]], { eof: false })},${cells.join(',')}\n`;
  }
}

function* exportLongCsv({ items, models }: ScoreRows, positions: readonly number[]): Generator<string> {
  yield 'model,item,score\n';
  for (const { model, row } of models) {
    yield stringify(
      positions.map((position) => [model, items[position].item, cellText(scoreAt(row, position))]),
    );
  }
}

function cellText(score: number): string {
  return Number.isNaN(score) ? '' : String(score);
}
