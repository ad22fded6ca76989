import type { PackedRow } from '../scores/packed-row.ts';

/** A history as it leaves: every item, and the packed rows of every model, in score units. */
export interface ScoreRows {
  readonly items: readonly { readonly item: string; readonly group: string | null }[];
  readonly models: readonly { readonly model: string; readonly row: PackedRow }[];
}
