import type { ScoreRange } from '../../scores/score-range.ts';
import type { ScoreTable } from '../../scores/score-table.ts';

/**
 * Reads scores from a stream of bytes into a table, in score units, as they arrive: memory grows with the packed
 * matrix, not with the text.
 * @throws DomainError malformed-body: cannot be parsed; invalid-request, duplicate, score-out-of-range, missing-scores:
 *   parsed but wrong, naming the place
 */
export type Importer = (
  bytes: AsyncIterable<Uint8Array>,
  table: ScoreTable,
  range: ScoreRange,
  /** Whose the scores are, where they do not say: rows of an item and a score. */
  model?: string | null,
) => Promise<void>;
