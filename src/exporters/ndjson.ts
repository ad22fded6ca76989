import { scoreAt } from '../scores/packed-row.ts';
import { type ScoreRows, scoredPositions } from './score-rows.ts';

/** A line per model, `{ "model", "scores": { "<item>": score | null } }`, items in the benchmark's order. */
export function* exportNdjson({ items, models }: ScoreRows): Generator<string> {
  const positions = scoredPositions({ items, models });
  const keys = positions.map((position) => JSON.stringify(items[position].item));
  for (const { model, row } of models) {
    const scores = positions.map((position, k) => `${keys[k]}:${JSON.stringify(scoreAt(row, position))}`);
    yield `{"model":${JSON.stringify(model)},"scores":{${scores.join(',')}}}\n`;
  }
}
