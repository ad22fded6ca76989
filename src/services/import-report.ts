import type { Issue } from '../errors.ts';
import type { TaskMeasures } from '../importers/logs/choose-measures.ts';
import type { Remapping } from '../importers/logs/match-items.ts';
import type { LogPart, ReadFile, ScoreLog, Summary } from '../importers/logs/score-log.ts';
import { type CheckedSummary, checkSummaries } from '../importers/logs/summaries.ts';
import { meanOfPart } from '../importers/logs/take-scores.ts';
import type { MergeOutcome } from '../storage/scores.ts';

/** Where a format is none of a harness, that of a score matrix. */
export interface ReportedFile extends Omit<ReadFile, 'format'> {
  readonly format: string | null;
}

/** A model's scores as they would be stored. */
export interface ReportedModel {
  readonly model: string;
  readonly scoredItems: number;
  /** Items it was run on and has no score for. */
  readonly missingItems: number;
  /** Score units; null without any score. */
  readonly meanScore: number | null;
  readonly isNew: boolean;
}

export interface ReportedTask extends TaskMeasures {
  readonly items: number;
  readonly newItems: number;
}

/** A sample of a model that lay under another item's id. */
export interface ReportedRemapping extends Remapping {
  readonly model: string;
}

/** What files hold, and what of it is taken. */
export interface LogReport {
  readonly files: readonly ReportedFile[];
  readonly tasks: readonly ReportedTask[];
  /** Samples without a score, by reason. */
  readonly missing: readonly { readonly reason: string; readonly count: number }[];
  /** The first twenty, and how many there are. */
  readonly remapped: { readonly count: number; readonly examples: readonly ReportedRemapping[] };
  readonly summaries: readonly CheckedSummary[];
  readonly notes: readonly string[];
}

export interface ImportReport extends LogReport {
  readonly isDryRun: boolean;
  readonly benchmark: string;
  /** What must be said before this can be imported; null where nothing must. */
  readonly question: string | null;
  readonly models: readonly ReportedModel[];
  readonly groups: readonly { readonly group: string; readonly itemCount: number }[];
  readonly conflicts: readonly Issue[];
  /** null on a dry run. */
  readonly outcome: MergeOutcome | null;
}

/** What there is to say of a score matrix, which is no log. */
export const nothingRead: LogReport = {
  files: [],
  tasks: [],
  missing: [],
  remapped: { count: 0, examples: [] },
  summaries: [],
  notes: [],
};

export const maxExamples = 20;

/** Samples without a score, by reason, over all parts. */
export function countMissing({ parts }: ScoreLog): LogReport['missing'] {
  const counts = new Map<string, number>();
  for (const { missing } of parts) {
    for (const [reason, { size }] of missing) counts.set(reason, (counts.get(reason) ?? 0) + size);
  }
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** Summaries of what is taken; of everything, where nothing is chosen yet. */
export function summariesOf(
  log: ScoreLog,
  models: ReadonlyMap<LogPart, string>,
  tasks: readonly TaskMeasures[],
): CheckedSummary[] {
  return checkSummaries(log, models, (part, summary) =>
    tasks.some((task) => isTaken(task, summary)) ? meanOfPart(part, summary) : null,
  );
}

function isTaken({ task, chosen }: TaskMeasures, summary: Summary): boolean {
  if (summary.task !== null && summary.task !== task) return false;
  if (chosen === null) return true;
  return chosen.metric === summary.metric && (chosen.filter === summary.filter || chosen.filter === null);
}

/** Items of each task, and how many of them the benchmark does not have yet. */
export function reportTasks(
  log: ScoreLog,
  tasks: readonly TaskMeasures[],
  isKnown: (index: number) => boolean,
): ReportedTask[] {
  const indices = Map.groupBy(log.items.keys(), (index) => log.items[index].task);
  return tasks.map((task) => {
    const items = indices.get(task.task) ?? [];
    return { ...task, items: items.length, newItems: items.filter((index) => !isKnown(index)).length };
  });
}
