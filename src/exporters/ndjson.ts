import { orNull, scoreAt, scoredPositions } from '../scores/packed-row.ts';
import { inParcels } from './parcels.ts';
import type { ScoreRows } from './score-rows.ts';

/**
 * A line per model, `{ "model", "scores": { "<item>": score | null } }`, items in the benchmark's order. Where JSON would
 * not keep that order (readers put keys that are whole numbers first, ascending) a line per cell instead.
 */
export function exportNdjson(rows: ScoreRows): Generator<Buffer> {
  return inParcels(linePieces(rows));
}

function* linePieces(rows: ScoreRows): Generator<Uint8Array> {
  const positions = scoredPositions(
    rows.models.map(({ row }) => row),
    rows.items.length,
  );
  const names = positions.map((position) => rows.items[position].item);
  yield* keepsOrder(names) ? linesPerModel(rows, positions, names) : linesPerCell(rows, positions, names);
}

function* linesPerModel({ models }: ScoreRows, positions: readonly number[], names: readonly string[]) {
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  for (const { model, row } of models) {
    const scores = positions.map((position, k) => keys[k] + orNull(scoreAt(row, position)));
    yield Buffer.from(`{"model":${JSON.stringify(model)},"scores":{${scores.join(',')}}}\n`);
  }
}

function* linesPerCell({ models }: ScoreRows, positions: readonly number[], names: readonly string[]) {
  for (const { model, row } of models) {
    const lines = positions.map((position, k) =>
      JSON.stringify({ model, item: names[k], score: orNull(scoreAt(row, position)) }),
    );
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

function keepsOrder(names: readonly string[]): boolean {
  const keys = Object.keys(Object.fromEntries(names.map((name) => [name, 0])));
  return keys.every((key, index) => key === names[index]);
}
