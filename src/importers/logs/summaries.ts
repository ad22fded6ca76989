import type { LogPart, ScoreLog, Summary } from './score-log.ts';

/** What a log says of a run, beside what was read from it. */
export interface CheckedSummary extends Summary {
  readonly model: string;
  /** Of the items read, repeats reduced. */
  readonly mean: number;
  readonly itemsRead: number;
  /** null where the summary is of other samples than were read. */
  readonly agrees: boolean | null;
}

/** Summaries are rounded by some. */
const tolerance = 1e-4;

/** The mean of a task by a measure, as read. */
export interface ReadMean {
  readonly mean: number;
  readonly items: number;
}

/**
 * The summaries of the parts' own runs, each beside the mean of what was read.
 * @param meanOf null where nothing was taken by that measure
 */
export function checkSummaries(
  log: ScoreLog,
  models: ReadonlyMap<LogPart, string>,
  meanOf: (part: LogPart, summary: Summary) => ReadMean | null,
): CheckedSummary[] {
  return log.parts.flatMap((part) => {
    const beside = log.companionsOf(part).flatMap(({ summaries }) => summaries);
    return [...part.summaries, ...beside].flatMap((summary) => {
      const read = meanOf(part, summary);
      if (read === null) return [];
      const isOfOthers = summary.items !== null && summary.items !== read.items;
      const agrees = isOfOthers ? null : Math.abs(summary.value - read.mean) < tolerance;
      return [{ ...summary, model: models.get(part)!, mean: read.mean, itemsRead: read.items, agrees }];
    });
  });
}
