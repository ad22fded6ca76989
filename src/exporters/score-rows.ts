import { type PackedRow, scoreAt } from '../scores/packed-row.ts';

/** A history as it leaves: every item, and the packed rows of every model, in score units. */
export interface ScoreRows {
  readonly items: readonly { readonly item: string; readonly group: string | null }[];
  readonly models: readonly { readonly model: string; readonly row: PackedRow }[];
}

/** Positions of the items that at least one model has a score for. */
export function scoredPositions({ items, models }: ScoreRows): number[] {
  return [...items.keys()].filter((position) =>
    models.some(({ row }) => !Number.isNaN(scoreAt(row, position))),
  );
}
