import { expect, it } from 'vitest';
import { scoreAt, summariseRow } from '../../src/scores/packed-row.ts';
import { ScoreTable } from '../../src/scores/score-table.ts';
import { summariseTable } from '../../src/scores/table-summary.ts';

it('counts scores by item and sums rows up, packed or not', () => {
  const table = new ScoreTable();
  const cells: readonly (readonly [model: string, scores: readonly (number | null)[]])[] = [
    ['bits', [1, 0, null, 1]],
    ['floats', [0.25, null, 0.5]],
    ['nothing', []],
    ['zeros', [0, 0, 0, 0]],
  ];
  for (let j = 0; j < 4; j++) table.itemIndex(`q${j}`);
  for (const [model, scores] of cells) {
    const row = table.row(model);
    scores.forEach((score, j) => {
      if (score !== null) table.set(row, j, score);
    });
  }
  const steps = [...stepsOf(table)];
  const { scoreCounts, rows } = steps.at(-1)!;
  expect(steps).toHaveLength(cells.length + 1);
  expect([...scoreCounts]).toEqual([3, 2, 2, 2]);
  expect(rows.get('bits')).toEqual({ scored: 3, mean: 2 / 3, min: 0, max: 1 });
  expect(rows.get('floats')).toEqual({ scored: 2, mean: 0.375, min: 0.25, max: 0.5 });
  expect(rows.get('nothing')).toMatchObject({ scored: 0, mean: Number.NaN });
  expect(rows.get('zeros')).toEqual({ scored: 4, mean: 0, min: 0, max: 0 });
  for (const [model, builder] of table.models) {
    const row = builder.build();
    const scores = Array.from(row.cells.keys(), (j) => scoreAt(row, j)).filter(
      (score) => !Number.isNaN(score),
    );
    expect(summariseRow(row)).toEqual(rows.get(model));
    expect(scores).toHaveLength(rows.get(model)!.scored);
  }
});

function* stepsOf(table: ScoreTable) {
  const steps = summariseTable(table);
  for (;;) {
    const { done, value } = steps.next();
    yield value as Exclude<typeof value, void>;
    if (done) return;
  }
}
