import { type History, noGroups } from '../../src/estimation/history.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import { cellAt, type ScoreMatrix } from '../../src/scores/score-matrix.ts';

/** Some rows of a matrix as the history of the whole population. */
export function historyOf(matrix: ScoreMatrix, models = indexRange(matrix.nModels)): History {
  return { matrix, models, population: indexRange(matrix.nItems), groups: noGroups };
}

/** The scores of one row on some items. */
export function scoresOf(matrix: ScoreMatrix, model: number, items: Int32Array): Float64Array {
  return Float64Array.from(items, (item) => cellAt(matrix, model, item));
}

/** The full score of every row. */
export function fullScoresOf(matrix: ScoreMatrix): Float64Array {
  return Float64Array.from({ length: matrix.nModels }, (_, model) => fullScoreOf(matrix, model));
}

export function fullScoreOf(matrix: ScoreMatrix, model: number): number {
  const scores = scoresOf(matrix, model, indexRange(matrix.nItems));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
