import { cellAt } from '../../scores/score-matrix.ts';
import { type History, summariseHistory } from '../history.ts';

/** What a back-test needs to know of every model of a history, before it divides them. */
export interface Survey {
  /** M: true full scores, missing scores imputed. Unit scale. */
  readonly truths: Float64Array;
  /** M: 1 where enough of a model's scores are there to know its full score by, else 0. */
  readonly isKnown: Uint8Array;
  /** M: the first model with the same scores on every item; a model's own index where none comes before it. */
  readonly twins: Int32Array;
}

/** A model with fewer of its scores is a source only: its true score would be a guess of ours. */
const minScoredShare = 0.8;

/** O(M N) */
export function surveyModels(history: History): Survey {
  return {
    truths: summariseHistory(history).fullScores,
    isKnown: Uint8Array.from(history.models, (model) =>
      Number(scoredShare(history, model) >= minScoredShare),
    ),
    twins: firstTwins(history),
  };
}

function scoredShare({ matrix, population }: History, model: number): number {
  let scored = 0;
  for (const item of population) scored += Number(!Number.isNaN(cellAt(matrix, model, item)));
  return scored / population.length;
}

/** Rows with the same digest are compared cell by cell. */
function firstTwins(history: History): Int32Array {
  const byDigest = new Map<number, number[]>();
  return Int32Array.from(history.models, (_, m) => {
    const digest = digestOf(history, m);
    const alike = byDigest.get(digest) ?? [];
    byDigest.set(digest, alike);
    const twin = alike.find((other) => areEqual(history, m, other));
    if (twin === undefined) alike.push(m);
    return twin ?? m;
  });
}

/** FNV-1a over the scores in thousandths: equal rows have equal digests, others hardly ever. */
function digestOf({ matrix, models, population }: History, m: number): number {
  let digest = 0x811c9dc5;
  for (const item of population) {
    const score = cellAt(matrix, models[m], item);
    digest = Math.imul(digest ^ (Number.isNaN(score) ? -1 : Math.round(1000 * score)), 0x01000193);
  }
  return digest;
}

function areEqual({ matrix, models, population }: History, a: number, b: number): boolean {
  return population.every((item) => {
    const [one, other] = [cellAt(matrix, models[a], item), cellAt(matrix, models[b], item)];
    return one === other || (Number.isNaN(one) && Number.isNaN(other));
  });
}
