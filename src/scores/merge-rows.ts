import { type PackedRow, RowBuilder, summariseRow } from './packed-row.ts';

/** What happens where a cell is already stored with another value: refuse, overwrite, or leave it. */
export const conflictPolicies = ['error', 'replace', 'skip'] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];

export interface RowConflict {
  /** Index of the item in the sent table. */
  readonly index: number;
  readonly stored: number;
  readonly sent: number;
}

export interface MergedRow {
  readonly row: PackedRow;
  /** Scores sent, those already stored included. */
  readonly sent: number;
  /** Scores that are new or other than stored. */
  readonly written: number;
  readonly conflicts: readonly RowConflict[];
}

/**
 * One model's sent scores laid over its stored ones. The same value again is no conflict.
 * @param positions the item position of each index of the sent row; null where they are the same
 * @param summarise the summary of the sent row, where that is known already
 */
export function mergeRows(
  stored: PackedRow | undefined,
  sent: RowBuilder,
  positions: readonly number[] | null,
  policy: ConflictPolicy,
  summarise = () => summariseRow(sent.build()),
): MergedRow {
  if (stored === undefined && positions === null) {
    const row = sent.build();
    const { scored } = summarise();
    return { row, sent: scored, written: scored, conflicts: [] };
  }
  const merged = new RowBuilder(stored);
  const conflicts: RowConflict[] = [];
  let sentCount = 0;
  let written = 0;
  for (let index = 0; index < sent.length; index++) {
    const score = sent.get(index);
    if (Number.isNaN(score)) continue;
    sentCount++;
    const position = positions === null ? index : positions[index];
    const before = merged.get(position);
    if (before === score) continue;
    if (!Number.isNaN(before)) {
      if (policy === 'error') conflicts.push({ index, stored: before, sent: score });
      if (policy !== 'replace') continue;
    }
    merged.set(position, score);
    written++;
  }
  return { row: merged.build(), sent: sentCount, written, conflicts };
}
